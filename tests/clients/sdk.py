#!/usr/bin/python3
"""Drives the unmodified openstacksdk against a server without authentication, or
as an admin who is the entry CLOUD of clouds.yaml.

    tests/clients/sdk.py http://127.0.0.1:9696
    OS_CLIENT_CONFIG_FILE=FILE CLOUD=NAME tests/clients/sdk.py URL

The URL is the root of the service, not .../v2.0.  What the SDK has no call for
(bulk networks, page_reverse, sorting) goes through its adapter, so that discovery,
headers and errors are the SDK's all the same.  Prints TAP; fails if a check does.
"""
import os
import re
import sys
import uuid

import openstack
from openstack import exceptions as exc

RUN = "sdk-%d" % os.getpid()  # every name begins with it, so that the end can find it
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")


class Tap:
    """Counts checks, and prints each as a line of the Test Anything Protocol."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, name, got, want):
        self.count += 1
        if got == want:
            print("ok %d %s" % (self.count, name), flush=True)
        else:
            self.failed += 1
            print("not ok %d %s: got %r, want %r" % (self.count, name, got, want),
                  flush=True)

    def raises(self, name, error, call, /, *args, **kwargs):
        """'call' raises exactly 'error', which is also returned."""
        try:
            got = call(*args, **kwargs)
        except Exception as e:
            self.check(name, type(e).__name__, error.__name__)
            return e
        self.check(name, got, error.__name__)
        return None

    def close(self):
        print("1..%d" % self.count)
        print("%d passed, %d failed" % (self.count - self.failed, self.failed))
        return 1 if self.failed else 0


def connect(url):
    if os.environ.get("CLOUD"):
        return openstack.connect(cloud=os.environ["CLOUD"])
    return openstack.connect(load_envvars=False, load_yaml_config=False,
                             auth_type="none", auth={"endpoint": url})


def short_names(objects):
    """What follows the run's prefix in the names, sorted."""
    return sorted(o.name[len(RUN) + 1:] for o in objects if o.name.startswith(RUN))


def name(short):
    return "%s-%s" % (RUN, short)


def ips(port):
    return sorted(ip["ip_address"] for ip in port.fixed_ips)


def requests_of(net, call):
    """What 'call' returns, and the requests that the SDK makes of 'net' for it."""
    made, request = [], net.request

    def logged(url, method, *args, **kwargs):
        made.append("%s %s" % (method, url))
        return request(url, method, *args, **kwargs)

    net.request = logged
    try:
        return call(), made
    finally:
        net.request = request


# --- networks ----------------------------------------------------------------------


def check_discovery(tap, net):
    tap.check("discovery: endpoint",
              net.get_endpoint().rstrip("/").rpartition("/")[2], "v2.0")
    tap.check("discovery: version", net.get_api_major_version(), (2, 0))
    root = net.session.get("%s/" % net.get_endpoint().split("/v2.0")[0]).json()
    tap.check("version document: current",
              [(v["id"], v["status"]) for v in root["versions"]],
              [("v2.0", "CURRENT")])
    aliases = {e.alias for e in net.extensions()}
    used = {"standard-attr-tag", "standard-attr-revisions", "revision-if-match",
            "quotas", "quota_details", "pagination", "sorting",
            "network-ip-availability"}
    tap.check("extensions: those used here", used - aliases, set())
    tap.check("find_extension", net.find_extension("quotas").alias, "quotas")
    tap.check("find_extension: not there", net.find_extension("no-such"), None)


def check_networks(tap, net):
    made = net.create_network(name=name("one"), description="first", mtu=1400,
                              is_admin_state_up=False, dns_domain="one.example.org.",
                              is_port_security_enabled=False)
    want = {"name": name("one"), "description": "first", "mtu": 1400,
            "is_admin_state_up": False, "dns_domain": "one.example.org.",
            "is_port_security_enabled": False, "is_shared": False,
            "is_router_external": False, "subnet_ids": [], "status": "ACTIVE",
            "tags": [], "availability_zone_hints": [], "qos_policy_id": None}
    tap.check("create_network", {k: made[k] for k in want}, want)
    tap.check("create_network: dates", [bool(DATE.match(made[k]))
                                        for k in ("created_at", "updated_at")],
              [True, True])
    got = net.get_network(made.id)
    tap.check("get_network", {k: got[k] for k in want}, want)
    raw = net.get("/networks/%s" % made.id).json()["network"]
    tap.check("both names of the project", raw["tenant_id"], raw["project_id"])
    update_network(tap, net, made)
    find_network(tap, net, made)
    delete_network(tap, net, made)


def update_network(tap, net, made):
    changed = net.update_network(made.id, name=name("two"), mtu=1300,
                                 is_admin_state_up=True, description="")
    tap.check("update_network", [changed.name, changed.mtu, changed.description,
                                 changed.is_admin_state_up],
              [name("two"), 1300, "", True])
    tap.check("update_network: revision grew",
              changed.revision_number > made.revision_number, True)
    body = net.put("/networks/%s" % made.id, json={"network": {}})
    tap.check("an empty update is none", [body.status_code, body.json()["network"]
                                          ["name"]], [200, name("two")])


def find_network(tap, net, made):
    got, requests = requests_of(net, lambda: net.find_network(name("two")))
    tap.check("find_network by name", got.id, made.id)
    tap.check("find_network asks by id, then lists", requests,
              ["GET networks/%s" % name("two"), "GET /networks"])
    tap.check("find_network by id", net.find_network(made.id).name, name("two"))
    tap.check("find_network: not there", net.find_network(name("none")), None)
    tap.raises("find_network: must be there", exc.ResourceNotFound,
               net.find_network, name("none"), ignore_missing=False)
    net.create_network(name=name("two"))
    tap.raises("find_network: two of a name", exc.DuplicateResource,
               net.find_network, name("two"))


def delete_network(tap, net, made):
    tap.check("delete_network", net.delete_network(made.id, ignore_missing=False), None)
    error = tap.raises("get_network: gone", exc.NotFoundException,
                       net.get_network, made.id)
    tap.check("error: status, a message that names it, request id",
              [error.status_code, made.id in error.details, error.request_id[:4]],
              [404, True, "req-"])
    tap.raises("delete_network: gone", exc.ResourceNotFound,
               net.delete_network, made.id, ignore_missing=False)
    tap.check("delete_network: gone, and no matter", net.delete_network(made.id), None)
    tap.raises("get_network: an id that is none", exc.NotFoundException,
               net.get_network, "none")


def check_bulk(tap, net):
    answer = net.post("/networks", json={"networks": [
        {"name": name("bulk-%d" % i), "admin_state_up": i != 1} for i in range(3)]})
    made = answer.json()["networks"]
    tap.check("bulk networks: in order", [answer.status_code,
                                          [n["name"] for n in made]],
              [201, [name("bulk-%d" % i) for i in range(3)]])
    id = made[0]["id"]
    answer = net.post("/subnets", json={"subnets": [
        {"network_id": id, "ip_version": 4, "cidr": "10.1.%d.0/24" % i}
        for i in range(3)]})
    tap.check("bulk subnets", [s["cidr"] for s in answer.json()["subnets"]],
              ["10.1.0.0/24", "10.1.1.0/24", "10.1.2.0/24"])
    bad = net.post("/subnets", json={"subnets": [
        {"network_id": id, "ip_version": 4, "cidr": c}
        for c in ("10.1.3.0/24", "10.1.0.0/16")]})
    tap.check("bulk subnets: one overlaps", bad.status_code, 400)
    tap.check("bulk subnets: none of them is there",
              len(list(net.subnets(network_id=id))), 3)
    tap.check("network: its subnets", len(net.get_network(id).subnet_ids), 3)


def check_filters(tap, net):
    """Over the networks that check_bulk made."""
    zero, one, two = (name("bulk-%d" % i) for i in range(3))
    cases = [
        ("name", {"name": zero}, ["bulk-0"]),
        ("name, repeated", {"name": [zero, two]}, ["bulk-0", "bulk-2"]),
        ("name and a boolean", {"name": [zero, one], "is_admin_state_up": True},
         ["bulk-0"]),
        ("boolean, false", {"name": [zero, one], "is_admin_state_up": False},
         ["bulk-1"]),
        ("shared", {"name": zero, "is_shared": False}, ["bulk-0"]),
        ("external", {"name": zero, "is_router_external": True}, []),
        ("status", {"name": zero, "status": ["ACTIVE", "DOWN"]}, ["bulk-0"]),
        ("nothing matches", {"name": name("none")}, []),
    ]
    for what, query, want in cases:
        tap.check("networks: " + what, short_names(net.networks(**query)), want)
    for spelled in ("true", "True", "1"):
        raw = net.get("/networks", params={"name": [zero, one],
                                           "admin_state_up": spelled}).json()
        tap.check("networks: admin_state_up=" + spelled,
                  [n["name"] for n in raw["networks"]], [zero])
    raw = net.get("/networks", params={"name": zero, "fields": ["name", "mtu"]})
    tap.check("networks: fields", [sorted(n) for n in raw.json()["networks"]],
              [["mtu", "name"]])
    tap.check("networks: nothing beside the list and its links",
              set(raw.json()) - {"networks_links"}, {"networks"})
    tap.check("networks: an unknown filter is refused, where that is promised",
              net.get("/networks?no_such=1").status_code,
              400 if net.find_extension("filter-validation") else 200)


def check_tags(tap, net):
    """Over the networks that check_bulk made."""
    zero, one = (net.find_network(name("bulk-%d" % i)) for i in range(2))
    net.set_tags(zero, ["red", "blue"])
    got = net.get_network(zero.id)
    tap.check("set_tags", sorted(got.tags), ["blue", "red"])
    tap.check("set_tags: revision grew",
              got.revision_number > zero.revision_number, True)
    tap.raises("set_tags: one twice", exc.BadRequestException,
               net.set_tags, zero, ["red", "red"])
    got.add_tag(net, "a b")
    tap.check("add_tag", sorted(net.get_network(zero.id).tags),
              ["a b", "blue", "red"])
    tap.check("check_tag", got.check_tag(net, "red").id, zero.id)
    tap.raises("check_tag: not there", exc.NotFoundException,
               got.check_tag, net, "no")
    got.remove_tag(net, "a b")
    tap.check("fetch_tags", sorted(got.fetch_tags(net).tags), ["blue", "red"])
    tap.raises("remove_tag: not there", exc.NotFoundException,
               got.remove_tag, net, "no")
    net.set_tags(one, ["red"])
    cases = [("tags", "red", ["bulk-0", "bulk-1"]), ("tags", "red,blue", ["bulk-0"]),
             ("any_tags", "blue,x", ["bulk-0"]), ("not_tags", "red,blue",
                                                  ["bulk-1", "bulk-2"]),
             ("not_any_tags", "red,blue", ["bulk-2"])]
    names = [name("bulk-%d" % i) for i in range(3)]
    for filter, tags, want in cases:
        tap.check("networks: %s=%s" % (filter, tags),
                  short_names(net.networks(name=names, **{filter: tags})), want)
    got.remove_all_tags(net)
    tap.check("remove_all_tags", net.get_network(zero.id).tags, [])


def check_revisions(tap, net):
    """Over a network that check_bulk made."""
    two = net.find_network(name("bulk-2"))
    now = two.revision_number
    tap.raises("if_revision: a wrong one", exc.PreconditionFailedException,
               net.update_network, two.id, if_revision=now + 7, mtu=1280)
    tap.check("if_revision: nothing has changed",
              net.get_network(two.id).to_dict(), two.to_dict())
    new = net.update_network(two.id, if_revision=now, mtu=1280)
    tap.check("if_revision: the right one", [new.mtu, new.revision_number],
              [1280, now + 1])
    tap.raises("delete if_revision: the old one", exc.PreconditionFailedException,
               net.delete_network, two.id, if_revision=now)
    raw = net.delete("/networks/%s" % two.id,
                     headers={"If-Match": "revision_number=%d" % now})
    tap.check("412: type", raw.json()["NeutronError"]["type"],
              "RevisionNumberConstraintFailed")
    net.delete_network(two.id, if_revision=now + 1)
    tap.check("delete if_revision: the right one", net.find_network(two.id), None)


def check_paging(tap, net):
    total, limit = 11, 3
    names = [name("page-%02d" % i) for i in range(total)]
    net.post("/networks", json={"networks": [{"name": n} for n in reversed(names)]})
    got, requests = requests_of(
        net, lambda: list(net.networks(limit=limit, name=names)))
    tap.check("paging: each once", sorted(n.name for n in got), names)
    tap.check("paging: in pages", len(requests) >= 4, True)
    some = list(net.networks(limit=limit, name=names, marker=got[7].id))
    tap.check("paging: after a marker", [n.id for n in some],
              [n.id for n in got[8:]])
    pages = follow(net, "next", {"limit": limit, "name": names,
                                 "sort_key": "name", "sort_dir": "asc"})
    tap.check("paging: by links, sorted", pages,
              [names[0:3], names[3:6], names[6:9], names[9:11]])
    pages = follow(net, "next", {"limit": limit, "name": names,
                                 "sort_key": "name", "sort_dir": "desc"})
    tap.check("paging: by links, sorted down", sum(pages, []), names[::-1])
    pages = follow(net, "previous", {"limit": limit, "name": names,
                                     "sort_key": "name", "sort_dir": "asc",
                                     "page_reverse": True})
    tap.check("page_reverse: by links, from the end", pages,
              [names[8:11], names[5:8], names[2:5], names[0:2]])
    check_markers(tap, net, names)


def check_markers(tap, net, names):
    marker = net.find_network(names[5]).id
    query = {"limit": 2, "name": names, "sort_key": "name", "sort_dir": "asc",
             "marker": marker}
    tap.check("marker", page(net, query)[0], names[6:8])
    tap.check("marker, page_reverse", page(net, dict(query, page_reverse=True))[0],
              names[3:5])
    tap.check("marker of nothing", net.get("/networks", params=dict(
        query, marker=str(uuid.uuid4()))).status_code in (400, 404), True)
    for bad in ("-1", "x"):
        tap.check("limit=%s" % bad, net.get("/networks?limit=" + bad).status_code, 400)


def page(net, query=None, url="/networks"):
    """The names of one page and its links."""
    body = net.get(url, params=query).json()
    links = {link["rel"]: link["href"] for link in body.get("networks_links", [])}
    return [n["name"] for n in body["networks"]], links


def follow(net, rel, query):
    """The pages from 'query' on along the links 'rel', without the empty last."""
    names, links = page(net, query)
    pages = []
    while names:
        pages.append(names)
        names, links = page(net, url=links[rel]) if rel in links else ([], {})
    return pages


# --- subnets -----------------------------------------------------------------------


def check_subnets(tap, net):
    lan = net.create_network(name=name("subnets"))
    made = net.create_subnet(network_id=lan.id, name=name("s4"), ip_version=4,
                             cidr="10.2.0.0/24", dns_nameservers=["192.0.2.2",
                                                                  "192.0.2.1"])
    want = {"cidr": "10.2.0.0/24", "gateway_ip": "10.2.0.1", "is_dhcp_enabled": True,
            "allocation_pools": [{"start": "10.2.0.2", "end": "10.2.0.254"}],
            "dns_nameservers": ["192.0.2.2", "192.0.2.1"], "host_routes": [],
            "ip_version": 4, "network_id": lan.id, "service_types": [],
            "subnet_pool_id": None, "ipv6_ra_mode": None, "description": ""}
    tap.check("create_subnet", {k: made[k] for k in want}, want)
    tap.check("create_subnet: the network's revision grew",
              net.get_network(lan.id).revision_number > lan.revision_number, True)
    update_subnet(tap, net, made)
    net.create_subnet(network_id=lan.id, name=name("s6"), ip_version=6,
                      cidr="2001:DB8:0::/64", gateway_ip=None, is_dhcp_enabled=False)
    filter_subnets(tap, net, lan)
    tap.raises("create_subnet: overlap", exc.BadRequestException, net.create_subnet,
               network_id=lan.id, ip_version=4, cidr="10.2.0.128/25")
    tap.raises("create_subnet: no such network", exc.NotFoundException,
               net.create_subnet, network_id=str(uuid.uuid4()), ip_version=4,
               cidr="10.3.0.0/24")
    tap.raises("create_subnet: an attribute that is none", exc.BadRequestException,
               net.create_subnet, network_id=lan.id, ip_version=4,
               cidr="10.3.0.0/24", no_such="x")
    tap.check("delete_subnet", net.delete_subnet(made.id, ignore_missing=False), None)
    tap.raises("get_subnet: gone", exc.NotFoundException, net.get_subnet, made.id)


def update_subnet(tap, net, made):
    changed = net.update_subnet(made.id, gateway_ip=None)
    tap.check("update_subnet: no gateway", changed.gateway_ip, None)
    tap.check("get_subnet: no gateway", net.get_subnet(made.id).gateway_ip, None)
    changed = net.update_subnet(
        made.id, gateway_ip="10.2.0.254", is_dhcp_enabled=False, dns_nameservers=[],
        allocation_pools=[{"start": "10.2.0.10", "end": "10.2.0.19"}],
        host_routes=[{"destination": "10.9.0.0/16", "nexthop": "10.2.0.2"}])
    tap.check("update_subnet", [changed.gateway_ip, changed.is_dhcp_enabled,
                                changed.dns_nameservers, changed.allocation_pools,
                                changed.host_routes],
              ["10.2.0.254", False, [], [{"start": "10.2.0.10", "end": "10.2.0.19"}],
               [{"destination": "10.9.0.0/16", "nexthop": "10.2.0.2"}]])
    tap.raises("update_subnet: cidr is for good", exc.BadRequestException,
               net.update_subnet, made.id, cidr="10.2.0.0/25")


def filter_subnets(tap, net, lan):
    cases = [("ip_version", {"ip_version": 6}, ["s6"]),
             ("cidr", {"cidr": "10.2.0.0/24"}, ["s4"]),
             ("cidr, v6 in its canonical form", {"cidr": "2001:db8::/64"}, ["s6"]),
             ("gateway_ip", {"gateway_ip": "10.2.0.254"}, ["s4"]),
             ("name, repeated", {"name": [name("s4"), name("s6")]}, ["s4", "s6"]),
             ("dhcp", {"is_dhcp_enabled": True}, []),
             ("no dhcp", {"is_dhcp_enabled": False}, ["s4", "s6"]),
             ("limit", {"limit": 1}, ["s4", "s6"])]
    for what, query, want in cases:
        tap.check("subnets: " + what,
                  short_names(net.subnets(network_id=lan.id, **query)), want)


# --- ports -------------------------------------------------------------------------


def check_ports(tap, net):
    lan = net.create_network(name=name("ports"))
    sub = net.create_subnet(network_id=lan.id, ip_version=4, cidr="10.4.0.0/24")
    other = net.create_subnet(network_id=lan.id, ip_version=4, cidr="10.5.0.0/24")
    made = net.create_port(
        network_id=lan.id, name=name("p0"), device_id="vm-1",
        device_owner="compute:nova", mac_address="fa:16:3e:00:01:02",
        fixed_ips=[{"subnet_id": sub.id, "ip_address": "10.4.0.9"},
                   {"subnet_id": other.id, "ip_address": "10.5.0.9"}],
        allowed_address_pairs=[{"ip_address": "10.6.0.0/16"}])
    want = {"name": name("p0"), "network_id": lan.id, "device_id": "vm-1",
            "device_owner": "compute:nova", "mac_address": "fa:16:3e:00:01:02",
            "status": "DOWN", "is_admin_state_up": True, "extra_dhcp_opts": [],
            "allowed_address_pairs": [{"ip_address": "10.6.0.0/16",
                                       "mac_address": "fa:16:3e:00:01:02"}]}
    tap.check("create_port", {k: made[k] for k in want}, want)
    tap.check("create_port: addresses", ips(made), ["10.4.0.9", "10.5.0.9"])
    bulk_ports(tap, net, lan, sub)
    filter_ports(tap, net, lan, sub, other)
    update_port(tap, net, made, sub)
    refuse_ports(tap, net, lan, sub)
    check_availability(tap, net, lan)
    for port in net.ports(network_id=lan.id):
        net.delete_port(port.id, ignore_missing=False)
    tap.check("delete_port: all", list(net.ports(network_id=lan.id)), [])
    net.delete_network(lan.id, ignore_missing=False)
    tap.check("delete_network: its subnets too", net.find_subnet(sub.id), None)


def bulk_ports(tap, net, lan, sub):
    made = list(net.create_ports([
        {"network_id": lan.id, "name": name("p%d" % i), "tags": ["pool", "t%d" % i],
         "admin_state_up": i != 3, "fixed_ips": [{"subnet_id": sub.id}]}
        for i in (1, 2, 3)]))
    tap.check("create_ports: in order", [p.name for p in made],
              [name("p%d" % i) for i in (1, 2, 3)])
    tap.check("create_ports: one address each, no two the same",
              len({ip for p in made for ip in ips(p)}), 3)
    tap.check("create_ports: tags", [sorted(p.tags) for p in made],
              [["pool", "t1"], ["pool", "t2"], ["pool", "t3"]])
    tap.raises("create_ports: one is taken", exc.ConflictException,
               lambda: list(net.create_ports([
                   {"network_id": lan.id, "name": name("bad")},
                   {"network_id": lan.id, "fixed_ips": [{"ip_address": "10.4.0.9",
                                                         "subnet_id": sub.id}]}])))
    tap.check("create_ports: none of them is there",
              list(net.ports(name=name("bad"))), [])


def filter_ports(tap, net, lan, sub, other):
    three = ["p1", "p2", "p3"]
    cases = [
        ("ip_address", {"fixed_ips": "ip_address=10.4.0.9"}, ["p0"]),
        ("ip_address, either", {"fixed_ips": ["ip_address=10.4.0.9",
                                              "ip_address=10.4.0.250"]}, ["p0"]),
        ("subnet_id", {"fixed_ips": "subnet_id=" + sub.id}, ["p0"] + three),
        ("subnet_id, another", {"fixed_ips": ["subnet_id=" + other.id]}, ["p0"]),
        ("subnet_id and ip_address",
         {"fixed_ips": ["subnet_id=" + sub.id, "ip_address=10.4.0.9"]}, ["p0"]),
        ("ip_address_substr", {"fixed_ips": "ip_address_substr=.5.0."}, ["p0"]),
        ("device_owner, repeated", {"device_owner": ["compute:nova", "x"]}, ["p0"]),
        ("device_owner, empty", {"device_owner": ""}, three),
        ("device_id", {"device_id": "vm-1"}, ["p0"]),
        ("mac_address", {"mac_address": "fa:16:3e:00:01:02"}, ["p0"]),
        ("admin up", {"is_admin_state_up": True}, ["p0", "p1", "p2"]),
        ("admin down", {"is_admin_state_up": False}, ["p3"]),
        ("tags", {"tags": "pool,t2"}, ["p2"]),
        ("any_tags", {"any_tags": "t1,t2"}, ["p1", "p2"]),
        ("not_any_tags", {"not_any_tags": "t1,t2"}, ["p0", "p3"]),
        ("status", {"status": "ACTIVE"}, []),
        ("limit", {"limit": 2}, ["p0"] + three),
    ]
    for what, query, want in cases:
        tap.check("ports: " + what,
                  short_names(net.ports(network_id=lan.id, **query)), want)
    some = next(net.ports(network_id=lan.id, name=name("p0"),
                          fields=["id", "fixed_ips"]))
    tap.check("ports: fields", [some.name, ips(some)],
              [None, ["10.4.0.9", "10.5.0.9"]])


def update_port(tap, net, made, sub):
    port = net.update_port(made.id, fixed_ips=[{"subnet_id": sub.id,
                                                "ip_address": "10.4.0.99"}],
                           device_id="", device_owner="", allowed_address_pairs=[])
    tap.check("update_port", [ips(port), port.device_id, port.device_owner,
                              port.allowed_address_pairs], [["10.4.0.99"], "", "", []])
    tap.check("update_port: revision grew",
              port.revision_number > made.revision_number, True)
    tap.raises("update_port if_revision: the old one",
               exc.PreconditionFailedException, net.update_port, made.id,
               if_revision=made.revision_number, name="x")
    port = net.update_port(made.id, fixed_ips=[])
    tap.check("update_port: no addresses", port.fixed_ips, [])
    port = net.update_port(made.id, fixed_ips=[{"ip_address": "10.4.0.98"}])
    tap.check("update_port: the subnet is found by the address", port.fixed_ips,
              [{"subnet_id": sub.id, "ip_address": "10.4.0.98"}])


def refuse_ports(tap, net, lan, sub):
    def create(**attrs):
        return net.create_port(network_id=lan.id, **attrs)

    error = tap.raises("create_port: address taken", exc.ConflictException, create,
                       fixed_ips=[{"subnet_id": sub.id, "ip_address": "10.4.0.98"}])
    tap.check("create_port: says which", "10.4.0.98" in error.details, True)
    tap.raises("create_port: MAC taken", exc.ConflictException, create,
               mac_address="fa:16:3e:00:01:02")
    tap.raises("create_port: address of no subnet", exc.BadRequestException, create,
               fixed_ips=[{"ip_address": "10.66.0.1"}])
    tap.raises("create_port: a MAC that is none", exc.BadRequestException, create,
               mac_address="xx")
    tap.raises("delete_subnet: in use", exc.ConflictException, net.delete_subnet,
               sub.id)
    tap.raises("delete_network: in use", exc.ConflictException, net.delete_network,
               lan.id)
    tap.raises("get_port: not there", exc.NotFoundException, net.get_port,
               str(uuid.uuid4()))


def check_availability(tap, net, lan):
    """Of the network of check_ports: four ports, each with one address."""
    got = net.get_network_ip_availability(lan.id)
    tap.check("get_network_ip_availability",
              [got.network_name, got.total_ips, got.used_ips,
               sorted((s["cidr"], s["ip_version"], s["total_ips"], s["used_ips"])
                      for s in got.subnet_ip_availability)],
              [name("ports"), 506, 4, [("10.4.0.0/24", 4, 253, 4),
                                       ("10.5.0.0/24", 4, 253, 0)]])
    tap.check("network_ip_availabilities",
              [n.used_ips for n in net.network_ip_availabilities(
                  network_name=name("ports"))], [4])


# --- quotas ------------------------------------------------------------------------


def check_quotas(tap, net):
    project = name("project")
    quota = net.update_quota(project, networks=1, ports=-1)
    tap.check("update_quota", [quota.networks, quota.ports], [1, -1])
    got = net.get_quota(project)
    tap.check("get_quota", [got.networks, got.ports], [1, -1])
    made = net.create_network(name=name("quota"), project_id=project)
    tap.check("create_network: in a project", made.project_id, project)
    error = tap.raises("create_network: over quota", exc.ConflictException,
                       net.create_network, name=name("over"), project_id=project)
    tap.check("over quota: says of what", "network" in error.details, True)
    details = net.get_quota(project, details=True)
    tap.check("get_quota: details", {k: int(v) for k, v in details.networks.items()},
              {"limit": 1, "used": 1, "reserved": 0})
    tap.check("quotas: lists the project", project in
              [q.project_id for q in net.quotas()], True)
    net.delete_quota(project, ignore_missing=False)
    tap.check("delete_quota: the default again", net.get_quota(project).networks,
              net.get_quota_default(project).networks)
    net.delete_network(made.id)


# --- the end -----------------------------------------------------------------------


def clean_up(net):
    for lan in net.networks():
        if not lan.name.startswith(RUN):
            continue
        for port in net.ports(network_id=lan.id):
            net.delete_port(port.id)
        net.delete_network(lan.id)
    net.delete_quota(name("project"))


def guarded(tap, check, net):
    """Runs 'check'; one that breaks off has failed, and the next ones still run."""
    try:
        check(tap, net)
    except Exception as e:
        tap.check(check.__name__, "%s: %s" % (type(e).__name__, e), "no exception")


def main(url):
    tap, net = Tap(), connect(url).network
    try:
        for check in (check_discovery, check_networks, check_bulk, check_filters,
                      check_tags, check_revisions, check_paging, check_subnets,
                      check_ports, check_quotas):
            guarded(tap, check, net)
    finally:
        clean_up(net)
    tap.check("nothing is left", short_names(net.networks()), [])
    return tap.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: %s URL" % sys.argv[0])
    sys.exit(main(sys.argv[1]))
