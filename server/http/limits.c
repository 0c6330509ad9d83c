/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits of requests.
 *
 * The rate is that of a token bucket, kept as the time at which the bucket
 * will be full again (as the generic cell rate algorithm of ITU-T I.371 has
 * it): one number for each project, and nothing to do while it is silent.
 */
#include "http/limits.h"

#include <inttypes.h>

#include "api/events.h"
#include "core/clock.h"
#include "core/settings.h"
#include "http/clients.h"
#include "http/operations.h"
#include "http/request.h"
#include "http/route.h"
#include "http/tally.h"

#define IDLE_NAMES 8192 /* Remembered beyond those with requests under way. */
#define SECOND_NS INT64_C(1000000000)

struct limits {
    struct tally *tally; /* NULL: there is no limit. */
    int64_t interval_ns; /* Between two requests; 0: any. */
    int64_t burst_ns;    /* How far a project may be ahead. */
    int64_t rate;
    int64_t concurrency; /* 0: any. */
    struct limits_stats stats;
};

struct limits *
limits_new(struct arena *arena, const struct settings *settings)
{
    struct limits *limits = ARENA_NEW(arena, struct limits);
    int64_t burst = settings->rate_burst > 0 ? settings->rate_burst
                                             : settings->rate_limit;
    limits->rate = settings->rate_limit;
    limits->concurrency = settings->concurrency_limit;
    if (settings->rate_limit > 0) {
        limits->interval_ns = SECOND_NS / settings->rate_limit;
        limits->burst_ns = (burst - 1) * limits->interval_ns;
    }
    if (limits->interval_ns > 0 || limits->concurrency > 0) {
        size_t busy = (size_t) settings->max_connections;
        limits->tally = tally_new(arena, busy + IDLE_NAMES);
    }
    return limits;
}

void
limits_stats(const struct limits *limits, struct limits_stats *ret_stats)
{
    *ret_stats = limits->stats;
}

/* --- whom a request counts for */

/* Who looks after the server sees it under any load. */
static bool
is_probe(const struct request *request)
{
    operation_fn *operation = request->route->operation;
    return operation == operations_health || operation == operations_ready ||
           operation == operations_metrics;
}

static struct tally_entry *
entry_of(struct limits *limits, struct request *request)
{
    const char *project = request->call.caller.project_id;
    char network[CLIENT_NETWORK_SIZE];
    if (project != NULL && project[0] != '\0') {
        return tally_find(limits->tally,
                          arena_printf(&request->arena, "project %s",
                                       project));
    }
    client_network(&request->ip, network);
    return tally_find(limits->tally, network);
}

/* --- the limits */

static struct err *
refuse(struct request *request, int64_t wait_ns, const char *what,
       int64_t limit)
{
    int64_t wait_s = (wait_ns + SECOND_NS - 1) / SECOND_NS;
    request->call.answer.retry_after =
        arena_printf(&request->arena, "%" PRId64, wait_s);
    return err_new(&request->arena, ERR_TOO_MANY,
                   "%s: at most %" PRId64 " are allowed; try again in %"
                   PRId64 " s", what, limit, wait_s);
}

static struct err *
take_token(struct limits *limits, struct request *request,
           struct tally_entry *entry)
{
    int64_t now_ns = clock_monotonic_us() * 1000;
    int64_t wait_ns = entry->due_ns - limits->burst_ns - now_ns;
    if (wait_ns > 0) {
        limits->stats.by_rate++;
        return refuse(request, wait_ns, "too many requests per second",
                      limits->rate);
    }
    int64_t from_ns = entry->due_ns > now_ns ? entry->due_ns : now_ns;
    entry->due_ns = from_ns + limits->interval_ns;
    return NULL;
}

struct err *
limits_admit(struct limits *limits, struct request *request)
{
    if (limits->tally == NULL || is_probe(request)) {
        return NULL;
    }
    struct tally_entry *entry = entry_of(limits, request);
    bool counts = limits->concurrency > 0 &&
                  request->route->operation != events_list;
    if (counts && entry->held >= limits->concurrency) {
        limits->stats.by_concurrency++;
        return refuse(request, SECOND_NS, "too many requests at once",
                      limits->concurrency);
    }
    if (limits->interval_ns > 0) {
        TRY(take_token(limits, request, entry));
    }
    if (counts) {
        tally_hold(limits->tally, entry);
        request->limited = entry;
    }
    return NULL;
}

void
limits_leave(struct limits *limits, struct request *request)
{
    if (request->limited != NULL) {
        tally_release(limits->tally, request->limited);
        request->limited = NULL;
    }
}
