"""The requests that oracle.py sends, in order, as tables.

A row of a table is a name and what varies; the functions below make requests
of rows.  "{net}" stands for the id of the object that an earlier request
saved as net, "{net.name}" for one of its attributes.  Where a table says that
objects are dropped, each one created is deleted again before the next request.
Options of a request:

    save     name under which the answer's object is kept (name, name1, ...)
    drop     delete what was created at once
    values   attributes compared, instead of those usual for the resource
    exact    compare the addresses of fixed_ips, not only their subnets
    ordered  compare a list in the order given
    foreign  a list of more than was made here: compare the keys, not the values
    whole    show the whole body in the digest
    slow     takes Neutron minutes: sent only when asked for
"""
REQUESTS = []

DEFAULTS = {
    "headers": {}, "body": None, "raw": None, "save": None, "drop": False,
    "values": None, "exact": False, "ordered": False, "foreign": False,
    "whole": False, "section": None, "slow": False,
}

# Never the id of anything.
NOBODY = "deadbeef-dead-4ead-beef-deadbeefdead"
# A project of the list's own, for quotas.
QUOTA_PROJECT = "0ac1e0c0ffee4000a000000000000001"
OTHER_PROJECT = "0ac1e0c0ffee4000a000000000000002"
LONG = "x" * 256
FULL = "x" * 255

_section = []


def section(title):
    _section.append(title)


def add(name, line, body=None, **options):
    """Appends one request; 'line' is its method and path."""
    method, path = line.split(" ", 1)
    row = dict(DEFAULTS, name=name, method=method, path=path, body=body)
    row.update(options)
    if _section:
        row["section"] = _section.pop()
    if any(r["name"] == name for r in REQUESTS):
        raise ValueError(f"two requests are named {name!r}")
    REQUESTS.append(row)


def gets(prefix, path, rows, **options):
    """Rows of (name, query) under one path."""
    for name, query, *more in rows:
        extra = dict(options, **(more[0] if more else {}))
        add(f"{prefix}: {name}", f"GET {path}{query}", **extra)


def posts(kind, prefix, base, rows, **options):
    """Rows of (name, attributes): one POST each, on top of 'base'; dropped."""
    for name, attributes, *more in rows:
        extra = dict({"drop": True}, **options)
        extra.update(more[0] if more else {})
        body = {kind: {k: v for k, v in {**base, **attributes}.items()
                       if v is not ABSENT}}
        add(f"{prefix}: {name}", f"POST /v2.0/{kind}s", body, **extra)


def puts(kind, prefix, target, rows, **options):
    """Rows of (name, attributes): one PUT each of the object 'target'."""
    for name, attributes, *more in rows:
        extra = dict(options, **(more[0] if more else {}))
        add(f"{prefix}: {name}", f"PUT /v2.0/{kind}s/{target}",
            {kind: attributes}, **extra)


ABSENT = object()   # as an attribute's value: leave the attribute of the base out

# --- versions, extensions, paths and methods --------------------------------

section("Versions, extensions, unknown paths, wrong methods")
gets("version", "", [
    ("root", "/", {"whole": True}),
    ("root without slash", ""),
    ("v2.0 without slash", "/v2.0"),
    ("v2.0 with slash", "/v2.0/", {"whole": True}),
    ("v2.0.json", "/v2.0.json"),
    ("unknown version", "/v9.9/"),
    ("unknown version's networks", "/v3/networks"),
])
gets("extensions", "/v2.0/extensions", [
    ("list", "", {"foreign": True}),
    ("one", "/quotas", {"values": ("alias", "links"), "whole": True}),
    ("tags", "/standard-attr-tag", {"values": ("alias",), "whole": True}),
    ("unknown", "/no-such-extension"),
    ("json suffix", "/quotas.json", {"values": ("alias",)}),
])
add("extensions: post", "POST /v2.0/extensions", {"extension": {}})
add("extensions: put one", "PUT /v2.0/extensions/quotas", {"extension": {}})
add("extensions: delete one", "DELETE /v2.0/extensions/quotas")
gets("path", "", [
    ("unknown collection", "/v2.0/nonsense"),
    ("unknown collection and id", f"/v2.0/nonsense/{NOBODY}"),
    ("unknown at the root", "/nonsense"),
    ("underscore for hyphen", "/v2.0/network_ip_availabilities"),
    ("capital letters", "/v2.0/Networks"),
    ("doubled slash", "/v2.0//networks?name=orc-none"),
    ("unknown below an object", f"/v2.0/networks/{NOBODY}/nonsense"),
    ("two unknown below an object", f"/v2.0/networks/{NOBODY}/a/b"),
])
for _row in [
    ("post unknown collection", "POST /v2.0/nonsense", {"nonsense": {}}),
    ("put unknown collection", f"PUT /v2.0/nonsense/{NOBODY}", {"nonsense": {}}),
    ("delete unknown collection", f"DELETE /v2.0/nonsense/{NOBODY}"),
    ("post root", "POST /", {}),
    ("delete root", "DELETE /"),
    ("post v2.0", "POST /v2.0/", {}),
    ("put networks", "PUT /v2.0/networks", {"network": {"name": "orc"}}),
    ("delete networks", "DELETE /v2.0/networks"),
    ("patch networks", "PATCH /v2.0/networks", {"network": {}}),
    ("post one network", f"POST /v2.0/networks/{NOBODY}", {"network": {}}),
    ("patch one network", f"PATCH /v2.0/networks/{NOBODY}", {"network": {}}),
    ("head networks", "HEAD /v2.0/networks?name=orc-none"),
    ("options networks", "OPTIONS /v2.0/networks"),
    ("head one absent network", f"HEAD /v2.0/networks/{NOBODY}"),
    ("unknown verb", "FROB /v2.0/networks"),
]:
    add(f"method: {_row[0]}", *_row[1:])

# --- bodies and envelopes ---------------------------------------------------

section("Bodies and envelopes")
JSON = {"Content-Type": "application/json"}
for _name, _raw in [
    ("empty body", ""),
    ("not JSON", "{network"),
    ("truncated", '{"network": {"name": "orc"'),
    ("JSON and more", '{"network": {"name": "orc"}} {}'),
    ("array", "[]"),
    ("array of an envelope", '[{"network": {"name": "orc"}}]'),
    ("string", '"network"'),
    ("number", "1"),
    ("null", "null"),
    ("true", "true"),
    ("empty object", "{}"),
    ("wrong envelope", '{"subnet": {"name": "orc"}}'),
    ("no envelope", '{"name": "orc"}'),
    ("network null", '{"network": null}'),
    ("network string", '{"network": "orc"}'),
    ("network array", '{"network": []}'),
    ("network array of one", '{"network": [{"name": "orc-array"}]}'),
    ("second envelope", '{"network": {"name": "orc"}, "subnet": {}}'),
    ("both envelopes", '{"network": {"name": "orc"}, "networks": []}'),
    ("key twice", '{"network": {"name": "orc-1", "name": "orc-2"}}'),
    ("empty network", '{"network": {}}'),
    ("not UTF-8", '{"network": {"name": "orc-\udcff"}}'),
    ("NaN", '{"network": {"mtu": NaN}}'),
    ("huge number", '{"network": {"mtu": 1e400}}'),
    ("deep", '{"network": {"name": ' + "[" * 40 + "]" * 40 + "}}"),
]:
    add(f"body: {_name}", "POST /v2.0/networks", raw=_raw, drop=True)
add("body: 200 kB", "POST /v2.0/networks", raw='{"network": {"name": "%s"}}'
    % ("n" * 200000))
add("query of 9000 characters", "GET /v2.0/networks?name=" + "q" * 9000)
add("query of 7000 characters", "GET /v2.0/networks?name=" + "q" * 7000)
for _name, _type in [
    ("text/plain", "text/plain"),
    ("application/xml", "application/xml"),
    ("with charset", "application/json; charset=utf-8"),
    ("capitals", "Application/JSON"),
    ("form", "application/x-www-form-urlencoded"),
    ("malformed", "nonsense"),
]:
    add(f"content type: {_name}", "POST /v2.0/networks",
        {"network": {"name": "orc-type"}}, headers={"Content-Type": _type}, drop=True)
add("accept: xml", "GET /v2.0/networks?name=orc-none",
    headers={"Accept": "application/xml"})
add("get with a body", "GET /v2.0/networks?name=orc-none", {"network": {}})
add("get with a bad body", "GET /v2.0/networks?name=orc-none", raw="{")

# --- networks ---------------------------------------------------------------

section("Networks: create")
add("network: create", "POST /v2.0/networks",
    {"network": {"name": "orc-net", "description": "first"}}, save="net", whole=True)
add("network: show", "GET /v2.0/networks/{net}", whole=True)
posts("network", "network create", {"name": "orc-tmp"}, [
    ("name absent", {"name": ABSENT}),
    ("name empty", {"name": ""}),
    ("name null", {"name": None}),
    ("name integer", {"name": 1}),
    ("name object", {"name": {}}),
    ("name 255", {"name": FULL}),
    ("name 256", {"name": LONG}),
    ("name unicode", {"name": "сеть"}),
    ("name blanks", {"name": "  "}),
    ("description null", {"description": None}),
    ("description 256", {"description": LONG}),
    ("description integer", {"description": 1}),
    ("admin_state_up false", {"admin_state_up": False}),
    ("admin_state_up 'false'", {"admin_state_up": "false"}),
    ("admin_state_up 'True'", {"admin_state_up": "True"}),
    ("admin_state_up 0", {"admin_state_up": 0}),
    ("admin_state_up '1'", {"admin_state_up": "1"}),
    ("admin_state_up 2", {"admin_state_up": 2}),
    ("admin_state_up yes", {"admin_state_up": "yes"}),
    ("admin_state_up null", {"admin_state_up": None}),
    ("shared true", {"shared": True}),
    ("shared bad", {"shared": "maybe"}),
    ("external", {"router:external": True}),
    ("external 'True'", {"router:external": "True"}),
    ("external bad", {"router:external": "x"}),
    ("is_default", {"is_default": True}),
    ("is_default external", {"is_default": True, "router:external": True}),
    ("port_security false", {"port_security_enabled": False}),
    ("port_security bad", {"port_security_enabled": "x"}),
    ("port_security null", {"port_security_enabled": None}),
    ("mtu 1400", {"mtu": 1400}, {"values": ("mtu",)}),
    ("mtu '1400'", {"mtu": "1400"}, {"values": ("mtu",)}),
    ("mtu 68", {"mtu": 68}),
    ("mtu 67", {"mtu": 67}),
    ("mtu 0", {"mtu": 0}),
    ("mtu -1", {"mtu": -1}),
    ("mtu text", {"mtu": "big"}),
    ("mtu null", {"mtu": None}),
    ("mtu 70000", {"mtu": 70000}),
    ("mtu 3000000000", {"mtu": 3000000000}),
    ("mtu 1400.5", {"mtu": 1400.5}),
    ("mtu true", {"mtu": True}),
    ("dns_domain", {"dns_domain": "example.org."}),
    ("dns_domain no dot", {"dns_domain": "example.org"}),
    ("dns_domain bad", {"dns_domain": "exa mple.org."}),
    ("dns_domain null", {"dns_domain": None}),
    ("dns_domain 256", {"dns_domain": "a." * 128}),
    ("provider vxlan", {"provider:network_type": "vxlan"}),
    ("provider bad", {"provider:network_type": "carrier-pigeon"}),
    ("provider segment alone", {"provider:segmentation_id": 7}),
    ("provider segment text", {"provider:network_type": "vxlan",
                               "provider:segmentation_id": "x"}),
    ("provider flat", {"provider:network_type": "flat",
                       "provider:physical_network": "orc-physnet"}),
    ("provider vlan", {"provider:network_type": "vlan",
                       "provider:physical_network": "physnet1",
                       "provider:segmentation_id": "105"}),
    ("provider vlan 5000", {"provider:network_type": "vlan",
                            "provider:physical_network": "physnet1",
                            "provider:segmentation_id": 5000}),
    ("segments bad", {"segments": "x"}),
    ("availability_zone_hints empty", {"availability_zone_hints": []}),
    ("availability_zone_hints unknown", {"availability_zone_hints": ["moon"]}),
    ("availability_zone_hints bad", {"availability_zone_hints": "moon"}),
    ("vlan_transparent", {"vlan_transparent": True}),
    ("qos_policy_id unknown", {"qos_policy_id": NOBODY}),
    ("qos_policy_id bad", {"qos_policy_id": "x"}),
    ("tenant_id", {"tenant_id": OTHER_PROJECT},
     {"values": ("tenant_id", "project_id")}),
    ("project_id", {"project_id": OTHER_PROJECT},
     {"values": ("tenant_id", "project_id")}),
    ("both projects the same", {"project_id": OTHER_PROJECT,
                                "tenant_id": OTHER_PROJECT}),
    ("both projects differing", {"project_id": OTHER_PROJECT,
                                 "tenant_id": QUOTA_PROJECT}),
    ("tenant_id empty", {"tenant_id": ""}),
    ("tenant_id null", {"tenant_id": None}),
    ("tenant_id integer", {"tenant_id": 5}),
    ("tenant_id 256", {"tenant_id": LONG}),
    ("unknown attribute", {"colour": "red"}),
    ("two unknown attributes", {"colour": "red", "shape": "round"}),
    ("read-only id", {"id": NOBODY}),
    ("read-only status", {"status": "ACTIVE"}),
    ("read-only subnets", {"subnets": []}),
    ("read-only revision_number", {"revision_number": 3}),
    ("read-only created_at", {"created_at": "2020-01-01T00:00:00Z"}),
    ("tags in the body", {"tags": ["a"]}),
    ("two faults", {"name": LONG, "admin_state_up": "x"}),
    ("unknown and bad", {"colour": "red", "admin_state_up": "x"}),
])

section("Networks: update")
puts("network", "network update", "{net}", [
    ("nothing", {}),
    ("name", {"name": "orc-net"}),
    ("name and description", {"name": "orc-net", "description": "second"}),
    ("name null", {"name": None}),
    ("name 256", {"name": LONG}),
    ("description null", {"description": None}),
    ("admin_state_up 'false'", {"admin_state_up": "false"}),
    ("admin_state_up true", {"admin_state_up": True}),
    ("admin_state_up bad", {"admin_state_up": "x"}),
    ("admin_state_up null", {"admin_state_up": None}),
    ("shared true", {"shared": True}),
    ("shared false", {"shared": False}),
    ("shared bad", {"shared": 7}),
    ("external", {"router:external": True}),
    ("not external", {"router:external": False}),
    ("port_security false", {"port_security_enabled": False}),
    ("port_security true", {"port_security_enabled": True}),
    ("port_security null", {"port_security_enabled": None}),
    ("mtu", {"mtu": 1300}, {"values": ("mtu",)}),
    ("mtu 67", {"mtu": 67}),
    ("mtu 0", {"mtu": 0}),
    ("mtu null", {"mtu": None}),
    ("mtu 70000", {"mtu": 70000}),
    ("dns_domain", {"dns_domain": "example.net."}),
    ("dns_domain empty", {"dns_domain": ""}),
    ("provider type", {"provider:network_type": "vlan"}),
    ("read-only id", {"id": NOBODY}),
    ("read-only same id", {"id": "{net}"}),
    ("read-only status", {"status": "DOWN"}),
    ("read-only tenant_id", {"tenant_id": OTHER_PROJECT}),
    ("read-only project_id", {"project_id": OTHER_PROJECT}),
    ("read-only subnets", {"subnets": []}),
    ("read-only hints", {"availability_zone_hints": []}),
    ("read-only revision_number", {"revision_number": 1}),
    ("tags in the body", {"tags": ["a"]}),
    ("unknown attribute", {"colour": "red"}),
    ("two read-only", {"id": NOBODY, "status": "DOWN"}),
])
for _name, _raw in [
    ("empty body", ""), ("not JSON", "{"), ("array", "[]"), ("empty object", "{}"),
    ("wrong envelope", '{"subnet": {}}'), ("null network", '{"network": null}'),
    ("plural", '{"networks": [{"name": "x"}]}'),
]:
    add(f"network update: {_name}", "PUT /v2.0/networks/{net}", raw=_raw)

section("Networks: no longer shared")
add("sharing: network", "POST /v2.0/networks",
    {"network": {"name": "orc-shared", "shared": True}}, save="shnet")
add("sharing: another project's port", "POST /v2.0/ports",
    {"port": {"network_id": "{shnet}", "tenant_id": OTHER_PROJECT}}, save="shport")
add("sharing: ended while used", "PUT /v2.0/networks/{shnet}",
    {"network": {"shared": False}})
add("sharing: port deleted", "DELETE /v2.0/ports/{shport}")
add("sharing: ended", "PUT /v2.0/networks/{shnet}", {"network": {"shared": False}})
add("sharing: network deleted", "DELETE /v2.0/networks/{shnet}")

section("Networks: ids")
for _name, _id in [
    ("absent", NOBODY), ("not a UUID", "not-a-uuid"), ("blank", "%20"),
    ("absent in capitals", NOBODY.upper()), ("quote", "a'b"),
    ("percent NUL", "a%00b"), ("long", "y" * 400), ("unicode", "%D1%81"),
]:
    add(f"network show: {_name}", f"GET /v2.0/networks/{_id}")
for _name, _line, *_body in [
    ("update absent", f"PUT /v2.0/networks/{NOBODY}", {"network": {"name": "a"}}),
    ("update absent with a bad body", f"PUT /v2.0/networks/{NOBODY}",
     {"network": {"colour": 1}}),
    ("update no UUID", "PUT /v2.0/networks/no-uuid", {"network": {"name": "a"}}),
    ("delete absent", f"DELETE /v2.0/networks/{NOBODY}"),
    ("delete no UUID", "DELETE /v2.0/networks/no-uuid"),
    ("delete with a body", f"DELETE /v2.0/networks/{NOBODY}", {"network": {}}),
]:
    add(f"network {_name}", _line, *_body)
gets("network show", "/v2.0/networks/{net}", [
    ("json suffix", ".json"),
    ("xml suffix", ".xml"),
    ("trailing slash", "/"),
    ("one field", "?fields=id", {"whole": True}),
    ("two fields", "?fields=id&fields=name", {"whole": True}),
    ("unknown field", "?fields=nonsense", {"whole": True}),
    ("known and unknown field", "?fields=id&fields=nonsense", {"whole": True}),
    ("empty field", "?fields=", {"values": ("name",)}),
    ("filter on one", "?name=other", {"values": ("name",)}),
    ("unknown filter on one", "?nonsense=1", {"values": ("name",)}),
])

# --- lists of networks ------------------------------------------------------

section("Networks: lists")
for _letter in "abc":
    add(f"list: network {_letter}", "POST /v2.0/networks",
        {"network": {"name": f"orc-list-{_letter}", "description": "orc-list",
                     "admin_state_up": _letter != "c", "mtu": 1200}},
        save=f"list_{_letter}")
add("list: tag a", "PUT /v2.0/networks/{list_a}/tags", {"tags": ["red", "orc"]})
add("list: tag b", "PUT /v2.0/networks/{list_b}/tags", {"tags": ["blue", "orc"]})
LIST = "description=orc-list"
BY_NAME = "sort_key=name&sort_dir=asc"
NAME = {"values": ("name",)}
IN_ORDER = {"values": ("name",), "ordered": True}
PAGE = {"values": ("name",), "ordered": True, "whole": True}
gets("networks", "/v2.0/networks", [
    ("json suffix", f".json?{LIST}", NAME),
    ("trailing slash", f"/?{LIST}", NAME),
    ("xml suffix", f".xml?{LIST}", NAME),
    ("none match", "?name=orc-none", {"whole": True}),
    ("by name", "?name=orc-list-a", NAME),
    ("by two names", "?name=orc-list-a&name=orc-list-b", NAME),
    ("by name and state", f"?{LIST}&admin_state_up=false", NAME),
    ("name in capitals", "?name=ORC-LIST-A", NAME),
    ("by id", "?id={list_a}", NAME),
    ("by two ids", "?id={list_a}&id={list_b}", NAME),
    ("by an id that is none", "?id=no-uuid", NAME),
    ("by ids with comma", "?id={list_a},{list_b}", NAME),
    ("admin_state_up True", f"?{LIST}&admin_state_up=True", NAME),
    ("admin_state_up 1", f"?{LIST}&admin_state_up=1", NAME),
    ("admin_state_up twice", f"?{LIST}&admin_state_up=1&admin_state_up=0", NAME),
    ("admin_state_up bad", f"?{LIST}&admin_state_up=maybe", NAME),
    ("shared", f"?{LIST}&shared=false", NAME),
    ("shared bad", f"?{LIST}&shared=maybe", NAME),
    ("external", f"?{LIST}&router:external=False", NAME),
    ("external escaped", f"?{LIST}&router%3Aexternal=False", NAME),
    ("external bad", f"?{LIST}&router:external=maybe", NAME),
    ("status", f"?{LIST}&status=ACTIVE", NAME),
    ("status unknown", f"?{LIST}&status=SLEEPY", NAME),
    ("mtu", f"?{LIST}&mtu=1200", NAME),
    ("mtu other", f"?{LIST}&mtu=1", NAME),
    ("mtu text", f"?{LIST}&mtu=big", NAME),
    ("tenant_id", f"?{LIST}&tenant_id={{project}}", NAME),
    ("project_id", f"?{LIST}&project_id={{project}}", NAME),
    ("both projects", f"?{LIST}&project_id={{project}}&tenant_id=x", NAME),
    ("other project", f"?{LIST}&project_id={OTHER_PROJECT}", NAME),
    ("revision_number", f"?{LIST}&revision_number=99", NAME),
    ("revision_number text", f"?{LIST}&revision_number=x", NAME),
    ("provider type", f"?{LIST}&provider:network_type=carrier", NAME),
    ("is_default", f"?{LIST}&is_default=true", NAME),
    ("empty value", "?name=orc-list-a&description=", NAME),
    ("empty name", f"?{LIST}&name=", NAME),
    ("unknown filter", "?nonsense=1", NAME),
    ("two unknown filters", "?nonsense=1&bosh=2", NAME),
    ("filter by subnets", f"?{LIST}&subnets={NOBODY}", NAME),
    ("filter by dns_domain", f"?{LIST}&dns_domain=x.", NAME),
    ("filter by port_security", f"?{LIST}&port_security_enabled=true", NAME),
    ("filter by created_at", f"?{LIST}&created_at=2020-01-01T00:00:00Z", NAME),
    ("changed_since past", f"?{LIST}&changed_since=2020-01-01T00:00:00Z", NAME),
    ("changed_since future", f"?{LIST}&changed_since=2099-01-01T00:00:00Z", NAME),
    ("changed_since bad", f"?{LIST}&changed_since=yesterday", NAME),
    ("key without value", f"?{LIST}&name", NAME),
    ("bad percent", f"?{LIST}&name=%zz", NAME),
    ("filter NUL", "?name=a%00b", NAME),
    ("fields", f"?{LIST}&fields=name", NAME),
    ("fields twice", f"?{LIST}&fields=name&fields=mtu", {"values": ("name", "mtu")}),
    ("fields with comma", f"?{LIST}&fields=name,mtu", NAME),
    ("fields unknown", f"?{LIST}&fields=nonsense", NAME),
    ("fields empty", f"?{LIST}&fields=", NAME),
    ("fields tenant_id", f"?{LIST}&fields=tenant_id", {"values": ("tenant_id",)}),
    ("tags one", "?tags=orc", NAME),
    ("tags two", "?tags=orc,red", NAME),
    ("tags repeated", "?tags=orc&tags=red", NAME),
    ("tags-any", "?tags-any=red,blue", NAME),
    ("not-tags", "?tags=orc&not-tags=red", NAME),
    ("not-tags two", "?tags=orc&not-tags=orc,red", NAME),
    ("not-tags-any", "?tags=orc&not-tags-any=red,green", NAME),
    ("not-tags-any all", f"?{LIST}&not-tags-any=red,blue", NAME),
    ("tags none", "?tags=orc-none", NAME),
    ("tags empty", f"?{LIST}&tags=", NAME),
    ("any-tags unknown", "?any-tags=orc", NAME),
    ("sort by name", f"?{LIST}&sort_key=name&sort_dir=asc", IN_ORDER),
    ("sort without direction", f"?{LIST}&sort_key=name", IN_ORDER),
    ("sort desc", f"?{LIST}&sort_key=name&sort_dir=desc", IN_ORDER),
    ("sort DESC", f"?{LIST}&sort_key=name&sort_dir=DESC", IN_ORDER),
    ("sort two keys",
     f"?{LIST}&sort_key=mtu&sort_dir=asc&sort_key=name&sort_dir=desc", IN_ORDER),
    ("sort two keys, one dir", f"?{LIST}&sort_key=mtu&sort_key=name&sort_dir=desc",
     IN_ORDER),
    ("sort one key, two dirs",
     f"?{LIST}&sort_key=name&sort_dir=asc&sort_dir=desc", IN_ORDER),
    ("sort the same key twice",
     f"?{LIST}&sort_key=name&sort_dir=asc&sort_key=name&sort_dir=desc", IN_ORDER),
    ("sort dir without key", f"?{LIST}&sort_dir=desc", NAME),
    ("sort dir bad", f"?{LIST}&sort_key=name&sort_dir=sideways", NAME),
    ("sort key empty", f"?{LIST}&sort_key=", NAME),
] + [
    (f"sort by {key}", f"?{LIST}&sort_dir=asc&sort_key={key}", NAME)
    for key in ("nonsense", "id", "shared", "subnets", "tenant_id", "project_id",
                "description", "mtu", "admin_state_up", "status", "updated_at",
                "router:external", "tags", "revision_number")
] + [
    ("sort by created_at", f"?{LIST}&sort_key=created_at&sort_dir=asc", IN_ORDER),
    ("limit", f"?{LIST}&limit=2&{BY_NAME}", PAGE),
    ("limit exact", f"?{LIST}&limit=3&{BY_NAME}", PAGE),
    ("limit beyond", f"?{LIST}&{BY_NAME}&limit=9", PAGE),
    ("limit 0", f"?{LIST}&limit=0", NAME),
    ("limit negative", f"?{LIST}&limit=-1", NAME),
    ("limit text", f"?{LIST}&limit=abc", NAME),
    ("limit empty", f"?{LIST}&limit=", NAME),
    ("limit twice", f"?{LIST}&{BY_NAME}&limit=1&limit=2", PAGE),
    ("limit enormous", f"?{LIST}&{BY_NAME}&limit=99999999999", PAGE),
    ("limit and fields", f"?{LIST}&{BY_NAME}&limit=1&fields=name", PAGE),
    ("limit of none", "?name=orc-none&limit=1", PAGE),
    ("marker", f"?{LIST}&{BY_NAME}&limit=1&marker={{list_a}}", PAGE),
    ("marker near the end", f"?{LIST}&{BY_NAME}&limit=1&marker={{list_b}}", PAGE),
    ("marker of the last", f"?{LIST}&{BY_NAME}&limit=1&marker={{list_c}}", PAGE),
    ("marker alone", f"?{LIST}&{BY_NAME}&marker={{list_a}}", PAGE),
    ("marker outside the filter", f"?{LIST}&{BY_NAME}&limit=3&marker={{net}}", PAGE),
    ("marker absent", f"?{LIST}&limit=1&marker={NOBODY}", NAME),
    ("marker no UUID", f"?{LIST}&limit=1&marker=abc", NAME),
    ("marker empty", f"?{LIST}&{BY_NAME}&limit=9&marker=", PAGE),
    ("page_reverse", f"?{LIST}&{BY_NAME}&limit=2&page_reverse=True", PAGE),
    ("page_reverse and marker",
     f"?{LIST}&{BY_NAME}&limit=1&page_reverse=True&marker={{list_c}}", PAGE),
    ("page_reverse to the first",
     f"?{LIST}&{BY_NAME}&limit=1&page_reverse=True&marker={{list_b}}", PAGE),
    ("page_reverse bad", f"?{LIST}&page_reverse=maybe", NAME),
    ("page_reverse without limit", f"?{LIST}&{BY_NAME}&page_reverse=True", IN_ORDER),
])

section("Networks: bulk")
add("networks bulk: two", "POST /v2.0/networks",
    {"networks": [{"name": "orc-bulk-1"}, {"name": "orc-bulk-2"}]},
    drop=True, ordered=True)
for _name, _value in [
    ("empty", []), ("not a list", {"name": "orc"}), ("null", None), ("string", "orc"),
    ("wrapped", [{"network": {"name": "orc"}}]), ("of strings", ["orc"]),
    ("of nulls", [None]), ("one bad", [{"name": "orc-bulk-bad"}, {"colour": 1}]),
    ("one of bad type", [{"name": "orc-bulk-bad"}, {"mtu": "x"}]),
]:
    add(f"networks bulk: {_name}", "POST /v2.0/networks", {"networks": _value},
        drop=True)
add("networks bulk: nothing left", "GET /v2.0/networks?name=orc-bulk-bad")

# --- subnets ----------------------------------------------------------------

section("Subnets: create, IPv4")
V4 = {"network_id": "{net}", "name": "orc-sub", "ip_version": 4,
      "cidr": "192.0.2.0/24"}
add("subnet: create", "POST /v2.0/subnets", {"subnet": V4}, drop=True, whole=True)


def pools(*pairs):
    return [{"start": first, "end": last} for first, last in pairs]


posts("subnet", "subnet create", V4, [
    ("network absent", {"network_id": ABSENT}),
    ("network null", {"network_id": None}),
    ("network no UUID", {"network_id": "net"}),
    ("network unknown", {"network_id": NOBODY}),
    ("network list", {"network_id": ["{net}"]}),
    ("ip_version absent", {"ip_version": ABSENT}),
    ("ip_version '4'", {"ip_version": "4"}),
    ("ip_version 5", {"ip_version": 5}),
    ("ip_version 6 for IPv4", {"ip_version": 6}),
    ("ip_version text", {"ip_version": "four"}),
    ("ip_version null", {"ip_version": None}),
    ("ip_version true", {"ip_version": True}),
    ("cidr absent", {"cidr": ABSENT}),
    ("cidr null", {"cidr": None}),
    ("cidr empty", {"cidr": ""}),
    ("cidr text", {"cidr": "nonsense"}),
    ("cidr integer", {"cidr": 10}),
    ("cidr without mask", {"cidr": "192.0.2.0"}),
    ("cidr netmask", {"cidr": "192.0.2.0/255.255.255.0"}),
    ("cidr /33", {"cidr": "192.0.2.0/33"}),
    ("cidr host bits", {"cidr": "192.0.2.77/24"}),
    ("cidr three parts", {"cidr": "192.0.2/24"}),
    ("cidr leading zero", {"cidr": "192.0.002.0/24"}),
    ("cidr blanks", {"cidr": " 192.0.2.0/24"}),
    ("cidr of IPv6", {"cidr": "2001:db8::/64"}),
    ("cidr /0", {"cidr": "0.0.0.0/0"}),
    ("cidr 0/8", {"cidr": "0.0.0.0/8"}),
    ("cidr loopback", {"cidr": "127.0.0.0/8"}),
    ("cidr multicast", {"cidr": "224.0.0.0/24"}),
    ("cidr link-local", {"cidr": "169.254.0.0/16"}),
    ("cidr class E", {"cidr": "240.0.0.0/8"}),
    ("cidr /1", {"cidr": "128.0.0.0/1"}),
    ("cidr /30", {"cidr": "192.0.2.0/30"}),
    ("cidr /31", {"cidr": "192.0.2.0/31"}),
    ("cidr /32", {"cidr": "192.0.2.9/32"}),
    ("cidr /31 without gateway", {"cidr": "192.0.2.0/31", "gateway_ip": None}),
    ("cidr /32 without gateway", {"cidr": "192.0.2.9/32", "gateway_ip": None}),
    ("cidr /31 gateway second", {"cidr": "192.0.2.0/31", "gateway_ip": "192.0.2.1"}),
    ("cidr /32 gateway itself", {"cidr": "192.0.2.9/32", "gateway_ip": "192.0.2.9"}),
    ("gateway null", {"gateway_ip": None}),
    ("gateway explicit", {"gateway_ip": "192.0.2.254"}),
    ("gateway in the middle", {"gateway_ip": "192.0.2.100"}),
    ("gateway empty", {"gateway_ip": ""}),
    ("gateway text", {"gateway_ip": "nonsense"}),
    ("gateway list", {"gateway_ip": ["192.0.2.1"]}),
    ("gateway outside", {"gateway_ip": "198.51.100.1"}),
    ("gateway network address", {"gateway_ip": "192.0.2.0"}),
    ("gateway broadcast", {"gateway_ip": "192.0.2.255"}),
    ("gateway of IPv6", {"gateway_ip": "2001:db8::1"}),
    ("gateway 0.0.0.0", {"gateway_ip": "0.0.0.0"}),
    ("gateway leading zero", {"gateway_ip": "192.0.2.01"}),
    ("gateway in pool", {"gateway_ip": "192.0.2.1",
                         "allocation_pools": pools(("192.0.2.1", "192.0.2.9"))}),
    ("default gateway in pool",
     {"allocation_pools": pools(("192.0.2.1", "192.0.2.9"))}),
    ("pool without gateway",
     {"gateway_ip": None, "allocation_pools": pools(("192.0.2.1", "192.0.2.254"))}),
    ("pool", {"allocation_pools": pools(("192.0.2.10", "192.0.2.20"))}),
    ("pools two", {"allocation_pools": pools(("192.0.2.30", "192.0.2.40"),
                                             ("192.0.2.10", "192.0.2.20"))}),
    ("pools adjacent", {"allocation_pools": pools(("192.0.2.10", "192.0.2.20"),
                                                  ("192.0.2.21", "192.0.2.30"))}),
    ("pools overlapping", {"allocation_pools": pools(("192.0.2.10", "192.0.2.20"),
                                                     ("192.0.2.20", "192.0.2.30"))}),
    ("pool of one", {"allocation_pools": pools(("192.0.2.10", "192.0.2.10"))}),
    ("pool inverted", {"allocation_pools": pools(("192.0.2.20", "192.0.2.10"))}),
    ("pool outside", {"allocation_pools": pools(("198.51.100.1", "198.51.100.9"))}),
    ("pool half outside",
     {"allocation_pools": pools(("192.0.2.10", "192.0.3.10"))}),
    ("pool with network address",
     {"gateway_ip": None, "allocation_pools": pools(("192.0.2.0", "192.0.2.9"))}),
    ("pool with broadcast",
     {"allocation_pools": pools(("192.0.2.10", "192.0.2.255"))}),
    ("pool of IPv6", {"allocation_pools": pools(("2001:db8::1", "2001:db8::9"))}),
    ("pool mixed", {"allocation_pools": pools(("192.0.2.10", "2001:db8::9"))}),
    ("pools empty", {"allocation_pools": []}),
    ("pools null", {"allocation_pools": None}),
    ("pools string", {"allocation_pools": "192.0.2.10-192.0.2.20"}),
    ("pools object", {"allocation_pools": {"start": "192.0.2.10",
                                           "end": "192.0.2.20"}}),
    ("pool without end", {"allocation_pools": [{"start": "192.0.2.10"}]}),
    ("pool with more keys", {"allocation_pools": [
        {"start": "192.0.2.10", "end": "192.0.2.20", "step": 2}]}),
    ("pool bad address", {"allocation_pools": pools(("192.0.2.10", "nonsense"))}),
    ("pool null address", {"allocation_pools": pools(("192.0.2.10", None))}),
    ("pool empty object", {"allocation_pools": [{}]}),
    ("name null", {"name": None}),
    ("name 256", {"name": LONG}),
    ("description 256", {"description": LONG}),
    ("enable_dhcp false", {"enable_dhcp": False}),
    ("enable_dhcp 'False'", {"enable_dhcp": "False"}),
    ("enable_dhcp bad", {"enable_dhcp": "x"}),
    ("enable_dhcp null", {"enable_dhcp": None}),
    ("dns", {"dns_nameservers": ["192.0.2.53", "198.51.100.53"]}),
    ("dns descending", {"dns_nameservers": ["198.51.100.53", "192.0.2.53"]}),
    ("dns IPv6 in IPv4", {"dns_nameservers": ["2001:db8::53"]}),
    ("dns 0.0.0.0", {"dns_nameservers": ["0.0.0.0"]}),
    ("dns null", {"dns_nameservers": None}),
    ("dns empty", {"dns_nameservers": []}),
    ("dns string", {"dns_nameservers": "192.0.2.53"}),
    ("dns name", {"dns_nameservers": ["ns.example.org"]}),
    ("dns twice", {"dns_nameservers": ["192.0.2.53", "192.0.2.53"]}),
    ("dns of null", {"dns_nameservers": [None]}),
    ("dns six", {"dns_nameservers": [f"192.0.2.{n}" for n in range(50, 56)]}),
    ("routes", {"host_routes": [
        {"destination": "10.0.0.0/8", "nexthop": "192.0.2.9"},
        {"destination": "0.0.0.0/0", "nexthop": "192.0.2.8"}]}),
    ("routes host bits", {"host_routes": [
        {"destination": "10.1.2.3/8", "nexthop": "192.0.2.9"}]}),
    ("routes null", {"host_routes": None}),
    ("routes empty", {"host_routes": []}),
    ("routes object", {"host_routes": {}}),
    ("routes without nexthop", {"host_routes": [{"destination": "10.0.0.0/8"}]}),
    ("routes more keys", {"host_routes": [
        {"destination": "10.0.0.0/8", "nexthop": "192.0.2.9", "metric": 1}]}),
    ("routes bad destination", {"host_routes": [
        {"destination": "nonsense", "nexthop": "192.0.2.9"}]}),
    ("routes bad nexthop", {"host_routes": [
        {"destination": "10.0.0.0/8", "nexthop": "nonsense"}]}),
    ("routes twice", {"host_routes": [
        {"destination": "10.0.0.0/8", "nexthop": "192.0.2.9"},
        {"destination": "10.0.0.0/8", "nexthop": "192.0.2.9"}]}),
    ("routes one destination, two nexthops", {"host_routes": [
        {"destination": "10.0.0.0/8", "nexthop": "192.0.2.9"},
        {"destination": "10.0.0.0/8", "nexthop": "192.0.2.10"}]}),
    ("routes IPv6 in IPv4", {"host_routes": [
        {"destination": "2001:db8::/64", "nexthop": "2001:db8::1"}]}),
    ("routes mixed", {"host_routes": [
        {"destination": "10.0.0.0/8", "nexthop": "2001:db8::1"}]}),
    ("routes nexthop outside", {"host_routes": [
        {"destination": "10.0.0.0/8", "nexthop": "198.51.100.1"}]}),
    ("service types", {"service_types": ["compute:nova", "network:floatingip"]}),
    ("service types empty", {"service_types": []}),
    ("service types null", {"service_types": None}),
    ("service types bad", {"service_types": ["nonsense"]}),
    ("service types twice", {"service_types": ["compute:nova", "compute:nova"]},
     {"slow": True}),
    ("service types string", {"service_types": "compute:nova"}),
    ("service types integer", {"service_types": [1]}),
    ("ra mode on IPv4", {"ipv6_ra_mode": "slaac"}),
    ("address mode on IPv4", {"ipv6_address_mode": "slaac"}),
    ("ra mode null on IPv4", {"ipv6_ra_mode": None}),
    ("prefixlen with cidr", {"prefixlen": 24}),
    ("prefixlen alone", {"cidr": ABSENT, "prefixlen": 24}),
    ("prefixlen bad", {"prefixlen": "x"}),
    ("subnetpool unknown", {"cidr": ABSENT, "subnetpool_id": NOBODY}),
    ("subnetpool null", {"subnetpool_id": None}),
    ("subnetpool bad", {"subnetpool_id": "x"}),
    ("subnetpool and cidr", {"subnetpool_id": NOBODY}),
    ("default subnetpool", {"cidr": ABSENT, "use_default_subnetpool": True}),
    ("default subnetpool false", {"use_default_subnetpool": False}),
    ("segment unknown", {"segment_id": NOBODY}),
    ("segment null", {"segment_id": None}),
    ("dns_publish_fixed_ip", {"dns_publish_fixed_ip": True}),
    ("tenant_id", {"tenant_id": OTHER_PROJECT}, {"values": ("project_id",)}),
    ("project_id", {"project_id": OTHER_PROJECT}, {"values": ("tenant_id",)}),
    ("both projects differing", {"project_id": OTHER_PROJECT,
                                 "tenant_id": QUOTA_PROJECT}),
    ("unknown attribute", {"colour": "red"}),
    ("read-only id", {"id": NOBODY}),
    ("read-only shared", {"shared": True}),
    ("read-only revision_number", {"revision_number": 1}),
    ("tags in the body", {"tags": ["a"]}),
    ("missing everything", {k: ABSENT for k in V4}),
])

posts("subnet", "subnet without dhcp", dict(V4, enable_dhcp=False), [
    ("cidr without mask", {"cidr": "192.0.2.9"}),
    ("cidr /31", {"cidr": "192.0.2.0/31"}),
    ("cidr /32", {"cidr": "192.0.2.9/32"}),
    ("cidr /31 without gateway", {"cidr": "192.0.2.0/31", "gateway_ip": None}),
    ("cidr /32 without gateway", {"cidr": "192.0.2.9/32", "gateway_ip": None}),
    ("cidr /31 gateway first", {"cidr": "192.0.2.0/31", "gateway_ip": "192.0.2.0"}),
    ("cidr /31 gateway second", {"cidr": "192.0.2.0/31", "gateway_ip": "192.0.2.1"}),
    ("cidr /32 gateway itself", {"cidr": "192.0.2.9/32", "gateway_ip": "192.0.2.9"}),
    ("cidr /31 host bits", {"cidr": "192.0.2.1/31"}),
    ("cidr /31 pool of both", {
        "cidr": "192.0.2.0/31", "gateway_ip": None,
        "allocation_pools": pools(("192.0.2.0", "192.0.2.1"))}),
    ("cidr /0", {"cidr": "0.0.0.0/0"}),
    ("cidr 0/8", {"cidr": "0.0.0.0/8"}),
    ("cidr loopback", {"cidr": "127.0.0.0/8"}),
    ("cidr multicast", {"cidr": "224.0.0.0/24"}),
    ("cidr /127", {"ip_version": 6, "cidr": "2001:db8:1::/127"}),
    ("cidr /128", {"ip_version": 6, "cidr": "2001:db8:1::5/128"}),
    ("cidr /127 without gateway", {
        "ip_version": 6, "cidr": "2001:db8:1::/127", "gateway_ip": None}),
    ("cidr /128 without gateway", {
        "ip_version": 6, "cidr": "2001:db8:1::5/128", "gateway_ip": None}),
    ("cidr multicast IPv6", {"ip_version": 6, "cidr": "ff00::/64"}),
    ("cidr ::/0", {"ip_version": 6, "cidr": "::/0"}),
])

section("Subnets: create, IPv6")
V6 = {"network_id": "{net}", "name": "orc-sub6", "ip_version": 6,
      "cidr": "2001:db8:1::/64"}
posts("subnet", "subnet6 create", V6, [
    ("plain", {}),
    ("gateway null", {"gateway_ip": None}),
    ("gateway explicit", {"gateway_ip": "2001:db8:1::ff"}),
    ("gateway ::", {"gateway_ip": "2001:db8:1::"}),
    ("gateway last", {"gateway_ip": "2001:db8:1:0:ffff:ffff:ffff:ffff"}),
    ("gateway link-local", {"gateway_ip": "fe80::1"}),
    ("gateway outside", {"gateway_ip": "2001:db8:2::1"}),
    ("gateway of IPv4", {"gateway_ip": "192.0.2.1"}),
    ("gateway capitals", {"gateway_ip": "2001:DB8:1:0::00FF"}),
    ("gateway in pool", {"gateway_ip": "2001:db8:1::5", "allocation_pools":
                         pools(("2001:db8:1::2", "2001:db8:1::9"))}),
    ("cidr capitals", {"cidr": "2001:0DB8:0001::/64"}),
    ("cidr host bits", {"cidr": "2001:db8:1::5/64"}),
    ("cidr /127", {"cidr": "2001:db8:1::/127"}),
    ("cidr /128", {"cidr": "2001:db8:1::5/128"}),
    ("cidr /127 without gateway", {"cidr": "2001:db8:1::/127", "gateway_ip": None}),
    ("cidr /128 without gateway", {"cidr": "2001:db8:1::5/128", "gateway_ip": None}),
    ("cidr /126", {"cidr": "2001:db8:1::/126"}),
    ("cidr /129", {"cidr": "2001:db8:1::/129"}),
    ("cidr /48", {"cidr": "2001:db8:1::/48"}),
    ("cidr /0", {"cidr": "::/0"}),
    ("cidr ::/64", {"cidr": "::/64"}),
    ("cidr without mask", {"cidr": "2001:db8:1::"}),
    ("cidr link-local", {"cidr": "fe80::/64"}),
    ("cidr multicast", {"cidr": "ff00::/64"}),
    ("cidr loopback", {"cidr": "::1/128"}),
    ("cidr unique local", {"cidr": "fd00::/64"}),
    ("cidr mapped IPv4", {"cidr": "::ffff:192.0.2.0/120"}),
    ("cidr of IPv4", {"cidr": "192.0.2.0/24"}),
    ("ip_version 4 for IPv6", {"ip_version": 4}),
    ("pool", {"allocation_pools": pools(("2001:db8:1::10", "2001:db8:1::20"))}),
    ("pool with ::", {"allocation_pools": pools(("2001:db8:1::", "2001:db8:1::9")),
                      "gateway_ip": None}),
    ("pool to the last", {"allocation_pools": pools(
        ("2001:db8:1::2", "2001:db8:1:0:ffff:ffff:ffff:ffff"))}),
    ("pool capitals", {"allocation_pools": pools(
        ("2001:DB8:1::A", "2001:DB8:1::00F"))}),
    ("dns", {"dns_nameservers": ["2001:DB8::53"]}),
    ("dns IPv4", {"dns_nameservers": ["192.0.2.53"]}),
    ("routes", {"host_routes": [
        {"destination": "2001:DB8:9::/64", "nexthop": "2001:DB8:1::9"}]}),
    ("ra mode unknown", {"ipv6_ra_mode": "nonsense"}),
    ("ra mode null", {"ipv6_ra_mode": None}),
    ("ra mode integer", {"ipv6_ra_mode": 1}),
    ("slaac /65", {"cidr": "2001:db8:1::/65", "ipv6_ra_mode": "slaac",
                   "ipv6_address_mode": "slaac"}),
    ("slaac /63", {"cidr": "2001:db8:1::/63", "ipv6_ra_mode": "slaac",
                   "ipv6_address_mode": "slaac"}),
    ("slaac address mode /80", {"cidr": "2001:db8:1::/80",
                                "ipv6_address_mode": "slaac"}),
    ("stateful /80", {"cidr": "2001:db8:1::/80", "ipv6_ra_mode": "dhcpv6-stateful",
                      "ipv6_address_mode": "dhcpv6-stateful"}),
    ("slaac without dhcp", {"ipv6_ra_mode": "slaac", "ipv6_address_mode": "slaac",
                            "enable_dhcp": False}),
    ("slaac without gateway", {"ipv6_ra_mode": "slaac", "ipv6_address_mode": "slaac",
                               "gateway_ip": None}),
    ("slaac with pool", {"ipv6_ra_mode": "slaac", "ipv6_address_mode": "slaac",
                         "allocation_pools":
                         pools(("2001:db8:1::10", "2001:db8:1::20"))}),
    ("slaac and link-local gateway", {
        "ipv6_ra_mode": "slaac", "ipv6_address_mode": "slaac",
        "gateway_ip": "fe80::1"}),
    ("prefix delegation", {"cidr": ABSENT, "subnetpool_id": "prefix_delegation",
                           "ipv6_ra_mode": "slaac", "ipv6_address_mode": "slaac"}),
])
MODES = [None, "slaac", "dhcpv6-stateful", "dhcpv6-stateless"]
posts("subnet", "subnet6 modes", V6, [
    (f"ra {ra or 'absent'}, address {address or 'absent'}",
     {"ipv6_ra_mode": ra or ABSENT, "ipv6_address_mode": address or ABSENT})
    for ra in MODES for address in MODES
])

section("Subnets: several in one network")
add("overlap: first", "POST /v2.0/subnets",
    {"subnet": dict(V4, name="orc-sub", cidr="192.0.2.0/25")}, save="sub", exact=True)
posts("subnet", "overlap", V4, [
    ("the same", {"cidr": "192.0.2.0/25"}),
    ("inside", {"cidr": "192.0.2.64/26"}),
    ("around", {"cidr": "192.0.2.0/24"}),
    ("beside", {"cidr": "192.0.2.128/25"}),
    ("host bits", {"cidr": "192.0.2.5/25"}),
])
add("overlap: other network's is none", "POST /v2.0/subnets",
    {"subnet": dict(V4, network_id="{list_a}", cidr="192.0.2.0/25")}, drop=True)
add("overlap: network shows its subnet", "GET /v2.0/networks/{net}")
add("subnets bulk: two", "POST /v2.0/subnets", {"subnets": [
    dict(V4, cidr="198.51.100.0/25"), dict(V4, cidr="198.51.100.128/25")]},
    drop=True, ordered=True)
add("subnets bulk: overlapping", "POST /v2.0/subnets", {"subnets": [
    dict(V4, cidr="198.51.100.0/24", name="orc-bulk-bad"),
    dict(V4, cidr="198.51.100.0/25", name="orc-bulk-bad")]}, drop=True)
add("subnets bulk: one bad", "POST /v2.0/subnets", {"subnets": [
    dict(V4, cidr="198.51.100.0/24", name="orc-bulk-bad"),
    dict(V4, cidr="nonsense")]}, drop=True)
add("subnets bulk: empty", "POST /v2.0/subnets", {"subnets": []})
add("subnets bulk: nothing left", "GET /v2.0/subnets?name=orc-bulk-bad")

section("Subnets: update")
puts("subnet", "subnet update", "{sub}", [
    ("nothing", {}),
    ("name", {"name": "orc-sub"}),
    ("name 256", {"name": LONG}),
    ("description", {"description": "second"}),
    ("cidr", {"cidr": "192.0.2.0/24"}),
    ("same cidr", {"cidr": "192.0.2.0/25"}),
    ("ip_version", {"ip_version": 4}),
    ("network_id", {"network_id": "{net}"}),
    ("tenant_id", {"tenant_id": OTHER_PROJECT}),
    ("id", {"id": "{sub}"}),
    ("ra mode", {"ipv6_ra_mode": "slaac"}),
    ("prefixlen", {"prefixlen": 25}),
    ("subnetpool", {"subnetpool_id": NOBODY}),
    ("unknown", {"colour": "red"}),
    ("gateway in pool", {"gateway_ip": "192.0.2.5"}),
    ("gateway null", {"gateway_ip": None}),
    ("gateway outside", {"gateway_ip": "198.51.100.1"}),
    ("gateway network address", {"gateway_ip": "192.0.2.0"}),
    ("gateway broadcast", {"gateway_ip": "192.0.2.127"}),
    ("gateway bad", {"gateway_ip": "x"}),
    ("gateway of IPv6", {"gateway_ip": "2001:db8::1"}),
    ("gateway back", {"gateway_ip": "192.0.2.1"}),
    ("pool shrunk", {"allocation_pools": pools(("192.0.2.20", "192.0.2.100"))}),
    ("gateway below the pool", {"gateway_ip": "192.0.2.2"}),
    ("gateway back again", {"gateway_ip": "192.0.2.1"}),
    ("pool with gateway", {"allocation_pools": pools(("192.0.2.1", "192.0.2.100"))}),
    ("pool and gateway", {"gateway_ip": "192.0.2.126",
                          "allocation_pools": pools(("192.0.2.1", "192.0.2.100"))}),
    ("pool and bad gateway", {
        "gateway_ip": "192.0.2.50",
        "allocation_pools": pools(("192.0.2.1", "192.0.2.100"))}),
    ("pool outside", {"allocation_pools": pools(("192.0.2.100", "192.0.2.200"))}),
    ("pools overlapping", {"allocation_pools": pools(
        ("192.0.2.10", "192.0.2.30"), ("192.0.2.30", "192.0.2.40"))}),
    ("pool inverted", {"allocation_pools": pools(("192.0.2.30", "192.0.2.20"))}),
    ("pools two", {"allocation_pools": pools(
        ("192.0.2.50", "192.0.2.60"), ("192.0.2.10", "192.0.2.20"))}),
    ("pools two, read back", {}),
    ("pools empty", {"allocation_pools": []}),
    ("pools after empty", {}),
    ("pools null", {"allocation_pools": None}),
    ("pools whole", {"gateway_ip": "192.0.2.1", "allocation_pools":
                     pools(("192.0.2.2", "192.0.2.126"))}),
    ("dhcp 'false'", {"enable_dhcp": "false"}),
    ("dhcp bad", {"enable_dhcp": 9}),
    ("dhcp true", {"enable_dhcp": True}),
    ("dns", {"dns_nameservers": ["198.51.100.53", "192.0.2.53"]}),
    ("dns other order", {"dns_nameservers": ["192.0.2.53", "198.51.100.53"]}),
    ("dns twice", {"dns_nameservers": ["192.0.2.53", "192.0.2.53"]}),
    ("dns null", {"dns_nameservers": None}),
    ("routes", {"host_routes": [
        {"destination": "10.0.0.0/8", "nexthop": "192.0.2.9"}]}),
    ("routes bad", {"host_routes": [{"destination": "10.0.0.0/8"}]}),
    ("routes null", {"host_routes": None}),
    ("service types", {"service_types": ["network:dhcp"]}),
    ("service types empty", {"service_types": []}),
    ("segment unknown", {"segment_id": NOBODY}),
])
for _name, _id in [("absent", NOBODY), ("not a UUID", "no-uuid")]:
    add(f"subnet show: {_name}", f"GET /v2.0/subnets/{_id}")
    add(f"subnet update: {_name}", f"PUT /v2.0/subnets/{_id}", {"subnet": {}})
    add(f"subnet delete: {_name}", f"DELETE /v2.0/subnets/{_id}")
add("subnet show: whole", "GET /v2.0/subnets/{sub}", whole=True)

section("Subnets: lists")
SUBS = "name=orc-sub"
gets("subnets", "/v2.0/subnets", [
    ("by name", f"?{SUBS}", NAME),
    ("by network", "?network_id={net}", NAME),
    ("by two networks", "?network_id={net}&network_id={list_a}", NAME),
    ("by cidr", f"?{SUBS}&cidr=192.0.2.0/25", NAME),
    ("by cidr escaped", f"?{SUBS}&cidr=192.0.2.0%2F25", NAME),
    ("by cidr with host bits", f"?{SUBS}&cidr=192.0.2.5/25", NAME),
    ("by cidr bad", f"?{SUBS}&cidr=nonsense", NAME),
    ("by gateway", f"?{SUBS}&gateway_ip=192.0.2.1", NAME),
    ("by gateway bad", f"?{SUBS}&gateway_ip=nonsense", NAME),
    ("by gateway empty", f"?{SUBS}&gateway_ip=", NAME),
    ("by ip_version", f"?{SUBS}&ip_version=4", NAME),
    ("by ip_version 6", f"?{SUBS}&ip_version=6", NAME),
    ("by ip_version bad", f"?{SUBS}&ip_version=four", NAME),
    ("by dhcp", f"?{SUBS}&enable_dhcp=True", NAME),
    ("by dhcp bad", f"?{SUBS}&enable_dhcp=maybe", NAME),
    ("by shared", f"?{SUBS}&shared=False", NAME),
    ("by ra mode", f"?{SUBS}&ipv6_ra_mode=slaac", NAME),
    ("by ra mode bad", f"?{SUBS}&ipv6_ra_mode=nonsense", NAME),
    ("by subnetpool", f"?{SUBS}&subnetpool_id={NOBODY}", NAME),
    ("by segment", f"?{SUBS}&segment_id={NOBODY}", NAME),
    ("by dns", f"?{SUBS}&dns_nameservers=192.0.2.53", NAME),
    ("by pools", f"?{SUBS}&allocation_pools=x", NAME),
    ("by service type", f"?{SUBS}&service_types=x", NAME),
    ("by router:external", f"?{SUBS}&router:external=False", NAME),
    ("by unknown", "?nonsense=1", NAME),
    ("sort by cidr", f"?{SUBS}&sort_dir=asc&sort_key=cidr", NAME),
    ("sort by network_id", f"?{SUBS}&sort_dir=asc&sort_key=network_id", NAME),
    ("sort by pools", f"?{SUBS}&sort_dir=asc&sort_key=allocation_pools", NAME),
    ("fields", f"?{SUBS}&fields=cidr", {"values": ("cidr",), "whole": True}),
])

# --- ports ------------------------------------------------------------------

section("Ports: networks to put them in")
add("ports: network", "POST /v2.0/networks", {"network": {"name": "orc-ports"}},
    save="pnet")
posts("port", "port without subnets", {"network_id": "{pnet}"}, [
    ("plain", {}),
    ("fixed_ips empty", {"fixed_ips": []}),
    ("an address", {"fixed_ips": [{"ip_address": "192.0.2.5"}]}),
    ("an unknown subnet", {"fixed_ips": [{"subnet_id": NOBODY}]}),
])
add("ports: IPv4 subnet", "POST /v2.0/subnets", {"subnet": {
    "network_id": "{pnet}", "ip_version": 4, "cidr": "192.0.2.0/24",
    "allocation_pools": pools(("192.0.2.10", "192.0.2.200")),
    "name": "orc-p4"}}, save="p4")
add("ports: IPv4 only", "POST /v2.0/ports",
    {"port": {"network_id": "{pnet}", "name": "orc-first"}}, drop=True, whole=True)
add("ports: IPv6 subnet", "POST /v2.0/subnets", {"subnet": {
    "network_id": "{pnet}", "ip_version": 6, "cidr": "2001:db8:7::/64",
    "ipv6_ra_mode": "dhcpv6-stateful", "ipv6_address_mode": "dhcpv6-stateful",
    "name": "orc-p6"}}, save="p6")
add("ports: second IPv4 subnet", "POST /v2.0/subnets", {"subnet": {
    "network_id": "{pnet}", "ip_version": 4, "cidr": "198.51.100.0/24",
    "name": "orc-p4b"}}, save="p4b")

section("Ports: create")
add("port: create", "POST /v2.0/ports", {"port": {
    "network_id": "{pnet}", "name": "orc-port", "mac_address": "02:00:00:00:00:01",
    "fixed_ips": [{"ip_address": "192.0.2.50"}]}}, save="port", exact=True, whole=True)
add("port: show", "GET /v2.0/ports/{port}", exact=True, whole=True)
P = {"network_id": "{pnet}", "name": "orc-tmp"}


def ips(*forms):
    """fixed_ips of addresses, "@subnet" and (subnet, address) pairs."""
    made = []
    for form in forms:
        if isinstance(form, tuple):
            made.append({"subnet_id": form[0], "ip_address": form[1]})
        elif form.startswith("@"):
            made.append({"subnet_id": form[1:]})
        else:
            made.append({"ip_address": form})
    return {"fixed_ips": made}


EXACT = {"exact": True}
posts("port", "port create", P, [
    ("plain", {}),
    ("network absent", {"network_id": ABSENT}),
    ("network null", {"network_id": None}),
    ("network no UUID", {"network_id": "x"}),
    ("network unknown", {"network_id": NOBODY}),
    ("fixed_ips null", {"fixed_ips": None}),
    ("fixed_ips empty", {"fixed_ips": []}),
    ("fixed_ips string", {"fixed_ips": "192.0.2.60"}),
    ("fixed_ips object", {"fixed_ips": {"ip_address": "192.0.2.60"}}),
    ("fixed_ips of strings", {"fixed_ips": ["192.0.2.60"]}),
    ("fixed_ips empty object", {"fixed_ips": [{}]}),
    ("fixed_ips unknown key", {"fixed_ips": [{"address": "192.0.2.60"}]}),
    ("fixed_ips extra key", {"fixed_ips": [
        {"ip_address": "192.0.2.60", "colour": "red"}]}),
    ("subnet only", ips("@{p4}")),
    ("subnet IPv6 only", ips("@{p6}")),
    ("both subnets", ips("@{p4}", "@{p6}")),
    ("all three subnets", ips("@{p4}", "@{p6}", "@{p4b}")),
    ("the same subnet twice", ips("@{p4}", "@{p4}")),
    ("subnet unknown", ips("@" + NOBODY)),
    ("subnet no UUID", ips("@x")),
    ("subnet null", {"fixed_ips": [{"subnet_id": None}]}),
    ("subnet empty", {"fixed_ips": [{"subnet_id": "", "ip_address": "192.0.2.60"}]}),
    ("subnet of other network", ips("@{sub}")),
    ("subnet of other network and ip", ips(("{sub}", "192.0.2.60"))),
    ("ip only", ips("192.0.2.60"), EXACT),
    ("ip outside the pool", ips("192.0.2.5"), EXACT),
    ("ip IPv6", ips("2001:db8:7::60"), EXACT),
    ("ip IPv6 capitals", ips("2001:DB8:7::0060"), EXACT),
    ("ip IPv4 and IPv6", ips("192.0.2.60", "2001:db8:7::60"), EXACT),
    ("subnet and ip", ips(("{p4}", "192.0.2.60")), EXACT),
    ("subnet and ip of other", ips(("{p4b}", "192.0.2.60"))),
    ("ip and subnet only", ips("192.0.2.60", "@{p4b}")),
    ("ip in no subnet", ips("203.0.113.5")),
    ("subnet and ip in no subnet", ips(("{p4}", "203.0.113.5"))),
    ("ip in use", ips("192.0.2.50")),
    ("ip in use with subnet", ips(("{p4}", "192.0.2.50"))),
    ("ip of the network", ips("192.0.2.0")),
    ("ip of broadcast", ips("192.0.2.255")),
    ("ip of broadcast with subnet", ips(("{p4}", "192.0.2.255"))),
    ("ip of the gateway", ips("192.0.2.1"), EXACT),
    ("ip of the gateway by a router", dict(
        ips("192.0.2.1"), device_owner="network:router_interface"), EXACT),
    ("ip IPv6 ::", ips("2001:db8:7::")),
    ("ip IPv6 last", ips("2001:db8:7:0:ffff:ffff:ffff:ffff"), EXACT),
    ("ip twice", ips("192.0.2.60", "192.0.2.60")),
    ("ip twice with subnet", ips(("{p4}", "192.0.2.60"), ("{p4}", "192.0.2.60"))),
    ("ip bad", ips("nonsense")),
    ("ip null", {"fixed_ips": [{"ip_address": None}]}),
    ("ip empty", {"fixed_ips": [{"ip_address": ""}]}),
    ("ip integer", {"fixed_ips": [{"ip_address": 5}]}),
    ("ip with mask", ips("192.0.2.60/24")),
    ("ip leading zero", ips("192.0.2.060")),
    ("two ips of one subnet", ips("192.0.2.60", "192.0.2.61"), EXACT),
    ("ips in descending order", ips("192.0.2.61", "192.0.2.60"), EXACT),
    ("more than the subnet has", ips(*["@{p4}"] * 200)),
    ("name null", {"name": None}),
    ("name 256", {"name": LONG}),
    ("description 256", {"description": LONG}),
    ("admin_state_up 'False'", {"admin_state_up": "False"}),
    ("admin_state_up bad", {"admin_state_up": "x"}),
    ("mac", {"mac_address": "02:00:00:00:00:aa"}, {"values": ("mac_address",)}),
    ("mac capitals", {"mac_address": "02:00:00:00:00:AA"},
     {"values": ("mac_address",)}),
    ("mac hyphens", {"mac_address": "02-00-00-00-00-aa"},
     {"values": ("mac_address",)}),
    ("mac Cisco", {"mac_address": "0200.0000.00aa"}, {"values": ("mac_address",)}),
    ("mac without colons", {"mac_address": "0200000000aa"},
     {"values": ("mac_address",)}),
    ("mac short bytes", {"mac_address": "2:0:0:0:0:aa"}, {"values": ("mac_address",)}),
    ("mac in use", {"mac_address": "02:00:00:00:00:01"}),
    ("mac bad", {"mac_address": "nonsense"}),
    ("mac null", {"mac_address": None}),
    ("mac empty", {"mac_address": ""}),
    ("mac integer", {"mac_address": 5}),
    ("mac multicast", {"mac_address": "01:00:5e:00:00:01"}),
    ("mac broadcast", {"mac_address": "ff:ff:ff:ff:ff:ff"}),
    ("mac zero", {"mac_address": "00:00:00:00:00:00"}),
    ("mac seven bytes", {"mac_address": "02:00:00:00:00:00:aa"}),
    ("mac blanks", {"mac_address": " 02:00:00:00:00:aa "}),
    ("device", {"device_id": "orc-vm", "device_owner": "compute:nova"}),
    ("device_id null", {"device_id": None}),
    ("device_id 256", {"device_id": LONG}),
    ("device_owner null", {"device_owner": None}),
    ("device_owner 256", {"device_owner": LONG}),
    ("device_owner dhcp", {"device_owner": "network:dhcp"}),
    ("device_owner router", {"device_owner": "network:router_interface"}),
    ("device_owner floatingip", {"device_owner": "network:floatingip"}),
    ("pairs", {"allowed_address_pairs": [{"ip_address": "10.0.0.0/8"}]}),
    ("pairs with mac", {"allowed_address_pairs": [
        {"ip_address": "10.0.0.1", "mac_address": "02:00:00:00:00:BB"}]}),
    ("pairs IPv6", {"allowed_address_pairs": [{"ip_address": "2001:DB8::/64"}]}),
    ("pairs host bits", {"allowed_address_pairs": [{"ip_address": "10.1.2.3/8"}]}),
    ("pairs null", {"allowed_address_pairs": None}),
    ("pairs empty", {"allowed_address_pairs": []}),
    ("pairs string", {"allowed_address_pairs": "10.0.0.1"}),
    ("pairs of strings", {"allowed_address_pairs": ["10.0.0.1"]}),
    ("pairs without ip", {"allowed_address_pairs": [
        {"mac_address": "02:00:00:00:00:bb"}]}),
    ("pairs bad ip", {"allowed_address_pairs": [{"ip_address": "nonsense"}]}),
    ("pairs null ip", {"allowed_address_pairs": [{"ip_address": None}]}),
    ("pairs bad mac", {"allowed_address_pairs": [
        {"ip_address": "10.0.0.1", "mac_address": "nonsense"}]}),
    ("pairs null mac", {"allowed_address_pairs": [
        {"ip_address": "10.0.0.1", "mac_address": None}]}),
    ("pairs unknown key", {"allowed_address_pairs": [
        {"ip_address": "10.0.0.1", "colour": "red"}]}),
    ("pairs twice", {"allowed_address_pairs": [
        {"ip_address": "10.0.0.1"}, {"ip_address": "10.0.0.1"}]}),
    ("pairs twice with mac", {"allowed_address_pairs": [
        {"ip_address": "10.0.0.1", "mac_address": "02:00:00:00:00:bb"},
        {"ip_address": "10.0.0.1", "mac_address": "02-00-00-00-00-BB"}]}),
    ("pairs eleven", {"allowed_address_pairs": [
        {"ip_address": f"10.0.0.{n}"} for n in range(11)]}),
    ("pairs without port security", {
        "port_security_enabled": False,
        "allowed_address_pairs": [{"ip_address": "10.0.0.1"}]}),
    ("dhcp opts", {"extra_dhcp_opts": [
        {"opt_name": "bootfile-name", "opt_value": "pxe"},
        {"opt_name": "mtu", "opt_value": "1400", "ip_version": "4"}]}),
    ("dhcp opts IPv6", {"extra_dhcp_opts": [
        {"opt_name": "dns-server", "opt_value": "::1", "ip_version": 6}]}),
    ("dhcp opts null", {"extra_dhcp_opts": None}),
    ("dhcp opts empty", {"extra_dhcp_opts": []}),
    ("dhcp opts string", {"extra_dhcp_opts": "x"}),
    ("dhcp opts null value", {"extra_dhcp_opts": [
        {"opt_name": "mtu", "opt_value": None}]}),
    ("dhcp opts without value", {"extra_dhcp_opts": [{"opt_name": "mtu"}]}),
    ("dhcp opts without name", {"extra_dhcp_opts": [{"opt_value": "1"}]}),
    ("dhcp opts empty name", {"extra_dhcp_opts": [
        {"opt_name": "", "opt_value": "1"}]}),
    ("dhcp opts blank value", {"extra_dhcp_opts": [
        {"opt_name": "mtu", "opt_value": " "}]}),
    ("dhcp opts empty value", {"extra_dhcp_opts": [
        {"opt_name": "mtu", "opt_value": ""}]}),
    ("dhcp opts bad version", {"extra_dhcp_opts": [
        {"opt_name": "mtu", "opt_value": "1", "ip_version": 5}]}),
    ("dhcp opts unknown key", {"extra_dhcp_opts": [
        {"opt_name": "mtu", "opt_value": "1", "colour": "red"}]}),
    ("dhcp opts twice", {"extra_dhcp_opts": [
        {"opt_name": "mtu", "opt_value": "1"},
        {"opt_name": "mtu", "opt_value": "2"}]}, {"slow": True}),
    ("dhcp opts 256", {"extra_dhcp_opts": [{"opt_name": "mtu", "opt_value": LONG}]}),
    ("host", {"binding:host_id": "orc-host"}),
    ("host null", {"binding:host_id": None}),
    ("host 256", {"binding:host_id": LONG}),
    ("host integer", {"binding:host_id": 7}),
    ("vnic direct", {"binding:vnic_type": "direct"}),
    ("vnic bad", {"binding:vnic_type": "nonsense"}),
    ("vnic null", {"binding:vnic_type": None}),
    ("profile", {"binding:profile": {"a": 1}}, {"values": ("binding:profile",)}),
    ("profile null", {"binding:profile": None}, {"values": ("binding:profile",)}),
    ("profile string", {"binding:profile": "x"}),
    ("profile list", {"binding:profile": []}),
    ("profile long", {"binding:profile": {"a": "x" * 5000}}),
    ("read-only vif_type", {"binding:vif_type": "ovs"}),
    ("read-only vif_details", {"binding:vif_details": {}}),
    ("dns_name", {"dns_name": "host1"}),
    ("dns_name capitals", {"dns_name": "Host1"}),
    ("dns_name dotted", {"dns_name": "host1.example.org"}),
    ("dns_name of own domain", {"dns_name": "host1.peer.example.org."}),
    ("dns_name of other domain", {"dns_name": "host1.example.org."}),
    ("dns_name bad", {"dns_name": "host_1"}),
    ("dns_name blank", {"dns_name": "ho st"}),
    ("dns_name null", {"dns_name": None}),
    ("dns_name 64", {"dns_name": "h" * 64}),
    ("dns_name hyphen", {"dns_name": "-host"}),
    ("dns_domain on a port", {"dns_domain": "example.org."}),
    ("port security false", {"port_security_enabled": False}),
    ("port security 'False'", {"port_security_enabled": "False"}),
    ("port security bad", {"port_security_enabled": "x"}),
    ("port security null", {"port_security_enabled": None}),
    ("security_groups empty", {"security_groups": []}, {"values": ()}),
    ("security_groups null", {"security_groups": None}, {"values": ()}),
    ("security_groups unknown", {"security_groups": [NOBODY]}),
    ("security_groups bad", {"security_groups": ["x"]}),
    ("security_groups string", {"security_groups": "x"}),
    ("qos unknown", {"qos_policy_id": NOBODY}),
    ("propagate_uplink_status", {"propagate_uplink_status": False}),
    ("numa bad", {"numa_affinity_policy": "x"}),
    ("tenant_id", {"tenant_id": OTHER_PROJECT}, {"values": ("project_id",)}),
    ("both projects differing", {"project_id": OTHER_PROJECT,
                                 "tenant_id": QUOTA_PROJECT}),
    ("tags in the body", {"tags": ["b", "a"]}),
    ("tags bad", {"tags": "a"}),
    ("unknown attribute", {"colour": "red"}),
    ("read-only id", {"id": NOBODY}),
    ("read-only status", {"status": "ACTIVE"}),
    ("read-only dns_assignment", {"dns_assignment": []}),
    ("missing everything", {"network_id": ABSENT, "name": ABSENT}),
])

section("Ports: how addresses are kept")
for _name, _mac in [("capitals", "02:00:00:00:00:AB"),
                    ("hyphens", "02-00-00-00-00-ac"),
                    ("Cisco", "0200.0000.00ad"),
                    ("bare", "0200000000ae"),
                    ("short", "2:0:0:0:0:af")]:
    add(f"mac {_name}: create", "POST /v2.0/ports", {"port": dict(
        P, mac_address=_mac, fixed_ips=[], name="orc-mac")}, save="mport",
        values=("mac_address",))
    add(f"mac {_name}: show", "GET /v2.0/ports/{mport}", values=("mac_address",))
    add(f"mac {_name}: delete", "DELETE /v2.0/ports/{mport}")
add("mac first", "POST /v2.0/ports", {"port": dict(
    P, mac_address="02-00-00-00-00-AB", fixed_ips=[])}, save="mport", values=())
add("mac the same in other form", "POST /v2.0/ports", {"port": dict(
    P, mac_address="02:00:00:00:00:ab", fixed_ips=[])}, drop=True, values=())
add("mac the same in another network", "POST /v2.0/ports", {"port": dict(
    P, mac_address="02:00:00:00:00:01", network_id="{net}")}, drop=True, values=())
add("mac first: delete", "DELETE /v2.0/ports/{mport}")
add("port: a second one", "POST /v2.0/ports", {"port": dict(
    P, name="orc-port2", mac_address="02:00:00:00:00:09",
    **ips("192.0.2.90"))}, save="port2")
add("port: take the first one's ip", "PUT /v2.0/ports/{port2}",
    {"port": ips("192.0.2.50")})
add("port: take the first one's ip too", "PUT /v2.0/ports/{port2}",
    {"port": ips("192.0.2.90", ("{p4}", "192.0.2.50"))})
add("port: take the first one's mac", "PUT /v2.0/ports/{port2}",
    {"port": {"mac_address": "02:00:00:00:00:01"}})
add("port: own mac again", "PUT /v2.0/ports/{port2}",
    {"port": {"mac_address": "02:00:00:00:00:09"}}, values=("mac_address",))
add("port: subnet of another network", "PUT /v2.0/ports/{port2}",
    {"port": ips("@{sub}")})
add("port: the second one unharmed", "GET /v2.0/ports/{port2}", exact=True)
add("port: delete the second one", "DELETE /v2.0/ports/{port2}")

section("Ports: update")
puts("port", "port update", "{port}", [
    ("nothing", {}),
    ("name", {"name": "orc-port"}),
    ("name 256", {"name": LONG}),
    ("network_id", {"network_id": "{pnet}"}),
    ("tenant_id", {"tenant_id": OTHER_PROJECT}),
    ("id", {"id": "{port}"}),
    ("status", {"status": "ACTIVE"}),
    ("unknown", {"colour": "red"}),
    ("ip added", ips("192.0.2.50", "192.0.2.51")),
    ("ip taken away", ips("192.0.2.51")),
    ("ip of the other subnet", ips("198.51.100.51")),
    ("ips of both families", ips("192.0.2.50", "2001:db8:7::50")),
    ("same ips", ips("192.0.2.50", "2001:db8:7::50")),
    ("ip and subnet", ips("192.0.2.50", ("{p6}", "2001:db8:7::51"))),
    ("subnet of an ip it has", ips("@{p4}")),
    ("ip again", ips("192.0.2.50")),
    ("ip outside the pool", ips("192.0.2.5")),
    ("ip twice", ips("192.0.2.50", "192.0.2.50")),
    ("ip in no subnet", ips("203.0.113.1")),
    ("ip of the network", ips("192.0.2.0")),
    ("ip bad", ips("x")),
    ("subnet unknown", ips("@" + NOBODY)),
    ("fixed_ips null", {"fixed_ips": None}),
    ("fixed_ips empty", {"fixed_ips": []}),
    ("ip for the rest", ips("192.0.2.50")),
    ("mac", {"mac_address": "02:00:00:00:00:02"}, {"values": ("mac_address",)}),
    ("mac null", {"mac_address": None}, {"values": ()}),
    ("mac back", {"mac_address": "02:00:00:00:00:01"}, {"values": ("mac_address",)}),
    ("mac bad", {"mac_address": "x"}),
    ("device", {"device_id": "orc-vm", "device_owner": "compute:nova"}),
    ("mac when a device holds it", {"mac_address": "02:00:00:00:00:03"},
     {"values": ("mac_address",)}),
    ("device given up", {"device_id": "", "device_owner": ""}),
    ("device_id null", {"device_id": None}),
    ("device_owner null", {"device_owner": None}),
    ("mac once more", {"mac_address": "02:00:00:00:00:01"},
     {"values": ("mac_address",)}),
    ("pairs", {"allowed_address_pairs": [{"ip_address": "10.0.0.0/8"}]}),
    ("pairs while security goes", {"port_security_enabled": False}),
    ("pairs null", {"allowed_address_pairs": None}),
    ("pairs bad", {"allowed_address_pairs": [{}]}),
    ("security off", {"port_security_enabled": False, "security_groups": []}),
    ("pairs without security", {"allowed_address_pairs": [
        {"ip_address": "10.0.0.0/8"}]}),
    ("security on", {"port_security_enabled": True}),
    ("dhcp opts", {"extra_dhcp_opts": [{"opt_name": "mtu", "opt_value": "1"}]}),
    ("dhcp opts other", {"extra_dhcp_opts": [{"opt_name": "ntp", "opt_value": "2"}]}),
    ("dhcp opts changed", {"extra_dhcp_opts": [{"opt_name": "ntp", "opt_value": "3"}]}),
    ("dhcp opts removed", {"extra_dhcp_opts": [
        {"opt_name": "ntp", "opt_value": None}]}),
    ("dhcp opts empty", {"extra_dhcp_opts": []}),
    ("dhcp opts null", {"extra_dhcp_opts": None}),
    ("host", {"binding:host_id": "orc-host"}),
    ("host taken away", {"binding:host_id": ""}),
    ("host null", {"binding:host_id": None}),
    ("vnic", {"binding:vnic_type": "macvtap"}),
    ("vnic back", {"binding:vnic_type": "normal"}),
    ("profile", {"binding:profile": {"b": 2}}, {"values": ("binding:profile",)}),
    ("profile null", {"binding:profile": None}, {"values": ("binding:profile",)}),
    ("dns_name", {"dns_name": "host2"}),
    ("dns_name empty", {"dns_name": ""}),
    ("data_plane_status", {"data_plane_status": "ACTIVE"}),
    ("data_plane_status bad", {"data_plane_status": "x"}),
    ("tags in the body", {"tags": ["a"]}),
])
for _name, _id in [("absent", NOBODY), ("not a UUID", "no-uuid")]:
    add(f"port show: {_name}", f"GET /v2.0/ports/{_id}")
    add(f"port update: {_name}", f"PUT /v2.0/ports/{_id}", {"port": {}})
    add(f"port delete: {_name}", f"DELETE /v2.0/ports/{_id}")

section("Ports: lists")
PORTS = "network_id={pnet}"
gets("ports", "/v2.0/ports", [
    ("by network", f"?{PORTS}", NAME),
    ("by name", f"?{PORTS}&name=orc-port", NAME),
    ("by ip", f"?{PORTS}&fixed_ips=ip_address=192.0.2.50", NAME),
    ("by ip escaped", f"?{PORTS}&fixed_ips=ip_address%3D192.0.2.50", NAME),
    ("by other ip", f"?{PORTS}&fixed_ips=ip_address=192.0.2.99", NAME),
    ("by either ip", f"?{PORTS}&fixed_ips=ip_address=192.0.2.50"
     "&fixed_ips=ip_address=192.0.2.99", NAME),
    ("by bad ip", f"?{PORTS}&fixed_ips=ip_address=nonsense", NAME),
    ("by subnet", f"?{PORTS}&fixed_ips=subnet_id={{p4}}", NAME),
    ("by other subnet", f"?{PORTS}&fixed_ips=subnet_id={{p6}}", NAME),
    ("by bad subnet", f"?{PORTS}&fixed_ips=subnet_id=x", NAME),
    ("by subnet and ip",
     f"?{PORTS}&fixed_ips=subnet_id={{p4}}&fixed_ips=ip_address=192.0.2.50", NAME),
    ("by subnet and other ip",
     f"?{PORTS}&fixed_ips=subnet_id={{p4b}}&fixed_ips=ip_address=192.0.2.50", NAME),
    ("by part of an ip", f"?{PORTS}&fixed_ips=ip_address_substr=2.5", NAME),
    ("by absent part of an ip", f"?{PORTS}&fixed_ips=ip_address_substr=9.9.9", NAME),
    ("by fixed_ips alone", f"?{PORTS}&fixed_ips=nonsense", NAME),
    ("by fixed_ips unknown key", f"?{PORTS}&fixed_ips=colour=red", NAME),
    ("by fixed_ips with comma",
     f"?{PORTS}&fixed_ips=subnet_id={{p4}},ip_address=192.0.2.50", NAME),
    ("by mac", f"?{PORTS}&mac_address=02:00:00:00:00:01", NAME),
    ("by mac capitals", "?mac_address=02%3A00%3A00%3A00%3A00%3A0A", NAME),
    ("by mac hyphens", f"?{PORTS}&mac_address=02-00-00-00-00-01", NAME),
    ("by mac bad", f"?{PORTS}&mac_address=nonsense", NAME),
    ("by device_id", f"?{PORTS}&device_id=orc-vm", NAME),
    ("by device_id empty", f"?{PORTS}&device_id=", NAME),
    ("by two owners", f"?{PORTS}&device_owner=network:dhcp&device_owner=x", NAME),
    ("by status", f"?{PORTS}&status=DOWN", NAME),
    ("by host", f"?{PORTS}&binding:host_id=orc-nohost", NAME),
    ("by vnic_type", f"?{PORTS}&binding:vnic_type=normal", NAME),
    ("by dns_name", f"?{PORTS}&dns_name=x", NAME),
    ("by security_groups", f"?{PORTS}&security_groups={NOBODY}", NAME),
    ("by allowed pairs", f"?{PORTS}&allowed_address_pairs=x", NAME),
    ("by ip_allocation", f"?{PORTS}&ip_allocation=immediate", NAME),
    ("by admin_state_up bad", f"?{PORTS}&admin_state_up=x", NAME),
    ("by port_security", f"?{PORTS}&port_security_enabled=True", NAME),
    ("by unknown", "?nonsense=1", NAME),
    ("fields", f"?{PORTS}&fields=fixed_ips", {"values": ("fixed_ips",),
                                              "exact": True, "whole": True}),
    ("sort by mac", f"?{PORTS}&sort_dir=asc&sort_key=mac_address", NAME),
    ("sort by fixed_ips", f"?{PORTS}&sort_dir=asc&sort_key=fixed_ips", NAME),
    ("sort by host", f"?{PORTS}&sort_dir=asc&sort_key=binding:host_id", NAME),
])

section("Ports: bulk")
add("ports bulk: two", "POST /v2.0/ports", {"ports": [
    dict(P, name="orc-b1", **ips("192.0.2.71")),
    dict(P, name="orc-b2", **ips("192.0.2.72"))]}, drop=True, exact=True)
add("ports bulk: three plain", "POST /v2.0/ports", {"ports": [P, P, P]}, drop=True)
add("ports bulk: with tags", "POST /v2.0/ports", {"ports": [
    dict(P, tags=["a"]), dict(P, tags=["b", "a"])]}, drop=True)
add("ports bulk: the same ip", "POST /v2.0/ports", {"ports": [
    dict(P, name="orc-bulk-bad", **ips("192.0.2.71")),
    dict(P, name="orc-bulk-bad", **ips("192.0.2.71"))]}, drop=True)
add("ports bulk: the same mac", "POST /v2.0/ports", {"ports": [
    dict(P, name="orc-bulk-bad", mac_address="02:00:00:00:00:cc"),
    dict(P, name="orc-bulk-bad", mac_address="02:00:00:00:00:cc")]}, drop=True)
add("ports bulk: one ip in use", "POST /v2.0/ports", {"ports": [
    dict(P, name="orc-bulk-bad"),
    dict(P, name="orc-bulk-bad", **ips("192.0.2.50"))]}, drop=True)
add("ports bulk: one without network", "POST /v2.0/ports", {"ports": [
    dict(P, name="orc-bulk-bad"), {"name": "orc-bulk-bad"}]}, drop=True)
add("ports bulk: one of unknown network", "POST /v2.0/ports", {"ports": [
    dict(P, name="orc-bulk-bad"), dict(P, network_id=NOBODY)]}, drop=True)
add("ports bulk: empty", "POST /v2.0/ports", {"ports": []})
add("ports bulk: nothing left", "GET /v2.0/ports?name=orc-bulk-bad")
add("ports bulk: delete", "DELETE /v2.0/ports")
add("ports bulk: put", "PUT /v2.0/ports", {"ports": []})

section("Ports: SLAAC, full subnets, special prefixes")
add("slaac: network", "POST /v2.0/networks", {"network": {"name": "orc-slaac"}},
    save="snet")
SLAAC = {"network_id": "{snet}", "ip_version": 6, "cidr": "2001:db8:8::/64",
         "ipv6_ra_mode": "slaac", "ipv6_address_mode": "slaac"}
add("slaac: subnet", "POST /v2.0/subnets", {"subnet": SLAAC}, save="ssub")
SP = {"network_id": "{snet}", "mac_address": "02:00:00:00:08:01"}
posts("port", "slaac port", SP, [
    ("plain", {}, EXACT),
    ("subnet named", ips("@{ssub}"), EXACT),
    ("its own address", ips(("{ssub}", "2001:db8:8::ff:fe00:801")), EXACT),
    ("other address", ips(("{ssub}", "2001:db8:8::5"))),
    ("other address without subnet", ips("2001:db8:8::5")),
    ("fixed_ips empty", {"fixed_ips": []}),
    ("a router's address", dict(ips(("{ssub}", "2001:db8:8::5")),
                                device_owner="network:router_interface"), EXACT),
    ("a router without address", {"device_owner": "network:router_interface"}, EXACT),
    ("a DHCP port", {"device_owner": "network:dhcp"}, EXACT),
])
add("slaac: IPv4 beside it", "POST /v2.0/subnets", {"subnet": {
    "network_id": "{snet}", "ip_version": 4, "cidr": "192.0.2.0/29"}}, save="s4")
add("slaac port: IPv4 and SLAAC", "POST /v2.0/ports", {"port": SP},
    save="sport")
add("slaac port: IPv4 named only", "POST /v2.0/ports", {"port": dict(
    SP, mac_address="02:00:00:00:08:02", **ips("192.0.2.6"))}, drop=True, exact=True)
add("slaac port: update to IPv4 only", "PUT /v2.0/ports/{sport}",
    {"port": ips("@{s4}")})
add("slaac port: update the mac", "PUT /v2.0/ports/{sport}",
    {"port": {"mac_address": "02:00:00:00:08:09"}})
add("slaac: a second SLAAC subnet", "POST /v2.0/subnets",
    {"subnet": dict(SLAAC, cidr="2001:db8:9::/64")}, save="ssub2")
add("slaac port: gained an address", "GET /v2.0/ports/{sport}")
add("slaac: delete the subnet in use by SLAAC only", "DELETE /v2.0/subnets/{ssub2}")
add("slaac port: lost an address", "GET /v2.0/ports/{sport}")
add("slaac: delete the IPv4 subnet in use", "DELETE /v2.0/subnets/{s4}")
add("slaac: delete port", "DELETE /v2.0/ports/{sport}")
add("full: network", "POST /v2.0/networks", {"network": {"name": "orc-full"}},
    save="fnet")
add("full: subnet /30", "POST /v2.0/subnets", {"subnet": {
    "network_id": "{fnet}", "ip_version": 4, "cidr": "192.0.2.0/30"}}, save="fsub")
FP = {"network_id": "{fnet}"}
add("full: the only address", "POST /v2.0/ports", {"port": FP}, save="fport",
    exact=True)
posts("port", "full", FP, [
    ("one more", {}),
    ("one more with subnet", ips("@{fsub}")),
    ("one more without address", {"fixed_ips": []}),
    ("the gateway's", ips("192.0.2.1"), EXACT),
    ("the taken one", ips("192.0.2.2")),
])
add("full: bulk", "POST /v2.0/ports", {"ports": [FP, FP]}, drop=True)
add("full: shrink the pool below the used", "PUT /v2.0/subnets/{fsub}",
    {"subnet": {"gateway_ip": None,
                "allocation_pools": pools(("192.0.2.1", "192.0.2.1"))}})
add("full: gateway onto the used", "PUT /v2.0/subnets/{fsub}",
    {"subnet": {"gateway_ip": "192.0.2.2"}})
add("full: free it", "DELETE /v2.0/ports/{fport}")
add("full: again", "POST /v2.0/ports", {"port": FP}, drop=True)
add("full: subnet /31", "POST /v2.0/subnets", {"subnet": {
    "network_id": "{list_b}", "ip_version": 4, "cidr": "192.0.2.0/31",
    "enable_dhcp": False, "gateway_ip": None}}, save="sub31")
add("full: dhcp on a /31", "PUT /v2.0/subnets/{sub31}",
    {"subnet": {"enable_dhcp": True}})
posts("port", "/31", {"network_id": "{list_b}"}, [
    ("plain", {}),
    ("its first", ips("192.0.2.0"), EXACT),
    ("its last", ips("192.0.2.1"), EXACT),
    ("beyond", ips("192.0.2.2")),
    ("two", ips("@{sub31}", "@{sub31}")),
    ("three", ips("@{sub31}", "@{sub31}", "@{sub31}")),
])
add("full: subnet /32", "POST /v2.0/subnets", {"subnet": {
    "network_id": "{list_c}", "ip_version": 4, "cidr": "192.0.2.9/32",
    "enable_dhcp": False, "gateway_ip": None}}, save="sub32")
posts("port", "/32", {"network_id": "{list_c}"}, [
    ("plain", {}, EXACT),
    ("its address", ips("192.0.2.9"), EXACT),
])
add("full: service types subnet", "PUT /v2.0/subnets/{sub32}",
    {"subnet": {"service_types": ["compute:nova"]}})
posts("port", "service type", {"network_id": "{list_c}"}, [
    ("not its own", {}),
    ("its own", {"device_owner": "compute:nova"}, EXACT),
    ("not its own, named", ips("@{sub32}")),
    ("not its own, address", ips("192.0.2.9")),
])

# --- tags -------------------------------------------------------------------

section("Tags")
TAGS = "/v2.0/networks/{net}/tags"
for _name, _line, *_body in [
    ("get none", f"GET {TAGS}"),
    ("put", f"PUT {TAGS}", {"tags": ["b", "a", "c"]}),
    ("get", f"GET {TAGS}"),
    ("put twice the same", f"PUT {TAGS}", {"tags": ["a", "a"]}),
    ("put empty", f"PUT {TAGS}", {"tags": []}),
    ("put not a list", f"PUT {TAGS}", {"tags": "a"}),
    ("put null", f"PUT {TAGS}", {"tags": None}),
    ("put integers", f"PUT {TAGS}", {"tags": [1]}),
    ("put 255", f"PUT {TAGS}", {"tags": [FULL]}),
    ("put 256", f"PUT {TAGS}", {"tags": [LONG]}),
    ("put empty string", f"PUT {TAGS}", {"tags": [""]}),
    ("put comma", f"PUT {TAGS}", {"tags": ["a,b"]}),
    ("put slash", f"PUT {TAGS}", {"tags": ["a/b"]}),
    ("put unicode", f"PUT {TAGS}", {"tags": ["метка"]}),
    ("put 51", f"PUT {TAGS}", {"tags": [f"t{n}" for n in range(51)]}),
    ("put wrong envelope", f"PUT {TAGS}", {"tag": ["a"]}),
    ("put more keys", f"PUT {TAGS}", {"tags": ["a"], "more": 1}),
    ("put no envelope", f"PUT {TAGS}", ["a"]),
    ("put of a resource", f"PUT {TAGS}", {"network": {"tags": ["a"]}}),
    ("post", f"POST {TAGS}", {"tags": ["d"]}),
    ("put one", f"PUT {TAGS}/one"),
    ("put one again", f"PUT {TAGS}/one"),
    ("put one with a body", f"PUT {TAGS}/two", {"tag": "two"}),
    ("put one of 256", f"PUT {TAGS}/{LONG}"),
    ("put one escaped slash", f"PUT {TAGS}/x%2Fy"),
    ("put one escaped blank", f"PUT {TAGS}/x%20y"),
    ("put one unicode", f"PUT {TAGS}/%D0%BC"),
    ("put one comma", f"PUT {TAGS}/x,y"),
    ("get all of them", f"GET {TAGS}"),
    ("get one", f"GET {TAGS}/one"),
    ("get one absent", f"GET {TAGS}/absent"),
    ("get one in capitals", f"GET {TAGS}/ONE"),
    ("delete one", f"DELETE {TAGS}/one"),
    ("delete one absent", f"DELETE {TAGS}/one"),
    ("network shows them", "GET /v2.0/networks/{net}"),
    ("delete all", f"DELETE {TAGS}"),
    ("delete all of none", f"DELETE {TAGS}"),
    ("get of none left", f"GET {TAGS}"),
    ("json suffix", f"GET {TAGS}.json"),
    ("absent network", f"GET /v2.0/networks/{NOBODY}/tags"),
    ("put on absent network", f"PUT /v2.0/networks/{NOBODY}/tags", {"tags": []}),
    ("put one on absent network", f"PUT /v2.0/networks/{NOBODY}/tags/a"),
    ("delete on absent network", f"DELETE /v2.0/networks/{NOBODY}/tags"),
    ("network that is no UUID", "GET /v2.0/networks/no-uuid/tags"),
    ("unknown collection", f"GET /v2.0/nonsense/{NOBODY}/tags"),
    ("subnet", "PUT /v2.0/subnets/{sub}/tags", {"tags": ["s"]}),
    ("subnet shows them", "GET /v2.0/subnets/{sub}"),
    ("subnet list by tag", "GET /v2.0/subnets?tags=s&network_id={net}"),
    ("port", "PUT /v2.0/ports/{port}/tags", {"tags": ["p"]}),
    ("port put one", "PUT /v2.0/ports/{port}/tags/q"),
    ("port list by tag", "GET /v2.0/ports?tags=p,q"),
    ("port delete one", "DELETE /v2.0/ports/{port}/tags/q"),
    ("a port as a network", "GET /v2.0/networks/{port}/tags"),
]:
    add(f"tags: {_name}", _line, *_body)

# --- revisions --------------------------------------------------------------

section("If-Match and revision numbers")
REVISION = {"values": ("revision_number",)}
add("revision: fresh network", "POST /v2.0/networks",
    {"network": {"name": "orc-rev"}}, save="rnet", **REVISION)
for _name, _line, *_body in [
    ("update without change", "PUT /v2.0/networks/{rnet}",
     {"network": {"name": "orc-rev"}}),
    ("update of nothing", "PUT /v2.0/networks/{rnet}", {"network": {}}),
    ("update with change", "PUT /v2.0/networks/{rnet}",
     {"network": {"description": "x"}}),
    ("tags put", "PUT /v2.0/networks/{rnet}/tags", {"tags": ["a"]}),
    ("after tags", "GET /v2.0/networks/{rnet}"),
    ("tags the same", "PUT /v2.0/networks/{rnet}/tags", {"tags": ["a"]}),
    ("after the same tags", "GET /v2.0/networks/{rnet}"),
]:
    add(f"revision: {_name}", _line, *_body, **REVISION)
add("revision: subnet", "POST /v2.0/subnets", {"subnet": {
    "network_id": "{rnet}", "ip_version": 4, "cidr": "192.0.2.0/24"}},
    save="rsub", **REVISION)
add("revision: network after a subnet", "GET /v2.0/networks/{rnet}", **REVISION)
add("revision: subnet pools", "PUT /v2.0/subnets/{rsub}", {"subnet": {
    "allocation_pools": pools(("192.0.2.5", "192.0.2.9"))}}, **REVISION)
add("revision: subnet dns", "PUT /v2.0/subnets/{rsub}", {"subnet": {
    "dns_nameservers": ["192.0.2.53"]}}, **REVISION)
add("revision: network after the subnet's change", "GET /v2.0/networks/{rnet}",
    save="rnet_now", **REVISION)
add("revision: port", "POST /v2.0/ports", {"port": {
    "network_id": "{rnet}", **ips("192.0.2.7")}}, save="rport", **REVISION)
add("revision: network after a port", "GET /v2.0/networks/{rnet}", **REVISION)
add("revision: subnet after a port", "GET /v2.0/subnets/{rsub}", **REVISION)
add("revision: port name", "PUT /v2.0/ports/{rport}", {"port": {"name": "x"}},
    **REVISION)
add("revision: port address", "PUT /v2.0/ports/{rport}",
    {"port": ips("192.0.2.8")}, save="rport_now", **REVISION)
RNET = "/v2.0/networks/{rnet}"
for _name, _method, _value in [
    ("right", "PUT", "revision_number={rnet_now.revision_number}"),
    ("wrong", "PUT", "revision_number=999"),
    ("not a number", "PUT", "revision_number=abc"),
    ("empty number", "PUT", "revision_number="),
    ("negative", "PUT", "revision_number=-1"),
    ("nonsense", "PUT", "nonsense"),
    ("star", "PUT", "*"),
    ("an etag", "PUT", '"abc"'),
    ("two", "PUT", "revision_number=1,revision_number=2"),
    ("other key", "PUT", "colour=red"),
    ("empty", "PUT", ""),
    ("wrong", "GET", "revision_number=999"),
    ("wrong", "DELETE", "revision_number=999"),
    ("nonsense", "DELETE", "nonsense"),
]:
    add(f"If-Match: {_method} {_name}", f"{_method} {RNET}",
        {"network": {"description": _name}} if _method == "PUT" else None,
        headers={"If-Match": _value}, values=())
add("If-Match: PUT tags wrong", f"PUT {RNET}/tags", {"tags": ["z"]},
    headers={"If-Match": "revision_number=999"})
add("If-Match: POST", "POST /v2.0/networks", {"network": {"name": "orc-if"}},
    headers={"If-Match": "revision_number=999"}, drop=True)
add("If-Match: PUT port wrong", "PUT /v2.0/ports/{rport}", {"port": {"name": "y"}},
    headers={"If-Match": "revision_number=0"})
add("If-Match: DELETE port wrong", "DELETE /v2.0/ports/{rport}",
    headers={"If-Match": "revision_number=999"})
add("If-Match: DELETE port not a number", "DELETE /v2.0/ports/{rport}",
    headers={"If-Match": "revision_number=x"})
add("If-Match: DELETE subnet wrong", "DELETE /v2.0/subnets/{rsub}",
    headers={"If-Match": "revision_number=999"})
add("If-Match: PUT subnet wrong", "PUT /v2.0/subnets/{rsub}",
    {"subnet": {"name": "y"}}, headers={"If-Match": "revision_number=999"})
add("If-Match: PUT absent network", f"PUT /v2.0/networks/{NOBODY}",
    {"network": {"name": "y"}}, headers={"If-Match": "revision_number=1"})
add("If-Match: DELETE port right", "DELETE /v2.0/ports/{rport}",
    headers={"If-Match": "revision_number={rport_now.revision_number}"})

# --- availabilities ---------------------------------------------------------

section("Network IP availabilities")
IPA = "/v2.0/network-ip-availabilities"
gets("availability", IPA, [
    ("show", "/{pnet}", {"whole": True}),
    ("show of a /30", "/{fnet}", {"whole": True}),
    ("show of a /31", "/{list_b}", {"whole": True}),
    ("show of no subnets", "/{list_a}", {"whole": True}),
    ("show of IPv6", "/{snet}", {"whole": True}),
    ("show absent", f"/{NOBODY}"),
    ("show no UUID", "/no-uuid"),
    ("show fields", "/{pnet}?fields=total_ips", {"whole": True}),
    ("show json suffix", "/{pnet}.json"),
    ("by network", "?network_id={pnet}"),
    ("by two networks", "?network_id={pnet}&network_id={fnet}"),
    ("by name", "?network_name=orc-ports"),
    ("by ip_version 4", "?network_id={pnet}&ip_version=4", {"whole": True}),
    ("by ip_version 6", "?network_id={pnet}&ip_version=6", {"whole": True}),
    ("by ip_version 5", "?network_id={pnet}&ip_version=5"),
    ("by ip_version bad", "?network_id={pnet}&ip_version=x"),
    ("by project", "?network_id={pnet}&project_id={project}"),
    ("by other tenant", f"?network_id={{pnet}}&tenant_id={OTHER_PROJECT}"),
    ("by unknown", "?nonsense=1"),
    ("by total_ips", "?network_id={pnet}&total_ips=1"),
    ("sort", "?network_name=orc-ports&sort_dir=asc&sort_key=network_name"),
    ("sort by network_id", "?network_name=orc-ports&sort_dir=asc&sort_key=network_id"),
    ("limit", "?network_name=orc-ports&limit=1"),
    ("fields", "?network_id={pnet}&fields=used_ips", {"whole": True}),
])
add("availability: post", f"POST {IPA}", {"network_ip_availability": {}})
add("availability: put", f"PUT {IPA}/{{pnet}}", {"network_ip_availability": {}})
add("availability: delete", f"DELETE {IPA}/{{pnet}}")

# --- quotas -----------------------------------------------------------------

section("Quotas")
QUOTA = f"/v2.0/quotas/{QUOTA_PROJECT}"
gets("quotas", "/v2.0/quotas", [
    ("list", "", {"foreign": True}),
    ("fresh project", f"/{QUOTA_PROJECT}", {"whole": True}),
    ("default", f"/{QUOTA_PROJECT}/default", {"whole": True}),
    ("details", f"/{QUOTA_PROJECT}/details", {"values": (), "whole": True}),
    ("details json suffix", f"/{QUOTA_PROJECT}/details.json", {"values": ()}),
    ("json suffix", f"/{QUOTA_PROJECT}.json"),
    ("tenant", "/tenant", {"values": ()}),
    ("project", "/project", {"values": ()}),
    ("unknown below", f"/{QUOTA_PROJECT}/nonsense"),
    ("fields", f"/{QUOTA_PROJECT}?fields=network", {"whole": True}),
])
for _name, _value in [
    ("one", {"network": 1}), ("a string", {"network": "2"}), ("nothing", {}),
    ("-1", {"network": -1}), ("-2", {"network": -2}), ("zero", {"network": 0}),
    ("text", {"network": "x"}), ("null", {"network": None}),
    ("true", {"network": True}), ("a float", {"network": 1.5}),
    ("enormous", {"network": 2147483648}), ("the most", {"network": 2147483647}),
    ("unknown resource", {"colour": 1}), ("mixed", {"network": 3, "colour": 1}),
    ("tenant_id", {"network": 1, "tenant_id": OTHER_PROJECT}),
    ("project_id", {"network": 1, "project_id": OTHER_PROJECT}),
    ("check_limit", {"network": 5, "check_limit": True}),
    ("force", {"network": 5, "force": True}),
]:
    add(f"quotas put: {_name}", f"PUT {QUOTA}", {"quota": _value})
for _name, _raw in [
    ("empty body", ""), ("no envelope", '{"network": 1}'), ("array", "[]"),
    ("wrong envelope", '{"quotas": {"network": 1}}'),
    ("envelope null", '{"quota": null}'),
    ("list", '{"quota": []}'),
]:
    add(f"quotas put: {_name}", f"PUT {QUOTA}", raw=_raw)
QP = {"tenant_id": QUOTA_PROJECT}
for _name, _line, *_body in [
    ("limits", f"PUT {QUOTA}", {"quota": {"network": 1, "subnet": 1, "port": 1}}),
    ("get the limits", f"GET {QUOTA}"),
    ("default unchanged", f"GET {QUOTA}/default"),
    ("post", "POST /v2.0/quotas", {"quota": {"network": 1}}),
    ("put the collection", "PUT /v2.0/quotas", {"quota": {"network": 1}}),
]:
    add(f"quotas: {_name}", _line, *_body)
add("quotas: list shows them", f"GET /v2.0/quotas?project_id={QUOTA_PROJECT}",
    foreign=True)
add("quotas: delete the collection", "DELETE /v2.0/quotas", values=())
add("over quota: networks in bulk", "POST /v2.0/networks",
    {"networks": [QP, QP]}, drop=True)
add("over quota: first network", "POST /v2.0/networks", {"network": QP}, save="qnet",
    values=("name",))
add("over quota: second network", "POST /v2.0/networks", {"network": QP}, drop=True)
add("over quota: two projects in bulk", "POST /v2.0/networks",
    {"networks": [{"tenant_id": OTHER_PROJECT}, QP]}, drop=True)
QS = dict(QP, network_id="{qnet}", ip_version=4)
add("over quota: first subnet", "POST /v2.0/subnets",
    {"subnet": dict(QS, cidr="192.0.2.0/24")}, save="qsub")
add("over quota: second subnet", "POST /v2.0/subnets",
    {"subnet": dict(QS, cidr="198.51.100.0/24")}, drop=True)
add("over quota: second subnet that is bad", "POST /v2.0/subnets",
    {"subnet": dict(QS, cidr="192.0.2.0/25")}, drop=True)
add("over quota: first port", "POST /v2.0/ports",
    {"port": dict(QP, network_id="{qnet}")}, save="qport")
add("over quota: second port", "POST /v2.0/ports",
    {"port": dict(QP, network_id="{qnet}")}, drop=True)
add("over quota: second port of unknown network", "POST /v2.0/ports",
    {"port": dict(QP, network_id=NOBODY)}, drop=True)
add("over quota: port unknown attribute", "POST /v2.0/ports",
    {"port": dict(QP, network_id="{qnet}", colour=1)}, drop=True)
add("over quota: details", f"GET {QUOTA}/details", values=("network", "subnet", "port"),
    whole=True)
add("over quota: lower than used", f"PUT {QUOTA}", {"quota": {"port": 0}})
add("over quota: lower than used, checked", f"PUT {QUOTA}",
    {"quota": {"port": 0, "check_limit": True}})
add("over quota: free the port", "DELETE /v2.0/ports/{qport}")
add("over quota: zero", "POST /v2.0/ports",
    {"port": dict(QP, network_id="{qnet}")}, drop=True)
add("over quota: unlimited", f"PUT {QUOTA}", {"quota": {"port": -1}})
add("over quota: none", "POST /v2.0/ports",
    {"port": dict(QP, network_id="{qnet}")}, drop=True)
add("quotas: delete", f"DELETE {QUOTA}")
add("quotas: after delete", f"GET {QUOTA}")
add("quotas: delete again", f"DELETE {QUOTA}")
add("quotas: delete json suffix", f"DELETE {QUOTA}.json")

# --- subnet pools -----------------------------------------------------------

section("Address scopes and subnet pools")
SCOPE = ("name", "ip_version", "shared")
POOLS = ("name", "description", "ip_version", "prefixes", "min_prefixlen",
         "max_prefixlen", "default_prefixlen", "default_quota", "shared",
         "is_default", "address_scope_id", "tags")


def pool(**attributes):
    return {"subnetpool": dict({"name": "orc-pool"}, **attributes)}


for _name, _body in [
    ("plain", {"ip_version": 4}), ("IPv6", {"ip_version": 6}),
    ("version 5", {"ip_version": 5}), ("version text", {"ip_version": "4"}),
    ("version null", {"ip_version": None}), ("no version", {}),
    ("shared", {"ip_version": 4, "shared": True}),
    ("name null", {"ip_version": 4, "name": None}),
    ("name 256", {"ip_version": 4, "name": LONG}),
    ("unknown", {"ip_version": 4, "foo": 1}),
]:
    add(f"address scope create: {_name}", "POST /v2.0/address-scopes",
        {"address_scope": dict({"name": "orc-scope"}, **_body)}, drop=True,
        values=SCOPE)
add("address scope: kept", "POST /v2.0/address-scopes", {"address_scope": {
    "name": "orc-scope", "ip_version": 4}}, save="scope", values=SCOPE)
add("address scope: shared", "POST /v2.0/address-scopes", {"address_scope": {
    "name": "orc-scope-2", "ip_version": 4, "shared": True}}, save="scope2",
    values=SCOPE)
for _name, _body in [
    ("name", {"name": "orc-scope-b"}), ("name null", {"name": None}),
    ("version", {"ip_version": 4}), ("unknown", {"foo": 1}),
]:
    add(f"address scope update: {_name}", "PUT /v2.0/address-scopes/{scope}",
        {"address_scope": _body}, values=SCOPE)
add("address scope update: no longer shared",
    "PUT /v2.0/address-scopes/{scope2}", {"address_scope": {"shared": False}})
add("address scope show: nobody's", f"GET /v2.0/address-scopes/{NOBODY}")
add("address scope show", "GET /v2.0/address-scopes/{scope}", values=SCOPE)
add("address scopes: by name", "GET /v2.0/address-scopes?name=orc-scope-b",
    values=SCOPE)
add("address scopes: unknown filter", "GET /v2.0/address-scopes?foo=1")

TEN = ["10.0.0.0/8"]
for _name, _body in [
    ("plain", {"prefixes": TEN}), ("none", {}), ("empty", {"prefixes": []}),
    ("null", {"prefixes": None}), ("text", {"prefixes": "10.0.0.0/8"}),
    ("bad", {"prefixes": ["x"]}), ("address", {"prefixes": ["10.0.0.0"]}),
    ("integer", {"prefixes": [1]}), ("twice", {"prefixes": TEN * 2}),
    ("nested", {"prefixes": ["10.0.0.0/8", "10.0.0.0/9"]}),
    ("halves", {"prefixes": ["10.2.0.0/24", "10.2.1.0/24", "10.1.1.1/24"]}),
    ("everything", {"prefixes": ["0.0.0.0/0"]}),
    ("mixed", {"prefixes": ["10.0.0.0/8", "fd00::/48"]}),
    ("IPv6", {"prefixes": ["fd00::/48"]}),
    ("default below min", {"prefixes": TEN, "min_prefixlen": 20,
                           "default_prefixlen": 16}),
    ("min above max", {"prefixes": TEN, "min_prefixlen": 20,
                       "max_prefixlen": 16}),
    ("default above max", {"prefixes": TEN, "max_prefixlen": 20,
                           "default_prefixlen": 24}),
    ("max 33", {"prefixes": TEN, "max_prefixlen": 33}),
    ("min 0", {"prefixes": TEN, "min_prefixlen": 0}),
    ("min -1", {"prefixes": TEN, "min_prefixlen": -1}),
    ("min 2", {"prefixes": ["10.0.0.0/24"], "min_prefixlen": 2}),
    ("default text", {"prefixes": TEN, "default_prefixlen": "24"}),
    ("default null", {"prefixes": TEN, "default_prefixlen": None}),
    ("max 129", {"prefixes": ["fd00::/48"], "max_prefixlen": 129}),
    ("quota", {"prefixes": TEN, "default_quota": 5}),
    ("quota null", {"prefixes": TEN, "default_quota": None}),
    ("quota -1", {"prefixes": TEN, "default_quota": -1}),
    ("scope", {"prefixes": TEN, "address_scope_id": "{scope}"}),
    ("scope unknown", {"prefixes": TEN, "address_scope_id": NOBODY}),
    ("scope bad", {"prefixes": TEN, "address_scope_id": "x"}),
    ("scope null", {"prefixes": TEN, "address_scope_id": None}),
    ("scope IPv6", {"prefixes": ["fd00::/48"], "address_scope_id": "{scope}"}),
    ("shared", {"prefixes": TEN, "shared": True}),
    ("shared in no shared scope", {"prefixes": TEN, "shared": True,
                                   "address_scope_id": "{scope}"}),
    ("shared in a shared scope", {"prefixes": TEN, "shared": True,
                                  "address_scope_id": "{scope2}"}),
    ("shared bad", {"prefixes": TEN, "shared": "x"}),
    ("ip_version", {"prefixes": TEN, "ip_version": 4}),
    ("tags", {"prefixes": TEN, "tags": ["a"]}),
    ("name null", {"prefixes": TEN, "name": None}),
    ("name 256", {"prefixes": TEN, "name": LONG}),
    ("description", {"prefixes": TEN, "description": "d"}),
    ("default", {"prefixes": TEN, "is_default": True}),
    ("unknown", {"prefixes": TEN, "foo": 1}),
]:
    add(f"subnetpool create: {_name}", "POST /v2.0/subnetpools", pool(**_body),
        drop=True, values=POOLS)
add("subnetpool create: no name", "POST /v2.0/subnetpools",
    {"subnetpool": {"prefixes": TEN}})
add("subnetpool create: bulk", "POST /v2.0/subnetpools", {"subnetpools": [
    {"name": "orc-a", "prefixes": TEN}]}, drop=True)

add("subnetpool: kept", "POST /v2.0/subnetpools",
    pool(prefixes=["10.0.0.0/22", "10.8.0.0/22"], default_prefixlen=26,
         min_prefixlen=24, max_prefixlen=28), save="pool", values=POOLS)
add("subnetpool: in a scope", "POST /v2.0/subnetpools",
    pool(prefixes=["10.128.0.0/16"], address_scope_id="{scope}"), save="spool",
    values=POOLS)
add("subnetpool: overlaps in the scope", "POST /v2.0/subnetpools",
    pool(prefixes=["10.128.5.0/24"], address_scope_id="{scope}"))
add("subnetpool: default", "POST /v2.0/subnetpools",
    pool(prefixes=["50.0.0.0/22"], default_prefixlen=26, is_default=True),
    save="dpool", values=POOLS)
add("subnetpool: another default", "POST /v2.0/subnetpools",
    pool(prefixes=["51.0.0.0/22"], is_default=True))
add("subnetpool: with a quota", "POST /v2.0/subnetpools",
    pool(prefixes=["60.0.0.0/16"], default_quota=512, default_prefixlen=24),
    save="qpool", values=POOLS)
add("address scope: in use", "DELETE /v2.0/address-scopes/{scope}")

for _name, _body in [
    ("name", {"name": "orc-pool-b"}), ("name null", {"name": None}),
    ("fewer prefixes", {"prefixes": ["10.128.0.0/17"]}),
    ("other prefixes", {"prefixes": ["11.0.0.0/16"]}),
    ("no prefixes", {"prefixes": []}),
    ("mixed prefixes", {"prefixes": ["10.128.0.0/16", "fd00::/48"]}),
    ("more prefixes", {"prefixes": ["10.128.0.0/16", "10.129.0.0/16"]}),
    ("min", {"min_prefixlen": 9}), ("max", {"max_prefixlen": 20}),
    ("default", {"default_prefixlen": 21}), ("quota", {"default_quota": 7}),
    ("quota null", {"default_quota": None}), ("quota -1", {"default_quota": -1}),
    ("shared", {"shared": True}), ("is_default", {"is_default": True}),
    ("ip_version", {"ip_version": 4}), ("tags", {"tags": ["a"]}),
    ("unknown", {"foo": 1}), ("scope unknown", {"address_scope_id": NOBODY}),
    ("scope null", {"address_scope_id": None}),
    ("scope", {"address_scope_id": "{scope}"}),
    ("nothing", {}),
]:
    add(f"subnetpool update: {_name}", "PUT /v2.0/subnetpools/{spool}",
        {"subnetpool": _body}, values=("name", "prefixes", "ip_version"))
for _name, _what, _body in [
    ("more", "add", {"prefixes": ["10.130.0.0/16"]}),
    ("more again", "add", {"prefixes": ["10.130.0.0/16"]}),
    ("empty", "add", {"prefixes": []}), ("nothing", "add", {}),
    ("envelope", "add", {"subnetpool": {"prefixes": ["10.131.0.0/16"]}}),
    ("IPv6", "add", {"prefixes": ["fd00::/48"]}),
    ("bad", "add", {"prefixes": ["x"]}),
    ("address", "add", {"prefixes": ["10.140.7.1"]}),
    ("away", "remove", {"prefixes": ["10.129.0.0/16"]}),
    ("of others", "remove", {"prefixes": ["99.0.0.0/16"]}),
    ("away empty", "remove", {"prefixes": []}),
]:
    add(f"subnetpool add: {_name}",
        f"PUT /v2.0/subnetpools/{{spool}}/{_what}_prefixes", _body)
add("subnetpool add: POST", "POST /v2.0/subnetpools/{spool}/add_prefixes",
    {"prefixes": ["10.1.0.0/16"]})
add("subnetpool add: GET", "GET /v2.0/subnetpools/{spool}/add_prefixes")
add("subnetpool add: nobody's", f"PUT /v2.0/subnetpools/{NOBODY}/add_prefixes",
    {"prefixes": ["10.1.0.0/16"]})
add("subnetpool show", "GET /v2.0/subnetpools/{pool}", values=POOLS)
add("subnetpool show: nobody's", f"GET /v2.0/subnetpools/{NOBODY}")
gets("subnetpools", "/v2.0/subnetpools", [
    ("by default", "?is_default=true"), ("by quota", "?default_quota=512"),
    ("by length", "?default_prefixlen=26&name=orc-pool&is_default=false"),
    ("by prefixes", "?prefixes=x"),
    ("by length bad", "?min_prefixlen=x"), ("unknown", "?foo=1"),
], values=("name", "prefixes", "ip_version"))

add("pool subnet: a network", "POST /v2.0/networks",
    {"network": {"name": "orc-pooled"}}, save="plnet")
add("pool subnet: another network", "POST /v2.0/networks",
    {"network": {"name": "orc-pooled-2"}}, save="plnet2")
for _name, _body in [
    ("default", {}), ("next", {}), ("prefixlen 27", {"prefixlen": 27}),
    ("next but one", {}), ("prefixlen 28 fits best", {"prefixlen": 28}),
    ("prefixlen 24", {"prefixlen": 24}), ("prefixlen text", {"prefixlen": "27"}),
    ("prefixlen 23", {"prefixlen": 23}), ("prefixlen 29", {"prefixlen": 29}),
    ("prefixlen 40", {"prefixlen": 40}), ("prefixlen -1", {"prefixlen": -1}),
    ("prefixlen null", {"prefixlen": None}),
    ("cidr", {"cidr": "10.0.3.0/24"}), ("cidr taken", {"cidr": "10.0.3.0/28"}),
    ("cidr too large", {"cidr": "10.8.0.0/22"}),
    ("cidr elsewhere", {"cidr": "11.0.3.0/24"}),
    ("cidr host bits", {"cidr": "10.8.0.1/28"}),
    ("cidr and prefixlen", {"cidr": "10.8.0.16/28", "prefixlen": 28}),
    ("version 6", {"ip_version": 6}),
    ("gateway", {"gateway_ip": "10.8.0.33", "prefixlen": 28}),
    ("gateway of a taken one", {"gateway_ip": "10.8.0.34", "prefixlen": 28}),
    ("gateway null", {"gateway_ip": None, "prefixlen": 28}),
    ("pools", {"allocation_pools": [{"start": "10.8.0.66", "end": "10.8.0.70"}]}),
    ("cidr and gateway", {"gateway_ip": "10.8.0.84", "cidr": "10.8.0.80/28"}),
    ("default pool too", {"use_default_subnetpool": True}),
    ("not the default pool", {"use_default_subnetpool": False}),
]:
    add(f"pool subnet: {_name}", "POST /v2.0/subnets", {"subnet": dict({
        "network_id": "{plnet}", "ip_version": 4, "subnetpool_id": "{pool}"},
        **_body)}, values=("cidr", "gateway_ip", "ip_version",
                           "allocation_pools", "subnetpool_id"),
        save="plsub" if _name == "default" else None)
for _name, _body in [
    ("no pool", {"cidr": "99.0.0.0/24"}), ("another pool",
                                          {"subnetpool_id": "{spool}",
                                           "prefixlen": 20}),
    ("the default pool", {"use_default_subnetpool": True}),
    ("prefix delegation", {"subnetpool_id": "prefix_delegation"}),
    ("nobody's pool", {"subnetpool_id": NOBODY}),
    ("prefixlen alone", {"prefixlen": 28}),
]:
    add(f"pool subnet: {_name}", "POST /v2.0/subnets", {"subnet": dict({
        "network_id": "{plnet}", "ip_version": 4}, **_body)})
for _name, _body in [
    ("default pool", {"use_default_subnetpool": True}),
    ("default pool cidr", {"use_default_subnetpool": True,
                           "cidr": "50.0.1.0/24"}),
    ("default pool cidr elsewhere", {"use_default_subnetpool": True,
                                     "cidr": "88.0.1.0/24"}),
    ("default pool prefixlen", {"use_default_subnetpool": True,
                                "prefixlen": 27}),
    ("default pool of IPv6", {"use_default_subnetpool": True,
                              "ip_version": 6}),
]:
    add(f"pool subnet: {_name}", "POST /v2.0/subnets", {"subnet": dict({
        "network_id": "{plnet2}", "ip_version": 4}, **_body)},
        values=("cidr", "gateway_ip", "subnetpool_id"))
for _name, _len in (("first", 24), ("last", 24), ("too much", 32)):
    add(f"pool subnet: quota {_name}", "POST /v2.0/networks",
        {"network": {"name": "orc-pooled-q"}}, save=f"qn{_name[0]}")
    add(f"pool subnet: of the quota {_name}", "POST /v2.0/subnets", {"subnet": {
        "network_id": f"{{qn{_name[0]}}}", "ip_version": 4, "prefixlen": _len,
        "subnetpool_id": "{qpool}"}}, values=("cidr",))
add("pool subnet: update", "PUT /v2.0/subnets/{plsub}",
    {"subnet": {"subnetpool_id": "{spool}"}})
add("pool subnet: by pool", "GET /v2.0/subnets?subnetpool_id={pool}&fields=cidr")
add("subnetpool remove: in use", "PUT /v2.0/subnetpools/{pool}/remove_prefixes",
    {"prefixes": ["10.0.0.0/24"]})
add("subnetpool delete: in use", "DELETE /v2.0/subnetpools/{pool}")
add("pool subnet: gone", "DELETE /v2.0/subnets/{plsub}")
add("pool subnet: its block again", "POST /v2.0/subnets", {"subnet": {
    "network_id": "{plnet}", "ip_version": 4, "subnetpool_id": "{pool}"}},
    values=("cidr",))
for _name in ("plnet", "plnet2", "qnf", "qnl", "qnt"):
    add(f"pool subnet: network {_name} goes", f"DELETE /v2.0/networks/{{{_name}}}")
for _name in ("pool", "spool", "dpool", "qpool"):
    add(f"subnetpool delete: {_name}", f"DELETE /v2.0/subnetpools/{{{_name}}}")
add("subnetpool delete: again", "DELETE /v2.0/subnetpools/{pool}")
for _name in ("scope", "scope2"):
    add(f"address scope delete: {_name}",
        f"DELETE /v2.0/address-scopes/{{{_name}}}")

# --- deletion ---------------------------------------------------------------

section("Deletion of what is in use, and the rest")
for _name, _line in [
    ("subnet with a port", "DELETE /v2.0/subnets/{p4}"),
    ("network with a port", "DELETE /v2.0/networks/{pnet}"),
    ("port", "DELETE /v2.0/ports/{port}"),
    ("port again", "DELETE /v2.0/ports/{port}"),
    ("show deleted port", "GET /v2.0/ports/{port}"),
    ("subnet without ports", "DELETE /v2.0/subnets/{p4}"),
    ("subnet again", "DELETE /v2.0/subnets/{p4}"),
]:
    add(f"delete: {_name}", _line)
add("delete: an automatic port", "POST /v2.0/ports",
    {"port": {"network_id": "{pnet}", "device_owner": "network:dhcp"}})
add("delete: a router's port", "POST /v2.0/ports", {"port": {
    "network_id": "{fnet}", "device_owner": "network:router_interface",
    "device_id": "orc-router"}}, save="rtport")
for _name, _line in [
    ("network with a router's port", "DELETE /v2.0/networks/{fnet}"),
    ("subnet with a router's port", "DELETE /v2.0/subnets/{fsub}"),
    ("router's port of no router", "DELETE /v2.0/ports/{rtport}"),
    ("subnet with only an automatic port", "DELETE /v2.0/subnets/{p4b}"),
    ("network with subnets and an automatic port", "DELETE /v2.0/networks/{pnet}"),
    ("its subnet is gone", "GET /v2.0/subnets/{p6}"),
    ("its ports are gone", "GET /v2.0/ports?network_id={pnet}"),
    ("network with only subnets", "DELETE /v2.0/networks/{net}"),
    ("its subnet is gone too", "GET /v2.0/subnets/{sub}"),
    ("network json suffix", "DELETE /v2.0/networks/{list_a}.json"),
    ("network trailing slash", "DELETE /v2.0/networks/{list_b}/"),
    ("network with a query", "DELETE /v2.0/networks/{list_c}?force=true"),
    ("network slaac", "DELETE /v2.0/networks/{snet}"),
    ("network full", "DELETE /v2.0/networks/{fnet}"),
    ("network revisions", "DELETE /v2.0/networks/{rnet}"),
    ("network quota", "DELETE /v2.0/networks/{qnet}"),
    ("nothing of the list is left", "GET /v2.0/networks?name=orc-net&name=orc-ports"
     "&name=orc-slaac&name=orc-full&name=orc-rev&name=orc-tmp&name=orc-list-a"),
]:
    add(f"delete: {_name}", _line)
