/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoding of the network configuration: a table of the keys of "ipam".
 */
#include "cni/config.h"

#include <ctype.h>
#include <string.h>

#include "cni/config_values.h"
#include "cni/json.h"
#include "cni/version.h"
#include "core/arena.h"
#include "core/uuid.h"

#define TIMEOUT_S 30
#define TIMEOUT_S_MAX 300
#define SOCKET_MAX 107 /* sun_path of Linux, without its NUL. */

/* --- JSON */

static struct failure *
parse(struct arena *arena, const char *text, size_t len, json_t **ret_json)
{
    json_error_t error;
    json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    if (json == NULL) {
        return failure_new(arena, FAILURE_DECODING, "line %d, column %d: %s",
                           error.line, error.column, error.text);
    }
    json_keep(arena, json);
    if (!json_is_object(json)) {
        return failure_new(arena, FAILURE_DECODING, "it is no JSON object");
    }
    *ret_json = json;
    return NULL;
}

const char *
config_version(struct arena *arena, const char *text, size_t len)
{
    json_t *json = NULL;
    if (parse(arena, text, len, &json) != NULL) {
        return NULL;
    }
    return json_string_value(json_object_get(json, "cniVersion"));
}

/* --- the keys of "ipam" */

typedef struct failure *read_fn(struct arena *arena, const char *key,
                                const json_t *value, struct config *config);

static struct failure *
invalid(struct arena *arena, const char *key, const char *valid)
{
    return failure_new(arena, FAILURE_CONFIG,
                       "\"ipam.%s\" is invalid; valid is %s", key, valid);
}

/* A text that can stand in a header: printable ASCII, not empty. */
static bool
is_header_text(const char *text)
{
    if (text == NULL || text[0] == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < ' ' || *text > '~') {
            return false;
        }
    }
    return true;
}

static struct failure *
read_type(struct arena *arena, const char *key, const json_t *value,
          struct config *config)
{
    (void) config;
    return json_is_string(value)
               ? NULL
               : invalid(arena, key, "the name of this plugin");
}

static struct failure *
read_url(struct arena *arena, const char *key, const json_t *value,
         struct config *config)
{
    static const char valid[] = "\"http://HOST:PORT\", "
                                "\"https://HOST:PORT\" or \"unix:/PATH\"";
    const char *text = json_string_value(value);
    if (text == NULL || !is_header_text(text) || strchr(text, ' ') != NULL) {
        return invalid(arena, key, valid);
    }
    if (strncmp(text, "unix:/", 6) == 0 && strlen(text + 5) <= SOCKET_MAX) {
        config->socket = text + 5;
        config->url = "http://localhost";
        return NULL;
    }
    size_t scheme = strncmp(text, "http://", 7) == 0    ? 7
                    : strncmp(text, "https://", 8) == 0 ? 8
                                                        : 0;
    if (scheme == 0 || text[scheme] == '\0' || text[scheme] == '/') {
        return invalid(arena, key, valid);
    }
    size_t len = strlen(text);
    while (text[len - 1] == '/') {
        len--;
    }
    config->url = arena_strndup(arena, text, len);
    return NULL;
}

static struct failure *
add_subnet(struct arena *arena, const char *key, const json_t *value,
           struct config *config)
{
    struct uuid uuid;
    const char *text = json_string_value(value);
    if (text == NULL || !uuid_from_text(text, &uuid)) {
        return invalid(arena, key, "the UUID of a subnet");
    }
    for (size_t i = 0; i < config->n_subnets; i++) {
        if (strcasecmp(config->subnet_ids[i], text) == 0) {
            return invalid(arena, key, "to name each subnet once");
        }
    }
    if (config->n_subnets == CONFIG_MAX_SUBNETS) {
        return invalid(arena, key, "up to 8 subnets");
    }
    char *id = arena_alloc(arena, UUID_TEXT_SIZE);
    uuid_to_text(&uuid, id);
    config->subnet_ids[config->n_subnets++] = id;
    return NULL;
}

static struct failure *
read_subnets(struct arena *arena, const char *key, const json_t *value,
             struct config *config)
{
    if (!json_is_array(value)) {
        return invalid(arena, key, "a list of UUIDs");
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        PASS_ON(add_subnet(arena, key, json_array_get(value, i), config));
    }
    return NULL;
}

static struct failure *
read_network(struct arena *arena, const char *key, const json_t *value,
             struct config *config)
{
    struct uuid uuid;
    const char *text = json_string_value(value);
    if (text == NULL || !uuid_from_text(text, &uuid)) {
        return invalid(arena, key, "the UUID of a network");
    }
    char *id = arena_alloc(arena, UUID_TEXT_SIZE);
    uuid_to_text(&uuid, id);
    config->network_id = id;
    return NULL;
}

/* Texts that are taken as they are. */
static struct failure *
read_text(struct arena *arena, const char *key, const json_t *value,
          struct config *config)
{
    const struct {
        const char *key;
        const char **member;
    } members[] = {
        {"project_id", &config->project_id},
        {"token", &config->token},
        {"token_file", &config->token_file},
        {"ca_file", &config->ca_file},
    };
    const char *text = json_string_value(value);
    if (!is_header_text(text)) {
        return invalid(arena, key, "a text of printable ASCII");
    }
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (strcmp(members[i].key, key) == 0) {
            *members[i].member = text;
        }
    }
    return NULL;
}

static struct failure *
read_node(struct arena *arena, const char *key, const json_t *value,
          struct config *config)
{
    const char *text = json_string_value(value);
    if (!is_header_text(text) || strlen(text) > CONFIG_NODE_MAX) {
        return invalid(arena, key, "a text of up to 100 characters");
    }
    config->node = text;
    return NULL;
}

static struct failure *
read_timeout(struct arena *arena, const char *key, const json_t *value,
             struct config *config)
{
    json_int_t seconds = json_integer_value(value);
    if (seconds < 1 || seconds > TIMEOUT_S_MAX) {
        return invalid(arena, key, "1 to 300 seconds");
    }
    config->timeout_s = seconds;
    return NULL;
}

static struct failure *
read_gateway(struct arena *arena, const char *key, const json_t *value,
             struct config *config)
{
    if (!json_is_boolean(value)) {
        return invalid(arena, key,
                       "true (that of the subnet, if it has one) or false");
    }
    config->gateway = json_is_true(value);
    return NULL;
}

static struct failure *
read_routes(struct arena *arena, const char *key, const json_t *value,
            struct config *config)
{
    config->routes = value;
    return config_are_routes(value)
               ? NULL
               : invalid(arena, key,
                         "a list of {\"dst\": CIDR, \"gw\": ADDRESS}, where "
                         "\"gw\" may be left out");
}

static struct failure *
read_dns(struct arena *arena, const char *key, const json_t *value,
         struct config *config)
{
    config->dns = value;
    return config_is_dns(value)
               ? NULL
               : invalid(arena, key,
                         "{\"nameservers\": [ADDRESS], \"domain\": NAME, "
                         "\"search\": [NAME], \"options\": [OPTION]}, where "
                         "each may be left out");
}

static const struct {
    const char *key;
    read_fn *read;
} keys[] = {
    {"type", read_type},          {"url", read_url},
    {"subnet_id", add_subnet},    {"subnet_ids", read_subnets},
    {"network_id", read_network}, {"project_id", read_text},
    {"token", read_text},         {"token_file", read_text},
    {"ca_file", read_text},       {"node", read_node},
    {"timeout_s", read_timeout},  {"gateway", read_gateway},
    {"routes", read_routes},      {"dns", read_dns},
};

static read_fn *
find_key(const char *key)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(keys[i].key, key) == 0) {
            return keys[i].read;
        }
    }
    return NULL;
}

/* The specification wants key and value of an unknown field to be named. */
static struct failure *
refuse_field(struct arena *arena, const char *key, const json_t *value)
{
    return failure_new(arena, FAILURE_FIELD, "\"%s\": %s", key,
                       json_text(arena, value));
}

static struct failure *
read_ipam(struct arena *arena, json_t *ipam, struct config *config)
{
    const char *key;
    json_t *value;
    if (!json_is_object(ipam)) {
        return failure_new(arena, FAILURE_CONFIG,
                           "\"ipam\" is missing, or no object");
    }
    json_object_foreach (ipam, key, value) {
        read_fn *read = find_key(key);
        if (read == NULL) {
            return refuse_field(arena, arena_printf(arena, "ipam.%s", key),
                                value);
        }
        PASS_ON(read(arena, key, value, config));
    }
    if (config->url == NULL) {
        return invalid(arena, "url", "where the server listens");
    }
    if (config->n_subnets == 0) {
        return invalid(arena, "subnet_id", "the UUID of a subnet");
    }
    if (config->token != NULL && config->token_file != NULL) {
        return invalid(arena, "token", "one of \"token\" and \"token_file\"");
    }
    return NULL;
}

/* --- the rest */

/* As the specification has it: unique, and fit for a file's name. */
static bool
is_network_name(const char *name)
{
    return name != NULL && strlen(name) <= CONFIG_NAME_MAX &&
           isalnum((unsigned char) name[0]) &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "0123456789_.-")] == '\0';
}

static struct failure *
read_version(struct arena *arena, const json_t *json, struct config *config)
{
    const json_t *value = json_object_get(json, "cniVersion");
    const char *version = json_string_value(value);
    if (version == NULL || !version_is_supported(version)) {
        return failure_new(arena, FAILURE_VERSION,
                           "\"cniVersion\" is \"%s\"; valid is 0.3.0, 0.3.1, "
                           "0.4.0, 1.0.0 or 1.1.0",
                           version == NULL ? "" : version);
    }
    config->version = version;
    return NULL;
}

/* Addresses that somebody wishes for a pod: they would silently not be
 * given, so they are refused. */
static struct failure *
refuse_wishes(struct arena *arena, const json_t *json)
{
    const json_t *args = json_object_get(json, "args");
    const json_t *in_args = json_object_get(json_object_get(args, "cni"),
                                            "ips");
    const json_t *capability = json_object_get(
        json_object_get(json, "runtimeConfig"), "ips");
    if (in_args != NULL) {
        return refuse_field(arena, "args.cni.ips", in_args);
    }
    if (capability != NULL) {
        return refuse_field(arena, "runtimeConfig.ips", capability);
    }
    return NULL;
}

struct failure *
config_decode(struct arena *arena, const char *text, size_t len,
              struct config *ret_config)
{
    json_t *json = NULL;
    *ret_config = (struct config){.timeout_s = TIMEOUT_S, .gateway = true};
    PASS_ON(parse(arena, text, len, &json));
    PASS_ON(read_version(arena, json, ret_config));
    ret_config->name = json_string_value(json_object_get(json, "name"));
    if (!is_network_name(ret_config->name)) {
        return failure_new(arena, FAILURE_CONFIG,
                           "\"name\" is missing or invalid; valid is a "
                           "letter or digit, then up to 99 letters, digits, "
                           "\"_\", \".\", \"-\"");
    }
    PASS_ON(refuse_wishes(arena, json));
    PASS_ON(read_ipam(arena, json_object_get(json, "ipam"), ret_config));
    ret_config->prev_result = json_object_get(json, "prevResult");
    ret_config->attachments = json_object_get(json,
                                              "cni.dev/valid-attachments");
    return NULL;
}
