# SPDX-License-Identifier: Apache-2.0
"""What is measured, and how good it has to be.

A row is one figure.  Its goals compare it with yardsticks of the same round,
which are rows themselves; a goal of nothing is one for the figure as it is.
"more": the larger the better, and "least" is the least that will do;
"less": the smaller the better, and "least" is the most that will do.
"""
import dataclasses

SIZE = 1000000      # Ports of a large database,
SMALL = 10000       # and of the one that it is compared with.
SIZE_LEAST = 2 * SMALL


@dataclasses.dataclass(frozen=True)
class Goal:
    of: str | None             # Key of the row to compare with.
    least: float | None        # What will do.
    reach: float | None = None  # What we want.


@dataclasses.dataclass(frozen=True)
class Row:
    key: str
    what: str
    unit: str
    better: str = "more"
    goals: tuple = ()
    run: str = ""       # What measures it beside others; its key alone.
    once: bool = False  # Measured in the first round only.

    @property
    def group(self):
        return self.key.partition(".")[0]

    @property
    def measured_by(self):
        return self.run or self.key


YARDSTICKS = [
    Row("fsync", "8 KiB written and synced to the disk, median", "us",
        "less"),
    Row("P", "P: pgbench creates a port and its address, 32 clients", "/s"),
    Row("P.latency", "P with 1 client, median latency", "us", "less"),
    Row("S", "S: pgbench reads a port of 100,000, 32 clients", "/s"),
    Row("M", "M: the HTTP library alone, 600 bytes, 32 connections", "/s"),
]

BENCH = YARDSTICKS + [
    Row("create.32", "port create, 32 connections", "/s",
        goals=(Goal("P", 1.0, 1.5),)),
    Row("create.64", "port create, 64 connections", "/s",
        goals=(Goal("P", 1.3, 2.0),)),
    Row("create.128", "port create, 128 connections", "/s",
        goals=(Goal("P", 1.5, 2.5),)),
    Row("subnet", "port create, 64 connections, all in one subnet", "/s",
        goals=(Goal("create.64", 0.8, 1.0),)),
    Row("create.1", "port create, 1 connection, median latency", "us", "less",
        goals=(Goal("P.latency", 2.5, 1.5),)),
    Row("key", "port create with Idempotency-Key, 64 connections", "/s",
        goals=(Goal("create.64", None),)),
    Row("delete", "port delete, 64 connections", "/s",
        goals=(Goal("P", 1.3, 2.0),)),
    Row("bulk", "POST of 1000 ports, 1 connection", "ports/s",
        goals=(Goal("P", 3.0, 5.0),)),
    Row("get", "GET of a port of 100,000, 32 connections", "/s",
        goals=(Goal("S", 0.5, 0.7), Goal("P", 3.5), Goal("M", None))),
    Row("list.first", "list of 1000 ports for the first time, CPU per port",
        "us", "less", run="list"),
    Row("list", "the same list again and again, CPU per port",
        "us", "less", goals=(Goal(None, 6.0, 4.0),)),
    Row("chain", "network, subnet and port in turn, 8 connections", "ports/s",
        goals=(Goal("P", 0.5),)),
    Row("reader.alone", "GET of a port, 1 connection, median latency", "us",
        "less", run="reader"),
    Row("reader", "the same while 64 connections create, 99th percentile",
        "us", "less", goals=(Goal("reader.alone", 10.0, 4.0),)),
    Row("two", "port create, 64 connections, two servers on one database",
        "/s", goals=(Goal("create.64", 0.8, 1.0),)),
    Row("memory.idle", "memory of the server, idle", "MiB", "less",
        goals=(Goal(None, 32.0, 16.0),), run="memory", once=True),
    Row("memory.busy", "memory at most, 128 connections create", "MiB",
        "less", goals=(Goal(None, 128.0, 64.0),), run="memory", once=True),
    Row("memory.held", "memory per connection, 10,000 of them idle for 3 s",
        "KiB", "less", goals=(Goal(None, 20.0, 10.0),), run="memory", once=True),
]

# The order within a round: what is compared stands side by side.
BENCH_ORDER = """
    fsync P create.32 P create.64 subnet create.64 key two create.64 P
    delete P create.128 P bulk P chain P P.latency create.1 P.latency reader
    S get S list M fsync memory""".split()

SCALE = [
    Row("fill.first", "a /16 fills up, 64 connections: the first 1 %", "/s",
        run="fill"),
    Row("fill.last", "the last 1 %, to the last address", "/s",
        goals=(Goal("fill.first", 0.7, 1.0),), run="fill"),
    Row("wide.empty", "port create in an empty /8, 64 connections", "/s",
        run="wide"),
    Row("wide.full", "the same in a /8 of 1,000,000 ports", "/s",
        goals=(Goal("wide.empty", 0.6, 0.9),), run="wide"),
] + [row for key, what in (
    ("get", "GET of a port"),
    ("page", "page of 100 ports of a network"),
    ("usage", "page of 100 networks with their usage"),
    ("create", "port create")) for row in (
        Row(f"large_{key}.small", f"{what}, median: 10,000 ports", "us",
            "less", run=f"large_{key}"),
        Row(f"large_{key}", "the same of 1,000,000, 10,000 networks, "
            "1,000 projects", "us", "less",
            goals=(Goal(f"large_{key}.small", 1.5, 1.1),)))]

SCALE_ORDER = ["fill", "wide", "large_get", "large_page",
               "large_usage", "large_create"]


def choose(rows, words):
    """The keys that are named, by key or group, and what they are compared
    with; all when nothing is named."""
    if not words:
        return {row.key for row in rows}
    by_key = {row.key: row for row in rows}
    chosen = {row.key for row in rows if row.key == "fsync"}
    for word in words:
        found = [r.key for r in rows if word in (r.key, r.group)]
        if not found:
            raise ValueError(f"row \"{word}\" is not one of: " +
                             ", ".join(sorted({r.group for r in rows})))
        chosen.update(found)
    waiting = list(chosen)
    while waiting:
        for goal in by_key[waiting.pop()].goals:
            if goal.of is not None and goal.of not in chosen:
                chosen.add(goal.of)
                waiting.append(goal.of)
    return chosen
