#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the answers of a server with its OpenAPI document.

    tests/clients/openapi_live.py http://127.0.0.1:9696

The URL is the root of a server without authentication.  Fetches its
/openapi.json, makes calls to every path of it, and holds each answer against
what the document says of that path, method and status: the body against its
schema, in which no member may stand that is not described, and the headers.
A body that the server takes must also fit the document, and of the bodies in
REFUSED neither may take any.

Prints TAP; fails if a check does.  All that it makes is in a project of its
own, and gone at the end.  Needs Debian's python3-jsonschema.
"""
import copy
import http.client
import json
import os
import re
import sys
import urllib.parse
import uuid

import jsonschema

RUN = "openapi-%d" % os.getpid()
NOBODY = "deadbeef-dead-4ead-beef-deadbeefdead"
SDNS = "/v2.0/available-sdn"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
HUGE = str(2 << 20)  # Bytes: more than a body may have.


class Tap:
    """Counts checks, and prints each as a line of the Test Anything
    Protocol."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, name, problems):
        """A check that holds when 'problems' is empty."""
        self.count += 1
        self.failed += bool(problems)
        print("%s %d %s" % ("not ok" if problems else "ok", self.count,
                            name.replace("#", "")), flush=True)
        for problem in problems:
            print("#   %s" % problem, flush=True)

    def close(self):
        print("1..%d" % self.count)
        print("%d passed, %d failed" % (self.count - self.failed, self.failed))
        return 1 if self.failed else 0


# --- the document


def close_objects(schema):
    """Refuses members that are not described, wherever some are."""
    if isinstance(schema, list):
        for item in schema:
            close_objects(item)
    elif isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            schema.setdefault("additionalProperties", False)
        for item in schema.values():
            close_objects(item)


formats = jsonschema.FormatChecker(formats=())


@formats.checks("uuid", ValueError)
def is_uuid(value):
    return not isinstance(value, str) or str(uuid.UUID(value)) == value


@formats.checks("date-time")
def is_date(value):
    return not isinstance(value, str) or bool(DATE.match(
        re.sub(r"[+-]00:00$", "Z", value)))


@formats.checks("uri")
def is_uri(value):
    return not isinstance(value, str) or "://" in value


class Document:
    def __init__(self, document):
        self.paths = document["paths"]
        self.closed = copy.deepcopy(document)
        close_objects(self.closed["components"]["schemas"])
        close_objects(self.closed["paths"])

    def resolve(self, part):
        while "$ref" in part:
            keys = part["$ref"].split("/")[1:]
            part = self.closed
            for key in keys:
                part = part[key]
        return part

    def problems(self, schema, value):
        """What is wrong with 'value', a line each."""
        validator = jsonschema.Draft202012Validator(
            schema, format_checker=formats,
            resolver=jsonschema.RefResolver.from_schema(self.closed))
        return ["%s: %s" % ("/".join(map(str, e.absolute_path)),
                            e.message[:300])
                for error in validator.iter_errors(value)
                for e in error.context or [error]]

    def operation(self, method, path):
        """The operation that 'path' means, and its path in the document."""
        for pattern, item in self.closed["paths"].items():
            regex = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(pattern))
            if re.fullmatch(regex, path) and method.lower() in item:
                return item[method.lower()], pattern
        return None, None

    def query_parameters(self, path):
        return [p for p in map(self.resolve,
                               self.paths[path]["get"]["parameters"])
                if p["in"] == "query"]

    def request_schema(self, method, path):
        operation, _ = self.operation(method, path)
        return operation["requestBody"]["content"]["application/json"][
            "schema"]


# --- calls


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read()
        self.type = (response.headers["Content-Type"] or "").split(";")[0]
        self.json = (json.loads(self.text)
                     if self.type == "application/json" else None)


class Server:
    """Makes calls, and checks the answer of each."""

    def __init__(self, url, tap):
        self.host = urllib.parse.urlsplit(url).netloc
        self.tap = tap
        self.uncovered = set()
        answer = self.send("GET", "/openapi.json")
        self.document = Document(answer.json)
        for path, item in self.document.paths.items():
            for method in item:
                if method != "parameters":
                    self.uncovered.add((method.upper(), path))

    def send(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.host, timeout=60)
        data = body if isinstance(body, (bytes, type(None))) else \
            json.dumps(body).encode()
        connection.request(method, path, data, {
            "X-Project-Id": RUN, "Content-Type": "application/json",
            **(headers or {})})
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def __call__(self, want, method, path, body=None, partial=False,
                 **headers):
        """Makes a call that must be answered with status 'want'.  The answer
        to a 'partial' one lacks what the document requires."""
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        answer = self.send(method, path, body, headers)
        problems = []
        if answer.status != want:
            problems.append("status %d, not %d: %s" % (
                answer.status, want, answer.text[:300]))
        else:
            problems = self.compare(method, path.split("?")[0], body, answer,
                                    partial)
        notes = "".join(" %s: %s" % pair for pair in headers.items())
        self.tap.check("%s %s%s gives %d" % (method, path, notes, want),
                       problems)
        return answer.json or {}

    def compare(self, method, path, body, answer, partial):
        operation, pattern = self.document.operation(method, path)
        if operation is None:
            return ["%s %s is not described" % (method, path)]
        self.uncovered.discard((method, pattern))
        response = operation["responses"].get(str(answer.status))
        if response is None:
            return ["status %d is not described" % answer.status]
        response = self.document.resolve(response)
        problems = ["there is no header %s" % name
                    for name in response.get("headers", {})
                    if answer.headers[name] is None]
        if body is not None and answer.status < 300:
            problems += self.document.problems(
                self.document.request_schema(method, path), body)
        return problems + self.compare_body(response, answer, partial)

    def compare_body(self, response, answer, partial):
        content = response.get("content", {})
        if not content:
            return ["a body: %r" % answer.text[:100]] if answer.text else []
        if answer.type not in content:
            return ["content type %r is not described" % answer.type]
        value = answer.json if answer.type == "application/json" else \
            answer.text.decode()
        return [] if partial else \
            self.document.problems(content[answer.type]["schema"], value)


# --- the walk


def name_of(plural):
    """How a body names one object of what stands in a path as 'plural'."""
    return plural[:-1].replace("-", "_")


class Walk:
    def __init__(self, call, tap):
        self.call = call
        self.tap = tap
        self.made = []

    def make(self, plural, body, **headers):
        """Creates one object, or each of a list, and returns it."""
        one = name_of(plural)
        many = one + "s"
        bulk = isinstance(body, list)
        answer = self.call(201, "POST", "/v2.0/" + plural,
                           {many if bulk else one: body}, **headers)
        objects = answer.get(many, [answer.get(one)])
        self.made += [(plural, o["id"]) for o in objects if o]
        return objects if bulk else objects[0]

    def clean(self):
        for plural, identity in reversed(self.made):
            self.call.send("DELETE", "/v2.0/%s/%s" % (plural, identity))
        self.call.send("DELETE", "/v2.0/quotas/" + RUN)
        left = [
            o["id"] for plural in ("networks", "subnets", "ports",
                                   "subnetpools", "address-scopes")
            for o in self.call.send(
                "GET", "/v2.0/%s?project_id=%s" % (plural, RUN)).json[
                    name_of(plural) + "s"]]
        self.tap.check("nothing is left", left)


def discovery(call):
    for path in ("/", "/v2.0", "/v2.0/extensions",
                 "/v2.0/extensions/net-mtu", "/healthz", "/readyz",
                 "/metrics", "/openapi.json"):
        call(200, "GET", path)
    call(404, "GET", "/v2.0/extensions/no-such")
    call(400, "GET", "/v2.0/extensions?a=%ff")
    call(403, "GET", "/v2.0/networks", Origin="http://elsewhere.example")
    call(403, "GET", "/", Origin="http://elsewhere.example")
    answer = call.send("GET", "/openapi.json")
    call(304, "GET", "/openapi.json", If_None_Match=answer.headers["ETag"])


def networks(call, walk):
    plain = walk.make("networks", {})
    full = walk.make("networks", {
        "name": "n", "description": "d", "admin_state_up": False,
        "shared": True, "router:external": True, "is_default": False,
        "project_default": True, "mtu": 1400, "port_security_enabled": False,
        "dns_domain": "example.org.", "availability_zone_hints": [],
        "provider:network_type": "vlan",
        "provider:physical_network": "physnet1",
        "provider:segmentation_id": 42, "vlan_transparent": True,
        "private_dns_domain": "example.net.", "project_id": RUN})
    walk.make("networks", [{"name": "a"}, {"name": "b"}])
    if SDNS in call.document.paths:
        sdn = call(200, "GET", SDNS)[0]
        walk.make("networks", {}, X_SDN=sdn.upper())
        call(200, "GET", "/v2.0/networks", X_SDN=sdn)
        call(400, "GET", "/v2.0/networks", X_SDN="no-such")
    call(200, "PUT", "/v2.0/networks/" + plain["id"], {"network": {}})
    call(200, "PUT", "/v2.0/networks/" + plain["id"], {"network": {
        "name": "p", "mtu": 1300, "provider:network_type": None}})
    return plain, full


def subnets(call, walk, network):
    def make(**body):
        return walk.make("subnets", {"network_id": network["id"],
                                     "ip_version": 4, **body})

    plain = make(cidr="10.0.0.0/24")
    make(cidr="10.0.1.0/24", gateway_ip=None, enable_dhcp=False, name="s",
         allocation_pools=[{"start": "10.0.1.9", "end": "10.0.1.19"}],
         dns_nameservers=["192.0.2.53"], service_types=["compute:nova"],
         host_routes=[{"destination": "192.0.2.0/24",
                       "nexthop": "10.0.1.1"}],
         dns_publish_fixed_ip=True, enable_private_dns=False, ip_cooldown=5,
         ip_allocation_policy="random", subnetpool_id=None, segment_id=None)
    make(cidr="fd00:1::/64", ip_version=6, ipv6_ra_mode="slaac",
         ipv6_address_mode="slaac", dns_nameservers=None)
    call(200, "PUT", "/v2.0/subnets/" + plain["id"], {"subnet": {
        "name": "s", "gateway_ip": "10.0.0.254", "host_routes": None,
        "allocation_pools": [{"start": "10.0.0.10", "end": "10.0.0.99"}]}})
    call(400, "POST", "/v2.0/subnets", {"subnet": {
        "network_id": network["id"], "ip_version": 4,
        "cidr": "10.0.0.0/16"}})
    call(404, "POST", "/v2.0/subnets", {"subnet": {
        "network_id": NOBODY, "ip_version": 4, "cidr": "10.0.0.0/16"}})
    return plain


def ports(call, walk, network, subnet):
    def make(**body):
        return walk.make("ports", {"network_id": network["id"], **body})

    plain = make()
    full = make(
        name="p", tags=["a"], mac_address="02:00:00:00:00:0a",
        fixed_ips=[{"subnet_id": subnet["id"], "ip_address": "10.0.0.50"}],
        device_id="d", device_owner="compute:nova", security_groups=None,
        allowed_address_pairs=[{"ip_address": "10.9.0.0/16"}],
        extra_dhcp_opts=[{"opt_name": "mtu", "opt_value": "1400",
                          "ip_version": 4}],
        port_security_enabled=True, dns_name="host",
        dns_domain="example.org.", device_profile="gpu",
        numa_affinity_policy="preferred", propagate_uplink_status=False,
        qos_policy_id=None, **{
            "binding:host_id": "h", "binding:profile": {"a": 1},
            "binding:vnic_type": "direct"})
    make(fixed_ips=[], mac_address=None, **{"binding:host_id": None,
                                            "binding:profile": None})
    walk.make("ports", [{"network_id": network["id"]}] * 2)
    path = "/v2.0/ports/" + full["id"]
    call(200, "PUT", path, {"port": {
        "fixed_ips": [{"subnet_id": subnet["id"]}], "mac_address": None,
        "extra_dhcp_opts": [{"opt_name": "mtu", "opt_value": None}],
        "data_plane_status": "ACTIVE", "binding:host_id": None}})
    call(200, "PUT", path, {"port": {"data_plane_status": None}})
    call(409, "POST", "/v2.0/ports", {"port": {
        "network_id": network["id"], "mac_address": plain["mac_address"]}})
    call(409, "PUT", path, {"port": {
        "fixed_ips": [plain["fixed_ips"][0]]}})
    call(409, "DELETE", "/v2.0/networks/" + network["id"])
    call(409, "DELETE", "/v2.0/subnets/" + subnet["id"])
    return plain


def lists(call, plural, example):
    """Every query parameter of a list, with the value of an object."""
    path = "/v2.0/" + plural
    call(200, "GET", path)
    for parameter in call.document.query_parameters(path):
        name = parameter["name"]
        value = example.get(name)
        if isinstance(value, (str, int)) and value != "":
            call(200, "GET", "%s?%s" % (path, urllib.parse.urlencode(
                {name: value})))
        elif name in ("sort_key", "fields"):
            for key in parameter["schema"]["items"]["enum"]:
                call(200, "GET", "%s?%s=%s" % (path, name, key),
                     partial=name == "fields")
    for query in ("limit=1", "limit=1&page_reverse=true",
                  "limit=1&marker=" + example["id"], "tags=a,b",
                  "tags-any=a", "not-tags=a", "not-tags-any=a&not-tags=b",
                  "sort_key=name&sort_dir=desc", "name=no-such"):
        call(200, "GET", "%s?%s" % (path, query))
    call(400, "GET", path + "?no_such=1")
    call(400, "GET", path + "?limit=-1")
    call(404, "GET", path + "?marker=" + NOBODY)


def objects(call, plural, example):
    """What objects of every resource have in common."""
    one = name_of(plural)
    path = "/v2.0/%s/%s" % (plural, example["id"])
    none = "/v2.0/%s/%s" % (plural, NOBODY)
    call(200, "GET", path)
    call(200, "GET", path, X_Roles="member")
    call(200, "GET", path + "?fields=id", partial=True)
    call(304, "GET", path, If_None_Match="*")
    call(404, "GET", none)
    call(404, "PUT", none, {one: {"name": "x"}})
    call(404, "DELETE", none)
    call(200, "GET", path + "/blockers")
    call(200, "GET", path + "/blockers", X_Roles="reader")
    call(404, "GET", none + "/blockers")
    call(412, "PUT", path, {one: {"name": "x"}},
         If_Match="revision_number=999")
    call(412, "DELETE", path, If_Match="revision_number=999")
    call(412, "PUT", path, {one: {"name": "x"}}, If_Match='"stale"')
    call(200, "PUT", path, {one: {"name": "x"}},
         If_Match=call.send("GET", path).headers["ETag"])
    call(400, "DELETE", path, If_Match="x")
    call(400, "PUT", path, {one: {"id": NOBODY}})
    call(400, "PUT", path, b"{")
    call(400, "POST", "/v2.0/" + plural, {one: {"no_such": 1, "id": 1}})
    call(403, "PUT", path, {one: {"name": "x"}}, X_Roles="reader")
    call(403, "POST", "/v2.0/" + plural, {one: {}}, X_Roles="reader")
    call(403, "GET", path, X_Roles="nothing")
    # Refused for its length alone, of which nothing is sent.
    call(413, "POST", "/v2.0/" + plural, Content_Length=HUGE)


def groups(call, plural, example):
    path = "/v2.0/" + plural
    many = name_of(plural) + "s"
    one, none = {"id": example["id"]}, {"id": NOBODY}
    call(200, "PUT", path, {many: [{**one, "name": "g", "tags": ["g"]}]})
    call(404, "PUT", path, {many: [one, none]})
    call(207, "PUT", path + "?atomic=false", {many: [one, none]})
    call(412, "PUT", path, {many: [{**one, "revision_number": 0}]})
    call(400, "PUT", path, {many: [{**one, "no_such": 1}, {}, one]})
    call(403, "PUT", path, {many: [one]}, X_Roles="reader")
    call(404, "DELETE", path, {many: [none]})
    call(207, "DELETE", path + "?atomic=false", {many: [none]})
    call(412, "DELETE", path, {many: [{**one, "revision_number": 0}]})
    call(400, "DELETE", path)
    call(403, "DELETE", path, {many: [one]}, X_Roles="reader")


def invariants(call):
    call(200, "GET", "/v2.0/invariants")
    call(200, "GET", "/v2.0/invariants?fresh=true")
    call(400, "GET", "/v2.0/invariants?fresh=x")
    call(403, "GET", "/v2.0/invariants", X_Roles="member")


def tags(call, plural, example):
    path = "/v2.0/%s/%s/tags" % (plural, example["id"])
    none = "/v2.0/%s/%s/tags" % (plural, NOBODY)
    call(200, "PUT", path, {"tags": ["a", "b"]})
    call(200, "POST", path, {"tags": ["c"]})
    call(201, "PUT", path + "/d")
    call(200, "GET", path)
    call(204, "GET", path + "/d")
    call(204, "DELETE", path + "/d")
    call(404, "GET", path + "/d")
    call(404, "DELETE", path + "/d")
    call(204, "DELETE", path)
    call(400, "PUT", path, {"tags": "a"})
    call(403, "PUT", path, {"tags": ["a"]}, X_Roles="reader")
    call(412, "PUT", path, {"tags": []}, If_Match="revision_number=999")
    call(412, "DELETE", path, If_Match="revision_number=999")
    for method, body in (("GET", None), ("PUT", {"tags": []}),
                         ("POST", {"tags": []}), ("DELETE", None)):
        call(404, method, none, body)
    for method in ("GET", "PUT", "DELETE"):
        call(404, method, none + "/a")


def plans(call, plural, example):
    """What would go along with an object, and what no longer fits."""
    path = "/v2.0/%s/%s?cascade=" % (plural, example["id"])
    call(200, "DELETE", path + "plan")
    call(412, "DELETE", path + "1-" + 64 * "0")
    call(400, "DELETE", path + "x")
    call(403, "DELETE", path + "plan", X_Roles="reader")


def quotas(call):
    path = "/v2.0/quotas/" + RUN
    call(200, "PUT", path, {"quota": {"network": 50, "port": -1,
                                      "check_limit": True}})
    call(400, "PUT", path, {"quota": {"network": 0, "check_limit": True}})
    call(400, "PUT", path, {"quota": {"no_such": 1}})
    for suffix in ("", "/default", "/details"):
        call(200, "GET", path + suffix)
        call(403, "GET", "/v2.0/quotas/other" + suffix, X_Roles="member")
    call(200, "GET", "/v2.0/quotas")
    call(403, "GET", "/v2.0/quotas", X_Roles="member")
    call(403, "PUT", path, {"quota": {}}, X_Roles="member")
    call(200, "PUT", path, {"quota": {"network": 1}})
    call(409, "POST", "/v2.0/networks", {"network": {}})
    call(204, "DELETE", path)
    call(404, "DELETE", path)


def entitlements(call):
    path = "/v2.0/entitlements/" + RUN
    requests = "/v2.0/entitlement-requests"
    ask = {"entitlement_request": {"entitlement": "shadow_port",
                                   "comment": "for Kubernetes"}}
    approve = {"entitlement_request": {"status": "approved",
                                       "comment": "enjoy"}}
    call(403, "POST", requests, ask, X_Roles="reader")
    call(400, "POST", requests, {"entitlement_request": {}})
    call(400, "GET", requests + "?tags=a")
    for end in ("withdrawn", "approved"):
        made = call(201, "POST", requests, ask, X_Roles="member")
        one = "%s/%s" % (requests, made["entitlement_request"]["id"])
        call(409, "POST", requests, ask)
        call(200, "GET", one)
        if end == "withdrawn":
            call(204, "DELETE", one)
    call(200, "GET", one + "/blockers")
    for query in ("", "?status=pending&limit=1", "?project_id=" + RUN):
        call(200, "GET", requests + query)
    none = {"entitlement_requests": [{"id": NOBODY}]}
    call(404, "PUT", requests, none)
    call(404, "DELETE", requests, none)
    call(404, "GET", "%s/%s" % (requests, NOBODY))
    call(403, "PUT", one, approve, X_Roles="member")
    call(412, "PUT", one, approve, If_Match="revision_number=999")
    call(200, "PUT", one, approve)
    call(409, "PUT", one, approve)
    call(409, "DELETE", one)
    call(200, "GET", path, X_Roles="reader")
    call(404, "GET", "/v2.0/entitlements/other", X_Roles="member")
    call(200, "GET", "/v2.0/entitlements")
    call(403, "PUT", path, {"entitlement": {}}, X_Roles="member")
    call(400, "PUT", path, {"entitlement": {"shadow_port": "maybe"}})
    call(200, "PUT", path, {"entitlement": {"shadow_port": False}})
    call(403, "POST", "/v2.0/networks",
         {"network": {"enable_shadow_port": True}})


def policies(call):
    path = "/v2.0/rbac-policies"
    network = call(201, "POST", "/v2.0/networks",
                   {"network": {"name": RUN + "-shared"}})["network"]["id"]

    def wish(target):
        return {"object_type": "network", "object_id": network,
                "action": "access_as_shared", "target_tenant": target}

    call(403, "POST", path, {"rbac_policy": wish("a")}, X_Roles="reader")
    call(400, "POST", path, {"rbac_policy": {}})
    made = call(201, "POST", path, {"rbac_policy": wish("a")})["rbac_policy"]
    one = "%s/%s" % (path, made["id"])
    call(409, "POST", path, {"rbac_policy": wish("a")})
    call(200, "GET", one)
    call(404, "GET", "%s/%s" % (path, NOBODY))
    call(200, "GET", one + "/blockers")
    for query in ("", "?object_id=" + network, "?target_tenant=a&limit=1"):
        call(200, "GET", path + query)
    call(400, "GET", path + "?tags=a")
    call(400, "PUT", one, {"rbac_policy": {"action": "access_as_external"}})
    call(412, "PUT", one, {"rbac_policy": {"target_tenant": "b"}},
         If_Match="revision_number=999")
    call(200, "PUT", one, {"rbac_policy": {"target_tenant": "b"}})
    call(200, "PUT", path, {"rbac_policies": [{"id": made["id"],
                                               "target_tenant": "c"}]})
    none = {"rbac_policies": [{"id": NOBODY}]}
    call(404, "PUT", path, none)
    call(404, "DELETE", path, none)
    call(204, "DELETE", one)
    call(204, "DELETE", "/v2.0/networks/" + network)


def scopes(call, walk):
    path = "/v2.0/address-scopes"

    def make(**body):
        return walk.make("address-scopes", body)

    plain = make(ip_version=4)
    six = make(name="six", description="d", ip_version=6, shared=False,
               project_id=RUN)
    walk.make("address-scopes", [{"ip_version": 4}, {"ip_version": 6}])
    shared = make(ip_version=4, shared=True)
    one = "%s/%s" % (path, shared["id"])
    call(200, "PUT", one, {"address_scope": {"name": "s", "shared": True}})
    call(400, "PUT", one, {"address_scope": {"shared": False}})
    call(400, "PUT", one, {"address_scope": {"ip_version": 6}})
    call(403, "POST", path, {"address_scope": {
        "ip_version": 4, "shared": True}}, X_Roles="member")
    gone = call(201, "POST", path, {"address_scope": {"ip_version": 4}})
    call(204, "DELETE", "%s/%s" % (path, gone["address_scope"]["id"]))
    return plain, six


def pools(call, walk, scope, six):
    path = "/v2.0/subnetpools"

    def make(*prefixes, **body):
        return walk.make("subnetpools", {
            "name": "p", "prefixes": list(prefixes), **body})

    def refuse(status, *prefixes, **body):
        call(status, "POST", path, {"subnetpool": {
            "name": "p", "prefixes": prefixes, **body}})

    plain = make("10.20.0.0/16", "10.21.0.0/16")
    full = make("10.30.0.0/16", description="d", default_prefixlen=26,
                min_prefixlen="24", max_prefixlen=28, default_quota=512,
                shared=False, is_default=False, project_id=RUN,
                address_scope_id=scope["id"])
    make("fd00:20::/48", address_scope_id=six["id"], default_quota=None)
    make("10.40.0.0/16", shared=True, address_scope_id=None)
    walk.make("subnetpools", [{"name": "a", "prefixes": ["10.50.0.0/24"]},
                              {"name": "b", "prefixes": ["10.50.0.0/24"]}])
    refuse(400)
    refuse(400, "x")
    refuse(400, "10.60.0.0/16", "fd00:60::/48")
    refuse(400, "10.60.0.0/16", min_prefixlen=28, max_prefixlen=24)
    refuse(400, "10.60.0.0/16", address_scope_id=six["id"])
    refuse(409, "10.30.1.0/24", address_scope_id=scope["id"])
    refuse(404, "10.60.0.0/16", address_scope_id=NOBODY)
    for name in ("shared", "is_default"):
        call(403, "POST", path, {"subnetpool": {
            "name": "p", "prefixes": ["10.60.0.0/16"], name: True}},
            X_Roles="member")
    one = "%s/%s" % (path, full["id"])
    call(200, "PUT", one, {"subnetpool": {
        "prefixes": ["10.30.0.0/16", "10.31.0.0/16"], "default_quota": None,
        "address_scope_id": None, "min_prefixlen": 20}})
    call(400, "PUT", one, {"subnetpool": {"prefixes": ["10.31.0.0/16"]}})
    call(400, "PUT", one, {"subnetpool": {"max_prefixlen": 22}})
    call(400, "PUT", one, {"subnetpool": {"ip_version": 6}})
    call(200, "PUT", one, {"subnetpool": {"default_quota": 512,
                                          "address_scope_id": scope["id"]}})
    call(409, "DELETE", "/v2.0/address-scopes/" + scope["id"])
    call(200, "GET", "/v2.0/address-scopes/%s/blockers" % scope["id"])
    gone = call(201, "POST", path, {"subnetpool": {
        "name": "gone", "prefixes": ["10.60.0.0/16"]}})
    call(204, "DELETE", "%s/%s" % (path, gone["subnetpool"]["id"]))
    return plain, full


def pool_subnets(call, walk, pool, full):
    """What subnets get from the pools, and what the pools keep for them."""
    network = walk.make("networks", {})
    other = walk.make("networks", {})

    def ask(place, pool, **more):
        return {"network_id": place["id"], "ip_version": 4,
                "subnetpool_id": pool["id"], **more}

    def refuse(status, wish):
        call(status, "POST", "/v2.0/subnets", {"subnet": wish})

    walk.make("subnets", ask(network, full))
    walk.make("subnets", ask(network, full, prefixlen=28))
    walk.make("subnets", ask(network, full, cidr="10.31.4.0/24"))
    walk.make("subnets", [ask(other, pool, prefixlen=24)] * 2)
    refuse(400, ask(network, full, prefixlen=29))
    refuse(400, ask(network, full, ip_version=6))
    refuse(400, ask(network, pool, prefixlen=24))
    refuse(404, ask(network, {"id": NOBODY}))
    refuse(409, ask(network, full, prefixlen=24))
    one = "/v2.0/subnetpools/" + pool["id"]
    call(200, "PUT", one, {"subnetpool": {"is_default": True}})
    call(400, "PUT", "/v2.0/subnetpools/" + full["id"],
         {"subnetpool": {"is_default": True}})
    walk.make("subnets", {"network_id": other["id"], "ip_version": 4,
                          "prefixlen": 24, "use_default_subnetpool": True})
    call(200, "PUT", one, {"subnetpool": {"is_default": False}})
    refuse(400, {"network_id": other["id"], "ip_version": 4,
                 "prefixlen": 24, "use_default_subnetpool": True})
    call(400, "DELETE", one)
    call(200, "GET", one + "/blockers")
    call(200, "GET", "/v2.0/networks/" + network["id"])


def prefixes(call, pool):
    """Prefixes that a pool gets, and those that it can give."""
    path = "/v2.0/subnetpools/%s/" % pool["id"]
    none = "/v2.0/subnetpools/%s/" % NOBODY
    more = {"prefixes": ["10.24.0.0/16", "10.25.0.0/16"]}
    call(200, "PUT", path + "add_prefixes", more)
    call(400, "PUT", path + "add_prefixes", {"prefixes": ["fd00:24::/48"]})
    call(200, "PUT", path + "remove_prefixes", {"prefixes": [
        "10.24.3.0/24"]})
    call(200, "PUT", path + "remove_prefixes", more)
    call(400, "PUT", path + "remove_prefixes", {"prefixes": pool["prefixes"]})
    for action in ("add_prefixes", "remove_prefixes"):
        call(400, "PUT", path + action, {})
        call(400, "PUT", path + action, {"prefixes": "10.24.0.0/16"})
        call(400, "PUT", path + action, {"prefixes": ["x"]})
        call(400, "PUT", path + action, b"{")
        call(403, "PUT", path + action, more, X_Roles="reader")
        call(404, "PUT", none + action, more)
        call(412, "PUT", path + action, more,
             If_Match="revision_number=999")
        call(413, "PUT", path + action, Content_Length=HUGE)


def clusters(call):
    path = "/v2.0/cluster-networks"

    def wish(**more):
        return {"cluster_network": dict(cluster_id=RUN, **more)}

    groups = [{"name": "master", "count": 1}, {"name": "worker", "count": 2}]
    full = wish(name="prod", description="", subnet={"prefixlen": 28},
                pods_cidr="10.100.0.0/16", services_cidr="10.254.0.0/16",
                pods_subnet=True, network_id=None, subnet_id=None,
                loadbalancer_subnet_id=None, external_ip=True,
                node_groups=groups)
    call(403, "POST", path, full, X_Roles="reader")
    call(400, "POST", path, {"cluster_network": {}})
    call(400, "POST", path, wish(node_groups=[{"name": "a", "count": -1}]))
    call(400, "POST", path, {"cluster_networks": [wish()["cluster_network"]]})
    call(404, "POST", path, wish(network_id=NOBODY))
    call(200, "POST", path + "?check=true", full)
    call(200, "POST", path + "?check=true",
         wish(pods_cidr="10.1.0.0/16", services_cidr="10.1.0.0/24",
              subnet={"cidr": "10.1.0.0/29"}, external_ip=False,
              node_groups=[{"name": "a", "count": 1000}]))
    made = call(201, "POST", path, full)["cluster_network"]
    one = "%s/%s" % (path, made["id"])
    call(200, "POST", path, full)
    call(409, "POST", path, wish())
    call(200, "GET", one)
    lists(call, "cluster-networks", made)
    tags(call, "cluster-networks", made)
    call(404, "GET", "%s/%s" % (path, NOBODY))
    call(400, "PUT", one, {"cluster_network": {"pods_cidr": "10.0.0.0/8"}})
    call(412, "PUT", one, {"cluster_network": {"name": "x"}},
         If_Match="revision_number=999")
    call(200, "PUT", one, {"cluster_network": {
        "name": "x", "node_groups": [{"name": "worker", "count": 1}]}})
    call(409, "DELETE", "/v2.0/networks/" + made["network_id"])
    call(409, "DELETE", "/v2.0/ports/" + made["ports"][0]["id"])
    call(200, "GET", "/v2.0/networks/%s/blockers" % made["network_id"])
    call(200, "GET", one + "/blockers")
    call(404, "GET", "%s/%s/blockers" % (path, NOBODY))
    plans(call, "cluster-networks", made)
    call(201, "POST", "/v2.0/ports", {"port": {
        "network_id": made["network_id"],
        "fixed_ips": [{"subnet_id": made["pods_subnet_id"]}]}})
    call(409, "DELETE", one)
    plan = call(200, "DELETE", one + "?cascade=plan")["plan"]
    call(204, "DELETE", one + "?cascade=" + plan["id"])


def availabilities(call, network):
    path = "/v2.0/network-ip-availabilities"
    call(200, "GET", "%s/%s" % (path, network["id"]))
    call(404, "GET", "%s/%s" % (path, NOBODY))
    call(400, "GET", path + "?no_such=1")
    for query in ("", "?limit=1", "?network_id=" + network["id"],
                  "?ip_version=6", "?network_name=x&tenant_id=" + RUN):
        call(200, "GET", path + query)
    call(404, "GET", path + "?marker=x")


def events(call, network):
    path = "/v2.0/events"
    mine = "project_id=" + RUN
    for query in (mine, mine + "&limit=3&type=network&type=quota",
                  "since=now", "since=0&action=delete&" + mine,
                  "network_id=%s&id=%s" % (network["id"], network["id"]),
                  "since=%s&wait=1" % call.send(
                      "GET", path + "?since=now").json["cursor"]):
        call(200, "GET", "%s?%s" % (path, query))
    call(200, "GET", path + "?limit=5", X_Roles="member")
    for query in ("since=x", "wait=61", "no_such=1", "action=drop"):
        call(400, "GET", "%s?%s" % (path, query))


def pages(call, network, subnet):
    """What a panel draws: embedded objects, searches, the address map."""
    for query in ("usage", "subnets", "usage,subnets,subnets.usage",
                  "subnets.ports&ports_limit=1"):
        call(200, "GET", "/v2.0/networks?include=" + query)
        call(200, "GET", "/v2.0/networks/%s?include=%s"
             % (network["id"], query))
    call(200, "GET", "/v2.0/subnets?include=usage,ports")
    call(400, "GET", "/v2.0/networks?include=no_such")
    for query in ("search=a", "name_substr=a", "mac_address_substr=fa:",
                  "total=true&limit=1"):
        call(200, "GET", "/v2.0/ports?" + query)
    path = "/v2.0/subnets/%s/addresses" % subnet["id"]
    for query in ("", "?limit=1", "?state=free&state=gateway",
                  "?state=free&limit=1&prefixlen=30"):
        call(200, "GET", path + query)
    call(400, "GET", path + "?state=no_such")
    call(200, "GET", "%s/%s" % (path, subnet["gateway_ip"]))
    call(400, "GET", path + "/x")
    call(404, "GET", path + "/192.0.2.1")
    call(404, "GET", "/v2.0/subnets/%s/addresses" % NOBODY)


# Bodies of POST that neither the document nor the server takes.
REFUSED = {
    "networks": (
        {"no_such": 1}, {"id": NOBODY}, {"name": None}, {"name": "x" * 256},
        {"name": 1.5}, {"mtu": -1}, {"mtu": None},
        {"admin_state_up": None}, {"provider:network_type": "smoke"},
        {"provider:segmentation_id": -1}, {"status": "ACTIVE"},
        {"availability_zone_hints": "a"}, {"shared": []}, {"subnets": []},
    ),
    "subnets": (
        {"cidr": "10.3.0.0/24"}, {"ip_version": 4, "cidr": "10.3.0.0/24"},
        {"network_id": "x", "ip_version": 5, "cidr": "10.3.0.0/24"},
        {"network_id": NOBODY, "ip_version": 4, "cidr": "10.3.0.0/24",
         "allocation_pools": [{"start": "10.3.0.1"}]},
        {"network_id": NOBODY, "ip_version": 4, "cidr": "10.3.0.0/24",
         "ip_allocation_policy": "clever"},
        {"network_id": NOBODY, "ip_version": 6, "cidr": "fd00::/64",
         "ipv6_ra_mode": "x"},
    ),
    "ports": (
        {}, {"network_id": NOBODY, "fixed_ips": None},
        {"network_id": NOBODY, "fixed_ips": {}},
        {"network_id": NOBODY, "device_owner": None},
        {"network_id": NOBODY, "allowed_address_pairs": [{}]},
        {"network_id": NOBODY, "extra_dhcp_opts": [{"opt_name": "a"}]},
        {"network_id": NOBODY, "binding:vnic_type": "x"},
        {"network_id": NOBODY, "dns_assignment": []},
    ),
    "address-scopes": (
        {}, {"name": "s"}, {"ip_version": 5}, {"ip_version": None},
        {"ip_version": 4, "shared": None}, {"ip_version": 4, "name": None},
        {"ip_version": 4, "name": "x" * 256}, {"ip_version": 4, "tags": []},
    ),
    "subnetpools": (
        {}, {"name": "p"}, {"prefixes": ["10.3.0.0/24"]},
        {"name": "p", "prefixes": None},
        {"name": "p", "prefixes": "10.3.0.0/24"},
        {"name": "p", "prefixes": [1]},
        {"name": None, "prefixes": ["10.3.0.0/24"]},
        {"name": "p", "prefixes": ["10.3.0.0/24"], "ip_version": 4},
        {"name": "p", "prefixes": ["10.3.0.0/24"], "default_quota": -1},
        {"name": "p", "prefixes": ["10.3.0.0/24"], "min_prefixlen": None},
        {"name": "p", "prefixes": ["10.3.0.0/24"], "is_default": None},
        {"name": "p", "prefixes": ["10.3.0.0/24"], "address_scope_id": "x"},
    ),
}


def refusals(call, tap):
    for plural, bodies in REFUSED.items():
        path = "/v2.0/" + plural
        schema = call.document.request_schema("POST", path)
        for attributes in bodies:
            body = {name_of(plural): attributes}
            call(400, "POST", path, body)
            problems = call.document.problems(schema, body)
            tap.check("the document refuses it as well: %s"
                      % json.dumps(body)[:70],
                      [] if problems else ["it takes it"])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    tap = Tap()
    call = Server(sys.argv[1].rstrip("/"), tap)
    walk = Walk(call, tap)
    try:
        discovery(call)
        network, external = networks(call, walk)
        subnet = subnets(call, walk, network)
        port = ports(call, walk, network, subnet)
        scope, six = scopes(call, walk)
        pool, full = pools(call, walk, scope, six)
        pool_subnets(call, walk, pool, full)
        prefixes(call, pool)
        for plural, example in (("networks", external), ("subnets", subnet),
                                ("ports", port), ("address-scopes", scope),
                                ("subnetpools", full)):
            tags(call, plural, example)
            lists(call, plural, example)
            objects(call, plural, example)
            groups(call, plural, example)
        plans(call, "networks", network)
        plans(call, "subnets", subnet)
        availabilities(call, network)
        pages(call, network, subnet)
        entitlements(call)
        policies(call)
        clusters(call)
        invariants(call)
        events(call, network)
        quotas(call)
        refusals(call, tap)
        for plural in ("ports", "subnets", "networks", "subnetpools",
                       "address-scopes"):
            call(204, "DELETE", "/v2.0/" + plural, {name_of(plural) + "s": [
                {"id": identity} for kind, identity in walk.made
                if kind == plural]})
        tap.check("every operation of the document was called",
                  ["%s %s" % pair for pair in sorted(call.uncovered)])
    finally:
        walk.clean()
    return tap.close()


sys.exit(main())
