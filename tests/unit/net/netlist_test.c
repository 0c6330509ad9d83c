/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of net/netlist.h: what is a list of networks, and who is in it.
 */
#include "net/netlist.h"

#include <criterion/criterion.h>

#include "core/buf.h"
#include "core/arena.h"

static struct netlist list;

static bool
has(const char *text)
{
    struct ip_addr addr = {.version = 0};
    cr_assert(text == NULL || ip_parse(text, &addr));
    return netlist_contains(&list, &addr);
}

Test(netlist, an_empty_list_has_nobody)
{
    cr_assert(netlist_parse("", &list));
    cr_assert(!has("127.0.0.1"));
    cr_assert(!has("::1"));
    cr_assert(!has(NULL));
    cr_assert(netlist_parse(" , ", &list));
    cr_assert_eq(list.n, 0);
}

Test(netlist, prefixes_end_where_they_say)
{
    cr_assert(netlist_parse("10.0.0.0/8,192.0.2.7 , 2001:db8::/32", &list));
    cr_assert(has("10.0.0.0"));
    cr_assert(has("10.255.255.255"));
    cr_assert(!has("11.0.0.0"));
    cr_assert(!has("9.255.255.255"));
    cr_assert(has("192.0.2.7"));
    cr_assert(!has("192.0.2.8"));
    cr_assert(has("2001:db8:ffff::1"));
    cr_assert(!has("2001:db9::1"));
    cr_assert(!has(NULL));
}

Test(netlist, unix_is_who_comes_by_a_unix_socket)
{
    cr_assert(netlist_parse("unix", &list));
    cr_assert(has(NULL));
    cr_assert(!has("127.0.0.1"));
    cr_assert(netlist_parse("127.0.0.1 unix", &list));
    cr_assert(has(NULL) && has("127.0.0.1"));
}

Test(netlist, all_of_a_version_is_a_prefix_too)
{
    cr_assert(netlist_parse("0.0.0.0/0", &list));
    cr_assert(has("255.255.255.255"));
    cr_assert(!has("::1"));
}

Test(netlist, what_is_no_network_is_refused)
{
    const char *bad[] = {"10.0.0.1/8", "10.0.0.0/33", "localhost", "10.0.0",
                         "10.0.0.0/8;11.0.0.0/8", "unix:/x", "*", "::/129"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        cr_expect(!netlist_parse(bad[i], &list), "%s", bad[i]);
    }
}

Test(netlist, there_is_room_for_so_many_and_no_more)
{
    struct arena arena;
    struct buf text;
    arena_init(&arena, 1 << 16);
    buf_init(&text, &arena, 1024);
    for (int i = 0; i < NETLIST_MAX; i++) {
        buf_addf(&text, "10.0.0.%d,", i);
    }
    cr_assert(netlist_parse(text.data, &list));
    cr_assert(has("10.0.0.63"));
    buf_adds(&text, "10.0.1.0");
    cr_assert(!netlist_parse(text.data, &list));
    arena_done(&arena);
}
