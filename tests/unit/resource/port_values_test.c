/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of resource/port_values.c and of the questions in resource/port.h:
 * what follows from other attributes of a port, and what they may be.
 */
#include "core/arena.h"
#include "core/settings.h"
#include "resource/absent.h"
#include "resource/port.h"
#include "resource/port_internal.h"
#include "unit/net/texts.h"
#include "unit/schema/values.h"

static struct arena arena;
static const struct settings settings = {.dns_domain = "cloud.example.",
                                         .mac_base = "fa:16:3e:00:00:00"};

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

TestSuite(port_values, .init = begin, .fini = end);

static struct mac_addr
mac_of(const char *text)
{
    struct mac_addr mac;
    cr_assert(mac_parse(text, &mac), "%s", text);
    return mac;
}

/* A port called 'name' with the addresses "a,b". */
static struct port
port_of(const char *name, const char *ips)
{
    struct port port = {.dns_name = name,
                        .port_security_enabled = true,
                        .mac_address = mac_of("fa:16:3e:00:00:01")};
    port.fixed_ips.items = ARENA_ARRAY(&arena, struct fixed_ip, 8);
    while (*ips != '\0') {
        size_t len = strcspn(ips, ",");
        port.fixed_ips.items[port.fixed_ips.n++].ip_address = addr_of(
            arena_strndup(&arena, ips, len));
        ips += len + (ips[len] == ',' ? 1 : 0);
    }
    return port;
}

Test(port_values, each_address_has_its_names)
{
    static const struct {
        const char *name, *ips, *assignment;
    } cases[] = {
        {"", "", "[]"},
        {"web", "", "[]"},
        {"", "10.0.0.5",
         "[{'hostname':'host-10-0-0-5','ip_address':'10.0.0.5',"
         "'fqdn':'host-10-0-0-5.cloud.example.'}]"},
        {"", "2001:db8::5",
         "[{'hostname':'host-2001-db8--5','ip_address':'2001:db8::5',"
         "'fqdn':'host-2001-db8--5.cloud.example.'}]"},
        {"web", "10.0.0.5,2001:db8::5",
         "[{'hostname':'web','ip_address':'10.0.0.5',"
         "'fqdn':'web.cloud.example.'},"
         "{'hostname':'web','ip_address':'2001:db8::5',"
         "'fqdn':'web.cloud.example.'}]"},
        {"web.other.", "10.0.0.5",
         "[{'hostname':'web.other.','ip_address':'10.0.0.5',"
         "'fqdn':'web.other.'}]"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct port port = port_of(cases[i].name, cases[i].ips);
        port_derive(&arena, &settings, &port);
        json_t *got = json_of(&arena, port.dns_assignment.text);
        cr_expect(json_equal(got, json_of(&arena, cases[i].assignment)), "%s",
                  port.dns_assignment.text);
        cr_expect(record_has(&port.rec, PORT_DNS_ASSIGNMENT));
    }
}

Test(port_values, a_pair_without_a_mac_has_that_of_the_port)
{
    struct port port = port_of("", "");
    struct address_pair pairs[] = {
        {.ip_address = prefix_of("10.0.0.9")},
        {.ip_address = prefix_of("10.0.0.9"),
         .has_mac = true,
         .mac_address = mac_of("fa:16:3e:00:00:02")},
    };
    port.allowed_address_pairs = (struct address_pair_list){pairs, 2};
    port_derive(&arena, &settings, &port);
    const struct address_pair *got = port.allowed_address_pairs.items;
    cr_expect(mac_equal(&got[0].mac_address, &port.mac_address));
    cr_expect(got[0].has_mac);
    cr_expect_eq(got[1].mac_address.bytes[5], 2);
    cr_expect_not(pairs[0].has_mac, "the request's own list is kept");
}

Test(port_values, pairs_need_port_security)
{
    struct port port = port_of("", "");
    cr_expect_null(port_check(&arena, &port));
    port.port_security_enabled = false;
    cr_expect_null(port_check(&arena, &port));
    port.allowed_address_pairs.n = 1;
    struct err *err = port_check(&arena, &port);
    cr_assert_not_null(err);
    cr_expect_eq(err->kind, ERR_PAIRS_NEED_SECURITY);
    port.port_security_enabled = true;
    cr_expect_null(port_check(&arena, &port));
}

Test(port_values, mac_is_that_of_an_interface)
{
    static const struct {
        const char *mac;
        bool ok;
    } cases[] = {
        {"fa:16:3e:00:00:01", true},  {"00:00:00:00:00:01", true},
        {"00:00:00:00:00:00", false}, {"ff:ff:ff:ff:ff:ff", false},
        {"ff:ff:ff:ff:ff:fe", true},
    };
    const struct attr attr = {.name = "mac_address", .type = TYPE_MAC};
    for (size_t i = 0; i < N(cases); i++) {
        struct mac_addr mac = mac_of(cases[i].mac);
        struct err *err = port_check_mac(&arena, &attr, &mac);
        cr_expect_eq(err == NULL, cases[i].ok, "%s", cases[i].mac);
        cr_expect(err == NULL || strcmp(err->rule, "mac") == 0);
    }
}

Test(port_values, pairs_are_at_most_ten)
{
    const struct attr attr = {.name = "allowed_address_pairs"};
    struct address_pair_list pairs = {NULL, 10};
    cr_expect_null(port_check_pairs(&arena, &attr, &pairs));
    pairs.n = 11;
    struct err *err = port_check_pairs(&arena, &attr, &pairs);
    cr_assert_not_null(err);
    cr_expect_eq(err->kind, ERR_PAIRS_EXHAUSTED);
}

Test(port_values, profile_has_at_most_4095_bytes)
{
    const struct attr attr = {.name = "binding:profile"};
    struct json_text profile = {repeated(&arena, "x", 4095)};
    cr_expect_null(port_check_profile(&arena, &attr, &profile));
    profile.text = repeated(&arena, "x", 4096);
    struct err *err = port_check_profile(&arena, &attr, &profile);
    cr_assert_not_null(err);
    cr_expect_str_eq(err->rule, "max_length");
}

Test(port_values, what_is_not_offered_is_not_found)
{
    const struct attr attr = {.name = "x"};
    struct uuid id = {{1}};
    struct uuid_list groups = {&id, 0};
    cr_expect_null(absent_check_security_groups(&arena, &attr, &groups));
    groups.n = 1;
    cr_expect_eq(absent_check_security_groups(&arena, &attr, &groups)->kind,
                 ERR_GROUP_NOT_FOUND);
    cr_expect_eq(absent_check_qos_policy(&arena, &attr, &id)->kind,
                 ERR_QOS_NOT_FOUND);
}

Test(port_values, drawn_macs_begin_like_the_base_and_differ)
{
    static const struct {
        const char *base;
        size_t fixed;
    } cases[] = {{"fa:16:3e:00:00:00", 3}, {"fa:16:3e:4f:00:00", 4}};
    for (size_t i = 0; i < N(cases); i++) {
        struct settings own = {.mac_base = cases[i].base};
        struct mac_addr base = mac_of(cases[i].base);
        bool differ = false;
        struct mac_addr first = port_draw_mac(&own);
        for (int draw = 0; draw < 8; draw++) {
            struct mac_addr mac = port_draw_mac(&own);
            cr_expect_eq(memcmp(mac.bytes, base.bytes, cases[i].fixed), 0);
            cr_expect_not(mac_is_multicast(&mac));
            differ = differ || !mac_equal(&mac, &first);
        }
        cr_expect(differ);
    }
}

Test(port_values, macs_follow_each_other_round_the_base)
{
    static const struct {
        const char *base, *mac, *behind;
    } cases[] = {
        {"fa:16:3e:00:00:00", "fa:16:3e:ff:ff:fe", "fa:16:3e:ff:ff:ff"},
        {"fa:16:3e:00:00:00", "fa:16:3e:00:ff:ff", "fa:16:3e:01:00:00"},
        {"fa:16:3e:00:00:00", "fa:16:3e:ff:ff:ff", "fa:16:3e:00:00:00"},
        {"fa:16:3e:4f:00:00", "fa:16:3e:4f:ff:ff", "fa:16:3e:4f:00:00"},
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct settings own = {.mac_base = cases[i].base};
        struct mac_addr mac = mac_of(cases[i].mac);
        struct mac_addr wanted = mac_of(cases[i].behind);
        struct mac_addr behind = port_mac_behind(&own, &mac);
        cr_expect(mac_equal(&behind, &wanted), "%s", cases[i].mac);
    }
}

Test(port_values, device_owner_tells_what_kind_of_port_it_is)
{
    static const struct {
        const char *owner;
        bool automatic, platform, router;
    } cases[] = {
        {"", false, false, false},
        {"compute:nova", false, false, false},
        {"network", false, false, false},
        {"network:dhcp", true, true, false},
        {"network:dhcp2", false, true, false},
        {"network:shadow_port", true, true, false},
        {"network:router_interface", false, true, true},
        {"network:router_gateway", false, true, true},
        {"network:router_centralized_snat", true, true, true},
        {"network:floatingip", false, true, false},
        {"Network:dhcp", false, false, false},
    };
    for (size_t i = 0; i < N(cases); i++) {
        const char *owner = cases[i].owner;
        cr_expect_eq(port_is_automatic(owner), cases[i].automatic, "%s",
                     owner);
        cr_expect_eq(port_is_platform(owner), cases[i].platform, "%s", owner);
        cr_expect_eq(port_is_router(owner), cases[i].router, "%s", owner);
        cr_expect_eq(port_is_shadow(owner),
                     strcmp(owner, "network:shadow_port") == 0, "%s", owner);
    }
}
