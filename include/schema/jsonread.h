/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON text as jansson's values, fast where it is plain.
 *
 * jansson (2.14) takes 60 ns for each byte of a text: 9 of the 80 us that a
 * port of a bulk costs in all, before anything else can begin.  What bodies
 * consist of nearly always is read here instead, in a quarter of the time:
 * objects, arrays, strings without escapes, whole numbers of at most 18 digits,
 * true, false and null.  A text with anything else in it, or with anything
 * wrong, is read by jansson from the start, so that it has the last word on
 * what is JSON (RFC 8259), and the words of every error are its own.
 */
#ifndef SCHEMA_JSONREAD_H
#define SCHEMA_JSONREAD_H

#include <jansson.h>
#include <stddef.h>

/* What json_loadb returns for 'len' bytes of 'text' with
 * JSON_REJECT_DUPLICATES, a new reference; NULL: '*ret_error' says why. */
json_t *jsonread(const char *text, size_t len, json_error_t *ret_error);

#endif
