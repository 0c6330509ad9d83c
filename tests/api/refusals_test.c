/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refusals say who is in the way.  Each function of the first part is refused
 * with one kind of 409; the last test looks for a kind without one.
 */
#include "core/err.h"
#include "support/race.h"
#include "support/things.h"

#define BLOCKER(member) "NeutronError.blockers.0." member
#define TOTAL "NeutronError.blockers_total"

/* The reason of the first blocker contains 'words'. */
#define expect_reason(reply, words)                                        \
    cr_assert_not_null(strstr(text_at((reply), BLOCKER("reason")),         \
                              (words)),                                    \
                       "\"%s\" is not in %s", (words), describe(reply))

/* A port in a network with one subnet. */
struct plug {
    struct site site;
    const char *port_id;
};

static struct plug
make_plug(const char *attributes)
{
    struct plug plug = {.site = make_site("10.0.0.0/24")};
    plug.port_id = make("port", "'network_id': '%s', 'name': 'web'%s%s",
                        plug.site.network_id,
                        attributes[0] == '\0' ? "" : ", ", attributes);
    return plug;
}

#define AT(ip) "'fixed_ips': [{'ip_address': '" ip "'}]"
#define MAC "'mac_address': 'fa:16:3e:00:00:99'"
#define ROUTER "'device_owner': 'network:router_interface', 'device_id': 'r1'"

/* --- refused, kind by kind */

static struct reply
network_in_use(void)
{
    struct plug plug = make_plug("'device_id': 'vm1'");
    struct reply r = erase("network", plug.site.network_id);
    expect_at(&r, BLOCKER("id"), plug.port_id);
    return r;
}

static struct reply
subnet_in_use(void)
{
    struct plug plug = make_plug(AT("10.0.0.77"));
    return erase("subnet", plug.site.subnet_id);
}

static struct reply
service_port_in_use(void)
{
    struct plug plug = make_plug(ROUTER);
    as_roles("member");
    return erase("port", plug.port_id);
}

static struct reply
invalid_shared(void)
{
    const char *owner = session()->project;
    const char *network = make("network", "'shared': true");
    as(unique("guest-"), "member");
    make_port(network);
    as(owner, NULL);
    return update("network", network, "'shared': false");
}

/* A policy for a guest in whose network it has a port. */
static struct reply
rbac_in_use(void)
{
    const char *owner = session()->project;
    const char *guest = unique("guest-");
    const char *network = make_network();
    const char *id = share(network, guest);
    as(guest, "member");
    make_port(network);
    as(owner, NULL);
    return erase("rbac_policy", id);
}

static struct reply
rbac_duplicate(void)
{
    const char *network = make_network();
    share(network, "guest");
    return create_policy(network, "access_as_shared", "guest");
}

static struct reply
no_matching_subnet(void)
{
    const char *network = make_network();
    make("subnet", "'network_id': '%s', 'ip_version': 4, 'name': 'vms', "
         "'cidr': '10.0.0.0/24', 'service_types': ['compute:nova', "
         "'compute:foo']", network);
    return create_in(network, "'device_owner': 'baremetal:x'");
}

static struct reply
full(void)
{
    struct site site = make_site("10.0.0.0/30");
    make_port(site.network_id);
    return create_in(site.network_id, "");
}

static struct reply
ip_in_use(void)
{
    struct plug plug = make_plug(AT("10.0.0.77"));
    return create_in(plug.site.network_id, AT("10.0.0.77"));
}

static struct reply
mac_in_use(void)
{
    struct plug plug = make_plug(MAC);
    return create_in(plug.site.network_id, MAC);
}

static struct reply
gateway_in_use(void)
{
    struct plug plug = make_plug(ROUTER ", " AT("10.0.0.1"));
    return update("subnet", plug.site.subnet_id,
                  "'gateway_ip': '10.0.0.254', 'allocation_pools': "
                  FROM_TO("10.0.0.2", "10.0.0.200"));
}

static struct reply
gateway_in_pool(void)
{
    return create_v4("'cidr': '10.0.0.0/24', 'gateway_ip': '10.0.0.9', "
                     "'allocation_pools': "
                     FROM_TO("10.0.0.2", "10.0.0.20"));
}

static struct reply
pool_overlap(void)
{
    return create_v4("'cidr': '10.0.0.0/24', 'allocation_pools': ["
                     "{'start': '10.0.0.2', 'end': '10.0.0.9'}, "
                     "{'start': '10.0.0.9', 'end': '10.0.0.20'}]");
}

static struct reply
pairs_need_security(void)
{
    return create_in(make_network(),
                     "'port_security_enabled': false, "
                     "'allowed_address_pairs': [{'ip_address': "
                     "'10.9.0.1'}]");
}

static struct reply
over_quota(void)
{
    struct site site = make_site("10.0.0.0/24");
    set_quota("port", 2);
    make_port(site.network_id);
    return api_body(POST, "/v2.0/ports",
                    "{'ports': [{'network_id': '%s'}, {'network_id': '%s'}"
                    "]}", site.network_id, site.network_id);
}

static struct reply
cidr_overlap(void)
{
    return create("cluster_network", "'cluster_id': 'c', "
                  "'pods_cidr': '10.1.0.0/16', "
                  "'services_cidr': '10.1.2.0/24'");
}

static struct reply
cluster_exists(void)
{
    make("cluster_network", "'cluster_id': 'c'");
    return create("cluster_network", "'cluster_id': 'c', 'name': 'x'");
}

static struct reply
cluster_in_use(void)
{
    const char *id = make_cluster(1);
    struct reply r = show("cluster_network", id);
    make_port(text_at(&r, "cluster_network.network_id"));
    return erase("cluster_network", id);
}

/* A pool with 10.0.0.0/16 in an address scope, whose id is 'ret_scope'. */
static const char *
make_scoped_pool(const char **ret_scope)
{
    *ret_scope = make("address_scope", "'name': 's', 'ip_version': 4");
    return make("subnetpool", "'name': 'p', 'prefixes': ['10.0.0.0/16'], "
                "'default_quota': 256, 'address_scope_id': '%s'", *ret_scope);
}

static struct reply
take_from(const char *pool, const char *attributes)
{
    return create("subnet", "'network_id': '%s', 'ip_version': 4, "
                  "'subnetpool_id': '%s', %s", make_network(), pool,
                  attributes);
}

static struct reply
scope_conflict(void)
{
    const char *scope;
    make_scoped_pool(&scope);
    return create("subnetpool", "'name': 'p', 'prefixes': ['10.0.0.0/8'], "
                  "'address_scope_id': '%s'", scope);
}

static struct reply
scope_in_use(void)
{
    const char *scope;
    make_scoped_pool(&scope);
    return erase("address_scope", scope);
}

static struct reply
pool_quota(void)
{
    const char *scope;
    return take_from(make_scoped_pool(&scope), "'prefixlen': 23");
}

static struct reply
subnet_allocation(void)
{
    const char *scope;
    return take_from(make_scoped_pool(&scope), "'cidr': '11.0.0.0/24'");
}

static const struct refusal {
    enum err_kind kind;
    struct reply (*refused)(void); /* NULL: no request meets it. */
} refusals[] = {
    {ERR_INVALID_SHARED, invalid_shared},
    {ERR_RBAC_IN_USE, rbac_in_use},
    {ERR_RBAC_DUPLICATE, rbac_duplicate},
    {ERR_CONFLICT, NULL}, /* Of "tenetd migrate". */
    {ERR_NETWORK_IN_USE, network_in_use},
    {ERR_SUBNET_IN_USE, subnet_in_use},
    {ERR_SERVICE_PORT_IN_USE, service_port_in_use},
    {ERR_NO_MATCHING_SUBNET, no_matching_subnet},
    {ERR_IP_GENERATION, full},
    {ERR_IP_IN_USE, ip_in_use},
    {ERR_MAC_IN_USE, mac_in_use},
    {ERR_GATEWAY_IN_USE, gateway_in_use},
    {ERR_GATEWAY_IN_POOL, gateway_in_pool},
    {ERR_POOL_OVERLAP, pool_overlap},
    {ERR_PAIRS_NEED_SECURITY, pairs_need_security},
    {ERR_SCOPE_CONFLICT, scope_conflict},
    {ERR_SCOPE_IN_USE, scope_in_use},
    {ERR_POOL_QUOTA, pool_quota},
    {ERR_SUBNET_ALLOCATION, subnet_allocation},
    {ERR_OVER_QUOTA, over_quota},
    {ERR_CIDR_OVERLAP, cidr_overlap},
    {ERR_CLUSTER_EXISTS, cluster_exists},
    {ERR_CLUSTER_IN_USE, cluster_in_use},
};

static const struct refusal *
find_refusal(enum err_kind kind)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        if (refusals[i].kind == kind) {
            return &refusals[i];
        }
    }
    return NULL;
}

Test(refusals, every_kind_of_409_says_who_is_in_the_way)
{
    const char *project = session()->project;
    for (int i = 0; i < ERR_N_KINDS; i++) {
        enum err_kind kind = (enum err_kind) i;
        const struct refusal *refusal = find_refusal(kind);
        if (err_status(kind) != 409) {
            continue;
        }
        cr_assert_not_null(refusal, "who is refused with %s?",
                           err_type(kind));
        if (refusal->refused != NULL) {
            as(text("%s-%d", project, i), NULL);
            struct reply r = refusal->refused();
            expect_error(&r, 409, err_type(kind));
            cr_assert_gt(int_at(&r, TOTAL), 0, "%s", describe(&r));
        }
    }
}

/* --- what they say */

Test(refusals, a_network_in_use_names_its_ports_and_their_devices)
{
    struct reply r = network_in_use();
    expect_error(&r, 409, "NetworkInUse");
    expect_at(&r, TOTAL, "1");
    expect_at(&r, BLOCKER("type"), "port");
    expect_at(&r, BLOCKER("name"), "web");
    expect_at(&r, BLOCKER("ip_address"), "10.0.0.2");
    expect_at(&r, BLOCKER("device_owner"), "");
    expect_at(&r, BLOCKER("device_id"), "vm1");
    expect_at(&r, BLOCKER("owner"), session()->project);
    expect_reason(&r, "Device \"vm1\" uses the port");
}

Test(refusals, a_port_without_addresses_keeps_a_network_too)
{
    const char *network = make_network();
    make("port", "'network_id': '%s', 'fixed_ips': []", network);
    struct reply r = erase("network", network);
    expect_at(&r, TOTAL, "1");
    expect_at(&r, BLOCKER("ip_address"), "null");
    expect_reason(&r, "delete it first");
}

Test(refusals, a_subnet_in_use_shows_the_address_in_that_subnet)
{
    struct site site = make_site("10.0.0.0/24");
    const char *second = make_subnet(site.network_id, "10.1.0.0/24");
    create_in(site.network_id, "'fixed_ips': [{'ip_address': '10.0.0.5'}, "
                               "{'ip_address': '10.1.0.6'}]");
    struct reply r = erase("subnet", second);
    expect_error(&r, 409, "SubnetInUse");
    expect_at(&r, TOTAL, "1");
    expect_at(&r, BLOCKER("ip_address"), "10.1.0.6");
    expect_reason(&r, "has an address in the subnet");
}

Test(refusals, automatic_ports_are_in_nobodys_way)
{
    struct plug plug = make_plug("'device_owner': 'network:dhcp'");
    make_port(plug.site.network_id);
    struct reply r = erase("network", plug.site.network_id);
    expect_at(&r, TOTAL, "1");
    expect_at(&r, BLOCKER("device_owner"), "");
}

Test(refusals, a_port_of_a_router_tells_to_take_the_router_away)
{
    struct plug plug = make_plug(ROUTER);
    struct reply r = erase("network", plug.site.network_id);
    expect_at(&r, BLOCKER("device_id"), "r1");
    expect_reason(&r, "take the network or the subnet away");
    as_roles("member");
    r = erase("port", plug.port_id);
    expect_error(&r, 409, "ServicePortInUse");
    expect_at(&r, BLOCKER("id"), plug.port_id);
    expect_reason(&r, "which the platform runs");
}

Test(refusals, fifty_blockers_are_shown_and_all_are_counted)
{
    struct site site = make_site("10.0.0.0/24");
    const char *ports = "";
    for (int i = 0; i < 51; i++) {
        ports = text("%s%s{'network_id': '%s'}", ports, i == 0 ? "" : ",",
                     site.network_id);
    }
    struct reply r = api_body(POST, "/v2.0/ports", "{'ports': [%s]}", ports);
    expect_status(&r, 201);
    r = erase("network", site.network_id);
    cr_assert_eq(count_at(&r, "NeutronError.blockers"), 50);
    expect_at(&r, TOTAL, "51");
    r = erase("subnet", site.subnet_id);
    cr_assert_eq(count_at(&r, "NeutronError.blockers"), 50);
    expect_at(&r, TOTAL, "51");
    r = api(GET, "/v2.0/networks/%s/blockers", site.network_id);
    cr_assert_eq(count_at(&r, "blockers"), 50);
    expect_at(&r, "blockers_total", "51");
}

Test(refusals, a_mac_in_use_names_the_port_that_has_it)
{
    struct plug plug = make_plug(MAC);
    struct reply r = create_in(plug.site.network_id, MAC);
    expect_error(&r, 409, "MacAddressInUse");
    expect_at(&r, BLOCKER("id"), plug.port_id);
    r = update("port", make_port(plug.site.network_id), MAC);
    expect_error(&r, 409, "MacAddressInUse");
    expect_at(&r, BLOCKER("id"), plug.port_id);
    expect_at(&r, BLOCKER("ip_address"), "10.0.0.2");
}

Test(refusals, a_mac_twice_in_one_request_blocks_itself)
{
    const char *network = make_network();
    struct reply r = api_body(
        POST, "/v2.0/ports",
        "{'ports': [{'network_id': '%s', " MAC "}, {'network_id': '%s', " MAC
        "}]}", network, network);
    expect_error(&r, 409, "MacAddressInUse");
    expect_at(&r, BLOCKER("type"), "port");
    expect_at(&r, BLOCKER("id"), "null");
    expect_reason(&r, "being created");
}

Test(refusals, an_address_in_use_names_the_port_that_holds_it)
{
    struct plug plug = make_plug(AT("10.0.0.77"));
    struct reply r = create_in(plug.site.network_id, AT("10.0.0.77"));
    expect_error(&r, 409, "IpAddressAlreadyAllocated");
    expect_at(&r, BLOCKER("id"), plug.port_id);
    expect_at(&r, BLOCKER("ip_address"), "10.0.0.77");
    r = update("port", make_port(plug.site.network_id), AT("10.0.0.77"));
    expect_error(&r, 409, "IpAddressAlreadyAllocated");
    expect_at(&r, BLOCKER("id"), plug.port_id);
}

Test(refusals, the_second_address_of_a_port_is_the_one_in_the_way)
{
    struct plug plug = make_plug("'fixed_ips': [{'ip_address': '10.0.0.7'}, "
                                 "{'ip_address': '10.0.0.8'}]");
    struct reply r = create_in(plug.site.network_id, AT("10.0.0.8"));
    expect_at(&r, BLOCKER("id"), plug.port_id);
    expect_at(&r, BLOCKER("ip_address"), "10.0.0.8");
}

Test(refusals, an_address_twice_in_one_request_blocks_itself)
{
    struct site site = make_site("10.0.0.0/24");
    struct reply r = api_body(
        POST, "/v2.0/ports",
        "{'ports': [{'network_id': '%s', " AT("10.0.0.9") "}, "
        "{'network_id': '%s', " AT("10.0.0.9") "}]}",
        site.network_id, site.network_id);
    expect_error(&r, 409, "IpAddressAlreadyAllocated");
    expect_at(&r, BLOCKER("id"), "null");
    expect_reason(&r, "being created");
}

Test(refusals, a_full_subnet_tells_its_size_and_its_use)
{
    struct reply r = full();
    expect_error(&r, 409, "IpAddressGenerationFailure");
    expect_at(&r, TOTAL, "1");
    expect_at(&r, BLOCKER("type"), "subnet");
    expect_reason(&r, "\"10.0.0.0/30\" is full (addresses in its allocation "
                      "pools: 1, allocated: 1)");
}

Test(refusals, all_full_subnets_of_a_network_are_named)
{
    struct site site = make_site("10.0.0.0/30");
    make_subnet(site.network_id, "10.1.0.0/30");
    make_port(site.network_id);
    make_port(site.network_id);
    struct reply r = create_in(site.network_id, "");
    expect_at(&r, TOTAL, "2");
    r = create_in(site.network_id,
                  text("'fixed_ips': [{'subnet_id': '%s'}]",
                       site.subnet_id));
    expect_at(&r, TOTAL, "1");
    expect_at(&r, BLOCKER("id"), site.subnet_id);
}

Test(refusals, a_subnet_filled_by_the_request_itself_counts_what_it_took)
{
    struct site site = make_site("10.0.0.0/29");
    const char *ports = "";
    for (int i = 0; i < 6; i++) {
        ports = text("%s%s{'network_id': '%s'}", ports, i == 0 ? "" : ",",
                     site.network_id);
    }
    struct reply r = api_body(POST, "/v2.0/ports", "{'ports': [%s]}", ports);
    expect_error(&r, 409, "IpAddressGenerationFailure");
    expect_reason(&r, "pools: 5, allocated: 5)");
    expect_used("port", 0);
}

Test(refusals, a_mismatch_of_service_types_tells_what_each_subnet_serves)
{
    struct reply r = no_matching_subnet();
    expect_at(&r, TOTAL, "1");
    expect_at(&r, BLOCKER("type"), "subnet");
    expect_at(&r, BLOCKER("name"), "vms");
    expect_reason(&r, "\"10.0.0.0/24\" serves only the device_owners "
                      "\"compute:nova\", \"compute:foo\"");
}

Test(refusals, a_quota_tells_use_limit_and_wish)
{
    struct reply r = over_quota();
    expect_error(&r, 409, "OverQuota");
    expect_at(&r, BLOCKER("type"), "quota");
    expect_at(&r, BLOCKER("name"), "port");
    expect_at(&r, BLOCKER("owner"), session()->project);
    expect_reason(&r, "uses 1 of its limit of 2 ports, and 2 more");
}

Test(refusals, quotas_of_networks_and_subnets_explain_as_well)
{
    set_quota("network", 1);
    struct reply r = api_body(POST, "/v2.0/networks",
                              "{'networks': [{}, {}, {}]}");
    expect_error(&r, 409, "OverQuota");
    expect_reason(&r, "uses 0 of its limit of 1 networks, and 3 more");
    const char *network = make_network();
    set_quota("subnet", 0);
    r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'cidr': '10.0.0.0/24'", network);
    expect_reason(&r, "uses 0 of its limit of 0 subnets, and 1 more");
}

Test(refusals, a_gateway_in_use_names_the_router)
{
    struct reply r = gateway_in_use();
    expect_error(&r, 409, "GatewayIpInUse");
    expect_at(&r, BLOCKER("device_id"), "r1");
    expect_at(&r, BLOCKER("ip_address"), "10.0.0.1");
    expect_reason(&r, "holds the gateway address");
}

Test(refusals, pools_in_each_others_way_are_named)
{
    struct reply r = pool_overlap();
    expect_error(&r, 409, "OverlappingAllocationPools");
    expect_at(&r, BLOCKER("type"), "allocation_pool");
    expect_at(&r, BLOCKER("name"), "10.0.0.9-10.0.0.20");
    r = gateway_in_pool();
    expect_error(&r, 409, "GatewayConflictWithAllocationPools");
    expect_at(&r, BLOCKER("name"), "10.0.0.2-10.0.0.20");
    expect_at(&r, BLOCKER("ip_address"), "10.0.0.9");
}

Test(refusals, an_attribute_can_be_in_the_way)
{
    struct reply r = pairs_need_security();
    expect_at(&r, BLOCKER("type"), "attribute");
    expect_at(&r, BLOCKER("name"), "port_security_enabled");
}

Test(refusals, a_network_in_use_by_others_names_their_ports)
{
    struct reply r = invalid_shared();
    expect_error(&r, 409, "InvalidSharedSetting");
    expect_at(&r, TOTAL, "1");
    expect_at(&r, BLOCKER("type"), "port");
    expect_reason(&r, "The port of project \"guest-");
}

/* --- together with others */

/* The status, negative when a refusal is not explained. */
static int
want_same_address(const void *arg, int i)
{
    const struct site *site = arg;
    struct reply r =
        i % 2 == 0 ? create_in(site->network_id, AT("10.0.0.9"))
                   : create_in(site->network_id, MAC);
    bool explained = int_at(&r, TOTAL) == 1 &&
                     strcmp(text_at(&r, BLOCKER("type")), "port") == 0;
    return r.status == 409 && !explained ? -r.status : r.status;
}

Test(refusals, each_refusal_of_a_batch_is_explained)
{
    int statuses[RACE_CLIENTS];
    struct site site = make_site("10.0.0.0/24");
    race(RACE_CLIENTS, want_same_address, &site, statuses);
    cr_assert(count_status(statuses, RACE_CLIENTS, 201) == 2 &&
                  count_status(statuses, RACE_CLIENTS, 409) ==
                      RACE_CLIENTS - 2,
              "%s", describe_statuses(statuses, RACE_CLIENTS));
}

/* --- the overlap of subnets is a 400, by the contract */

Test(refusals, an_overlap_names_every_subnet_in_the_way)
{
    struct site site = make_site("10.0.0.0/25");
    make_subnet(site.network_id, "10.0.0.128/25");
    make_subnet(site.network_id, "10.0.1.0/24");
    struct reply r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
                            "'cidr': '10.0.0.0/24'", site.network_id);
    expect_error(&r, 400, "InvalidInput");
    expect_at(&r, TOTAL, "2");
    expect_at(&r, BLOCKER("type"), "subnet");
    const char *ids = joined(&r, "NeutronError.blockers", "id");
    cr_assert_not_null(strstr(ids, site.subnet_id), "%s", describe(&r));
    const char *reasons = joined(&r, "NeutronError.blockers", "reason");
    cr_assert_not_null(strstr(reasons, "\"10.0.0.0/25\""), "%s", reasons);
    cr_assert_not_null(strstr(reasons, "\"10.0.0.128/25\""), "%s", reasons);
}

Test(refusals, an_overlap_within_a_request_names_the_other_range)
{
    const char *network = make_network();
    struct reply r = api_body(
        POST, "/v2.0/subnets",
        "{'subnets': [{'network_id': '%s', 'ip_version': 4, "
        "'cidr': '10.0.0.0/24'}, {'network_id': '%s', 'ip_version': 4, "
        "'cidr': '10.0.0.0/25'}]}", network, network);
    expect_error(&r, 400, "InvalidInput");
    expect_at(&r, TOTAL, "1");
    expect_reason(&r, "\"10.0.0.0/24\"");
}

/* --- 403 of rules */

Test(refusals, an_object_of_others_names_its_project)
{
    const char *owner = session()->project;
    const char *network = make("network", "'shared': true, 'name': 'open'");
    const char *subnet = make_subnet(network, "10.0.0.0/24");
    as(unique("guest-"), "member");
    struct reply r = update("network", network, "'name': 'mine'");
    expect_error(&r, 403, "PolicyNotAuthorized");
    expect_at(&r, BLOCKER("type"), "network");
    expect_at(&r, BLOCKER("id"), network);
    expect_at(&r, BLOCKER("name"), "open");
    expect_at(&r, BLOCKER("owner"), owner);
    r = erase("subnet", subnet);
    expect_at(&r, BLOCKER("type"), "subnet");
    expect_at(&r, BLOCKER("id"), subnet);
    r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
               "'cidr': '10.1.0.0/24'", network);
    expect_error(&r, 403, "PolicyNotAuthorized");
    expect_at(&r, BLOCKER("id"), network);
    r = api(PUT, "/v2.0/networks/%s/tags/mine", network);
    expect_status(&r, 403);
    expect_at(&r, BLOCKER("id"), network);
}

/* A 403 that names the network "open" of 'owner' and says whom to ask. */
static void
expect_guest(const struct reply *r, const char *network, const char *owner)
{
    expect_error(r, 403, "PolicyNotAuthorized");
    expect_at(r, TOTAL, "1");
    expect_at(r, BLOCKER("type"), "network");
    expect_at(r, BLOCKER("id"), network);
    expect_at(r, BLOCKER("name"), "open");
    expect_at(r, BLOCKER("owner"), owner);
    expect_reason(r, owner);
}

Test(refusals, a_guest_port_is_told_whose_network_it_is_in)
{
    static const char *const bad[] = {
        MAC,
        "'fixed_ips': [{'ip_address': '10.0.0.50'}]",
        "'port_security_enabled': false",
        "'allowed_address_pairs': [{'ip_address': '10.2.0.1'}]",
        "'device_owner': 'network:dhcp'"};
    const char *owner = session()->project;
    const char *network = make("network", "'shared': true, 'name': 'open'");
    make_subnet(network, "10.0.0.0/24");
    as(unique("guest-"), "member");
    const char *port = make_port(network);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct reply r = create_in(network, bad[i]);
        expect_guest(&r, network, owner);
        r = update("port", port, "%s", bad[i]);
        expect_guest(&r, network, owner);
        r = api_body(PUT, "/v2.0/ports", "{'ports': [{'id': '%s', %s}]}",
                     port, bad[i]);
        expect_guest(&r, network, owner);
    }
}

Test(refusals, tags_of_others_name_their_project)
{
    const char *owner = session()->project;
    const char *network = make("network", "'shared': true, 'name': 'open'");
    as(unique("guest-"), "member");
    struct reply r = api(PUT, "/v2.0/networks/%s/tags/mine", network);
    expect_guest(&r, network, owner);
    r = api(DELETE, "/v2.0/networks/%s/tags/mine", network);
    expect_guest(&r, network, owner);
    r = api(DELETE, "/v2.0/networks/%s/tags", network);
    expect_guest(&r, network, owner);
    r = api_body(PUT, text("/v2.0/networks/%s/tags", network),
                 "{'tags': ['a']}");
    expect_guest(&r, network, owner);
    r = api_body(POST, text("/v2.0/networks/%s/tags", network),
                 "{'tags': ['a']}");
    expect_guest(&r, network, owner);
}

Test(refusals, a_cluster_network_in_anothers_network_names_it)
{
    const char *owner = session()->project;
    const char *network = make("network", "'shared': true, 'name': 'open'");
    as(unique("guest-"), "member");
    struct reply r = create("cluster_network", "'cluster_id': 's', "
                            "'network_id': '%s', 'subnet': "
                            "{'cidr': '10.3.0.0/24'}", network);
    expect_guest(&r, network, owner);
}

Test(refusals, a_missing_entitlement_is_named)
{
    as_roles("member");
    struct reply r = create("network", "'enable_shadow_port': true");
    expect_error(&r, 403, "PolicyNotAuthorized");
    expect_at(&r, BLOCKER("type"), "entitlement");
    expect_at(&r, BLOCKER("name"), "shadow_port");
    expect_at(&r, BLOCKER("owner"), session()->project);
}

Test(refusals, nobody_is_in_the_way_of_who_lacks_a_role)
{
    as_roles("reader");
    struct reply r = create("network", "'name': 'n'");
    expect_error(&r, 403, "PolicyNotAuthorized");
    expect_at(&r, "NeutronError.blockers", "absent");
    cr_assert_not_null(strstr(text_at(&r, "NeutronError.message"),
                              "member or admin"));
    as_roles("member");
    r = create("network", "'shared': true");
    expect_error(&r, 403, "PolicyNotAuthorized");
    expect_at(&r, "NeutronError.blockers", "absent");
    cr_assert_not_null(strstr(text_at(&r, "NeutronError.message"), "admin"));
}

/* --- what is not the caller's to see */

/* The first blocker has a type and a reason, and nothing else. */
static void
expect_nameless(const struct reply *reply)
{
    static const char *const members[] = {"id", "name", "ip_address",
                                          "device_owner", "device_id",
                                          "owner"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        expect_at(reply, text(BLOCKER("%s"), members[i]), "null");
    }
    expect_at(reply, BLOCKER("type"), "port");
    expect_reason(reply, "another project");
}

/* A shared network with a port of another project, seen by its owner. */
static struct site
make_visited(const char *attributes, const char **ret_port)
{
    const char *owner = session()->project;
    struct site site = make_site("10.0.0.0/24");
    update("network", site.network_id, "'shared': true");
    as(unique("guest-"), NULL);
    *ret_port = make("port", "'network_id': '%s', 'name': 'secret'%s%s",
                     site.network_id, attributes[0] == '\0' ? "" : ", ",
                     attributes);
    as(owner, "member");
    return site;
}

Test(refusals, a_port_of_another_project_is_counted_without_identity)
{
    const char *port;
    struct site site = make_visited("'device_id': 'vm9'", &port);
    struct reply r = erase("network", site.network_id);
    expect_error(&r, 409, "NetworkInUse");
    expect_at(&r, TOTAL, "1");
    expect_nameless(&r);
    cr_assert_null(strstr(r.body, port));
    cr_assert_null(strstr(r.body, "vm9"));
    r = erase("subnet", site.subnet_id);
    expect_error(&r, 409, "SubnetInUse");
    expect_nameless(&r);
    cr_assert_null(strstr(r.body, port));
    cr_assert_null(strstr(r.body, "10.0.0.2\""));
    as_roles(NULL);
    r = erase("network", site.network_id);
    expect_at(&r, BLOCKER("id"), port);
}

Test(refusals, another_project_holds_an_address_namelessly)
{
    const char *port;
    struct site site = make_visited(AT("10.0.0.77") ", " MAC, &port);
    struct reply r = create_in(site.network_id, AT("10.0.0.77"));
    expect_error(&r, 409, "IpAddressAlreadyAllocated");
    expect_nameless(&r);
    cr_assert_null(strstr(r.body, port));
    r = create_in(site.network_id, MAC);
    expect_error(&r, 409, "MacAddressInUse");
    expect_nameless(&r);
    cr_assert_null(strstr(r.body, port));
}

Test(refusals, a_router_of_another_project_holds_the_gateway_namelessly)
{
    const char *port;
    struct site site = make_visited(ROUTER ", " AT("10.0.0.1"), &port);
    struct reply r = update("subnet", site.subnet_id, "'gateway_ip': null");
    expect_error(&r, 409, "GatewayIpInUse");
    expect_nameless(&r);
    cr_assert_null(strstr(r.body, port));
}

Test(refusals, a_subnet_of_another_project_overlaps_namelessly)
{
    const char *owner = session()->project;
    const char *network = make_network();
    const char *subnet =
        make("subnet", "'network_id': '%s', 'ip_version': 4, "
             "'cidr': '10.0.0.0/24', 'project_id': '%s'", network,
             unique("guest-"));
    as(owner, "member");
    struct reply r = create("subnet", "'network_id': '%s', 'ip_version': 4, "
                            "'cidr': '10.0.0.0/25'", network);
    expect_error(&r, 400, "InvalidInput");
    expect_at(&r, TOTAL, "1");
    expect_at(&r, BLOCKER("id"), "null");
    cr_assert_null(strstr(r.body, subnet));
    cr_assert_null(strstr(r.body, "10.0.0.0/24"));
}
