/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of api/policy.h: attributes for admins, in every table.
 */
#include "api/policy.h"

#include <criterion/criterion.h>

#include "resource/network.h"
#include "resource/port.h"
#include "unit/api/by_hand.h"

static struct by_hand hand;

static void
end(void)
{
    by_hand_done(&hand);
}

TestSuite(policy, .fini = end);

/* A record of the collection in which nothing but 'attr' is given. */
static void *
record_with(const struct attr *attr)
{
    const struct table *table = &hand.call.resource->table;
    struct record *record = table_new_record(&hand.arena, table);
    size_t index = (size_t) (attr - table->attrs);
    void *value = attr_value(attr, record);
    if (attr->type == TYPE_TEXT) {
        *(const char **) value = "something";
    } else if (attr->type == TYPE_JSON) {
        ((struct json_text *) value)->text = "{\"a\":1}";
    } else if (attr->type == TYPE_BOOL) {
        *(bool *) value = attr->def == NULL || attr->def[0] == 'f';
    }
    record_set(record, index);
    return record;
}

/* Whether 'role' may give each attribute alone. */
static void
expect_policy(const char *role, const char *plural, unsigned verb)
{
    by_hand_init(&hand, plural, role);
    const struct table *table = &hand.call.resource->table;
    for (size_t i = 0; i < table->n_attrs; i++) {
        const struct attr *attr = &table->attrs[i];
        bool for_admins = (attr->flags & ATTR_ADMIN_WRITE) != 0;
        bool allowed = hand.call.caller.is_admin || !for_admins;
        struct err *err = policy_check(&hand.call, table, record_with(attr),
                                       verb);
        cr_expect_eq(err == NULL, allowed, "%s by a %s", attr->name, role);
        cr_expect(err == NULL || err->kind == ERR_FORBIDDEN);
        cr_expect(err == NULL || strstr(err->message, attr->name) != NULL);
    }
    by_hand_done(&hand);
}

Test(policy, what_is_for_admins_is_only_for_admins)
{
    static const char *const roles[] = {"admin", "member", "reader"};
    for (size_t i = 0; resources[i] != NULL; i++) {
        for (size_t role = 0; role < 3; role++) {
            const char *plural = table_path(&resources[i]->table);
            expect_policy(roles[role], plural, ATTR_POST);
            expect_policy(roles[role], plural, ATTR_PUT);
        }
    }
}

Test(policy, the_default_may_be_given_in_post_but_not_in_put)
{
    by_hand_init(&hand, "ports", "member");
    const struct table *table = &hand.call.resource->table;
    struct port port = {.binding_host_id = "", .binding_profile = {"{}"}};
    record_set(&port.rec, PORT_BINDING_HOST_ID);
    record_set(&port.rec, PORT_BINDING_PROFILE);
    cr_expect_null(policy_check(&hand.call, table, &port.rec, ATTR_POST));
    cr_expect_not_null(policy_check(&hand.call, table, &port.rec, ATTR_PUT));
}

Test(policy, null_is_no_default)
{
    by_hand_init(&hand, "networks", "member");
    const struct table *table = &hand.call.resource->table;
    struct network network = {.shared = false};
    record_set_null(&network.rec, NETWORK_PROVIDER_NETWORK_TYPE);
    cr_expect_not_null(
        policy_check(&hand.call, table, &network.rec, ATTR_POST));
}

Test(policy, what_is_absent_is_not_given)
{
    by_hand_init(&hand, "networks", "member");
    const struct network network = {.shared = true};
    cr_expect_null(policy_check(&hand.call, &hand.call.resource->table,
                                &network.rec, ATTR_PUT));
}
