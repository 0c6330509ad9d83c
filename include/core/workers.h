/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads for work that would hold up a loop: hashing of passwords,
 * verification of signatures.
 */
#ifndef CORE_WORKERS_H
#define CORE_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"

struct workers;

/* A piece of work, part of its owner, who keeps it until 'run' has it. */
struct work {
    void (*run)(struct work *work); /* In a worker's thread. */
    struct work *next;
};

/* Starts 'n_threads' threads; at most 'limit' pieces of work wait for them. */
struct err *workers_start(struct arena *arena, size_t n_threads, size_t limit,
                          struct workers **ret_workers) MUST_CHECK;

/* Queues 'work'; false when too much waits already, and after
 * workers_stop. */
bool workers_submit(struct workers *workers, struct work *work);

/* Does what is queued, then ends the threads; the end of the arena does it as
 * well. */
void workers_stop(struct workers *workers);

#endif
