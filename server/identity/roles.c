/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of roles.
 */
#include "identity/roles.h"

#include <string.h>
#include <strings.h>

#include "core/arena.h"

static const struct {
    const char *name;
    enum role role;
} roles[] = {
    {"reader", ROLE_READER},
    {"member", ROLE_MEMBER},
    {"admin", ROLE_ADMIN},
    {"service", ROLE_SERVICE},
};

unsigned
role_find(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        if (strlen(roles[i].name) == len &&
            strncasecmp(roles[i].name, name, len) == 0) {
            return roles[i].role;
        }
    }
    return 0;
}

bool
roles_parse(const char *text, unsigned *ret_roles)
{
    bool known = true;
    *ret_roles = 0;
    while (*text != '\0') {
        text += strspn(text, ", ");
        size_t len = strcspn(text, ", ");
        unsigned role = role_find(text, len);
        known = (len == 0 || role != 0) && known;
        *ret_roles |= role;
        text += len;
    }
    return known;
}

const char *
roles_text(struct arena *arena, unsigned held)
{
    const char *text = "";
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        if ((held & roles[i].role) != 0) {
            text = arena_printf(arena, "%s%s%s", text,
                                text[0] == '\0' ? "" : ",", roles[i].name);
        }
    }
    return text;
}

void
roles_grant(struct caller *caller, unsigned held)
{
    caller->is_admin = (held & ROLE_ADMIN) != 0;
    caller->may_write = caller->is_admin || (held & ROLE_MEMBER) != 0;
    caller->is_service = (held & ROLE_SERVICE) != 0;
    caller->may_read = caller->may_write || caller->is_service ||
                       (held & ROLE_READER) != 0;
}
