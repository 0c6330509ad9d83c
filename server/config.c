/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of all settings.  config_sources.c reads their values from flags,
 * environment and file; core/settings.h is where the program finds them.
 */
#include "config.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "config_internal.h"
#include "core/buf.h"
#include "core/uuid.h"
#include "net/endpoint.h"
#include "net/ip.h"
#include "net/mac.h"
#include "net/netlist.h"
#include "net/origin.h"

#define MAX_SECONDS 31536000 /* A year. */
#define MAX_COUNT 1000000

#define TYPE_OF(member) \
    _Generic((member),                   \
        const char *: SETTING_TEXT,      \
        int64_t: SETTING_INT,            \
        bool: SETTING_BOOL)
#define SETTING(member)                                           \
    .name = #member, .offset = offsetof(struct settings, member), \
    .type = TYPE_OF(((struct settings *) 0)->member)

static bool listen_check(const char *value);
static bool mode_check(const char *value);
static bool proxies_check(const char *value);
static bool mac_base_check(const char *value);
static bool cluster_pool_check(const char *value);
static bool keystone_url_check(const char *value);

static const char *const auth_modes[] = {
    [AUTH_NONE] = "none",
    [AUTH_TOKENS] = "tokens",
    [AUTH_EMBEDDED] = "embedded",
    [AUTH_KEYSTONE] = "keystone",
    [AUTH_JWT] = "jwt",
    [AUTH_AUTO] = "auto",
    NULL,
};
static const char *const log_levels[] = {"debug", "info", "warn", "error",
                                         NULL};

const struct setting settings_table[] = {
    {SETTING(listen), .def = "127.0.0.1:9696", .check = listen_check,
     .valid = "IPV4:PORT such as 127.0.0.1:9696, [IPV6]:PORT, "
              "localhost:PORT or unix:/PATH",
     .group = "Where and how to serve",
     .doc = "Where to listen; port 0 takes a free one."},
    {SETTING(socket_mode), .def = "0660", .check = mode_check,
     .valid = "an octal number from 0000 to 0777 such as 0660",
     .doc = "Who may connect to a unix socket: the mode of its file."},
    {SETTING(tls_cert), .def = "",
     .doc = "PEM file of certificate and chain: serve TLS 1.2 and 1.3."},
    {SETTING(tls_key), .def = "",
     .doc = "PEM file of its key; both are read again on SIGHUP."},
    {SETTING(tls_client_ca), .def = "",
     .doc = "PEM file: clients need a certificate that one of these signed."},
    {SETTING(reuse_port), .def = "off",
     .doc = "Let several processes share the TCP port."},
    {SETTING(trusted_proxies), .def = "", .check = proxies_check,
     .valid = "up to 64 addresses, CIDRs without host bits and \"unix\", such "
              "as 10.0.0.0/8,unix",
     .doc = "Whose X-Forwarded-For, -Proto, -Host and -Port are believed."},
    {SETTING(cors_origins), .def = "", .check = origins_are_valid,
     .valid = "* or origins such as https://panel.example,http://[::1]:8080",
     .doc = "Origins whose web pages may use the API; empty: none."},
    {SETTING(max_connections), .def = "16384", .min = 1, .max = MAX_COUNT,
     .doc = "HTTP connections held at once."},
    {SETTING(max_connections_per_client), .def = "0", .min = 0,
     .max = MAX_COUNT,
     .doc = "Of one IPv4 address or IPv6 /64, proxies aside; 0: any number."},
    {SETTING(request_timeout_s), .def = "60", .min = 1, .max = 86400,
     .doc = "Seconds in which a whole request must come."},
    {SETTING(idle_timeout_s), .def = "60", .min = 1, .max = 86400,
     .doc = "Seconds after which a silent connection is closed."},
    {SETTING(max_body), .def = "1048576", .min = 1024, .max = 1 << 30,
     .doc = "Bytes of a request body."},
    {SETTING(drain_s), .def = "30", .min = 0, .max = 3600,
     .doc = "Seconds that requests have to finish after SIGTERM."},
    {SETTING(log_level), .def = "info", .one_of = log_levels,
     .doc = "The least important lines that are logged."},

    {SETTING(rate_limit), .def = "0", .min = 0, .max = MAX_COUNT,
     .group = "How much one project may ask",
     .doc = "Requests in a second, beyond it: 429; 0: any number."},
    {SETTING(rate_burst), .def = "0", .min = 0, .max = MAX_COUNT,
     .doc = "Requests at once after a silence; 0: as rate_limit."},
    {SETTING(concurrency_limit), .def = "0", .min = 0, .max = MAX_COUNT,
     .doc = "Requests under way at once, beyond it: 429; 0: any number."},

    {SETTING(auth), .def = "auto", .one_of = auth_modes,
     .group = "Who may do what",
     .doc = "none: everyone is an admin.  tokens: who is in tokens_file.\n"
            "      embedded: who is in identity_file gets tokens at /v3, as "
            "of Keystone.\n"
            "      keystone: whom Keystone knows.  jwt: for whom an issuer "
            "has signed.\n"
            "      auto: embedded with \"dev\", else none."},
    {SETTING(tokens_file), .def = "",
     .doc = "File of token hashes; read again on SIGHUP."},
    {SETTING(identity_file), .def = "",
     .doc = "File of \"tenetd user\"; empty: identity.json in data."},
    {SETTING(token_ttl_s), .def = "3600", .min = 1, .max = MAX_SECONDS,
     .doc = "Seconds for which a token of /v3/auth/tokens is valid."},
    {SETTING(default_project), .def = "default",
     .doc = "Project of requests without X-Project-Id when auth is none."},
    {SETTING(token_cache_s), .def = "300", .min = 0, .max = 86400,
     .doc = "Seconds for which a valid token is believed without asking again."
            "  A token\n      that was revoked is good for so long."},

    {SETTING(keystone_url), .def = "", .check = keystone_url_check,
     .valid = "http://HOST:PORT/PATH or https://..., ending in /v3",
     .group = "Keystone, when auth is keystone",
     .doc = "Where Keystone is, such as https://keystone.example:5000/v3."},
    {SETTING(keystone_public_url), .def = "", .check = keystone_url_check,
     .valid = "http://HOST:PORT/PATH or https://..., ending in /v3",
     .doc = "What clients without a token are told; empty: keystone_url."},
    {SETTING(keystone_user), .def = "",
     .doc = "Name of a user who may validate tokens: admin or service in"
            "\n      keystone_project."},
    {SETTING(keystone_user_domain), .def = "Default",
     .doc = "Name of that user's domain."},
    {SETTING(keystone_password), .def = "",
     .doc = "The user's password.  Others see it among the flags of a process:"
            "\n      better in the environment, or in a file."},
    {SETTING(keystone_password_file), .def = "",
     .doc = "File with the password; read again on SIGHUP."},
    {SETTING(keystone_project), .def = "service",
     .doc = "Name of the project that the user works in."},
    {SETTING(keystone_project_domain), .def = "Default",
     .doc = "Name of that project's domain."},
    {SETTING(keystone_ca), .def = "",
     .doc = "File of the certificates that Keystone's is checked against;"
            "\n      empty: the system's."},
    {SETTING(keystone_timeout_s), .def = "5", .min = 1, .max = 60,
     .doc = "Seconds that Keystone has to answer; then: 503."},

    {SETTING(jwt_jwks), .def = "",
     .valid = "a file with a set of keys (RFC 7517), or its http:// or "
              "https:// URL",
     .group = "Signed tokens, when auth is jwt",
     .doc = "The issuer's public keys.  A file is read again on SIGHUP."},
    {SETTING(jwt_ca), .def = "",
     .doc = "File of the certificates that the URL's is checked against;"
            "\n      empty: the system's."},
    {SETTING(jwt_jwks_refresh_s), .def = "3600", .min = 10, .max = 86400,
     .doc = "Seconds after which the URL's keys are got again; also when a "
            "token\n      names one that is not known."},
    {SETTING(jwt_issuer), .def = "",
     .doc = "The claim \"iss\" of every token."},
    {SETTING(jwt_audience), .def = "",
     .doc = "What the claim \"aud\" must be, or have in its list."},
    {SETTING(jwt_leeway_s), .def = "60", .min = 0, .max = 600,
     .doc = "Seconds that the issuer's clock may differ."},
    {SETTING(jwt_claim_project), .def = "project_id",
     .doc = "The claim with the project; a member of a member is "
            "\"tenet.project\"."},
    {SETTING(jwt_claim_user), .def = "sub",
     .doc = "The claim with the user."},
    {SETTING(jwt_claim_roles), .def = "roles",
     .doc = "The claim with the roles: a list, or names with blanks between;"
            "\n      of Keycloak it is realm_access.roles."},
    {SETTING(jwt_roles), .def = "", .check = config_are_roles,
     .valid = "THEIRS=OURS,... where OURS is admin, member, reader or service",
     .doc = "Which roles of the issuer are ours, such as "
            "net-admin=admin,dev=member;\n      empty: they have our names."},

    {SETTING(database_url), .def = "", .group = "The database",
     .doc = "libpq's string, such as postgresql://tenet@db.example/tenet."},
    {SETTING(read_lanes), .def = "2", .min = 1, .max = 64,
     .doc = "Connections that read, pipelined."},
    {SETTING(write_lanes), .def = "2", .min = 1, .max = 64,
     .doc = "Connections for writes that do not combine."},
    {SETTING(combine_lanes), .def = "2", .min = 1, .max = 64,
     .doc = "Connections for writes that combine; all but one help out when "
            "many wait."},
    {SETTING(queue_limit), .def = "4096", .min = 1, .max = MAX_COUNT,
     .doc = "Requests waiting for the database; beyond it: 503."},
    {SETTING(batch_limit), .def = "256", .min = 1, .max = 4096,
     .doc = "Most requests of one combined write."},
    {SETTING(list_cache_mib), .def = "64", .min = 0, .max = 65536,
     .doc = "MiB for objects that lists have shown, to show them again."},
    {SETTING(audit_interval_s), .def = "300", .min = 0, .max = 86400,
     .doc = "Seconds from one audit of the data to the next; 0: no audits."},

    {SETTING(page_limit), .def = "1000", .min = 1, .max = 10000,
     .group = "The API", .doc = "Most objects of one page of a list."},
    {SETTING(bulk_limit), .def = "1000", .min = 1, .max = 10000,
     .doc = "Most objects that one request creates, changes or deletes."},
    {SETTING(quota_network), .def = "100", .min = -1, .max = INT32_MAX,
     .doc = "Networks of a project without a quota; -1: unlimited."},
    {SETTING(quota_subnet), .def = "100", .min = -1, .max = INT32_MAX,
     .doc = "Subnets of a project without a quota; -1: unlimited."},
    {SETTING(quota_port), .def = "500", .min = -1, .max = INT32_MAX,
     .doc = "Ports of a project without a quota; -1: unlimited."},
    {SETTING(quota_subnetpool), .def = "-1", .min = -1, .max = INT32_MAX,
     .doc = "Subnet pools of a project without a quota; -1: unlimited."},
    {SETTING(quota_rbac_policy), .def = "10", .min = -1, .max = INT32_MAX,
     .doc = "RBAC policies of a project without a quota; -1: unlimited."},
    {SETTING(mac_base), .def = "fa:16:3e:00:00:00", .check = mac_base_check,
     .valid = "a unicast MAC address such as fa:16:3e:00:00:00",
     .doc = "First 3 bytes of generated MACs, or 4 when the 4th is not 0."},
    {SETTING(network_mtu), .def = "1500", .min = 68, .max = 65535,
     .doc = "Default mtu of networks, and the largest."},
    {SETTING(dns_domain), .def = "openstacklocal.",
     .doc = "Domain of a port's dns_assignment."},
    {SETTING(sdns), .def = "",
     .doc = "SDNs on offer, such as sprut,neutron; empty: no attribute sdn."},
    {SETTING(private_dns_domain), .def = "mcs.local.",
     .doc = "Default private_dns_domain of networks."},
    {SETTING(dhcp_ports), .def = "0", .min = 0, .max = 8,
     .doc = "Ports of network:dhcp that a subnet with DHCP gets."},
    {SETTING(ip_cooldown), .def = "0", .min = 0, .max = MAX_SECONDS,
     .doc = "Default seconds until a freed address is given out again."},
    {SETTING(cluster_pool), .def = "10.0.0.0/8", .check = cluster_pool_check,
     .valid = "an IPv4 CIDR without host bits such as 10.0.0.0/8, at most "
              "/28, or the id of a subnet pool",
     .doc = "Where cluster networks get their subnets: a CIDR or a pool's id."},
    {SETTING(idempotency_ttl_s), .def = "86400", .min = 1, .max = MAX_SECONDS,
     .doc = "Seconds for which an Idempotency-Key is remembered."},
    {SETTING(plan_ttl_s), .def = "600", .min = 1, .max = 86400,
     .doc = "Seconds for which a plan of DELETE ?cascade=plan is valid."},
    {SETTING(event_retention_s), .def = "604800", .min = 1,
     .max = MAX_SECONDS,
     .doc = "Seconds for which the change feed keeps events."},

    {SETTING(data), .def = "", .group = "The private database of \"dev\"",
     .doc = "Directory of the database that runs without database_url."},
    {SETTING(dev_fsync), .def = "on",
     .doc = "off: faster, but a crash of the machine ruins the data."},
};

const size_t n_settings = sizeof(settings_table) / sizeof(settings_table[0]);

static bool
listen_check(const char *value)
{
    struct endpoint endpoint;

    return endpoint_parse(value, &endpoint);
}

static bool
mode_check(const char *value)
{
    return strlen(value) == 4 && value[0] == '0' &&
           strspn(value, "01234567") == 4;
}

static bool
proxies_check(const char *value)
{
    struct netlist list;

    return netlist_parse(value, &list);
}

static bool
mac_base_check(const char *value)
{
    struct mac_addr mac;

    return mac_parse(value, &mac) && !mac_is_multicast(&mac) &&
           !mac_is_zero(&mac);
}

/* A subnet pool, or room for blocks of the longest prefix that subnets may ask
 * for. */
static bool
cluster_pool_check(const char *value)
{
    struct ip_prefix prefix;
    struct uuid pool_id;

    if (uuid_from_text(value, &pool_id)) {
        return true;
    }
    return strchr(value, '/') != NULL && ip_prefix_parse(value, &prefix) &&
           prefix.addr.version == 4 && prefix.len >= 1 && prefix.len <= 28 &&
           !ip_prefix_has_host_bits(&prefix);
}

/* One without a query, for a path is added to it. */
static bool
keystone_url_check(const char *value)
{
    size_t len = strlen(value);

    return len == 0 ||
           (config_is_url(value) && strpbrk(value, "?#") == NULL && len > 3 &&
            strcmp(value + len - 3, "/v3") == 0);
}

const struct setting *
setting_find(const char *name)
{
    for (size_t i = 0; i < n_settings; i++) {
        if (strcmp(settings_table[i].name, name) == 0) {
            return &settings_table[i];
        }
    }
    return NULL;
}

void
setting_flag(const struct setting *setting, char ret_flag[SETTING_NAME_SIZE])
{
    size_t len = strlen(setting->name);

    for (size_t i = 0; i <= len; i++) {
        char c = setting->name[i];
        ret_flag[i] = (char) (c == '_' ? '-' : c);
    }
}

void
setting_variable(const struct setting *setting,
                 char ret_name[SETTING_NAME_SIZE])
{
    size_t len = strlen(setting->name);

    memcpy(ret_name, "TENET_", strlen("TENET_"));
    for (size_t i = 0; i <= len; i++) {
        int c = toupper((unsigned char) setting->name[i]);
        ret_name[strlen("TENET_") + i] = (char) c;
    }
}

static void
add_list(struct buf *buf, const char *const *list)
{
    for (size_t i = 0; list[i] != NULL; i++) {
        buf_addf(buf, "%s%s", i == 0 ? "" : ", ", list[i]);
    }
}

void
setting_add_valid(struct buf *buf, const struct setting *setting)
{
    if (setting->one_of != NULL) {
        add_list(buf, setting->one_of);
    } else if (setting->type == SETTING_BOOL) {
        add_list(buf, setting_truths);
    } else if (setting->type == SETTING_INT) {
        buf_addf(buf, "an integer from %" PRId64 " to %" PRId64, setting->min,
                 setting->max);
    } else {
        buf_adds(buf, setting->valid != NULL ? setting->valid : "any text");
    }
}

void
config_help(struct buf *buf)
{
    for (size_t i = 0; i < n_settings; i++) {
        const struct setting *setting = &settings_table[i];
        char flag[SETTING_NAME_SIZE];

        if (setting->group != NULL) {
            buf_addf(buf, "%s%s:\n", i == 0 ? "" : "\n", setting->group);
        }
        setting_flag(setting, flag);
        buf_addf(buf, "  --%s %s\n", flag,
                 setting->def[0] != '\0' ? setting->def : "TEXT");
        buf_addf(buf, "      %s\n", setting->doc);
        if (setting->valid != NULL || setting->one_of != NULL ||
            setting->type == SETTING_INT) {
            buf_adds(buf, "      Valid: ");
            setting_add_valid(buf, setting);
            buf_adds(buf, "\n");
        }
    }
}
