/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads that start together.
 */
#include "support/race.h"

#include <pthread.h>

#include <criterion/criterion.h>

#include "core/arena.h"
#include "core/buf.h"
#include "support/api.h"

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
