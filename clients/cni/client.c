/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to the Networking API, with patience.
 */
#include "cni/client.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cni/config.h"
#include "cni/json.h"
#include "cni/transport.h"
#include "core/arena.h"
#include "core/buf.h"
#include "core/clock.h"

#define US_PER_MS INT64_C(1000)
#define MS_PER_S INT64_C(1000)
#define ATTEMPT_MS 10000 /* Time of one attempt at most. */
#define PAUSE_MS_FIRST 50
#define PAUSE_MS_MOST 1000
#define TOKEN_SIZE 8192

static struct failure *
read_token(struct arena *arena, const struct config *config,
           const char **ret_token)
{
    char text[TOKEN_SIZE];
    *ret_token = config->token;
    if (config->token_file == NULL) {
        return NULL;
    }
    FILE *file = fopen(config->token_file, "re");
    if (file == NULL) {
        return failure_new(arena, FAILURE_IO, "token_file \"%s\": %s",
                           config->token_file, strerror(errno));
    }
    size_t len = fread(text, 1, sizeof text - 1, file);
    (void) fclose(file);
    text[len] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    *ret_token = arena_strdup(arena, text);
    return text[0] != '\0' ? NULL
                           : failure_new(arena, FAILURE_IO,
                                         "token_file \"%s\" holds no token",
                                         config->token_file);
}

struct failure *
client_open(struct arena *arena, const struct config *config,
            struct client *ret_client)
{
    const char *token = NULL;
    *ret_client = (struct client){
        .arena = arena,
        .config = config,
        .deadline_us = clock_monotonic_us() +
                       config->timeout_s * MS_PER_S * US_PER_MS,
        .pause_ms = PAUSE_MS_FIRST,
    };
    PASS_ON(read_token(arena, config, &token));
    return transport_open(arena, config, token, &ret_client->transport);
}

static int64_t
left_ms(const struct client *client)
{
    int64_t left = (client->deadline_us - clock_monotonic_us()) / US_PER_MS;
    return left > 1 ? left : 1;
}

/* Overloaded, or a proxy before the server cannot reach it; what became of
 * the request is not known. */
static bool
is_passing_status(long status)
{
    return status == 429 || (status >= 502 && status <= 504);
}

struct answer
client_try(struct client *client, const char *method, const char *path,
           json_t *body, const char *key)
{
    struct transport_answer answer;
    int64_t left = left_ms(client);
    struct transport_request request = {
        .method = method,
        .path = path,
        .body = body == NULL ? NULL : json_text(client->arena, body),
        .key = key,
        .timeout_ms = left < ATTEMPT_MS ? left : ATTEMPT_MS,
    };
    transport_send(client->transport, &request, &answer);
    return (struct answer){
        .status = answer.status,
        .json = json_keep(client->arena,
                          json_loadb(answer.body, answer.len, 0, NULL)),
        .problem = answer.problem,
        .is_passing = answer.is_passing || is_passing_status(answer.status),
        .retry_after_s = answer.retry_after_s,
    };
}

static const char *
where(const struct client *client)
{
    const struct config *config = client->config;
    return config->socket != NULL
               ? arena_printf(client->arena, "unix:%s", config->socket)
               : config->url;
}

/* What the server says of itself, or nothing. */
static const char *
message_of(const struct answer *answer)
{
    const json_t *error = json_object_get(answer->json, "NeutronError");
    const char *message = json_string_value(
        json_object_get(error, "message"));
    return message == NULL ? "" : message;
}

struct failure *
client_pause(struct client *client, const struct answer *answer)
{
    int64_t pause = client->pause_ms;
    if (answer->retry_after_s * MS_PER_S > pause) {
        pause = answer->retry_after_s * MS_PER_S;
    }
    if (pause >= left_ms(client)) {
        return failure_new(
            client->arena, FAILURE_AGAIN,
            "no answer from the server at \"%s\" in %d "
            "seconds; the last attempt: %s%s",
            where(client), (int) client->config->timeout_s,
            answer->problem != NULL
                ? answer->problem
                : arena_printf(client->arena, "status %ld ", answer->status),
            message_of(answer));
    }
    /* Not all the plugins of a node at the same moment. */
    usleep((useconds_t) (pause * US_PER_MS + getpid() % 100 * US_PER_MS / 4));
    client->pause_ms = client->pause_ms * 2 < PAUSE_MS_MOST
                           ? client->pause_ms * 2
                           : PAUSE_MS_MOST;
    return NULL;
}

struct failure *
client_ask(struct client *client, const char *method, const char *path,
           struct answer *ret_answer)
{
    *ret_answer = client_try(client, method, path, NULL, NULL);
    while (ret_answer->is_passing) {
        PASS_ON(client_pause(client, ret_answer));
        *ret_answer = client_try(client, method, path, NULL, NULL);
    }
    return NULL;
}

struct failure *
client_refused(struct client *client, const struct answer *answer,
               const char *what)
{
    const json_t *error = json_object_get(answer->json, "NeutronError");
    const char *type = json_string_value(json_object_get(error, "type"));
    enum failure_code code = FAILURE_REFUSED;
    if (answer->status == 0) {
        return failure_new(client->arena, FAILURE_IO,
                           "%s: the server at \"%s\": %s", what,
                           where(client), answer->problem);
    }
    if (answer->status == 401 || answer->status == 403) {
        code = FAILURE_NOT_ALLOWED;
    } else if (type != NULL && strcmp(type, "OverQuota") == 0) {
        code = FAILURE_QUOTA;
    } else if (type != NULL &&
               strcmp(type, "IpAddressGenerationFailure") == 0) {
        code = FAILURE_FULL;
    }
    return failure_new(client->arena, code, "%s: %s (status %ld%s%s)", what,
                       error == NULL ? "the answer is not one of the "
                                       "Networking API"
                                     : message_of(answer),
                       answer->status, type == NULL ? "" : ", ",
                       type == NULL ? "" : type);
}

const char *
client_escape(struct arena *arena, const char *text)
{
    struct buf buf;
    buf_init(&buf, arena, strlen(text) * 3);
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char) *text;
        if (isalnum(byte) || strchr("-._~", byte) != NULL) {
            buf_put(&buf, *text);
        } else {
            buf_addf(&buf, "%%%02X", byte);
        }
    }
    return buf.data;
}
