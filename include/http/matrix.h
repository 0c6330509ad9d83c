/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The policy as a text: who may do what, from the tables that decide it.
 */
#ifndef HTTP_MATRIX_H
#define HTTP_MATRIX_H

struct buf;
struct settings;

/* Appends a line for each method and path, and one for each attribute that
 * exists with 'settings'. */
void matrix_write(struct buf *buf, const struct settings *settings);

#endif
