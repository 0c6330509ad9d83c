# SPDX-License-Identifier: Apache-2.0
"""A tenant: what it has by the answers that it got, and an eye on every
answer for what is another's."""
import collections
import itertools
import json
import re
import urllib.parse

from server import Connection

# What a tenant makes: the path and the key of lists.
KINDS = {
    "network": ("networks", "networks"),
    "subnet": ("subnets", "subnets"),
    "port": ("ports", "ports"),
    "subnetpool": ("subnetpools", "subnetpools"),
    "address_scope": ("address-scopes", "address_scopes"),
    "rbac_policy": ("rbac-policies", "rbac_policies"),
    "cluster_network": ("cluster-networks", "cluster_networks"),
    "entitlement_request": ("entitlement-requests", "entitlement_requests"),
}
DRY_RUN = {"Dry-Run": "true"}
METERED = ("network", "subnet", "port", "subnetpool", "rbac_policy")
TAGGED = ("network", "subnet", "port", "subnetpool", "address_scope",
          "cluster_network")

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAME = re.compile(r"zq(\d+)qz")
IPV4 = re.compile(r"\b10\.(\d+)\.\d+\.\d+")


class World:
    """What all tenants know of one another: whose is what."""

    def __init__(self, site):
        self.site = site
        self.owners = {}  # id -> tenant
        self.pool_id = None  # A small subnet pool that all share.
        self.shown = set()  # Ids that were shared once.
        self.failed = {}  # Request id -> the answer of a refused change.
        self.statuses = collections.Counter()
        self.violations = []
        self.requests = itertools.count()
        self.asked = 0

    def violation(self, rule, what):
        self.violations.append(f"{rule}: {what}")


class Tenant:
    """'number' is in its names (zq7qz) and addresses (10.7.0.0/16)."""

    def __init__(self, world, number, role="member"):
        self.world = world
        self.number = number
        self.project = f"project-{number}"
        self.token = f"token-{number}"
        self.role = role
        self.things = {kind: {} for kind in KINDS}
        self.gone = []  # (kind, id)
        self.peer = None
        self.connection = Connection(world.site.socket)
        self.serial = itertools.count()

    # --- requests

    def ask(self, method, path, body=None, headers=None):
        """'body' is JSON, or bytes as they are."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        answer = self.connection.ask(
            method, path, body,
            {"X-Auth-Token": self.token, "Content-Type": "application/json",
             **(headers or {})})
        self.world.asked = next(self.world.requests) + 1
        self.world.statuses[f"{method} {answer.status}"] += 1
        if answer.status == 0 or answer.status >= 500:
            self.world.violation("the server fails", answer)
        if method != "GET" and (answer.status >= 400 or headers == DRY_RUN):
            self.world.failed[answer.headers.get(
                "X-Openstack-Request-Id")] = str(answer)
        if self.role != "admin":
            self.look_for_others(answer)
        return answer

    def look_for_others(self, answer):
        """What the request says itself may be said again."""
        asked = urllib.parse.unquote(answer.request)
        for found in set(UUID.findall(answer.text)):
            owner = self.world.owners.get(found, self)
            if (owner is not self and found not in self.world.shown
                    and found not in asked):
                self.world.violation("an id of another's", answer)
        for pattern in (NAME, IPV4):
            for match in pattern.finditer(answer.text):
                if (int(match[1]) != self.number and match[1] != "0"
                        and int(match[1]) >= 100
                        and match[0] not in asked):
                    self.world.violation("a name or address of another's",
                                         answer)
                    return

    def expect(self, rule, answer, *statuses):
        if answer.status not in statuses:
            self.world.violation(f"{rule}, {statuses} was expected", answer)
            return False
        return True

    # --- names and addresses

    def name(self):
        return f"zq{self.number}qz-{next(self.serial)}"

    def cidr(self):
        return f"10.{self.number}.{next(self.serial) % 120}.0/24"

    def cluster(self):
        return {"cluster_id": self.name(), "external_ip": True,
                "subnet": {"cidr": f"10.{self.number}.200.0/24"},
                "pods_cidr": f"10.{self.number}.128.0/18",
                "services_cidr": f"10.{self.number}.192.0/22",
                "node_groups": [{"name": "node", "count": 2}]}

    # --- what it has

    def take(self, kind, item, **more):
        self.things[kind][item["id"]] = {**item, **more}
        self.world.owners[item["id"]] = self

    def create(self, kind, attributes, headers=None):
        """The id of what was made, or None."""
        return self.made(kind, self.ask("POST", "/v2.0/" + KINDS[kind][0],
                                        {kind: attributes}, headers))

    def made(self, kind, answer):
        if answer.status == 201:
            item = answer.json[kind]
            self.take(kind, item)
            if item["project_id"] != self.project:
                self.world.violation("made for another", answer)
            if kind == "cluster_network":
                self.take_cluster(item)
            return item["id"]
        again = (answer.status == 200 and kind == "cluster_network"
                 and answer.json[kind]["id"] in self.things[kind])
        if not again and not 400 <= answer.status < 500:
            self.world.violation("a create that is neither", answer)
        return None

    def take_cluster(self, item):
        for owned in item["owned"]:
            self.take(owned["type"], {**owned,
                                      "network_id": item["network_id"]},
                      cluster=item["id"])
        for port in item["ports"]:
            self.take("port", {**port, "network_id": item["network_id"],
                               "fixed_ips": []}, cluster=item["id"])

    def forget(self, kind, item_id):
        """It is deleted, and so is what goes with it."""
        self.things[kind].pop(item_id, None)
        self.gone.append((kind, item_id))
        follows = {"network": (("subnet", "network_id"),
                               ("rbac_policy", "object_id")),
                   "cluster_network": (("port", "cluster"),
                                       ("subnet", "cluster"),
                                       ("network", "cluster"))}
        for child, key in follows.get(kind, ()):
            for child_id, thing in list(self.things[child].items()):
                if thing.get(key) == item_id:
                    self.forget(child, child_id)

    def delete(self, kind, item_id):
        answer = self.ask("DELETE", f"/v2.0/{KINDS[kind][0]}/{item_id}")
        if not self.expect("a delete", answer, 204, 409):
            return False
        if answer.status == 409:
            return False
        in_it = [port for tenant in (self, self.peer)
                 for port in tenant.things["port"].values()
                 if kind == "network" and port["network_id"] == item_id]
        if in_it:
            self.world.violation("a network goes from under ports", answer)
        self.forget(kind, item_id)
        return True

    # --- the recount

    def visible(self, kind):
        """Its own, the shared pool, and the shared networks of its peer with
        their subnets."""
        own = set(self.things[kind])
        shared = {policy["object_id"]
                  for policy in self.peer.things["rbac_policy"].values()
                  if policy["target_tenant"] == self.project}
        if kind == "subnetpool":
            return own | {self.world.pool_id}
        if kind == "network":
            return own | (shared & set(self.peer.things["network"]))
        if kind == "subnet":
            return own | {subnet_id for subnet_id, subnet
                          in self.peer.things["subnet"].items()
                          if subnet["network_id"] in shared}
        return own

    def recount(self):
        for kind, (path, plural) in KINDS.items():
            answer = self.ask("GET", f"/v2.0/{path}?fields=id")
            if not self.expect("a list", answer, 200):
                continue
            listed = {item["id"] for item in answer.json[plural]}
            if listed != self.visible(kind):
                more, less = (listed - self.visible(kind),
                              self.visible(kind) - listed)
                self.world.violation(
                    "a list is not what was made and not deleted",
                    f"{self.project} {path}: more {more}, less {less}")
        answer = self.ask("GET", f"/v2.0/quotas/{self.project}/details")
        if self.expect("details of the quota", answer, 200):
            for kind in METERED:
                used = answer.json["quota"][kind]["used"]
                if used != len(self.things[kind]):
                    self.world.violation(
                        "a quota does not equal the recount",
                        f"{self.project} {kind}: {used} and not "
                        f"{len(self.things[kind])}")
