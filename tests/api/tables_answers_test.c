/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the attribute tables promise about answers, filters, sort keys and
 * roles, as tables_test.c does about bodies.
 */
#include "support/tables.h"

/* --- answers */

static bool
is_rendered(const struct subject *subject, const struct attr *attr,
            struct reply *ret_reply)
{
    (void) ret_reply;
    return json_at(&subject->shown, shown_path(subject, attr)) != NULL;
}

Test(tables_answers, every_attribute_is_rendered_unless_hidden)
{
    expect_of_all(0, ATTR_HIDDEN | ATTR_NO_COLUMN | ATTR_SDN, is_rendered);
}

static bool
is_not_rendered(const struct subject *subject, const struct attr *attr,
                struct reply *ret_reply)
{
    (void) ret_reply;
    return json_at(&subject->shown, shown_path(subject, attr)) == NULL;
}

Test(tables_answers, hidden_attributes_are_not_rendered)
{
    expect_of_all(ATTR_HIDDEN, 0, is_not_rendered);
}

Test(tables_answers, attributes_of_sdns_do_not_exist_without_sdns)
{
    expect_of_all(ATTR_SDN, 0, is_not_rendered);
}

Test(tables_answers, answers_hold_only_attributes_of_the_table)
{
    const char *plurals[] = {"networks", "subnets", "ports"};
    for (size_t i = 0; i < 3; i++) {
        struct subject subject = subject_of(plurals[i]);
        const char *key;
        json_t *value;
        json_object_foreach(json_at(&subject.shown, subject.table->name), key,
                            value) {
            cr_assert(table_find(subject.table, key) >= 0, "%s of %s", key,
                      plurals[i]);
        }
    }
}

static bool
has_default(const struct subject *subject, const struct attr *attr,
            struct reply *ret_reply)
{
    struct buf least = least_without(subject, "");
    if (attr->def == NULL) {
        return true;
    }
    bool is_empty_list =
        attr->type == TYPE_TEXT_LIST || attr->type == TYPE_UUID_LIST;
    *ret_reply = create(subject->table->name, "%s", least.data);
    return strcmp(text_at(ret_reply, shown_path(subject, attr)),
                  is_empty_list ? "[]" : attr->def) == 0;
}

Test(tables_answers, attributes_not_given_have_their_defaults)
{
    expect_of_all(0, ATTR_HIDDEN | ATTR_NO_COLUMN | ATTR_SDN, has_default);
}

static bool
lists_and_objects_agree(const struct subject *subject,
                        const struct attr *attr, struct reply *ret_reply)
{
    const char *kind = subject->table->name;
    *ret_reply = list(kind, "id=%s", subject->id);
    return strcmp(text_at(ret_reply, text("%ss.0.%s", kind, attr->name)),
                  text_at(&subject->shown, shown_path(subject, attr))) == 0;
}

Test(tables_answers, a_list_shows_the_same_as_the_object_itself)
{
    expect_of_all(0, 0, lists_and_objects_agree);
}

static bool
is_a_field(const struct subject *subject, const struct attr *attr,
           struct reply *ret_reply)
{
    const char *kind = subject->table->name;
    *ret_reply = list(kind, "id=%s&fields=%s", subject->id,
                      percent(attr->name));
    return count_at(ret_reply, text("%ss.0", kind)) == 1 &&
           json_at(ret_reply, text("%ss.0.%s", kind, attr->name)) != NULL;
}

Test(tables_answers, every_attribute_can_be_asked_for_alone)
{
    expect_of_all(0, ATTR_HIDDEN | ATTR_NO_COLUMN | ATTR_SDN, is_a_field);
}

/* --- filters and sort keys */

static struct reply
filtered(const struct subject *subject, const struct attr *attr,
         const char *value)
{
    return list(subject->table->name, "id=%s&%s=%s", subject->id,
                percent(attr->name), percent(value));
}

static bool
filter_finds(const struct subject *subject, const struct attr *attr,
             struct reply *ret_reply)
{
    json_t *json = json_at(&subject->shown, shown_path(subject, attr));
    const char *value = text_at(&subject->shown, shown_path(subject, attr));
    if (json == NULL || json_is_null(json) || json_is_array(json) ||
        value[0] == '\0' || strcmp(attr->name, "id") == 0) {
        return true;
    }
    *ret_reply = filtered(subject, attr, value);
    return ret_reply->status == 200 &&
           count_at(ret_reply, subject->table->plural) == 1;
}

Test(tables_answers, a_filter_finds_the_object_by_its_own_value)
{
    expect_of_all(ATTR_FILTER, ATTR_SDN, filter_finds);
}

static const char *const other_values[TYPE_N] = {
    [TYPE_INT] = "65000",
    [TYPE_TEXT] = "no-such-thing",
    [TYPE_UUID] = NOBODY,
    [TYPE_IP] = "203.0.113.99",
    [TYPE_CIDR] = "203.0.113.0/28",
    [TYPE_MAC] = "02:00:00:00:00:99",
};

static bool
filter_excludes(const struct subject *subject, const struct attr *attr,
                struct reply *ret_reply)
{
    const char *value = other_values[attr->type];
    if (attr->type == TYPE_BOOL) {
        value = json_is_true(json_at(&subject->shown,
                                     shown_path(subject, attr)))
                    ? "False"
                    : "True";
    }
    if (value == NULL || strcmp(attr->name, "id") == 0) {
        return true;
    }
    *ret_reply = filtered(subject, attr, value);
    return ret_reply->status == 200 &&
           count_at(ret_reply, subject->table->plural) == 0;
}

Test(tables_answers, a_filter_excludes_objects_with_another_value)
{
    expect_of_all(ATTR_FILTER, ATTR_SDN | ATTR_HIDDEN, filter_excludes);
}

static bool
filter_is_refused(const struct subject *subject, const struct attr *attr,
                  struct reply *ret_reply)
{
    const struct resource *resource = subject->resource;
    bool is_extra = strcmp(attr->name, "tags") == 0;
    for (size_t i = 0; i < resource->n_filters; i++) {
        is_extra |= strcmp(attr->name, resource->filters[i].key) == 0;
    }
    if (is_extra) {
        return true; /* A parameter of its own. */
    }
    *ret_reply = filtered(subject, attr, "x");
    return ret_reply->status == 400;
}

Test(tables_answers, attributes_without_a_filter_are_refused_as_one)
{
    expect_of_all(0, ATTR_FILTER, filter_is_refused);
}

static bool
sort_key_is_accepted(const struct subject *subject, const struct attr *attr,
                     struct reply *ret_reply)
{
    *ret_reply = list(subject->table->name, "sort_key=%s&sort_dir=asc&id=%s",
                      percent(attr->name), subject->id);
    return ret_reply->status == 200 &&
           count_at(ret_reply, subject->table->plural) == 1;
}

Test(tables_answers, sort_keys_are_accepted)
{
    expect_of_all(ATTR_SORT, ATTR_SDN, sort_key_is_accepted);
}

static bool
sort_key_is_refused(const struct subject *subject, const struct attr *attr,
                    struct reply *ret_reply)
{
    *ret_reply = list(subject->table->name, "sort_key=%s&sort_dir=asc",
                      percent(attr->name));
    return ret_reply->status == 400;
}

Test(tables_answers, attributes_that_are_no_sort_keys_are_refused_as_one)
{
    expect_of_all(0, ATTR_SORT, sort_key_is_refused);
}

/* --- what only admins may */

/* A valid value that is not the default. */
static const char *
unusual_value(const struct attr *attr)
{
    if (attr->type == TYPE_BOOL) {
        return attr->def != NULL && strcmp(attr->def, "true") == 0 ? "false"
                                                                   : "true";
    }
    if (attr->one_of != NULL) {
        return text("'%s'", attr->one_of[0]);
    }
    static const char *const values[TYPE_N] = {
        [TYPE_INT] = "1000",
        [TYPE_UUID] = "'" NOBODY "'",
        [TYPE_JSON] = "{'a': 1}",
        [TYPE_TEXT_LIST] = "['x']",
    };
    return values[attr->type] != NULL ? values[attr->type] : "'x'";
}

static bool
member_may_not_give(const struct subject *subject, const struct attr *attr,
                    struct reply *ret_reply)
{
    as_roles("member");
    *ret_reply = create_with(subject, attr->name, unusual_value(attr));
    if (ret_reply->status == 403 && (attr->flags & ATTR_PUT) != 0) {
        *ret_reply = update_with(subject, attr->name, unusual_value(attr));
    }
    as_roles(NULL);
    return ret_reply->status == 403;
}

Test(tables_answers, attributes_of_admins_are_forbidden_to_members)
{
    expect_of_all(ATTR_ADMIN_WRITE | ATTR_POST, ATTR_SDN,
                  member_may_not_give);
}

static bool
member_does_not_see(const struct subject *subject, const struct attr *attr,
                    struct reply *ret_reply)
{
    as_roles("member");
    *ret_reply = show(subject->table->name, subject->id);
    as_roles(NULL);
    return ret_reply->status == 200 &&
           json_at(ret_reply, shown_path(subject, attr)) == NULL;
}

Test(tables_answers, attributes_that_only_admins_see_are_not_shown_to_members)
{
    expect_of_all(ATTR_ADMIN_READ, 0, member_does_not_see);
}

Test(tables_answers, no_table_contains_a_mistake)
{
    const char *plurals[] = {"networks", "subnets", "ports"};
    for (size_t i = 0; i < 3; i++) {
        const struct table *table = &resource_of(plurals[i])->table;
        cr_assert_str_eq(table_lint(session_arena(), table), "");
    }
}
