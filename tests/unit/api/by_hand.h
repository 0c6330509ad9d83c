/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A call without HTTP: who asks for what, made by hand.  Fuzz targets use it
 * as well, so that nothing of the test framework is in it.
 */
#ifndef UNIT_API_BY_HAND_H
#define UNIT_API_BY_HAND_H

#include <string.h>

#include "api/call.h"
#include "core/arena.h"
#include "core/settings.h"
#include "resource/registry.h"

#define OWN_PROJECT "own"
#define PAGE_LIMIT 100
#define BULK_LIMIT 3

/* What a call points to; it must not move. */
struct by_hand {
    struct arena arena;
    struct settings settings;
    struct call call;
};

/* A call about the collection 'plural' by an "admin", a "member" or a
 * "reader" of the project "own"; no SDNs are on offer. */
static inline void
by_hand_init(struct by_hand *hand, const char *plural, const char *role)
{
    *hand = (struct by_hand){
        .settings = {.page_limit = PAGE_LIMIT,
                     .bulk_limit = BULK_LIMIT,
                     .sdns = "",
                     .network_mtu = 1500,
                     .dns_domain = "cloud.example.",
                     .mac_base = "fa:16:3e:00:00:00"},
        .call = {.caller = {.project_id = OWN_PROJECT,
                            .user_id = "user",
                            .is_admin = strcmp(role, "admin") == 0,
                            .may_write = strcmp(role, "reader") != 0,
                            .may_read = true},
                 .base_url = "http://tenet.example",
                 .request_id = "req-1",
                 .body = ""}};
    arena_init(&hand->arena, (size_t) 256 << 20);
    hand->call.arena = &hand->arena;
    hand->call.settings = &hand->settings;
    hand->call.resource = resource_find(plural);
    hand->call.path = arena_printf(&hand->arena, "/v2.0/%s", plural);
}

static inline void
by_hand_done(struct by_hand *hand)
{
    arena_done(&hand->arena);
}

#endif
