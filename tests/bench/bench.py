#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the server against yardsticks of the same machine:

    bench.py [--scale] [--rows "create delete"] [--rounds N] [--seconds S]
             [--store] [--list]

plan.py has the rows and their goals, runs.py and scale.py how each is
measured, report.py what is shown.  It makes a PostgreSQL of its own and ends
it.  --store keeps the figures in docs/performance.json.  Ends with 1 when a
run failed; a goal that is missed is said, not a failure.
"""
import argparse
import collections
import datetime
import signal
import sys

import plan
import report
from place import PROGRAMS, SETTINGS, Failure, Site, machine


class Records:
    """The figures of each round as they came, the CPU of each run, and what
    failed."""

    def __init__(self):
        self.rounds = []
        self.costs = collections.defaultdict(list)
        self.failures = {}
        self.current = None

    def begin_round(self):
        self.current = []
        self.rounds.append(self.current)

    def add(self, key, figure, run, operations=1):
        """A figure of a run that did so many operations per request; None:
        its CPU says nothing of this figure."""
        self.current.append((key, figure))
        print(f"    {key}: {report.number(figure)}", flush=True)
        if run is not None and operations is not None and run["count"] > 0:
            n = run["count"] * operations
            self.costs[key].append({
                "server": run["server_us"] / n,
                "postgres": run["postgres_us"] / n,
                "load": run["load_us"] / n})

    def fail(self, keys, problem):
        for key in keys:
            self.failures[key] = str(problem)
        print(f"    {keys[0]}: FAILED: {problem}", flush=True)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse
                                     .RawDescriptionHelpFormatter)
    parser.add_argument("--scale", action="store_true")
    parser.add_argument("--rows", default="")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=None)
    parser.add_argument("--size", type=int, default=plan.SIZE,
                        help="ports of the large databases of --scale")
    parser.add_argument("--tenetd", default=str(PROGRAMS / "tenetd"))
    parser.add_argument("--place", default=None,
                        help="where the database lies; not in memory")
    parser.add_argument("--store", action="store_true")
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds is at least 1")
    if arguments.seconds is not None and not 0.5 <= arguments.seconds <= 600:
        parser.error("--seconds is from 0.5 to 600")
    if arguments.size < plan.SIZE_LEAST:
        parser.error(f"--size is at least {plan.SIZE_LEAST}")
    if arguments.store and (arguments.rows or arguments.size != plan.SIZE):
        parser.error("--store is for a run of all rows, of full size")
    return arguments


def measure(bench, rows, order, rounds, records):
    """Runs what measures 'rows', in this order, round after round."""
    wanted = {row.measured_by for row in rows}
    once = {row.measured_by for row in rows if row.once}
    for number in range(1, rounds + 1):
        records.begin_round()
        print(f"round {number} of {rounds}", flush=True)
        for name in order:
            if name not in wanted or (name in once and number > 1):
                continue
            try:
                bench.measure(name)
            except Failure as problem:
                records.fail([row.key for row in rows
                              if row.measured_by == name], problem)


def make_bench(arguments, site, records):
    if arguments.scale:
        from scale import Scale
        return Scale(site, arguments.seconds or 5.0, records.add,
                     arguments.size)
    from runs import Bench
    return Bench(site, arguments.seconds or 3.0, records.add)


def run(arguments):
    rows = plan.SCALE if arguments.scale else plan.BENCH
    order = plan.SCALE_ORDER if arguments.scale else plan.BENCH_ORDER
    chosen = plan.choose(rows, arguments.rows.split())
    records = Records()
    site = Site(arguments.tenetd, arguments.place)
    try:
        site.start()
        bench = make_bench(arguments, site, records)
        measure(bench, [row for row in rows if row.key in chosen], order,
                arguments.rounds, records)
    finally:
        site.end()
    section = {
        "date": datetime.date.today().isoformat(), "machine": machine(),
        "settings": SETTINGS, "rounds": arguments.rounds,
        "seconds": bench.seconds,
        "rows": report.summarize(rows, records.rounds, records.costs,
                                 records.failures)}
    print()
    if arguments.scale and arguments.size != plan.SIZE:
        print(f"with {arguments.size:,} ports instead of {plan.SIZE:,}:")
    report.terminal(section["rows"])
    print(report.tally(section["rows"]))
    if arguments.store and not records.failures:
        report.store("scale" if arguments.scale else "bench", section)
    return 1 if records.failures else 0


def main():
    arguments = read_arguments()
    if arguments.list:
        for row in plan.SCALE if arguments.scale else plan.BENCH:
            print(f"{row.key:<18} {row.what}")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return run(arguments)
    except KeyboardInterrupt:
        return 130
    except (Failure, ValueError) as problem:
        print(f"bench: {problem}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
