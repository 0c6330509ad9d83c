# SPDX-License-Identifier: Apache-2.0
"""How each row of plan.BENCH is measured.  "measure_x" measures what the
plan says is measured by x."""
import random
import subprocess
import time
import uuid

from place import (PROGRAMS, Failure, cpu_of, die_with_parent, line,
                   memory_of)
from world import World

NETWORKS = 64
PROJECTS = 50
STOCK = 100000   # Ports that are there when one is read.
HELD = 10000     # Idle connections.
IDLE_S = 3     # How long they idle before the memory is read.
LEAD_S = 0.5     # Writers begin before the reader that they disturb.
MEMBER = "X-Roles: member"


class Bench:
    """One cluster, one server, and what is measured of them."""

    def __init__(self, site, seconds, record):
        self.site = site
        self.seconds = seconds
        self.record = record  # Of (key, figure, run, operations of it).
        self.dice = random.Random(4711)
        site.make_database("tenet")
        site.make_yardsticks()
        self.server = site.serve("tenet")
        self.world = World(self.server, NETWORKS, PROJECTS)
        self.one = World(self.server, 1, 1)
        self.stock = None
        self.limit = 1001  # Of the last list.
        self.ids = None  # Where the ids of ports to delete are.
        self.create_script = site.write_script("create",
                                               self.world.creates())

    def measure(self, name):
        group, _, connections = name.partition(".")
        if group == "create":
            self.measure_create(int(connections))
        else:
            getattr(self, "measure_" + name.replace(".", "_"))()

    # --- yardsticks

    def measure_fsync(self):
        self.record("fsync", self.site.sync_us(), None)

    def measure_P(self):
        """Often, and therefore for a shorter time."""
        run = self.site.pgbench("P", 32, self.seconds / 2)
        self.record("P", run["rate"], run)

    def measure_P_latency(self):
        run = self.site.pgbench("P", 1, self.seconds / 2)
        self.record("P.latency", run["latency_us"], run)

    def measure_S(self):
        run = self.site.pgbench("S", 32, self.seconds)
        self.record("S", run["rate"], run)

    def measure_M(self):
        process = subprocess.Popen([PROGRAMS / "bench-bare"],
                                   stdout=subprocess.PIPE,
                                   preexec_fn=die_with_parent)
        try:
            target = process.stdout.readline().decode().strip()
            script = self.site.write_script("bare", [line("GET", "/")])
            run = self.site.end_load(self.site.begin_load(
                script, target.removeprefix("ready http://"), 32,
                seconds=self.seconds))
            run.update(server_us=cpu_of(process.pid), postgres_us=0.0,
                       load_us=1e6 * (run["cpu_user_s"] +
                                      run["cpu_system_s"]),
                       count=run["answered"])
            self.record("M", run["rate"], run)
        finally:
            process.terminate()
            process.wait()
            process.stdout.close()

    # --- writing

    def load(self, script, connections, **options):
        options.setdefault("seconds", self.seconds)
        return self.site.load([self.server], script, connections, **options)

    def measure_create(self, connections):
        ids = self.site.dir / "ids" if connections == 64 else None
        run = self.load(self.create_script, connections, ids=ids)
        if connections == 1:
            self.record("create.1", run["latency_us"]["p50"], run)
            return
        self.ids = ids or self.ids
        self.record(f"create.{connections}", run["rate"], run)

    def measure_subnet(self):
        script = self.site.write_script("subnet", self.one.creates())
        run = self.load(script, 64)
        self.record("subnet", run["rate"], run)

    def measure_key(self):
        key = f"Idempotency-Key: {uuid.uuid4()}-{{n}}"
        script = self.site.write_script("key", self.world.creates(key))
        run = self.load(script, 64)
        self.record("key", run["rate"], run)

    def measure_delete(self):
        """Each project deletes what create.64 has made of it."""
        if self.ids is None:
            self.ids = self.site.dir / "ids"
            self.load(self.create_script, 64, ids=self.ids)
        owners = dict(row.split("|") for row in self.site.sql(
            "tenet", "SELECT id, project_id FROM ports").split())
        lines = [line("DELETE", f"/v2.0/ports/{id_}", 204, owners[id_],
                      MEMBER)
                 for id_ in self.ids.read_text().split()]
        self.ids = None
        script = self.site.write_script("delete", lines)
        run = self.load(script, 64, requests=len(lines))
        self.record("delete", run["rate"], run)

    def measure_bulk(self):
        script = self.site.write_script("bulk", self.world.bulk_creates())
        run = self.load(script, 1)
        self.record("bulk", run["rate"] * 1000, run, 1000)

    def measure_chain(self):
        script = self.site.write_script("chain", self.world.chains())
        run = self.load(script, 8)
        self.record("chain", run["rate"] / 3, run, 1 / 3)

    def measure_two(self):
        """Two servers share a port; nothing may be given twice."""
        first = self.site.serve("tenet", "--reuse-port", "on")
        port = int(first.target.rpartition(":")[2])
        second = self.site.serve("tenet", "--reuse-port", "on", port=port)
        try:
            run = self.site.load([first, second], self.create_script, 64,
                                 seconds=self.seconds)
            if min(cpu_of(first.pid), cpu_of(second.pid)) < 1e5:
                raise Failure("one of the two servers got nothing to do")
        finally:
            self.site.stop(second)
            self.site.stop(first)
        self.site.check("tenet")
        self.check_quotas()
        self.record("two", run["rate"], run)

    def check_quotas(self):
        wrong = self.site.sql("tenet", """
            SELECT project_id, used, n FROM quotas FULL JOIN
                (SELECT project_id, count(*) n FROM ports GROUP BY 1) ports
            USING (project_id)
            WHERE resource = 'port' AND used IS DISTINCT FROM coalesce(n, 0)
            LIMIT 3""")
        if wrong:
            raise Failure(f"quotas do not match the ports: {wrong}")

    # --- reading

    def stock_script(self):
        """GETs of ports out of STOCK, in no order."""
        if self.stock is None:
            self.stock = self.world.add_ports(STOCK)
            self.site.sql("tenet", "VACUUM ANALYZE")
        some = self.dice.sample(self.stock, 20000)
        return self.site.write_script(
            "get", [line("GET", f"/v2.0/ports/{id_}") for id_ in some])

    def measure_get(self):
        run = self.load(self.stock_script(), 32)
        self.record("get", run["rate"], run)

    def measure_list(self):
        """A list by a limit that none had is new to the server."""
        self.stock_script()  # Each project has more than 1000 ports.
        self.limit -= 1
        path = f"/v2.0/ports?limit={self.limit}"
        script = self.site.write_script("list", [
            line("GET", path, 200, project, MEMBER)
            for project in self.world.projects])
        for key, options in (("list.first", {"requests": PROJECTS}),
                             ("list", {})):
            run = self.load(script, 2, **options)
            cpu = run["server_us"] + run["postgres_us"]
            self.record(key, cpu / run["count"] / self.limit, run, self.limit)

    def measure_reader(self):
        script = self.stock_script()
        alone = self.load(script, 1, seconds=self.seconds / 2)
        self.record("reader.alone", alone["latency_us"]["p50"], alone)
        writers = self.site.begin_load(
            self.create_script, self.server.target, 64,
            seconds=self.seconds + 2 * LEAD_S)
        try:
            time.sleep(LEAD_S)
            run = self.load(script, 1)
        finally:
            self.site.end_load(writers)
        # The CPU is that of the writers as well.
        self.record("reader", run["latency_us"]["p99"], run, None)

    # --- memory

    def measure_memory(self):
        server = self.site.serve("tenet")
        try:
            time.sleep(1)
            idle = memory_of(server.pid)
            self.record("memory.idle", idle / 2**20, None)
            self.record("memory.held", self.hold(server) / 2**10, None)
        finally:
            self.site.stop(server)
        server = self.site.serve("tenet")
        try:
            run = self.site.load([server], self.create_script, 128,
                                 seconds=self.seconds)
            self.record("memory.busy", memory_of(server.pid, "VmHWM") / 2**20,
                        run)
        finally:
            self.site.stop(server)

    def hold(self, server):
        """Bytes per connection of HELD that have idled since an answer."""
        script = self.site.write_script(
            "hold", [line("GET", "/v2.0/networks?limit=1")])
        before = memory_of(server.pid)
        process = subprocess.Popen(
            [PROGRAMS / "bench-load", "--script", script, "--target",
             server.target, "--connections", str(HELD), "--hold"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            preexec_fn=die_with_parent)
        try:
            if b'"failures": 0,' not in process.stdout.readline():
                raise Failure(f"{HELD} connections could not be held")
            time.sleep(IDLE_S)
            return (memory_of(server.pid) - before) / HELD
        finally:
            process.stdin.close()
            process.wait()
            process.stdout.close()
