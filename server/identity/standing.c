/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Issued tokens and the file of users, side by side.
 */
#include "identity/standing.h"

#include <string.h>

void
standing_seal(const struct standing *standing,
              char ret_seal[DIGEST_TEXT_SIZE])
{
    const char *secret = standing->credential != NULL
                             ? standing->credential->secret
                             : standing->user->password;
    secret = secret == NULL ? "" : secret;
    digest_sha256(secret, strlen(secret), ret_seal);
}

bool
standing_enter(struct standing *standing, const struct project *project)
{
    const struct credential *credential = standing->credential;
    standing->project = project;
    standing->roles = user_roles(standing->user, project);
    if (credential != NULL) {
        standing->roles &= credential->project == project ? credential->roles
                                                          : 0;
    }
    return standing->roles != 0;
}

static bool
is_sealed(const struct standing *standing, const char *seal)
{
    char now[DIGEST_TEXT_SIZE];
    standing_seal(standing, now);
    return strlen(seal) == DIGEST_TEXT_SIZE - 1 &&
           digest_equal(seal, now, DIGEST_TEXT_SIZE);
}

bool
standing_of(const struct users *users, const struct issued *issued,
            struct standing *ret_standing)
{
    struct standing standing = {.user = users_find(users, issued->user_id)};
    if (standing.user == NULL) {
        return false;
    }
    if (issued->credential_id[0] != '\0') {
        standing.credential = user_find_credential(standing.user,
                                                   issued->credential_id);
        if (standing.credential == NULL) {
            return false;
        }
    }
    if (!is_sealed(&standing, issued->seal)) {
        return false;
    }
    if (issued->project_id[0] != '\0') {
        const struct project *project =
            users_find_project(users, issued->project_id);
        if (project == NULL || !standing_enter(&standing, project)) {
            return false;
        }
    }
    *ret_standing = standing;
    return true;
}
