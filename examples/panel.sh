#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What the pages of a control panel ask for: one request each.
#
#     . DIR/demo-openrc.sh     # "make run" says where it is
#     TENET_TOKEN=$(clients/token.sh) examples/panel.sh
#
# TENET_URL names the server (http://127.0.0.1:9696), TENET_PROJECT the project
# where it wants no token (demo).  The example makes a network of its own and
# removes it at the end.
set -euo pipefail

url=${TENET_URL:-http://127.0.0.1:9696}/v2.0
project=${TENET_PROJECT:-demo}
work=$(mktemp -d)
network=

# call METHOD PATH [BODY]: the answer, or the end of this script.
call() {
    local status
    status=$(curl -sS -o "$work/answer" -D "$work/headers" \
        -w '%{http_code}' -X "$1" "$url$2" \
        -H "X-Project-Id: $project" -H 'X-Roles: member' \
        -H "X-Auth-Token: ${TENET_TOKEN:-}" \
        ${3:+-H 'Content-Type: application/json' -d "$3"})
    if [ "$status" -ge 300 ]; then
        echo "$1 $2 answers $status: $(cat "$work/answer")" >&2
        return 1
    fi
    cat "$work/answer"
}

# expect WHAT IS WANTED: ends the script when they differ.
expect() {
    if [ "$2" != "$3" ]; then
        echo "$1 is \"$2\" and not \"$3\"" >&2
        exit 1
    fi
}

clean() {
    if [ -n "$network" ]; then
        call GET "/ports?network_id=$network&fields=id" |
            jq -r '.ports[].id' | while read -r port; do
            call DELETE "/ports/$port" >/dev/null
        done
        call DELETE "/networks/$network" >/dev/null
    fi
    rm -rf "$work"
}
trap clean EXIT

# --- something to look at

network=$(call POST /networks '{"network": {"name": "panel-example"}}' |
    jq -r .network.id)
subnet=$(call POST /subnets "$(jq -n --arg n "$network" '{subnet: {
    network_id: $n, name: "front", ip_version: 4, cidr: "10.20.0.0/26",
    ip_cooldown: 3600}}')" | jq -r .subnet.id)
call POST /ports "$(jq -n --arg n "$network" '{ports: [range(1; 13) |
    {network_id: $n, name: "web-\(.)", device_id: "server-\(.)",
     device_owner: "compute:nova"}]}')" >/dev/null

# --- the page "Networks": names, and how full each is

echo "Networks"
call GET "/networks?include=usage,subnets,subnets.usage&sort_key=name" |
    jq -r '
    def bar: (if .total == 0 then 0 else 20 * .allocated / .total | ceil end)
             as $n | "[" + ("#" * $n // "") + ("." * (20 - $n) // "") + "]";
    .networks[] | "  \(.name)  \(._embedded.usage.ipv4 | bar) " +
    "\(._embedded.usage.ipv4 | "\(.allocated) of \(.total)"), " +
    "subnets: \([._embedded.subnets[].name] | join(", "))"'

# --- the page of one network: its subnets, each with its usage

echo "Network panel-example"
call GET "/networks/$network?include=usage,subnets,subnets.usage" |
    jq -r '.network._embedded.subnets[] |
    "  \(.name)  \(.cidr)  gateway \(.gateway_ip)  free \(._embedded.usage.free)"'

# --- the subnet card, tab "Information"

echo "Subnet front: information"
card=$(call GET "/subnets/$subnet?include=usage")
jq -r '.subnet | "  \(.cidr), DHCP \(.enable_dhcp), pools \(
    [.allocation_pools[] | "\(.start) to \(.end)"] | join(", "))"' <<<"$card"
jq -r '.subnet._embedded.usage | "  \(.)"' <<<"$card"
expect "what is allocated" \
    "$(jq .subnet._embedded.usage.allocated <<<"$card")" 12

# --- tab "Ports": a page of ten, and how many there are

echo "Subnet front: ports"
call GET "/ports?fixed_ips=subnet_id=$subnet&limit=10&sort_key=name&total=true" |
    jq -r '.ports[] | "  \(.name)  \(.fixed_ips[0].ip_address)  \(.mac_address)"'
total=$(tr -d '\r' <"$work/headers" |
    sed -n 's/^x-total-count: //Ip')
echo "  10 of $total"
expect "the total" "$total" 12

# --- a new port, and one less: the usage follows, without a scan

port=$(call POST /ports "$(jq -n --arg n "$network" \
    '{port: {network_id: $n, name: "new-one"}}')")
ip=$(jq -r '.port.fixed_ips[0].ip_address' <<<"$port")
call DELETE "/ports/$(call GET "/ports?network_id=$network&name=web-3" |
    jq -r '.ports[0].id')"
usage=$(call GET "/subnets/$subnet?include=usage" |
    jq -c .subnet._embedded.usage)
echo "Usage after one port more and one less: $usage"
expect "what is allocated" "$(jq .allocated <<<"$usage")" 12
expect "what cools down" "$(jq .cooling <<<"$usage")" 1
expect "the sum" "$(jq '.allocated + .cooling + .free' <<<"$usage")" \
    "$(jq .total <<<"$usage")"

# --- the search field: a part of a name, a device, a MAC or IP address

found=$(call GET "/ports?fixed_ips=subnet_id=$subnet&search=NEW-" |
    jq -r '[.ports[].name] | join(" ")')
echo "Search for NEW-: $found"
expect "what is found by name" "$found" new-one
found=$(call GET "/ports?fixed_ips=subnet_id=$subnet&search=$ip" |
    jq -r '[.ports[].name] | join(" ")')
expect "what is found by address" "$found" new-one

# --- the address map, and the next free block of eight

echo "Addresses"
call GET "/subnets/$subnet/addresses" |
    jq -r '.addresses[] | "  \(.first) to \(.last): \(.state)"'
block=$(call GET "/subnets/$subnet/addresses?state=free&prefixlen=29&limit=1" |
    jq -r '.addresses[0].first')
echo "  the first free /29 begins at $block"
expect "the first free /29" "$block" 10.20.0.16

# --- one address: who has it, who had it

echo "Address $ip"
holder=$(call GET "/subnets/$subnet/addresses/$ip")
jq -r '.address | "  \(.state), held by \(.port_name)",
    (.history[] | "  \(.port_name) from \(.from) until \(.until // "now")")' \
    <<<"$holder"
expect "the holder" "$(jq -r .address.port_name <<<"$holder")" new-one
