/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of db/sqlgen.h, over a made-up table: the text of each statement and
 * its parameters.  tests/db/statements_test.c shows those of the real tables.
 */
#include "db/sqlgen.h"

#include "resource/resource.h"
#include "unit/schema/values.h"

#define ID1 "00000000-0000-0000-0000-000000000001"
#define ID2 "00000000-0000-0000-0000-000000000002"
#define COLUMNS "t.id, t.project_id, t.name, t.host_id, (1 + 1), t.revision"

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

TestSuite(sqlgen, .init = begin, .fini = end);

struct thing {
    struct record rec;
    struct uuid id;
    const char *project_id;
    const char *name;
    const char *host_id;
    int64_t two;
    int64_t revision;
    bool force;
};

enum {
    THING_ID,
    THING_PROJECT,
    THING_TENANT,
    THING_NAME,
    THING_HOST,
    THING_TWO,
    THING_REVISION,
    THING_FORCE,
    THING_N
};

static const struct attr attrs[THING_N] = {
    [THING_ID] = {FIELD(struct thing, id)},
    [THING_PROJECT] = {FIELD(struct thing, project_id)},
    [THING_TENANT] = {FIELD_AS(struct thing, project_id, "tenant_id"),
                      .alias_of = "project_id"},
    [THING_NAME] = {FIELD(struct thing, name)},
    [THING_HOST] = {FIELD_AS(struct thing, host_id, "host:id")},
    [THING_TWO] = {FIELD(struct thing, two), .flags = ATTR_VIRTUAL,
                   .expr = "1 + 1"},
    [THING_REVISION] = {FIELD(struct thing, revision),
                        .flags = ATTR_DB_DEFAULT},
    [THING_FORCE] = {FIELD(struct thing, force), .flags = ATTR_NO_COLUMN},
};

static const struct table table = {.name = "thing",
                                   .plural = "things",
                                   .attrs = attrs,
                                   .n_attrs = THING_N,
                                   .size = sizeof(struct thing)};
static const struct visibility everybody = {.all = true};
static const struct visibility own = {.project_id = "own"};

static uint32_t
int32_at(const char *data)
{
    const unsigned char *bytes = (const unsigned char *) data;
    return (uint32_t) bytes[0] << 24 | (uint32_t) bytes[1] << 16 |
           (uint32_t) bytes[2] << 8 | bytes[3];
}

/* An array in binary form as a literal; of UUIDs or of texts. */
static const char *
literal_of(const char *data, int size)
{
    bool uuids = int32_at(data + 8) == 2950;
    const char *text = "{", *at = data + 20;
    while (at < data + size) {
        uint32_t len = int32_at(at);
        const char *item = "NULL";
        if (len != UINT32_MAX) {
            struct uuid id;
            char id_text[UUID_TEXT_SIZE];
            memcpy(id.bytes, at + 4, sizeof id.bytes);
            uuid_to_text(&id, id_text);
            item = arena_printf(&arena, "\"%.*s\"", uuids ? 36 : (int) len,
                                uuids ? id_text : at + 4);
        }
        text = arena_printf(&arena, "%s%s%s", text,
                            at == data + 20 ? "" : ",", item);
        at += 4 + (len == UINT32_MAX ? 0 : len);
    }
    return arena_printf(&arena, "%s}", text);
}

/* Text and parameters: "SELECT ... | param | param". */
static const char *
text_of(struct query query)
{
    const char *text = query.sql;
    for (int i = 0; i < query.n_params; i++) {
        const char *param = query.params[i];
        if (query.sizes != NULL && query.sizes[i] > 0) {
            param = literal_of(param, query.sizes[i]);
        }
        text = arena_printf(&arena, "%s | %s", text,
                            param == NULL ? "NULL" : param);
    }
    return text;
}

static void
expect_list(struct selection selection, const struct visibility *visibility,
            const char *expected)
{
    struct query query = sqlgen_list(&arena, &table, &selection, visibility);
    cr_expect_str_eq(
        text_of(query),
        arena_printf(&arena, "SELECT " COLUMNS " FROM things t%s", expected));
}

static const struct sort_key by_id[] = {{&attrs[THING_ID], false}};
static const struct sort_key by_name_and_id[] = {{&attrs[THING_NAME], true},
                                                 {&attrs[THING_ID], false}};

Test(sqlgen, a_list_is_in_order_and_has_an_end)
{
    expect_list((struct selection){.keys = by_id, .n_keys = 1, .limit = 11},
                &everybody,
                " WHERE true ORDER BY t.id LIMIT $1::bigint | 11");
    expect_list((struct selection){.keys = by_id, .n_keys = 1}, &everybody,
                " WHERE true ORDER BY t.id");
    expect_list((struct selection){.keys = by_name_and_id, .n_keys = 2},
                &everybody, " WHERE true ORDER BY t.name DESC, t.id");
}

Test(sqlgen, a_page_in_reverse_turns_every_direction)
{
    expect_list((struct selection){.keys = by_name_and_id,
                                   .n_keys = 2,
                                   .reverse = true},
                &everybody, " WHERE true ORDER BY t.name, t.id DESC");
}

Test(sqlgen, others_see_their_own_project)
{
    expect_list((struct selection){.keys = by_id, .n_keys = 1}, &own,
                " WHERE true AND t.project_id = $1 ORDER BY t.id | own");
}

Test(sqlgen, others_see_what_is_visible_to_all)
{
    struct table shared = table;
    struct selection selection = {.keys = by_id, .n_keys = 1};
    shared.visible = "t.shared";
    cr_expect_str_eq(
        text_of(sqlgen_list(&arena, &shared, &selection, &own)),
        "SELECT " COLUMNS " FROM things t WHERE true"
        " AND (t.project_id = $1 OR t.shared) ORDER BY t.id | own");
}

Test(sqlgen, rows_of_a_self_contained_table_end_with_their_version)
{
    struct table alone = table;
    struct selection selection = {.keys = by_id, .n_keys = 1};
    alone.self_contained = true;
    cr_expect_str_eq(
        text_of(sqlgen_list(&arena, &alone, &selection, &own)),
        "SELECT " COLUMNS ", t.xmin FROM things t WHERE true"
        " AND t.project_id = $1 ORDER BY t.id | own");
    cr_expect_str_eq(
        text_of(sqlgen_versions(&arena, &alone, &selection, &own)),
        "SELECT t.id, t.xmin FROM things t WHERE true"
        " AND t.project_id = $1 ORDER BY t.id | own");
}

Test(sqlgen, who_asks_is_one_parameter_wherever_it_stands)
{
    struct table shared = table;
    struct selection selection = {.keys = by_id, .n_keys = 1};
    shared.visible = "t.id IN (" ATTR_ASKER ", 'x' || " ATTR_ASKER ")";
    cr_expect_str_eq(
        text_of(sqlgen_list(&arena, &shared, &selection, &own)),
        "SELECT " COLUMNS " FROM things t WHERE true AND (t.project_id = $1"
        " OR t.id IN ($1, 'x' || $1)) ORDER BY t.id | own");
}

/* "host_id" as each project sees it. */
static struct table
asking_table(void)
{
    static struct attr its[THING_N];
    struct table asking = table;
    memcpy(its, attrs, sizeof its);
    its[THING_HOST].flags |= ATTR_VIRTUAL;
    its[THING_HOST].expr = "t.to || " ATTR_ASKER;
    asking.attrs = its;
    return asking;
}

Test(sqlgen, an_attribute_may_depend_on_who_asks)
{
    struct table asking = asking_table();
    const char *const host[] = {"h"};
    const struct predicate is_h =
        sqlgen_filter(&arena, &asking.attrs[THING_HOST], host, 1);
    const struct sort_key keys[] = {{&asking.attrs[THING_HOST], false}};
    struct selection selection = {
        .predicates = &is_h, .n_predicates = 1, .keys = keys, .n_keys = 1};
    const struct visibility admin = {.all = true, .project_id = "own"};
    const char *sql = text_of(sqlgen_list(&arena, &asking, &selection,
                                          &admin));
    cr_expect_not_null(strstr(sql, "(t.to || $1)"), "%s", sql);
    cr_expect_not_null(
        strstr(sql, " FROM things t WHERE true AND (t.to || $1) = $2::text"
                    " ORDER BY (t.to || $1) | own | h"),
        "%s", sql);
    sql = text_of(sqlgen_list(&arena, &asking, &selection, &everybody));
    cr_expect_not_null(strstr(sql, "(t.to || NULL::text)"), "%s", sql);
}

Test(sqlgen, the_id_alone_pages_by_one_comparison)
{
    struct selection selection = {
        .keys = by_id, .n_keys = 1, .limit = 3, .marker = ID1};
    expect_list(selection, &everybody,
                " WHERE true AND t.id > $1::uuid ORDER BY t.id"
                " LIMIT $2::bigint | " ID1 " | 3");
    selection.reverse = true;
    expect_list(selection, &everybody,
                " WHERE true AND t.id < $1::uuid ORDER BY t.id DESC"
                " LIMIT $2::bigint | " ID1 " | 3");
}

/* NULL comes last in ascending order, and the pages know it. */
Test(sqlgen, several_keys_page_by_all_of_them)
{
    expect_list(
        (struct selection){
            .keys = by_name_and_id, .n_keys = 2, .marker = ID1},
        &own,
        ", (SELECT t.name AS k0, t.id AS k1 FROM things t"
        " WHERE t.id = $1::uuid) m WHERE true AND t.project_id = $2 AND ("
        "((t.name < m.k0 OR (m.k0 IS NULL AND t.name IS NOT NULL))) OR "
        "(t.name IS NOT DISTINCT FROM m.k0 AND"
        " (t.id > m.k1 OR (t.id IS NULL AND m.k1 IS NOT NULL))))"
        " ORDER BY t.name DESC, t.id | " ID1 " | own");
}

Test(sqlgen, a_virtual_key_is_its_expression)
{
    const struct sort_key keys[] = {{&attrs[THING_TWO], false},
                                    {&attrs[THING_ID], false}};
    expect_list((struct selection){.keys = keys, .n_keys = 2}, &everybody,
                " WHERE true ORDER BY (1 + 1), t.id");
}

Test(sqlgen, conditions_take_their_parameters_in_order)
{
    const struct predicate predicates[] = {
        {"t.name = ANY(?::text[])", "{\"a\"}"},
        {"t.up", NULL},
        {"(t.a = ? OR t.b = ?)", "both"},
    };
    expect_list((struct selection){.keys = by_id,
                                   .n_keys = 1,
                                   .limit = 2,
                                   .predicates = predicates,
                                   .n_predicates = 3},
                &own,
                " WHERE true AND t.project_id = $1"
                " AND t.name = ANY($2::text[]) AND t.up"
                " AND (t.a = $3 OR t.b = $3) ORDER BY t.id"
                " LIMIT $4::bigint | own | {\"a\"} | both | 2");
}

Test(sqlgen, values_never_stand_in_the_text)
{
    const char *evil = "'; DROP TABLE things; --$1?";
    const struct predicate predicate = sqlgen_filter(
        &arena, &attrs[THING_NAME], &evil, 1);
    struct selection selection = {.keys = by_id,
                                  .n_keys = 1,
                                  .predicates = &predicate,
                                  .n_predicates = 1,
                                  .marker = evil};
    const struct visibility visibility = {.project_id = evil};
    struct query query = sqlgen_list(&arena, &table, &selection, &visibility);
    cr_expect_null(strstr(query.sql, "DROP"));
    cr_expect_null(strchr(query.sql, '?'));
    cr_expect_eq(query.n_params, 3);
}

Test(sqlgen, a_filter_is_one_value_or_one_array)
{
    static const struct {
        size_t attr;
        const char *values[3];
        size_t n;
        const char *sql, *param;
    } cases[] = {
        {THING_NAME,
         {"a", "b"},
         2,
         "t.name = ANY(?::text[])",
         "{\"a\",\"b\"}"},
        {THING_NAME, {NULL}, 0, "t.name = ANY(?::text[])", "{}"},
        {THING_HOST, {"a"}, 1, "t.host_id = ?::text", "a"},
        {THING_TENANT, {"a"}, 1, "t.project_id = ?::text", "a"},
        {THING_TWO, {"2"}, 1, "(1 + 1) = ?::bigint", "2"},
        {THING_NAME,
         {"a", NULL},
         2,
         "(t.name = ANY(?::text[]) OR t.name IS NULL)",
         "{\"a\",NULL}"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct predicate got = sqlgen_filter(&arena, &attrs[cases[i].attr],
                                             cases[i].values, cases[i].n);
        cr_expect_str_eq(got.sql, cases[i].sql);
        cr_expect_str_eq(got.param, cases[i].param);
    }
}

Test(sqlgen, a_get_names_its_ids_and_locks_in_their_order)
{
    static const char *const ids[] = {ID1, ID2};
    static const struct {
        size_t n;
        const struct visibility *visibility;
        enum row_lock lock;
        const char *rest;
    } cases[] = {
        {1, &everybody, ROW_READ, "= $1::uuid | " ID1},
        {1, &own, ROW_READ,
         "= $1::uuid AND t.project_id = $2 | " ID1 " | own"},
        {2, &everybody, ROW_READ,
         "= ANY($1::uuid[]) ORDER BY t.id | {\"" ID1 "\",\"" ID2 "\"}"},
        {0, &everybody, ROW_READ, "= ANY($1::uuid[]) | {}"},
        {1, &everybody, ROW_CHANGE,
         "= $1::uuid ORDER BY t.id FOR NO KEY UPDATE OF t | " ID1},
        {1, &everybody, ROW_DELETE,
         "= $1::uuid ORDER BY t.id FOR UPDATE OF t | " ID1},
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct query query = sqlgen_get(&arena, &table, ids, cases[i].n,
                                        cases[i].visibility, cases[i].lock);
        cr_expect_str_eq(text_of(query),
                         arena_printf(&arena,
                                      "SELECT " COLUMNS
                                      " FROM things t WHERE t.id %s",
                                      cases[i].rest));
    }
}

Test(sqlgen, look_ups_of_several_are_one_statement_with_their_places)
{
    const struct lookup first = {&table, ID1, own};
    const struct lookup second = {&table, ID2, {.project_id = "other"}};
    const struct lookup *const lookups[] = {&first, &second};
    cr_expect_str_eq(
        text_of(sqlgen_look_up(&arena, lookups, 2)),
        "SELECT " COLUMNS ", x.place"
        " FROM (SELECT unnest($1::uuid[]), unnest($2::text[]),"
        " generate_subscripts($1::uuid[], 1)) AS x(id, me, place)"
        " CROSS JOIN LATERAL (SELECT * FROM things o WHERE o.id = x.id"
        " OFFSET 0) t WHERE true AND t.project_id = x.me"
        " | {\"" ID1 "\",\"" ID2 "\"} | {\"own\",\"other\"}");
    cr_expect_eq(sqlgen_key_of_lookup(&first),
                 sqlgen_version_column(&table));
}

Test(sqlgen, a_single_look_up_is_a_get)
{
    const struct lookup one = {&table, ID1, own};
    const struct lookup *const lookups[] = {&one};
    static const char *const ids[] = {ID1};
    cr_expect_str_eq(
        text_of(sqlgen_look_up(&arena, lookups, 1)),
        text_of(sqlgen_get(&arena, &table, ids, 1, &own, ROW_READ)));
}

static struct thing
thing_of(uint8_t id, const char *name)
{
    struct thing thing = {
        .id = {{[15] = id}}, .project_id = "p", .name = name};
    record_set(&thing.rec, THING_ID);
    record_set(&thing.rec, THING_PROJECT);
    record_set(&thing.rec, THING_NAME);
    return thing;
}

#define INSERT "INSERT INTO things AS t (id, project_id, name, host_id)"

static const char *
insert_of(const struct table *of, struct thing *a, struct thing *b,
          bool returning)
{
    void *const records[] = {a, b};
    struct sheet sheet = sheet_new(&arena, of, records, b == NULL ? 1 : 2);
    return text_of(
        sqlgen_insert(&arena, &sheet, returning ? &everybody : NULL));
}

Test(sqlgen, an_insert_takes_a_column_of_all_records_as_one_parameter)
{
    struct thing a = thing_of(1, "x"), b = thing_of(2, "y");
    record_set_null(&b.rec, THING_NAME);
    cr_expect_str_eq(
        insert_of(&table, &a, &b, true),
        INSERT " SELECT unnest($1::uuid[]), unnest($2::text[]),"
        " unnest($3::text[]), unnest($4::text[])"
        " RETURNING " COLUMNS " | {\"" ID1 "\",\"" ID2
        "\"} | {\"p\",\"p\"} | {\"x\",NULL}"
        " | {NULL,NULL}");
}

Test(sqlgen, an_insert_of_one_takes_plain_values)
{
    struct thing a = thing_of(1, "x");
    cr_expect_str_eq(insert_of(&table, &a, NULL, false),
                     INSERT " SELECT $1::uuid, $2::text, $3::text, $4::text"
                            " | " ID1 " | p | x | NULL");
}

/* Objects made together have ids and names of their own. */
static struct table
varying_table(void)
{
    struct table varying = table;
    varying.varying = record_bit(THING_ID) | record_bit(THING_NAME);
    return varying;
}

Test(sqlgen, what_is_alike_in_all_records_is_one_value)
{
    struct table varying = varying_table();
    struct thing a = thing_of(1, "x"), b = thing_of(2, "x");
    cr_expect_str_eq(insert_of(&varying, &a, &b, false),
                     INSERT " SELECT unnest($1::uuid[]), $2::text,"
                     " unnest($3::text[]), $4::text"
                     " | {\"" ID1 "\",\"" ID2 "\"} | p"
                     " | {\"x\",\"x\"} | NULL");
}

Test(sqlgen, one_value_that_differs_makes_columns_of_all)
{
    struct table varying = varying_table();
    struct thing a = thing_of(1, "x"), b = thing_of(2, "x");
    b.host_id = "h";
    record_set(&b.rec, THING_HOST);
    cr_expect_str_eq(
        insert_of(&varying, &a, &b, false),
        INSERT " SELECT unnest($1::uuid[]), unnest($2::text[]),"
        " unnest($3::text[]), unnest($4::text[]) | {\"" ID1 "\",\"" ID2
        "\"} | {\"p\",\"p\"} | {\"x\",\"x\"} | {NULL,\"h\"}");
}

#define TOUCH                                                     \
    "revision_number = t.revision_number + 1, updated_at = now()" \
    " WHERE t.id = "
#define RETURNING "::uuid RETURNING " COLUMNS

Test(sqlgen, an_update_changes_what_was_given_and_the_revision)
{
    struct thing patch = {.name = "x", .two = 2, .force = true};
    cr_expect_str_eq(text_of(sqlgen_update(&arena, &table, &patch, ID1,
                                           &everybody)),
                     "UPDATE things AS t SET " TOUCH "$1" RETURNING
                     " | " ID1);
    record_set(&patch.rec, THING_NAME);
    record_set_null(&patch.rec, THING_HOST);
    record_set(&patch.rec, THING_TWO);
    record_set(&patch.rec, THING_FORCE);
    cr_expect_str_eq(
        text_of(sqlgen_update(&arena, &table, &patch, ID1, &everybody)),
        "UPDATE things AS t SET name = $1::text, host_id = $2::text, " TOUCH
        "$3" RETURNING " | x | NULL | " ID1);
}

Test(sqlgen, an_update_of_many_takes_a_column_per_attribute)
{
    static const char *const ids[] = {ID1, ID2};
    struct thing a = {.name = "x"}, b = {.name = "y"};
    void *const patches[] = {&a, &b};
    for (size_t i = 0; i < 2; i++) {
        record_set(&((struct thing *) patches[i])->rec, THING_NAME);
        record_set_null(&((struct thing *) patches[i])->rec, THING_HOST);
    }
    cr_expect_str_eq(
        text_of(sqlgen_update_all(&arena, &table, patches, ids, 2,
                                  &everybody)),
        "UPDATE things AS t SET name = a.c2::text, host_id = a.c3::text,"
        " revision_number = t.revision_number + 1, updated_at = now()"
        " FROM unnest($1::uuid[], $2::text[], $3::text[]) AS a(c1, c2, c3)"
        " WHERE t.id = a.c1 RETURNING " COLUMNS " | {\"" ID1 "\",\"" ID2
        "\"} | {\"x\",\"y\"} | {NULL,NULL}");
}

Test(sqlgen, an_update_of_many_without_attributes_raises_revisions)
{
    static const char *const ids[] = {ID1, ID2};
    struct thing a = {.name = "x"};
    void *const patches[] = {&a, &a};
    cr_expect_str_eq(
        text_of(sqlgen_update_all(&arena, &table, patches, ids, 2,
                                  &everybody)),
        "UPDATE things AS t SET revision_number = t.revision_number + 1,"
        " updated_at = now() FROM unnest($1::uuid[]) AS a(c1)"
        " WHERE t.id = a.c1 RETURNING " COLUMNS " | {\"" ID1 "\",\"" ID2
        "\"}");
}

Test(sqlgen, a_delete_names_its_ids)
{
    static const char *const ids[] = {ID1, ID2};
    cr_expect_str_eq(text_of(sqlgen_delete(&arena, &table, ids, 2)),
                     "DELETE FROM things WHERE id = ANY($1::uuid[])"
                     " | {\"" ID1 "\",\"" ID2 "\"}");
}

Test(sqlgen, columns_are_counted_as_they_are_selected)
{
    static const int columns[THING_N] = {0, 1, 1, 2, 3, 4, 5, -1};
    for (size_t i = 0; i < THING_N; i++) {
        cr_expect_eq(sqlgen_column(&table, i), columns[i], "%s",
                     attrs[i].name);
    }
}
