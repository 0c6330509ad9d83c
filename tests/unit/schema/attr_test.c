/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of schema/attr.h: columns, and what every value of an attribute must
 * meet.
 */
#include "schema/attr.h"

#include "schema/record.h"
#include "unit/schema/values.h"

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

TestSuite(attr, .init = begin, .fini = end);

Test(attr, column_is_the_name_or_what_the_row_says)
{
    static const struct {
        struct attr attr;
        const char *column;
    } cases[] = {
        {{.name = "mtu"}, "mtu"},
        {{.name = "binding:host_id"}, "binding_host_id"},
        {{.name = "a:b:c"}, "a_b_c"},
        {{.name = "tenant_id", .alias_of = "project_id"}, "project_id"},
        {{.name = "limit", .column = "quota_limit"}, "quota_limit"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        char column[ATTR_COLUMN_SIZE];
        attr_column(&cases[i].attr, column);
        cr_expect_str_eq(column, cases[i].column);
    }
}

Test(attr, column_ends_at_the_limit_of_postgresql)
{
    char column[ATTR_COLUMN_SIZE];
    const struct attr attr = {.name = repeated(&arena, "x", 100)};
    attr_column(&attr, column);
    cr_expect_eq(strlen(column), ATTR_COLUMN_SIZE - 1);
}

Test(attr, only_columns_of_the_own_table_are_stored)
{
    static const struct {
        struct attr attr;
        bool stored, selected;
    } cases[] = {
        {{.name = "a"}, true, true},
        {{.name = "a", .flags = ATTR_HIDDEN | ATTR_DB_DEFAULT}, true, true},
        {{.name = "a", .flags = ATTR_VIRTUAL, .expr = "1"}, false, true},
        {{.name = "a", .flags = ATTR_NO_COLUMN}, false, false},
        {{.name = "a", .alias_of = "b"}, false, false},
    };
    for (size_t i = 0; i < N(cases); i++) {
        cr_expect_eq(attr_is_stored(&cases[i].attr), cases[i].stored, "%zu",
                     i);
        cr_expect_eq(attr_is_selected(&cases[i].attr), cases[i].selected,
                     "%zu", i);
    }
}

/* The rule that refuses 'text', or "none". */
static const char *
rule_of_text(const struct attr *attr, const char *text)
{
    struct err *err = attr_check(&arena, attr, &text);
    return err == NULL ? "none" : err->rule;
}

Test(attr, length_counts_characters_not_bytes)
{
    static const char *const characters[] = {"x", "ж", "€", "😀"};
    const struct attr attr = {.name = "x", .type = TYPE_TEXT, .max = 255};
    for (size_t i = 0; i < N(characters); i++) {
        const char *most = repeated(&arena, characters[i], 255);
        const char *more = repeated(&arena, characters[i], 256);
        cr_expect_str_eq(rule_of_text(&attr, most), "none");
        cr_expect_str_eq(rule_of_text(&attr, more), "max_length");
    }
}

Test(attr, least_length_counts_characters)
{
    const struct attr attr = {.name = "x", .type = TYPE_TEXT, .min = 2};
    cr_expect_str_eq(rule_of_text(&attr, ""), "min_length");
    cr_expect_str_eq(rule_of_text(&attr, "ж"), "min_length");
    cr_expect_str_eq(rule_of_text(&attr, "жж"), "none");
}

Test(attr, length_without_limits_is_free)
{
    const struct attr attr = {.name = "x", .type = TYPE_TEXT};
    cr_expect_str_eq(rule_of_text(&attr, ""), "none");
    cr_expect_str_eq(rule_of_text(&attr, repeated(&arena, "x", 10000)),
                     "none");
}

Test(attr, one_of_takes_its_words_as_they_are)
{
    static const char *const words[] = {"slaac", "dhcpv6", NULL};
    const struct attr attr = {
        .name = "mode", .type = TYPE_TEXT, .one_of = words};
    cr_expect_str_eq(rule_of_text(&attr, "slaac"), "none");
    cr_expect_str_eq(rule_of_text(&attr, "dhcpv6"), "none");
    cr_expect_str_eq(rule_of_text(&attr, "SLAAC"), "one_of");
    cr_expect_str_eq(rule_of_text(&attr, ""), "one_of");
    const char *text = "x";
    struct err *err = attr_check(&arena, &attr, &text);
    cr_expect_str_eq(err->message, "invalid input for \"mode\": \"x\" is not "
                                   "one of \"slaac\", \"dhcpv6\"");
}

Test(attr, number_lies_between_both_ends)
{
    const struct attr attr = {
        .name = "x", .type = TYPE_INT, .min = 68, .max = 9000};
    static const struct {
        int64_t value;
        bool ok;
    } cases[] = {{67, false},        {68, true},        {9000, true},
                 {9001, false},      {0, false},        {-1, false},
                 {INT64_MAX, false}, {INT64_MIN, false}};
    for (size_t i = 0; i < N(cases); i++) {
        struct err *err = attr_check(&arena, &attr, &cases[i].value);
        cr_expect_eq(err == NULL, cases[i].ok, "%lld",
                     (long long) cases[i].value);
        cr_expect(err == NULL || strcmp(err->rule, "range") == 0);
    }
}

Test(attr, number_without_a_largest_is_any_from_the_least)
{
    const struct attr attr = {.name = "x", .type = TYPE_INT, .min = -1};
    static const int64_t good[] = {-1, 0, INT64_MAX};
    const int64_t bad = -2;
    for (size_t i = 0; i < N(good); i++) {
        cr_expect_null(attr_check(&arena, &attr, &good[i]));
    }
    cr_expect_not_null(attr_check(&arena, &attr, &bad));
}

Test(attr, message_of_a_number_names_no_limit_that_is_none)
{
    const struct attr attr = {.name = "x", .type = TYPE_INT};
    const int64_t value = -1;
    struct err *err = attr_check(&arena, &attr, &value);
    cr_assert_not_null(err);
    cr_expect_null(strstr(err->message, "between 0 and 0"), "%s",
                   err->message);
}

Test(attr, lists_have_a_largest_number_of_items)
{
    static const enum type_id lists[] = {
        TYPE_TEXT_LIST, TYPE_UUID_LIST, TYPE_POOLS,    TYPE_ROUTES,
        TYPE_FIXED_IPS, TYPE_PAIRS,     TYPE_DHCP_OPTS,
        TYPE_NODE_GROUPS};
    for (size_t i = 0; i < N(lists); i++) {
        const struct attr attr = {.name = "x", .type = lists[i], .max = 1};
        struct text_list list = {arena_alloc(&arena, 1024), 1};
        cr_expect_null(attr_check(&arena, &attr, &list), "%zu", i);
        list.n = 2;
        struct err *err = attr_check(&arena, &attr, &list);
        cr_assert_not_null(err, "%zu", i);
        cr_expect_str_eq(err->rule, "max_items");
    }
}

static struct err *
refuse_seven(struct arena *memory, const struct attr *attr, const void *value)
{
    if (*(const int64_t *) value == 7) {
        return err_attr(memory, attr->name, "seven", "seven");
    }
    return NULL;
}

Test(attr, own_check_speaks_after_the_limits)
{
    const struct attr attr = {.name = "x",
                              .type = TYPE_INT,
                              .min = 1,
                              .max = 9,
                              .check = refuse_seven};
    static const struct {
        int64_t value;
        const char *rule;
    } cases[] = {{6, "none"}, {7, "seven"}, {17, "range"}};
    for (size_t i = 0; i < N(cases); i++) {
        struct err *err = attr_check(&arena, &attr, &cases[i].value);
        cr_expect_str_eq(err == NULL ? "none" : err->rule, cases[i].rule);
        cr_expect(err == NULL || strcmp(err->attr, "x") == 0);
    }
}

Test(attr, field_takes_place_and_type_of_the_member)
{
    struct thing {
        struct record rec;
        int64_t mtu;
        const char *router_external;
    };
    const struct attr plain = {FIELD(struct thing, mtu)};
    const struct attr named = {
        FIELD_AS(struct thing, router_external, "router:external")};
    struct thing thing = {.mtu = 5};
    cr_expect_str_eq(plain.name, "mtu");
    cr_expect_eq(plain.type, TYPE_INT);
    cr_expect_eq(*(int64_t *) attr_value(&plain, &thing), 5);
    cr_expect_str_eq(named.name, "router:external");
    cr_expect_eq(named.offset, offsetof(struct thing, router_external));
}
