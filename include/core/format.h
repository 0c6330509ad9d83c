/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few conversions that nearly all formatted texts consist of.
 */
#ifndef CORE_FORMAT_H
#define CORE_FORMAT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#define FORMAT_NOT SIZE_MAX

/* Writes to 'ret_text' what vsnprintf would, with its NUL, and returns the
 * length; FORMAT_NOT when it does not fit into 'size' bytes or 'format' has
 * another conversion than %s, %d, %ld, %lld, %zu and %%.  'args' is used up. */
size_t format_plain(char *ret_text, size_t size, const char *format,
                    va_list args) __attribute__((format(printf, 3, 0)));

#endif
