# SPDX-License-Identifier: Apache-2.0
"""What one tenant tries with a thing of another's, each a function of the
thief, the victim and chance."""
from tenant import DRY_RUN, KINDS, TAGGED

NOWHERE = "deadbeef-dead-4ead-beef-deadbeefdead"
GROUPED = [kind for kind in KINDS if kind != "cluster_network"]
RENAMED = [kind for kind in GROUPED
           if kind not in ("rbac_policy", "entitlement_request")]
DRY = ({}, {}, {}, DRY_RUN, {"If-Match": "revision_number=1"})


def path_of(kind, item_id, rest=""):
    return f"/v2.0/{KINDS[kind][0]}/{item_id}{rest}"


def change_of(kind, thief):
    return {"rbac_policy": {"target_tenant": thief.project},
            "entitlement_request": {"comment": "mine"}}.get(
                kind, {"name": thief.name()})


def hidden(thief, item_id):
    """404; 403 only where it was shared once."""
    return (403, 404) if item_id in thief.world.shown else (404,)


def pick(dice, tenant, kinds=KINDS):
    """A (kind, id) that the tenant has, or None."""
    kinds = [kind for kind in kinds if tenant.things[kind]]
    if not kinds:
        return None
    kind = dice.choice(kinds)
    return kind, dice.choice(list(tenant.things[kind]))


def pick_id(dice, tenant, kind):
    found = pick(dice, tenant, (kind,))
    return found[1] if found else None


def is_seen(thief, kind, item_id):
    return kind in ("network", "subnet") and item_id in thief.world.shown


# --- one thing of another's

def pretend(victim):
    """Who a token is, nothing else in a request says."""
    return {"X-Project-Id": victim.project, "X-Roles": "admin",
            "X-User-Id": f"user-{victim.project}",
            "X-Identity-Status": "Confirmed", "X-Is-Admin-Project": "True"}


def read(thief, victim, dice):
    kind, item_id = pick(dice, victim)
    rest = dice.choice(["", "/blockers", "?fields=id&fields=name", ".json",
                        "/tags", "/tags/x", "?include=usage"])
    if rest.startswith("/tags") and kind not in TAGGED:
        rest = ""
    if rest.startswith("?include") and kind not in ("network", "subnet"):
        rest = ""
    answer = thief.ask("GET", path_of(kind, item_id, rest), None,
                       dice.choice([None, pretend(victim)]))
    if not is_seen(thief, kind, item_id):
        thief.expect("another's thing is read", answer, 404)


def change(thief, victim, dice):
    kind, item_id = pick(dice, victim)
    answer = thief.ask("PUT", path_of(kind, item_id),
                       {kind: change_of(kind, thief)},
                       dice.choice([*DRY, pretend(victim)]))
    thief.expect("another's thing is changed", answer,
                 *hidden(thief, item_id))


def remove(thief, victim, dice):
    kind, item_id = pick(dice, victim)
    answer = thief.ask("DELETE", path_of(kind, item_id), None,
                       dice.choice(DRY))
    thief.expect("another's thing is deleted", answer,
                 *hidden(thief, item_id))


def tag(thief, victim, dice):
    found = pick(dice, victim, TAGGED)
    if found is None:
        return
    method, rest, body = dice.choice([
        ("PUT", "/tags", {"tags": ["mine"]}),
        ("POST", "/tags", {"tags": ["mine"]}),
        ("DELETE", "/tags", None), ("PUT", "/tags/mine", None),
        ("DELETE", "/tags/mine", None)])
    answer = thief.ask(method, path_of(*found, rest), body)
    thief.expect("another's tags are changed", answer,
                 *hidden(thief, found[1]))


def plan(thief, victim, dice):
    found = pick(dice, victim, ("network", "subnet", "cluster_network"))
    if found is None:
        return
    answer = thief.ask("DELETE", path_of(*found, "?cascade=plan"))
    thief.expect("a plan of another's things", answer,
                 *hidden(thief, found[1]))
    answer = victim.ask("DELETE", path_of(*found, "?cascade=plan"))
    if victim.expect("a plan", answer, 200):
        rest = "?cascade=" + answer.json["plan"]["id"]
        answer = thief.ask("DELETE", path_of(*found, rest))
        thief.expect("another's plan is carried out", answer,
                     *hidden(thief, found[1]))
    own = pick_id(dice, thief, found[0])
    if own is None:
        return
    answer = thief.ask("DELETE", path_of(found[0], own, "?cascade=plan"))
    if thief.expect("a plan", answer, 200):
        rest = "?cascade=" + answer.json["plan"]["id"]
        answer = thief.ask("DELETE", path_of(*found, rest))
        thief.expect("a plan for another's thing", answer,
                     *hidden(thief, found[1]))


def addresses(thief, victim, dice):
    subnet_id = pick_id(dice, victim, "subnet")
    if subnet_id is None or subnet_id in thief.world.shown:
        return
    rest = dice.choice(["/addresses", f"/addresses/10.{victim.number}.0.9",
                        "/addresses?state=free&limit=1&prefixlen=28"])
    answer = thief.ask("GET", path_of("subnet", subnet_id, rest))
    thief.expect("another's addresses", answer, 404)


def wrong_collection(thief, victim, dice):
    """Its own id, under another kind's path."""
    found = pick(dice, thief)
    if found is None:
        return
    other = dice.choice([kind for kind in KINDS if kind != found[0]])
    method = dice.choice(["GET", "DELETE", "PUT"])
    body = {other: change_of(other, thief)} if method == "PUT" else None
    answer = thief.ask(method, path_of(other, found[1]), body)
    thief.expect("a thing in another collection", answer, 404)


# --- lists

def lists(thief, victim, dice):
    kind, item_id = pick(dice, victim)
    path, plural = KINDS[kind]
    network_id = pick_id(dice, victim, "network") or NOWHERE
    subnet_id = pick_id(dice, victim, "subnet") or NOWHERE
    query = dice.choice([f"id={item_id}", f"project_id={victim.project}",
                         f"tenant_id={victim.project}&limit=2"])
    if kind in ("port", "subnet") and dice.random() < 0.5:
        item_id = network_id
        query = f"network_id={network_id}"
    if kind == "port" and dice.random() < 0.3:
        query = f"fixed_ips=subnet_id%3D{subnet_id}"
        item_id = subnet_id
    answer = thief.ask("GET", f"/v2.0/{path}?{query}")
    if thief.expect("a list", answer, 200):
        found = [item for item in answer.json[plural]
                 if item["project_id"] != thief.project
                 and item["id"] not in thief.world.shown]
        if found:
            thief.world.violation("another's things in a list", answer)
    answer = thief.ask("GET", f"/v2.0/{path}?limit=1&marker={item_id}")
    if item_id not in thief.world.shown and item_id in victim.things[kind]:
        thief.expect("another's thing as a marker", answer, 404)


def screens(thief, victim, dice):
    path = dice.choice([
        "/v2.0/networks?include=usage,subnets,subnets.usage,subnets.ports",
        "/v2.0/subnets?include=usage,ports", "/v2.0/network-ip-availabilities",
        f"/v2.0/quotas/{thief.project}/details", "/v2.0/entitlements",
        "/v2.0/networks?sort_key=name&sort_dir=desc&limit=5"])
    thief.expect("a screen", thief.ask("GET", path), 200)


def events(thief, victim, dice):
    network_id = pick_id(dice, victim, "network") or NOWHERE
    query = dice.choice(["limit=1000", f"network_id={network_id}",
                         "type=port&limit=100", f"id={network_id}",
                         f"project_id={victim.project}"])
    answer = thief.ask("GET", f"/v2.0/events?{query}")
    thief.expect("events", answer, 200, 400, 410)


def quotas(thief, victim, dice):
    rest = dice.choice(["", "/details", "/default", "/defaults"])
    answer = thief.ask("GET", f"/v2.0/quotas/{victim.project}{rest}")
    thief.expect("another's quota", answer, 403, 404)
    answer = thief.ask("PUT", f"/v2.0/quotas/{victim.project}",
                       {"quota": {"port": 0}})
    thief.expect("another's quota is changed", answer, 403, 404)
    answer = thief.ask("DELETE", f"/v2.0/quotas/{victim.project}")
    thief.expect("another's quota is deleted", answer, 403, 404)
    answer = thief.ask("GET", f"/v2.0/entitlements/{victim.project}")
    thief.expect("another's entitlements", answer, 404)
    answer = thief.ask("PUT", f"/v2.0/entitlements/{thief.project}",
                       {"entitlement": {"shadow_port": True}})
    thief.expect("an entitlement is taken", answer, 403)
    network_id = pick_id(dice, victim, "network") or NOWHERE
    if network_id not in thief.world.shown:
        answer = thief.ask("GET", "/v2.0/network-ip-availabilities/"
                           + network_id)
        thief.expect("another's availability", answer, 404)


# --- groups

def group(thief, victim, dice):
    """Its own and another's thing in one request: nothing is done."""
    found = pick(dice, victim, RENAMED)
    own = pick_id(dice, thief, found[0]) if found else None
    if own is None:
        return
    kind, item_id = found
    path, plural = KINDS[kind]
    name = thief.name()
    ids = dice.sample([own, item_id], 2)
    answer = thief.ask("PUT", f"/v2.0/{path}", {
        plural: [{"id": i, "name": name} for i in ids]})
    thief.expect("another's in a group", answer, *hidden(thief, item_id))
    answer = thief.ask("DELETE", f"/v2.0/{path}",
                       {plural: [{"id": i} for i in ids]})
    refusals = hidden(thief, item_id) + (409,)
    thief.expect("another's in a group to delete", answer, *refusals)
    answer = thief.ask("GET", path_of(kind, own))
    if thief.expect("its own is still there", answer, 200):
        if answer.json[kind]["name"] == name:
            thief.world.violation("half a group is done", answer)


def loose_group(thief, victim, dice):
    """The same with atomic=false: its own is changed, the other's is not."""
    found = pick(dice, victim, RENAMED)
    own = pick_id(dice, thief, found[0]) if found else None
    if own is None:
        return
    kind, item_id = found
    path, plural = KINDS[kind]
    name = thief.name()
    answer = thief.ask("PUT", f"/v2.0/{path}?atomic=false", {
        plural: [{"id": i, "name": name} for i in (item_id, own)]})
    if not thief.expect("a group that is not atomic", answer, 207):
        return
    statuses = {item["id"]: item["status"]
                for item in answer.json["results"]}
    if (statuses.get(own) != 200
            or statuses.get(item_id) not in hidden(thief, item_id)):
        thief.world.violation("another's in a loose group", answer)
    answer = thief.ask("DELETE", f"/v2.0/{path}?atomic=false",
                       {plural: [{"id": item_id}]})
    if answer.status == 207:
        status = answer.json["results"][0]["status"]
        if status not in hidden(thief, item_id):
            thief.world.violation("another's deleted by a group", answer)
    answer = victim.ask("GET", path_of(kind, item_id))
    if victim.expect("it is still there", answer, 200):
        if answer.json[kind].get("name") == name:
            victim.world.violation("another's name is changed", answer)


# --- children in others' parents

def must_fail(thief, rule, kind, attributes, *statuses):
    """A create that must fail; the recount would find what it left."""
    answer = thief.ask("POST", "/v2.0/" + KINDS[kind][0], {kind: attributes})
    thief.expect(rule, answer, *statuses)
    thief.made(kind, answer)


def child(thief, victim, dice):
    network_id = pick_id(dice, victim, "network")
    subnet_id = pick_id(dice, victim, "subnet") or NOWHERE
    own = pick_id(dice, thief, "network")
    if network_id is None or own is None:
        return
    statuses = hidden(thief, network_id)
    in_subnet = [{"subnet_id": subnet_id}]
    tries = [
        ("port", {"network_id": own, "fixed_ips": in_subnet}, (400, 404)),
        ("port", {"network_id": own, "fixed_ips": [
            {"ip_address": f"10.{victim.number}.0.7"}]}, (400,)),
        ("subnet", {"network_id": network_id, "ip_version": 4,
                    "cidr": thief.cidr()}, statuses),
        ("rbac_policy", {"object_type": "network", "object_id": network_id,
                         "action": "access_as_shared",
                         "target_tenant": thief.project}, statuses),
        ("cluster_network", {**thief.cluster(), "network_id": own,
                             "subnet": None, "subnet_id": subnet_id},
         (400, 404, 409)),
        ("network", {"name": thief.name(), "project_id": victim.project},
         (400, 403)),
        ("network", {"name": thief.name(), "shared": True}, (403,))]
    if network_id not in thief.world.shown:
        tries += [("port", {"network_id": network_id}, (404,)),
                  ("port", {"network_id": network_id,
                            "fixed_ips": in_subnet}, (404,)),
                  ("cluster_network", {**thief.cluster(), "subnet": None,
                                       "network_id": network_id}, (404,))]
    kind, attributes, wanted = dice.choice(tries)
    attributes = {k: v for k, v in attributes.items() if v is not None}
    must_fail(thief, "a child in another's parent", kind, attributes, *wanted)


def pool(thief, victim, dice):
    pool_id = pick_id(dice, victim, "subnetpool")
    scope_id = pick_id(dice, victim, "address_scope")
    own = pick_id(dice, thief, "network")
    own_pool = pick_id(dice, thief, "subnetpool")
    if pool_id and own:
        must_fail(thief, "a subnet of another's pool", "subnet",
                  {"network_id": own, "ip_version": 4, "prefixlen": 28,
                   "subnetpool_id": pool_id}, 400, 404)
    if pool_id:
        rest = dice.choice(["/add_prefixes", "/remove_prefixes"])
        answer = thief.ask("PUT", path_of("subnetpool", pool_id, rest),
                           {"prefixes": [thief.cidr()]})
        thief.expect("another's prefixes", answer, 404)
    if scope_id:
        must_fail(thief, "a pool in another's scope", "subnetpool",
                  {"name": thief.name(), "address_scope_id": scope_id,
                   "prefixes": [thief.cidr()]}, 400, 404)
    if scope_id and own_pool:
        answer = thief.ask("PUT", path_of("subnetpool", own_pool),
                           {"subnetpool": {"address_scope_id": scope_id}})
        thief.expect("a pool into another's scope", answer, 400, 404)


def move(thief, victim, dice):
    """Parents of its own things are no other's, nor changed at all."""
    port_id = pick_id(dice, thief, "port")
    subnet_id = pick_id(dice, thief, "subnet")
    network_id = pick_id(dice, victim, "network") or NOWHERE
    theirs = pick_id(dice, victim, "subnet") or NOWHERE
    tries = [("port", port_id, {"network_id": network_id}),
             ("port", port_id, {"fixed_ips": [{"subnet_id": theirs}]}),
             ("port", port_id, {"project_id": victim.project}),
             ("subnet", subnet_id, {"network_id": network_id}),
             ("subnet", subnet_id, {"project_id": victim.project}),
             ("subnet", subnet_id, {"id": theirs})]
    kind, item_id, attributes = dice.choice(tries)
    if item_id is not None:
        answer = thief.ask("PUT", path_of(kind, item_id), {kind: attributes})
        thief.expect("a thing is moved", answer, 400, 403, 404)


def shared_pool(thief, victim, dice):
    """All take from one pool, also what another has, and are not told whose
    it is."""
    own = pick_id(dice, thief, "network")
    if own is None:
        return
    block = f"172.22.{dice.randrange(4)}.{dice.randrange(16) * 16}/28"
    thief.create("subnet", {
        "network_id": own, "ip_version": 4, "name": thief.name(),
        "subnetpool_id": thief.world.pool_id,
        **dice.choice([{}, {"prefixlen": 26}, {"cidr": block}])})
    path = path_of("subnetpool", thief.world.pool_id)
    answer = thief.ask("GET", path + dice.choice(["", "/blockers", "/tags"]))
    thief.expect("the shared pool", answer, 200)
    method, rest, body = dice.choice([
        ("PUT", "", {"subnetpool": {"name": "mine"}}), ("DELETE", "", None),
        ("PUT", "/add_prefixes", {"prefixes": ["172.23.0.0/16"]}),
        ("PUT", "/tags/mine", None)])
    answer = thief.ask(method, path + rest, body)
    thief.expect("the shared pool is changed", answer, 403)


def same_key(thief, victim, dice):
    """An Idempotency-Key is a project's own."""
    key = {"Idempotency-Key": f"key-{dice.getrandbits(40)}"}
    name = {"name": f"key-{dice.getrandbits(40)}"}
    first = victim.create("network", name, key)
    second = thief.create("network", name, key)
    if first == second:
        thief.world.violation("a key gives another's answer", first)


def same_cluster(thief, victim, dice):
    """cluster_id is unique in a project, not among them."""
    twin = {"cluster_id": f"twin-{dice.randrange(4)}", "name": "twin"}
    victim.create("cluster_network", {**victim.cluster(), **twin})
    thief.create("cluster_network", {**thief.cluster(), **twin})


PROBES = (read, read, change, change, remove, remove, tag, plan, addresses,
          wrong_collection, lists, lists, screens, events, quotas, group,
          loose_group, child, child, child, pool, move, move, same_key,
          same_cluster, shared_pool, shared_pool)
