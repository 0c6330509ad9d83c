/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keeper: one thread per process, with a connection of its own, that runs
 * the chores of a table again and again, whoever else uses the database.
 *
 * A chore is one transaction.  Several processes may share the database: a
 * chore runs in one of them at a time, under an advisory lock.  A chore that
 * fails is reported, and its next run comes all the same; while the database
 * is away the keeper quietly tries again.
 */
#ifndef DB_KEEPER_H
#define DB_KEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "db/tx.h"

struct buf;
struct keeper;
struct settings;

/* Does a bounded piece of work in 'tx', which it ends with tx_commit. */
typedef struct err *chore_fn(struct tx *tx, const struct settings *settings);

struct chore {
    const char *name; /* In the log and the metrics; makes its lock. */
    chore_fn *run;
    int64_t every_s;  /* Seconds from one run to the next, or */
    size_t setting;   /* offsetof the setting that says so; there 0: never. */
    bool snapshot;    /* REPEATABLE READ: all statements see one moment, */
    const char *lock; /* and before it this is locked ("LOCK TABLE ..."), so
                       * that nobody changes it behind; NULL: nothing. */
};

#define CHORE_SETTING(member) .setting = offsetof(struct settings, member)

/* Told, in the keeper's thread, why a run failed, or what a chore found. */
typedef void keeper_report_fn(void *arg, const char *chore,
                              const struct err *err);

/* Starts the keeper with the chores of this program. */
struct err *keeper_start(struct arena *arena, const struct settings *settings,
                         keeper_report_fn *report, void *arg,
                         struct keeper **ret_keeper) MUST_CHECK;

/* The same with 'n' chores at 'list', for tests. */
struct err *keeper_start_list(struct arena *arena,
                              const struct settings *settings,
                              const struct chore *list, size_t n,
                              keeper_report_fn *report, void *arg,
                              struct keeper **ret_keeper) MUST_CHECK;

/* Ends the thread, in the middle of a run when there is one. */
void keeper_stop(struct keeper *keeper);

/* Counters of one chore. */
struct chore_stats {
    const char *name;
    int64_t runs;     /* That did their work. */
    int64_t failures; /* That did not, but for a race lost. */
    int64_t last_us;  /* How long the last one took. */
};

/* The counters of chore 'index'; false when there is no such. */
bool keeper_stats(struct keeper *keeper, size_t index,
                  struct chore_stats *ret_stats);

/* Appends what the chores have published. */
void keeper_add_published(struct keeper *keeper, struct buf *buf);

/* --- for chores: each does nothing when 'tx' is not the keeper's */

/* Asks for another run at once: there is more to do than one run may take. */
void chore_again(struct tx *tx);

/* Publishes 'text' (lines of Prometheus) until the next time. */
void chore_publish(struct tx *tx, const char *text);

/* Has 'err' reported although the run did its work. */
void chore_alarm(struct tx *tx, struct err *err);

#endif
