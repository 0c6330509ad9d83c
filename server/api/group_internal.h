/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A group operation between the HTTP loop and a lane.
 */
#ifndef GROUP_INTERNAL_H
#define GROUP_INTERNAL_H

#include "resource/resource.h"

struct call;

/* An object of the group. */
struct group_item {
    const char *id;      /* In lower case. */
    int64_t revision;    /* That it must have; -1: any. */
    void *patch;         /* PUT: what was given. */
    struct err *refused; /* By the body already; not atomic only. */

    /* How it ended; set anew by every run. */
    struct err *err;
    const char *json; /* PUT: the object. */
};

/* PUT or DELETE of several objects; 'write' has their ids. */
struct group_write {
    struct write write; /* First: lanes hand jobs back. */
    bool atomic;
    struct group_item *items; /* In the order of the body. */
};

/* Reads the body into 'items' of '*ret_n'. */
struct err *group_read(const struct call *call, bool atomic, bool patches,
                       struct group_item **ret_items,
                       size_t *ret_n) MUST_CHECK;

/* Makes 'err' and those behind it tell that they are about item 'i'. */
struct err *group_name_item(const struct group_write *group, size_t i,
                            struct err *err);

/* The transaction. */
struct err *group_run(struct job *job, struct tx *tx);

#endif
