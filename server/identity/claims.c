/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The claims of a token.
 */
#include "identity/claims.h"

#include <jansson.h>

#include "core/json_depth.h"
#include "core/settings.h"
#include "identity/roles.h"
#include "resource/names.h"

#define MAX_DEPTH 16
#define LATEST_S 1e12 /* Beyond the year 9999: no date. */
#define US_PER_S 1e6

/* The claim called 'path'; of a path with dots that is no claim's name, the
 * member of the member: "realm_access.roles". */
static const json_t *
find_claim(struct arena *arena, const json_t *claims, const char *path)
{
    const json_t *found = json_object_get(claims, path);
    const char *dot = strchr(path, '.');
    if (found != NULL || dot == NULL) {
        return found;
    }
    const char *first = arena_strndup(arena, path, (size_t) (dot - path));
    return find_claim(arena, json_object_get(claims, first), dot + 1);
}

/* A date in seconds (RFC 7519 section 2); 'otherwise' when there is none;
 * false when it is malformed. */
static bool
read_date(const json_t *claims, const char *name, double otherwise,
          double *ret_s)
{
    const json_t *claim = json_object_get(claims, name);
    *ret_s = claim == NULL ? otherwise : json_number_value(claim);
    return claim == NULL || (json_is_number(claim) && *ret_s >= 0 &&
                             *ret_s <= LATEST_S);
}

/* RFC 7519 4.1.4 to 4.1.6; a token without an end is not taken. */
static bool
is_its_time(const struct settings *settings, const json_t *claims,
            int64_t now_us, int64_t *ret_expires_us)
{
    double now_s = (double) now_us / US_PER_S, expires_s, from_s, issued_s;
    double leeway_s = (double) settings->jwt_leeway_s;
    if (!read_date(claims, "exp", -1, &expires_s) || expires_s < 0 ||
        !read_date(claims, "nbf", 0, &from_s) ||
        !read_date(claims, "iat", 0, &issued_s)) {
        return false;
    }
    *ret_expires_us = (int64_t) ((expires_s + leeway_s) * US_PER_S);
    return *ret_expires_us > now_us && from_s <= now_s + leeway_s &&
           issued_s <= now_s + leeway_s;
}

static bool
is_equal(const json_t *json, const char *text)
{
    const char *value = json_string_value(json);
    return value != NULL && strcmp(value, text) == 0;
}

/* RFC 7519 4.1.3: one audience or a list of them. */
static bool
is_for_us(const json_t *audience, const char *name)
{
    for (size_t i = 0; i < json_array_size(audience); i++) {
        if (is_equal(json_array_get(audience, i), name)) {
            return true;
        }
    }
    return is_equal(audience, name);
}

/* A claim that is an id, in 'arena'; "" when there is none, NULL when it is
 * none that can be an id. */
static const char *
id_of(struct arena *arena, const json_t *claims, const char *path)
{
    const json_t *claim = find_claim(arena, claims, path);
    const char *text = json_string_value(claim);
    if (claim == NULL || json_is_null(claim)) {
        return "";
    }
    return text != NULL && names_is_id(text) ? arena_strdup(arena, text)
                                             : NULL;
}

/* The role that the issuer calls 'name': by jwt_roles, "THEIRS=OURS,...", or
 * by our names when that is empty. */
static unsigned
role_of(const struct settings *settings, const char *name, size_t len)
{
    const char *pair = settings->jwt_roles;
    if (pair[0] == '\0') {
        return role_find(name, len);
    }
    unsigned held = 0;
    while (*pair != '\0') {
        size_t pair_len = strcspn(pair, ",");
        if (pair_len > len && strncmp(pair, name, len) == 0 &&
            pair[len] == '=') {
            held |= role_find(pair + len + 1, pair_len - len - 1);
        }
        pair += pair_len + (pair[pair_len] == ',' ? 1 : 0);
    }
    return held;
}

/* A list of names, or names with blanks between, as in "scope". */
static unsigned
roles_of(const struct settings *settings, const json_t *claim)
{
    unsigned held = 0;
    for (size_t i = 0; i < json_array_size(claim); i++) {
        const char *name = json_string_value(json_array_get(claim, i));
        held |= name == NULL ? 0 : role_of(settings, name, strlen(name));
    }
    const char *names = json_string_value(claim);
    while (names != NULL && *names != '\0') {
        size_t len = strcspn(names, " ");
        held |= role_of(settings, names, len);
        names += len + (names[len] == ' ' ? 1 : 0);
    }
    return held;
}

static bool
read_claims(struct arena *arena, const struct settings *settings,
            const json_t *claims, int64_t now_us, struct verdict *ret_verdict)
{
    *ret_verdict = (struct verdict){
        .kind = VERDICT_VALID,
        .user_id = id_of(arena, claims, settings->jwt_claim_user),
        .project_id = id_of(arena, claims, settings->jwt_claim_project),
        .roles = roles_of(settings,
                          find_claim(arena, claims,
                                     settings->jwt_claim_roles))};
    return is_equal(json_object_get(claims, "iss"), settings->jwt_issuer) &&
           is_for_us(json_object_get(claims, "aud"),
                     settings->jwt_audience) &&
           is_its_time(settings, claims, now_us, &ret_verdict->expires_us) &&
           ret_verdict->project_id != NULL && ret_verdict->user_id != NULL &&
           ret_verdict->user_id[0] != '\0';
}

bool
claims_read(struct arena *arena, const struct settings *settings,
            struct bytes payload, int64_t now_us, struct verdict *ret_verdict)
{
    const char *text = (const char *) payload.data;
    if (json_depth(text, payload.size) > MAX_DEPTH) {
        return false;
    }
    json_t *claims = json_loadb(text, payload.size, JSON_REJECT_DUPLICATES,
                                NULL);
    bool read = read_claims(arena, settings, claims, now_us, ret_verdict);
    json_decref(claims);
    return read;
}
