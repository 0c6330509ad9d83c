# SPDX-License-Identifier: Apache-2.0
"""Networks, subnets and ports to measure with, made through the API."""
import concurrent.futures
import http.client
import itertools
import json

from place import Failure, line

BULK = 1000
CONNECTIONS = 4
OWNER = "compute:nova"


def post(server, kind, items, project):
    """Creates 'items' of one project, BULK at a time; returns their ids."""
    made = []
    items = iter(items)
    connection = http.client.HTTPConnection(server.target, timeout=120)
    while part := list(itertools.islice(items, BULK)):
        connection.request("POST", f"/v2.0/{kind}", json.dumps({kind: part}),
                           {"X-Project-Id": project})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 201:
            raise Failure(f"POST {kind}: {answer.status} {text[:300]}")
        made += [item["id"] for item in json.loads(text)[kind]]
    connection.close()
    return made


def in_turn(work):
    """Runs the calls over several connections; returns all that they
    returned, in one list."""
    with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
        calls = [pool.submit(*call) for call in work]
        return [item for call in calls for item in call.result()]


class World:
    """Networks with a subnet each, spread over projects."""

    def __init__(self, server, n_networks, n_projects,
                 cidr="10.0.0.0/12"):
        self.server = server
        self.projects = [f"project-{i}" for i in range(n_projects)]
        self.networks = []  # (id, project)
        for i, project in enumerate(self.projects):
            share = len(range(i, n_networks, n_projects))
            ids = post(server, "networks",
                       [{"name": f"net-{j}"} for j in range(share)], project)
            post(server, "subnets",
                 [{"network_id": id_, "ip_version": 4, "cidr": cidr}
                  for id_ in ids], project)
            self.networks += [(id_, project) for id_ in ids]

    def add_ports(self, n):
        """Adds 'n' ports, as many to each network; returns their ids."""
        share = n // len(self.networks)

        def of_project(project):
            return (port(id_, f"stock-{i}", f"stock-server-{i}")
                    for id_, owner in self.networks if owner == project
                    for i in range(share))

        return in_turn((lambda p: post(self.server, "ports", of_project(p),
                                       p), project)
                       for project in self.projects)

    def creates(self, header="-"):
        """Lines of a script: a port for each network in turn."""
        return [line("POST", "/v2.0/ports", 201, project, header,
                     {"port": port(id_)}) for id_, project in self.networks]

    def bulk_creates(self, size=BULK):
        return [line("POST", "/v2.0/ports", 201, project, body={
            "ports": [port(id_, f"vm-{{n}}-{i}", f"server-{{n}}-{i}")
                      for i in range(size)]})
            for id_, project in self.networks]

    def chains(self):
        """Lines of a script: a network, its subnet, a port, in each
        project."""
        lines = []
        for project in self.projects:
            lines += [
                line("POST", "/v2.0/networks", 201, project,
                     body={"network": {"name": "net-{n}"}}),
                line("POST", "/v2.0/subnets", 201, project, chained=True,
                     body={"subnet": {"network_id": "{1}", "ip_version": 4,
                                      "cidr": "10.0.0.0/24"}}),
                line("POST", "/v2.0/ports", 201, project, chained=True,
                     body={"port": port("{1}")})]
        return lines


def port(network_id, name="vm-{n}", device_id="server-{n}"):
    """A port as a cluster asks for it."""
    return {"network_id": network_id, "name": name, "device_id": device_id,
            "device_owner": OWNER}
