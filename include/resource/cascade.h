/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plan, then delete: what the deletion of an object takes along.
 *
 * A resource offers it by two functions of struct resource.  'list_cascade'
 * fills a struct cascade: what is deleted and what is changed, in an order
 * that depends on nothing but the objects (by id, children first), and what
 * blocks it.  It is called without locks for a plan, and with 'locked' set for
 * the execution: then it locks every row that it lists, parents first, so that
 * the list stays true until COMMIT.  'run_cascade' then does what was listed,
 * by the code that single deletions use; the object itself is the caller's to
 * delete.
 *
 * A plan contains objects of one project only: that of the object.  Objects of
 * others are blockers unless they would give way to a plain DELETE, and so are
 * ports of the platform unless an admin asks.
 *
 * Nothing is stored: the id of a plan holds its time of expiry and a digest of
 * that time, of the object and of the list with all revisions.  Any server can
 * execute it, and it fits as long as the list is exactly the same.
 */
#ifndef RESOURCE_CASCADE_H
#define RESOURCE_CASCADE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/digest.h"
#include "resource/blockers.h"

struct buf;
struct caller;

/* An object that is deleted or changed; NULL: does not apply. */
struct cascade_item {
    const char *type; /* "port" */
    const char *id;
    const char *name;
    int64_t revision_number;
    const char *ip_address; /* Of a port: the first, or the one it loses. */
    const char *device_owner;
    const char *device_id;
    const char *cidr;
};

struct cascade_list {
    struct cascade_item *items;
    size_t n, room;
};

struct cascade {
    struct arena *arena;
    bool locked; /* The list is about to be executed. */
    struct cascade_list deletes;
    struct cascade_list updates; /* Ports that lose an address and stay. */
    struct blockers blockers;
};

/* One transaction deletes no more objects than this. */
#define CASCADE_MAX 20000

/* An empty list for 'caller'. */
struct cascade cascade_none(struct arena *arena, const struct caller *caller,
                            bool locked);

/* Adds 'item', whose texts are kept and not copied. */
void cascade_add(struct cascade *cascade, struct cascade_list *list,
                 const struct cascade_item *item);

/* Adds the object of a row of enum blocker_column with its revision in the
 * column behind them; 'cidr' may be NULL. */
void cascade_add_row(struct cascade *cascade, struct cascade_list *list,
                     const struct rows *rows, int row, const char *cidr);

/* True when the object of such a row may go along with one of project
 * 'owner'; else it is added to the blockers. */
bool cascade_may_take(struct cascade *cascade, const struct rows *rows,
                      int row, const char *owner);

/* The ids of the objects of 'type' in 'list', and how many. */
const char **cascade_ids(struct arena *arena, const struct cascade_list *list,
                         const char *type, size_t *ret_n);

/* --- the id of a plan */

struct plan_id {
    int64_t expires_s; /* Since 1970. */
    char digest[DIGEST_TEXT_SIZE];
};

#define PLAN_ID_SIZE (20 + 1 + DIGEST_TEXT_SIZE)

/* The id of the plan 'cascade' that expires at 'expires_s'. */
struct plan_id plan_id_of(const struct cascade *cascade, int64_t expires_s);

/* Writes "EXPIRES-DIGEST"; reads it, false for anything else. */
void plan_id_format(const struct plan_id *id, char ret_text[PLAN_ID_SIZE]);
bool plan_id_parse(const char *text, struct plan_id *ret_id);

bool plan_id_equal(const struct plan_id *a, const struct plan_id *b);

#endif
