/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of a port that follow from others, and what must hold between them.
 * Pure: no I/O.
 */
#include "core/arena.h"
#include "core/buf.h"
#include "core/settings.h"
#include "resource/port.h"
#include "resource/port_internal.h"

#define PAIRS_MAX 10
#define PROFILE_MAX 4095
#define MAC_FIXED_BYTES 3 /* Of mac_base, when its last ones are zero. */

/* --- rules about one attribute */

struct err *
port_check_mac(struct arena *arena, const struct attr *attr,
               const void *value)
{
    const struct mac_addr *mac = value;
    char text[MAC_TEXT_SIZE];
    mac_format(mac, text);
    if (strcmp(text, "ff:ff:ff:ff:ff:ff") == 0 || mac_is_zero(mac)) {
        return err_attr(arena, attr->name, "mac",
                        "invalid input for \"%s\": \"%s\" is not the MAC "
                        "address of an interface", attr->name, text);
    }
    return NULL;
}

struct err *
port_check_pairs(struct arena *arena, const struct attr *attr,
                 const void *value)
{
    const struct address_pair_list *pairs = value;
    if (pairs->n <= PAIRS_MAX) {
        return NULL;
    }
    struct err *err = err_attr(arena, attr->name, "max_items",
                               "%zu allowed address pairs exceed the maximum "
                               "of %d", pairs->n, PAIRS_MAX);
    err->kind = ERR_PAIRS_EXHAUSTED;
    return err;
}

struct err *
port_check_profile(struct arena *arena, const struct attr *attr,
                   const void *value)
{
    const struct json_text *profile = value;
    if (strlen(profile->text) > PROFILE_MAX) {
        return err_attr(arena, attr->name, "max_length",
                        "invalid input for \"%s\": more than %d bytes",
                        attr->name, PROFILE_MAX);
    }
    return NULL;
}

struct err *
port_check(struct arena *arena, const struct port *port)
{
    if (port->allowed_address_pairs.n > 0 && !port->port_security_enabled) {
        return err_blocked_by(
            err_new(arena, ERR_PAIRS_NEED_SECURITY,
                    "port security must be enabled in order to have allowed "
                    "address pairs on a port"),
            arena,
            (struct blocker){.type = "attribute",
                             .name = "port_security_enabled",
                             .reason = "The attribute is false: set "
                                       "it to true, or leave "
                                       "allowed_address_pairs empty."});
    }
    return NULL;
}

/* --- values that follow */

/* On a copy: the rule may run again, with another MAC. */
static void
fill_pairs(struct arena *arena, struct port *port)
{
    struct address_pair_list *pairs = &port->allowed_address_pairs;
    pairs->items = arena_memdup(arena, pairs->items,
                                pairs->n * sizeof *pairs->items);
    for (size_t i = 0; i < pairs->n; i++) {
        struct address_pair *pair = &pairs->items[i];
        if (!pair->has_mac) {
            pair->mac_address = port->mac_address;
            pair->has_mac = true;
        }
    }
}

/* "host-10-0-0-5" for an address without a name. */
static const char *
host_name(struct arena *arena, const struct ip_addr *ip)
{
    char text[IP_TEXT_SIZE];
    ip_format(ip, text);
    for (char *p = text; *p != '\0'; p++) {
        *p = *p == '.' || *p == ':' ? '-' : *p;
    }
    return arena_printf(arena, "host-%s", text);
}

static void
add_assignment(struct buf *buf, const char *host, const char *domain,
               const struct ip_addr *ip)
{
    char text[IP_TEXT_SIZE];
    ip_format(ip, text);
    size_t len = strlen(host);
    bool absolute = len > 0 && host[len - 1] == '.';
    buf_addf(buf, "{\"hostname\":\"%s\",\"ip_address\":\"%s\",\"fqdn\":\"%s",
             host, text, host);
    buf_addf(buf, "%s%s\"}", absolute ? "" : ".", absolute ? "" : domain);
}

static void
assign_names(struct arena *arena, const struct settings *settings,
             struct port *port)
{
    struct buf buf;
    buf_init(&buf, arena, 128);
    buf_put(&buf, '[');
    for (size_t i = 0; i < port->fixed_ips.n; i++) {
        const struct ip_addr *ip = &port->fixed_ips.items[i].ip_address;
        const char *host = port->dns_name[0] != '\0' ? port->dns_name
                                                     : host_name(arena, ip);
        buf_adds(&buf, i == 0 ? "" : ",");
        add_assignment(&buf, host, settings->dns_domain, ip);
    }
    buf_put(&buf, ']');
    port->dns_assignment.text = buf.data;
    record_set(&port->rec, PORT_DNS_ASSIGNMENT);
}

void
port_derive(struct arena *arena, const struct settings *settings,
            struct port *port)
{
    fill_pairs(arena, port);
    assign_names(arena, settings, port);
}

/* The base with its free bytes, three or two, from the low bits of 'low'. */
static struct mac_addr
make_mac(const struct settings *settings, uint32_t low)
{
    struct mac_addr base = {{0}};
    mac_parse(settings->mac_base, &base);
    unsigned fixed = base.bytes[3] == 0 && base.bytes[4] == 0
                         ? MAC_FIXED_BYTES
                         : MAC_FIXED_BYTES + 1;
    return mac_from_base(&base, fixed, low);
}

struct mac_addr
port_draw_mac(const struct settings *settings)
{
    struct uuid entropy = uuid_new_random();
    uint32_t random;
    memcpy(&random, entropy.bytes, sizeof random);
    return make_mac(settings, random);
}

struct mac_addr
port_mac_behind(const struct settings *settings, const struct mac_addr *mac)
{
    return make_mac(settings, (uint32_t) mac_to_number(mac) + 1);
}
