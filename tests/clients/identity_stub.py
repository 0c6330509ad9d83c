#!/usr/bin/python3
"""A stand-in for the services that a network server does not have.

`openstack quota show` asks Nova and Cinder as well; without authentication, `quota`
and `--project` look the project up in a Keystone that is not there.  This answers each of them with just enough:
every project exists under the name that was asked for, and has no other quotas.
Prints its URL and serves until it is stopped.
"""
import http.server
import json


class Stub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name = self.path.partition("?")[0].rpartition("/")[2]
        body = {"project": {"id": name, "name": name}, "quota_set": {}}
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    print("http://127.0.0.1:%d" % server.server_port, flush=True)
    server.serve_forever()
