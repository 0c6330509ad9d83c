/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread around libcurl's multi interface; its only user in the server.
 */
#include "identity/fetcher.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdbool.h>
#include <strings.h>

#define POLL_MS 60000
#define CONNECT_TIMEOUT_MS 3000L
#define CONNECTIONS_MAX 32L /* To a host. */

struct fetcher {
    CURLM *multi;
    const char *ca;
    pthread_t thread;
    struct transfer *running; /* In the thread. */
    pthread_mutex_t mutex;    /* Guards the rest. */
    struct fetch *first, *last;
    bool stops;
};

/* A fetch in flight; lives in the fetch's arena. */
struct transfer {
    struct fetch *fetch;
    CURL *curl;
    struct curl_slist *headers;
    char error[CURL_ERROR_SIZE];
    struct transfer *previous, *next;
};

/* --- one transfer */

static size_t
take_body(char *data, size_t size, size_t count, void *context)
{
    struct fetch *fetch = context;
    if (fetch->text.len + size * count > FETCH_BODY_MAX) {
        return 0; /* An error to libcurl. */
    }
    buf_add(&fetch->text, data, size * count);
    return size * count;
}

static size_t
take_header(char *data, size_t size, size_t count, void *context)
{
    static const char name[] = "x-subject-token:";
    struct fetch *fetch = context;
    size_t len = size * count, i = sizeof name - 1;
    if (len < i || strncasecmp(data, name, i) != 0) {
        return len;
    }
    while (i < len && data[i] == ' ') {
        i++;
    }
    size_t end = len;
    while (end > i && strchr("\r\n ", data[end - 1]) != NULL) {
        end--;
    }
    if (end - i < FETCH_TOKEN_SIZE) {
        fetch->token = arena_strndup(fetch->arena, data + i, end - i);
    }
    return len;
}

static bool
add_headers(struct transfer *transfer)
{
    for (size_t i = 0; transfer->fetch->headers[i] != NULL; i++) {
        struct curl_slist *longer = curl_slist_append(
            transfer->headers, transfer->fetch->headers[i]);
        if (longer == NULL) {
            return false;
        }
        transfer->headers = longer;
    }
    return true;
}

static bool
set_up(struct transfer *transfer, const char *ca)
{
    CURL *curl = transfer->curl;
    struct fetch *fetch = transfer->fetch;
    if (!add_headers(transfer)) {
        return false;
    }
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long) fetch->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->error);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, fetch);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, fetch);
    if (fetch->body != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, fetch->body);
    }
    return (ca[0] == '\0' ||
            curl_easy_setopt(curl, CURLOPT_CAINFO, ca) == CURLE_OK) &&
           curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_URL, fetch->url) == CURLE_OK;
}

/* Gives the fetch back to its owner. */
static void
finish(struct fetch *fetch, long status, const char *problem)
{
    fetch->status = status;
    fetch->problem = problem;
    fetch->done(fetch);
}

static void
release(struct transfer *transfer)
{
    curl_easy_cleanup(transfer->curl);
    curl_slist_free_all(transfer->headers);
}

static void
start(struct fetcher *fetcher, struct fetch *fetch)
{
    struct transfer *transfer = ARENA_NEW(fetch->arena, struct transfer);
    buf_init(&fetch->text, fetch->arena, 0);
    transfer->fetch = fetch;
    transfer->curl = curl_easy_init();
    if (transfer->curl == NULL || !set_up(transfer, fetcher->ca) ||
        curl_multi_add_handle(fetcher->multi, transfer->curl) != CURLM_OK) {
        release(transfer);
        finish(fetch, 0, "libcurl cannot be set up");
        return;
    }
    transfer->next = fetcher->running;
    if (transfer->next != NULL) {
        transfer->next->previous = transfer;
    }
    fetcher->running = transfer;
}

static void
end(struct fetcher *fetcher, struct transfer *transfer, const char *problem)
{
    struct fetch *fetch = transfer->fetch;
    long status = 0;
    if (problem == NULL) {
        curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    }
    *(transfer->previous == NULL ? &fetcher->running
                                 : &transfer->previous->next) =
        transfer->next;
    if (transfer->next != NULL) {
        transfer->next->previous = transfer->previous;
    }
    curl_multi_remove_handle(fetcher->multi, transfer->curl);
    release(transfer);
    finish(fetch, status, problem);
}

/* --- the thread */

static struct fetch *
take_new(struct fetcher *fetcher, bool *ret_stops)
{
    pthread_mutex_lock(&fetcher->mutex);
    struct fetch *first = fetcher->first;
    fetcher->first = fetcher->last = NULL;
    *ret_stops = fetcher->stops;
    pthread_mutex_unlock(&fetcher->mutex);
    return first;
}

static const char *
problem_of(struct transfer *transfer, CURLcode code)
{
    return code == CURLE_OK ? NULL
           : transfer->error[0] != '\0'
               ? arena_strdup(transfer->fetch->arena, transfer->error)
               : curl_easy_strerror(code);
}

static void
end_finished(struct fetcher *fetcher)
{
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(fetcher->multi, &left)) != NULL) {
        struct transfer *transfer;
        CURLcode code = message->data.result;
        if (message->msg == CURLMSG_DONE) {
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
                              &transfer);
            end(fetcher, transfer, problem_of(transfer, code));
        }
    }
}

static void *
run(void *arg)
{
    struct fetcher *fetcher = arg;
    bool stops = false;
    int n_running;
    while (!stops) {
        struct fetch *fetch = take_new(fetcher, &stops);
        while (fetch != NULL) {
            struct fetch *next = fetch->next;
            start(fetcher, fetch);
            fetch = next;
        }
        curl_multi_perform(fetcher->multi, &n_running);
        end_finished(fetcher);
        if (!stops) {
            curl_multi_poll(fetcher->multi, NULL, 0, POLL_MS, NULL);
        }
    }
    while (fetcher->running != NULL) {
        end(fetcher, fetcher->running, "the server is stopping");
    }
    return NULL;
}

void
fetcher_send(struct fetcher *fetcher, struct fetch *fetch)
{
    fetch->next = NULL;
    pthread_mutex_lock(&fetcher->mutex);
    bool stops = fetcher->stops;
    if (!stops && fetcher->first == NULL) {
        fetcher->first = fetch;
    } else if (!stops) {
        fetcher->last->next = fetch;
    }
    fetcher->last = fetch;
    pthread_mutex_unlock(&fetcher->mutex);
    if (stops) {
        finish(fetch, 0, "the server is stopping");
    } else {
        curl_multi_wakeup(fetcher->multi);
    }
}

/* --- start and stop */

static void
release_fetcher(void *object)
{
    struct fetcher *fetcher = object;
    fetcher_stop(fetcher);
    curl_multi_cleanup(fetcher->multi);
    pthread_mutex_destroy(&fetcher->mutex);
}

struct err *
fetcher_start(struct arena *arena, const char *ca,
              struct fetcher **ret_fetcher)
{
    struct fetcher *fetcher = ARENA_NEW(arena, struct fetcher);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return err_new(arena, ERR_INTERNAL, "libcurl does not start");
    }
    fetcher->ca = ca;
    fetcher->multi = curl_multi_init();
    if (fetcher->multi == NULL) {
        return err_new(arena, ERR_INTERNAL, "libcurl does not start");
    }
    curl_multi_setopt(fetcher->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                      CONNECTIONS_MAX);
    pthread_mutex_init(&fetcher->mutex, NULL);
    if (pthread_create(&fetcher->thread, NULL, run, fetcher) != 0) {
        return err_new(arena, ERR_INTERNAL, "cannot start a thread");
    }
    arena_defer(arena, release_fetcher, fetcher);
    *ret_fetcher = fetcher;
    return NULL;
}

void
fetcher_stop(struct fetcher *fetcher)
{
    pthread_mutex_lock(&fetcher->mutex);
    bool stopped = fetcher->stops;
    fetcher->stops = true;
    pthread_mutex_unlock(&fetcher->mutex);
    if (!stopped) {
        curl_multi_wakeup(fetcher->multi);
        pthread_join(fetcher->thread, NULL);
    }
}
