/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests byte by byte, for tests of what no honest client sends.
 */
#ifndef SUPPORT_RAW_H
#define SUPPORT_RAW_H

#include <stddef.h>

#include "support/api.h"
#include "support/http.h"

#define HOST "Host: localhost\r\n"
#define ENVELOPE "{\"network\": {}}"

/* A new connection to the server of the session. */
struct http connect_to_server(void);

/* The status of the answer to 'bytes', 0 when the connection ends without
 * one, -1 when nothing comes within three seconds. */
int status_of(const char *bytes);
int status_of_bytes(const char *bytes, size_t size);

/* The answer to 'bytes' is 4xx, or the connection ends. */
void expect_repelled(const char *bytes);

/* The server answers others. */
void expect_alive(void);

#endif
