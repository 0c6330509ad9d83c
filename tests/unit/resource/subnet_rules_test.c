/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of resource/subnet_rules.c: what the server decides about a subnet,
 * and what it refuses.
 *
 * A case is a short spec: "cidr=10.0.0.0/24 gateway=10.0.0.1 pools=a-b,c-d".
 * What is not in it was not given; "none" is null, or the empty list.
 */
#include "core/arena.h"
#include "resource/subnet.h"
#include "unit/net/texts.h"

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

TestSuite(subnet_rules, .init = begin, .fini = end);

static struct text_list
words_of(const char *text)
{
    struct text_list list = {ARENA_ARRAY(&arena, const char *, 32), 0};
    while (*text != '\0' && strcmp(text, "none") != 0) {
        size_t len = strcspn(text, ",");
        list.items[list.n++] = arena_strndup(&arena, text, len);
        text += len + (text[len] == ',' ? 1 : 0);
    }
    return list;
}

static void
set_pools(struct subnet *subnet, const char *text)
{
    struct text_list words = words_of(text);
    subnet->allocation_pools.items = ARENA_ARRAY(&arena, struct ip_range,
                                                 words.n);
    subnet->allocation_pools.n = words.n;
    for (size_t i = 0; i < words.n; i++) {
        subnet->allocation_pools.items[i] = range_of(words.items[i]);
    }
    record_set(&subnet->rec, SUBNET_ALLOCATION_POOLS);
}

static void
set_gateway(struct subnet *subnet, const char *text)
{
    if (strcmp(text, "none") == 0) {
        record_set_null(&subnet->rec, SUBNET_GATEWAY_IP);
        return;
    }
    subnet->gateway_ip = addr_of(text);
    record_set(&subnet->rec, SUBNET_GATEWAY_IP);
}

static void
set_route(struct subnet *subnet, const char *text)
{
    struct host_route *route = ARENA_NEW(&arena, struct host_route);
    size_t len = strcspn(text, ">");
    route->destination = prefix_of(arena_strndup(&arena, text, len));
    route->nexthop = addr_of(text + len + 1);
    subnet->host_routes = (struct host_route_list){route, 1};
}

static void
set_mode(struct subnet *subnet, const char **member, size_t index,
         const char *text)
{
    *member = text;
    record_set(&subnet->rec, index);
}

static void
set_one(struct subnet *subnet, const char *key, const char *value)
{
    if (strcmp(key, "cidr") == 0) {
        subnet->cidr = prefix_of(value);
        record_set(&subnet->rec, SUBNET_CIDR);
        subnet->ip_version = subnet->cidr.addr.version;
    } else if (strcmp(key, "version") == 0) {
        subnet->ip_version = value[0] - '0';
    } else if (strcmp(key, "gateway") == 0) {
        set_gateway(subnet, value);
    } else if (strcmp(key, "pools") == 0) {
        set_pools(subnet, value);
    } else if (strcmp(key, "route") == 0) {
        set_route(subnet, value);
    } else if (strcmp(key, "dns") == 0) {
        subnet->dns_nameservers = words_of(value);
    } else if (strcmp(key, "dhcp") == 0) {
        subnet->enable_dhcp = strcmp(value, "off") != 0;
    } else if (strcmp(key, "ra") == 0) {
        set_mode(subnet, &subnet->ipv6_ra_mode, SUBNET_IPV6_RA_MODE, value);
    } else if (strcmp(key, "mode") == 0) {
        set_mode(subnet, &subnet->ipv6_address_mode, SUBNET_IPV6_ADDRESS_MODE,
                 value);
    } else {
        cr_assert_fail("no such key: %s", key);
    }
}

static struct subnet
subnet_of(const char *spec)
{
    struct subnet subnet = {.ip_version = 4, .enable_dhcp = true};
    while (*spec != '\0') {
        size_t key = strcspn(spec, "=");
        size_t value = strcspn(spec + key + 1, " ");
        set_one(&subnet, arena_strndup(&arena, spec, key),
                arena_strndup(&arena, spec + key + 1, value));
        spec += key + 1 + value;
        spec += strspn(spec, " ");
    }
    return subnet;
}

static const char *
gateway_of(const struct subnet *subnet)
{
    char *text = arena_alloc(&arena, IP_TEXT_SIZE);
    cr_assert(record_is_given(&subnet->rec, SUBNET_GATEWAY_IP));
    if (record_is_null(&subnet->rec, SUBNET_GATEWAY_IP)) {
        return "none";
    }
    ip_format(&subnet->gateway_ip, text);
    return text;
}

struct decision {
    const char *spec;
    const char *gateway;
    const char *pools;
};

static void
expect_decisions(const struct decision *cases, size_t n, bool last_gateway)
{
    for (size_t i = 0; i < n; i++) {
        struct subnet subnet = subnet_of(cases[i].spec);
        struct err *err = subnet_decide(&arena, &subnet, last_gateway);
        cr_assert_null(err, "%s: %s", cases[i].spec,
                       err == NULL ? "" : err->message);
        cr_expect_str_eq(gateway_of(&subnet), cases[i].gateway);
        expect_ranges(subnet.allocation_pools.items,
                      subnet.allocation_pools.n, cases[i].pools);
        cr_expect(record_has(&subnet.rec, SUBNET_ALLOCATION_POOLS));
    }
}

Test(subnet_rules, gateway_is_the_first_host)
{
    static const struct decision cases[] = {
        {"cidr=10.0.0.0/24", "10.0.0.1", "10.0.0.2-10.0.0.254"},
        {"cidr=10.0.0.0/8", "10.0.0.1", "10.0.0.2-10.255.255.254"},
        {"cidr=10.0.0.0/30", "10.0.0.1", "10.0.0.2-10.0.0.2"},
        {"cidr=10.0.0.0/31", "10.0.0.0", "10.0.0.1-10.0.0.1"},
        {"cidr=255.255.255.252/30 dhcp=off", "255.255.255.253",
         "255.255.255.254-255.255.255.254"},
    };
    expect_decisions(cases, N(cases), false);
}

Test(subnet_rules, gateway_is_the_last_host_where_the_sdn_says_so)
{
    static const struct decision cases[] = {
        {"cidr=10.0.0.0/24", "10.0.0.254", "10.0.0.1-10.0.0.253"},
        {"cidr=10.0.0.0/30", "10.0.0.2", "10.0.0.1-10.0.0.1"},
        {"cidr=10.0.0.0/31", "10.0.0.1", "10.0.0.0-10.0.0.0"},
        {"cidr=2001:db8::/64",
         "2001:db8::", "2001:db8::1-2001:db8::ffff:ffff:ffff:ffff"},
    };
    expect_decisions(cases, N(cases), true);
}

/* RFC 4291 2.6.1: routers answer to the anycast address. */
Test(subnet_rules, gateway_of_ipv6_is_the_anycast_address)
{
    static const struct decision cases[] = {
        {"cidr=2001:db8::/64",
         "2001:db8::", "2001:db8::1-2001:db8::ffff:ffff:ffff:ffff"},
        {"cidr=2001:db8::/126", "2001:db8::", "2001:db8::1-2001:db8::3"},
        {"cidr=2001:db8::/127", "2001:db8::", "2001:db8::1-2001:db8::1"},
    };
    expect_decisions(cases, N(cases), false);
}

Test(subnet_rules, a_single_address_has_no_gateway)
{
    static const struct decision cases[] = {
        {"cidr=10.0.0.7/32", "none", "10.0.0.7-10.0.0.7"},
        {"cidr=2001:db8::7/128", "none", "2001:db8::7-2001:db8::7"},
    };
    expect_decisions(cases, N(cases), false);
}

Test(subnet_rules, pools_are_the_hosts_without_the_gateway)
{
    static const struct decision cases[] = {
        {"cidr=10.0.0.0/29 gateway=10.0.0.1", "10.0.0.1",
         "10.0.0.2-10.0.0.6"},
        {"cidr=10.0.0.0/29 gateway=10.0.0.6", "10.0.0.6",
         "10.0.0.1-10.0.0.5"},
        {"cidr=10.0.0.0/29 gateway=10.0.0.3", "10.0.0.3",
         "10.0.0.1-10.0.0.2,10.0.0.4-10.0.0.6"},
        {"cidr=10.0.0.0/29 gateway=none", "none", "10.0.0.1-10.0.0.6"},
        {"cidr=10.0.0.0/31 gateway=none", "none", "10.0.0.0-10.0.0.1"},
        {"cidr=10.0.0.7/32 gateway=10.0.0.7", "10.0.0.7", ""},
        {"cidr=2001:db8::/126 gateway=2001:db8::2", "2001:db8::2",
         "2001:db8::1-2001:db8::1,2001:db8::3-2001:db8::3"},
        {"cidr=2001:db8::/126 gateway=fe80::1", "fe80::1",
         "2001:db8::1-2001:db8::3"},
        {"cidr=2001:db8::/127 gateway=none", "none",
         "2001:db8::-2001:db8::1"},
    };
    expect_decisions(cases, N(cases), false);
}

Test(subnet_rules, given_pools_are_put_in_order)
{
    static const struct decision cases[] = {
        {"cidr=10.0.0.0/24 pools=10.0.0.9-10.0.0.12,10.0.0.2-10.0.0.4",
         "10.0.0.1", "10.0.0.2-10.0.0.4,10.0.0.9-10.0.0.12"},
        {"cidr=10.0.0.0/24 pools=none", "10.0.0.1", ""},
        {"cidr=10.0.0.0/24 gateway=none pools=10.0.0.1-10.0.0.254", "none",
         "10.0.0.1-10.0.0.254"},
    };
    expect_decisions(cases, N(cases), false);
}

struct refusal {
    const char *spec;
    enum err_kind kind;
    const char *part; /* Of the message. */
};

static void
expect_refusals(const struct refusal *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct subnet subnet = subnet_of(cases[i].spec);
        struct err *err = subnet_decide(&arena, &subnet, false);
        cr_assert_not_null(err, "%s", cases[i].spec);
        cr_expect_eq(err->kind, cases[i].kind, "%s: %s", cases[i].spec,
                     err_type(err->kind));
        cr_expect_not_null(strstr(err->message, cases[i].part), "%s: %s",
                           cases[i].spec, err->message);
    }
}

Test(subnet_rules, cidr_must_fit)
{
    static const struct refusal cases[] = {
        {"version=4", ERR_BAD_QUERY, "cidr must be specified"},
        {"cidr=10.0.0.0/24 version=6", ERR_INVALID_INPUT, "\"cidr\""},
        {"cidr=2001:db8::/64 version=4", ERR_INVALID_INPUT, "\"cidr\""},
        {"cidr=0.0.0.0/0 dhcp=off", ERR_INVALID_INPUT, "\"cidr\""},
        {"cidr=::/0 dhcp=off", ERR_INVALID_INPUT, "\"cidr\""},
        {"cidr=0.0.0.0/8", ERR_INVALID_INPUT, "0.0.0.0"},
        {"cidr=224.0.0.0/24", ERR_INVALID_INPUT, "multicast"},
        {"cidr=ff00::/64", ERR_INVALID_INPUT, "multicast"},
        {"cidr=127.0.0.0/8", ERR_INVALID_INPUT, "loopback"},
        {"cidr=::1/128", ERR_INVALID_INPUT, "loopback"},
    };
    expect_refusals(cases, N(cases));
}

Test(subnet_rules, without_dhcp_odd_ranges_are_taken)
{
    static const char *const specs[] = {
        "cidr=0.0.0.0/8 dhcp=off",   "cidr=224.0.0.0/24 dhcp=off",
        "cidr=127.0.0.0/8 dhcp=off", "cidr=::1/128 dhcp=off",
        "cidr=128.0.0.0/1 dhcp=off", "cidr=8000::/1 dhcp=off"};
    for (size_t i = 0; i < N(specs); i++) {
        struct subnet subnet = subnet_of(specs[i]);
        cr_expect_null(subnet_decide(&arena, &subnet, false), "%s", specs[i]);
    }
}

Test(subnet_rules, gateway_must_be_a_host_of_the_cidr)
{
    static const struct refusal cases[] = {
        {"cidr=10.0.0.0/24 gateway=10.0.0.0", ERR_INVALID_INPUT,
         "\"gateway_ip\""},
        {"cidr=10.0.0.0/24 gateway=10.0.0.255", ERR_INVALID_INPUT,
         "\"gateway_ip\""},
        {"cidr=10.0.0.0/24 gateway=10.0.1.1", ERR_INVALID_INPUT,
         "\"gateway_ip\""},
        {"cidr=10.0.0.0/24 gateway=9.255.255.255", ERR_INVALID_INPUT,
         "\"gateway_ip\""},
        {"cidr=10.0.0.0/24 gateway=fe80::1", ERR_INVALID_INPUT,
         "\"gateway_ip\""},
        {"cidr=2001:db8::/64 gateway=10.0.0.1", ERR_INVALID_INPUT,
         "\"gateway_ip\""},
        {"cidr=2001:db8::/64 gateway=2001:db8:0:1::", ERR_INVALID_INPUT,
         "\"gateway_ip\""},
    };
    expect_refusals(cases, N(cases));
}

Test(subnet_rules, gateway_may_be_the_first_or_last_of_what_is_left)
{
    static const char *const specs[] = {
        "cidr=10.0.0.0/31 gateway=10.0.0.0",
        "cidr=10.0.0.0/31 gateway=10.0.0.1",
        "cidr=10.0.0.0/32 gateway=10.0.0.0",
        "cidr=10.0.0.0/24 gateway=10.0.0.254",
        "cidr=2001:db8::/64 gateway=2001:db8::",
        "cidr=2001:db8::/64 gateway=2001:db8::ffff:ffff:ffff:ffff",
        "cidr=2001:db8::/64 gateway=fe80::",
        "cidr=2001:db8::/128 gateway=febf::1"};
    for (size_t i = 0; i < N(specs); i++) {
        struct subnet subnet = subnet_of(specs[i]);
        cr_expect_null(subnet_decide(&arena, &subnet, false), "%s", specs[i]);
    }
}

Test(subnet_rules, pools_must_be_hosts_of_the_cidr)
{
    static const struct refusal cases[] = {
        {"cidr=10.0.0.0/24 pools=10.0.0.9-10.0.0.8", ERR_INVALID_POOL,
         "10.0.0.9-10.0.0.8"},
        {"cidr=10.0.0.0/24 pools=::2-::9", ERR_INVALID_POOL, "ip_version"},
        {"cidr=10.0.0.0/24 pools=10.0.0.2-::9", ERR_INVALID_POOL,
         "ip_version"},
        {"cidr=2001:db8::/64 pools=10.0.0.2-10.0.0.9", ERR_INVALID_POOL,
         "ip_version"},
        {"cidr=10.0.0.0/24 pools=10.0.0.0-10.0.0.9", ERR_OUT_OF_BOUNDS_POOL,
         "spans beyond"},
        {"cidr=10.0.0.0/24 pools=10.0.0.2-10.0.0.255", ERR_OUT_OF_BOUNDS_POOL,
         "spans beyond"},
        {"cidr=10.0.0.0/24 pools=10.0.0.2-10.0.1.9", ERR_OUT_OF_BOUNDS_POOL,
         "spans beyond"},
        {"cidr=10.0.0.0/24 pools=10.0.1.2-10.0.1.9", ERR_OUT_OF_BOUNDS_POOL,
         "spans beyond"},
        {"cidr=2001:db8::/64 pools=2001:db8::-2001:db8::9",
         ERR_OUT_OF_BOUNDS_POOL, "spans beyond"},
    };
    expect_refusals(cases, N(cases));
}

Test(subnet_rules, pools_may_not_overlap_each_other_or_the_gateway)
{
    static const struct refusal cases[] = {
        {"cidr=10.0.0.0/24 pools=10.0.0.2-10.0.0.5,10.0.0.5-10.0.0.9",
         ERR_POOL_OVERLAP, "overlaps"},
        {"cidr=10.0.0.0/24 pools=10.0.0.5-10.0.0.9,10.0.0.2-10.0.0.7",
         ERR_POOL_OVERLAP, "overlaps"},
        {"cidr=10.0.0.0/24 pools=10.0.0.2-10.0.0.9,10.0.0.2-10.0.0.9",
         ERR_POOL_OVERLAP, "overlaps"},
        {"cidr=10.0.0.0/24 pools=10.0.0.1-10.0.0.9", ERR_GATEWAY_IN_POOL,
         "10.0.0.1-10.0.0.9"},
        {"cidr=10.0.0.0/24 gateway=10.0.0.9 pools=10.0.0.1-10.0.0.9",
         ERR_GATEWAY_IN_POOL, "gateway"},
        {"cidr=2001:db8::/64 gateway=2001:db8::5 "
         "pools=2001:db8::1-2001:db8::4,2001:db8::5-2001:db8::9",
         ERR_GATEWAY_IN_POOL, "2001:db8::5-2001:db8::9"},
    };
    expect_refusals(cases, N(cases));
}

Test(subnet_rules, neighbouring_pools_do_not_overlap)
{
    struct subnet subnet = subnet_of(
        "cidr=10.0.0.0/24 pools=10.0.0.5-10.0.0.9,10.0.0.2-10.0.0.4");
    cr_expect_null(subnet_decide(&arena, &subnet, false));
}

Test(subnet_rules, routes_and_name_servers_have_the_version_of_the_subnet)
{
    static const struct refusal cases[] = {
        {"cidr=10.0.0.0/24 route=2001:db8::/32>10.0.0.1", ERR_INVALID_INPUT,
         "\"host_routes\""},
        {"cidr=10.0.0.0/24 route=10.1.0.0/16>fe80::1", ERR_INVALID_INPUT,
         "\"host_routes\""},
        {"cidr=2001:db8::/64 route=::/0>10.0.0.1", ERR_INVALID_INPUT,
         "\"host_routes\""},
        {"cidr=10.0.0.0/24 dns=10.0.0.2,::1", ERR_INVALID_INPUT,
         "\"dns_nameservers\""},
        {"cidr=2001:db8::/64 dns=10.0.0.2", ERR_INVALID_INPUT,
         "\"dns_nameservers\""},
    };
    expect_refusals(cases, N(cases));
    struct subnet subnet = subnet_of(
        "cidr=10.0.0.0/24 route=0.0.0.0/0>192.0.2.1 dns=192.0.2.53,8.8.8.8");
    cr_expect_null(subnet_decide(&arena, &subnet, false));
}

/* ipv6_ra_mode, ipv6_address_mode ("" is not given), and the prefix. */
Test(subnet_rules, modes_of_ipv6_go_together)
{
    static const char *const modes[] = {"", "slaac", "dhcpv6-stateful",
                                        "dhcpv6-stateless"};
    for (size_t ra = 0; ra < N(modes); ra++) {
        for (size_t mode = 0; mode < N(modes); mode++) {
            const char *spec = arena_printf(
                &arena, "cidr=2001:db8::/64%s%s%s%s",
                ra == 0 ? "" : " ra=", modes[ra],
                mode == 0 ? "" : " mode=", modes[mode]);
            struct subnet subnet = subnet_of(spec);
            bool fits = ra == 0 || mode == 0 || ra == mode;
            struct err *err = subnet_decide(&arena, &subnet, false);
            cr_expect_eq(err == NULL, fits, "%s", spec);
            cr_expect(err == NULL || err->kind == ERR_INVALID_INPUT);
        }
    }
}

Test(subnet_rules, modes_are_for_ipv6_with_dhcp_and_slaac_for_64_bits)
{
    static const struct refusal cases[] = {
        {"cidr=10.0.0.0/24 ra=slaac", ERR_INVALID_INPUT, "\"ipv6_ra_mode\""},
        {"cidr=10.0.0.0/24 mode=dhcpv6-stateful", ERR_INVALID_INPUT,
         "\"ipv6_address_mode\""},
        {"cidr=2001:db8::/64 dhcp=off ra=slaac", ERR_INVALID_INPUT,
         "\"ipv6_ra_mode\""},
        {"cidr=2001:db8::/64 dhcp=off mode=slaac", ERR_INVALID_INPUT,
         "\"ipv6_address_mode\""},
        {"cidr=2001:db8::/63 mode=slaac", ERR_INVALID_INPUT, "64"},
        {"cidr=2001:db8::/65 mode=dhcpv6-stateless", ERR_INVALID_INPUT, "64"},
        {"cidr=2001:db8::/65 ra=slaac", ERR_INVALID_INPUT, "64"},
        {"cidr=2001:db8::/128 ra=dhcpv6-stateless", ERR_INVALID_INPUT, "64"},
    };
    expect_refusals(cases, N(cases));
    struct subnet subnet = subnet_of("cidr=2001:db8::/80 "
                                     "ra=dhcpv6-stateful "
                                     "mode=dhcpv6-stateful");
    cr_expect_null(subnet_decide(&arena, &subnet, false));
}

Test(subnet_rules, eui64_follows_from_the_address_mode_alone)
{
    static const struct {
        const char *spec;
        bool eui64;
    } cases[] = {
        {"cidr=2001:db8::/64", false},
        {"cidr=2001:db8::/64 ra=slaac", false},
        {"cidr=2001:db8::/64 mode=slaac", true},
        {"cidr=2001:db8::/64 mode=dhcpv6-stateless", true},
        {"cidr=2001:db8::/64 mode=dhcpv6-stateful", false},
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct subnet subnet = subnet_of(cases[i].spec);
        cr_expect_eq(subnet_is_eui64(&subnet), cases[i].eui64, "%s",
                     cases[i].spec);
    }
}

/* The rule that refuses 'list', or "none". */
static const char *
rule_of_list(attr_check_fn *check, const void *list, const char *name,
             enum err_kind *ret_kind)
{
    const struct attr attr = {.name = name};
    struct err *err = check(&arena, &attr, list);
    *ret_kind = err == NULL ? ERR_N_KINDS : err->kind;
    cr_expect(err == NULL || strcmp(err->attr, name) == 0);
    return err == NULL ? "none" : err->rule;
}

Test(subnet_rules, name_servers_are_few_different_addresses)
{
    static const struct {
        const char *words, *rule;
        enum err_kind kind;
    } cases[] = {
        {"none", "none", ERR_N_KINDS},
        {"10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4,::1", "none", ERR_N_KINDS},
        {"10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4,::1,::2", "max_items",
         ERR_DNS_EXHAUSTED},
        {"10.0.0.1,ns.example", "ip", ERR_BAD_REQUEST},
        {"10.0.0.1/32", "ip", ERR_BAD_REQUEST},
        {"10.0.0.1,10.0.0.2,10.0.0.1", "duplicate", ERR_BAD_REQUEST},
        {"2001:db8::1,2001:DB8:0::1", "duplicate", ERR_BAD_REQUEST},
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct text_list list = words_of(cases[i].words);
        enum err_kind kind;
        cr_expect_str_eq(rule_of_list(subnet_check_nameservers, &list,
                                      "dns_nameservers", &kind),
                         cases[i].rule);
        cr_expect_eq(kind, cases[i].kind, "%s", cases[i].words);
    }
}

Test(subnet_rules, service_types_begin_with_their_kind)
{
    static const struct {
        const char *words, *rule;
        enum err_kind kind;
    } cases[] = {
        {"none", "none", ERR_N_KINDS},
        {"network:dhcp,compute:nova,baremetal:none,trunk:subport", "none",
         ERR_N_KINDS},
        {"network:", "none", ERR_N_KINDS},
        {"network", "service_type", ERR_SERVICE_TYPE},
        {"Network:dhcp", "service_type", ERR_SERVICE_TYPE},
        {"network:dhcp,foo", "service_type", ERR_SERVICE_TYPE},
        {"network:dhcp,network:dhcp", "duplicate", ERR_BAD_REQUEST},
    };
    for (size_t i = 0; i < N(cases); i++) {
        struct text_list list = words_of(cases[i].words);
        enum err_kind kind;
        cr_expect_str_eq(rule_of_list(subnet_check_service_types, &list,
                                      "service_types", &kind),
                         cases[i].rule);
        cr_expect_eq(kind, cases[i].kind, "%s", cases[i].words);
    }
}

Test(subnet_rules, routes_are_at_most_twenty)
{
    struct host_route_list list = {NULL, 20};
    enum err_kind kind;
    cr_expect_str_eq(
        rule_of_list(subnet_check_routes, &list, "host_routes", &kind),
        "none");
    list.n = 21;
    cr_expect_str_eq(
        rule_of_list(subnet_check_routes, &list, "host_routes", &kind),
        "max_items");
    cr_expect_eq(kind, ERR_ROUTES_EXHAUSTED);
}
