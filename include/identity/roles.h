/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roles: the names that tokens carry, and what they allow.
 */
#ifndef IDENTITY_ROLES_H
#define IDENTITY_ROLES_H

#include <stdbool.h>
#include <stddef.h>

#include "resource/resource.h"

enum role {
    ROLE_READER = 1u << 0,
    ROLE_MEMBER = 1u << 1,
    ROLE_ADMIN = 1u << 2,
    ROLE_SERVICE = 1u << 3,
};

#define ROLES_VALID "admin, member, reader, service" /* For messages. */

/* The role called by the 'len' bytes at 'name' in any case, or 0. */
unsigned role_find(const char *name, size_t len);

/* Reads "a,b,c" with blanks; false when one of them does not exist, the
 * others are taken nevertheless. */
bool roles_parse(const char *text, unsigned *ret_roles);

/* "member,reader": the names of 'roles'. */
const char *roles_text(struct arena *arena, unsigned roles);

/* Gives 'caller' the rights of 'roles': an admin has those of a member, who
 * has those of a reader; a service has those of a reader, and its own. */
void roles_grant(struct caller *caller, unsigned roles);

#endif
