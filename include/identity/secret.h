/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets that a setting holds, or a file that another setting names.
 */
#ifndef IDENTITY_SECRET_H
#define IDENTITY_SECRET_H

#include "core/err.h"

struct arena;

#define SECRET_SIZE 1024 /* With the last '\0'. */

/* Copies 'value', or when it is "" the first line of 'file', the value of the
 * setting 'name' with "_file" behind it.  Messages do not show it. */
struct err *secret_read(struct arena *arena, const char *name,
                        const char *value, const char *file,
                        char ret_secret[SECRET_SIZE]) MUST_CHECK;

#endif
