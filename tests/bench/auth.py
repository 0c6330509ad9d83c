#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the instructions of a GET of a port with each way to say who asks.

    tests/bench/auth.py

As instructions.py does, once for a token that is known already and once for
tokens that are new.  support/fake_keystone.py is Keystone; the issuer's key is
made by the program openssl, tokens of users by curl.  Nothing is compared with
anything.
"""
import base64
import contextlib
import hashlib
import json
import pathlib
import re
import statistics
import subprocess
import time
import urllib.request

import instructions
import private

TESTS = pathlib.Path(__file__).resolve().parents[1]
TIMES = 40  # Requests of a series.
SERIES = 3


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def run(*command, text=b""):
    return subprocess.run(command, input=text, check=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


class Issuer:
    """Signs tokens with RS256."""

    def __init__(self, folder):
        self.key = folder / "key.pem"
        run("openssl", "genrsa", "-out", self.key, "2048")
        modulus = run("openssl", "rsa", "-in", self.key, "-noout", "-modulus")
        number = bytes.fromhex(modulus.decode().strip().partition("=")[2])
        self.jwks = folder / "keys.json"
        self.jwks.write_text(json.dumps({"keys": [
            {"kty": "RSA", "n": base64url(number), "e": "AQAB"}]}))

    def token(self, number):
        claims = {"iss": "i", "aud": "a", "sub": "u", "project_id": "p",
                  "roles": ["admin"], "exp": time.time() + 3600,
                  "jti": number}
        text = ".".join(base64url(json.dumps(part).encode())
                        for part in ({"alg": "RS256"}, claims))
        signature = run("openssl", "dgst", "-sha256", "-sign", self.key,
                        text=text.encode())
        return text + "." + base64url(signature)


class Keystone:
    """The fake one; knows every token that it has given."""

    def __init__(self, stack):
        self.process = subprocess.Popen(
            [TESTS / "support/fake_keystone.py"], stdout=subprocess.PIPE)
        stack.callback(private.stop, self.process, 15)
        self.url = self.process.stdout.readline().decode().split()[1]

    def token(self, number):
        name = f"token-{number}"
        body = {"user": "u", "project": "p", "roles": ["admin"]}
        urllib.request.urlopen(urllib.request.Request(
            f"{self.url}/fake/tokens/{name}", json.dumps(body).encode(),
            method="PUT")).close()
        return name


class File:
    """Hashes of one token, for auth = tokens."""

    def __init__(self, folder):
        self.path = folder / "tokens"
        digest = hashlib.sha256(b"token").hexdigest()
        self.path.write_text(f"{digest} u p admin\n")

    def token(self, _):
        return "token"


class Users:
    """A file of one user with an application credential: auth = embedded."""

    def __init__(self, site):
        self.socket = site.socket
        self.path = site.dir / "users.json"
        command = [private.tenetd(), "user"]
        file = ["--identity-file", self.path]
        run(*command, "add", "u", "--project", "p", "--role", "admin", *file,
            text=b"password")
        told = run(*command, "credential", "u", *file).decode()
        self.credential = {
            "id": re.search("CREDENTIAL_ID=(.*)", told)[1],
            "secret": re.search("CREDENTIAL_SECRET=(.*)", told)[1]}

    def token(self, _):
        body = {"auth": {"identity": {
            "methods": ["application_credential"],
            "application_credential": self.credential}}}
        told = run("curl", "-s", "-i", "--unix-socket", self.socket,
                   "http://localhost/v3/auth/tokens", "-d", json.dumps(body))
        return re.search("X-Subject-Token: (\\S+)", told.decode())[1]


def modes(site, stack):
    """Name, settings, a function that gives tokens or None."""
    folder, users = site.dir, Users(site)
    keystone, issuer, file = Keystone(stack), Issuer(folder), File(folder)
    yield "none", ["--auth", "none"], None
    yield "tokens", ["--auth", "tokens", "--tokens-file", file.path], \
        file.token
    yield "embedded", ["--auth", "embedded", "--identity-file",
                       users.path], users.token
    yield "keystone", [
        "--auth", "keystone", "--keystone-url", f"{keystone.url}/v3",
        "--keystone-user", "u", "--keystone-password", "secret"], \
        keystone.token
    yield "jwt", ["--auth", "jwt", "--jwt-jwks", issuer.jwks, "--jwt-issuer",
                  "i", "--jwt-audience", "a"], issuer.token


def headers_of(token):
    return [] if token is None else [f"X-Auth-Token: {token}"]


def count(site, options, give):
    """Instructions of a GET with a known token, and with a new one."""
    counter = instructions.Counter(site, *map(str, options))
    work = instructions.Work(site, headers_of(give and give(0)))

    def known():
        for _ in range(TIMES):
            work.show()

    def new():
        for token in fresh:
            work.connection.headers = "\r\n".join(
                ["Host: localhost", *headers_of(token), ""])
            work.show()

    known()
    counts = [counter.count(known) for _ in range(SERIES)]
    numbers = range(1, TIMES + 1) if give else []
    fresh = {give(number) for number in numbers} - {give and give(0)}
    first = counter.count(new) if fresh else 0
    private.stop(site.server, 15)
    return round(statistics.median(counts) / TIMES), round(first / TIMES)


def main():
    with private.Site(["fsync=off"]) as site, contextlib.ExitStack() as stack:
        for name, options, give in list(modes(site, stack)):
            known, new = count(site, options, give)
            print(f"auth = {name}: {known:,} instructions"
                  f"{f', {new:,} with a new token' if new else ''}",
                  flush=True)


if __name__ == "__main__":
    main()
