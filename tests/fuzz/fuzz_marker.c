/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes the parameters that page and sort: each line of the input is one,
 * its first letter says which (m: marker, l: limit, k: sort_key, d: sort_dir,
 * r: page_reverse, f: fields), the rest is the value.
 */
#include <stddef.h>
#include <stdint.h>

#include "lists.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *
key_of(char letter)
{
    switch (letter) {
    case 'm':
        return "marker";
    case 'l':
        return "limit";
    case 'k':
        return "sort_key";
    case 'd':
        return "sort_dir";
    case 'r':
        return "page_reverse";
    default:
        return "fields";
    }
}

static bool
is_utf8(const char *text)
{
    json_t *json = json_string(text);
    json_decref(json);
    return json != NULL;
}

/* The lines of 'text' as parameters, but for what is no UTF-8: it never comes
 * that far. */
static void
add_params(struct by_hand *hand, const char *text)
{
    struct param *params = ARENA_ARRAY(&hand->arena, struct param,
                                       QUERY_MAX_PARAMS);
    size_t n = 0;
    while (*text != '\0' && n < QUERY_MAX_PARAMS) {
        size_t len = strcspn(text, "\n");
        size_t start = len > 0 ? 1 : 0;
        params[n].key = key_of(text[0]);
        params[n].value = arena_strndup(&hand->arena, text + start,
                                        len - start);
        n += is_utf8(params[n].value) ? 1 : 0;
        text += len + (text[len] == '\n' ? 1 : 0);
    }
    hand->call.params = params;
    hand->call.n_params = n;
}

static void
check_paging(const char *plural, const char *data, size_t size)
{
    struct by_hand hand;
    int64_t limit;
    bool given;
    by_hand_init(&hand, plural, "member");
    add_params(&hand, arena_strndup(&hand.arena, data, size));
    check_list(&hand.call);
    struct err *err = query_read_limit(&hand.call, &limit, &given);
    if (err == NULL) {
        require(limit >= 1 && limit <= PAGE_LIMIT);
    } else {
        require_refusal(err);
    }
    by_hand_done(&hand);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (size_t i = 0; resources[i] != NULL; i++) {
        check_paging(table_path(&resources[i]->table), (const char *) data, size);
    }
    return 0;
}
