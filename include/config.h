/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings from the command line, the environment and a file.
 *
 * server/config.c holds the one table of them.  The setting page_limit is
 * the flag --page-limit, the variable TENET_PAGE_LIMIT and the line
 * "page_limit = 100" of the file; a flag wins over the environment, which wins
 * over the file, which wins over the default.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include "core/err.h"
#include "core/settings.h"

struct arena;
struct buf;

/* Reads all settings: from the flags 'args' (NULL-terminated, without the
 * program and the subcommand), from 'env' (as environ), and from the file
 * that --config or TENET_CONFIG names.  Refuses unknown flags, unknown keys
 * of the file and wrong values; the message names the setting, where the
 * value stands, the value, and what would be valid.  A variable that is
 * empty counts as unset.  Text in '*ret_settings' lives in 'arena' or in the
 * arguments. */
struct err *config_read(struct arena *arena, const char *const *args,
                        const char *const *env,
                        struct settings *ret_settings) MUST_CHECK;

/* Checks that a server may listen where 'settings' say, without
 * authentication only where no other machine reaches it, and that they have
 * all that their way of authentication needs. */
struct err *config_check_access(struct arena *arena,
                                const struct settings *settings) MUST_CHECK;

/* Appends one paragraph per setting, for --help. */
void config_help(struct buf *buf);

#endif
