/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking the addresses that a port wants (port_place.c).
 */
#include <sys/random.h>

#include "core/arena.h"
#include "resource/port.h"
#include "resource/port_internal.h"
#include "schema/sqlarray.h"

#define DRAWS 8 /* Random candidates per address before the usual order. */

struct err *
port_refuse_ip(struct arena *arena, enum err_kind kind,
               const struct ip_addr *ip, const char *why)
{
    char text[IP_TEXT_SIZE];
    ip_format(ip, text);
    return err_new(arena, kind, "ip address \"%s\" %s", text, why);
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

/* Says who holds the address: a port that is there, or else one that is made
 * together with this one. */
static struct err *
refuse_explicit(const struct addresses *addresses, struct arena *arena,
                const struct port_request *request,
                const struct port_want *want)
{
    const char *id =
        type_of(TYPE_UUID)->to_sql(arena, &want->subnets[0]->id);
    const char *ip = type_of(TYPE_IP)->to_sql(arena, &want->ip);
    struct blockers blockers = blockers_none(arena, request->caller);
    struct blocker_query query = blockers_of_address(arena, id, ip);
    TRY(blockers_find(&blockers, addresses->tx, &query));
    if (blockers.total == 0) {
        blockers_add(&blockers,
                     &(struct blocker){
                         .type = "port",
                         .reason = "Another port that is being created takes "
                                   "the address: choose another one."});
    }
    return blockers_refuse(
        &blockers,
        port_refuse_ip(arena, ERR_IP_IN_USE, &want->ip,
                       arena_printf(arena,
                                    "already allocated in subnet \"%s\"",
                                    id)));
}

static struct err *
take_explicit(const struct addresses *addresses, struct arena *arena,
              const struct port_request *request,
              const struct port_want *want)
{
    if (want->taken || ipam_take(addresses->tx->arena, want->subnets[0],
                                 &want->ip) == IPAM_TAKEN) {
        return refuse_explicit(addresses, arena, request, want);
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

/* Which subnets are full, with what the transaction itself has taken. */
static struct err *
refuse_full(const struct addresses *addresses, struct arena *arena,
            const struct port_request *request, const struct port_want *want)
{
    const char **ids = ARENA_ARRAY(arena, const char *, want->n_subnets);
    const char **taken = ARENA_ARRAY(arena, const char *, want->n_subnets);
    char network[UUID_TEXT_SIZE];
    uuid_to_text(&want->subnets[0]->network_id, network);
    for (size_t i = 0; i < want->n_subnets; i++) {
        const struct ipam_subnet *subnet = want->subnets[i];
        ids[i] = type_of(TYPE_UUID)->to_sql(arena, &subnet->id);
        taken[i] = arena_printf(arena, "%lld", (long long) subnet->n_taken);
    }
    struct blockers blockers = blockers_none(arena, request->caller);
    return blockers_explain(
        &blockers, addresses->tx,
        blockers_of_full(arena, request->caller,
                         sqlarray_format(arena, ids, want->n_subnets),
                         sqlarray_format(arena, taken, want->n_subnets)),
        err_new(arena, ERR_IP_GENERATION,
                "no more ip addresses available on network \"%s\"",
                network));
}

static struct err *
take_next(struct addresses *addresses, struct arena *arena,
          const struct port_request *request, struct port_want *want,
          struct ipam_subnet **ret_subnet)
{
    *ret_subnet = want->subnets[0];
    if (take_draw(addresses->tx->arena, want)) {
        return NULL;
    }
    /* Addresses that still cool down are the last resort of all subnets. */
    for (size_t i = 0; i < want->n_subnets * 2; i++) {
        bool full;
        *ret_subnet = want->subnets[i % want->n_subnets];
        (*ret_subnet)->spare_cooling = i < want->n_subnets;
        TRY(addresses_take_next(addresses, *ret_subnet, &want->ip, &full));
        if (!full) {
            return NULL;
        }
    }
    return refuse_full(addresses, arena, request, want);
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
            TRY(take_next(addresses, arena, request, want, &subnet));
        } else if (!want->held) {
            TRY(take_explicit(addresses, arena, request, want));
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
