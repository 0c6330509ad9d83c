#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Fills a project with networks, subnets and ports, through the API:
#
#     load_panel.py URL PROJECT NETWORKS SUBNETS PORTS
#
# The subnets are spread over the networks evenly.  One of them, a /16 of the
# first network, gets six tenths of the ports; the others share the rest.
import json
import sys
import urllib.request

BULK = 1000


def post(url, project, kind, items):
    made = []
    for at in range(0, len(items), BULK):
        body = json.dumps({kind: items[at:at + BULK]}).encode()
        request = urllib.request.Request(
            f"{url}/v2.0/{kind}", body, {"X-Project-Id": project})
        with urllib.request.urlopen(request) as answer:
            made += json.load(answer)[kind]
    return made


def subnet(network, i, n_networks):
    octet = i // n_networks
    large = i == 0
    return {"network_id": network["id"], "ip_version": 4,
            "name": f"subnet-{i}",
            "cidr": f"10.{octet}.0.0/16" if large else f"10.{octet}.0.0/22"}


def port(subnets, i):
    large = i % 10 < 6
    place = subnets[0] if large else subnets[1 + i % (len(subnets) - 1)]
    return {"network_id": place["network_id"], "name": f"vm-{i}",
            "device_id": f"server-{i}", "device_owner": "compute:nova",
            "tags": [f"rack-{i % 40}"],
            "fixed_ips": [{"subnet_id": place["id"]}]}


def main():
    url, project = sys.argv[1:3]
    n_networks, n_subnets, n_ports = map(int, sys.argv[3:6])
    networks = post(url, project, "networks", [
        {"name": f"net-{i}"} for i in range(n_networks)])
    subnets = post(url, project, "subnets", [
        subnet(networks[i % n_networks], i, n_networks)
        for i in range(n_subnets)])
    post(url, project, "ports", [port(subnets, i) for i in range(n_ports)])
    print(subnets[0]["network_id"], subnets[0]["id"])


main()
