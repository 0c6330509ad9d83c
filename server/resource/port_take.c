/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking the addresses that a port wants (port_place.c).
 */
#include <sys/random.h>

#include "core/arena.h"
#include "resource/port.h"
#include "resource/port_internal.h"

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

static struct err *
take_explicit(struct arena *arena, struct arena *scratch,
              const struct port_want *want)
{
    struct ipam_subnet *subnet = want->subnets[0];
    if (want->taken ||
        ipam_take(scratch, subnet, &want->ip) == IPAM_TAKEN) {
        char id[UUID_TEXT_SIZE];
        uuid_to_text(&subnet->id, id);
        return port_refuse_ip(arena, ERR_IP_IN_USE, &want->ip,
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
