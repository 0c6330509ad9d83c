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


def serve():
    tcp = socket.create_server(("", PORT), backlog=64)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("", PORT))

    def serve_udp():
        while True:
            _, peer = udp.recvfrom(16)
            udp.sendto(peer[0].encode(), peer)

    threading.Thread(target=serve_udp, daemon=True).start()
    print("ready", flush=True)
    while True:
        connection, peer = tcp.accept()
        with connection:
            connection.sendall(peer[0].encode())


def ask_tcp(address):
    with socket.create_connection((address, PORT), WAIT_S) as connection:
        return connection.recv(64).decode()


def ask_udp(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
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
