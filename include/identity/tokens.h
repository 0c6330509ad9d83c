/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens whose hashes stand in a file, one a line:
 *
 *     SHA256-HEX USER PROJECT ROLE[,ROLE]
 *
 * Empty lines and those that begin with # mean nothing.
 */
#ifndef IDENTITY_TOKENS_H
#define IDENTITY_TOKENS_H

#include "core/arena.h"
#include "core/err.h"
#include "identity/lookup.h"

struct tokens;

/* Makes an empty table that lives as long as 'arena'. */
struct tokens *tokens_new(struct arena *arena);

/* Reads the file 'name' in place of what was read before, which stays when
 * this one is not valid. */
struct err *tokens_load(struct tokens *tokens, struct arena *arena,
                        const char *name) MUST_CHECK;

/* Whose 'token' is.  The texts live until the next tokens_load. */
struct verdict tokens_find(const struct tokens *tokens, const char *token);

#endif
