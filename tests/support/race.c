/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads that start together.
 */
#include "support/race.h"

#include <pthread.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "core/arena.h"
#include "core/buf.h"
#include "support/api.h"
#include "support/server.h"

#define N RACE_CLIENTS
#define MAX_CLIENTS 256

struct client {
    pthread_t thread;
    pthread_barrier_t *start;
    struct session session;
    race_fn *fn;
    const void *arg;
    int i;
    int status;
};

static void *
run_client(void *arg)
{
    struct client *client = arg;
    *session() = client->session;
    session()->lenient = true;
    pthread_barrier_wait(client->start);
    client->status = client->fn(client->arg, client->i);
    session_done();
    return NULL;
}

void
race(int n, race_fn *fn, const void *arg, int *ret_statuses)
{
    pthread_barrier_t start;
    struct client clients[MAX_CLIENTS];
    cr_assert(n > 0 && n <= MAX_CLIENTS);
    pthread_barrier_init(&start, NULL, (unsigned) n);
    for (int i = 0; i < n; i++) {
        clients[i] = (struct client){.start = &start, .session = *session(),
                                     .fn = fn, .arg = arg, .i = i};
        int failed = pthread_create(&clients[i].thread, NULL, run_client,
                                    &clients[i]);
        cr_assert(failed == 0, "a thread does not start");
    }
    for (int i = 0; i < n; i++) {
        pthread_join(clients[i].thread, NULL);
        ret_statuses[i] = clients[i].status;
    }
    pthread_barrier_destroy(&start);
}

int
count_status(const int *statuses, int n, int status)
{
    int count = 0;
    for (int i = 0; i < n; i++) {
        count += statuses[i] == status ? 1 : 0;
    }
    return count;
}

const char *
describe_statuses(const int *statuses, int n)
{
    struct buf buf;
    buf_init(&buf, session_arena(), 64);
    for (int i = 0; i < n; i++) {
        if (count_status(statuses, i, statuses[i]) == 0) {
            buf_addf(&buf, "%s%d: %d", buf.len == 0 ? "" : ", ", statuses[i],
                     count_status(statuses, n, statuses[i]));
        }
    }
    return buf.data;
}

/* --- things that many want */

int
race_want(const void *arg, int i)
{
    const struct goal *goal = arg;
    if (goal->other_url != NULL && i % 2 == 1) {
        on_server(goal->other_url);
    }
    return create(goal->kind, "%s", goal->attributes).status;
}

void
expect_winners(struct goal goal, int winners)
{
    int statuses[N];
    race(N, race_want, &goal, statuses);
    cr_assert(count_status(statuses, N, 201) == winners &&
                  count_status(statuses, N, 409) == N - winners,
              "%s", describe_statuses(statuses, N));
    expect_invariants();
}

static int
compare_addresses(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

void
expect_distinct(const char *network_id, size_t n)
{
    const char *addresses[1000];
    struct reply r = list("port", "network_id=%s", network_id);
    cr_assert_eq(count_at(&r, "ports"), n);
    for (size_t i = 0; i < n; i++) {
        addresses[i] =
            text_at(&r, text("ports.%zu.fixed_ips.0.ip_address", i));
    }
    qsort(addresses, n, sizeof(addresses[0]), compare_addresses);
    for (size_t i = 1; i < n; i++) {
        cr_assert_str_neq(addresses[i - 1], addresses[i]);
    }
}

struct site
make_small_site(int last)
{
    const char *network = make_network();
    return (struct site){
        network, make("subnet", "'network_id': '%s', 'ip_version': 4, "
                      "'cidr': '10.0.0.0/24', 'allocation_pools': "
                      "[{'start': '10.0.0.2', 'end': '10.0.0.%d'}]",
                      network, last)};
}
