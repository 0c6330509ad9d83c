/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auth = embedded: the file of users as it was last read, and a source
 * (identity/lookup.h) of the tokens that the database holds.
 */
#ifndef IDENTITY_EMBEDDED_H
#define IDENTITY_EMBEDDED_H

#include "core/arena.h"
#include "core/err.h"
#include "identity/attempts.h"
#include "identity/lookup.h"
#include "identity/users.h"

struct embedded;
struct lanes;
struct settings;

/* Reads the file of 'settings'. */
struct err *embedded_new(struct arena *arena, const struct settings *settings,
                         struct embedded **ret_embedded) MUST_CHECK;

/* The lanes that tokens are read by; before them nothing is asked. */
void embedded_start(struct embedded *embedded, struct lanes *lanes);

/* Reads the file again; on failure what was read before stays. */
struct err *embedded_load(struct embedded *embedded,
                          struct arena *arena) MUST_CHECK;

/* True when the file is another one than was last looked at. */
bool embedded_has_changed(struct embedded *embedded);

/* The users as they were last read; they live as long as 'arena'.  May be
 * called by any thread. */
const struct users *embedded_users(struct embedded *embedded,
                                   struct arena *arena);

struct attempts *embedded_attempts(struct embedded *embedded);

/* A hash that no password fits, for users who do not exist: looking takes as
 * long as for the others. */
const char *embedded_decoy(const struct embedded *embedded);

/* Says whose a token is. */
struct source embedded_source(struct embedded *embedded);

#endif
