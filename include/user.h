/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "tenetd user": who is in the file of auth = embedded.
 *
 *     tenetd user add NAME --project P --role R   [--project-id ID]
 *     tenetd user password NAME
 *     tenetd user list
 *     tenetd user credential NAME [--project P] [--role R] [--label TEXT]
 *     tenetd user remove NAME [--project P [--role R] | --credential ID]
 *
 * Passwords come from standard input: its first line, or what is typed.
 */
#ifndef USER_H
#define USER_H

#include "core/err.h"
#include "core/settings.h"

struct arena;
struct buf;

/* The words of the command line that are not settings; NULL: not given. */
struct user_words {
    const char *action;
    const char *name;
    const char *project;
    const char *project_id;
    const char *role;
    const char *label;
    const char *credential;
};

/* Takes its own words out of 'args' (NULL-terminated); '*ret_rest' are the
 * settings. */
struct err *user_words_read(struct arena *arena, const char *const *args,
                            struct user_words *ret_words,
                            const char *const **ret_rest) MUST_CHECK;

/* Does it, and says on standard output what was done. */
struct err *user_run(struct arena *arena, const struct settings *settings,
                     const struct user_words *words) MUST_CHECK;

/* Appends how it is used, for --help. */
void user_help(struct buf *buf);

#endif
