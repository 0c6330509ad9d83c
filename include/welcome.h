/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first steps of who runs "tenetd dev": users to begin with, and what to
 * type next.
 *
 *     DIR/identity.json      the users (identity/users.h)
 *     DIR/admin-openrc.sh    variables OS_* of the user "admin"
 *     DIR/demo-openrc.sh     the same of "demo", a member of project "demo"
 */
#ifndef WELCOME_H
#define WELCOME_H

#include "core/err.h"
#include "core/settings.h"

struct arena;

/* Makes the users admin and demo with random passwords, unless the file of
 * users is there. */
struct err *welcome_make_users(struct arena *arena,
                               const struct settings *settings) MUST_CHECK;

/* Says on standard error what to type next.  The server is at 'url', its data
 * in 'place'. */
struct err *welcome_say(struct arena *arena, const struct settings *settings,
                        const char *url, const char *place) MUST_CHECK;

#endif
