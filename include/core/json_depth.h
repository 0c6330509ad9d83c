/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How deep JSON text is nested: a bound before it goes to the parser, which
 * recurses.
 */
#ifndef CORE_JSON_DEPTH_H
#define CORE_JSON_DEPTH_H

#include <stddef.h>

/* The deepest nesting of arrays and objects in 'len' bytes of 'text', which
 * need not be JSON. */
size_t json_depth(const char *text, size_t len);

#endif
