/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which addresses a port gets: from its fixed_ips, its network's subnets and
 * what is free in them.
 */
#include <sys/random.h>

#include "core/arena.h"
#include "resource/port.h"
#include "resource/subnet.h"

#define DRAWS 8 /* Random candidates per address before the usual order. */

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

/* Addresses of SLAAC subnets come by themselves; routers have their own. */
static void
want_all_eui64(const struct addresses *addresses, struct arena *arena,
               struct port_request *request)
{
    const struct port *port = request->port;
    size_t cursor = 0;
    struct ipam_subnet *subnet;
    if (port_is_router(port->device_owner)) {
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

static struct err *
refuse_ip(struct arena *arena, enum err_kind kind, const struct ip_addr *ip,
          const char *why)
{
    char text[IP_TEXT_SIZE];
    ip_format(ip, text);
    return err_new(arena, kind, "ip address \"%s\" %s", text, why);
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
                   : refuse_ip(arena, ERR_INVALID_IP_FOR_NETWORK, ip,
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
        return refuse_ip(arena, ERR_INVALID_IP_FOR_SUBNET, ip,
                         "is not a valid IP for the specified subnet");
    }
    return NULL;
}

static struct err *
refuse_service_type(struct arena *arena, const struct port *port)
{
    char network[UUID_TEXT_SIZE];
    uuid_to_text(&port->network_id, network);
    return err_new(arena, ERR_NO_MATCHING_SUBNET,
                   "no subnet of network \"%s\" serves device_owner \"%s\"",
                   network, port->device_owner);
}

static struct err *
want_item(const struct addresses *addresses, struct arena *arena,
          struct port_request *request, const struct fixed_ip *item)
{
    struct ipam_subnet *subnet;
    struct port *port = request->port;
    TRY(find_subnet(addresses, arena, port, item, &subnet));
    if (!serves(subnet, port->device_owner)) {
        return refuse_service_type(arena, port);
    }
    bool automatic = subnet->eui64 && !port_is_router(port->device_owner);
    if (automatic && item->ip_address.version == 0) {
        want_eui64(arena, request, subnet);
        return NULL;
    }
    bool held = find_held(request, &subnet->id, &item->ip_address) >= 0;
    if (automatic && !held) {
        return refuse_ip(arena, ERR_AUTO_ADDRESS_SUBNET, &item->ip_address,
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
        return refuse_service_type(arena, port);
    }
    return NULL;
}

/* --- what the database knows about them */

static void
draw(struct arena *arena, struct port_want *want)
{
    const struct ipam_subnet *subnet = want->subnets[0];
    if (want->ip.version != 0 || !subnet->random) {
        return;
    }
    want->draws = ARENA_ARRAY(arena, struct ip_addr, DRAWS);
    want->draws_taken = ARENA_ARRAY(arena, bool, DRAWS);
    for (size_t i = 0; i < DRAWS; i++) {
        uint64_t random = 0;
        if (getrandom(&random, sizeof random, 0) != sizeof random ||
            !ipam_random(subnet, random, &want->draws[i])) {
            return;
        }
        want->n_draws++;
    }
}

/* Addresses to look up, and where the answers go. */
struct look {
    struct address *items;
    bool **answers;
    size_t n;
};

static void
look_add(struct look *look, const struct port_want *want,
         const struct ip_addr *ip, bool *answer)
{
    look->items[look->n].subnet_id = want->subnets[0]->id;
    look->items[look->n].ip = *ip;
    look->answers[look->n++] = answer;
}

static void
look_init(struct look *look, struct arena *arena, size_t max)
{
    look->items = ARENA_ARRAY(arena, struct address, max);
    look->answers = ARENA_ARRAY(arena, bool *, max);
    look->n = 0;
}

static struct err *
look_up(const struct addresses *addresses, const struct look *look,
        bool cooling)
{
    if (look->n == 0) {
        return NULL;
    }
    bool *taken = ARENA_ARRAY(addresses->tx->arena, bool, look->n);
    TRY(addresses_find_taken(addresses->tx, look->items, look->n, cooling,
                             taken));
    for (size_t i = 0; i < look->n; i++) {
        *look->answers[i] = taken[i];
    }
    return NULL;
}

struct err *
port_look(const struct addresses *addresses,
          struct port_request *const *requests, size_t n)
{
    struct arena *arena = addresses->tx->arena;
    struct look explicits, draws;
    size_t n_wants = 0;
    for (size_t i = 0; i < n; i++) {
        n_wants += requests[i]->n_wants;
    }
    look_init(&explicits, arena, n_wants);
    look_init(&draws, arena, n_wants * DRAWS);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < requests[i]->n_wants; j++) {
            struct port_want *want = &requests[i]->wants[j];
            draw(arena, want);
            if (want->ip.version != 0 && !want->held) {
                look_add(&explicits, want, &want->ip, &want->taken);
            }
            for (size_t k = 0; k < want->n_draws; k++) {
                look_add(&draws, want, &want->draws[k],
                         &want->draws_taken[k]);
            }
        }
    }
    TRY(look_up(addresses, &explicits, false));
    return look_up(addresses, &draws, true);
}

/* --- taking */

static struct err *
take_explicit(struct arena *arena, struct arena *scratch,
              const struct port_want *want)
{
    struct ipam_subnet *subnet = want->subnets[0];
    if (want->taken ||
        ipam_take(scratch, subnet, &want->ip) == IPAM_TAKEN) {
        char id[UUID_TEXT_SIZE];
        uuid_to_text(&subnet->id, id);
        return refuse_ip(arena, ERR_IP_IN_USE, &want->ip,
                         arena_printf(arena, "already allocated in subnet "
                                             "\"%s\"", id));
    }
    return NULL;
}

/* Takes one of the random candidates that is free; false when none is. */
static bool
take_draw(struct arena *scratch, struct port_want *want)
{
    for (size_t i = 0; i < want->n_draws; i++) {
        if (!want->draws_taken[i] &&
            ipam_take(scratch, want->subnets[0], &want->draws[i]) ==
                IPAM_OK) {
            want->ip = want->draws[i];
            return true;
        }
    }
    return false;
}

static struct err *
take_next(struct addresses *addresses, struct arena *arena,
          struct port_want *want, struct ipam_subnet **ret_subnet)
{
    *ret_subnet = want->subnets[0];
    if (take_draw(addresses->tx->arena, want)) {
        return NULL;
    }
    for (size_t i = 0; i < want->n_subnets; i++) {
        bool full;
        *ret_subnet = want->subnets[i];
        TRY(addresses_take_next(addresses, *ret_subnet, &want->ip, &full));
        if (!full) {
            return NULL;
        }
    }
    char network[UUID_TEXT_SIZE];
    uuid_to_text(&want->subnets[0]->network_id, network);
    return err_new(arena, ERR_IP_GENERATION,
                   "no more ip addresses available on network \"%s\"",
                   network);
}

struct err *
port_take(struct addresses *addresses, struct arena *arena,
          struct port_request *request, struct address *items,
          size_t *n_items)
{
    struct port *port = request->port;
    struct fixed_ip *ips = ARENA_ARRAY(arena, struct fixed_ip,
                                       request->n_wants);
    for (size_t i = 0; i < request->n_wants; i++) {
        struct port_want *want = &request->wants[i];
        struct ipam_subnet *subnet = want->subnets[0];
        if (want->ip.version == 0) {
            TRY(take_next(addresses, arena, want, &subnet));
        } else if (!want->held) {
            TRY(take_explicit(arena, addresses->tx->arena, want));
        }
        ips[i] = (struct fixed_ip){subnet->id, want->ip};
        if (!want->held) {
            items[(*n_items)++] = (struct address){
                subnet->id, want->ip, port->id, port->network_id};
        }
    }
    port->fixed_ips = (struct fixed_ip_list){ips, request->n_wants};
    record_set(&port->rec, PORT_FIXED_IPS);
    return NULL;
}
