#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Changes under Idempotency-Keys happen once, whatever dies:

    tests/faults/exactly_once.py build/tenetd [KILLS]

Clients change things without pause, each change under a key of its own, and
repeat it until they have an answer.  Meanwhile the server is killed 50 times,
and every third time PostgreSQL as well.  In the end there is one object per
key, every revision counts one change, no delete has missed, and the
invariants hold.  TAP, and a closing line.
"""
import collections
import glob
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid

CLIENTS = 16
ANSWER_S = 10       # A server that is silent for longer counts as gone.
GIVE_UP_S = 120     # Without an answer for a change: the test has failed.


def find_postgres():
    """The directory of PostgreSQL's programs."""
    found = shutil.which("initdb")
    if found:
        return pathlib.Path(found).resolve().parent
    return pathlib.Path(sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1])


class Site:
    """A PostgreSQL and a server that can be killed and come back."""

    def __init__(self, tenetd):
        self.tenetd = os.path.abspath(tenetd)
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="tenet-once-"))
        self.bin = find_postgres()
        self.data = self.dir / "data"
        self.socket = self.dir / "http"
        self.url = f"host={self.dir} dbname=postgres user=tenet"
        self.log = open(self.dir / "log", "ab")
        self.postgres = self.server = None
        os.chmod(self.dir, 0o755)
        self.data.mkdir()
        if os.getuid() == 0:
            os.chown(self.data, 65534, 65534)
            os.chown(self.dir, 65534, 65534)

    def run(self, *command):
        """The command for an unprivileged user: PostgreSQL refuses root."""
        drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        return (drop if os.getuid() == 0 else []) + [str(c) for c in command]

    def make(self):
        subprocess.run(self.run(self.bin / "initdb", "-A", "trust", "-N",
                                "--no-locale", "-E", "UTF8", "-U", "tenet",
                                "-D", self.data),
                       check=True, stdout=self.log, stderr=self.log)
        self.start_postgres()
        subprocess.run([self.tenetd, "migrate", "--database-url", self.url],
                       check=True, stdout=self.log, stderr=self.log)
        self.start_server()

    def start_postgres(self):
        """Repeats until the processes of a killed one are gone."""
        for _ in range(200):
            self.postgres = subprocess.Popen(
                self.run(self.bin / "postgres", "-D", self.data, "-k",
                         self.dir, "-c", "listen_addresses=",
                         "-c", "restart_after_crash=off"),
                stdout=self.log, stderr=self.log)
            while self.postgres.poll() is None:
                if subprocess.run([self.bin / "pg_isready", "-q", "-h",
                                   self.dir], check=False).returncode == 0:
                    return
                time.sleep(0.02)
            time.sleep(0.05)
        raise SystemExit("PostgreSQL does not start")

    def start_server(self):
        self.server = subprocess.Popen(
            [self.tenetd, "serve", "--database-url", self.url, "--listen",
             f"unix:{self.socket}", "--quota-port", "-1", "--quota-network",
             "-1", "--quota-subnet", "-1", "--log-level", "error"],
            stdout=subprocess.PIPE, stderr=self.log)
        if not self.server.stdout.readline().startswith(b"ready"):
            raise SystemExit("the server does not start")

    def kill(self, process):
        process.send_signal(signal.SIGKILL)
        process.wait()

    def kill_server(self):
        self.kill(self.server)
        self.start_server()

    def kill_postgres(self):
        self.kill(self.postgres)
        self.start_postgres()

    def violations(self):
        done = subprocess.run([self.tenetd, "check", "--database-url",
                               self.url], check=False, text=True,
                              stdout=subprocess.PIPE)
        return [line for line in done.stdout.splitlines()
                if not line.endswith(": ok")]

    def end(self):
        for process, how in ((self.server, signal.SIGTERM),
                             (self.postgres, signal.SIGINT)):
            if process is not None and process.poll() is None:
                process.send_signal(how)
                process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=ANSWER_S)
        self.unix_path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(ANSWER_S)
        self.sock.connect(self.unix_path)


class Client(threading.Thread):
    """Makes, changes and deletes things of its own, each under a key."""

    def __init__(self, site, number, stop):
        super().__init__(daemon=True)
        self.site = site
        self.stop = stop
        self.random = random.Random(number)
        self.connection = None
        self.made = {}       # name -> number of objects
        self.ports = {}      # id -> (name, revision)
        self.counts = collections.Counter()
        self.problems = []

    def once(self, method, path, body, key):
        if self.connection is None:
            self.connection = UnixConnection(self.site.socket)
        self.connection.request(method, "/v2.0/" + path,
                                json.dumps(body) if body else None,
                                {"Idempotency-Key": key} if key else {})
        answer = self.connection.getresponse()
        text = answer.read()
        return answer, json.loads(text) if text else None

    def send(self, method, path, body=None, key=None):
        """Repeats the request until it has an answer that is one."""
        end = time.monotonic() + GIVE_UP_S
        while time.monotonic() < end:
            try:
                answer, content = self.once(method, path, body, key)
            except (OSError, http.client.HTTPException):
                self.connection = None
                self.counts["lost"] += 1
                time.sleep(0.01)
                continue
            if answer.status != 503:
                self.counts["replayed"] += int(
                    answer.headers.get("Idempotent-Replayed") == "true")
                return answer.status, content
            self.counts["refused"] += 1
            time.sleep(0.01)
        raise TimeoutError(f"no answer for {method} {path}")

    def change(self, method, path, body, want):
        """A change under a new key; returns the content of its answer."""
        self.counts["changes"] += 1
        status, content = self.send(method, path, body, str(uuid.uuid4()))
        if status != want:
            self.problems.append(f"{method} {path}: {status} {content}")
            return None
        return content

    def create_network(self):
        name = str(uuid.uuid4())
        self.made[name] = 1
        return self.change("POST", "networks", {"network": {"name": name}},
                           201)["network"]["id"]

    def create_subnet(self, network_id):
        name = str(uuid.uuid4())
        self.made[name] = 1
        self.change("POST", "subnets",
                    {"subnet": {"network_id": network_id, "name": name,
                                "ip_version": 4, "cidr": "10.0.0.0/16"}}, 201)

    def create_ports(self, network_id, n):
        name = str(uuid.uuid4())
        self.made[name] = n
        port = {"network_id": network_id, "name": name}
        if n == 1:
            ports = [self.change("POST", "ports", {"port": port}, 201)["port"]]
        else:
            ports = self.change("POST", "ports", {"ports": [port] * n},
                                201)["ports"]
        for made in ports:
            self.ports[made["id"]] = (name, made["revision_number"])

    def update_port(self):
        port_id, (name, revision) = self.random.choice(
            list(self.ports.items()))
        body = {"port": {"description": str(uuid.uuid4())}}
        port = self.change("PUT", f"ports/{port_id}", body, 200)["port"]
        if port["revision_number"] != revision + 1:
            self.problems.append(f"revision of {port_id}: after {revision} "
                                 f"came {port['revision_number']}")
        self.ports[port_id] = (name, port["revision_number"])

    def delete_port(self):
        port_id = self.random.choice(list(self.ports))
        name, _ = self.ports.pop(port_id)
        self.change("DELETE", f"ports/{port_id}", None, 204)
        self.made[name] -= 1

    def step(self, network_id):
        dice = self.random.random()
        if not self.ports or dice < 0.45:
            self.create_ports(network_id, 1)
        elif dice < 0.55:
            self.create_ports(network_id, 3)
        elif dice < 0.60:
            self.create_network()
        elif dice < 0.80:
            self.update_port()
        else:
            self.delete_port()

    def run(self):
        try:
            network_id = self.create_network()
            self.create_subnet(network_id)
            while not self.stop.is_set():
                self.step(network_id)
        except Exception as problem:  # Told in the end, as a failure.
            self.problems.append(repr(problem))


def list_names(site):
    """How many objects of each name there are."""
    reader = Client(site, 0, None)
    names = collections.Counter()
    for plural in ("networks", "subnets", "ports"):
        marker = ""
        while True:
            _, page = reader.send("GET", f"{plural}?fields=name&fields=id"
                                  f"&limit=1000{marker}")
            names.update(item["name"] for item in page[plural])
            if len(page[plural]) < 1000:
                break
            marker = "&marker=" + page[plural][-1]["id"]
    return names


def kill_around(site, kills):
    dice = random.Random(7)
    for i in range(kills):
        time.sleep(dice.uniform(0.02, 0.5))
        if i % 3 == 2:
            site.kill_postgres()
        else:
            site.kill_server()


class Report:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, problems):
        number = self.passed + self.failed + 1
        if not problems:
            self.passed += 1
            print(f"ok {number} {name}")
            return
        self.failed += 1
        print(f"not ok {number} {name}: {list(problems)[:5]}")

    def end(self):
        print(f"1..{self.passed + self.failed}")
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def wrong_counts(clients, names):
    wanted = collections.Counter()
    for client in clients:
        wanted.update(client.made)
    return [f"{name}: {names[name]} instead of {wanted[name]}"
            for name in set(names) | set(wanted)
            if names[name] != wanted[name]]


def main():
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    site = Site(sys.argv[1])
    report = Report()
    try:
        site.make()
        stop = threading.Event()
        clients = [Client(site, i, stop) for i in range(CLIENTS)]
        for client in clients:
            client.start()
        kill_around(site, kills)
        stop.set()
        for client in clients:
            client.join(GIVE_UP_S)
        counts = sum((client.counts for client in clients),
                     collections.Counter())
        print(f"# {kills} kills, {dict(counts)}")
        report.check("every change was answered as the first time",
                     [p for client in clients for p in client.problems])
        report.check("there is one object per key",
                     wrong_counts(clients, list_names(site)))
        report.check("some answers were lost and replayed",
                     [] if counts["replayed"] > 0 else ["none"])
        report.check("the invariants hold", site.violations())
    finally:
        site.end()
    return report.end()


sys.exit(main())
