/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sends the requests of a script over many connections, each of which sends
 * the next one when it has its answer, and notes what came back and when.
 *
 * One thread, so that it takes at most one processor from what it measures.
 */
#ifndef BENCH_LOAD_RUN_H
#define BENCH_LOAD_RUN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "answer.h"
#include "core/err.h"
#include "histogram.h"
#include "script.h"

#define STATUS_MAX 600
#define UNEXPECTED_MAX 5
#define TARGETS_MAX 8

struct run_options {
    struct sockaddr_in targets[TARGETS_MAX]; /* Connections take turns. */
    size_t n_targets;
    size_t connections;
    uint64_t requests; /* At most. */
    double seconds;    /* At most. */
    double grace;      /* Seconds that the last answers have to come. */
    uint64_t serial;   /* The first "{n}". */
    bool hold;         /* Each connection sends one request and stays. */
    FILE *ids;         /* Where the ids of answers go, or NULL. */
};

/* What was wrong with an answer. */
struct unexpected {
    const char *what;
    const char *text;
};

struct result {
    struct histogram latency;
    uint64_t sent;
    uint64_t answered;
    uint64_t statuses[STATUS_MAX];
    uint64_t failures; /* Unexpected, broken, or no answers. */
    struct unexpected unexpected[UNEXPECTED_MAX]; /* The first ones. */
    size_t n_unexpected;
    uint32_t *moments; /* Of each answer: microseconds from the start. */
    int64_t started_ns;
    int64_t ended_ns; /* Of the last answer. */
    double cpu_user_s;
    double cpu_system_s;
};

/* Runs 'script'.  With 'options->hold' the connections stay open when this
 * returns, until the process ends. */
struct err *run_script(struct arena *arena, const struct run_options *options,
                       const struct script *script,
                       struct result *ret_result) MUST_CHECK;

#endif
