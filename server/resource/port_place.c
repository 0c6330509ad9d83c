/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which addresses a port wants: from its fixed_ips and its network's subnets.
 * port_take.c takes them.
 */
#include "core/arena.h"
#include "resource/port.h"
#include "resource/port_internal.h"
#include "resource/subnet.h"
#include "schema/sqlarray.h"

/* --- what a port wants */

static struct port_want *
add_want(struct port_request *request)
{
    return &request->wants[request->n_wants++];
}

/* Index of a held address that is not kept yet and fits: 'ip' when it has a
 * version, else any of 'subnet'; or -1. */
static int
find_held(const struct port_request *request, const struct uuid *subnet,
          const struct ip_addr *ip)
{
    for (size_t i = 0; i < request->n_held; i++) {
        const struct fixed_ip *held = &request->held[i];
        bool fits = ip->version != 0 ? ip_equal(&held->ip_address, ip)
                                     : uuid_equal(&held->subnet_id, subnet);
        if (fits && !request->kept[i]) {
            return (int) i;
        }
    }
    return -1;
}

/* Wants 'ip' (or the next address) of one subnet, keeping what it holds. */
static void
want_of_subnet(struct arena *arena, struct port_request *request,
               struct ipam_subnet *subnet, struct ip_addr ip)
{
    struct port_want *want = add_want(request);
    int held = find_held(request, &subnet->id, &ip);
    want->subnets = ARENA_ARRAY(arena, struct ipam_subnet *, 1);
    want->subnets[0] = subnet;
    want->n_subnets = 1;
    want->ip = ip;
    if (held >= 0) {
        request->kept[held] = true;
        want->ip = request->held[held].ip_address;
        want->held = true;
    }
}

static void
want_eui64(struct arena *arena, struct port_request *request,
           struct ipam_subnet *subnet)
{
    want_of_subnet(arena, request, subnet,
                   mac_to_eui64(&request->port->mac_address, &subnet->cidr));
}

static bool
is_wanted(const struct port_request *request,
          const struct ipam_subnet *subnet)
{
    for (size_t i = 0; i < request->n_wants; i++) {
        if (request->wants[i].n_subnets == 1 &&
            request->wants[i].subnets[0] == subnet) {
            return true;
        }
    }
    return false;
}

/* The i-th subnet of the network of 'port', or NULL. */
static struct ipam_subnet *
next_subnet(const struct addresses *addresses, const struct port *port,
            size_t *cursor)
{
    while (*cursor < addresses->n) {
        struct ipam_subnet *subnet = &addresses->subnets[(*cursor)++];
        if (uuid_equal(&subnet->network_id, &port->network_id)) {
            return subnet;
        }
    }
    return NULL;
}

/* Addresses of SLAAC subnets come by themselves; routers have their own, and
 * shadow ports one of their subnet only. */
static void
want_all_eui64(const struct addresses *addresses, struct arena *arena,
               struct port_request *request)
{
    const struct port *port = request->port;
    size_t cursor = 0;
    struct ipam_subnet *subnet;
    if (port_is_router(port->device_owner) ||
        port_is_shadow(port->device_owner)) {
        return;
    }
    while ((subnet = next_subnet(addresses, port, &cursor)) != NULL) {
        if (subnet->eui64 && !is_wanted(request, subnet)) {
            want_eui64(arena, request, subnet);
        }
    }
}

static bool
serves(const struct ipam_subnet *subnet, const char *device_owner)
{
    for (size_t i = 0; i < subnet->n_service_types; i++) {
        if (strcmp(subnet->service_types[i], device_owner) == 0) {
            return true;
        }
    }
    return subnet->n_service_types == 0;
}

/* Oldest first. */
static int
compare_ages(const void *a_, const void *b_)
{
    const struct ipam_subnet *a = *(struct ipam_subnet *const *) a_;
    const struct ipam_subnet *b = *(struct ipam_subnet *const *) b_;
    return a->created_us != b->created_us
               ? (a->created_us > b->created_us) - (a->created_us <
                                                    b->created_us)
               : uuid_compare_bytes(&a->id, &b->id);
}

/* Wants one address of the subnets of one IP version. */
static void
want_of_version(const struct addresses *addresses, struct arena *arena,
                struct port_request *request, uint8_t version)
{
    const struct port *port = request->port;
    struct port_want want = {.n_subnets = 0};
    size_t cursor = 0;
    struct ipam_subnet *subnet;
    want.subnets = ARENA_ARRAY(arena, struct ipam_subnet *, addresses->n);
    while ((subnet = next_subnet(addresses, port, &cursor)) != NULL) {
        if (!subnet->eui64 && subnet->cidr.addr.version == version &&
            serves(subnet, port->device_owner)) {
            want.subnets[want.n_subnets++] = subnet;
        }
    }
    qsort(want.subnets, want.n_subnets, sizeof *want.subnets, compare_ages);
    if (want.n_subnets > 0) {
        *add_want(request) = want;
    }
}

/* --- explicit fixed_ips */

STATEMENT(port_find_subnet,
    "SELECT 1 FROM subnets WHERE id = $1::uuid AND project_id = $2");

/* A subnet that is not in the network: of another one, or of nobody. */
static struct err *
refuse_subnet(const struct addresses *addresses, struct arena *arena,
              const struct port *port, const struct uuid *subnet_id)
{
    char subnet[UUID_TEXT_SIZE], network[UUID_TEXT_SIZE];
    uuid_to_text(subnet_id, subnet);
    uuid_to_text(&port->network_id, network);
    const char *params[] = {subnet, port->project_id};
    struct rows rows;
    TRY(tx_one(addresses->tx, QUERY(port_find_subnet, params), &rows));
    if (rows_count(&rows) == 0) {
        return resource_not_found(arena, &subnet_resource, subnet);
    }
    return err_new(arena, ERR_INVALID_INPUT,
                   "failed to create port on network \"%s\", because "
                   "fixed_ips included invalid subnet \"%s\"", network,
                   subnet);
}

/* True for addresses that a host of the subnet may have: neither the network
 * nor the broadcast address of IPv4, nor the anycast address of IPv6. */
static bool
is_host(const struct ipam_subnet *subnet, const struct ip_addr *ip)
{
    struct ip_range hosts = range_of_hosts(&subnet->cidr);
    return range_contains(&hosts, ip) ||
           (ip->version != 0 && ip_equal(ip, &subnet->gateway_ip));
}

static struct ipam_subnet *
find_subnet_of_ip(const struct addresses *addresses, const struct port *port,
                  const struct ip_addr *ip)
{
    size_t cursor = 0;
    struct ipam_subnet *subnet;
    while ((subnet = next_subnet(addresses, port, &cursor)) != NULL) {
        if (ip_prefix_contains(&subnet->cidr, ip) && is_host(subnet, ip)) {
            return subnet;
        }
    }
    return NULL;
}

static struct err *
find_subnet(const struct addresses *addresses, struct arena *arena,
            const struct port *port, const struct fixed_ip *item,
            struct ipam_subnet **ret_subnet)
{
    const struct ip_addr *ip = &item->ip_address;
    if (uuid_is_nil(&item->subnet_id)) {
        *ret_subnet = find_subnet_of_ip(addresses, port, ip);
        return *ret_subnet != NULL
                   ? NULL
                   : port_refuse_ip(arena, ERR_INVALID_IP_FOR_NETWORK, ip,
                               "is not a valid IP for any of the subnets on "
                               "the specified network");
    }
    *ret_subnet = addresses_find(addresses, &item->subnet_id);
    if (*ret_subnet == NULL ||
        !uuid_equal(&(*ret_subnet)->network_id, &port->network_id)) {
        return refuse_subnet(addresses, arena, port, &item->subnet_id);
    }
    if (ip->version != 0 && (!ip_prefix_contains(&(*ret_subnet)->cidr, ip) ||
                             !is_host(*ret_subnet, ip))) {
        return port_refuse_ip(arena, ERR_INVALID_IP_FOR_SUBNET, ip,
                         "is not a valid IP for the specified subnet");
    }
    return NULL;
}

/* 'only' is the subnet that was asked for; NULL: none of the network serves
 * the port. */
static struct err *
refuse_service_type(const struct addresses *addresses, struct arena *arena,
                    const struct port_request *request,
                    const struct ipam_subnet *only)
{
    const struct port *port = request->port;
    char network[UUID_TEXT_SIZE];
    const char **ids = ARENA_ARRAY(arena, const char *, addresses->n);
    size_t n = 0, cursor = 0;
    struct ipam_subnet *subnet;
    while ((subnet = next_subnet(addresses, port, &cursor)) != NULL) {
        if (subnet == only ||
            (only == NULL && !serves(subnet, port->device_owner))) {
            ids[n++] = type_of(TYPE_UUID)->to_sql(arena, &subnet->id);
        }
    }
    uuid_to_text(&port->network_id, network);
    struct blockers blockers = blockers_none(arena, request->caller);
    return blockers_explain(
        &blockers, addresses->tx,
        blockers_of_service(arena, request->caller,
                            sqlarray_format(arena, ids, n)),
        err_new(arena, ERR_NO_MATCHING_SUBNET,
                "no subnet of network \"%s\" serves device_owner \"%s\"",
                network, port->device_owner));
}

static struct err *
want_item(const struct addresses *addresses, struct arena *arena,
          struct port_request *request, const struct fixed_ip *item)
{
    struct ipam_subnet *subnet;
    struct port *port = request->port;
    TRY(find_subnet(addresses, arena, port, item, &subnet));
    bool held = find_held(request, &subnet->id, &item->ip_address) >= 0;
    /* Those of the server serve the subnet, whoever else may be in it. */
    if (!held && !port_is_automatic(port->device_owner) &&
        !serves(subnet, port->device_owner)) {
        return refuse_service_type(addresses, arena, request, subnet);
    }
    bool automatic = subnet->eui64 && !port_is_router(port->device_owner);
    if (automatic && item->ip_address.version == 0) {
        want_eui64(arena, request, subnet);
        return NULL;
    }
    if (automatic && !held) {
        return port_refuse_ip(arena, ERR_AUTO_ADDRESS_SUBNET, &item->ip_address,
                         "cannot be directly assigned to a port on a subnet "
                         "with automatic addresses");
    }
    want_of_subnet(arena, request, subnet, item->ip_address);
    return NULL;
}

static struct err *
resolve_given(const struct addresses *addresses, struct arena *arena,
              struct port_request *request)
{
    const struct fixed_ip_list *list = &request->port->fixed_ips;
    size_t cursor = 0;
    if (list->n > 0 && next_subnet(addresses, request->port, &cursor) == NULL) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "invalid input for \"fixed_ips\": ip allocation "
                       "requires subnets for network");
    }
    /* Explicit addresses first, so that "any of the subnet" keeps another. */
    for (int explicit = 1; explicit >= 0; explicit--) {
        for (size_t i = 0; i < list->n; i++) {
            bool is_explicit = list->items[i].ip_address.version != 0;
            if (is_explicit == (explicit == 1)) {
                TRY(want_item(addresses, arena, request, &list->items[i]));
            }
        }
    }
    return NULL;
}

/* True when the network has a subnet whose addresses are not automatic. */
static bool
has_plain_subnet(const struct addresses *addresses, const struct port *port)
{
    size_t cursor = 0;
    struct ipam_subnet *subnet;
    while ((subnet = next_subnet(addresses, port, &cursor)) != NULL) {
        if (!subnet->eui64) {
            return true;
        }
    }
    return false;
}

struct err *
port_resolve(const struct addresses *addresses, struct arena *arena,
             struct port_request *request)
{
    struct port *port = request->port;
    bool given = record_has(&port->rec, PORT_FIXED_IPS);
    request->n_wants = 0;
    request->wants = ARENA_ARRAY(arena, struct port_want,
                                 port->fixed_ips.n + addresses->n + 2);
    request->kept = ARENA_ARRAY(arena, bool, request->n_held);
    if (given) {
        TRY(resolve_given(addresses, arena, request));
    } else {
        want_of_version(addresses, arena, request, 4);
        want_of_version(addresses, arena, request, 6);
    }
    if (!given || port->fixed_ips.n > 0) {
        want_all_eui64(addresses, arena, request);
    }
    if (!given && request->n_wants == 0 && has_plain_subnet(addresses, port)) {
        return refuse_service_type(addresses, arena, request, NULL);
    }
    return NULL;
}
