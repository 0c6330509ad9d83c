# SPDX-License-Identifier: Apache-2.0
"""The Networking API over a unix socket, in few words."""
import http.client
import json
import socket
import urllib.parse


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


class Api:
    def __init__(self, path, project):
        self.path = path
        self.headers = {"X-Project-Id": project}

    def request(self, method, path, body=None):
        """Status and decoded body of an answer."""
        connection = Connection(self.path)
        connection.request(method, f"/v2.0/{path}",
                           json.dumps(body) if body is not None else None,
                           self.headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else None

    def create(self, kind, path=None, **attributes):
        status, answer = self.request(
            "POST", path or f"{kind}s", {kind: attributes})
        if status not in (200, 201):
            raise RuntimeError(f"POST of a {kind}: {status} {answer}")
        return answer[kind]

    def list(self, kind, **filters):
        query = urllib.parse.urlencode(filters)
        status, answer = self.request("GET", f"{kind}s?{query}")
        if status != 200:
            raise RuntimeError(f"GET of {kind}s: {status} {answer}")
        return answer[f"{kind}s"]
