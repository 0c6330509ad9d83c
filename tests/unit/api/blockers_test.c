/* SPDX-License-Identifier: Apache-2.0 */
#include "api/blockers.h"

#include <criterion/criterion.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

Test(blockers, are_written_with_null_for_what_does_not_apply)
{
    struct arena arena;
    struct buf buf;
    struct blocker port = {.type = "port", .id = "p1", .reason = "uses \"it\""};

    arena_init(&arena, 1u << 16);
    buf_init(&buf, &arena, 0);
    blockers_write(&buf, &port, 1, 7);
    cr_expect_str_eq(buf.data,
                     "\"blockers\":[{\"type\":\"port\",\"id\":\"p1\","
                     "\"name\":null,\"ip_address\":null,"
                     "\"device_owner\":null,\"device_id\":null,"
                     "\"owner\":null,\"reason\":\"uses \\\"it\\\"\"}],"
                     "\"blockers_total\":7");
    arena_done(&arena);
}
