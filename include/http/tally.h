/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is counted for each of many names, in bounded memory.
 *
 * Names come from clients, so there may be any number of them.  When there is
 * no more room, the name that was asked for longest ago is forgotten; never
 * one that is held.
 */
#ifndef HTTP_TALLY_H
#define HTTP_TALLY_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct tally;

#define TALLY_NAME_SIZE 264 /* Longer names are cut. */

struct tally_entry {
    int64_t held;   /* By tally_hold, and not yet released. */
    int64_t due_ns; /* The user's. */
    struct tally_entry *previous, *next; /* Of those that nobody holds. */
    struct tally_entry *chain;           /* Of the same bucket. */
    char name[TALLY_NAME_SIZE];
};

/* Room for 'max' names; so many must never be held at once. */
struct tally *tally_new(struct arena *arena, size_t max);

/* The entry of 'name', which is new when it is all zero.  It is good until
 * the next call, or for as long as it is held. */
struct tally_entry *tally_find(struct tally *tally, const char *name);

void tally_hold(struct tally *tally, struct tally_entry *entry);
void tally_release(struct tally *tally, struct tally_entry *entry);

#endif
