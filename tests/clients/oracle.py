#!/usr/bin/env python3
"""Sends one list of requests to two Networking API v2.0 servers and compares.

Real Neutron is the oracle: on every request of oracle_requests.py Tenet must
give the same status, the same error type, and a body of the same shape (keys
and JSON types); for networks, subnets and ports also the same values of the
attributes that do not depend on the server (COMPARED below).  Ids, times and
generated addresses are not compared, nor are the texts of errors.

    oracle.py --tenet http://127.0.0.1:9797 --neutron http://127.0.0.1:19697
    oracle.py --tenet URL --answers answers.json --slow
    oracle.py --tenet URL --neutron URL --only 'subnet create' --verbose
    oracle.py --neutron URL --record answers.json --digest answers.txt

URL is the root of the service, without /v2.0; --answers takes what --record
wrote in the place of a running Neutron.  Both must take every request
as an administrator; --token adds an X-Auth-Token for Tenet, --project is the
project of that token.  The list removes what it made.

What an operator sets must be the same on both.  For the Neutron that was
recorded, whose project is fake_project_id, quotas unlimited, global_physnet_mtu
1500 (so 1450 in a VXLAN) and dns_domain peer.example.org., that is

    TENET_DEV_FSYNC=off build/tenetd dev --data DIR --listen 127.0.0.1:9797 \\
        --auth none \\
        --default-project fake_project_id --network-mtu 1450 \\
        --quota-network=-1 --quota-subnet=-1 --quota-port=-1 \\
        --dns-domain peer.example.org.

and all else as it comes: no --sdns, no --dhcp-ports, page limit 1000.

oracle_accepted.py lists where Tenet differs on purpose, with the reason.  The
last line counts: N requests, D differences, M accepted with reason.  The script
fails when a request differs otherwise, or when one of the list no longer does.
"""
import argparse
import collections
import concurrent.futures
import fnmatch
import http.client
import json
import re
import sys
import time
import urllib.parse

sys.dont_write_bytecode = True
from oracle_accepted import ACCEPTED, WHERE_GIVEN  # noqa: E402
from oracle_requests import (  # noqa: E402
    OTHER_PROJECT, QUOTA_PROJECT, REQUESTS)

# Attributes that only Tenet has, whatever it advertises.
TENET_ONLY = {
    "sdn", "enable_shadow_port", "private_dns_domain", "enable_private_dns",
    "ip_cooldown", "ip_allocation_policy", "reserved_ranges",
}

# Attributes compared only when both servers advertise their extension.
EXTENSION_OF = {
    "availability_zone_hints": "network_availability_zone",
    "availability_zones": "network_availability_zone",
    "binding:host_id": "binding",
    "binding:profile": "binding",
    "binding:vif_details": "binding",
    "binding:vif_type": "binding",
    "binding:vnic_type": "binding",
    "data_plane_status": "data-plane-status",
    "device_profile": "port-device-profile",
    "dns_assignment": "dns-integration",
    "dns_domain": "dns-integration",
    "dns_name": "dns-integration",
    "dns_publish_fixed_ip": "subnet-dns-publish-fixed-ip",
    "ip_allocation": "ip_allocation",
    "ipv4_address_scope": "address-scope",
    "ipv6_address_scope": "address-scope",
    "is_default": "auto-allocated-topology",
    "l2_adjacency": "l2_adjacency",
    "numa_affinity_policy": "port-numa-affinity-policy",
    "port_security_enabled": "port-security",
    "project_default": "project-default-networks",
    "propagate_uplink_status": "uplink-status-propagation",
    "provider:network_type": "provider",
    "provider:physical_network": "provider",
    "provider:segmentation_id": "provider",
    "qos_network_policy_id": "qos-port-network-policy",
    "qos_policy_id": "qos",
    "resource_request": "port-resource-request",
    "router:external": "external-net",
    "security_groups": "security-group",
    "segment_id": "segment",
    "segments": "multi-provider",
    "service_types": "subnet-service-types",
    "subnetpool_id": "subnet_allocation",
    "vlan_transparent": "vlan-transparent",
    # members of a quota
    "address_group": "address-group",
    "floatingip": "router",
    "rbac_policy": "rbac-policies",
    "router": "router",
    "security_group": "security-group",
    "security_group_rule": "security-group",
    "subnetpool": "subnet_allocation",
    "trunk": "trunk",
}

# Attributes whose values must be equal, by resource.
COMPARED = {
    "network": (
        "name", "description", "admin_state_up", "status", "shared",
        "router:external", "port_security_enabled", "dns_domain", "tags",
        "subnets", "provider:network_type", "provider:physical_network",
        "provider:segmentation_id",
    ),
    "subnet": (
        "name", "description", "network_id", "ip_version", "cidr",
        "gateway_ip", "allocation_pools", "enable_dhcp", "dns_nameservers",
        "host_routes", "ipv6_ra_mode", "ipv6_address_mode", "service_types",
        "tags",
    ),
    "port": (
        "name", "description", "network_id", "admin_state_up", "status",
        "fixed_ips", "device_id", "device_owner", "allowed_address_pairs",
        "extra_dhcp_opts", "port_security_enabled", "binding:vnic_type",
        "binding:host_id", "dns_name", "dns_assignment", "tags",
    ),
    "tag": ("tags",),
    "quota": ("network", "subnet", "port"),
    "network_ip_availability": (
        "network_id", "total_ips", "used_ips", "subnet_ip_availability",
    ),
}

# Lists whose order says nothing.
UNORDERED = (
    "allocation_pools", "allowed_address_pairs", "dns_assignment",
    "extra_dhcp_opts", "host_routes", "service_types", "subnet_ip_availability",
    "subnets", "tags",
)

# Headers worth keeping in a record.
KEPT_HEADERS = (
    "Content-Type", "Content-Length", "Allow", "ETag", "Location",
    "X-Openstack-Request-Id",
)

# Attributes that a digest shows only where they were asked for.
NOISE = {
    "id", "tenant_id", "project_id", "created_at", "updated_at", "mac_address",
    "provider:segmentation_id", "revision_number", "security_groups",
}

UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?")
MAC = re.compile(r"fa:16:3e(?::[0-9a-f]{2}){3}")
RUN = re.compile(r"([nqxy])\1{60,}")
CAPTURE = re.compile(r"\{(\w+)(?:\.([\w:]+))?\}")


class Server:
    """One server under test, and what was captured from its answers."""

    def __init__(self, url, token, project):
        self.url = url.rstrip("/")
        self.host = urllib.parse.urlsplit(self.url).netloc
        self.base = urllib.parse.urlsplit(self.url).path
        self.token = token
        self.captured = {"project": {"id": project}}
        self.created = []

    def send(self, method, path, headers, payload):
        """Makes one HTTP request; returns {status, headers, body}."""
        connection = http.client.HTTPConnection(self.host, timeout=300)
        headers = dict(headers)
        if self.token:
            headers["X-Auth-Token"] = self.token
        try:
            connection.request(method, self.base + path, payload, headers)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        finally:
            connection.close()
        kept = {h: response.headers[h] for h in KEPT_HEADERS if h in response.headers}
        return {"status": response.status, "headers": kept, "body": parse(text)}

    def ask(self, request):
        """Sends one request of the list, with captured values filled in."""
        path = self.fill(request["path"])
        headers = self.fill(request["headers"])
        payload = request["raw"]
        if request["body"] is not None:
            payload = json.dumps(self.fill(request["body"]))
        if payload is not None:
            payload = payload.encode("utf-8", "surrogateescape")
            headers.setdefault("Content-Type", "application/json")
        started = time.time()
        answer = self.send(request["method"], path, headers, payload)
        answer["seconds"] = round(time.time() - started, 3)
        answer["request"] = {"method": request["method"], "path": path,
                             "headers": headers, "body": readable(payload)}
        self.note(request, answer)
        return answer

    def note(self, request, answer):
        """Captures what later requests refer to; drops what none will."""
        made = objects(answer["body"])
        if request["save"] and made and answer["status"] < 300:
            for index, thing in enumerate(made):
                name = request["save"] + (str(index) if index else "")
                self.captured[name] = thing
        if request["method"] != "POST" or answer["status"] != 201:
            return
        collection = request["path"].split("?")[0].strip("/").split("/")[-1]
        places = [f"/v2.0/{collection.split('.')[0]}/{m['id']}"
                  for m in made if "id" in m]
        if request["drop"]:
            for place in places:
                self.send("DELETE", place, {}, None)
        else:
            self.created += places

    def fill(self, value):
        """Replaces "{name}" and "{name.attribute}" all through a value."""
        if isinstance(value, str):
            return CAPTURE.sub(self.captured_value, value)
        if isinstance(value, list):
            return [self.fill(v) for v in value]
        if isinstance(value, dict):
            return {self.fill(k): self.fill(v) for k, v in value.items()}
        return value

    def captured_value(self, match):
        name, attribute = match.groups()
        thing = self.captured.get(name)
        if thing is None:
            return match.group(0) if not attribute else "not-captured"
        return str(thing.get(attribute or "id"))

    def clean(self):
        """Removes what the list left behind, the last made first."""
        ports_first = sorted(reversed(self.created), key=deletion_rank)
        for place in ports_first:
            self.send("DELETE", place, {}, None)
        for project in (QUOTA_PROJECT, OTHER_PROJECT):
            self.clean_project(project)

    def clean_project(self, project):
        """Removes the quota and the groups that came with a project."""
        self.send("DELETE", f"/v2.0/quotas/{project}", {}, None)
        query = f"/v2.0/security-groups?project_id={project}"
        for group in objects(self.send("GET", query, {}, None)["body"]):
            if group.get("id"):
                self.send("DELETE", f"/v2.0/security-groups/{group['id']}", {}, None)

    def extensions(self):
        body = self.send("GET", "/v2.0/extensions", {}, None)["body"]
        return {e.get("alias") for e in objects(body)}

    def symbols(self):
        """The captured ids, each with the first name it was captured under."""
        newest_first = reversed(list(self.captured.items()))
        return {t["id"]: "{%s}" % n for n, t in newest_first if "id" in t}


class Recorded(Server):
    """The answers of an earlier run, in place of a server."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            record = json.load(file)
        super().__init__(record["url"], None, "fake_project_id")
        self.answers = {answer["name"]: answer for answer in record["answers"]}

    def send(self, method, path, headers, payload):
        return {"status": 204, "headers": {}, "body": ""}

    def ask(self, request):
        answer = self.answers.get(request["name"])
        if answer is None:
            raise SystemExit(f"no answer recorded to {request['name']!r}")
        self.note(request, answer)
        return answer

    def extensions(self):
        listed = objects(self.answers["extensions: list"]["body"])
        return {extension["alias"] for extension in listed}


def readable(payload):
    return None if payload is None else payload.decode("utf-8", "replace")


def deletion_rank(place):
    kinds = ("/v2.0/ports", "/v2.0/subnets", "/v2.0/networks")
    return next((i for i, k in enumerate(kinds) if place.startswith(k)), len(kinds))


def parse(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def objects(body):
    """The resources in an answer: one, several, or none."""
    if not isinstance(body, dict):
        return []
    for key, value in body.items():
        if isinstance(value, dict) and key != "NeutronError":
            return [value]
        if isinstance(value, list) and not key.endswith("_links"):
            return [v for v in value if isinstance(v, dict)]
    return []


def kind_of(body):
    """The singular name of the resource in an answer."""
    for key in body if isinstance(body, dict) else ():
        if key == "network_ip_availabilities":
            return "network_ip_availability"
        return key[:-1] if key.endswith("s") else key
    return ""


def error_type(answer):
    """The type of a Neutron error; the content type of any other refusal."""
    if answer["status"] < 400:
        return ""
    body = answer["body"]
    error = body.get("NeutronError") if isinstance(body, dict) else None
    if isinstance(error, dict):
        return str(error.get("type"))
    if isinstance(error, str):
        return "(string)"
    return answer["headers"].get("Content-Type", "none").split(";")[0]


def shape_differences(tenet, neutron, ignored, where, found):
    """Appends to 'found' where keys or JSON types differ."""
    if type(tenet) is not type(neutron):
        found.append(f"{where or 'body'}: {json_type(tenet)}, "
                     f"Neutron has {json_type(neutron)}")
    elif isinstance(tenet, dict):
        for key in sorted((set(tenet) ^ set(neutron)) - ignored):
            if key.endswith("_links"):
                continue
            owner = "Tenet" if key in tenet else "Neutron"
            found.append(f"{where}.{key}: only {owner} has it")
        for key in sorted((set(tenet) & set(neutron)) - ignored):
            shape_differences(tenet[key], neutron[key], ignored,
                              f"{where}.{key}", found)
    elif isinstance(tenet, list) and tenet and neutron:
        shape_differences(tenet[0], neutron[0], ignored, where + "[]", found)


def json_type(value):
    names = {dict: "object", list: "array", str: "string", bool: "boolean",
             int: "integer", float: "number", type(None): "null"}
    return names[type(value)]


def symbolic(value, symbols):
    """A value with ids, times and generated MACs replaced by their names."""
    if isinstance(value, str):
        value = UUID.sub(lambda m: symbols.get(m[0], "<uuid>"), value)
        return MAC.sub("<mac>", TIME.sub("<time>", symbols.get(value, value)))
    if isinstance(value, list):
        return [symbolic(v, symbols) for v in value]
    if isinstance(value, dict):
        return {symbolic(k, symbols): symbolic(v, symbols) for k, v in value.items()}
    return value


def comparable(request, answer, symbols):
    """The values of an answer that must be the same on both servers."""
    names = request["values"]
    if names is None:
        names = COMPARED.get(kind_of(answer["body"]), ())
    body = answer["body"]
    if isinstance(body, dict) and isinstance(body.get("tags"), list):
        return [{"tags": sorted(body["tags"])}]
    rows = []
    for thing in objects(body):
        row = {n: thing[n] for n in names if n in thing}
        row = symbolic(row, symbols)
        if "fixed_ips" in row and not request["exact"]:
            row["fixed_ips"] = addressing(request, row["fixed_ips"])
            row.pop("dns_assignment", None)
        for name in UNORDERED:
            if isinstance(row.get(name), list):
                row[name] = sorted(row[name], key=canonical)
        rows.append(row)
    if not request["ordered"]:
        rows.sort(key=canonical)
    return rows


def canonical(value):
    return json.dumps(value, sort_keys=True)


def addressing(request, fixed_ips):
    """Of addresses that the server chose: the subnets, if the request named any,
    else only the IP versions."""
    if any("fixed_ips" in thing for thing in objects(request["body"])):
        return sorted(str(ip["subnet_id"]) for ip in fixed_ips)
    return sorted(6 if ":" in ip["ip_address"] else 4 for ip in fixed_ips)


def links(answer, symbols):
    """The links of a page: relation and query, without the server's address."""
    found = set()
    body = answer["body"] if isinstance(answer["body"], dict) else {}
    for key, value in body.items():
        if key.endswith("_links"):
            for link in value:
                query = urllib.parse.urlsplit(link["href"]).query
                pairs = sorted(symbolic(query, symbols).split("&"))
                found.add(f"link {link['rel']} {'&'.join(pairs)}")
    return found


def link_differences(tenet, neutron):
    """One line per link that only one of the answers has."""
    return [f"{link}: only {'Tenet' if link in tenet else 'Neutron'} has it"
            for link in sorted(tenet ^ neutron)]


def value_differences(tenet, neutron, ignored):
    """One line per object whose compared values differ."""
    if len(tenet) != len(neutron):
        return [f"{len(tenet)} objects, Neutron has {len(neutron)}"]
    found = []
    for ours, theirs in zip(tenet, neutron):
        for name in sorted((set(ours) & set(theirs)) - ignored):
            if ours[name] != theirs[name]:
                found.append(f"{name} = {json.dumps(ours[name])}, "
                             f"Neutron has {json.dumps(theirs[name])}")
    return found


def differences(request, tenet, neutron, servers, ignored):
    """All lines in which two answers to one request differ."""
    types = error_type(tenet), error_type(neutron)
    if tenet["status"] != neutron["status"]:
        ours = f"{tenet['status']} {types[0]}".strip()
        theirs = f"{neutron['status']} {types[1]}".strip()
        return [f"status {ours}, Neutron has {theirs}"]
    if types[0] != types[1]:
        return [f"type {types[0]}, Neutron has {types[1]}"]
    if tenet["status"] >= 400:
        return []
    found = []
    given = {name for thing in objects(request["body"]) for name in thing}
    ignored = ignored | WHERE_GIVEN - given
    shape_differences(tenet["body"], neutron["body"], ignored, "", found)
    if request["foreign"]:
        return found
    both = [(tenet, servers[0].symbols()), (neutron, servers[1].symbols())]
    values = [comparable(request, *one) for one in both]
    pages = [links(*one) for one in both]
    return (found + value_differences(*values, ignored)
            + link_differences(*pages))


def not_shared(servers):
    """Attributes left out because only one of the servers knows them."""
    ours, theirs = (server.extensions() for server in servers)
    lone = {a for a, e in EXTENSION_OF.items() if (e in ours) != (e in theirs)}
    return TENET_ONLY | lone


def run(server, requests):
    """Sends the whole list to one server; returns the answers in order."""
    try:
        return [server.ask(request) for request in requests]
    finally:
        server.clean()


def message_of(answer):
    body = answer["body"]
    error = body.get("NeutronError") if isinstance(body, dict) else None
    if isinstance(error, dict):
        detail = error.get("detail")
        return f"{error.get('message')!s}" + (f" [detail: {detail}]" if detail else "")
    return body if isinstance(body, str) else json.dumps(body)


def digest_line(request, answer, symbols, usual):
    """A request and its answer, readable, with ids replaced by names."""
    line = f"{request['name']} | {request['method']} {request['path']}"
    for name, value in request["headers"].items():
        line += f" ({name}: {value})"
    body = request["raw"]
    if request["body"] is not None:
        body = json.dumps(request["body"], ensure_ascii=False)
    if body is not None:
        long = len(body) > 900 and not RUN.search(body)
        line += f" {body[:300] + ' ...' if long else body}"
    line += f"\n    -> {answer['status']} "
    if answer["status"] >= 400:
        text = " ".join(message_of(answer).split())
        line += f'{error_type(answer)} "{symbolic(text, symbols)[:900]}"'
    else:
        line += compact(request, answer, symbols, usual) or "(no body)"
    return RUN.sub(lambda m: f"<{len(m[0])} {m[1]}>", line)


def compact(request, answer, symbols, usual):
    """A body on one line; of a long one only what is unusual or was asked for."""
    body = symbolic(answer["body"], symbols)
    text = json.dumps(body, ensure_ascii=False) if body else ""
    if len(text) < 500 or request["whole"]:
        return text
    asked = {name for thing in objects(request["body"]) for name in thing}
    asked.update(request["values"] or ())
    rows = [{k: v for k, v in thing.items() if k in asked or k == "name"
             or k not in NOISE and json.dumps(v) != usual.get(k)}
            for thing in objects(body)]
    kind = next(iter(body))
    return f"{kind} ({len(rows)}, in part): {json.dumps(rows, ensure_ascii=False)}"


def usual_values(answers, symbols):
    """The most frequent value of each attribute, by singular resource."""
    counts = {}
    for answer in answers:
        if answer["status"] != 201:
            continue
        for thing in objects(symbolic(answer["body"], symbols)):
            for name, value in thing.items():
                key = kind_of(answer["body"]), name
                tally = counts.setdefault(key, collections.Counter())
                tally[json.dumps(value)] += 1
    usual = {}
    for (kind, name), tally in counts.items():
        usual.setdefault(kind, {})[name] = tally.most_common(1)[0][0]
    return usual


def write_record(path, server, requests, answers):
    rows = [dict(name=r["name"], **a) for r, a in zip(requests, answers)]
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"url": server.url, "answers": rows}, file, indent=1)


def write_digest(path, server, requests, answers):
    symbols = server.symbols()
    usual = usual_values(answers, symbols)
    with open(path, "w", encoding="utf-8", errors="replace") as file:
        for kind in ("network", "subnet", "port"):
            file.write(f"A usual {kind}, left out of its lines: "
                       f"{usual_text(usual, kind)}\n")
        for request, answer in zip(requests, answers):
            if request["section"]:
                file.write(f"\n## {request['section']}\n\n")
            values = usual.get(kind_of(answer["body"]), {})
            file.write(digest_line(request, answer, symbols, values) + "\n")


def usual_text(usual, kind):
    return json.dumps({k: json.loads(v) for k, v in usual.get(kind, {}).items()})


class Accepted:
    """The rows of ACCEPTED, and which of their names were of use."""

    def __init__(self):
        self.rows = [(reason, re.compile(lines), name)
                     for reason, lines, names in ACCEPTED for name in names]
        self.used = set()

    def reason(self, name, line):
        """Why a request may differ in a line; None if it may not."""
        for index, (reason, lines, pattern) in enumerate(self.rows):
            if fnmatch.fnmatchcase(name, pattern) and lines.fullmatch(line):
                self.used.add(index)
                return reason
        return None

    def stale(self, unsent):
        """The names that accepted nothing, but for requests that were not sent."""
        return [f"{name}: {reason}" for index, (reason, _, name)
                in enumerate(self.rows) if index not in self.used
                and not fnmatch.filter(unsent, name)]


def report(requests, tenet, neutron, servers, options):
    """Prints the differences; returns the exit status."""
    ignored = not_shared(servers)
    accepted = Accepted()
    counts = {"DIFFERS": 0, "ACCEPTED": 0}
    for request, ours, theirs in zip(requests, tenet, neutron):
        found = differences(request, ours, theirs, servers, ignored)
        if not found:
            continue
        reasons = [accepted.reason(request["name"], line) for line in found]
        verdict = "ACCEPTED" if all(reasons) else "DIFFERS"
        counts[verdict] += 1
        show(verdict, request["name"], found, reasons)
        if options.verbose:
            show_answers(ours, theirs)
    sent = {request["name"] for request in requests}
    unsent = [r["name"] for r in REQUESTS if r["name"] not in sent]
    stale = accepted.stale(unsent)
    for line in stale:
        print(f"STALE    {line}")
    print(f"not compared, one server lacks them: {', '.join(sorted(ignored))}")
    print(f"{len(requests)} requests, {counts['DIFFERS']} differences, "
          f"{counts['ACCEPTED']} accepted with reason")
    return 1 if counts["DIFFERS"] or stale else 0


def show(verdict, name, found, reasons):
    print(f"{verdict:8} {name}")
    for line, reason in zip(found, reasons):
        print(f"         {line}")
        if reason:
            print(f"             because: {reason}")


def show_answers(ours, theirs):
    for who, answer in (("tenet", ours), ("neutron", theirs)):
        print(f"         {who}: {json.dumps(answer)[:1500]}")


def chosen(pattern, slow):
    """The requests of the list, or those that match and all that save."""
    return [r for r in REQUESTS if (slow or not r["slow"])
            and (r["save"] or not pattern or re.search(pattern, r["name"]))]


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tenet", metavar="URL")
    parser.add_argument("--neutron", metavar="URL")
    parser.add_argument("--answers", metavar="FILE",
                        help="recorded answers in place of --neutron")
    parser.add_argument("--token", help="X-Auth-Token for Tenet")
    parser.add_argument("--project", default="fake_project_id",
                        help="project of Tenet's token")
    parser.add_argument("--record", metavar="FILE", help="write all answers, JSON")
    parser.add_argument("--digest", metavar="FILE", help="write them for reading")
    parser.add_argument("--only", metavar="REGEX", help="requests by name")
    parser.add_argument("--slow", action="store_true",
                        help="also those that take Neutron minutes")
    parser.add_argument("--verbose", action="store_true",
                        help="show both answers with each difference")
    options = parser.parse_args()
    if options.answers and (options.neutron or not options.tenet):
        parser.error("--answers goes with --tenet, and without --neutron")
    if not options.tenet and not options.neutron:
        parser.error("give --tenet, --neutron, or both")
    return options


def servers_of(options):
    """Tenet and Neutron, as far as they were given."""
    servers = []
    if options.tenet:
        servers.append(Server(options.tenet, options.token, options.project))
    if options.neutron:
        servers.append(Server(options.neutron, None, "fake_project_id"))
    if options.answers:
        servers.append(Recorded(options.answers))
    return servers


def main():
    options = arguments()
    requests = chosen(options.only, options.slow)
    servers = servers_of(options)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda server: run(server, requests), servers))
    if options.record:
        write_record(options.record, servers[-1], requests, answers[-1])
    if options.digest:
        write_digest(options.digest, servers[-1], requests, answers[-1])
    if len(servers) == 2:
        return report(requests, *answers, servers, options)
    print(f"{len(requests)} requests recorded")
    return 0


if __name__ == "__main__":
    sys.exit(main())
