/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of db/rowcache.h.
 */
#include "db/rowcache.h"

#include <criterion/criterion.h>

#include "core/arena.h"
#include "core/buf.h"
#include "db/conn.h"

#define SIZE (1u << 20)
#define MOST (SIZE / 16) /* Bytes of a text. */

static struct arena arena;
static struct rowcache *cache;

static void
begin(void)
{
    arena_init(&arena, 16u << 20);
    cache = rowcache_new(&arena, SIZE);
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(rowcache, .init = begin, .fini = end);

static struct rowcache_key
key_of(int id, uint32_t xmin, uint64_t mask)
{
    struct rowcache_key key = {.xmin = xmin, .mask = mask};
    const char *text =
        arena_printf(&arena, "01a2b3c4-0000-7000-8000-%012d", id);
    memcpy(key.id, text, sizeof key.id);
    return key;
}

static void
put(struct rowcache_key key, const char *text)
{
    rowcache_put(cache, &key, text, strlen(text));
}

/* What is known of 'key'; "none" when nothing is. */
static const char *
known(struct rowcache_key key)
{
    struct buf buf;
    buf_init(&buf, &arena, 0);
    return rowcache_add(cache, &key, &buf) ? buf.data : "none";
}

/* A text of 'len' bytes. */
static const char *
long_text(size_t len)
{
    char *text = arena_alloc(&arena, len + 1);
    return memset(text, 'x', len);
}

Test(rowcache, a_text_is_appended)
{
    struct rowcache_key key = key_of(1, 700, 7);
    struct buf buf;
    put(key, "{}");
    buf_init(&buf, &arena, 0);
    buf_adds(&buf, "[");
    cr_assert(rowcache_add(cache, &key, &buf));
    cr_assert_str_eq(buf.data, "[{}");
}

Test(rowcache, another_row_version_or_mask_is_not_known)
{
    put(key_of(1, 700, 7), "{}");
    cr_expect_str_eq(known(key_of(2, 700, 7)), "none");
    cr_expect_str_eq(known(key_of(1, 701, 7)), "none");
    cr_expect_str_eq(known(key_of(1, 700, 3)), "none");
}

Test(rowcache, the_last_version_counts)
{
    put(key_of(1, 700, 7), "old");
    put(key_of(1, 701, 7), "new");
    cr_expect_str_eq(known(key_of(1, 701, 7)), "new");
    cr_expect_str_eq(known(key_of(1, 700, 7)), "none");
}

Test(rowcache, each_mask_has_a_text_of_its_own)
{
    put(key_of(1, 700, 7), "all");
    put(key_of(1, 700, 3), "some");
    cr_expect_str_eq(known(key_of(1, 700, 7)), "all");
    cr_expect_str_eq(known(key_of(1, 700, 3)), "some");
}

Test(rowcache, the_newest_take_the_place_of_the_oldest)
{
    const char *text = long_text(50000);
    for (int i = 0; i < 100; i++) {
        put(key_of(i, 700, 7), text);
    }
    cr_expect_str_eq(known(key_of(0, 700, 7)), "none");
    cr_expect_str_eq(known(key_of(79, 700, 7)), "none");
    cr_expect_str_eq(known(key_of(81, 700, 7)), text);
    cr_expect_str_eq(known(key_of(99, 700, 7)), text);
}

Test(rowcache, many_small_ones_are_all_known)
{
    for (int i = 0; i < 500; i++) {
        put(key_of(i, 700, 7), arena_printf(&arena, "{\"n\":%d}", i));
    }
    for (int i = 0; i < 500; i++) {
        cr_expect_str_eq(known(key_of(i, 700, 7)),
                         arena_printf(&arena, "{\"n\":%d}", i));
    }
}

Test(rowcache, a_text_that_is_too_long_is_not_kept)
{
    put(key_of(1, 700, 7), long_text(MOST));
    put(key_of(2, 700, 7), long_text(MOST + 1));
    cr_expect_str_neq(known(key_of(1, 700, 7)), "none");
    cr_expect_str_eq(known(key_of(2, 700, 7)), "none");
}

Test(rowcache, what_no_transaction_wrote_has_no_version)
{
    put(key_of(1, 2, 7), "frozen");
    put(key_of(1, 3, 7), "first");
    cr_expect_str_eq(known(key_of(1, 2, 7)), "none");
    cr_expect_str_eq(known(key_of(1, 3, 7)), "first");
}

Test(rowcache, forgets_all)
{
    put(key_of(1, 700, 7), "old");
    rowcache_forget(cache);
    cr_expect_str_eq(known(key_of(1, 700, 7)), "none");
    put(key_of(1, 700, 7), "new");
    cr_expect_str_eq(known(key_of(1, 700, 7)), "new");
}

Test(rowcache, a_list_is_seen_the_second_time)
{
    const char *const one[] = {"p", NULL}, *const other[] = {"", "p"};
    const struct query query = {.sql = "SELECT", .params = one, .n_params = 2};
    const struct query another = {
        .sql = "SELECT", .params = other, .n_params = 2};
    cr_expect_not(rowcache_saw(cache, &query));
    cr_expect(rowcache_saw(cache, &query));
    cr_expect_not(rowcache_saw(cache, &another));
    cr_expect(rowcache_saw(cache, &query));
}

Test(rowcache, a_list_whose_texts_made_room_for_others_is_new_again)
{
    const struct query query = {.sql = "SELECT"};
    rowcache_saw(cache, &query);
    put(key_of(0, 7, 1), "of the list");
    for (int i = 1; i < 16; i++) {
        put(key_of(i, 7, 1), long_text(MOST - 100));
    }
    cr_expect(rowcache_saw(cache, &query));
    put(key_of(16, 7, 1), long_text(MOST));
    put(key_of(17, 7, 1), long_text(MOST));
    cr_expect_str_eq(known(key_of(0, 7, 1)), "none");
    cr_expect_not(rowcache_saw(cache, &query));
    cr_expect(rowcache_saw(cache, &query));
}

Test(rowcache, a_list_is_new_when_all_was_forgotten)
{
    const struct query query = {.sql = "SELECT"};
    rowcache_saw(cache, &query);
    rowcache_forget(cache);
    cr_expect_not(rowcache_saw(cache, &query));
}

Test(rowcache, of_no_size_is_none)
{
    cr_expect_null(rowcache_new(&arena, 0));
}
