/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes query strings of lists: the input is one, asked of every resource by
 * an admin and by a member.
 */
#include <stddef.h>
#include <stdint.h>

#include "lists.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is decoded is text. */
static void
require_params(const struct param *params, size_t n)
{
    require(n <= QUERY_MAX_PARAMS);
    for (size_t i = 0; i < n; i++) {
        require_utf8(params[i].key);
        require_utf8(params[i].value);
    }
}

static void
check_query(const char *plural, const char *role, const char *data,
            size_t size)
{
    struct by_hand hand;
    struct param *params;
    by_hand_init(&hand, plural, role);
    const char *text = arena_strndup(&hand.arena, data, size);
    struct err *err = query_split(&hand.arena, text, &params,
                                  &hand.call.n_params);
    if (err != NULL) {
        require_refusal(err);
    } else {
        hand.call.params = params;
        require_params(params, hand.call.n_params);
        check_list(&hand.call);
    }
    by_hand_done(&hand);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (size_t i = 0; resources[i] != NULL; i++) {
        const char *plural = table_path(&resources[i]->table);
        check_query(plural, "admin", (const char *) data, size);
        check_query(plural, "member", (const char *) data, size);
    }
    return 0;
}
