/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL's text form of one-dimensional arrays (PostgreSQL 15, 8.15.6):
 * {a,"b c",NULL}.  Set-based statements take their columns as such arrays.
 */
#ifndef SCHEMA_SQLARRAY_H
#define SCHEMA_SQLARRAY_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;

/* The array literal of 'n' texts; a NULL element is NULL. */
const char *sqlarray_format(struct arena *arena, const char *const *items,
                            size_t n);

/* Reads a literal that PostgreSQL wrote; NULL elements are NULL. */
void sqlarray_parse(struct arena *arena, const char *text,
                    const char ***ret_items, size_t *ret_n);

/* True when 'n' items, each 'step' behind the one before, are equal: one value
 * says as much as their array. */
bool sqlarray_is_alike(const char *const *items, size_t n, size_t step);

/* Appends the literal as a JSON array of strings. */
void sqlarray_render(struct buf *buf, const char *text);

#endif
