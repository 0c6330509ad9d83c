/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and checking the environment variables of a command.
 */
#include "cni/environment.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"

#define NAME_MAX_LEN 255 /* Of a port. */

/* A letter or digit, then also "_", "." and "-". */
static bool
is_container_id(const char *text)
{
    size_t len = strlen(text);
    return len <= CONTAINER_ID_MAX && isalnum((unsigned char) text[0]) &&
           len == strspn(text, "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789_.-");
}

/* What the kernel takes: no "/", ":" or space, not "." or "..". */
static bool
is_ifname(const char *text)
{
    size_t len = strlen(text);
    if (len == 0 || len > IFNAME_MAX || strcmp(text, ".") == 0 ||
        strcmp(text, "..") == 0) {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (!isgraph((unsigned char) *text) || strchr("/:", *text) != NULL) {
            return false;
        }
    }
    return true;
}

static bool
is_path(const char *text)
{
    return text[0] != '\0';
}

struct failure *
environment_check(struct arena *arena, const struct environment *environment,
                  unsigned needs)
{
    const struct {
        unsigned need;
        const char *name;
        const char *value;
        bool (*is_valid)(const char *text);
        const char *valid;
    } variables[] = {
        {NEEDS_CONTAINER_ID, "CNI_CONTAINERID", environment->container_id,
         is_container_id, "up to 239 letters, digits, \"_\", \".\", \"-\""},
        {NEEDS_IFNAME, "CNI_IFNAME", environment->ifname, is_ifname,
         "the name of an interface, up to 15 characters"},
        {NEEDS_NETNS, "CNI_NETNS", environment->netns, is_path,
         "the path of a network namespace"},
    };
    struct buf buf;
    buf_init(&buf, arena, 128);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = variables[i].value;
        if ((needs & variables[i].need) == 0 ||
            (value != NULL && variables[i].is_valid(value))) {
            continue;
        }
        buf_addf(&buf, "%s%s is %s; valid is %s", buf.len > 0 ? "; " : "",
                 variables[i].name, value == NULL ? "not set" : "malformed",
                 variables[i].valid);
    }
    return buf.len == 0
               ? NULL
               : failure_new(arena, FAILURE_ENVIRONMENT, "%s", buf.data);
}

/* True when all 'len' bytes are printable ASCII. */
static bool
is_plain(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] < ' ' || text[i] > '~') {
            return false;
        }
    }
    return true;
}

/* The value of 'key' in "KEY=VALUE;KEY=VALUE", or NULL. */
static const char *
argument(struct arena *arena, const char *args, const char *key)
{
    size_t key_len = strlen(key);
    while (*args != '\0') {
        size_t len = strcspn(args, ";");
        if (len > key_len && strncmp(args, key, key_len) == 0 &&
            args[key_len] == '=') {
            return arena_strndup(arena, args + key_len + 1,
                                 len - key_len - 1);
        }
        args += len + (args[len] == ';' ? 1 : 0);
    }
    return NULL;
}

static struct failure *
check_args(struct arena *arena, const char *args)
{
    while (*args != '\0') {
        size_t len = strcspn(args, ";");
        if (len > 0 && (memchr(args + 1, '=', len - 1) == NULL ||
                        !is_plain(args, len))) {
            return failure_new(arena, FAILURE_ENVIRONMENT,
                               "CNI_ARGS is malformed; valid is "
                               "\"KEY=VALUE;KEY=VALUE\" in ASCII");
        }
        args += len + (args[len] == ';' ? 1 : 0);
    }
    return NULL;
}

struct failure *
environment_pod(struct arena *arena, const struct environment *environment,
                const char **ret_name)
{
    const char *args = environment->args == NULL ? "" : environment->args;
    PASS_ON(check_args(arena, args));
    const char *pod = argument(arena, args, "K8S_POD_NAME");
    const char *space = argument(arena, args, "K8S_POD_NAMESPACE");
    if (pod == NULL || pod[0] == '\0') {
        *ret_name = environment->container_id;
        return NULL;
    }
    const char *name = space == NULL || space[0] == '\0'
                           ? pod
                           : arena_printf(arena, "%s/%s", space, pod);
    *ret_name = arena_strndup(arena, name, NAME_MAX_LEN);
    return NULL;
}
