#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tenants attack one another, at random:

    tests/attack/attack.py build/tenetd [--seed N] [--requests N]

Pairs of tenants make, use, share and delete things, and each tries what the
other has: by id, in lists, groups, plans, events, as parent or child, and
with values that are none.  What must hold of every answer: nothing deleted is
used, what failed left nothing, a child is in its own parent alone, nothing of
another's is told, and the server never fails.  In the end lists and quotas
are what was made and not deleted, and the invariants hold.  TAP, and a
closing line.  Chance is of the seed; the order among pairs is not.
"""
import argparse
import random
import sys
import threading
import traceback

import nasty
import probes
from server import Site
from tenant import KINDS, METERED, TAGGED, Tenant, World

PAIRS = 4
STEPS = 30  # Of a sequence.
MOST = 12   # Networks of a tenant, after which it deletes.
ADMIN = 900


def least(tenant, kind, dice):
    """Attributes that make one, or None: there is nothing to make it of."""
    network_id = probes.pick_id(dice, tenant, "network")
    if network_id is None and kind in ("subnet", "port", "rbac_policy"):
        return None
    name = {"name": tenant.name()}
    return {
        "network": name,
        "subnet": {**name, "network_id": network_id, "ip_version": 4,
                   "cidr": tenant.cidr()},
        "port": {**name, "network_id": network_id,
                 "device_id": tenant.name()},
        "subnetpool": {**name, "prefixes": [tenant.cidr()]},
        "address_scope": {**name, "ip_version": 4},
        "rbac_policy": {"object_type": "network", "object_id": network_id,
                        "action": "access_as_shared",
                        "target_tenant": f"nobody-{tenant.name()}"},
        "cluster_network": tenant.cluster(),
        "entitlement_request": {"entitlement": "shadow_port",
                                "comment": tenant.name()},
    }[kind]


class Pair(threading.Thread):
    def __init__(self, world, number, args):
        super().__init__(daemon=True)
        self.world = world
        self.dice = random.Random(args.seed * 1000 + number)
        self.limit = args.requests
        self.sequences = 0
        self.a = Tenant(world, 100 + 2 * number)
        self.b = Tenant(world, 101 + 2 * number)
        self.a.peer, self.b.peer = self.b, self.a
        self.admin = Tenant(world, ADMIN, "admin")

    def grow(self, tenant):
        kind = self.dice.choice(["network", "subnet", "port", "port",
                                 "port", *KINDS])
        attributes = least(tenant, kind, self.dice)
        if attributes is not None:
            tenant.create(kind, attributes)

    def shrink(self, tenant):
        """Deletes, and uses what is deleted again."""
        found = probes.pick(self.dice, tenant)
        if found is not None and tenant.delete(*found):
            self.use_again(tenant, *found)

    def use_again(self, tenant, kind, item_id):
        path = probes.path_of(kind, item_id)
        change = probes.change_of(kind, tenant)
        asked = [("GET", path, None), ("PUT", path, {kind: change}),
                 ("DELETE", path, None), ("GET", path + "/blockers", None)]
        if kind in TAGGED:
            asked += [("PUT", path + "/tags/x", None),
                      ("GET", path + "/tags", None)]
        if kind == "network":
            asked += [("POST", "/v2.0/ports",
                       {"port": {"network_id": item_id}}),
                      ("POST", "/v2.0/subnets",
                       {"subnet": {"network_id": item_id, "ip_version": 4,
                                   "cidr": tenant.cidr()}})]
        if kind == "subnet":
            asked.append(("GET", path + "/addresses", None))
        for request in asked:
            tenant.expect("a deleted thing is used", tenant.ask(*request),
                          404)

    def share(self, owner, guest):
        """The legal exception: a network of its own range, its subnet and no
        port of the owner's are the guest's to see."""
        network_id = owner.create("network", {"name": "shown"})
        self.world.shown.add(network_id)
        subnet_id = owner.create("subnet", {
            "network_id": network_id, "ip_version": 4, "name": "shown",
            "cidr": "172.20.0.0/24"})
        self.world.shown.add(subnet_id)
        secret = owner.create("port", {"network_id": network_id,
                                       "name": owner.name()})
        policy_id = owner.create("rbac_policy", {
            "object_type": "network", "object_id": network_id,
            "action": "access_as_shared", "target_tenant": guest.project})
        self.visit(owner, guest, network_id, subnet_id, secret)
        owner.recount()
        guest.recount()
        for port_id, port in list(guest.things["port"].items()):
            if port["network_id"] == network_id:
                guest.delete("port", port_id)
        if policy_id is not None and owner.delete("rbac_policy", policy_id):
            for kind, item_id in (("network", network_id),
                                  ("subnet", subnet_id)):
                answer = guest.ask("GET", probes.path_of(kind, item_id))
                guest.expect("a thing no longer shared", answer, 404)

    def visit(self, owner, guest, network_id, subnet_id, secret):
        port = {"network_id": network_id, "name": guest.name()}
        guest.create("port", port)
        for rest in ("", "/blockers", "/tags",
                     "?include=usage,subnets,subnets.ports"):
            guest.ask("GET", f"/v2.0/networks/{network_id}{rest}")
        for rest in ("", "/blockers", "/addresses", "/addresses/172.20.0.2",
                     "/addresses/172.20.0.3", "?include=usage,ports"):
            guest.ask("GET", f"/v2.0/subnets/{subnet_id}{rest}")
            owner.ask("GET", f"/v2.0/subnets/{subnet_id}{rest}")
        answer = guest.ask("GET", f"/v2.0/ports?network_id={network_id}")
        guest.expect("ports of a shared network", answer, 200)
        answer = guest.ask("GET", f"/v2.0/ports/{secret}")
        guest.expect("a port of the owner's", answer, 404)
        for more in ({"fixed_ips": [{"ip_address": "172.20.0.2"}]},
                     {"mac_address": "fa:16:3e:00:00:01"},
                     {"device_owner": "network:dhcp"}):
            probes.must_fail(guest, "a guest chooses", "port",
                             {**port, **more}, 403)
        for path in (f"networks/{network_id}", f"subnets/{subnet_id}"):
            answer = guest.ask("DELETE", f"/v2.0/{path}")
            guest.expect("a guest deletes", answer, 403)

    def run_out(self, tenant):
        """A quota that is used up."""
        kind = self.dice.choice([kind for kind in METERED
                                 if kind != "rbac_policy"])
        path = f"/v2.0/quotas/{tenant.project}"
        used = len(tenant.things[kind])
        self.admin.ask("PUT", path, {"quota": {kind: used}})
        attributes = least(tenant, kind, self.dice)
        if attributes is not None:
            probes.must_fail(tenant, "a create beyond the quota", kind,
                             attributes, 409, *(400,) * (kind == "subnet"))
            answer = tenant.ask("POST", "/v2.0/" + KINDS[kind][0],
                                {KINDS[kind][1]: [attributes] * 3})
            tenant.expect("creates beyond the quota", answer, 409, 400)
        self.admin.ask("PUT", path, {"quota": {kind: -1}})

    def step(self, tenant):
        thief, victim = tenant, tenant.peer
        dice = self.dice.random()
        if dice < 0.22:
            self.grow(tenant)
        elif dice < 0.30 or len(tenant.things["network"]) > MOST:
            self.shrink(tenant)
        elif dice < 0.45:
            self.malform(tenant)
        elif dice < 0.47:
            self.run_out(tenant)
        elif any(victim.things.values()):
            self.dice.choice(probes.PROBES)(thief, victim, self.dice)

    def malform(self, tenant):
        dice = self.dice.random()
        if dice < 0.6:
            nasty.ask_value(tenant, self.dice, least)
        elif dice < 0.8:
            nasty.ask_body(tenant, self.dice)
        else:
            nasty.ask_path(tenant, self.dice)

    def sequence(self):
        for _ in range(STEPS):
            self.step(self.dice.choice([self.a, self.b]))
        if self.dice.random() < 0.3:
            self.share(*self.dice.sample([self.a, self.b], 2))
        self.a.recount()
        self.b.recount()
        self.sequences += 1

    def run(self):
        try:
            while self.world.asked < self.limit:
                self.sequence()
        except Exception:  # Told in the end, as a failure.
            self.world.violation("the attack itself", traceback.format_exc())
        for tenant in (self.a, self.b, self.admin):
            tenant.connection.close()


def tenants():
    yield (f"token-{ADMIN}", f"project-{ADMIN}", "admin")
    for number in range(100, 100 + 2 * PAIRS):
        yield (f"token-{number}", f"project-{number}", "member")


def look_at_events(admin):
    """A refused change and a dry run have left none."""
    cursor = "0"
    while True:
        answer = admin.ask("GET", f"/v2.0/events?since={cursor}&limit=1000")
        if not admin.expect("all events", answer, 200):
            return
        for event in answer.json["events"]:
            if event["request_id"] in admin.world.failed:
                admin.world.violation(
                    "a refused change left an event",
                    f"{admin.world.failed[event['request_id']]}\n{event}")
        if not answer.json["events"]:
            return
        cursor = answer.json["cursor"]


def attack(site, args):
    """(requests, sequences, violations)"""
    world = World(site)
    pool = Tenant(world, ADMIN, "admin").ask(
        "POST", "/v2.0/subnetpools", {"subnetpool": {
            "name": "shown", "shared": True, "prefixes": ["172.22.0.0/22"],
            "default_prefixlen": 28}})
    world.pool_id = pool.json["subnetpool"]["id"]
    pairs = [Pair(world, number, args) for number in range(PAIRS)]
    for pair in pairs:
        pair.start()
    for pair in pairs:
        pair.join()
    look_at_events(Tenant(world, ADMIN, "admin"))
    print("#", ", ".join(f"{what}: {n}" for what, n
                         in sorted(world.statuses.items())))
    for broken in site.broken_invariants():
        world.violation("an invariant is broken", broken)
    return (world.asked, sum(pair.sequences for pair in pairs),
            world.violations)


def report(requests, sequences, violations):
    for number, violation in enumerate(violations[:50], 1):
        print(f"not ok {number} " + violation.replace("\n", "\n# "))
    if not violations:
        print("ok 1 tenants do not reach one another")
    print(f"1..{max(1, min(50, len(violations)))}")
    print(f"{requests} requests, {sequences} sequences, "
          f"{len(violations)} violations")
    return 1 if violations else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tenetd")
    parser.add_argument("--seed", type=int,
                        default=random.SystemRandom().randrange(10 ** 6))
    parser.add_argument("--requests", type=int, default=12000)
    args = parser.parse_args()
    print(f"# --seed {args.seed}", flush=True)
    site = Site(args.tenetd, tenants())
    try:
        site.await_ready()
        return report(*attack(site, args))
    finally:
        site.end()


sys.exit(main())
