/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What proxies say of the client behind them: X-Forwarded-For, -Proto, -Host
 * and -Port, when the setting trusted_proxies names who sent the request.
 *
 * The header Forwarded of RFC 7239 is not read: a proxy that writes the one
 * kind passes the other on as the client wrote it, and would vouch for it.
 */
#ifndef HTTP_FORWARD_H
#define HTTP_FORWARD_H

#include <stdbool.h>

struct request;

/* All headers are there: forgets those of who is not believed, and finds the
 * client's address. */
void forward_read(struct request *request);

/* The root of this server as the client sees it, "https://net.example.org",
 * in the request's arena. */
const char *forward_base_url(struct request *request);

/* True when the client speaks TLS, to this server or to the proxy. */
bool forward_is_secure(const struct request *request);

#endif
