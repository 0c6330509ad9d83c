# SPDX-License-Identifier: Apache-2.0
"""Says to whoever asks from which address it was asked.

    echo.py serve              answers on TCP and UDP port 7777
    echo.py ask ADDRESS...     asks each over TCP, then UDP; prints a line
                               "ADDRESS PROTOCOL SEEN" for each, where SEEN is
                               what the other side saw, or "-"
"""
import socket
import sys
import threading

PORT = 7777
WAIT_S = 5


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def text(peer):
    """Its address; that of IPv4 without the prefix of RFC 4291 2.5.5.2."""
    return peer[0].removeprefix("::ffff:").encode()


def serve():
    both = socket.has_dualstack_ipv6()
    version = socket.AF_INET6 if both else socket.AF_INET
    tcp = socket.create_server(("", PORT), family=version, backlog=64,
                               dualstack_ipv6=both)
    udp = socket.socket(version, socket.SOCK_DGRAM)
    if both:
        udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    udp.bind(("", PORT))

    def serve_udp():
        while True:
            _, peer = udp.recvfrom(16)
            udp.sendto(text(peer), peer)

    threading.Thread(target=serve_udp, daemon=True).start()
    print("ready", flush=True)
    while True:
        connection, peer = tcp.accept()
        with connection:
            connection.sendall(text(peer))


def ask_tcp(address):
    with socket.create_connection((address, PORT), WAIT_S) as connection:
        return connection.recv(64).decode()


def ask_udp(address):
    with socket.socket(family(address), socket.SOCK_DGRAM) as asker:
        asker.settimeout(WAIT_S)
        asker.connect((address, PORT))  # Only its answer is taken.
        asker.send(b"who am I")
        return asker.recv(64).decode()


def ask(addresses):
    for address in addresses:
        for protocol, asker in (("tcp", ask_tcp), ("udp", ask_udp)):
            try:
                seen = asker(address)
            except OSError:
                seen = "-"
            print(address, protocol, seen, flush=True)


if sys.argv[1] == "serve":
    serve()
else:
    ask(sys.argv[2:])
