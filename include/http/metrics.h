/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters of requests, and all counters as Prometheus text (exposition
 * format 0.0.4).
 */
#ifndef HTTP_METRICS_H
#define HTTP_METRICS_H

#include <stdint.h>

struct arena;
struct buf;
struct clients;
struct feed;
struct identity;
struct keeper;
struct lanes;
struct limits;
struct metrics;
struct parked;
struct request;
struct tls;

struct metrics *metrics_new(struct arena *arena);

/* Counts an answered request.  Only the HTTP loop calls it. */
void metrics_count(struct metrics *metrics, const struct request *request,
                   int64_t duration_us);

void metrics_connections(struct metrics *metrics, int64_t n);

void metrics_write(const struct metrics *metrics, struct lanes *lanes,
                   struct keeper *keeper, struct buf *buf);

/* When the certificate ends; nothing without TLS. */
void metrics_write_tls(const struct tls *tls, struct buf *buf);

/* Who was turned away: requests by limits, connections by clients. */
void metrics_write_limits(const struct limits *limits,
                          const struct clients *clients, struct buf *buf);

/* How often a source was asked whose a token is. */
void metrics_write_tokens(const struct identity *identity, struct buf *buf);

/* Readers of events, and how far the feed is behind. */
void metrics_write_feed(const struct feed *feed, const struct parked *parked,
                        struct buf *buf);

#endif
