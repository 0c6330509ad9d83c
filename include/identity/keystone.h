/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens of Keystone (Identity API v3), which is asked for each of them by a
 * user of ours: the setting keystone_user.
 *
 * The user's own token is got when it is first needed, and anew before it
 * expires and when Keystone refuses it.
 */
#ifndef IDENTITY_KEYSTONE_H
#define IDENTITY_KEYSTONE_H

#include "core/arena.h"
#include "core/err.h"
#include "identity/lookup.h"

struct fetcher;
struct keystone;
struct settings;

/* Reads the password, as the settings say; asks nothing yet. */
struct err *keystone_new(struct arena *arena, const struct settings *settings,
                         struct fetcher *fetcher,
                         struct keystone **ret_keystone) MUST_CHECK;

/* Asks Keystone, as 'ask' of identity/lookup.h; 'arg' is the keystone. */
void keystone_ask(void *arg, struct lookup *lookup);

/* Reads the file of the password again, and gets a new token of its own.  On
 * failure all stays as it is. */
struct err *keystone_renew(struct keystone *keystone,
                           struct arena *arena) MUST_CHECK;

#endif
