# SPDX-License-Identifier: Apache-2.0
"""Values, bodies and paths that no honest client sends."""
import json

from tenant import KINDS

VALUES = [
    "null", "true", "0", "-1", "1e999", "9223372036854775808", "0.5",
    str(10 ** 400), '""', '"\\u0000"', '"a\\u0000b"', '"\\ud800"',
    '"\\udfff\\ud800"', '"\u202e\u200b\ufeff"', '"' + "x" * 70000 + '"',
    '"\\"; DROP TABLE ports; --"', '"%00%s%n"', "[]", "{}", "[[]]",
    '[{"a": 1, "a": 2}]', '{"id": null}', "[null]", '["' + '","' * 2000 + '"]',
    "[" * 200 + "]" * 200, '"deadbeef-dead-4ead-beef-deadbeefdead"',
    '"10.0.0.0/33"', '"::/0"', '"256.1.1.1"', '"fe80::1%eth0"', "-0", "01",
    '"\U0001f4a5"', "NaN",
]
ATTRIBUTES = {
    "network": ("name", "mtu", "shared", "project_id", "tags", "dns_domain",
                "provider:segmentation_id", "enable_shadow_port", "id"),
    "subnet": ("name", "cidr", "gateway_ip", "allocation_pools", "ip_version",
               "dns_nameservers", "host_routes", "network_id", "prefixlen",
               "subnetpool_id", "ip_cooldown", "service_types"),
    "port": ("name", "fixed_ips", "mac_address", "allowed_address_pairs",
             "extra_dhcp_opts", "device_id", "network_id", "binding:profile",
             "security_groups", "dns_name", "tags"),
    "subnetpool": ("name", "prefixes", "min_prefixlen", "default_prefixlen",
                   "default_quota", "address_scope_id", "is_default"),
    "address_scope": ("name", "ip_version", "shared"),
    "rbac_policy": ("object_id", "object_type", "action", "target_tenant"),
    "cluster_network": ("cluster_id", "network_id", "subnet", "node_groups",
                        "pods_cidr", "services_cidr", "external_ip"),
    "entitlement_request": ("entitlement", "comment", "status"),
}
BODIES = [
    b"", b"{", b"null", b"[]", b"\xff\xfe", b"{\"network\": {}} x",
    b'{"network": {}, "network": {}}', b'{"networks": []}',
    b'{"network": {"name": "\xc3\x28"}}', b'{"network": {"name": "\x00"}}',
    b'{"' * 5000, b"[" * 100000, b'{"networks": ' + b"[{}," * 3000 + b"0",
    b'{"network": {"name": "a", "name": "b"}}',
]
PATHS = [
    "/v2.0/networks/%00", "/v2.0/networks/%ff", "/v2.0/networks/..%2f..",
    "/v2.0/networks/' OR 1=1", "/v2.0/networks?id=%00", "/v2.0/ports?limit=-1",
    "/v2.0/networks?limit=99999999999999999999", "/v2.0/networks?marker=x",
    "/v2.0/networks?sort_key=id;--&sort_dir=up", "/v2.0/networks?fields=%27",
    "/v2.0/ports?fixed_ips=ip_address%3D%27", "/v2.0/events?since=-1",
    "/v2.0/events?since=99999999999999999999", "/v2.0/events?wait=x",
    "/v2.0/networks?include=ports.ports", "/v2.0/networks?tags=%00,",
    "/v2.0/subnets?cidr=%ff", "/v2.0/networks?mtu=1e99&mtu=x",
    "/v2.0/ports?" + "id=x&" * 800, "/v2.0/networks/" + "a" * 9000,
    "/v2.0/networks?%zz", "/v2.0//networks//", "/v2.0/networks/a/b/c/d/e/f/g",
]


def ask_path(tenant, dice):
    path = dice.choice(PATHS).replace(" ", "%20")
    tenant.ask(dice.choice(["GET", "DELETE", "PUT"]), path,
               dice.choice([None, b"{}"]))


def ask_body(tenant, dice):
    method = dice.choice(["POST", "PUT", "DELETE"])
    path = KINDS[dice.choice(list(KINDS))][0]
    answer = tenant.ask(method, f"/v2.0/{path}", dice.choice(BODIES))
    tenant.expect("a body that is none", answer, 400, 403, 405, 413, 415)
    if method == "POST":
        tenant.made("network", answer)


def ask_value(tenant, dice, least):
    """A create or update with one value that is another thing; the create may
    succeed."""
    kind = dice.choice(list(KINDS))
    attribute = dice.choice(ATTRIBUTES[kind])
    value = dice.choice(VALUES)
    attributes = least(tenant, kind, dice)
    if attributes is None:
        return
    attributes.pop(attribute, None)
    rest = json.dumps(attributes)[1:-1]
    body = (f'{{"{kind}": {{{rest}{", " if rest else ""}'
            f'"{attribute}": {value}}}}}')
    body = body.encode("utf-8", "surrogatepass")
    path = "/v2.0/" + KINDS[kind][0]
    things = list(tenant.things[kind])
    if things and dice.random() < 0.4:
        body = f'{{"{kind}": {{"{attribute}": {value}}}}}'.encode()
        tenant.ask("PUT", f"{path}/{dice.choice(things)}", body)
        return
    answer = tenant.ask("POST", path, body)
    tenant.made(kind, answer)
