/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL's binary form of one-dimensional arrays (array_send and the send
 * functions of the elements' types; the same in every version since 7.4).
 *
 * For the columns of set-based statements.  In the text form every quote of a
 * JSON text has a backslash, and to read such arrays was a fifth of what
 * PostgreSQL did for a new port.
 */
#ifndef SCHEMA_SQLBINARY_H
#define SCHEMA_SQLBINARY_H

#include "schema/types.h"

/* The array of 'n' values of 'type' which are in PostgreSQL's text form; a
 * NULL is NULL.  Lists are arrays of texts: their literals.  Sets 'ret_size'
 * to its bytes.  NULL, and 'ret_size' as it was, when the type has no such form
 * here. */
const char *sqlbinary_array(struct arena *arena, enum type_id type,
                            const char *const *items, size_t n,
                            int *ret_size);

#endif
