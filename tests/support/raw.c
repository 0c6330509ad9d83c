/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes to the server of the session.
 */
#include "support/raw.h"

#include <sys/socket.h>
#include <sys/time.h>

struct http
connect_to_server(void)
{
    struct http http;
    cr_assert(http_open(&http, session_arena(), session()->url));
    return http;
}

void
expect_alive(void)
{
    struct reply r = api(GET, "/v2.0/networks?limit=1");
    expect_status(&r, 200);
}

int
status_of_bytes(const char *bytes, size_t size)
{
    struct http http = connect_to_server();
    struct http_answer answer = {0};
    struct timeval patience = {.tv_sec = 3};
    setsockopt(http.fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
               sizeof(patience));
    http_send(&http, bytes, size);
    bool answered = http_receive(&http, GET, &answer);
    bool ended = !answered && http_ends(&http, 0);
    http_close(&http);
    return answered ? answer.status : ended ? 0 : -1;
}

int
status_of(const char *bytes)
{
    return status_of_bytes(bytes, strlen(bytes));
}

void
expect_repelled(const char *bytes)
{
    int status = status_of(bytes);
    cr_assert(status == 0 || (status >= 400 && status < 500),
              "%d for %.300s", status, bytes);
}
