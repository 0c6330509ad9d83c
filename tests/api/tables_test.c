/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the attribute tables promise, asked of the server for every attribute
 * of networks, subnets and ports.  A new row of a table is tested by itself.
 */
#include "core/arena.h"
#include "core/buf.h"
#include "resource/registry.h"
#include "resource/resource.h"
#include "schema/table.h"
#include "support/api.h"

/* A table and an object of its kind. */
struct subject {
    const struct resource *resource;
    const struct table *table;
    const char *network_id;
    const char *id;
    struct reply shown;
};

/* True when the rule holds for 'attr'; else '*ret_reply' shows why not. */
typedef bool rule_fn(const struct subject *subject, const struct attr *attr,
                     struct reply *ret_reply);

/* --- bodies */

/* Appends "'name': value", after a comma where one is needed. */
static void
add_pair(struct buf *buf, const char *name, const char *value)
{
    buf_addf(buf, "%s'%s': %s", buf->len == 0 ? "" : ", ", name, value);
}

/* The least attributes that make an object, without 'attr'; every subnet
 * gets a CIDR of its own. */
static struct buf
least_without(const struct subject *subject, const char *attr)
{
    static int n_subnets;
    const char *kind = subject->table->name;
    struct buf buf;
    buf_init(&buf, session_arena(), 256);
    const char *least[][2] = {
        {"network_id", text("'%s'", subject->network_id)},
        {"ip_version", "4"},
        {"cidr", text("'10.%d.0.0/24'", ++n_subnets)},
    };
    size_t n = strcmp(kind, "port") == 0 ? 1 : 3;
    for (size_t i = 0; i < n && strcmp(kind, "network") != 0; i++) {
        if (strcmp(least[i][0], attr) != 0) {
            add_pair(&buf, least[i][0], least[i][1]);
        }
    }
    return buf;
}

static struct reply
create_with(const struct subject *subject, const char *attr,
            const char *value)
{
    struct buf body = least_without(subject, attr);
    add_pair(&body, attr, value);
    return create(subject->table->name, "%s", body.data);
}

static struct reply
update_with(const struct subject *subject, const char *attr,
            const char *value)
{
    return update(subject->table->name, subject->id, "'%s': %s", attr, value);
}

/* --- walking the tables */

static const struct resource *
resource_of(const char *plural)
{
    const struct resource *resource = resource_find(plural);
    cr_assert(resource != NULL, "there is no resource %s", plural);
    return resource;
}

static struct subject
subject_of(const char *plural)
{
    struct subject subject = {.resource = resource_of(plural)};
    subject.table = &subject.resource->table;
    subject.network_id =
        make("network", "'name': 'n', 'description': 'd'");
    if (strcmp(plural, "networks") == 0) {
        subject.id = subject.network_id;
    } else {
        struct buf least = least_without(&subject, "");
        subject.id = make(subject.table->name,
                          "%s, 'name': 'n', 'description': 'd'", least.data);
    }
    subject.shown = show(subject.table->name, subject.id);
    return subject;
}

static const char *
shown_path(const struct subject *subject, const struct attr *attr)
{
    return text("%s.%s", subject->table->name, attr->name);
}

/* Appends the attributes of one table, with the flags 'with' and without the
 * flags 'without', that break the rule. */
static void
walk(struct buf *broken, const char *plural, unsigned with, unsigned without,
     rule_fn *rule)
{
    struct subject subject = subject_of(plural);
    for (size_t i = 0; i < subject.table->n_attrs; i++) {
        const struct attr *attr = &subject.table->attrs[i];
        struct reply reply = subject.shown;
        bool meant = (attr->flags & with) == with &&
                     (attr->flags & without) == 0;
        if (meant && !rule(&subject, attr, &reply)) {
            buf_addf(broken, "\n%s of %s: %s", attr->name, plural,
                     describe(&reply));
        }
    }
}

static void
expect_of_all(unsigned with, unsigned without, rule_fn *rule)
{
    struct buf broken;
    buf_init(&broken, session_arena(), 1024);
    walk(&broken, "networks", with, without, rule);
    walk(&broken, "subnets", with, without, rule);
    walk(&broken, "ports", with, without, rule);
    cr_assert(broken.len == 0, "%s", broken.data);
}

/* Names an attribute by either of its names. */
static bool
is_refused(const struct reply *reply, const struct attr *attr)
{
    return reply->status == 400 &&
           (names_attr(reply, attr->name) ||
            (attr->alias_of != NULL && names_attr(reply, attr->alias_of)));
}

/* --- values of the wrong type */

static const char *const wrong_values[TYPE_N][4] = {
    [TYPE_BOOL] = {"'maybe'", "2", "[]", "{}"},
    [TYPE_INT] = {"'x'", "[]", "{}", "'1 '"},
    [TYPE_TEXT] = {"1", "true", "[]", "{}"},
    [TYPE_UUID] = {"'x'", "1", "[]", "{}"},
    [TYPE_TIME] = {"'x'", "1", "[]", "{}"},
    [TYPE_IP] = {"'x'", "1", "[]", "'10.0.0.1/24'"},
    [TYPE_CIDR] = {"'x'", "1", "[]", "'10.0.0.0/33'"},
    [TYPE_MAC] = {"'x'", "1", "[]", "'fa:16:3e:00:00'"},
    [TYPE_TEXT_LIST] = {"'x'", "1", "{}", "[1]"},
    [TYPE_UUID_LIST] = {"'x'", "1", "{}", "['x']"},
    [TYPE_POOLS] = {"'x'", "{}", "['x']", "[{'start': '10.0.0.1'}]"},
    [TYPE_ROUTES] = {"'x'", "{}", "['x']", "[{'nexthop': '10.0.0.1'}]"},
    [TYPE_FIXED_IPS] = {"'x'", "{}", "['x']", "[{'ip_address': 'x'}]"},
    [TYPE_PAIRS] = {"'x'", "1", "['x']", "[{'ip_address': 'x'}]"},
    [TYPE_DHCP_OPTS] = {"'x'", "1", "['x']", "[{'opt_name': 1}]"},
    [TYPE_JSON] = {"'x'", "1", "[]", "true"},
};

static bool
post_refuses_wrong_types(const struct subject *subject,
                         const struct attr *attr, struct reply *ret_reply)
{
    for (size_t i = 0; i < 4; i++) {
        *ret_reply = create_with(subject, attr->name,
                                 wrong_values[attr->type][i]);
        if (!is_refused(ret_reply, attr)) {
            return false;
        }
    }
    return true;
}

Test(tables, post_refuses_values_of_the_wrong_type_by_name)
{
    expect_of_all(ATTR_POST, 0, post_refuses_wrong_types);
}

static bool
put_refuses_wrong_types(const struct subject *subject,
                        const struct attr *attr, struct reply *ret_reply)
{
    for (size_t i = 0; i < 4; i++) {
        *ret_reply = update_with(subject, attr->name,
                                 wrong_values[attr->type][i]);
        if (!is_refused(ret_reply, attr)) {
            return false;
        }
    }
    return true;
}

Test(tables, put_refuses_values_of_the_wrong_type_by_name)
{
    expect_of_all(ATTR_PUT, 0, put_refuses_wrong_types);
}

/* --- null */

static bool
post_refuses_null(const struct subject *subject, const struct attr *attr,
                  struct reply *ret_reply)
{
    *ret_reply = create_with(subject, attr->name, "null");
    return is_refused(ret_reply, attr);
}

Test(tables, post_refuses_null_where_the_table_does_not_allow_it)
{
    expect_of_all(ATTR_POST, ATTR_NULL | ATTR_NULL_EMPTY, post_refuses_null);
}

static bool
put_refuses_null(const struct subject *subject, const struct attr *attr,
                 struct reply *ret_reply)
{
    *ret_reply = update_with(subject, attr->name, "null");
    return is_refused(ret_reply, attr);
}

Test(tables, put_refuses_null_where_the_table_does_not_allow_it)
{
    expect_of_all(ATTR_PUT, ATTR_NULL | ATTR_NULL_EMPTY, put_refuses_null);
}

static bool
put_accepts_null(const struct subject *subject, const struct attr *attr,
                 struct reply *ret_reply)
{
    *ret_reply = update_with(subject, attr->name, "null");
    return ret_reply->status == 200;
}

Test(tables, put_accepts_null_where_the_table_allows_it)
{
    expect_of_all(ATTR_PUT | ATTR_NULL, 0, put_accepts_null);
}

static bool
null_is_the_empty_list(const struct subject *subject, const struct attr *attr,
                       struct reply *ret_reply)
{
    *ret_reply = create_with(subject, attr->name, "null");
    return ret_reply->status == 201 &&
           strcmp(text_at(ret_reply, shown_path(subject, attr)), "[]") == 0;
}

Test(tables, null_means_the_empty_list_where_the_table_says_so)
{
    expect_of_all(ATTR_POST | ATTR_NULL_EMPTY, ATTR_HIDDEN,
                  null_is_the_empty_list);
}

/* --- length of text */

static const char *
text_of_length(int64_t n)
{
    return text("'%s'", letters((size_t) n));
}

static bool
refuses_longer_text(const struct subject *subject, const struct attr *attr,
                    struct reply *ret_reply)
{
    if (attr->type != TYPE_TEXT || attr->max == 0) {
        return true;
    }
    if ((attr->flags & ATTR_PUT) != 0) {
        *ret_reply = update_with(subject, attr->name,
                                 text_of_length(attr->max + 1));
        if (!is_refused(ret_reply, attr)) {
            return false;
        }
    }
    *ret_reply =
        create_with(subject, attr->name, text_of_length(attr->max + 1));
    return is_refused(ret_reply, attr);
}

Test(tables, text_longer_than_the_maximum_is_refused_by_name)
{
    expect_of_all(ATTR_POST, 0, refuses_longer_text);
}

static bool
accepts_longest_text(const struct subject *subject, const struct attr *attr,
                     struct reply *ret_reply)
{
    if (attr->type != TYPE_TEXT || attr->max == 0 || attr->one_of != NULL ||
        attr->check != NULL) {
        return true;
    }
    *ret_reply =
        create_with(subject, attr->name, text_of_length(attr->max));
    return ret_reply->status == 201;
}

Test(tables, text_of_the_maximum_length_is_accepted)
{
    expect_of_all(ATTR_POST, ATTR_ADMIN_WRITE | ATTR_SDN,
                  accepts_longest_text);
}

static bool
refuses_other_words(const struct subject *subject, const struct attr *attr,
                    struct reply *ret_reply)
{
    if (attr->one_of == NULL) {
        return true;
    }
    *ret_reply = create_with(subject, attr->name, "'no-such-word'");
    return is_refused(ret_reply, attr);
}

Test(tables, words_that_are_not_in_the_list_are_refused_by_name)
{
    expect_of_all(ATTR_POST, 0, refuses_other_words);
}

/* --- what POST and PUT take */

/* The value an existing object has, as JSON with single quotes. */
static const char *
present_value(const struct subject *subject, const struct attr *attr)
{
    json_t *json = json_at(&subject->shown, shown_path(subject, attr));
    const char *value = text_at(&subject->shown, shown_path(subject, attr));
    return json == NULL || json_is_string(json) ? text("'%s'", value) : value;
}

static bool
post_refuses_attr(const struct subject *subject, const struct attr *attr,
                  struct reply *ret_reply)
{
    *ret_reply =
        create_with(subject, attr->name, present_value(subject, attr));
    return is_refused(ret_reply, attr);
}

Test(tables, post_refuses_attributes_that_are_not_for_it)
{
    expect_of_all(0, ATTR_POST, post_refuses_attr);
}

static bool
put_refuses_attr(const struct subject *subject, const struct attr *attr,
                 struct reply *ret_reply)
{
    *ret_reply =
        update_with(subject, attr->name, present_value(subject, attr));
    return is_refused(ret_reply, attr);
}

Test(tables, put_refuses_attributes_that_are_not_for_it)
{
    expect_of_all(0, ATTR_PUT, put_refuses_attr);
}

static bool
post_needs_attr(const struct subject *subject, const struct attr *attr,
                struct reply *ret_reply)
{
    struct buf least = least_without(subject, attr->name);
    *ret_reply = create(subject->table->name, "%s", least.data);
    return is_refused(ret_reply, attr);
}

Test(tables, post_without_a_required_attribute_is_refused_by_name)
{
    expect_of_all(ATTR_REQUIRED, 0, post_needs_attr);
}

Test(tables, unknown_attributes_are_refused_by_name)
{
    const char *plurals[] = {"networks", "subnets", "ports"};
    for (size_t i = 0; i < 3; i++) {
        struct subject subject = subject_of(plurals[i]);
        struct reply reply = create_with(&subject, "colour", "'red'");
        expect_refused(&reply, "colour");
        reply = update_with(&subject, "colour", "'red'");
        expect_refused(&reply, "colour");
    }
}

static bool
accepts_words_for_booleans(const struct subject *subject,
                           const struct attr *attr, struct reply *ret_reply)
{
    static const char *const words[] = {"'False'", "'false'", "'0'", "0"};
    if (attr->type != TYPE_BOOL) {
        return true;
    }
    for (size_t i = 0; i < 4; i++) {
        *ret_reply = create_with(subject, attr->name, words[i]);
        if (ret_reply->status != 201 ||
            ((attr->flags & (ATTR_HIDDEN | ATTR_NO_COLUMN)) == 0 &&
             !json_is_false(
                 json_at(ret_reply, shown_path(subject, attr))))) {
            return false;
        }
    }
    return true;
}

Test(tables, booleans_may_be_given_as_words_and_numbers)
{
    expect_of_all(ATTR_POST, ATTR_SDN, accepts_words_for_booleans);
}

/* --- answers */

static bool
is_rendered(const struct subject *subject, const struct attr *attr,
            struct reply *ret_reply)
{
    (void) ret_reply;
    return json_at(&subject->shown, shown_path(subject, attr)) != NULL;
}

Test(tables, every_attribute_is_rendered_unless_hidden)
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

Test(tables, hidden_attributes_are_not_rendered)
{
    expect_of_all(ATTR_HIDDEN, 0, is_not_rendered);
}

Test(tables, attributes_of_sdns_do_not_exist_without_sdns)
{
    expect_of_all(ATTR_SDN, 0, is_not_rendered);
}

Test(tables, answers_hold_only_attributes_of_the_table)
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

Test(tables, attributes_not_given_have_their_defaults)
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

Test(tables, a_list_shows_the_same_as_the_object_itself)
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

Test(tables, every_attribute_can_be_asked_for_alone)
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

Test(tables, a_filter_finds_the_object_by_its_own_value)
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

Test(tables, a_filter_excludes_objects_with_another_value)
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

Test(tables, attributes_without_a_filter_are_refused_as_one)
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

Test(tables, sort_keys_are_accepted)
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

Test(tables, attributes_that_are_no_sort_keys_are_refused_as_one)
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
    switch (attr->type) {
    case TYPE_INT:
        return "1000";
    case TYPE_UUID:
        return "'" NOBODY "'";
    case TYPE_JSON:
        return "{'a': 1}";
    case TYPE_TEXT_LIST:
        return "['x']";
    default:
        return "'x'";
    }
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

Test(tables, attributes_of_admins_are_forbidden_to_members)
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

Test(tables, attributes_that_only_admins_see_are_not_shown_to_members)
{
    expect_of_all(ATTR_ADMIN_READ, 0, member_does_not_see);
}

Test(tables, no_table_contains_a_mistake)
{
    const char *plurals[] = {"networks", "subnets", "ports"};
    for (size_t i = 0; i < 3; i++) {
        const struct table *table = &resource_of(plurals[i])->table;
        cr_assert_str_eq(table_lint(session_arena(), table), "");
    }
}
