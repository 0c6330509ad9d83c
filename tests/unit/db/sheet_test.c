/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of db/sheet.h and of what db/render.h makes of a sheet, over a made-up
 * table.
 */
#include "db/sheet.h"

#include "core/buf.h"
#include "db/render.h"
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

TestSuite(sheet, .init = begin, .fini = end);

struct pet {
    struct record rec;
    struct uuid id;
    const char *owner;
    bool tame;
    struct text_list names;
    struct json_text diet;
    struct timestamp born;
    int64_t legs;
    const char *note;
};

enum { ID, OWNER, KEEPER, TAME, NAMES, DIET, BORN, LEGS, NOTE, N };

static const struct attr attrs[N] = {
    [ID] = {FIELD(struct pet, id)},
    [OWNER] = {FIELD(struct pet, owner)},
    [KEEPER] = {FIELD_AS(struct pet, owner, "keeper"), .alias_of = "owner"},
    [TAME] = {FIELD(struct pet, tame)},
    [NAMES] = {FIELD(struct pet, names)},
    [DIET] = {FIELD(struct pet, diet)},
    [BORN] = {FIELD(struct pet, born), .flags = ATTR_DB_DEFAULT},
    [LEGS] = {FIELD(struct pet, legs), .flags = ATTR_VIRTUAL, .expr = "4",
              .fresh = "0"},
    [NOTE] = {FIELD(struct pet, note), .flags = ATTR_NO_COLUMN},
};

static const struct table table = {.name = "pet",
                                   .plural = "pets",
                                   .attrs = attrs,
                                   .n_attrs = N,
                                   .size = sizeof(struct pet)};

#define ALL ((UINT64_C(1) << NOTE) - 1)

static struct sheet
sheet_of(struct pet *pet)
{
    void *const records[] = {pet};
    return sheet_new(&arena, &table, records, 1);
}

static const char *
shown(const struct sheet *sheet, uint64_t mask)
{
    struct buf buf;
    buf_init(&buf, &arena, 0);
    render_sheet(&buf, sheet, 0, mask);
    return buf.data;
}

static struct pet
some_pet(void)
{
    static const char *names[] = {"Rex", "a \"b\", c"};
    struct pet pet = {.id = {{[15] = 1}}, .owner = "Ann \"A\"", .tame = true,
                      .names = {names, 2}, .diet = {"{\"meat\":1}"},
                      .legs = 4, .note = "input only"};
    for (size_t i = 0; i < N; i++) {
        record_set(&pet.rec, i);
    }
    return pet;
}

Test(sheet, texts_are_those_of_the_values)
{
    struct pet pet = some_pet();
    struct sheet sheet = sheet_of(&pet);
    const char **row = sheet_row(&sheet, 0);
    cr_expect_eq(sheet.n, 1);
    cr_expect_str_eq(row[ID], "00000000-0000-0000-0000-000000000001");
    cr_expect_str_eq(row[OWNER], "Ann \"A\"");
    cr_expect_str_eq(row[TAME], "t");
    cr_expect_str_eq(row[NAMES], "{\"Rex\",\"a \\\"b\\\", c\"}");
    cr_expect_str_eq(row[DIET], "{\"meat\":1}");
}

Test(sheet, what_has_no_column_has_no_text)
{
    struct pet pet = some_pet();
    struct sheet sheet = sheet_of(&pet);
    cr_expect_null(sheet_row(&sheet, 0)[KEEPER]);
    cr_expect_null(sheet_row(&sheet, 0)[NOTE]);
}

Test(sheet, what_an_expression_shows_is_what_the_record_has_or_fresh)
{
    struct pet pet = some_pet();
    struct sheet sheet = sheet_of(&pet);
    cr_expect_str_eq(sheet_row(&sheet, 0)[LEGS], "4");
    record_unset(&pet.rec, LEGS);
    sheet = sheet_of(&pet);
    cr_expect_str_eq(sheet_row(&sheet, 0)[LEGS], "0");
}

Test(sheet, absent_and_null_are_null)
{
    struct pet pet = some_pet();
    record_unset(&pet.rec, OWNER);
    record_set_null(&pet.rec, TAME);
    struct sheet sheet = sheet_of(&pet);
    cr_expect_null(sheet_row(&sheet, 0)[OWNER]);
    cr_expect_null(sheet_row(&sheet, 0)[TAME]);
}

Test(sheet, it_is_rendered_as_rows_are)
{
    struct pet pet = some_pet();
    struct sheet sheet = sheet_of(&pet);
    sheet_row(&sheet, 0)[BORN] = "2026-01-31 23:59:59.25+00";
    cr_expect_str_eq(shown(&sheet, ALL),
                     "{\"id\":\"00000000-0000-0000-0000-000000000001\","
                     "\"owner\":\"Ann \\\"A\\\"\","
                     "\"keeper\":\"Ann \\\"A\\\"\","
                     "\"tame\":true,\"names\":[\"Rex\","
                     "\"a \\\"b\\\", c\"],\"diet\":{\"meat\":1},"
                     "\"born\":\"2026-01-31T23:59:59Z\",\"legs\":4}");
}

Test(sheet, only_what_the_mask_has_is_rendered)
{
    struct pet pet = some_pet();
    struct sheet sheet = sheet_of(&pet);
    cr_expect_str_eq(shown(&sheet, record_bit(TAME)), "{\"tame\":true}");
    cr_expect_str_eq(shown(&sheet, 0), "{}");
}
