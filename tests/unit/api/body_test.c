/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of api/body.h: what of a body becomes records, and what is refused.
 *
 * Bodies are written with single quotes, which become double ones.
 */
#include "api/body.h"

#include "resource/network.h"
#include "resource/port.h"
#include "resource/subnet.h"
#include "unit/api/by_hand.h"
#include "unit/schema/values.h"

#define ID "6ba7b810-9dad-11d1-80b4-00c04fd430c8"

static struct by_hand hand;
static void **records;
static size_t n_records;
static bool bulk;

static void
end(void)
{
    by_hand_done(&hand);
}

TestSuite(body, .fini = end);

static void
ask(const char *plural, const char *role, const char *body)
{
    by_hand_done(&hand);
    by_hand_init(&hand, plural, role);
    hand.call.body = quoted(&hand.arena, body);
    hand.call.body_len = strlen(body);
}

static struct err *
create(const char *plural, const char *role, const char *body)
{
    ask(plural, role, body);
    return body_read_create(&hand.call, &records, &n_records, &bulk);
}

static struct err *
update(const char *plural, const char *role, const char *body)
{
    void *record = NULL;
    ask(plural, role, body);
    struct err *err = body_read_update(&hand.call, &record);
    records = ARENA_ARRAY(&hand.arena, void *, 1);
    records[0] = record;
    return err;
}

/* The record of a body that must be taken. */
static void *
created(const char *plural, const char *role, const char *body)
{
    struct err *err = create(plural, role, body);
    cr_assert_null(err, "%s: %s", body, err == NULL ? "" : err->message);
    cr_assert_eq(n_records, 1);
    return records[0];
}

static void *
updated(const char *plural, const char *role, const char *body)
{
    struct err *err = update(plural, role, body);
    cr_assert_null(err, "%s: %s", body, err == NULL ? "" : err->message);
    return records[0];
}

/* "attribute:rule attribute:rule ..." of all errors, in order. */
static const char *
complaints(const struct err *err)
{
    const char *all = "";
    for (; err != NULL; err = err->next) {
        cr_expect(err_status(err->kind) >= 400 &&
                  err_status(err->kind) < 500);
        all = arena_printf(&hand.arena, "%s%s%s:%s", all,
                           all[0] == '\0' ? "" : " ",
                           err->attr == NULL ? "-" : err->attr,
                           err->rule == NULL ? "-" : err->rule);
    }
    return all;
}

struct complaint {
    const char *plural, *body, *complaints;
};

static void
expect_complaints(struct err *(*read)(const char *, const char *,
                                      const char *),
                  const char *role, const struct complaint *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct err *err = read(cases[i].plural, role, cases[i].body);
        cr_expect_str_eq(complaints(err), cases[i].complaints, "%s: %s",
                         cases[i].body, complaints(err));
    }
}

Test(body, one_object_stands_under_the_name)
{
    const struct network *network = created("networks", "member",
                                            "{'network': {'name': 'n1'}}");
    cr_expect_str_eq(network->name, "n1");
    cr_expect(record_has(&network->rec, ATTR_NAME));
    cr_expect_not(bulk);
}

Test(body, a_list_stands_under_the_plural)
{
    cr_assert_null(create("networks", "member",
                          "{'networks': [{'name': 'a'}, {'name': 'b'}]}"));
    cr_assert_eq(n_records, 2);
    cr_expect(bulk);
    cr_expect_str_eq(((struct network *) records[0])->name, "a");
    cr_expect_str_eq(((struct network *) records[1])->name, "b");
}

Test(body, a_list_of_one_is_a_list)
{
    cr_assert_null(create("networks", "member", "{'networks': [{}]}"));
    cr_expect_eq(n_records, 1);
    cr_expect(bulk);
}

Test(body, absent_attributes_of_post_have_their_defaults)
{
    const struct port *port = created("ports", "member",
                                      "{'port': {'network_id': '" ID "'}}");
    cr_expect_str_eq(port->name, "");
    cr_expect(port->admin_state_up);
    cr_expect_str_eq(port->binding_vnic_type, "normal");
    cr_expect_eq(port->allowed_address_pairs.n, 0);
    cr_expect(record_has(&port->rec, PORT_ALLOWED_ADDRESS_PAIRS));
    cr_expect_not(record_is_given(&port->rec, PORT_FIXED_IPS));
    cr_expect_not(record_is_given(&port->rec, PORT_MAC_ADDRESS));
}

Test(body, put_holds_exactly_what_was_given)
{
    const struct port *port = updated(
        "ports", "member",
        "{'port': {'name': 'x', 'numa_affinity_policy': null,"
        " 'allowed_address_pairs': null}}");
    cr_expect_eq(port->rec.given, record_bit(ATTR_NAME) |
                                      record_bit(PORT_NUMA_AFFINITY_POLICY) |
                                      record_bit(PORT_ALLOWED_ADDRESS_PAIRS));
    cr_expect_eq(port->rec.null, record_bit(PORT_NUMA_AFFINITY_POLICY));
    cr_expect_eq(port->allowed_address_pairs.n, 0);
}

Test(body, an_empty_patch_is_a_patch)
{
    const struct network *network = updated("networks", "member",
                                            "{'network': {}}");
    cr_expect_eq(network->rec.given, 0);
}

Test(body, what_is_no_envelope_is_refused)
{
    static const char *const bodies[] = {
        "",
        "{}",
        "[]",
        "null",
        "'network'",
        "1",
        "{'Network': {}}",
        "{'port': {}}",
        "{'network': null}",
        "{'network': []}",
        "{'network': 'x'}",
        "{'network': 1}",
        "{'network': {}",
        "{'network': {}}}",
        "{'network': {}} x",
        "{'network': {},}",
        "{network: {}}",
        "{'network': {'name': 'a' 'b'}}",
        "\xEF\xBB\xBF{}",
        "{'network': {'name': '\xFF'}}",
        "{'network': {'name': '\\u0000'}}",
        "{'network': {'name': '\\ud800'}}",
        "{'network': {'mtu': 1e999}}",
        "{'network': {'mtu': 9223372036854775808}}",
    };
    for (size_t i = 0; i < N(bodies); i++) {
        struct err *err = create("networks", "admin", bodies[i]);
        cr_assert_not_null(err, "%s", bodies[i]);
        cr_expect_eq(err->kind, ERR_BAD_REQUEST, "%s", bodies[i]);
        err = update("networks", "admin", bodies[i]);
        cr_assert_not_null(err, "%s", bodies[i]);
        cr_expect_eq(err->kind, ERR_BAD_REQUEST, "%s", bodies[i]);
    }
}

Test(body, what_is_no_list_of_objects_is_refused)
{
    static const char *const bodies[] = {
        "{'networks': []}",     "{'networks': {}}",
        "{'networks': null}",   "{'networks': 'x'}",
        "{'networks': [1]}",    "{'networks': [[]]}",
        "{'networks': [null]}", "{'networks': [{}, 'x']}",
    };
    for (size_t i = 0; i < N(bodies); i++) {
        struct err *err = create("networks", "admin", bodies[i]);
        cr_assert_not_null(err, "%s", bodies[i]);
        cr_expect_eq(err->kind, ERR_BAD_REQUEST, "%s", bodies[i]);
    }
}

Test(body, a_list_has_at_most_the_bulk_limit)
{
    cr_expect_null(create("networks", "admin", "{'networks': [{}, {}, {}]}"));
    cr_expect_eq(n_records, BULK_LIMIT);
    struct err *err = create("networks", "admin",
                             "{'networks': [{}, {}, {}, {}]}");
    cr_assert_not_null(err);
    cr_expect_eq(err->kind, ERR_BAD_REQUEST);
    cr_expect_not_null(strstr(err->message, "maximum of 3"));
}

Test(body, a_key_that_stands_twice_is_refused)
{
    static const char *const bodies[] = {
        "{'network': {'name': 'a', 'name': 'a'}}",
        "{'network': {'name': 'a', 'n\\u0061me': 'b'}}",
        "{'network': {}, 'network': {}}",
        "{'port': {'network_id': '" ID "', 'binding:profile':"
        " {'a': 1, 'a': 2}}}",
    };
    for (size_t i = 0; i < N(bodies); i++) {
        const char *plural = i == 3 ? "ports" : "networks";
        struct err *err = create(plural, "admin", bodies[i]);
        cr_assert_not_null(err, "%s", bodies[i]);
        cr_expect_eq(err->kind, ERR_BAD_REQUEST);
    }
}

/* A port whose profile makes the body 'depth' levels deep. */
static struct err *
create_deep(size_t depth, const char *open, const char *close)
{
    struct arena scratch;
    arena_init(&scratch, 1 << 20);
    const char *body = arena_printf(&scratch,
                                    "{'port': {'network_id': '" ID
                                    "', 'binding:profile': {'a': %s1%s}}}",
                                    repeated(&scratch, open, depth - 3),
                                    repeated(&scratch, close, depth - 3));
    struct err *err = create("ports", "admin", body);
    arena_done(&scratch);
    return err;
}

Test(body, nesting_ends_at_32_levels)
{
    cr_expect_null(create_deep(BODY_MAX_DEPTH, "[", "]"));
    cr_expect_null(create_deep(BODY_MAX_DEPTH, "{'b':", "}"));
    struct err *err = create_deep(BODY_MAX_DEPTH + 1, "[", "]");
    cr_assert_not_null(err);
    cr_expect_eq(err->kind, ERR_BAD_REQUEST);
    cr_expect_not_null(create_deep(BODY_MAX_DEPTH + 1, "{'b':", "}"));
    cr_expect_not_null(create_deep(20000, "[", "]"));
}

Test(body, brackets_in_text_are_no_nesting)
{
    const struct network *network = created(
        "networks", "admin",
        "{'network': {'name': '\\\\\\'[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
        "[[[[[[[[{'}}");
    cr_expect_eq(strncmp(network->name, "\\\"[[[", 5), 0);
}

Test(body, all_mistakes_are_collected)
{
    static const struct complaint cases[] = {
        {"networks",
         "{'network': {'name': 1, 'nmae': 'x', 'mtu': 'big', 'id': '1'}}",
         "name:type nmae:unknown_attribute mtu:type id:read_only"},
        {"subnets", "{'subnet': {}}",
         "network_id:required ip_version:required"},
        {"ports",
         "{'ports': [{'network_id': '" ID "'}, {},"
         " {'network_id': '" ID "', 'device_id': []}]}",
         "network_id:required device_id:type"},
        {"networks", "{'networks': [{}, 1]}", "-:-"},
        {"networks", "{'network': {}}", ""},
    };
    expect_complaints(create, "admin", cases, N(cases));
}

Test(body, what_was_given_but_wrong_is_not_also_missing)
{
    struct err *err = create(
        "subnets", "admin",
        "{'subnet': {'network_id': 'x', 'ip_version': 4}}");
    cr_expect_str_eq(complaints(err), "network_id:type");
}

Test(body, each_value_meets_the_rules_of_its_attribute)
{
    static const struct complaint cases[] = {
        {"networks", "{'network': {'mtu': -1}}", "mtu:range"},
        {"networks", "{'network': {'dns_domain': 'a b'}}",
         "dns_domain:dns_name"},
        {"networks", "{'network': {'provider:network_type': 'x'}}",
         "provider:network_type:one_of"},
        {"networks", "{'network': {'qos_policy_id': '" ID "'}}",
         "qos_policy_id:exists"},
        {"ports",
         "{'port': {'mac_address': '00:00:00:00:00:00',"
         " 'network_id': '" ID "'}}",
         "mac_address:mac"},
        {"ports",
         "{'port': {'security_groups': ['" ID "'],"
         " 'network_id': '" ID "'}}",
         "security_groups:exists"},
        {"ports",
         "{'port': {'binding:vnic_type': '',"
         " 'network_id': '" ID "'}}",
         "binding:vnic_type:one_of"},
        {"subnets",
         "{'subnet': {'ip_cooldown': -1, 'ip_version': 4,"
         " 'network_id': '" ID "'}}",
         "ip_cooldown:range"},
    };
    expect_complaints(create, "admin", cases, N(cases));
}

Test(body, put_takes_only_what_put_may_change)
{
    static const struct complaint cases[] = {
        {"networks", "{'network': {'id': '" ID "'}}", "id:read_only"},
        {"networks", "{'network': {'project_id': 'a'}}",
         "project_id:read_only"},
        {"networks", "{'network': {'tenant_id': 'a'}}",
         "tenant_id:read_only"},
        {"networks", "{'network': {'status': 'DOWN'}}", "status:read_only"},
        {"networks", "{'network': {'tags': []}}", "tags:read_only"},
        {"networks", "{'network': {'subnets': []}}", "subnets:read_only"},
        {"subnets", "{'subnet': {'cidr': '10.0.0.0/8'}}", "cidr:read_only"},
        {"subnets", "{'subnet': {'network_id': '" ID "'}}",
         "network_id:read_only"},
        {"ports", "{'port': {'network_id': '" ID "'}}",
         "network_id:read_only"},
        {"ports", "{'port': {'nmae': 'a'}}", "nmae:unknown_attribute"},
    };
    expect_complaints(update, "admin", cases, N(cases));
}

Test(body, null_is_refused_where_it_is_no_value)
{
    static const struct complaint cases[] = {
        {"networks", "{'network': {'name': null}}", "name:type"},
        {"networks", "{'network': {'admin_state_up': null}}",
         "admin_state_up:type"},
        {"subnets", "{'subnet': {'enable_dhcp': null}}", "enable_dhcp:type"},
        {"subnets", "{'subnet': {'gateway_ip': null}}", ""},
        {"subnets",
         "{'subnet': {'dns_nameservers': null,"
         " 'host_routes': null, 'service_types': null}}",
         ""},
        {"ports", "{'port': {'mac_address': null}}", ""},
        {"ports", "{'port': {'device_id': null}}", "device_id:type"},
        {"ports", "{'port': {'fixed_ips': null}}", "fixed_ips:type"},
    };
    expect_complaints(update, "admin", cases, N(cases));
}

Test(body, null_of_a_domain_is_a_failed_conversion)
{
    struct err *err = update("networks", "admin",
                             "{'network': {'dns_domain': null}}");
    cr_assert_not_null(err);
    cr_expect_eq(err->kind, ERR_INVALID_INPUT);
}

Test(body, domains_are_kept_in_lower_case)
{
    const struct network *network = created(
        "networks", "member",
        "{'network': {'dns_domain': 'Www.EXAMPLE.',"
        " 'name': 'Www'}}");
    cr_expect_str_eq(network->dns_domain, "www.example.");
    cr_expect_str_eq(network->name, "Www");
}

Test(body, attributes_of_sdns_exist_where_they_are_on_offer)
{
    const char *body = "{'network': {'sdn': 'sprut'}}";
    cr_expect_str_eq(complaints(create("networks", "admin", body)),
                     "sdn:unknown_attribute");
    ask("networks", "admin", body);
    hand.settings.sdns = "sprut,neutron";
    struct err *err = body_read_create(&hand.call, &records, &n_records,
                                       &bulk);
    cr_expect_str_eq(complaints(err), "sdn:read_only");
}

Test(body, project_is_that_of_the_caller)
{
    static const char *const bodies[] = {
        "{'network': {}}",
        "{'network': {'project_id': ''}}",
        "{'network': {'tenant_id': ''}}",
        "{'network': {'project_id': '" OWN_PROJECT "'}}",
        "{'network': {'tenant_id': '" OWN_PROJECT "'}}",
    };
    for (size_t i = 0; i < N(bodies); i++) {
        const struct network *network = created("networks", "member",
                                                bodies[i]);
        cr_expect_str_eq(network->project_id, OWN_PROJECT);
        cr_expect(record_has(&network->rec, ATTR_PROJECT_ID));
    }
}

Test(body, only_an_admin_gives_to_another_project)
{
    static const char *const bodies[] = {
        "{'network': {'project_id': 'other'}}",
        "{'network': {'tenant_id': 'other'}}"};
    for (size_t i = 0; i < N(bodies); i++) {
        const struct network *network = created("networks", "admin",
                                                bodies[i]);
        cr_expect_str_eq(network->project_id, "other");
        cr_expect_str_eq(complaints(create("networks", "member", bodies[i])),
                         "project_id:project");
    }
}

Test(body, both_names_of_the_project_must_agree_in_any_order)
{
    static const struct complaint cases[] = {
        {"networks", "{'network': {'project_id': 'a', 'tenant_id': 'a'}}",
         ""},
        {"networks", "{'network': {'tenant_id': 'a', 'project_id': 'a'}}",
         ""},
        {"networks", "{'network': {'project_id': 'a', 'tenant_id': 'b'}}",
         "project_id:alias"},
        {"networks", "{'network': {'tenant_id': 'a', 'project_id': 'b'}}",
         "project_id:alias"},
    };
    expect_complaints(create, "admin", cases, N(cases));
}

Test(body, a_member_may_not_give_what_is_for_admins)
{
    static const struct complaint forbidden[] = {
        {"networks", "{'network': {'shared': true}}", "-:-"},
        {"networks", "{'network': {'provider:network_type': 'vlan'}}", "-:-"},
        {"networks", "{'network': {'shared': false}}", ""},
    };
    expect_complaints(create, "member", forbidden, N(forbidden));
    struct err *err = create("networks", "member",
                             "{'network': {'shared': true}}");
    cr_assert_not_null(err);
    cr_expect_eq(err->kind, ERR_FORBIDDEN);
    cr_expect_null(
        create("networks", "admin", "{'network': {'shared': true}}"));
}

Test(body, mistakes_are_told_before_policy)
{
    struct err *err = create("networks", "member",
                             "{'network': {'shared': true, 'x': 1}}");
    cr_expect_str_eq(complaints(err), "x:unknown_attribute");
}

/* The parser quotes what it read last, which may be half of a character. */
Test(body, what_is_no_json_is_told_in_utf8)
{
    static const char *const bodies[] = {
        "{'network': {'name': '\\ud8ж'}}",
        "{'network': {'name': '\\ж'}}",
        "{'network': ж}",
        "{'network': {'ж': 1, 'ж': 2}}",
        "{'network': {'name': '\xFF'}}",
        "{'network': {}} ж",
    };
    for (size_t i = 0; i < N(bodies); i++) {
        struct err *err = create("networks", "admin", bodies[i]);
        cr_assert_not_null(err, "%s", bodies[i]);
        json_t *text = json_string(err->message); /* NULL: it is not. */
        cr_expect_not_null(text, "%s", bodies[i]);
        json_decref(text);
    }
}

Test(body, both_envelopes_count_as_the_list)
{
    cr_assert_null(create("networks", "member",
                          "{'network': {}, 'networks': [{}, {}]}"));
    cr_expect_eq(n_records, 2);
}

Test(body, the_last_byte_is_where_the_length_says)
{
    ask("networks", "member", "{'network': {}}garbage");
    hand.call.body_len -= strlen("garbage");
    cr_expect_null(body_read_create(&hand.call, &records, &n_records, &bulk));
}
