#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""All that clients do, for a long time: nothing may grow.

    SOAK_MINUTES=30 tests/bench/soak.py [REPORT]

A private PostgreSQL (with fsync) and a server; what soak_load.py has for users
changes, reads, waits and tears down, while the number of objects stays the
same, and events and idempotency keys are forgotten early.  So memory, files
and tables must level out: their last third of the time is compared with the
second, the first is for growing.  In the end the invariants must hold, and
there must have been no 5xx, no deadlock, no answer other than expected.

REPORT (build/soak.json) gets all samples.  SOAK_POSTGRES="a=1 b=2" are further
settings of PostgreSQL.  Test Anything Protocol, and a closing line.
"""
import collections
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import time

import private
import soak_load

MIB = 1 << 20
RETENTION_S = 30       # Of events and keys.
LEAST_MINUTES = 5      # Vacuum, forgetting and audits take turns of a minute.
SAMPLES = 120
ROWS_SHOWN = 15
STANDING = 5000        # Ports of a project that nobody touches.
BULK = 500
TABLES = ("networks", "subnets", "subnet_usage", "subnet_pools", "quotas",
          "ports", "ip_allocations", "released_addresses", "events",
          "idempotency_keys", "cluster_networks", "cluster_ports",
          "reserved_ranges")
SIZES = """
SELECT relname, pg_table_size(relid), pg_indexes_size(relid), n_live_tup,
       n_dead_tup, n_tup_upd, n_tup_hot_upd, autovacuum_count
  FROM pg_stat_user_tables"""
COLUMNS = ("table", "indexes", "live", "dead", "updates", "hot", "vacuums")


# --- what is there before the load

def must(connection, path, body):
    status, content = connection.send("POST", path, body)
    if status != 201:
        raise SystemExit(f"POST {path}: {status} {content}")
    return content


def make_network(connection, name, cidr, cooldown):
    network = must(connection, "networks", {"network": {"name": name}})
    network_id = network["network"]["id"]
    must(connection, "subnets", {"subnet": {
        "network_id": network_id, "ip_version": 4, "cidr": cidr,
        "ip_cooldown": cooldown}})
    return network_id


def furnish(site):
    """Busy networks, which stay, by project; and ports that only stand.

    A busy subnet is small, so that freed addresses are soon given again.
    """
    networks = {}
    for number in range(soak_load.PROJECTS):
        name = soak_load.project(number)
        connection = private.Connection(site.socket,
                                        [f"X-Project-Id: {name}"])
        networks[name] = [
            make_network(connection, "busy", "10.0.0.0/21", cooldown)
            for cooldown in (0, 5)]
        quiet = make_network(connection, "quiet", "10.0.0.0/16", 0)
        for _ in range(STANDING // BULK):
            must(connection, "ports",
                 {"ports": [{"network_id": quiet, "name": "standing"}] * BULK})
        connection.close()
    return networks


# --- what is looked at

def memory_of(pid):
    """Bytes that a process has for itself."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"^RssAnon:\s+(\d+)", status, re.MULTILINE)[1]) << 10


def memory_of_connections(site):
    """Of PostgreSQL's processes, for the server's connections."""
    pids = site.ask("SELECT pid FROM pg_stat_activity"
                    " WHERE backend_type = 'client backend'"
                    "   AND pid <> pg_backend_pid()")
    total = 0
    for (pid,) in pids:
        try:
            total += memory_of(pid)
        except FileNotFoundError:
            pass  # It was closed meanwhile.
    return total


def sizes_of(site):
    return {row[0]: dict(zip(COLUMNS, map(int, row[1:])))
            for row in site.ask(SIZES) if row[0] in TABLES}


def sample(site, load, began):
    changes, reads = load.done()
    return {"s": time.monotonic() - began,
            "changes": changes, "reads": reads,
            "memory": memory_of(site.server.pid),
            "files": len(os.listdir(f"/proc/{site.server.pid}/fd")),
            "connections": memory_of_connections(site),
            "tables": sizes_of(site)}


SHOWN = ("ports", "released_addresses", "subnet_usage", "events",
         "idempotency_keys")


def show_head():
    print(f"# {'min':>5} {'change/s':>9} {'read/s':>7} {'memory':>7} "
          f"{'PG':>7} {'files':>5} " +
          " ".join(f"{name[:16]:>16}" for name in SHOWN) + "  (MiB)",
          flush=True)


def show(before, now):
    passed = now["s"] - before["s"]
    sizes = " ".join(
        f"{(t['table'] + t['indexes']) / MIB:16.2f}"
        for t in (now["tables"][name] for name in SHOWN))
    print(f"# {now['s'] / 60:5.1f} "
          f"{(now['changes'] - before['changes']) / passed:9.0f} "
          f"{(now['reads'] - before['reads']) / passed:7.0f} "
          f"{now['memory'] / MIB:7.2f} {now['connections'] / MIB:7.2f} "
          f"{now['files']:5d} {sizes}", flush=True)


def watch(site, load, duration_s):
    """Samples until the time is over."""
    began = time.monotonic()
    samples = [sample(site, load, began)]
    shown = samples[0]
    show_head()
    for i in range(1, SAMPLES + 1):
        time.sleep(max(0, began + i * duration_s / SAMPLES -
                       time.monotonic()))
        if site.server.poll() is not None:
            raise SystemExit("the server is gone")
        samples.append(sample(site, load, began))
        if i % (SAMPLES // ROWS_SHOWN) == 0:
            show(shown, samples[-1])
            shown = samples[-1]
    return samples


# --- what must hold

class Verdict:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, problems):
        number = self.passed + self.failed + 1
        if problems:
            self.failed += 1
            print(f"not ok {number} {name}: {'; '.join(problems)}")
        else:
            self.passed += 1
            print(f"ok {number} {name}")

    def level(self, name, samples, get, share, slack, of=max):
        """The last third is no more than 'share' or 'slack' above the second,
        by what 'of' finds in each."""
        third = len(samples) // 3
        before = of([get(s) for s in samples[third:2 * third]])
        after = of([get(s) for s in samples[2 * third:]])
        most = before + max(before * share, slack)
        text = f"{before / MIB:.2f} -> {after / MIB:.2f} MiB"
        print(f"# {name}: {text}")
        self.check(f"{name} levels out", [text] if after > most else [])

    def end(self):
        print(f"1..{self.passed + self.failed}")
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def judge_growth(verdict, samples):
    verdict.level("memory of the server", samples, lambda s: s["memory"],
                  0.05, 2 * MIB, statistics.median)
    verdict.level("memory of PostgreSQL's connections", samples,
                  lambda s: s["connections"], 0.10, 8 * MIB,
                  statistics.median)
    for name in TABLES:
        verdict.level(
            f"table {name}", samples,
            lambda s, name=name: s["tables"][name]["table"] +
            s["tables"][name]["indexes"], 0.15, MIB)
    third = len(samples) // 3
    before, after = (max(s["files"] for s in part) for part in
                     (samples[third:2 * third], samples[2 * third:]))
    verdict.check("no files are left open",
                  [f"{before} -> {after}"] if after > before else [])


def judge_log(verdict, site):
    text = site.log_path.read_text(errors="replace")
    errors = collections.Counter(
        re.findall(r"(?:ERROR|FATAL|PANIC):  (.*)", text))
    for message, times in errors.most_common(10):
        print(f"# PostgreSQL, {times} times: {message}")
    deadlocks = site.ask("SELECT sum(deadlocks) FROM pg_stat_database")[0][0]
    verdict.check("no deadlock", [] if deadlocks == "0" else [deadlocks])
    # Who asks whether it has started may be told that it is about to.
    verdict.check("PostgreSQL did not fail", re.findall(
        r"(?:FATAL|PANIC):  (?!the database system is starting up).*",
        text)[:5])
    return errors


def judge_answers(verdict, counts, problems):
    for name, times in sorted(counts.items()):
        print(f"# {name}: {times}")
    verdict.check("no 5xx", [f"{counts['5xx']} times"] if counts["5xx"]
                  else [])
    verdict.check("every answer is as expected",
                  [f"{counts['problems']} are not", *problems[:5]]
                  if problems else [])


def judge_data(verdict, site):
    done = subprocess.run(
        [private.tenetd(), "check", "--database-url", site.url], check=False,
        text=True, stdout=subprocess.PIPE, env=private.environment())
    verdict.check("the invariants hold",
                  [line for line in done.stdout.splitlines()
                   if not line.endswith(": ok")] or
                  ([] if done.returncode == 0 else ["check failed"]))


def judge_end(verdict, site):
    """Also of the server's memory checkers, when it has any."""
    private.stop(site.server, signal.SIGTERM)
    verdict.check("the server ends by itself, without a complaint",
                  [] if site.server.returncode == 0
                  else [f"status {site.server.returncode}"])


def bloat_of(site):
    """Dead and free share of the tables, where pgstattuple is there."""
    if not site.ask("SELECT 1 FROM pg_available_extensions"
                    " WHERE name = 'pgstattuple'"):
        return {}
    site.ask("CREATE EXTENSION IF NOT EXISTS pgstattuple")
    return {name: dict(zip(("dead_percent", "free_percent"), map(float, row)))
            for name in TABLES
            for row in site.ask("SELECT dead_tuple_percent, free_percent"
                                f" FROM pgstattuple('{name}')")}


def show_tables(samples, bloat):
    last = samples[-1]["tables"]
    for name in TABLES:
        t = last[name]
        bloated = ", ".join(f"{key} {value:.0f}" for key, value in
                            bloat.get(name, {}).items())
        hot = 100 * t["hot"] / max(t["updates"], 1)
        print(f"# {name:18} table {t['table'] / MIB:8.2f} MiB, indexes "
              f"{t['indexes'] / MIB:7.2f} MiB, {t['live']:7} live, "
              f"{t['dead']:6} dead, {t['updates']:7} updates, "
              f"{hot:3.0f} % of them HOT, {t['vacuums']:3} vacuums, "
              f"{bloated}")


def settings():
    minutes = float(os.environ.get("SOAK_MINUTES", "30"))
    if minutes < LEAST_MINUTES:
        raise SystemExit(f"SOAK_MINUTES={minutes:g} is too short to judge: at "
                         f"least {LEAST_MINUTES}")
    report = sys.argv[1] if len(sys.argv) > 1 else \
        private.ROOT / "build/soak.json"
    return minutes, pathlib.Path(report), \
        os.environ.get("SOAK_POSTGRES", "").split()


def soak(site, minutes):
    """Samples, counts of answers, problems."""
    site.start_server(
        "--quota-port", "-1", "--quota-network", "-1", "--quota-subnet", "-1",
        "--event-retention-s", str(RETENTION_S), "--idempotency-ttl-s",
        str(RETENTION_S), "--audit-interval-s", "30", "--log-level", "error",
        "--list-cache-mib", "4",  # Full before the memory is judged.
        errors=sys.stderr)
    load = soak_load.Load(site.socket, furnish(site))
    samples = []
    try:
        samples = watch(site, load, minutes * 60)
    finally:
        counts, problems = load.end()
    return samples, counts, problems


def main():
    minutes, report, more = settings()
    verdict = Verdict()
    with private.Site(more) as site:
        samples, counts, problems = soak(site, minutes)
        bloat = bloat_of(site)
        show_tables(samples, bloat)
        judge_growth(verdict, samples)
        judge_answers(verdict, counts, problems)
        errors = judge_log(verdict, site)
        judge_data(verdict, site)
        judge_end(verdict, site)
        report.write_text(json.dumps(
            {"samples": samples, "answers": counts, "problems": problems,
             "bloat": bloat, "postgres": errors}, indent=1))
        print(f"# all samples are in {report}")
    return verdict.end()


if __name__ == "__main__":
    sys.exit(main())
