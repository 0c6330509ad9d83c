/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The five verbs of every resource, made from its table and rules.
 */
#ifndef API_VERBS_H
#define API_VERBS_H

#include "api/call.h"

operation_fn verb_list;
operation_fn verb_show;
operation_fn verb_create;
operation_fn verb_update;
operation_fn verb_delete;

/* Not found when 'call->id' is no UUID: it names nothing. */
struct err *verb_check_id(const struct call *call) MUST_CHECK;

/* POST and PUT as most resources have them; own_verbs.c knows the others. */
operation_fn verb_create_plain;
operation_fn verb_update_plain;

/* A write job for 'call', without its records and ids. */
struct write *verb_new_write(struct call *call, enum write_verb verb);

/* Reads If-Match: "revision_number=N", or ETags. */
struct err *verb_read_precondition(
    const struct call *call,
    struct precondition *ret_precondition) MUST_CHECK;

/* Answers a reader who wants to change an object: it may not, and what it
 * cannot see does not exist. */
struct err *verb_refuse_reader(struct call *call) MUST_CHECK;

/* --- write.c: the transactions, in a lane */

/* Creates, changes or deletes the objects of a struct write. */
struct err *write_run(struct job *job, struct tx *tx);

/* Locks the object of an update or delete, behind its parent: not found when
 * it is not there or not visible, ERR_FORBIDDEN when it is somebody else's,
 * ERR_REVISION when it has another revision than If-Match says. */
struct err *write_lock(struct change *change, const struct write *write,
                       struct rows *ret_rows) MUST_CHECK;

/* The same with any lock; ROW_READ: with none. */
struct err *write_find(struct change *change, const struct write *write,
                       enum row_lock lock,
                       struct rows *ret_rows) MUST_CHECK;

/* How an update, or a delete, locks its objects. */
enum row_lock write_row_lock(const struct write *write);

/* Locks the objects of an update or delete, behind their parents; 'ret_rows'
 * has those that are there and visible, in the order of their ids. */
struct err *write_lock_rows(struct change *change, const struct write *write,
                            enum row_lock lock,
                            struct rows *ret_rows) MUST_CHECK;

/* The checks of write_lock for the object 'id', row 'row' of what was locked,
 * or -1. */
struct err *write_check_row(struct change *change, const struct write *write,
                            const char *id, const struct rows *rows,
                            int row) MUST_CHECK;

/* Leaves the events of 'change' for COMMIT: the end of every 'run'. */
struct err *write_end(struct change *change) MUST_CHECK;

#endif
