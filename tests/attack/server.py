# SPDX-License-Identifier: Apache-2.0
"""A server with tokens and a PostgreSQL of its own, and what it is asked."""
import hashlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

START_S = 60
ANSWER_S = 30


class Site:
    """tenetd dev on a unix socket; 'who' are (token, project, role)."""

    def __init__(self, tenetd, who):
        self.tenetd = os.path.abspath(tenetd)
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="tenet-attack-"))
        self.dir.chmod(0o755)
        self.socket = self.dir / "http"
        tokens = self.dir / "tokens"
        tokens.write_text("".join(
            f"{hashlib.sha256(token.encode()).hexdigest()} "
            f"user-{project} {project} {role}\n"
            for token, project, role in who))
        self.log = open(self.dir / "log", "wb")
        self.process = subprocess.Popen(
            [self.tenetd, "dev", "--data", self.dir / "data", "--listen",
             f"unix:{self.socket}", "--auth", "tokens", "--tokens-file",
             tokens, "--log-level", "error", "--quota-network", "-1",
             "--quota-subnet", "-1", "--quota-port", "-1",
             "--quota-rbac-policy", "-1"],
            stdout=subprocess.PIPE, stderr=self.log)

    def await_ready(self):
        line = self.process.stdout.readline()
        while line and not line.startswith(b"ready"):
            line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the server does not start: "
                             + (self.dir / "log").read_text()[-2000:])

    def broken_invariants(self):
        url = (self.dir / "data" / "database_url").read_text().strip()
        done = subprocess.run([self.tenetd, "check", "--database-url", url],
                              check=False, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        broken = [line for line in done.stdout.splitlines()
                  if not line.endswith(": ok")]
        return broken or [done.stdout] * (done.returncode != 0)

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(START_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        self.log.close()
        shutil.rmtree(self.dir, ignore_errors=True)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=ANSWER_S)
        self.unix_path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(ANSWER_S)
        self.sock.connect(self.unix_path)


class Answer:
    """Status (0: none came), text and what is in it."""

    def __init__(self, request, status, text, headers):
        self.request = request
        self.status = status
        self.text = text
        self.headers = headers
        try:
            self.json = json.loads(text) if text else None
        except ValueError:
            self.json = None

    def __str__(self):
        return f"{self.request[:600]} -> {self.status} {self.text[:600]}"


class Connection:
    """One kept connection, made anew when it ends."""

    def __init__(self, path):
        self.path = path
        self.http = None

    def ask(self, method, path, body, headers):
        """'body' is bytes or None."""
        shown = f"{method} {path} {(body or b'').decode('utf-8', 'replace')}"
        for attempt in (1, 2):
            try:
                if self.http is None:
                    self.http = UnixConnection(self.path)
                self.http.request(method, path, body, headers)
                answer = self.http.getresponse()
                text = answer.read().decode("utf-8", "replace")
                return Answer(shown, answer.status, text, answer.headers)
            except (OSError, http.client.HTTPException):
                self.close()
                if attempt == 1:
                    time.sleep(0.05)
        return Answer(shown, 0, "", {})

    def close(self):
        if self.http is not None:
            self.http.close()
        self.http = None
