# SPDX-License-Identifier: Apache-2.0
"""The users of the soak: each does what one kind of client does, again and
again, and keeps the number of its objects about the same.

A user asks over a connection of its own and says how the server may answer;
any other answer is a problem, told at the end.
"""
import collections
import json
import multiprocessing
import os
import random
import signal
import threading
import time
import uuid

import private

PROCESSES = 3
CHURNERS = 12        # Of each process.
PORTS_EACH = 150     # What a churner holds.
BATCH = 10           # Ports of a bulk request.
PROJECTS = 4
SETTLE_S = 30        # Users have so long to end.
FULL = 409           # Somebody was faster, or it is taken.


def project(number):
    return f"project-{number % PROJECTS}"


class User(threading.Thread):
    pause_s = 0

    def __init__(self, path, number, report):
        super().__init__(daemon=True)
        self.random = random.Random(number)
        self.number = number
        self.project = project(number)
        self.connection = private.Connection(
            path, [f"X-Project-Id: {self.project}"])
        self.report = report

    def ask(self, want, method, path, body=None, headers=""):
        """Content of an answer whose status is in 'want'; else None."""
        status, content = self.connection.send(method, path, body, headers)
        self.report.note(method, path, status, want, content)
        return content if status < 300 else None

    def make(self, noun, body, want=(201,), headers=""):
        made = self.ask(want, "POST", f"{noun.replace('_', '-')}s",
                        {noun: body}, headers)
        return made and made[noun]

    def key(self):
        return f"Idempotency-Key: {uuid.uuid4()}\r\n"

    def perhaps_key(self):
        return self.key() if self.random.random() < 0.5 else ""

    def step(self):
        raise NotImplementedError

    def begin(self):
        pass

    def run(self):
        try:
            self.begin()
            while not self.report.stop.value:
                self.step()
                if self.pause_s:
                    time.sleep(self.pause_s)
        except Exception as problem:  # Told in the end, as a failure.
            self.report.problem(f"{type(self).__name__}: {problem!r}")
        finally:
            self.connection.close()


class Churner(User):
    """Ports of a busy subnet that others use as well."""

    def begin(self):
        self.ports = []
        self.networks = self.report.networks[self.project]

    def body(self):
        return {"network_id": self.random.choice(self.networks),
                "name": f"vm-{self.random.randrange(10**6)}",
                "device_id": f"server-{self.random.randrange(10**4)}",
                "device_owner": "compute:nova"}

    def create(self):
        made = self.make("port", self.body(), headers=self.perhaps_key())
        self.ports.append(made["id"])

    def repeat(self):
        key, body = self.key(), self.body()
        ids = {self.make("port", body, headers=key)["id"] for _ in range(2)}
        if len(ids) != 1:
            self.report.problem("a repeated request made two ports")
        self.ports += ids

    def create_many(self):
        made = self.ask((201,), "POST", "ports",
                        {"ports": [self.body() for _ in range(BATCH)]})
        self.ports += [port["id"] for port in made["ports"]]

    def take(self):
        at = self.random.randrange(len(self.ports))
        self.ports[at], self.ports[-1] = self.ports[-1], self.ports[at]
        return self.ports.pop()

    def delete(self):
        self.ask((204,), "DELETE", f"ports/{self.take()}",
                 headers=self.perhaps_key())

    def delete_many(self):
        doomed = [{"id": self.take()} for _ in range(BATCH)]
        self.ask((204,), "DELETE", "ports", {"ports": doomed})

    def update(self):
        change = self.random.choice([
            {"name": f"vm-{self.random.randrange(10**6)}"},
            {"admin_state_up": self.random.random() < 0.5},
            {"device_id": f"server-{self.random.randrange(10**4)}"},
            {"description": "d" * self.random.randrange(200)}])
        self.ask((200,), "PUT", f"ports/{self.random.choice(self.ports)}",
                 {"port": change}, self.perhaps_key())

    def tag(self):
        self.ask((201,), "PUT", f"ports/{self.random.choice(self.ports)}"
                 f"/tags/t{self.random.randrange(5)}")

    def show(self):
        self.ask((200,), "GET", f"ports/{self.random.choice(self.ports)}")

    def try_dry(self):
        self.ask((201,), "POST", "ports", {"port": self.body()},
                 "Dry-Run: true\r\n")

    def step(self):
        if len(self.ports) < BATCH + 1:
            return self.create_many()
        grow = len(self.ports) < PORTS_EACH
        actions = ([self.create] * 8 + [self.create_many] if grow else
                   [self.delete] * 8 + [self.delete_many])
        actions += [self.update, self.update, self.tag, self.show,
                    self.try_dry, self.repeat]
        self.random.choice(actions)()


class Builder(User):
    """Networks with all that is in them, from the first to the last day."""

    def step(self):
        network = self.make("network", {"name": f"net-{self.number}"},
                            headers=self.key())["id"]
        subnets = [self.make("subnet", {
            "network_id": network, "ip_version": 4, "name": f"s{i}",
            "cidr": f"192.168.{i}.0/24"})["id"] for i in range(3)]
        six = {"network_id": network, "ip_version": 6, "cidr": "fd00::/64",
               "ipv6_address_mode": "slaac", "ipv6_ra_mode": "slaac"}
        self.make("subnet", six)
        self.ask((201,), "POST", "ports",
                 {"ports": [{"network_id": network}] * BATCH})
        self.ask((200,), "PUT", f"networks/{network}",
                 {"network": {"description": "in use", "mtu": 1400}})
        self.ask((200,), "PUT", f"subnets/{subnets[1]}",
                 {"subnet": {"name": "other", "gateway_ip": None}})
        self.ask((200,), "GET", f"networks/{network}"
                 "?include=usage,subnets,subnets.usage,subnets.ports")
        self.ask((FULL,), "DELETE", f"networks/{network}")
        self.tear_down(f"networks/{network}")

    def tear_down(self, path):
        plan = self.ask((200,), "DELETE", f"{path}?cascade=plan")["plan"]
        self.ask((204,), "DELETE", f"{path}?cascade={plan['id']}")


class Provisioner(Builder):
    """Networks of clusters, which grow and shrink."""

    def wish(self):
        return {"cluster_id": f"cluster-{self.number}", "subnet":
                {"prefixlen": 26}, "pods_cidr": "100.64.0.0/16",
                "services_cidr": "100.65.0.0/16",
                "node_groups": [{"name": "master", "count": 3},
                                {"name": "worker", "count": 5}]}

    def scale(self, path, count):
        groups = [{"name": "worker", "count": count}]
        self.ask((200,), "PUT", path,
                 {"cluster_network": {"node_groups": groups}})

    def step(self):
        self.ask((200,), "POST", "cluster-networks?check=true",
                 {"cluster_network": self.wish()})
        cluster = self.make("cluster_network", self.wish())
        path = f"cluster-networks/{cluster['id']}"
        for count in (20, 8, 30, 4):
            self.scale(path, count)
        self.ask((200,), "GET", path)
        self.ask((200,), "GET", f"{path}/blockers")
        if self.random.random() < 0.5:
            self.tear_down(path)
        else:
            self.ask((204,), "DELETE", path)


class Panel(User):
    """Pages of a web panel."""
    pause_s = 0.05

    def begin(self):
        self.networks = self.report.networks[self.project]

    def step(self):
        network = self.random.choice(self.networks)
        text = self.random.randrange(1000)
        of = f"ports?network_id={network}&limit=100"
        self.ask((200,), "GET", self.random.choice([
            "networks?include=usage,subnets,subnets.usage&limit=50",
            f"networks/{network}?include=usage,subnets,subnets.usage",
            f"{of}&total=true", f"{of}&search=vm-{text}",
            f"{of}&search=10.0.{text % 250}",
            f"ports?device_id=server-{text}", "subnets?include=usage",
            f"network-ip-availabilities/{network}",
            f"quotas/{self.project}/details", "events?limit=20"]))
        subnet = self.ask((200,), "GET", f"subnets?network_id={network}")
        self.ask((200,), "GET", f"subnets/{subnet['subnets'][0]['id']}"
                 "/addresses?limit=100&state=free")


class Follower(User):
    """Waits for what changes in its project; told once and in order."""

    last = 0  # Cursor of the newest event that was read.

    def begin(self):
        self.cursor = self.ask((200,), "GET", "events?since=now")["cursor"]

    def step(self):
        page = self.ask((200, 410), "GET", f"events?since={self.cursor}"
                        f"&wait=2&limit=500{self.filter()}")
        if page is None:  # It was away for longer than events are kept.
            return self.begin()
        seen = [int(event["cursor"]) for event in page["events"]]
        if seen != sorted(set(seen)) or seen[:1] and seen[0] <= self.last:
            self.report.problem(f"events {seen} behind {self.last}")
        self.last = seen[-1] if seen else self.last
        self.cursor = page["cursor"]

    def filter(self):
        return ("", "&type=network", "&action=delete&type=subnet")[
            self.number % 3]


class Report:
    """What the users of a process tell."""

    def __init__(self, networks, stop, changes, reads):
        self.networks = networks
        self.stop = stop
        self.changes = changes
        self.reads = reads
        self.counts = collections.Counter()
        self.problems = []
        self.lock = threading.Lock()

    def note(self, method, path, status, want, content):
        place = path.split("?")[0].split("/")[0]
        with self.lock:
            self.counts[f"{method} {place} {status}"] += 1
            if status >= 500:
                self.counts["5xx"] += 1
            if method == "GET":
                self.reads.value += 1
            elif status < 300:
                self.changes.value += 1
        if status not in want or status >= 500:
            self.problem(f"{method} {path}: {status} {json.dumps(content)}")

    def problem(self, text):
        with self.lock:
            self.counts["problems"] += 1
            if len(self.problems) < 20:
                self.problems.append(text)


def serve_users(path, number, report, pipe):
    # Ctrl-C reaches all; the parent ends its children.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    kinds = [Churner] * CHURNERS + [Builder, Provisioner, Panel, Follower]
    users = [kind(path, number * 100 + i, report)
             for i, kind in enumerate(kinds)]
    for user in users:
        user.start()
    parent = os.getppid()
    while not report.stop.value:
        time.sleep(0.1)
        if os.getppid() != parent:
            return  # Killed: nobody will tell to stop.
    end = time.monotonic() + SETTLE_S
    for user in users:
        user.join(max(0, end - time.monotonic()))
        if user.is_alive():
            report.problem(f"{type(user).__name__} does not end")
    pipe.send((report.counts, report.problems))


class Load:
    """The processes of the users."""

    def __init__(self, path, networks):
        # No Event: to set one waits for those who wait, who may be dead.
        self.stop = multiprocessing.Value("b", 0, lock=False)
        self.counters = []
        self.children = []
        for number in range(PROCESSES):
            ours, theirs = multiprocessing.Pipe(duplex=False)
            # Each is written by one process, under its lock.
            changes, reads = (multiprocessing.Value("q", lock=False)
                              for _ in range(2))
            report = Report(networks, self.stop, changes, reads)
            child = multiprocessing.Process(
                target=serve_users, args=(path, number, report, theirs),
                daemon=True)
            child.start()
            theirs.close()
            self.counters.append((changes, reads))
            self.children.append((child, ours))

    def done(self):
        """Changes and reads until now."""
        return tuple(sum(pair[i].value for pair in self.counters)
                     for i in range(2))

    @staticmethod
    def receive(pipe):
        try:
            if pipe.poll(SETTLE_S + 10):
                return pipe.recv()
        except EOFError:
            pass
        return collections.Counter(), ["a process of users gives no report"]

    def end(self):
        """Ends the users; what they counted, and their problems."""
        self.stop.value = 1
        counts, problems = collections.Counter(), []
        for child, pipe in self.children:
            more, texts = self.receive(pipe)
            counts += more
            problems += texts
            child.join(1)
            if child.is_alive():
                child.kill()
                child.join()
        return counts, problems
