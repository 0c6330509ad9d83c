/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who asks a server that only its own machine reaches.
 */
#include "identity/local.h"

#include <string.h>

#include "core/arena.h"
#include "core/settings.h"
#include "identity/identity.h"
#include "identity/roles.h"
#include "net/ip.h"
#include "resource/names.h"

/* True for "127.0.0.1:9696", "localhost", "[::1]:9696". */
static bool
is_this_machine(struct arena *arena, const char *host)
{
    struct ip_addr ip;
    size_t len = strcspn(host, ":");
    if (host[0] == '[') {
        host++;
        len = strcspn(host, "]");
    }
    const char *name = arena_strndup(arena, host, len);
    return strcmp(name, "localhost") == 0 ||
           (ip_parse(name, &ip) && ip_is_loopback(&ip));
}

/* A web page of somebody else can make a browser send requests here; it
 * cannot make it lie about Host and Origin. */
static struct err *
check_foreign(struct arena *arena, const struct credentials *given)
{
    const char *origin = given->origin;
    if (given->host != NULL && !is_this_machine(arena, given->host)) {
        return err_new(arena, ERR_FOREIGN,
                       "Host \"%s\" is not this machine: a server without "
                       "authentication serves only its own", given->host);
    }
    if (origin == NULL) {
        return NULL;
    }
    const char *host = strstr(origin, "://");
    if (host == NULL || given->host == NULL ||
        strcmp(host + 3, given->host) != 0) {
        return err_new(arena, ERR_FOREIGN,
                       "Origin \"%s\" is not this server: a server without "
                       "authentication serves no other web page", origin);
    }
    return NULL;
}

struct err *
local_ask(const struct settings *settings, struct inquiry *inquiry)
{
    const struct credentials *given = &inquiry->given;
    bool named = given->project_id != NULL && given->project_id[0] != '\0';
    unsigned roles;
    TRY(check_foreign(inquiry->arena, given));
    if (!names_is_id(given->project_id) || !names_is_id(given->user_id)) {
        return err_new(inquiry->arena, ERR_BAD_REQUEST,
                       "X-Project-Id and X-User-Id are up to 255 printable "
                       "ASCII characters");
    }
    inquiry->caller = (struct caller){
        .user_id = given->user_id == NULL ? "" : given->user_id,
        .project_id = named ? given->project_id
                            : settings->default_project};
    /* Clients send the roles of other services along. */
    (void) roles_parse(given->roles == NULL ? "admin" : given->roles, &roles);
    roles_grant(&inquiry->caller, roles);
    return NULL;
}
