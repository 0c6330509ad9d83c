# SPDX-License-Identifier: Apache-2.0
"""How each row of plan.SCALE is measured.  The large databases are made when
the first row asks for them, through the API."""
import random

from place import Failure, line
from plan import SMALL
from world import World, port

PER_NETWORK = 100
PER_PROJECT = 1000
CONNECTIONS = 64
PATIENCE_S = 300    # For a subnet to fill up.
CREATES = 1000      # At most, so that the small database stays small.


class Database:
    """A database with a server of its own, and 'size' ports in it."""

    def __init__(self, site, name, size):
        print(f"    making {size:,} ports", flush=True)
        site.make_database(name)
        self.server = site.serve(name)
        self.world = World(self.server, size // PER_NETWORK,
                           size // PER_PROJECT)
        self.ports = self.world.add_ports(size)
        site.sql(name, "VACUUM ANALYZE")


class Scale:
    def __init__(self, site, seconds, record, size):
        self.site = site
        self.seconds = seconds
        self.record = record
        self.size = size
        self.dice = random.Random(4711)
        self.plain = None
        self.wide = None   # (server, world of the full subnet)
        self.pair = None   # Databases: small, large.

    def measure(self, name):
        if name.startswith("large_"):
            self.compare(name)
        else:
            getattr(self, f"measure_{name}")()

    def load(self, server, lines, connections, **options):
        script = self.site.write_script("scale", lines)
        options.setdefault("seconds", self.seconds)
        return self.site.load([server], script, connections, **options)

    # --- a subnet fills up

    def measure_fill(self):
        """Each round fills a subnet of its own."""
        if self.plain is None:
            self.site.make_database("fill")
            self.plain = self.site.serve("fill")
        world = World(self.plain, 1, 1, "10.0.0.0/16")
        network, project = world.networks[0]
        free = self.plain.ask("GET", "/v2.0/network-ip-availabilities/" +
                              network)["network_ip_availability"]
        n = free["total_ips"] - free["used_ips"]
        run = self.load(self.plain, world.creates(), CONNECTIONS, requests=n,
                        seconds=PATIENCE_S)
        if run["answered"] != n:
            raise Failure(f"{run['answered']} of {n} addresses were given "
                          f"in {PATIENCE_S} seconds")
        self.plain.ask("POST", "/v2.0/ports", {"port": port(network)},
                       project, want=409)
        slices = run["slices_s"]
        self.record("fill.first", n / 100 / slices[0], run)
        self.record("fill.last", n / 100 / (slices[99] - slices[98]), run)

    # --- a large subnet

    def measure_wide(self):
        if self.wide is None:
            print(f"    making {self.size:,} ports in one subnet", flush=True)
            self.site.make_database("wide")
            server = self.site.serve("wide")
            world = World(server, 1, 1, "10.0.0.0/8")
            world.add_ports(self.size)
            self.site.sql("wide", "VACUUM ANALYZE")
            self.wide = server, world
        server, full = self.wide
        empty = World(server, 1, 1, "10.0.0.0/8")
        for key, world in (("empty", empty), ("full", full)):
            run = self.load(server, world.creates(), CONNECTIONS)
            self.record(f"wide.{key}", run["rate"], run)

    # --- a large database

    def compare(self, name):
        """The median latency of one question, of the small and the large
        database."""
        if self.pair is None:
            self.pair = (Database(self.site, "small", SMALL),
                         Database(self.site, "large", self.size))
        ask = getattr(self, name)
        for database, key in zip(self.pair, (f"{name}.small", name)):
            lines, options = ask(database)
            run = self.load(database.server, lines, 1, **options)
            self.record(key, run["latency_us"]["p50"], run)

    def large_get(self, database):
        some = self.dice.sample(database.ports, SMALL)
        return [line("GET", f"/v2.0/ports/{id_}") for id_ in some], {}

    def large_page(self, database):
        networks = [id_ for id_, _ in database.world.networks]
        some = self.dice.choices(networks, k=1000)
        return [line("GET", f"/v2.0/ports?network_id={id_}&limit=100")
                for id_ in some], {}

    def large_usage(self, database):
        return [line("GET", "/v2.0/networks?include=usage&limit=100")], {}

    def large_create(self, database):
        return database.world.creates(), {"requests": CREATES}
