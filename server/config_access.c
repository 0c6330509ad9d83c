/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What settings that go together must have: those of each way to say who asks.
 */
#include <ctype.h>
#include <string.h>

#include "config.h"
#include "config_internal.h"
#include "core/arena.h"
#include "identity/roles.h"
#include "net/endpoint.h"

bool
config_is_url(const char *value)
{
    const char *host = strncmp(value, "http://", 7) == 0    ? value + 7
                       : strncmp(value, "https://", 8) == 0 ? value + 8
                                                            : "";

    for (const char *p = value; *p != '\0'; p++) {
        if (!isgraph((unsigned char) *p) || *p == '@') {
            return false;
        }
    }
    return host[0] != '\0' && strchr("/:?#", host[0]) == NULL;
}

bool
config_are_roles(const char *value)
{
    while (*value != '\0') {
        size_t len = strcspn(value, ",");
        size_t name = strcspn(value, "=");
        if (name == 0 || name >= len ||
            role_find(value + name + 1, len - name - 1) == 0) {
            return false;
        }
        value += len + (value[len] == ',' ? 1 : 0);
    }
    return true;
}

/* Refuses a mode that lacks the setting called 'name'. */
static struct err *
need(struct arena *arena, const char *mode, const char *name,
     const char *value)
{
    const struct setting *setting = setting_find(name);

    if (value[0] != '\0') {
        return NULL;
    }
    return err_new(arena, ERR_INVALID_INPUT,
                   "setting \"auth\": \"%s\" needs the setting \"%s\"%s%s",
                   mode, name, setting->valid != NULL ? "; valid is " : "",
                   setting->valid != NULL ? setting->valid : "");
}

static struct err *
check_none(struct arena *arena, const struct settings *settings)
{
    struct endpoint endpoint;

    if (strcmp(settings->cors_origins, "*") == 0) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "setting \"cors_origins\": with \"*\" every web page "
                       "would be an admin, which auth = none does not "
                       "allow; valid is a list of origins");
    }
    if (endpoint_parse(settings->listen, &endpoint) &&
        endpoint_is_local(&endpoint)) {
        return NULL;
    }
    return err_new(arena, ERR_INVALID_INPUT,
                   "setting \"listen\": \"%s\" may be reached from other "
                   "machines, which auth = none does not allow; valid is "
                   "127.0.0.0/8, [::1] or unix:/PATH, or set auth = embedded, "
                   "tokens, keystone or jwt", settings->listen);
}

static struct err *
check_tokens(struct arena *arena, const struct settings *settings)
{
    return need(arena, "tokens", "tokens_file", settings->tokens_file);
}

static struct err *
check_embedded(struct arena *arena, const struct settings *settings)
{
    if (settings->identity_file[0] != '\0' || settings->data[0] != '\0') {
        return NULL;
    }
    return err_new(arena, ERR_INVALID_INPUT,
                   "setting \"auth\": \"embedded\" needs the setting "
                   "\"identity_file\", which \"tenetd user add\" makes");
}

static struct err *
check_keystone(struct arena *arena, const struct settings *settings)
{
    bool has_password = settings->keystone_password[0] != '\0';
    bool has_file = settings->keystone_password_file[0] != '\0';

    TRY(need(arena, "keystone", "keystone_url", settings->keystone_url));
    TRY(need(arena, "keystone", "keystone_user", settings->keystone_user));
    if (has_password != has_file) {
        return NULL;
    }
    return err_new(arena, ERR_INVALID_INPUT,
                   "setting \"auth\": \"keystone\" needs one of the settings "
                   "\"keystone_password\" and \"keystone_password_file\"%s",
                   has_file ? "; both are set" : "");
}

/* Settings that go together. */
static struct err *
check_tls(struct arena *arena, const struct settings *settings)
{
    bool cert = settings->tls_cert[0] != '\0';
    bool key = settings->tls_key[0] != '\0';

    if (cert == key && (cert || settings->tls_client_ca[0] == '\0')) {
        return NULL;
    }
    return err_new(arena, ERR_INVALID_INPUT,
                   "setting \"%s\" needs the setting \"%s\"",
                   cert  ? "tls_cert"
                   : key ? "tls_key"
                         : "tls_client_ca",
                   cert ? "tls_key" : "tls_cert");
}

static struct err *
check_jwt(struct arena *arena, const struct settings *settings)
{
    bool is_url = strstr(settings->jwt_jwks, "://") != NULL;

    TRY(need(arena, "jwt", "jwt_jwks", settings->jwt_jwks));
    TRY(need(arena, "jwt", "jwt_issuer", settings->jwt_issuer));
    TRY(need(arena, "jwt", "jwt_audience", settings->jwt_audience));
    TRY(need(arena, "jwt", "jwt_claim_user", settings->jwt_claim_user));
    if (!is_url || config_is_url(settings->jwt_jwks)) {
        return NULL;
    }
    return err_new(arena, ERR_INVALID_INPUT,
                   "setting \"jwt_jwks\": \"%s\" is not valid; valid is %s",
                   settings->jwt_jwks, setting_find("jwt_jwks")->valid);
}

struct err *
config_check_access(struct arena *arena, const struct settings *settings)
{
    static struct err *(*const checks[])(struct arena *,
                                         const struct settings *) = {
        [AUTH_NONE] = check_none,
        [AUTH_TOKENS] = check_tokens,
        [AUTH_EMBEDDED] = check_embedded,
        [AUTH_KEYSTONE] = check_keystone,
        [AUTH_JWT] = check_jwt,
        [AUTH_AUTO] = check_none,
    };

    TRY(check_tls(arena, settings));
    return checks[settings->auth](arena, settings);
}
