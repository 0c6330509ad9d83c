/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an issued token means now: its user, its project and the roles there
 * come from the file of users whenever it is used.
 */
#ifndef IDENTITY_STANDING_H
#define IDENTITY_STANDING_H

#include "core/digest.h"
#include "db/issued.h"
#include "identity/users.h"

struct standing {
    const struct user *user;
    const struct credential *credential; /* NULL: by the user's password. */
    const struct project *project;       /* NULL: of no project. */
    unsigned roles;                      /* 0 without a project. */
};

/* True when 'issued' is still valid for 'users': the user is there, has the
 * same password or credential, and a role in the project. */
bool standing_of(const struct users *users, const struct issued *issued,
                 struct standing *ret_standing);

/* Sets project and roles; false when there are none. */
bool standing_enter(struct standing *standing,
                    const struct project *project);

/* What of a token changes with the password of 'standing->user', or with the
 * secret of the credential. */
void standing_seal(const struct standing *standing,
                   char ret_seal[DIGEST_TEXT_SIZE]);

#endif
