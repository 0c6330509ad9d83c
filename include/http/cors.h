/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Web pages of other origins: the CORS protocol (fetch.spec.whatwg.org, 3.2),
 * for the origins of the setting cors_origins.
 *
 * Nothing is ever said of credentials: a token in X-Auth-Token is sent by a
 * page that has it, and by no other.
 */
#ifndef HTTP_CORS_H
#define HTTP_CORS_H

struct MHD_Response;
struct request;

/* All headers are there: an origin that is allowed is no foreign one. */
void cors_read(struct request *request);

/* Adds what the answer tells a browser. */
void cors_add(struct MHD_Response *response, const struct request *request);

#endif
