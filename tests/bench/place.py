# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL and servers of its own for measuring: started, asked, timed
and ended.  They listen on loopback and on a unix socket only."""
import glob
import http.client
import json
import math
import os
import pathlib
import platform
import resource
import shutil
import signal
import statistics
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAMS = ROOT / "build"
NOBODY = 65534

# All that differs from PostgreSQL's defaults; the report tells it.
SETTINGS = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "max_connections": "200",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
}
TICK_US = 1e6 / os.sysconf("SC_CLK_TCK")


class Failure(Exception):
    """Something did not work, so that there is no figure."""


def find_postgres():
    """The directory of PostgreSQL's programs."""
    found = shutil.which("initdb")
    if found:
        return pathlib.Path(found).resolve().parent
    places = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not places:
        raise Failure("PostgreSQL is not installed: there is no initdb")
    return pathlib.Path(places[-1])


def stat_of(pid):
    """Parent, own CPU and that of children waited for, in microseconds."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:  # It has just ended.
        return None
    fields = text.rpartition(") ")[2].split()
    own, children = (sum(map(int, fields[at:at + 2])) for at in (11, 13))
    return int(fields[1]), own * TICK_US, children * TICK_US


def cpu_of(pid):
    found = stat_of(pid)
    return found[1] if found else 0.0


def cpu_of_family(pid):
    """CPU of a process and of all children that it has and had.  Read again
    when a child was waited for meanwhile, which would be counted nowhere."""
    for _ in range(100):
        before = stat_of(pid)
        children = [stat_of(entry) for entry in os.listdir("/proc")
                    if entry.isdigit()]
        after = stat_of(pid)
        if before is None or after is None:
            return 0.0
        if before[2] == after[2]:
            break
    return after[1] + after[2] + sum(child[1] for child in children
                                     if child and child[0] == pid)


def memory_of(pid, what="VmRSS"):
    """Bytes of memory: VmRSS those now, VmHWM the most there were."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(what + ":"):
            return int(line.split()[1]) * 1024
    raise Failure(f"process {pid} has no {what}")


def die_with_parent():
    """Ends the child with this process, however that ends."""
    import ctypes
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Server:
    """One process of tenetd, asked over HTTP."""

    def __init__(self, site, url, *args, port=0):
        self.log = open(site.dir / "server.log", "ab")
        self.process = subprocess.Popen(
            [site.tenetd, "serve", "--database-url", url, "--auth", "none",
             "--listen", f"127.0.0.1:{port}", "--quota-network", "-1",
             "--quota-subnet", "-1", "--quota-port", "-1", *args],
            stdout=subprocess.PIPE, stderr=self.log,
            preexec_fn=die_with_parent)
        line = self.process.stdout.readline().decode()
        if not line.startswith("ready http://"):
            self.stop()
            raise Failure(f"the server does not start; see {self.log.name}")
        self.target = line.removeprefix("ready http://").strip()

    @property
    def pid(self):
        return self.process.pid

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def ask(self, method, path, body=None, project="bench", want=200):
        """One request on a connection of its own; its answer as an object."""
        connection = http.client.HTTPConnection(self.target, timeout=120)
        try:
            connection.request(
                method, path, json.dumps(body) if body is not None else None,
                {"X-Project-Id": project})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status != want:
            raise Failure(f"{method} {path}: {answer.status} instead of "
                          f"{want}: {text[:300].decode()}")
        return json.loads(text) if text else None


class Site:
    """PostgreSQL in a directory that goes away with it."""

    def __init__(self, tenetd, place=None):
        self.tenetd = os.path.abspath(tenetd)
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="tenet-bench-",
                                                 dir=place))
        self.bin = find_postgres()
        self.data = self.dir / "data"
        self.postgres = None
        self.servers = []
        os.chmod(self.dir, 0o755)
        self.data.mkdir()
        if os.getuid() == 0:
            os.chown(self.data, NOBODY, NOBODY)
            os.chown(self.dir, NOBODY, NOBODY)

    # --- PostgreSQL

    def unprivileged(self, *command):
        """The command for an unprivileged user: PostgreSQL refuses root."""
        drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
                "--clear-groups", "--pdeathsig=INT"]
        return (drop if os.getuid() == 0 else []) + [str(c) for c in command]

    def start(self):
        log = open(self.dir / "postgres.log", "ab")
        self.run(self.unprivileged(
            self.bin / "initdb", "-A", "trust", "--no-locale", "-E", "UTF8",
            "-U", "tenet", "-D", self.data))
        settings = [word for name, value in SETTINGS.items()
                    for word in ("-c", f"{name}={value}")]
        self.postgres = subprocess.Popen(
            self.unprivileged(self.bin / "postgres", "-D", self.data, "-k",
                              self.dir, "-c", "listen_addresses=", *settings),
            stdout=log, stderr=log, preexec_fn=die_with_parent)
        log.close()
        for _ in range(600):
            if self.postgres.poll() is not None:
                break
            ready = subprocess.run([self.bin / "pg_isready", "-q", "-h",
                                    self.dir, "-U", "tenet", "-d",
                                    "postgres"], check=False)
            if ready.returncode == 0:
                return
            time.sleep(0.05)
        raise Failure("PostgreSQL does not start: " +
                      (self.dir / "postgres.log").read_text()[-500:])

    def end(self):
        for server in self.servers:
            server.stop()
        if self.postgres is not None and self.postgres.poll() is None:
            self.postgres.send_signal(signal.SIGINT)
            self.postgres.wait()
        shutil.rmtree(self.dir, ignore_errors=True)

    def run(self, command, check=True):
        done = subprocess.run([str(c) for c in command], check=False,
                              text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE,
                              preexec_fn=die_with_parent)
        if check and done.returncode != 0:
            raise Failure(f"{command[0]} failed: "
                          f""
                          f"{(done.stderr or done.stdout)[-500:].strip()}")
        return done

    def sql(self, database, text):
        return self.run([self.bin / "psql", "-h", self.dir, "-U", "tenet",
                         "-d", database, "-qAtX", "-v", "ON_ERROR_STOP=1",
                         "-c", text]).stdout.strip()

    def make_yardsticks(self):
        self.sql("postgres", "CREATE DATABASE yardsticks")
        self.run([self.bin / "psql", "-h", self.dir, "-U", "tenet", "-d",
                  "yardsticks", "-qX", "-v", "ON_ERROR_STOP=1", "-f",
                  HERE / "yardsticks" / "schema.sql"])

    # --- servers

    def url(self, database):
        return f"host={self.dir} dbname={database} user=tenet"

    def make_database(self, name):
        self.sql("postgres", f"CREATE DATABASE {name}")
        self.run([self.tenetd, "migrate", "--database-url", self.url(name)])

    def serve(self, database, *args, port=0):
        server = Server(self, self.url(database), *args, port=port)
        self.servers.append(server)
        return server

    def stop(self, server):
        server.stop()
        self.servers.remove(server)

    def check(self, database):
        """Raises a failure when an invariant of the database is broken."""
        done = self.run([self.tenetd, "check", "--database-url",
                         self.url(database)], check=False)
        if done.returncode != 0:
            raise Failure(f"tenetd check: {done.stdout}{done.stderr}")

    # --- measuring

    def postgres_cpu(self):
        return cpu_of_family(self.postgres.pid)

    def sync_us(self, n=200):
        """Median microseconds until a page is on the disk."""
        times = []
        with open(self.dir / "synced", "wb", buffering=0) as file:
            for _ in range(n):
                begin = time.perf_counter()
                os.pwrite(file.fileno(), bytes(8192), 0)
                os.fdatasync(file.fileno())
                times.append(1e6 * (time.perf_counter() - begin))
        return statistics.median(times)

    def pgbench(self, name, clients, seconds):
        """Runs a yardstick: rate, median latency (of one client only), CPU
        in all."""
        log = self.dir / f"pgbench-{name}"
        before = self.postgres_cpu(), cpu_of_children()
        out = self.run(
            [self.bin / "pgbench", "-h", self.dir, "-U", "tenet", "-n", "-M",
             "prepared", "-c", clients, "-j", 1, "-T", math.ceil(seconds), "-f",
             HERE / "yardsticks" / f"{name}.sql", *(
                 ["-l", f"--log-prefix={log}"] if clients == 1 else []),
             "yardsticks"]).stdout
        figures = dict(line.split(" = ", 1) for line in out.splitlines()
                       if " = " in line)
        rate = float(figures["tps"].split()[0])
        count = int(out.split("actually processed: ")[1].split()[0]
                    .split("/")[0])
        latencies = sorted(
            int(line.split()[2]) for path in glob.glob(f"{log}.*")
            for line in pathlib.Path(path).read_text().splitlines())
        for path in glob.glob(f"{log}.*"):
            os.remove(path)
        return {"rate": rate, "count": count,
                "latency_us": statistics.median(latencies)
                if latencies else None,
                "postgres_us": self.postgres_cpu() - before[0],
                "load_us": cpu_of_children() - before[1], "server_us": 0.0}

    def begin_load(self, script, target, connections, requests=None,
                   seconds=60, ids=None, grace=60):
        """Starts the load generator; 'script' is a path."""
        command = [PROGRAMS / "bench-load", "--script", script,
                   "--connections", connections, "--seconds", seconds,
                   "--grace", grace, "--target", target]
        if requests is not None:
            command += ["--requests", requests]
        if ids is not None:
            command += ["--ids", ids]
        return subprocess.Popen([str(c) for c in command],
                                stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE,
                                preexec_fn=die_with_parent)

    def end_load(self, process):
        out, err = process.communicate()
        if process.returncode == 2 or not out:
            raise Failure(err.decode().strip() or "bench-load ended")
        result = json.loads(out)
        if result["failures"] > 0:
            raise Failure(f"{result['failures']} of {result['requests']} "
                          f"answers were wrong: {result['unexpected'][:2]}")
        return result

    def load(self, servers, script, connections, **options):
        """Runs a load against the first server; 'servers' are those whose
        CPU counts."""
        before = self.postgres_cpu(), sum(cpu_of(s.pid) for s in servers)
        result = self.end_load(self.begin_load(
            script, servers[0].target, connections, **options))
        result["postgres_us"] = self.postgres_cpu() - before[0]
        result["server_us"] = sum(cpu_of(s.pid) for s in servers) - before[1]
        result["load_us"] = 1e6 * (result["cpu_user_s"] +
                                   result["cpu_system_s"])
        result["count"] = result["answered"]
        return result

    def write_script(self, name, lines):
        """A script of the load generator (load/script.h); returns its
        path."""
        path = self.dir / name
        with open(path, "w", encoding="utf-8") as file:
            for line in lines:
                file.write(line + "\n")
        return path


def cpu_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1e6 * (usage.ru_utime + usage.ru_stime)


def line(method, path, status=200, project="-", header="-", body=None,
         chained=False):
    """A line of a script of the load generator."""
    text = "-" if body is None else json.dumps(body, separators=(",", ":"))
    return (f"{'+' if chained else ''}{status}\t{method}\t{path}\t{project}"
            f"\t{header}\t{text}")


def machine():
    """The machine and the versions, in its own words."""
    model = "unknown"
    for row in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if row.startswith("model name"):
            model = row.split(":", 1)[1].strip()
            break
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")

    def words(*command):
        return subprocess.run(command, check=False, text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout.strip()

    return {
        "cores": os.cpu_count(), "cpu": model,
        "memory_gib": round(pages / 2**30, 1),
        "kernel": platform.release(),
        "postgresql": words(str(find_postgres() / "postgres"), "--version"),
        "libmicrohttpd": words("pkg-config", "--modversion",
                               "libmicrohttpd"),
        "gcc": words("gcc", "-dumpfullversion"),
        "tenetd": words(str(PROGRAMS / "tenetd"), "--version"),
    }
