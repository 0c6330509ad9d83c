/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8 (RFC 3629): what comes from outside is checked before it goes into
 * the database or an answer.
 */
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include <stdbool.h>

/* True when all of 'text' is well-formed: no overlong form, no surrogate,
 * nothing above U+10FFFF (RFC 3629 section 4). */
bool utf8_is_valid(const char *text);

#endif
