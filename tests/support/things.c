/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The things of things.h.
 */
#include "support/things.h"

struct reply
create_v4(const char *attributes)
{
    return create("subnet", "'network_id': '%s', 'ip_version': 4, %s",
                  make_network(), attributes);
}

struct reply
create_v6(const char *attributes)
{
    return create("subnet", "'network_id': '%s', 'ip_version': 6, %s",
                  make_network(), attributes);
}

const char *
pools_of(const struct reply *reply)
{
    const char *pools = "";
    for (size_t i = 0; i < count_at(reply, "subnet.allocation_pools"); i++) {
        pools = text("%s%s%s-%s", pools, i == 0 ? "" : ",",
                     text_at(reply,
                             text("subnet.allocation_pools.%zu.start", i)),
                     text_at(reply,
                             text("subnet.allocation_pools.%zu.end", i)));
    }
    return pools;
}

struct reply
create_in(const char *network_id, const char *attributes)
{
    return create("port", "'network_id': '%s'%s%s", network_id,
                  attributes[0] == '\0' ? "" : ", ", attributes);
}

const char *
addresses_of(const struct reply *reply)
{
    return joined_sorted(reply, "port.fixed_ips", "ip_address");
}

const char *
label(void)
{
    static const char *label;
    if (label == NULL) {
        label = unique("list-");
    }
    return label;
}

void
make_networks(const char *names, int first_mtu, int per_mtu)
{
    for (int i = 0; names[i] != '\0'; i++) {
        make("network", "'name': '%c', 'description': '%s', 'mtu': %d",
             names[i], label(), first_mtu + i / per_mtu);
    }
}

struct reply
listed(const char *query)
{
    return list("network", "description=%s&%s", label(), query);
}

struct reply
listed_by_name(const char *query)
{
    return listed(text("sort_key=name&sort_dir=asc&%s", query));
}

const char *
id_of(const char *name)
{
    struct reply r = listed(text("name=%s", name));
    return text_at(&r, "networks.0.id");
}

const char *
quota_path(void)
{
    return text("/v2.0/quotas/%s", session()->project);
}

void
set_quota(const char *resource, int limit)
{
    struct reply r = api_body(PUT, quota_path(), "{'quota': {'%s': %d}}",
                              resource, limit);
    expect_status(&r, 200);
    expect_at(&r, text("quota.%s", resource), text("%d", limit));
}

void
expect_used(const char *resource, int used)
{
    struct reply r = api(GET, "%s/details", quota_path());
    expect_at(&r, text("quota.%s.used", resource), text("%d", used));
}

void
entitle(bool granted)
{
    const char *roles = session()->roles;
    as_roles("admin");
    struct reply r = api_body(
        PUT, text("/v2.0/entitlements/%s", session()->project),
        "{'entitlement': {'shadow_port': %s}}", granted ? "true" : "false");
    expect_status(&r, 200);
    as_roles(roles);
}

const char *
make_shadow_network(void)
{
    entitle(true);
    return make("network", "'enable_shadow_port': true");
}

struct reply
shadow_ports_of(const char *network_id)
{
    struct reply r = list("port", "network_id=%s&device_owner="
                          "network:shadow_port&sort_key=created_at",
                          network_id);
    expect_status(&r, 200);
    return r;
}

struct reply
create_policy(const char *network_id, const char *action, const char *target)
{
    return create("rbac_policy", "'object_type': 'network', 'object_id': "
                  "'%s', 'action': '%s', 'target_tenant': '%s'", network_id,
                  action, target);
}

const char *
share(const char *network_id, const char *project)
{
    struct reply r = create_policy(network_id, "access_as_shared", project);
    expect_status(&r, 201);
    return text_at(&r, "rbac_policy.id");
}
