/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the attribute tables promise about bodies, asked of the server for
 * every attribute of networks, subnets and ports.  A new row of a table is
 * tested by itself.
 */
#include "support/tables.h"

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
