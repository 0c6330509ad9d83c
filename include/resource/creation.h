/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects under creation, of one request or of many that combine: one way for
 * all, in two round trips.  First the locks, the quotas and what the rules
 * read; under these locks every member is worked out in memory, so that a
 * member that cannot be is left out with its own answer, and what PostgreSQL
 * would show of the others is known before it is there.  Then the rows, the
 * events and COMMIT.  Ports have a way of their own (port_batch.h).
 */
#ifndef RESOURCE_CREATION_H
#define RESOURCE_CREATION_H

#include "resource/quota.h"
#include "resource/resource.h"

/* Objects that are created together or not at all. */
struct creation_member {
    struct change *change;
    void *const *records;
    size_t n;
    struct err *err; /* Why not. */
};

struct creation {
    const struct resource *resource;
    struct tx *tx;
    struct arena *arena; /* Of the transaction. */
    const struct settings *settings;
    struct creation_member *members;
    size_t n_members;
    size_t n_records; /* Of all members. */
    struct quota_claims claims;
    const char *now;  /* The transaction's time, as PostgreSQL's text. */
    struct sheet sheet; /* Of the members that are not refused. */
    void *state;        /* The rules' own, from one to the next. */
};

/* Statements of load_create beside one for each record. */
#define CREATION_N_LOAD 5

/* Runs 'code' for each record that is not refused: 'member' is its member,
 * 'i' its place there. */
#define EACH_RECORD(creation_, member_, i_)                                 \
    for (struct creation_member *member_ = (creation_)->members;            \
         member_ < (creation_)->members + (creation_)->n_members; member_++) \
        for (size_t i_ = 0; member_->err == NULL && i_ < member_->n; i_++)

/* Notes that 'err' refuses the member; returned when it is no answer, but a
 * reason to end the transaction. */
struct err *creation_refuse(struct creation_member *member,
                            struct err *err) MUST_CHECK;

/* combine_fn of one resource: POST of objects. */
struct err *creation_run_jobs(struct tx *tx, struct job **jobs,
                              size_t n) MUST_CHECK;

#endif
