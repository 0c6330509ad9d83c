#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A Keystone that knows the tokens it is told, and fails when it is told to;
also an issuer of signed tokens, who publishes the keys he is told.

Prints "ready URL" and serves on loopback until it is ended.  Of the Identity
API it has GET and POST of /v3/auth/tokens: the password is "secret".  Tests
tell and ask it by

    PUT /fake/tokens/ID    {"user", "project", "roles", "expires_in"}
    DELETE /fake/tokens/ID          it is revoked
    PUT /fake/mode         {"status", "delay_s", "body", "login_status",
                            "service_life_s"}; {}: all is well
    DELETE /fake/service            the tokens of services are revoked
    GET /fake/counts       {"logins", "validations", "connections",
                            "at_once", "fetches"}: how many at the same time,
                            how often the keys were got
    PUT /fake/keys         what GET /keys gives, with the status of the mode
"""
import datetime
import http.server
import json
import sys
import threading
import time

PASSWORD = "secret"


class State:
    """What all connections share."""

    def __init__(self):
        self.lock = threading.Lock()
        self.tokens = {}
        self.services = {}
        self.mode = {}
        self.counts = {"logins": 0, "validations": 0, "connections": 0,
                       "at_once": 0, "fetches": 0}
        self.keys = None
        self.running = 0


STATE = State()


def described(token):
    """The body that Keystone has for a token."""
    moment = datetime.datetime.fromtimestamp(token["expires"],
                                             datetime.timezone.utc)
    body = {"methods": ["password"],
            "user": {"id": token["user"], "name": "someone",
                     "domain": {"id": "default", "name": "Default"}},
            "expires_at": moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "roles": [{"id": "id-of-" + role, "name": role}
                      for role in token["roles"]]}
    if token["project"]:
        body["project"] = {"id": token["project"], "name": "some project",
                           "domain": {"id": "default", "name": "Default"}}
    return {"token": body}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        with STATE.lock:
            STATE.counts["connections"] += 1

    def send(self, status, body=None, **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def read(self):
        size = int(self.headers.get("Content-Length") or 0)
        return json.loads(self.rfile.read(size) or b"{}")

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == "/v3/auth/tokens":
            self.validate()
        elif path == "/keys":
            with STATE.lock:
                STATE.counts["fetches"] += 1
                self.send(STATE.mode.get("status", 200), STATE.keys)
        elif path == "/fake/counts":
            with STATE.lock:
                self.send(200, STATE.counts)
        else:
            self.send(404, {})

    def do_POST(self):
        self.log_in(self.read())

    def do_PUT(self):
        body = self.read()
        kind, _, name = self.path.removeprefix("/fake/").partition("/")
        with STATE.lock:
            if kind == "mode":
                STATE.mode = body
            elif kind == "keys":
                STATE.keys = body
            else:
                body["expires"] = time.time() + body.pop("expires_in", 3600)
                STATE.tokens[name] = body
        self.send(200, {})

    def do_DELETE(self):
        kind, _, name = self.path.removeprefix("/fake/").partition("/")
        with STATE.lock:
            if kind == "service":
                STATE.services.clear()
            else:
                STATE.tokens.pop(name, None)
        self.send(200, {})

    def log_in(self, body):
        identity = body["auth"]["identity"]["password"]["user"]
        with STATE.lock:
            STATE.counts["logins"] += 1
            status = STATE.mode.get("login_status", 201)
            name = "service-%d" % STATE.counts["logins"]
            token = {"user": "u-service", "project": "p-service",
                     "roles": ["service"],
                     "expires": time.time() +
                     STATE.mode.get("service_life_s", 3600)}
            if status == 201 and identity["password"] != PASSWORD:
                status = 401
            if status == 201:
                STATE.services[name] = token
        if status == 201:
            self.send(201, described(token), X_Subject_Token=name)
        else:
            self.send(status, {"error": {"code": status}})

    def validate(self):
        with STATE.lock:
            STATE.counts["validations"] += 1
            STATE.running += 1
            STATE.counts["at_once"] = max(STATE.counts["at_once"],
                                          STATE.running)
            mode = STATE.mode
        time.sleep(mode.get("delay_s", 0))
        with STATE.lock:
            STATE.running -= 1
            service = STATE.services.get(self.headers.get("X-Auth-Token"))
            token = STATE.tokens.get(self.headers.get("X-Subject-Token"))
        now = time.time()
        if "status" in mode:
            self.send(mode["status"], {"error": {"code": mode["status"]}})
        elif "body" in mode:
            self.send(200, mode["body"].encode())
        elif service is None or service["expires"] <= now:
            self.send(401, {"error": {"code": 401}})
        elif token is None or token["expires"] <= now:
            self.send(404, {"error": {"code": 404}})
        else:
            self.send(200, described(token))

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    server = Server(("127.0.0.1", port), Handler)
    print("ready http://127.0.0.1:%d" % server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
