/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OpenAPI 3.1 document of the API, from the tables of the resources.
 */
#ifndef API_OPENAPI_H
#define API_OPENAPI_H

struct buf;
struct settings;

/* Appends the document of a server with 'settings', as indented JSON. */
void openapi_write(struct buf *buf, const struct settings *settings);

#endif
