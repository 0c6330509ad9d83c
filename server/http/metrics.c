/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters, and how Prometheus reads them.
 */
#include "http/metrics.h"

#include <inttypes.h>
#include <stdbool.h>

#include "core/arena.h"
#include "core/buf.h"
#include "db/feed.h"
#include "db/keeper.h"
#include "db/lane.h"
#include "http/clients.h"
#include "http/limits.h"
#include "http/parked.h"
#include "http/request.h"
#include "http/route.h"
#include "identity/identity.h"
#include "http/tls.h"

#define N_STATUSES 600

/* Upper bounds of the latency buckets, in microseconds. */
static const int64_t buckets[] = {250,    500,    1000,    2500,    5000,
                                  10000,  25000,  50000,   100000,  250000,
                                  500000, 1000000, 2500000, 5000000};
#define N_BUCKETS (sizeof buckets / sizeof *buckets)

/* What a route answered; the last one stands for unknown paths. */
struct route_metrics {
    int64_t by_status[N_STATUSES];
    int64_t by_bucket[N_BUCKETS + 1];
    int64_t sum_us;
    int64_t count;
};

struct metrics {
    struct route_metrics routes[ROUTE_MAX + 1];
    int64_t connections;
};

struct metrics *
metrics_new(struct arena *arena)
{
    return ARENA_NEW(arena, struct metrics);
}

void
metrics_connections(struct metrics *metrics, int64_t n)
{
    metrics->connections = n;
}

void
metrics_count(struct metrics *metrics, const struct request *request,
              int64_t duration_us)
{
    int index = route_index(request->route);
    int status = request_status(request);
    struct route_metrics *route =
        &metrics->routes[index < 0 ? ROUTE_MAX : index];
    size_t bucket = 0;
    while (bucket < N_BUCKETS && duration_us > buckets[bucket]) {
        bucket++;
    }
    route->by_bucket[bucket]++;
    route->sum_us += duration_us;
    route->count++;
    if (status > 0 && status < N_STATUSES) {
        route->by_status[status]++;
    }
}

/* method="GET",route="/v2.0/ports" */
static void
add_labels(struct buf *buf, int index)
{
    const struct route *route = route_at(index);
    if (route == NULL) {
        buf_adds(buf, "method=\"\",route=\"unknown\"");
    } else {
        buf_addf(buf, "method=\"%s\",route=\"%s\"", route->method,
                 route->pattern);
    }
}

static void
write_statuses(const struct metrics *metrics, struct buf *buf)
{
    buf_adds(buf, "# HELP tenet_http_requests_total Requests answered.\n"
                  "# TYPE tenet_http_requests_total counter\n");
    for (int index = 0; index <= ROUTE_MAX; index++) {
        for (int status = 0; status < N_STATUSES; status++) {
            int64_t n = metrics->routes[index].by_status[status];
            if (n == 0) {
                continue;
            }
            buf_adds(buf, "tenet_http_requests_total{");
            add_labels(buf, index);
            buf_addf(buf, ",status=\"%d\"} %" PRId64 "\n", status, n);
        }
    }
}

static void
write_histogram(const struct route_metrics *route, int index,
                struct buf *buf)
{
    int64_t below = 0;
    for (size_t i = 0; i <= N_BUCKETS; i++) {
        below += route->by_bucket[i];
        buf_adds(buf, "tenet_http_request_seconds_bucket{");
        add_labels(buf, index);
        if (i < N_BUCKETS) {
            buf_addf(buf, ",le=\"%g\"} %" PRId64 "\n",
                     (double) buckets[i] / 1e6, below);
        } else {
            buf_addf(buf, ",le=\"+Inf\"} %" PRId64 "\n", below);
        }
    }
    buf_adds(buf, "tenet_http_request_seconds_sum{");
    add_labels(buf, index);
    buf_addf(buf, "} %g\n", (double) route->sum_us / 1e6);
    buf_adds(buf, "tenet_http_request_seconds_count{");
    add_labels(buf, index);
    buf_addf(buf, "} %" PRId64 "\n", route->count);
}

static void
write_histograms(const struct metrics *metrics, struct buf *buf)
{
    buf_adds(buf, "# HELP tenet_http_request_seconds Time to the answer.\n"
                  "# TYPE tenet_http_request_seconds histogram\n");
    for (int index = 0; index <= ROUTE_MAX; index++) {
        if (metrics->routes[index].count > 0) {
            write_histogram(&metrics->routes[index], index, buf);
        }
    }
}

static void
write_lane(struct buf *buf, const char *metric, const char *type,
           const char *help, const int64_t values[LANE_N])
{
    static const char *const names[LANE_N] = {
        "look_up", "read", "write", "combine", "slow"};
    buf_addf(buf, "# HELP %s %s\n# TYPE %s %s\n", metric, help, metric, type);
    for (int kind = 0; kind < LANE_N; kind++) {
        buf_addf(buf, "%s{lane=\"%s\"} %" PRId64 "\n", metric, names[kind],
                 values[kind]);
    }
}

static void
write_lanes(struct lanes *lanes, struct buf *buf)
{
    int64_t queued[LANE_N], jobs[LANE_N], batches[LANE_N], refused[LANE_N],
        retries[LANE_N];
    for (int kind = 0; kind < LANE_N; kind++) {
        struct lane_stats stats;
        lanes_stats(lanes, (enum lane_kind) kind, &stats);
        queued[kind] = stats.queued;
        jobs[kind] = stats.jobs;
        batches[kind] = stats.batches;
        refused[kind] = stats.refused;
        retries[kind] = stats.retries;
    }
    write_lane(buf, "tenet_lane_queued", "gauge", "Jobs waiting.", queued);
    write_lane(buf, "tenet_lane_jobs_total", "counter", "Jobs done.", jobs);
    write_lane(buf, "tenet_lane_batches_total", "counter",
               "Exchanges or transactions that they took.", batches);
    write_lane(buf, "tenet_lane_refused_total", "counter",
               "Jobs turned away by a full queue.", refused);
    write_lane(buf, "tenet_lane_retries_total", "counter",
               "Transactions repeated.", retries);
}

/* A line per chore of each metric. */
static void
write_chore_counts(struct keeper *keeper, struct buf *buf)
{
    struct chore_stats stats;
    buf_adds(buf, "# HELP tenet_chore_runs_total Runs of a chore that did "
                  "their work.\n"
                  "# TYPE tenet_chore_runs_total counter\n");
    for (size_t i = 0; keeper_stats(keeper, i, &stats); i++) {
        buf_addf(buf, "tenet_chore_runs_total{chore=\"%s\"} %" PRId64 "\n",
                 stats.name, stats.runs);
    }
    buf_adds(buf, "# HELP tenet_chore_failures_total Runs that failed.\n"
                  "# TYPE tenet_chore_failures_total counter\n");
    for (size_t i = 0; keeper_stats(keeper, i, &stats); i++) {
        buf_addf(buf, "tenet_chore_failures_total{chore=\"%s\"} %" PRId64
                 "\n", stats.name, stats.failures);
    }
    buf_adds(buf, "# HELP tenet_chore_last_seconds Time of the last run.\n"
                  "# TYPE tenet_chore_last_seconds gauge\n");
    for (size_t i = 0; keeper_stats(keeper, i, &stats); i++) {
        buf_addf(buf, "tenet_chore_last_seconds{chore=\"%s\"} %g\n",
                 stats.name, (double) stats.last_us / 1e6);
    }
}

void
metrics_write(const struct metrics *metrics, struct lanes *lanes,
              struct keeper *keeper, struct buf *buf)
{
    buf_addf(buf,
             "# HELP tenet_http_connections Connections open.\n"
             "# TYPE tenet_http_connections gauge\n"
             "tenet_http_connections %" PRId64 "\n", metrics->connections);
    write_lanes(lanes, buf);
    write_chore_counts(keeper, buf);
    keeper_add_published(keeper, buf);
    write_statuses(metrics, buf);
    write_histograms(metrics, buf);
}

void
metrics_write_tokens(const struct identity *identity, struct buf *buf)
{
    static const char *const names[N_VERDICTS] = {
        [VERDICT_VALID] = "valid",
        [VERDICT_INVALID] = "invalid",
        [VERDICT_UNAVAILABLE] = "unavailable",
    };
    struct lookup_stats stats = identity_stats(identity);
    buf_addf(buf,
             "# HELP tenet_tokens_known_total Requests whose token was known.\n"
             "# TYPE tenet_tokens_known_total counter\n"
             "tenet_tokens_known_total %" PRId64 "\n"
             "# HELP tenet_tokens_asked_total Tokens that were asked about.\n"
             "# TYPE tenet_tokens_asked_total counter\n", stats.known);
    for (size_t i = 0; i < N_VERDICTS; i++) {
        buf_addf(buf, "tenet_tokens_asked_total{answer=\"%s\"} %" PRId64 "\n",
                 names[i], stats.answers[i]);
    }
}

static void
write_gauge(struct buf *buf, const char *name, const char *help, double value)
{
    buf_addf(buf, "# HELP %s %s\n# TYPE %s gauge\n%s %.15g\n", name, help,
             name, name, value);
}

void
metrics_write_feed(const struct feed *feed, const struct parked *parked,
                   struct buf *buf)
{
    struct feed_stats stats;
    struct parked_stats readers;
    feed_stats(feed, &stats);
    parked_stats(parked, &readers);
    write_gauge(buf, "tenet_events_parked_readers",
                "Requests that wait for an event.",
                (double) readers.readers);
    write_gauge(buf, "tenet_events_streams", "Open streams of events.",
                (double) readers.streams);
    write_gauge(buf, "tenet_events_watermark",
                "Id of the last event that can be read.",
                (double) stats.watermark);
    write_gauge(buf, "tenet_events_behind",
                "Ids drawn by transactions that may still be under way.",
                (double) stats.behind);
    write_gauge(buf, "tenet_events_lag_seconds",
                "For how long the oldest of them has been.",
                (double) stats.lag_us / 1e6);
}

void
metrics_write_tls(const struct tls *tls, struct buf *buf)
{
    if (tls != NULL) {
        write_gauge(buf, "tenet_tls_certificate_expiry_seconds",
                    "When the certificate ends, since 1970.",
                    (double) tls_expires_s(tls));
    }
}

void
metrics_write_limits(const struct limits *limits,
                     const struct clients *clients, struct buf *buf)
{
    struct limits_stats requests;
    struct clients_stats connections;
    limits_stats(limits, &requests);
    clients_stats(clients, &connections);
    buf_addf(buf,
             "# HELP tenet_limited_requests_total Requests refused by limits."
             "\n# TYPE tenet_limited_requests_total counter\n"
             "tenet_limited_requests_total{limit=\"rate\"} %" PRId64 "\n"
             "tenet_limited_requests_total{limit=\"concurrency\"} %" PRId64
             "\n", requests.by_rate, requests.by_concurrency);
    buf_addf(buf,
             "# HELP tenet_dropped_connections_total Connections refused or "
             "ended.\n# TYPE tenet_dropped_connections_total counter\n"
             "tenet_dropped_connections_total{reason=\"too_many\"} %" PRId64
             "\ntenet_dropped_connections_total{reason=\"slow_sender\"} %"
             PRId64 "\n"
             "tenet_dropped_connections_total{reason=\"slow_reader\"} %"
             PRId64 "\n", connections.too_many, connections.slow_senders,
             connections.slow_readers);
}
