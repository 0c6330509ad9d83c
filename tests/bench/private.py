# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL and a server of one's own, and a plain HTTP connection.

All of it lives in one directory, listens on unix sockets there, and is gone
when the "with" ends.
"""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import place

ROOT = pathlib.Path(__file__).resolve().parents[2]
ANSWER_S = 60      # A server that is silent for longer counts as gone.
NOBODY = 65534     # PostgreSQL refuses to run as root.
STOP_S = 60        # What does not end by itself within this is killed.


def tenetd():
    """The server: TENET_BINARY, or what "make build" left."""
    return os.path.abspath(os.environ.get("TENET_BINARY",
                                          ROOT / "build/tenetd"))


def environment():
    """Without the settings of whoever runs this."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith(("TENET_", "PG"))}


def stop(process, how):
    if process is None or process.poll() is not None:
        return
    process.send_signal(how)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Site:
    """'settings' are PostgreSQL's, such as "fsync=off".

    Ends all that it began when it is interrupted or told to end.
    """

    def __init__(self, settings=()):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="tenet-bench-"))
        self.bin = place.find_postgres()
        self.data = self.dir / "data"
        self.socket = self.dir / "http"
        self.url = f"host={self.dir} dbname=postgres user=tenet"
        self.log_path = self.dir / "postgres.log"
        self.settings = settings
        self.postgres = self.server = None

    def __enter__(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        try:
            self.make_database()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        stop(self.server, signal.SIGTERM)
        stop(self.postgres, signal.SIGINT)
        shutil.rmtree(self.dir, ignore_errors=True)

    def unprivileged(self, *command):
        drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
                "--clear-groups"]
        return (drop if os.getuid() == 0 else []) + [str(c) for c in command]

    def make_database(self):
        os.chmod(self.dir, 0o755)
        self.data.mkdir()
        if os.getuid() == 0:
            os.chown(self.data, NOBODY, NOBODY)
            os.chown(self.dir, NOBODY, NOBODY)
        subprocess.run(self.unprivileged(
            self.bin / "initdb", "-A", "trust", "-N", "--no-locale", "-E",
            "UTF8", "-U", "tenet", "-D", self.data),
            check=True, stdout=subprocess.DEVNULL)
        self.start_postgres()
        subprocess.run([tenetd(), "migrate", "--database-url", self.url],
                       check=True, stdout=subprocess.DEVNULL,
                       env=environment())

    def start_postgres(self):
        command = [self.bin / "postgres", "-D", self.data, "-k", self.dir,
                   "-c", "listen_addresses="]
        for setting in self.settings:
            command += ["-c", setting]
        with open(self.log_path, "ab") as log:
            self.postgres = subprocess.Popen(
                self.unprivileged(*command), stdout=log, stderr=log)
        while self.postgres.poll() is None:
            if subprocess.run([self.bin / "pg_isready", "-q", "-d", self.url],
                              check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise SystemExit("PostgreSQL does not start:\n" +
                         self.log_path.read_text(errors="replace"))

    def start_server(self, *options, before=(), variables=None,
                     errors=subprocess.DEVNULL):
        """Runs "serve", as an argument of the command 'before'."""
        self.server = subprocess.Popen(
            [*before, tenetd(), "serve", "--database-url", self.url,
             "--listen", f"unix:{self.socket}", *options],
            stdout=subprocess.PIPE, stderr=errors,
            env={**environment(), **(variables or {})})
        if not self.server.stdout.readline().startswith(b"ready"):
            raise SystemExit("the server does not start")

    def ask(self, sql):
        """The rows of a query, as lists of texts."""
        done = subprocess.run(
            [self.bin / "psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1",
             "-d", self.url, "-c", sql],
            check=True, text=True, stdout=subprocess.PIPE, env=environment())
        return [line.split("\t") for line in done.stdout.splitlines()]


class Connection:
    """One connection that is kept; a request goes out in one piece."""

    def __init__(self, path, headers=()):
        self.path = str(path)
        self.headers = "\r\n".join(["Host: localhost", *headers, ""])
        self.socket = None
        self.input = b""

    def send(self, method, path, body=None, headers=""):
        """Status, content of the answer."""
        if self.socket is None:
            self.open()
        data = b"" if body is None else json.dumps(body).encode()
        head = (f"{method} /v2.0/{path} HTTP/1.1\r\n{self.headers}{headers}"
                f"Content-Length: {len(data)}\r\n\r\n")
        self.socket.sendall(head.encode() + data)
        return self.read_answer()

    def open(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(ANSWER_S)
        self.socket.connect(self.path)
        self.input = b""

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def receive(self):
        more = self.socket.recv(1 << 18)
        if not more:
            self.close()
            raise ConnectionError("the server closed the connection")
        self.input += more

    def read_answer(self):
        while b"\r\n\r\n" not in self.input:
            self.receive()
        head, self.input = self.input.split(b"\r\n\r\n", 1)
        size = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                size = int(line.split(b":")[1])
        while len(self.input) < size:
            self.receive()
        text, self.input = self.input[:size], self.input[size:]
        return int(head.split(b" ", 2)[1]), json.loads(text) if text else None
