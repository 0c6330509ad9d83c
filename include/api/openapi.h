/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OpenAPI document of the API, from the resource tables.
 */
#ifndef API_OPENAPI_H
#define API_OPENAPI_H

struct buf;
struct settings;

/* Appends the document (OpenAPI 3.1, JSON). */
void openapi_write(struct buf *buf, const struct settings *settings);

#endif
