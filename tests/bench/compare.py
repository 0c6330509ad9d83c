#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures two running servers of the Networking API, one after the other:

    compare.py --url http://127.0.0.1:9696 --name Tenet
               --url http://127.0.0.1:9697 --name Other [--seconds 10]
               [--store]

The URL is that of the server, without /v2.0; both take requests without
authentication, as an admin of the project in X-Project-Id.  What it makes
stays: this is for servers that are thrown away.  --store keeps the result in
docs/performance.json.
"""
import argparse
import datetime
import http.client
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import uuid

import report
from place import PROGRAMS, Failure, die_with_parent, line
from world import port

LISTED = 1000    # Ports of the list.
BULK = 100       # Ports of a POST.
FILL_S = 300     # At most, until there are LISTED ports.

ROWS = [
    ("create.1", "port create, 1 connection", "/s"),
    ("create.8", "port create, 8 connections", "/s"),
    ("get.1", "GET of a port, 1 connection", "/s"),
    ("get.8", "GET of a port, 8 connections", "/s"),
    ("bulk", f"POST of {BULK} ports, 1 connection", "ports/s"),
    ("list", f"list of {LISTED} ports, 1 connection", "/s"),
    ("chain", "network, subnet and port in turn, 1 connection", "ports/s"),
]


class Subject:
    """A server that is measured, with a project of our own in it."""

    def __init__(self, name, url, seconds, place):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme != "http" or not parts.netloc:
            raise Failure(f"\"{url}\" is not such as http://127.0.0.1:9696")
        self.name = name
        self.target = parts.netloc
        self.base = parts.path.rstrip("/") + "/v2.0"
        self.seconds = seconds
        self.place = place
        self.project = f"compare-{uuid.uuid4().hex[:12]}"
        self.ids = place / "ids"

    def ask(self, method, path, body, want):
        connection = http.client.HTTPConnection(self.target, timeout=60)
        try:
            connection.request(method, self.base + path, json.dumps(body), {
                "X-Project-Id": self.project,
                "Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
        except OSError as problem:
            raise Failure(f"{self.name}: {problem}") from None
        finally:
            connection.close()
        if answer.status != want:
            raise Failure(f"{self.name}: {method} {path}: {answer.status} "
                          f"{text[:300].decode()}")
        return json.loads(text)

    def prepare(self):
        self.ask("PUT", f"/quotas/{self.project}", {"quota": {
            "network": -1, "subnet": -1, "port": -1}}, 200)
        self.network = self.ask("POST", "/networks", {"network": self.own({
            "name": "compared"})}, 201)["network"]["id"]
        self.ask("POST", "/subnets", {"subnet": self.own({
            "network_id": self.network, "ip_version": 4,
            "cidr": "10.0.0.0/12"})}, 201)

    def own(self, attributes):
        """Some servers want to be told whose an object is."""
        return {"tenant_id": self.project, **attributes}

    def line(self, method, path, status, body=None, chained=False):
        return line(method, self.base + path, status, self.project,
                    body=body, chained=chained)

    def load(self, lines, connections, *options, seconds=None):
        script = self.place / "script"
        script.write_text("\n".join(lines) + "\n")
        done = subprocess.run(
            [PROGRAMS / "bench-load", "--script", script, "--target",
             self.target, "--connections", str(connections), "--seconds",
             str(seconds or self.seconds), *options],
            check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=die_with_parent)
        if done.returncode == 2:
            raise Failure(f"{self.name}: {done.stderr.decode().strip()}")
        result = json.loads(done.stdout)
        if result["failures"] > 0:
            raise Failure(f"{self.name}: {result['failures']} answers were "
                          f"wrong: {result['unexpected'][:1]}")
        return result

    # --- the rows

    def create(self, connections):
        lines = [self.line("POST", "/ports", 201,
                           {"port": self.own(port(self.network))})]
        return self.load(lines, connections, "--ids",
                         str(self.ids))["rate"]

    def get(self, connections):
        ids = self.ids.read_text().split()
        return self.load([self.line("GET", f"/ports/{id_}", 200)
                          for id_ in ids], connections)["rate"]

    def bulk_lines(self):
        return [self.line("POST", "/ports", 201, {"ports": [
            self.own(port(self.network, f"vm-{{n}}-{i}"))
            for i in range(BULK)]})]

    def bulk(self):
        return self.load(self.bulk_lines(), 1)["rate"] * BULK

    def list(self):
        """Of LISTED ports, which are made first."""
        self.load(self.bulk_lines(), 1, "--requests", str(LISTED // BULK),
                  seconds=FILL_S)
        path = f"/ports?network_id={self.network}&limit={LISTED}"
        return self.load([self.line("GET", path, 200)], 1)["rate"]

    def chain(self):
        lines = [
            self.line("POST", "/networks", 201,
                      {"network": self.own({"name": "n"})}),
            self.line("POST", "/subnets", 201, {"subnet": self.own({
                "network_id": "{1}", "ip_version": 4,
                "cidr": "10.0.0.0/24"})}, True),
            self.line("POST", "/ports", 201,
                      {"port": self.own(port("{1}"))}, True)]
        return self.load(lines, 1)["rate"] / 3

    def measure(self, key):
        name, _, connections = key.partition(".")
        return getattr(self, name)(*([int(connections)] if connections
                                     else []))


def measure_all(subject):
    """The figures of ROWS; None where the server did not answer as it
    should."""
    figures = []
    subject.prepare()
    for key, what, unit in ROWS:
        try:
            figures.append(subject.measure(key))
            print(f"{subject.name}: {what}: {report.number(figures[-1])} "
                  f"{unit}", flush=True)
        except Failure as problem:
            figures.append(None)
            print(f"FAILED {problem}", flush=True)
    return figures


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse
                                     .RawDescriptionHelpFormatter)
    parser.add_argument("--url", action="append", required=True)
    parser.add_argument("--name", action="append", default=[])
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--store", action="store_true")
    arguments = parser.parse_args()
    if len(arguments.url) != 2 or len(arguments.name) not in (0, 2):
        parser.error("two --url and as many --name are needed")
    if not 0.5 <= arguments.seconds <= 600:
        parser.error("--seconds is from 0.5 to 600")
    arguments.name = arguments.name or arguments.url
    return arguments


def main():
    arguments = read_arguments()
    place = pathlib.Path(tempfile.mkdtemp(prefix="tenet-compare-"))
    try:
        figures = [measure_all(Subject(name, url, arguments.seconds, place))
                   for name, url in zip(arguments.name, arguments.url)]
    except Failure as problem:
        print(f"compare: {problem}", file=sys.stderr)
        return 2
    finally:
        shutil.rmtree(place, ignore_errors=True)
    section = {
        "date": datetime.date.today().isoformat(), "names": arguments.name,
        "seconds": arguments.seconds,
        "rows": [{"key": key, "what": what, "unit": unit,
                  "figures": list(pair)}
                 for (key, what, unit), pair in zip(ROWS, zip(*figures))]}
    print()
    print("\n".join(list(report.compared_lines(section))[4:]))
    if arguments.store:
        report.store("compared", section)
    return 0 if all(f is not None for pair in figures for f in pair) else 1


if __name__ == "__main__":
    sys.exit(main())
