# SPDX-License-Identifier: Apache-2.0
"""The network of a Kubernetes cluster, for real: every pod reaches every pod
on all nodes, and a node's agents its pods, without NAT, with addresses that
the CNI plugin gets from the server; and bursts of pods, killed plugins and a
server that restarts leave nothing behind.  run.sh starts it.

A node is a network namespace with a bridge; the bridges are joined by an
underlay in a namespace of its own.  TAP on standard output.
"""
import argparse
import concurrent.futures
import os
import random
import signal
import subprocess
import sys
import threading
import time

from api import Api
from runtime import Failure, Runtime

NODES = ("n1", "n2")
PODS_PER_NODE = 3
NODES_CIDR = "10.20.0.0/24"
PODS_CIDR = "10.100.0.0/16"
PODS6_CIDR = "fd00:100::/64"  # Where the machine has IPv6.
HAS_IPV6 = os.path.exists("/proc/sys/net/ipv6/conf")
BURST = 200
AT_ONCE = 16
ADDRESS_GONE = 104  # A code of the plugin's own.
ECHO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "echo.py")


class Tap:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, good, why=""):
        self.passed += bool(good)
        self.failed += not good
        number = self.passed + self.failed
        print(f"{'ok' if good else 'not ok'} {number} - {name}"
              f"{'' if good else f': {why}'}", flush=True)

    def same(self, name, got, want):
        self.check(name, got == want, f"got {got}, want {want}")

    def skip(self, why):
        self.passed += 1
        print(f"ok {self.passed + self.failed} - # SKIP {why}", flush=True)

    def end(self):
        print(f"1..{self.passed + self.failed}")
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def ip(*words):
    """Runs ip(8); its complaint is the exception's."""
    done = subprocess.run(("ip", *words), capture_output=True, text=True)
    if done.returncode != 0:
        raise OSError(done.stderr.strip() or f"ip {' '.join(words)} fails")


def path_of(namespace):
    return f"/run/netns/{namespace}"


def in_namespace(namespace, *words):
    return ("nsenter", f"--net={path_of(namespace)}", sys.executable,
            ECHO, *words)


class Cluster:
    """The cluster's network in the server, and the configuration of the
    plugins."""

    def __init__(self, api, socket_path):
        self.api = api
        self.socket = socket_path
        self._create()
        self.pods_subnets = [self._subnet(PODS_CIDR)]
        if HAS_IPV6:
            self.pods_subnets.append(self.api.create(
                "subnet", network_id=self.network_id, ip_version=6,
                cidr=PODS6_CIDR, gateway_ip=None)["id"])

    def _create(self):
        made = self.api.create(
            "cluster_network", path="cluster-networks", cluster_id="prod",
            subnet={"cidr": NODES_CIDR}, pods_cidr=PODS_CIDR,
            pods_subnet=True,
            node_groups=[{"name": "node", "count": len(NODES)}])
        self.id = made["id"]
        ids = [port["id"] for port in made["ports"]]
        ports = [self.api.list("port", id=id)[0] for id in ids]
        self.network_id = ports[0]["network_id"]
        self.node_addresses = [port["fixed_ips"][0]["ip_address"]
                               for port in ports]

    def _subnet(self, cidr):
        return self.api.list("subnet", network_id=self.network_id,
                             cidr=cidr)[0]["id"]

    def config(self, node, kind="bridge"):
        """The configuration of a node.  Pods reach the nodes' subnet on the
        link, for it is the same network."""
        return {
            "cniVersion": "1.0.0", "name": "pods", "type": kind,
            "bridge": "cni0", "isGateway": False, "ipMasq": False,
            "ipam": {"type": "tenet-ipam", "url": f"unix:{self.socket}",
                     "project_id": self.api.headers["X-Project-Id"],
                     "subnet_ids": self.pods_subnets, "node": node,
                     "gateway": False, "routes": [{"dst": NODES_CIDR}]}}

    def pod_ports(self):
        """The ports of each pod in the server, as lists of addresses."""
        ports, marker = {}, {}
        while page := self.api.list(
                "port", network_id=self.network_id, sort_key="id",
                device_owner="container:pod", **marker):
            marker = {"marker": page[-1]["id"]}
            for port in page:
                ports.setdefault(port["device_id"].split("/")[0], []).append(
                    sorted(fixed["ip_address"] for fixed in
                           port["fixed_ips"]))
        return ports

    def delete(self):
        """The status of deleting the cluster network."""
        return self.api.request("DELETE", f"cluster-networks/{self.id}")[0]

    def plan(self):
        """The device ids of the pods that its deletion would take along."""
        _, answer = self.api.request(
            "DELETE", f"cluster-networks/{self.id}?cascade=plan")
        return sorted(item["device_id"].split("/")[0]
                      for item in answer["plan"]["deletes"]
                      if item["device_owner"] == "container:pod")

    def end(self):
        """Deletes all of it; the second subnet is not the cluster's own."""
        for subnet in self.pods_subnets[1:]:
            self.api.request("DELETE", f"subnets/{subnet}")
        status = self.delete()
        return status, self.api.list("port", network_id=self.network_id)

    def used(self):
        """How many addresses of the pods' subnets the server counts."""
        _, answer = self.api.request(
            "GET", f"network-ip-availabilities/{self.network_id}")
        parts = answer["network_ip_availability"]["subnet_ip_availability"]
        return sum(part["used_ips"] for part in parts
                   if part["subnet_id"] in self.pods_subnets)


class Pod:
    def __init__(self, node, name, namespace):
        self.node, self.name, self.namespace = node, name, namespace
        self.addresses = []

    def do(self, command):
        return getattr(self.node.runtime, command)(self.name,
                                                   path_of(self.namespace))


class Node:
    """A namespace with a bridge that the underlay joins with the others, and
    the node's own address on it."""

    def __init__(self, prefix, name, address, cluster):
        self.name, self.address = name, address
        self.namespace = f"{prefix}-{name}"
        underlay = f"{prefix}-u"
        ip("netns", "add", self.namespace)
        ip("-n", underlay, "link", "add", name, "type", "veth", "peer",
           "name", "uplink", "netns", self.namespace)
        ip("-n", underlay, "link", "set", name, "master", "br0", "up")
        ip("-n", self.namespace, "link", "set", "lo", "up")
        ip("-n", self.namespace, "link", "add", "cni0", "type", "bridge")
        ip("-n", self.namespace, "link", "set", "uplink", "master", "cni0",
           "up")
        ip("-n", self.namespace, "link", "set", "cni0", "up")
        ip("-n", self.namespace, "address", "add",
           f"{address}/{NODES_CIDR.split('/')[1]}", "dev", "cni0")
        ip("-n", self.namespace, "route", "add", PODS_CIDR, "dev", "cni0")
        self.runtime = Runtime(cluster.config(name), self.namespace)
        self.pods = []
        for number in range(PODS_PER_NODE):
            pod = Pod(self, f"{name}-pod-{number}",
                      f"{self.namespace}-{number}")
            ip("netns", "add", pod.namespace)
            self.pods.append(pod)


def build_underlay(prefix):
    """What joins the nodes.  It fails where namespaces, bridges or pairs of
    virtual links cannot be made."""
    underlay = f"{prefix}-u"
    ip("netns", "add", underlay)
    ip("-n", underlay, "link", "add", "br0", "type", "bridge")
    ip("-n", underlay, "link", "set", "br0", "up")
    ip("-n", underlay, "link", "add", "v0", "type", "veth", "peer", "name",
       "v1")
    ip("-n", underlay, "link", "delete", "v0")


def in_parallel(function, items):
    """Results and exceptions of function(item), in the items' order."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        futures = [pool.submit(function, item) for item in items]
        return [future.exception() or future.result() for future in futures]


def failures(results):
    return [str(result) for result in results
            if isinstance(result, Exception)]


# --- who reaches whom

def start_echoes(places):
    """Starts an echo in each (namespace, addresses) and waits for all."""
    processes = [subprocess.Popen(in_namespace(namespace, "serve"),
                                  stdout=subprocess.PIPE, text=True)
                 for namespace, _ in places]
    for process in processes:
        process.stdout.readline()
    return processes


def version(address):
    return 6 if ":" in address else 4


def pairs(place, places):
    """(own address, other's address) of what can speak to each other."""
    return [(mine, theirs) for mine in place[1]
            for other in places if other is not place
            for theirs in other[1] if version(mine) == version(theirs)]


def wrong_views(places):
    """Asks from everywhere to everywhere; returns what is not as it must be:
    each side sees the other's own address."""
    def views_of(place):
        wanted = pairs(place, places)
        done = subprocess.run(
            in_namespace(place[0], "ask", *(theirs for _, theirs in wanted)),
            capture_output=True, text=True)
        want = [f"{theirs} {protocol} {mine}" for mine, theirs in wanted
                for protocol in ("tcp", "udp")]
        got = done.stdout.splitlines()
        return [f"{place[0]} -> {line}" for line in set(got) ^ set(want)]
    return [line for lines in in_parallel(views_of, places)
            for line in lines]


def test_reach(tap, nodes, pods):
    places = [(node.namespace, [node.address]) for node in nodes]
    places += [(pod.namespace, pod.addresses) for pod in pods]
    echoes = start_echoes(places)
    try:
        for title, some in (
                ("every pod reaches every pod on all nodes as itself",
                 places[len(nodes):]),
                ("agents of nodes and all pods reach each other as "
                 "themselves", places)):
            wrong = wrong_views(some)
            n_pairs = sum(len(pairs(place, some)) for place in some)
            tap.check(f"{title} ({n_pairs} pairs, TCP and UDP)", not wrong,
                      wrong[:5])
    finally:
        for echo in echoes:
            echo.kill()
            echo.wait()
            echo.stdout.close()


# --- pods on nodes

def add_all(tap, pods):
    results = in_parallel(lambda pod: pod.do("add"), pods)
    tap.same("ADD gives every pod an address", failures(results), [])
    for pod, result in zip(pods, results):
        pod.addresses = [] if isinstance(result, Exception) else result


def expect_ports(tap, cluster, addresses):
    """'addresses' of pods, by pod, are the server's, and no other's."""
    every = [address for some in addresses.values() for address in some]
    tap.same("no address is given twice", len(set(every)),
             len(addresses) * len(cluster.pods_subnets))
    tap.same("each pod has one port, with its addresses",
             cluster.pod_ports(),
             {pod: [sorted(some)] for pod, some in addresses.items()})
    tap.same("they are counted", cluster.used(), len(every))


def test_pods(tap, cluster, nodes):
    pods = [pod for node in nodes for pod in node.pods]
    add_all(tap, pods)
    expect_ports(tap, cluster, {pod.name: pod.addresses for pod in pods})
    test_reach(tap, nodes, pods)
    tap.same("CHECK passes", failures(
        in_parallel(lambda pod: pod.do("check"), pods)), [])
    tap.same("a cluster with pods is not deleted", cluster.delete(), 409)
    tap.same("a plan of its deletion names the pods", cluster.plan(),
             sorted(cluster.pod_ports()))
    test_again(tap, cluster, nodes, pods)
    test_end(tap, cluster, pods)


def test_again(tap, cluster, nodes, pods):
    """A pod that is deleted and added gets a port again and works."""
    pod = pods[0]
    result = pod.node.runtime.results[pod.name]
    pod.do("delete")
    tap.check("a deleted pod has no port",
              pod.name not in cluster.pod_ports())
    try:
        pod.node.runtime.execute("CHECK", pod.name, path_of(pod.namespace),
                                 prevResult=result)
        code = None
    except Failure as failure:
        code = failure.code
    tap.same("CHECK says that its address is gone", code, ADDRESS_GONE)
    add_all(tap, [pod])
    test_reach(tap, nodes, pods)


def test_end(tap, cluster, pods):
    for title in ("DEL succeeds", "DEL succeeds again"):
        tap.same(title, failures(
            in_parallel(lambda pod: pod.do("delete"), pods)), [])
    expect_nothing(tap, cluster)
    ip("netns", "delete", pods[-1].namespace)
    tap.same("DEL succeeds when the pod's namespace is gone", failures(
        in_parallel(lambda pod: pod.do("delete"), pods[-1:])), [])


def expect_nothing(tap, cluster):
    tap.same("no port of a pod is left", cluster.pod_ports(), {})
    tap.same("no address is counted", cluster.used(), 0)


# --- bursts, without nodes

def pid_in(path):
    with open(path) as file:
        return int(file.read())


def test_burst(tap, cluster, server_pid):
    runtime = Runtime(cluster.config("n1", kind="tenet-ipam"))
    names = [f"burst-{number}" for number in range(BURST)]
    first_life = pid_in(server_pid)
    end_it = threading.Timer(0.3, os.kill, (first_life, signal.SIGTERM))
    end_it.start()
    added = in_parallel(lambda name: runtime.add(name, "/none"), names)
    end_it.join()
    tap.same(f"{BURST} ADDs while the server restarts", failures(added), [])
    tap.check("it has restarted", pid_in(server_pid) != first_life,
              "it has not")
    expect_ports(tap, cluster, {
        name: addresses for name, addresses in zip(names, added)
        if not isinstance(addresses, Exception)})
    tap.same(f"{BURST} DELs", failures(in_parallel(
        lambda name: runtime.delete(name, "/none"), names)), [])
    expect_nothing(tap, cluster)


def test_kills(tap, cluster, seed):
    """A runtime whose plugin was killed knows no result, and says DEL."""
    runtime = Runtime(cluster.config("n1", kind="tenet-ipam"))
    chance = random.Random(seed)
    waits = {f"killed-{number}": chance.uniform(0, 0.06)
             for number in range(BURST)}

    def kill(name):
        process = runtime.start("ADD", name, "/none")
        time.sleep(waits[name])
        process.kill()
        process.stdout.close()
        ended = process.wait() == 0
        runtime.delete(name, "/none")
        return ended

    results = in_parallel(kill, waits)
    tap.same(f"{BURST} DELs after ADDs that were killed (seed {seed})",
             failures(results), [])
    tap.check("some were killed in the middle", results.count(False) > 0,
              "all had ended")
    expect_nothing(tap, cluster)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--socket", required=True)
    parser.add_argument("--server-pid", required=True)
    parser.add_argument("--prefix", required=True)
    parser.add_argument("--seed", type=int, default=os.getpid())
    args = parser.parse_args()
    tap = Tap()
    cluster = Cluster(Api(args.socket, args.prefix), args.socket)
    try:
        build_underlay(args.prefix)
    except OSError as problem:
        tap.skip(f"cannot make network namespaces: {problem}")
    else:
        test_pods(tap, cluster, [
            Node(args.prefix, name, address, cluster)
            for name, address in zip(NODES, cluster.node_addresses)])
    test_burst(tap, cluster, args.server_pid)
    test_kills(tap, cluster, args.seed)
    tap.same("the cluster is deleted with its ports", cluster.end(),
             (204, []))
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
