/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the body of POST /v3/auth/tokens asks for (Identity API v3, "Password
 * authentication with scoped authorization" and its neighbours).
 */
#ifndef IDENTITY_V3_BODY_H
#define IDENTITY_V3_BODY_H

#include <jansson.h>
#include <stdbool.h>

#include "core/arena.h"
#include "core/err.h"

/* The only domain there is; its names are taken in any case. */
#define V3_DOMAIN_ID "default"
#define V3_DOMAIN_NAME "Default"

/* An object by its id or by its name in a domain; NULL: not given. */
struct v3_named {
    const char *id;
    const char *name;
    bool foreign; /* Of a domain that does not exist. */
};

enum v3_method { V3_PASSWORD, V3_TOKEN, V3_CREDENTIAL };

struct v3_auth {
    enum v3_method method;
    struct v3_named user;       /* V3_PASSWORD; V3_CREDENTIAL by name. */
    struct v3_named credential;
    const char *secret;         /* Password, token or credential's secret. */
    enum v3_scope {
        V3_SCOPE_DEFAULT,   /* None was asked for. */
        V3_SCOPE_NONE,      /* "unscoped" */
        V3_SCOPE_PROJECT,
        V3_SCOPE_ELSEWHERE, /* A domain, the system, a trust. */
    } scope;
    struct v3_named project;
};

/* Reads it of 'json'; texts live as long as that. */
struct err *v3_auth_read(struct arena *arena, const json_t *json,
                         struct v3_auth *ret_auth) MUST_CHECK;

/* "password", "token", "application_credential" */
const char *v3_method_name(enum v3_method method);

#endif
