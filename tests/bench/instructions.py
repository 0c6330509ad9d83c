#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the instructions that the server spends on a request.

    tests/bench/instructions.py            fails when one costs 10 % more than
                                           instructions.json says
    tests/bench/instructions.py --accept   writes instructions.json anew

Times depend on the machine and who else works on it; instructions do not.  The
server runs under callgrind, asked by one client over one connection, so that
each request is a batch of its own.  Its counters are set to zero before a
series of requests and read behind it; of several series the median counts, so
that a chore of the background in one of them does not.

The figures depend on compiler and libraries: each set of them is kept under
the name of what made it.  Where no set has that name nothing is compared.
"""
import json
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys

import private

FIGURES = pathlib.Path(__file__).with_suffix(".json")
MARGIN = 0.10      # More than this above the figure fails.
SERIES = 5         # Each is counted; the median is the result.
LIST = 100         # Ports in a bulk request and in a page.
COMPILERS = {      # What compilers leave in a program.
    "gcc": rb"GCC: \([^)]*\) (\d+)\.",
    "clang": rb"clang version (\d+)\.",
}

# Callgrind counts "rep stosb" once a byte: to clear memory would cost as much
# as all else.  So the C library clears in wide stores, the same ones anywhere.
TUNABLES = "glibc.cpu.hwcaps=-ERMS,-FSRM,-AVX2"


def maker():
    """Compiler, libraries and machine that the figures hold for."""
    program = pathlib.Path(private.tenetd()).read_bytes()
    found = {name: re.search(mark, program)
             for name, mark in COMPILERS.items()}
    # A program of clang bears the name of gcc as well: of the start files.
    name = "clang" if found["clang"] else "gcc"
    major = found[name][1].decode() if found[name] else "unknown"
    libc = " ".join(platform.libc_ver())
    return f"{name} {major}, {libc}, {platform.machine()}"


class Counter:
    """The server under callgrind."""

    def __init__(self, site, *options):
        self.site = site
        self.dumps = site.dir / "callgrind.out"
        self.prefix = f"--vgdb-prefix={site.dir}/vgdb"
        self.n_dumps = 0
        site.start_server(
            "--audit-interval-s", "0", "--quota-port", "-1", *options,
            before=["valgrind", "--tool=callgrind", "--quiet", self.prefix,
                    f"--callgrind-out-file={self.dumps}"],
            variables={"GLIBC_TUNABLES": TUNABLES},
            errors=open(site.dir / "server.log", "wb"))

    def tell(self, command):
        subprocess.run(["vgdb", self.prefix, f"--pid={self.site.server.pid}",
                        command], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def count(self, requests):
        """Instructions that 'requests', a function, costs the server."""
        self.tell("zero")
        requests()
        self.tell("dump")
        self.n_dumps += 1
        dump = pathlib.Path(f"{self.dumps}.{self.n_dumps}").read_text()
        return int(re.search(r"^totals: (\d+)", dump, re.MULTILINE)[1])


class Work:
    """The requests that are counted; each method is one."""

    def __init__(self, site, headers=()):
        self.connection = private.Connection(site.socket, headers)
        self.network = self.make("network", {"name": "bench"})
        self.make("subnet", {"network_id": self.network["id"],
                             "ip_version": 4, "cidr": "10.0.0.0/16"})
        self.port = self.create()

    def ask(self, want, method, path, body=None):
        status, content = self.connection.send(method, path, body)
        if status != want:
            raise SystemExit(f"{method} {path}: {status} {content}")
        return content

    def make(self, noun, body):
        return self.ask(201, "POST", f"{noun}s", {noun: body})[noun]

    def body(self):
        return {"network_id": self.network["id"], "name": "vm"}

    def create(self):
        return self.make("port", self.body())

    def create_many(self):
        self.ask(201, "POST", "ports", {"ports": [self.body()] * LIST})

    def show(self):
        self.ask(200, "GET", f"ports/{self.port['id']}")

    def list(self):
        page = self.ask(200, "GET", f"ports?limit={LIST}")
        assert len(page["ports"]) == LIST


def operations(work):
    """Name, request, requests of a series, ports of a request."""
    return [("one port: POST", work.create, 60, 1),
            ("one port: GET", work.show, 60, 1),
            (f"POST of {LIST} ports, each", work.create_many, 3, LIST),
            (f"page of {LIST} ports, each", work.list, 3, LIST)]


def measure():
    figures = {}
    with private.Site(["fsync=off"]) as site:
        counter = Counter(site)
        for name, request, times, ports in operations(Work(site)):
            def series():
                for _ in range(times):
                    request()
            series()  # Statements are prepared, memory is taken.
            counts = [counter.count(series) for _ in range(SERIES)]
            figures[name] = round(statistics.median(counts) / times / ports)
    return figures


def show(figures):
    for name, count in figures.items():
        print(f"{name}: {count:,} instructions")


def compare(known, figures):
    """Prints a line for each; true when none grew too much."""
    good = True
    for name, after in figures.items():
        before = known.get(name)
        if before is None:
            print(f"FAILED: {name}: {after:,} instructions, and {FIGURES.name}"
                  " has no figure for it")
            good = False
            continue
        fails = after > before * (1 + MARGIN)
        good = good and not fails
        print(f"{'FAILED: ' if fails else ''}{name}: {before:,} -> {after:,} "
              f"instructions ({after / before - 1:+.1%})")
    if not good:
        print(f"at most {MARGIN:+.0%} is allowed; when more is meant: "
              "make instructions ACCEPT=1")
    return good


def main():
    if sys.argv[1:] not in ([], ["--accept"]):
        raise SystemExit(f"usage: {sys.argv[0]} [--accept]")
    if shutil.which("valgrind") is None:
        raise SystemExit("no valgrind; .ci/deps check installs it")
    who = maker()
    known = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    figures = measure()
    if sys.argv[1:]:
        known[who] = figures
        FIGURES.write_text(json.dumps(known, indent=4) + "\n")
        show(figures)
        print(f"accepted for {who}")
    elif who not in known:
        show(figures)
        print(f"note: this is {who}; there are figures of "
              f"{'; '.join(known) or 'nobody'}, which say nothing about it: "
              "not compared.  make instructions ACCEPT=1 adds these")
    elif not compare(known[who], figures):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
