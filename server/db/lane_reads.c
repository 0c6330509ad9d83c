/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads that wait together: one flush, and one statement for all that ask for
 * one object of the same table each.
 */
#include "core/arena.h"
#include "db/sqlgen.h"
#include "lane_internal.h"

#define SCRATCH_MEMORY (16u << 20)

/* A group of statements, and whom it answers: a job, or several that look
 * objects up. */
struct asked {
    struct job **jobs;
    size_t n;
    struct query query; /* Of several. */
    struct rows rows;
};

/* --- what is asked */

static bool
go_together(const struct job *a, const struct job *b)
{
    return a->lookup != NULL && b->lookup != NULL &&
           a->lookup->table == b->lookup->table &&
           a->lookup->visibility.all == b->lookup->visibility.all;
}

/* Appends the first of 'jobs' to 'sorted', and, 'together', those that go with
 * it; those that are taken become NULL. */
static size_t
take_alike(struct job **jobs, size_t n, bool together, struct job **sorted)
{
    size_t taken = 0;
    for (size_t i = 0; i < n; i++) {
        if (jobs[i] != NULL &&
            (taken == 0 || (together && go_together(sorted[0], jobs[i])))) {
            sorted[taken++] = jobs[i];
            jobs[i] = NULL;
        }
    }
    return taken;
}

/* Puts jobs that go together side by side; returns how many groups it makes
 * of them. */
static size_t
sort_out(struct job **jobs, size_t n, bool together, struct asked *ret_asked)
{
    struct job *sorted[LANE_MAX_READS];
    size_t n_asked = 0, at = 0;
    while (at < n) {
        size_t taken = take_alike(jobs, n, together, sorted + at);
        ret_asked[n_asked++] = (struct asked){.jobs = jobs + at, .n = taken};
        at += taken;
    }
    memcpy(jobs, sorted, n * sizeof *jobs);
    return n_asked;
}

static struct query
look_up(struct arena *arena, struct job *const *jobs, size_t n)
{
    const struct lookup **lookups =
        ARENA_ARRAY(arena, const struct lookup *, n);
    for (size_t i = 0; i < n; i++) {
        lookups[i] = jobs[i]->lookup;
    }
    return sqlgen_look_up(arena, lookups, n);
}

static struct group
ask_for(struct asked *asked, struct arena *scratch)
{
    struct job *job = asked->jobs[0];
    if (asked->n > 1) {
        asked->query = look_up(scratch, asked->jobs, asked->n);
        return (struct group){.arena = scratch,
                              .queries = &asked->query,
                              .n = 1,
                              .ret_rows = &asked->rows};
    }
    if (job->lookup != NULL) {
        job->queries = ARENA_NEW(job->arena, struct query);
        *job->queries = look_up(job->arena, asked->jobs, 1);
        job->n_queries = 1;
    }
    job->rows = ARENA_ARRAY(job->arena, struct rows, job->n_queries);
    return (struct group){.arena = job->arena,
                          .queries = job->queries,
                          .n = job->n_queries,
                          .ret_rows = job->rows};
}

/* --- what is answered */

/* Gives each of the jobs its row, or none. */
static void
hand_out(const struct asked *asked)
{
    int column = sqlgen_key_of_lookup(asked->jobs[0]->lookup);
    for (size_t i = 0; i < asked->n; i++) {
        struct job *job = asked->jobs[i];
        job->err = NULL;
        job->rows = ARENA_NEW(job->arena, struct rows);
        *job->rows = (struct rows){.result = asked->rows.result};
    }
    for (int row = 0; row < rows_count(&asked->rows); row++) {
        int64_t place = rows_int(&asked->rows, row, column);
        struct rows *rows = asked->jobs[place - 1]->rows;
        rows->first = row;
        rows->n = 1;
    }
}

/* True unless an error of one may have become that of several. */
static bool
take_answer(const struct asked *asked, const struct group *group)
{
    if (asked->n == 1) {
        asked->jobs[0]->err = group->err;
        return true;
    }
    if (group->err != NULL) {
        lane_fail_jobs(asked->jobs, asked->n, group->err);
        return false;
    }
    hand_out(asked);
    return true;
}

/* Asks for all, 'together' with one sync and by few statements; false when they
 * have to be asked for again, each by itself. */
static bool
exchange(struct lane *lane, struct job **jobs, size_t n, bool together,
         struct arena *scratch)
{
    struct asked asked[LANE_MAX_READS];
    struct group groups[LANE_MAX_READS];
    size_t n_asked = sort_out(jobs, n, together, asked);
    bool good = true;
    for (size_t i = 0; i < n_asked; i++) {
        groups[i] = ask_for(&asked[i], scratch);
    }
    if (together) {
        conn_exchange_together(lane->conn, groups, n_asked);
    } else {
        conn_exchange(lane->conn, groups, n_asked);
    }
    for (size_t i = 0; i < n_asked; i++) {
        good = take_answer(&asked[i], &groups[i]) && good;
    }
    return good && conn_is_open(lane->conn);
}

/* Asks what the jobs ask; once more when the connection was found dead or one
 * spoilt the answer of others: reads change nothing. */
static void
ask(struct lane *lane, struct job **jobs, size_t n, struct arena *scratch)
{
    for (int try = 0; try < 2; try++) {
        if (lane->kind == LANE_READ && !conn_is_open(lane->conn) &&
            lane->lanes->known != NULL) {
            rowcache_forget(lane->lanes->known);
        }
        struct err *err = conn_open(lane->conn, jobs[0]->arena);
        if (err != NULL) {
            lane_fail_jobs(jobs, n, err);
            break;
        }
        if (exchange(lane, jobs, n, try == 0, scratch)) {
            break;
        }
    }
}

/* Ends the jobs that have all that they need; returns how many ask for more,
 * which are then the first. */
static size_t
finish(struct lane *lane, struct job **jobs, size_t n)
{
    size_t n_again = 0;
    for (size_t i = 0; i < n; i++) {
        struct job *job = jobs[i];
        job->again = false;
        if (job->err == NULL) {
            job->finish(job);
        }
        if (job->err == NULL && job->again) {
            jobs[n_again++] = job;
        } else {
            lanes_end(lane->lanes, job);
        }
    }
    return n_again;
}

void
lane_run_reads(struct lane *lane, struct job **jobs, size_t n)
{
    while (n > 0) {
        struct arena scratch;
        arena_init(&scratch, SCRATCH_MEMORY);
        ask(lane, jobs, n, &scratch);
        n = finish(lane, jobs, n);
        arena_done(&scratch);
    }
}
