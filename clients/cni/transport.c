/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One HTTP request and its answer.
 *
 * A connection is kept for the requests of a command.  Proxies of the
 * environment are not used: runtimes have them for images, and the server is
 * in the cluster's own network.  Redirections are not followed.
 */
#include "cni/transport.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "cni/config.h"
#include "core/arena.h"
#include "core/buf.h"

#define CONNECT_TIMEOUT_MS 5000L

struct transport {
    struct arena *arena;
    const struct config *config;
    CURL *curl;
    struct curl_slist *headers; /* Of every request. */
    char error[CURL_ERROR_SIZE];
};

/* What arrives of an answer. */
struct arrival {
    struct buf body;
    int64_t retry_after_s;
};

static void
release_curl(void *curl)
{
    curl_easy_cleanup(curl);
}

static void
release_headers(void *transport)
{
    curl_slist_free_all(((struct transport *) transport)->headers);
}

static bool
add_header(struct curl_slist **list, struct arena *arena, const char *name,
           const char *value)
{
    if (value == NULL) {
        return true;
    }
    struct curl_slist *longer = curl_slist_append(
        *list, arena_printf(arena, "%s: %s", name, value));
    if (longer == NULL) {
        return false;
    }
    *list = longer;
    return true;
}

static size_t
take_body(char *data, size_t size, size_t count, void *context)
{
    struct arrival *arrival = context;
    if (arrival->body.len + size * count > TRANSPORT_MAX_BODY) {
        return 0; /* An error to libcurl. */
    }
    buf_add(&arrival->body, data, size * count);
    return size * count;
}

/* Retry-After in seconds; a date (RFC 9110 10.2.3) is not said here. */
static size_t
take_header(char *data, size_t size, size_t count, void *context)
{
    static const char name[] = "retry-after:";
    struct arrival *arrival = context;
    size_t len = size * count;
    int64_t seconds = 0;
    size_t i = sizeof name - 1;
    if (len < i || strncasecmp(data, name, i) != 0) {
        return len;
    }
    while (i < len && data[i] == ' ') {
        i++;
    }
    for (; i < len && data[i] >= '0' && data[i] <= '9' && seconds < 86400;
         i++) {
        seconds = seconds * 10 + (data[i] - '0');
        arrival->retry_after_s = seconds;
    }
    return len;
}

/* What does not depend on the request. */
static bool
set_up(struct transport *transport)
{
    CURL *curl = transport->curl;
    const struct config *config = transport->config;
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transport->error);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    if (config->ca_file != NULL &&
        curl_easy_setopt(curl, CURLOPT_CAINFO, config->ca_file) != CURLE_OK) {
        return false;
    }
    return curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, config->socket) ==
               CURLE_OK;
}

struct failure *
transport_open(struct arena *arena, const struct config *config,
               const char *token, struct transport **ret_transport)
{
    struct transport *transport = ARENA_NEW(arena, struct transport);
    transport->arena = arena;
    transport->config = config;
    transport->curl = curl_easy_init();
    if (transport->curl == NULL) {
        return failure_new(arena, FAILURE_IO, "libcurl does not start");
    }
    arena_defer(arena, release_headers, transport);
    arena_defer(arena, release_curl, transport->curl);
    if (!set_up(transport) ||
        !add_header(&transport->headers, arena, "Accept",
                    "application/json") ||
        !add_header(&transport->headers, arena, "Content-Type",
                    "application/json") ||
        !add_header(&transport->headers, arena, "Expect", "") ||
        !add_header(&transport->headers, arena, "X-Project-Id",
                    config->project_id) ||
        !add_header(&transport->headers, arena, "X-Auth-Token", token)) {
        return failure_new(arena, FAILURE_IO, "libcurl cannot be set up");
    }
    *ret_transport = transport;
    return NULL;
}

/* What may be different in a moment: nobody listens, or the line broke. */
static bool
is_passing(CURLcode code)
{
    static const CURLcode passing[] = {
        CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,
        CURLE_OPERATION_TIMEDOUT,   CURLE_SEND_ERROR,
        CURLE_RECV_ERROR,           CURLE_GOT_NOTHING,
        CURLE_PARTIAL_FILE,         CURLE_SSL_CONNECT_ERROR,
    };
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++) {
        if (passing[i] == code) {
            return true;
        }
    }
    return false;
}

static CURLcode
perform(struct transport *transport, const struct transport_request *request,
        struct arrival *arrival)
{
    struct arena *arena = transport->arena;
    CURL *curl = transport->curl;
    struct curl_slist *key = NULL, *headers = transport->headers;
    const char *url = arena_printf(arena, "%s%s", transport->config->url,
                                   request->path);
    if (!add_header(&key, arena, "Idempotency-Key", request->key)) {
        return CURLE_OUT_OF_MEMORY;
    }
    if (key != NULL) {
        key->next = headers;
        headers = key;
    }
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, arrival);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, arrival);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long) request->timeout_ms);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    if (request->body != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE,
                         (long) strlen(request->body));
    }
    CURLcode code = curl_easy_setopt(curl, CURLOPT_URL, url);
    code = code == CURLE_OK ? curl_easy_perform(curl) : code;
    if (key != NULL) {
        key->next = NULL; /* The rest belongs to the transport. */
        curl_slist_free_all(key);
    }
    return code;
}

void
transport_send(struct transport *transport,
               const struct transport_request *request,
               struct transport_answer *ret_answer)
{
    struct arrival arrival = {.retry_after_s = -1};
    buf_init(&arrival.body, transport->arena, 4096);
    transport->error[0] = '\0';
    CURLcode code = perform(transport, request, &arrival);
    *ret_answer = (struct transport_answer){
        .body = arrival.body.data,
        .len = arrival.body.len,
        .retry_after_s = arrival.retry_after_s,
    };
    if (code == CURLE_OK) {
        curl_easy_getinfo(transport->curl, CURLINFO_RESPONSE_CODE,
                          &ret_answer->status);
        return;
    }
    ret_answer->problem = arena_strdup(transport->arena,
                                       transport->error[0] != '\0'
                                           ? transport->error
                                           : curl_easy_strerror(code));
    ret_answer->is_passing = is_passing(code);
}
