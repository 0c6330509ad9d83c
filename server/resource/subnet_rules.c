/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold between the attributes of a subnet, and what the server
 * decides where the client does not.  Pure: no I/O.
 */
#include "resource/subnet.h"

#include "core/arena.h"

#define NAMESERVERS_MAX 5
#define ROUTES_MAX 20
#define EUI64_PREFIX 64 /* RFC 4291 2.5.1: interface identifiers have 64. */

/* --- rules about one attribute */

static struct err *
refuse(struct arena *arena, const struct attr *attr, const char *rule,
       const char *value, const char *why)
{
    return err_attr(arena, attr->name, rule,
                    "invalid input for \"%s\": \"%s\" %s", attr->name, value,
                    why);
}

static bool
repeats(const struct text_list *list, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (strcmp(list->items[i], list->items[j]) == 0) {
            return true;
        }
    }
    return false;
}

/* True when ips[i] is equal to one before it, however they were written. */
static bool
stands_before(const struct ip_addr *ips, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (ip_equal(&ips[j], &ips[i])) {
            return true;
        }
    }
    return false;
}

struct err *
subnet_check_nameservers(struct arena *arena, const struct attr *attr,
                         const void *value)
{
    const struct text_list *list = value;
    if (list->n > NAMESERVERS_MAX) {
        struct err *err = err_attr(arena, attr->name, "max_items",
                                   "%zu DNS name servers exceed the limit of "
                                   "%d", list->n, NAMESERVERS_MAX);
        err->kind = ERR_DNS_EXHAUSTED;
        return err;
    }
    struct ip_addr ips[NAMESERVERS_MAX];
    for (size_t i = 0; i < list->n; i++) {
        if (!ip_parse(list->items[i], &ips[i])) {
            return refuse(arena, attr, "ip", list->items[i],
                          "is not an IP address");
        }
        if (stands_before(ips, i)) {
            return refuse(arena, attr, "duplicate", list->items[i],
                          "stands twice");
        }
    }
    return NULL;
}

struct err *
subnet_check_version(struct arena *arena, const struct attr *attr,
                     const void *value)
{
    int64_t version = *(const int64_t *) value;
    if (version != 4 && version != 6) {
        return err_attr(arena, attr->name, "one_of",
                        "invalid input for \"%s\": %lld is not 4 or 6",
                        attr->name, (long long) version);
    }
    return NULL;
}

struct err *
subnet_check_routes(struct arena *arena, const struct attr *attr,
                    const void *value)
{
    const struct host_route_list *list = value;
    if (list->n <= ROUTES_MAX) {
        return NULL;
    }
    struct err *err = err_attr(arena, attr->name, "max_items",
                               "%zu host routes exceed the limit of %d",
                               list->n, ROUTES_MAX);
    err->kind = ERR_ROUTES_EXHAUSTED;
    return err;
}

/* A service type is a device_owner of the platform, whole or as a prefix. */
static bool
is_service_type(const char *text)
{
    static const char *const prefixes[] = {"network:", "compute:",
                                           "baremetal:", "trunk:"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (strncmp(text, prefixes[i], strlen(prefixes[i])) == 0) {
            return true;
        }
    }
    return false;
}

struct err *
subnet_check_service_types(struct arena *arena, const struct attr *attr,
                           const void *value)
{
    const struct text_list *list = value;
    for (size_t i = 0; i < list->n; i++) {
        if (!is_service_type(list->items[i])) {
            struct err *err = refuse(arena, attr, "service_type",
                                     list->items[i],
                                     "does not begin with \"network:\", "
                                     "\"compute:\", \"baremetal:\" or "
                                     "\"trunk:\"");
            err->kind = ERR_SERVICE_TYPE;
            return err;
        }
        if (repeats(list, i)) {
            return refuse(arena, attr, "duplicate", list->items[i],
                          "stands twice");
        }
    }
    return NULL;
}

/* --- decisions */

static void
decide_gateway(struct subnet *subnet, bool last_gateway)
{
    if (record_is_given(&subnet->rec, SUBNET_GATEWAY_IP)) {
        return;
    }
    struct ip_range hosts = range_of_hosts(&subnet->cidr);
    if (subnet->cidr.len == ip_bits(&subnet->cidr.addr)) {
        record_set_null(&subnet->rec, SUBNET_GATEWAY_IP);
        return;
    }
    record_set(&subnet->rec, SUBNET_GATEWAY_IP);
    if (subnet->ip_version == 6) {
        /* The subnet-router anycast address, RFC 4291 2.6.1. */
        subnet->gateway_ip = ip_prefix_first(&subnet->cidr);
    } else {
        subnet->gateway_ip = last_gateway ? hosts.last : hosts.first;
    }
}

static void
decide_pools(struct arena *arena, struct subnet *subnet)
{
    if (record_is_given(&subnet->rec, SUBNET_ALLOCATION_POOLS)) {
        return;
    }
    struct ip_addr none = {.version = 0};
    struct ip_range hosts = range_of_hosts(&subnet->cidr);
    subnet->allocation_pools.items = ARENA_ARRAY(arena, struct ip_range, 2);
    subnet->allocation_pools.n = range_without(
        &hosts,
        record_has(&subnet->rec, SUBNET_GATEWAY_IP) ? &subnet->gateway_ip
                                                    : &none,
        subnet->allocation_pools.items);
    record_set(&subnet->rec, SUBNET_ALLOCATION_POOLS);
}

/* --- checks */

static struct err *
invalid(struct arena *arena, const char *attr, const char *why)
{
    return err_new(arena, ERR_INVALID_INPUT,
                   "invalid input for \"%s\": %s", attr, why);
}

static struct err *
check_version(struct arena *arena, const struct subnet *subnet,
              const char *attr, const struct ip_addr *ip)
{
    char text[IP_TEXT_SIZE];
    if (ip->version == subnet->ip_version) {
        return NULL;
    }
    ip_format(ip, text);
    return err_new(arena, ERR_INVALID_INPUT,
                   "invalid input for \"%s\": \"%s\" does not match the "
                   "ip_version %lld", attr, text,
                   (long long) subnet->ip_version);
}

static struct err *
check_cidr(struct arena *arena, const struct subnet *subnet)
{
    TRY(check_version(arena, subnet, "cidr", &subnet->cidr.addr));
    struct ip_addr first = ip_prefix_first(&subnet->cidr);
    if (subnet->cidr.len == 0) {
        return invalid(arena, "cidr", "0 is not a prefix length of a subnet");
    }
    if (!subnet->enable_dhcp) {
        return NULL;
    }
    if (subnet->ip_version == 4 && ip_is_unspecified(&first)) {
        return invalid(arena, "cidr", "DHCP cannot serve a subnet that "
                                      "begins with 0.0.0.0");
    }
    if (ip_is_multicast(&first)) {
        return invalid(arena, "cidr", "DHCP cannot serve a subnet of "
                                      "multicast addresses");
    }
    if (ip_is_loopback(&first)) {
        return invalid(arena, "cidr", "DHCP cannot serve a subnet of "
                                      "loopback addresses");
    }
    return NULL;
}

static struct err *
check_one_mode(struct arena *arena, const struct subnet *subnet, size_t index,
               const char *attr)
{
    if (!record_has(&subnet->rec, index)) {
        return NULL;
    }
    if (subnet->ip_version == 4) {
        return invalid(arena, attr, "it is not valid when ip_version is 4");
    }
    if (!subnet->enable_dhcp) {
        return invalid(arena, attr,
                       "it cannot be set when enable_dhcp is false");
    }
    return NULL;
}

static struct err *
check_modes(struct arena *arena, const struct subnet *subnet)
{
    const struct record *rec = &subnet->rec;
    TRY(check_one_mode(arena, subnet, SUBNET_IPV6_RA_MODE, "ipv6_ra_mode"));
    TRY(check_one_mode(arena, subnet, SUBNET_IPV6_ADDRESS_MODE,
                       "ipv6_address_mode"));
    bool ra = record_has(rec, SUBNET_IPV6_RA_MODE);
    bool address = record_has(rec, SUBNET_IPV6_ADDRESS_MODE);
    if (ra && address &&
        strcmp(subnet->ipv6_ra_mode, subnet->ipv6_address_mode) != 0) {
        return invalid(arena, "ipv6_ra_mode",
                       "it must equal ipv6_address_mode when both are set");
    }
    bool eui64 = subnet_is_eui64(subnet) ||
                 (ra && strcmp(subnet->ipv6_ra_mode, "dhcpv6-stateful") != 0);
    if (eui64 && subnet->cidr.len != EUI64_PREFIX) {
        return invalid(arena, "cidr",
                       "slaac and dhcpv6-stateless need a prefix length of "
                       "64");
    }
    return NULL;
}

static struct err *
check_gateway(struct arena *arena, const struct subnet *subnet)
{
    if (!record_has(&subnet->rec, SUBNET_GATEWAY_IP)) {
        return NULL;
    }
    const struct ip_addr *gateway = &subnet->gateway_ip;
    TRY(check_version(arena, subnet, "gateway_ip", gateway));
    if (subnet->ip_version == 6 && ip_is_link_local(gateway)) {
        return NULL; /* On-link without an address of the subnet. */
    }
    struct ip_range hosts = range_of_hosts(&subnet->cidr);
    if (subnet->ip_version == 6) {
        hosts = range_of_prefix(&subnet->cidr);
    }
    if (!range_contains(&hosts, gateway)) {
        return invalid(arena, "gateway_ip",
                       "it is not the address of a host in the cidr");
    }
    return NULL;
}

static struct err *
check_routes(struct arena *arena, const struct subnet *subnet)
{
    for (size_t i = 0; i < subnet->host_routes.n; i++) {
        const struct host_route *route = &subnet->host_routes.items[i];
        TRY(check_version(arena, subnet, "host_routes",
                          &route->destination.addr));
        TRY(check_version(arena, subnet, "host_routes", &route->nexthop));
    }
    return NULL;
}

static struct err *
check_nameservers(struct arena *arena, const struct subnet *subnet)
{
    for (size_t i = 0; i < subnet->dns_nameservers.n; i++) {
        struct ip_addr ip = {.version = 0};
        ip_parse(subnet->dns_nameservers.items[i], &ip);
        TRY(check_version(arena, subnet, "dns_nameservers", &ip));
    }
    return NULL;
}

struct err *
subnet_check(struct arena *arena, const struct subnet *subnet)
{
    TRY(check_cidr(arena, subnet));
    TRY(check_modes(arena, subnet));
    TRY(check_gateway(arena, subnet));
    TRY(subnet_check_pools(arena, subnet));
    TRY(check_routes(arena, subnet));
    return check_nameservers(arena, subnet);
}

struct err *
subnet_decide(struct arena *arena, struct subnet *subnet, bool last_gateway)
{
    if (!record_has(&subnet->rec, SUBNET_CIDR)) {
        return err_new(arena, ERR_BAD_QUERY,
                       "bad subnets request: a cidr must be specified");
    }
    TRY(check_cidr(arena, subnet));
    decide_gateway(subnet, last_gateway);
    decide_pools(arena, subnet);
    range_sort(subnet->allocation_pools.items, subnet->allocation_pools.n);
    return subnet_check(arena, subnet);
}
