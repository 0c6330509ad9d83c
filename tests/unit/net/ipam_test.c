/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of net/ipam.h: which address comes next, and when there is none.
 *
 * Addresses are written without "10.0.0.", lists of them with blanks between.
 * ipam_model_test.c compares the same with a naive model.
 */
#include "net/ipam.h"

#include "core/arena.h"
#include "unit/net/texts.h"

#define TEXT_SIZE 2048
#define MOST 64 /* Addresses of a list. */

static struct arena arena;

static void
begin(void)
{
    arena_init(&arena, 1 << 20);
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(ipam, .init = begin, .fini = end);

/* "7" is 10.0.0.7; whatever has a dot or colon is itself. */
static struct ip_addr
ip_of(const char *text)
{
    bool whole = strpbrk(text, ".:") != NULL;
    return addr_of(whole ? text : arena_printf(&arena, "10.0.0.%s", text));
}

static struct ip_addr *
ips_of(const char *text, size_t *ret_n)
{
    struct ip_addr *ips = ARENA_ARRAY(&arena, struct ip_addr, MOST);
    *ret_n = 0;
    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        ips[(*ret_n)++] = ip_of(arena_strndup(&arena, text, len));
        text += len + (text[len] == ' ' ? 1 : 0);
    }
    return ips;
}

/* A subnet with nothing taken and nothing freed. */
static struct ipam_subnet
subnet_of(const char *pools)
{
    struct ip_range ranges[MAX_RANGES];
    struct ipam_subnet subnet = {.freed_loaded = true};
    subnet.n_pools = ranges_of(pools, ranges);
    subnet.pools = ARENA_ARRAY(&arena, struct ipam_pool, subnet.n_pools);
    for (size_t i = 0; i < subnet.n_pools; i++) {
        subnet.pools[i] = (struct ipam_pool){.range = ranges[i],
                                             .mark = ranges[i].first,
                                             .start = ranges[i].first,
                                             .above_ends = true};
    }
    return subnet;
}

static void
set_mark(struct ipam_pool *pool, const char *mark)
{
    pool->mark = mark == NULL ? (struct ip_addr){.version = 0} : ip_of(mark);
    pool->start = pool->mark;
}

static void
set_above(struct ipam_pool *pool, const char *above, bool ends)
{
    pool->above = ips_of(above, &pool->n_above);
    pool->above_ends = ends;
}

static void
set_freed(struct ipam_subnet *subnet, const char *freed)
{
    subnet->freed = ips_of(freed, &subnet->n_freed);
    subnet->freed_loaded = true;
}

/* A subnet 2-9 with its mark at 6; what was freed below it. */
static struct ipam_subnet
subnet_with_freed(const char *freed)
{
    struct ipam_subnet subnet = subnet_of("10.0.0.2-10.0.0.9");
    set_mark(&subnet.pools[0], "6");
    set_freed(&subnet, freed);
    return subnet;
}

static const char *
text_of(const struct ip_addr *ip)
{
    char *text = arena_alloc(&arena, IP_TEXT_SIZE);
    ip_format(ip, text);
    return strncmp(text, "10.0.0.", 7) == 0 ? text + 7 : text;
}

/* What the next take gives: an address, or what else happened. */
static const char *
take(struct ipam_subnet *subnet)
{
    struct ip_addr ip;
    struct ipam_pool *pool = NULL;
    switch (ipam_take_next(subnet, &ip, &pool)) {
    case IPAM_OK:
        return text_of(&ip);
    case IPAM_FULL:
        return "full";
    case IPAM_NEED_ABOVE:
        return arena_printf(&arena, "above%d", (int) (pool - subnet->pools));
    case IPAM_NEED_FREED:
        return "freed";
    case IPAM_TAKEN:
        break;
    }
    return "taken";
}

/* As many takes as 'expected' has words. */
static void
expect_takes(struct ipam_subnet *subnet, const char *expected)
{
    const char *got = "";
    for (const char *p = expected; p != NULL; p = strchr(p + 1, ' ')) {
        got = arena_printf(&arena, "%s%s%s", got, p == expected ? "" : " ",
                           take(subnet));
    }
    cr_expect_str_eq(got, expected);
}

static enum ipam_result
take_explicit(struct ipam_subnet *subnet, const char *text)
{
    struct ip_addr ip = ip_of(text);
    return ipam_take(&arena, subnet, &ip);
}

static void
expect_reused(const struct ipam_subnet *subnet, const char *expected)
{
    struct ip_addr *ips;
    const char *got = "";
    size_t n = ipam_reused(&arena, subnet, &ips);
    for (size_t i = 0; i < n; i++) {
        got = arena_printf(&arena, "%s%s%s", got, i == 0 ? "" : " ",
                           text_of(&ips[i]));
    }
    cr_expect_str_eq(got, expected);
}

Test(ipam, fresh_addresses_come_in_order_until_the_last)
{
    static const char *const cases[][2] = {
        {"10.0.0.2-10.0.0.4", "2 3 4 full full"},
        {"10.0.0.1-10.0.0.2", "1 2 full"}, /* A /30. */
        {"10.0.0.1-10.0.0.1", "1 full"},
        {"0.0.0.0-0.0.0.1", "0.0.0.0 0.0.0.1 full"},
        {"255.255.255.254-255.255.255.255",
         "255.255.255.254 255.255.255.255 full full"},
        {"255.255.255.255-255.255.255.255", "255.255.255.255 full"},
        {"::-::1", ":: ::1 full"},
        {V6_MOST "-" V6_MOST, V6_MOST " full full"},
        {"2001:db8::ffff:ffff:ffff:fffe-2001:db8:0:0:ffff:ffff:ffff:ffff",
         "2001:db8::ffff:ffff:ffff:fffe 2001:db8::ffff:ffff:ffff:ffff full"},
        {"2001:db8::ffff:ffff:ffff-2001:db8::1:0:0:0",
         "2001:db8::ffff:ffff:ffff 2001:db8:0:0:1:: full"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct ipam_subnet subnet = subnet_of(cases[i][0]);
        expect_takes(&subnet, cases[i][1]);
    }
}

Test(ipam, pools_are_used_up_one_after_the_other)
{
    struct ipam_subnet subnet = subnet_of(
        "10.0.0.8-10.0.0.9,10.0.0.2-10.0.0.2,10.0.0.4-10.0.0.5");
    expect_takes(&subnet, "8 9 2 4 5 full");
}

Test(ipam, a_pool_without_a_mark_has_no_fresh_addresses)
{
    struct ipam_subnet subnet = subnet_of(
        "10.0.0.2-10.0.0.3,10.0.0.5-10.0.0.6");
    set_mark(&subnet.pools[0], NULL);
    set_mark(&subnet.pools[1], "6");
    expect_takes(&subnet, "6 full");
}

Test(ipam, no_pool_is_full_at_once)
{
    struct ipam_subnet subnet = subnet_of("");
    expect_takes(&subnet, "full");
}

Test(ipam, addresses_in_use_above_the_mark_are_skipped)
{
    static const char *const cases[][2] = {
        {"2", "3 4 5 full"}, {"3", "2 4 5 full"}, {"5", "2 3 4 full"},
        {"2 3", "4 5 full"}, {"4 5", "2 3 full"}, {"2 3 4", "5 full"},
        {"2 3 4 5", "full"}, {"2 5", "3 4 full"}, {"", "2 3 4 5 full"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct ipam_subnet subnet = subnet_of("10.0.0.2-10.0.0.5");
        set_above(&subnet.pools[0], cases[i][0], true);
        expect_takes(&subnet, cases[i][1]);
    }
}

Test(ipam, explicit_takes_above_the_mark_are_skipped)
{
    static const char *const cases[][2] = {
        {"2", "3 4 5 full"},
        {"4", "2 3 5 full"},
        {"5", "2 3 4 full"},
        {"9", "2 3 4 5 full"}, /* Outside of the pool. */
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct ipam_subnet subnet = subnet_of("10.0.0.2-10.0.0.5");
        cr_expect_eq(take_explicit(&subnet, cases[i][0]), IPAM_OK);
        expect_takes(&subnet, cases[i][1]);
        expect_reused(&subnet, "");
    }
}

Test(ipam, explicit_take_of_what_this_state_gave_is_refused)
{
    struct ipam_subnet subnet = subnet_with_freed("3 4");
    set_above(&subnet.pools[0], "8", true);
    expect_takes(&subnet, "6 7 9 3");
    static const char *const taken[] = {"6", "7", "9", "3"};
    for (size_t i = 0; i < N(taken); i++) {
        cr_expect_eq(take_explicit(&subnet, taken[i]), IPAM_TAKEN, "%s",
                     taken[i]);
    }
    cr_expect_eq(take_explicit(&subnet, "4"), IPAM_OK);
    cr_expect_eq(subnet.n_taken, 5);
}

Test(ipam, explicit_take_twice_is_refused)
{
    static const char *const ips[] = {"1", "2", "6", "9", "99"};
    struct ipam_subnet subnet = subnet_with_freed("2");
    for (size_t i = 0; i < N(ips); i++) {
        cr_expect_eq(take_explicit(&subnet, ips[i]), IPAM_OK, "%s", ips[i]);
        cr_expect_eq(take_explicit(&subnet, ips[i]), IPAM_TAKEN, "%s",
                     ips[i]);
    }
    cr_expect_eq(subnet.n_taken, (int64_t) N(ips));
}

Test(ipam, freed_addresses_come_after_the_fresh_in_their_order)
{
    struct ipam_subnet subnet = subnet_with_freed("4 2 3");
    expect_takes(&subnet, "6 7 8 9 4 2 3 full full");
    expect_reused(&subnet, "4 2 3");
}

Test(ipam, explicit_below_the_mark_counts_as_reused)
{
    struct ipam_subnet subnet = subnet_with_freed("4 2 3");
    cr_expect_eq(take_explicit(&subnet, "2"), IPAM_OK);
    expect_takes(&subnet, "6 7 8 9");
    expect_reused(&subnet, "2");
    expect_takes(&subnet, "4 3 full");
    expect_reused(&subnet, "4 3 2");
}

Test(ipam, explicit_at_the_mark_was_never_freed)
{
    struct ipam_subnet subnet = subnet_with_freed("");
    cr_expect_eq(take_explicit(&subnet, "6"), IPAM_OK);
    cr_expect_eq(take_explicit(&subnet, "5"), IPAM_OK);
    cr_expect_eq(take_explicit(&subnet, "10"), IPAM_OK);
    expect_reused(&subnet, "5");
}

Test(ipam, explicit_in_a_pool_that_was_used_up_counts_as_reused)
{
    struct ipam_subnet subnet = subnet_of("10.0.0.2-10.0.0.3");
    set_mark(&subnet.pools[0], NULL);
    set_freed(&subnet, "3");
    cr_expect_eq(take_explicit(&subnet, "3"), IPAM_OK);
    expect_takes(&subnet, "full");
    expect_reused(&subnet, "3");
}

Test(ipam, more_explicits_than_first_fit_are_all_known)
{
    struct ipam_subnet subnet = subnet_of("10.0.0.1-10.0.0.40");
    for (int i = 1; i < 40; i++) {
        cr_expect_eq(take_explicit(&subnet, arena_printf(&arena, "%d", i)),
                     IPAM_OK);
    }
    expect_takes(&subnet, "40 full");
    cr_expect_eq(subnet.n_taken, 40);
}

Test(ipam, what_lies_behind_the_loaded_ones_must_be_asked_for)
{
    struct ipam_subnet subnet = subnet_of("10.0.0.2-10.0.0.9");
    set_above(&subnet.pools[0], "3 5", false);
    expect_takes(&subnet, "2 4 above0 above0");
    set_above(&subnet.pools[0], "6 7", false);
    expect_takes(&subnet, "above0");
    set_above(&subnet.pools[0], "8", true);
    expect_takes(&subnet, "9 full");
}

Test(ipam, nothing_loaded_must_be_asked_for_at_once)
{
    struct ipam_subnet subnet = subnet_of(
        "10.0.0.2-10.0.0.2,10.0.0.4-10.0.0.5");
    set_above(&subnet.pools[1], "", false);
    expect_takes(&subnet, "2 above1");
    set_above(&subnet.pools[1], "4", false);
    expect_takes(&subnet, "above1");
    set_above(&subnet.pools[1], "", true);
    expect_takes(&subnet, "5 full");
}

Test(ipam, freed_ones_are_asked_for_when_the_fresh_are_used_up)
{
    struct ipam_subnet subnet = subnet_of("10.0.0.2-10.0.0.3");
    subnet.freed_loaded = false;
    expect_takes(&subnet, "2 3 freed freed");
    set_freed(&subnet, "3");
    cr_expect_eq(subnet.n_taken, 2);
    expect_takes(&subnet, "3 full");
}

Test(ipam, only_what_was_taken_is_counted)
{
    struct ipam_subnet subnet = subnet_with_freed("3");
    set_above(&subnet.pools[0], "7 8", true);
    cr_expect_eq(take_explicit(&subnet, "99"), IPAM_OK);
    cr_expect_eq(take_explicit(&subnet, "99"), IPAM_TAKEN);
    expect_takes(&subnet, "6 9 3 full full");
    cr_expect_eq(subnet.n_taken, 4);
}

Test(ipam, restore_makes_a_failed_member_undone)
{
    struct ipam_subnet subnet = subnet_with_freed("4 2 3");
    cr_expect_eq(take_explicit(&subnet, "8"), IPAM_OK);
    expect_takes(&subnet, "6");
    struct ipam_saved saved = ipam_save(&arena, &subnet);
    expect_takes(&subnet, "7 9 4");
    cr_expect_eq(take_explicit(&subnet, "3"), IPAM_OK);
    cr_expect_eq(take_explicit(&subnet, "20"), IPAM_OK);
    ipam_restore(&subnet, &saved);
    cr_expect_eq(subnet.n_taken, 2);
    expect_reused(&subnet, "");
    cr_expect_eq(take_explicit(&subnet, "20"), IPAM_OK);
    expect_takes(&subnet, "7 9 4 2 3 full");
    expect_reused(&subnet, "4 2 3");
}

Test(ipam, restore_may_be_repeated)
{
    struct ipam_subnet subnet = subnet_of("10.0.0.2-10.0.0.2");
    struct ipam_saved saved = ipam_save(&arena, &subnet);
    for (int i = 0; i < 3; i++) {
        expect_takes(&subnet, "2 full");
        ipam_restore(&subnet, &saved);
    }
    cr_expect_eq(subnet.n_taken, 0);
}

Test(ipam, restore_keeps_what_was_learned_of_freed_ones)
{
    struct ipam_subnet subnet = subnet_of("10.0.0.2-10.0.0.2");
    set_mark(&subnet.pools[0], NULL);
    subnet.freed_loaded = false;
    struct ipam_saved saved = ipam_save(&arena, &subnet);
    expect_takes(&subnet, "freed");
    set_freed(&subnet, "2");
    expect_takes(&subnet, "2");
    ipam_restore(&subnet, &saved);
    expect_takes(&subnet, "2 full");
}

/* 'above' is read again from the mark on; the mark then goes back. */
Test(ipam, restore_forgets_no_address_in_use_when_more_were_read)
{
    struct ipam_subnet subnet = subnet_of("10.0.0.2-10.0.0.9");
    set_above(&subnet.pools[0], "2 3", false);
    struct ipam_saved saved = ipam_save(&arena, &subnet);
    expect_takes(&subnet, "above0");
    set_above(&subnet.pools[0], "4 5", true);
    expect_takes(&subnet, "6");
    ipam_restore(&subnet, &saved);
    const char *next = take(&subnet);
    if (strcmp(next, "above0") == 0) {
        set_above(&subnet.pools[0], "2 3 4 5", true);
        next = take(&subnet);
    }
    cr_expect_str_eq(next, "6");
}

Test(ipam, random_addresses_lie_in_the_pools)
{
    struct ipam_subnet subnet = subnet_of(
        "10.0.0.2-10.0.0.3,10.0.0.9-10.0.0.9");
    const char *got = "";
    for (uint64_t i = 0; i < 4; i++) {
        struct ip_addr ip;
        cr_assert(ipam_random(&subnet, i, &ip));
        got = arena_printf(&arena, "%s %s", got, text_of(&ip));
    }
    cr_expect_str_eq(got, " 2 3 9 2");
}

Test(ipam, random_takes_any_bits)
{
    static const char *const pools[] = {
        "0.0.0.0-255.255.255.255", (V6_MOST "-" V6_MOST), ("::-" V6_MOST),
        "2001:db8::1-2001:db8::ffff:ffff:ffff:ffff", "10.0.0.1-10.0.0.1"};
    for (size_t i = 0; i < N(pools); i++) {
        struct ipam_subnet subnet = subnet_of(pools[i]);
        struct ip_addr ip;
        cr_expect(ipam_random(&subnet, UINT64_MAX, &ip), "%s", pools[i]);
        cr_expect(range_contains(&subnet.pools[0].range, &ip), "%s",
                  pools[i]);
    }
}

Test(ipam, random_needs_a_pool)
{
    struct ipam_subnet subnet = subnet_of("");
    struct ip_addr ip;
    cr_expect_not(ipam_random(&subnet, 7, &ip));
}
