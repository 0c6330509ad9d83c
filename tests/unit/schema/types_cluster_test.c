/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of cluster networks: every part that is wrong is named.
 */
#include <criterion/criterion.h>

#include "core/arena.h"
#include "core/buf.h"
#include "schema/attr.h"
#include "schema/types.h"
#include "values.h"

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

TestSuite(types_cluster, .init = begin, .fini = end);

/* The paths of all mistakes in 'json' and their rules, in order. */
static const char *
mistakes(enum type_id type, const char *json)
{
    const struct attr attr = {.name = "x", .type = type, .max = 50};
    void *value = arena_alloc(&arena, type_of(type)->size);
    struct err *err = read_json(&arena, &attr, json, value);
    struct buf buf;
    buf_init(&buf, &arena, 100);
    if (err == NULL) {
        err = attr_check(&arena, &attr, value);
    }
    for (; err != NULL; err = err->next) {
        cr_expect_eq(err_status(err->kind), 400);
        buf_addf(&buf, "%s%s:%s", buf.len == 0 ? "" : " ", err->attr,
                 err->rule);
    }
    return buf.data;
}

#define GROUPS(json) mistakes(TYPE_NODE_GROUPS, json)
#define BLOCK(json) mistakes(TYPE_SUBNET_BLOCK, json)

Test(types_cluster, groups_are_named_and_counted)
{
    cr_expect_str_eq(GROUPS("[]"), "");
    cr_expect_str_eq(GROUPS("[{'name':'a','count':'3'}]"), "");
    cr_expect_str_eq(GROUPS("{}"), "x:type");
    cr_expect_str_eq(GROUPS("[7]"), "x[0]:type");
    cr_expect_str_eq(GROUPS("[{}]"), "x[0].name:required x[0].count:required");
    cr_expect_str_eq(GROUPS("[{'name':1,'count':true}]"),
                     "x[0].name:type x[0].count:type");
}

Test(types_cluster, names_of_groups_fit_into_names_of_ports)
{
    static const char *const names[] = {"", "-a", "_", ".b", "a b", "a/b",
                                        "ж"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *json = arena_printf(
            &arena, "[{'name':'%s','count':1}]", names[i]);
        cr_expect_str_eq(GROUPS(json), "x[0].name:group_name", "%s", json);
    }
}

Test(types_cluster, counts_have_bounds_and_so_has_their_sum)
{
    cr_expect_str_eq(GROUPS("[{'name':'a','count':-1}]"),
                     "x[0].count:range");
    cr_expect_str_eq(GROUPS("[{'name':'a','count':1001}]"),
                     "x[0].count:range");
    cr_expect_str_eq(GROUPS("[{'name':'a','count':1000}]"), "");
    cr_expect_str_eq(GROUPS("[{'name':'a','count':1000},"
                            "{'name':'b','count':1}]"), "x:max_nodes");
}

Test(types_cluster, a_group_stands_once)
{
    cr_expect_str_eq(GROUPS("[{'name':'a','count':1},{'name':'b','count':1},"
                            "{'name':'a','count':2}]"), "x[2].name:duplicate");
}

Test(types_cluster, every_mistake_of_every_group_is_told)
{
    cr_expect_str_eq(GROUPS("[{'name':'?','count':1,'z':1},"
                            "{'name':'a','count':1.5}]"),
                     "x[0].z:unknown_key x[0].name:group_name "
                     "x[1].count:type");
}

Test(types_cluster, a_block_has_a_cidr_or_a_length_or_nothing)
{
    cr_expect_str_eq(BLOCK("{}"), "");
    cr_expect_str_eq(BLOCK("{'prefixlen':29}"), "");
    cr_expect_str_eq(BLOCK("{'cidr':null,'prefixlen':null}"), "");
    cr_expect_str_eq(BLOCK("{'cidr':'10.0.0.0/24','prefixlen':null}"), "");
    cr_expect_str_eq(BLOCK("{'cidr':'10.0.0.0/24','prefixlen':24}"),
                     "x.prefixlen:exclusive");
    cr_expect_str_eq(BLOCK("[]"), "x:type");
    cr_expect_str_eq(BLOCK("'10.0.0.0/24'"), "x:type");
}

Test(types_cluster, the_length_of_a_block_has_bounds)
{
    cr_expect_str_eq(BLOCK("{'prefixlen':7}"), "x.prefixlen:range");
    cr_expect_str_eq(BLOCK("{'prefixlen':8}"), "");
    cr_expect_str_eq(BLOCK("{'prefixlen':30}"), "x.prefixlen:range");
    cr_expect_str_eq(BLOCK("{'cidr':'x','prefixlen':'y','z':0}"),
                     "x.z:unknown_key x.cidr:type x.prefixlen:type "
                     "x.prefixlen:exclusive");
}
