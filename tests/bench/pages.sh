#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# How long the pages of a control panel take, and in how many round trips to
# the database, with 200 networks, 1000 subnets and 100,000 ports of one
# project (60,000 of them in one subnet):
#
#     tests/bench/pages.sh [NETWORKS SUBNETS PORTS]
#
# TENET_BINARY names another server than build/tenetd; RUNS=N asks each page N
# times (11) and prints the median.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
binary=${TENET_BINARY:-$here/../../build/tenetd}
runs=${RUNS:-11}
work=$(mktemp -d)
chmod 755 "$work" # Root's PostgreSQL runs as another user.
"$binary" dev --data "$work/data" --listen 127.0.0.1:0 --read-lanes 1 \
    --auth none --quota-network -1 --quota-subnet -1 --quota-port -1 \
    >"$work/out" 2>"$work/err" &
server=$!
trap 'kill -TERM $server; wait $server || true; rm -rf "$work"' EXIT
until grep -q '^ready ' "$work/out"; do
    kill -0 "$server"
    sleep 0.1
done
url=$(sed -n 's/^ready //p' "$work/out")

read -r network subnet < <("$here/load_panel.py" "$url" bench \
    "${1:-200}" "${2:-1000}" "${3:-100000}")
psql "$(cat "$work/data/database_url")" -qc 'VACUUM ANALYZE'

ask() {
    curl -sS -f "$@" -H 'X-Project-Id: bench' -H 'X-Roles: member'
}

# Exchanges with the database that reads took.
trips() {
    curl -sS "$url/metrics" |
        sed -n 's/^tenet_lane_batches_total{lane="read"} //p'
}

# page NAME PATH: median time, bytes, round trips of one request.
page() {
    local before after median
    ask -o "$work/answer" "$url/v2.0$2"
    before=$(trips)
    ask -o "$work/answer" "$url/v2.0$2"
    after=$(trips)
    median=$(for _ in $(seq "$runs"); do
        ask -o /dev/null -w '%{time_total}\n' "$url/v2.0$2"
    done | sort -n | sed -n "$(((runs + 1) / 2))p")
    printf '%-44s %8.1f ms %9d bytes %2d trip\n' "$1" \
        "$(awk "BEGIN {print $median * 1000}")" \
        "$(stat -c %s "$work/answer")" "$((after - before))"
}

of="fixed_ips=subnet_id=$subnet&limit=100"
last=$(ask "$url/v2.0/ports?$of&sort_key=id&sort_dir=desc" |
    jq -r '.ports[-1].id')
mac=$(ask "$url/v2.0/ports?$of" | jq -r '.ports[50].mac_address[6:]')

page "networks: usage, subnets, subnets.usage" \
    "/networks?include=usage,subnets,subnets.usage"
page "network: usage, subnets, subnets.usage" \
    "/networks/$network?include=usage,subnets,subnets.usage"
page "network: the same and subnets.ports" \
    "/networks/$network?include=usage,subnets,subnets.usage,subnets.ports"
page "subnet card: information" "/subnets/$subnet?include=usage"
page "subnet card: ports, first page of 100" "/ports?$of"
page "subnet card: ports, first page and total" "/ports?$of&total=true"
page "subnet card: ports, last page" "/ports?$of&marker=$last"
page "search in the subnet: name" "/ports?$of&search=vm-9999"
page "search in the subnet: name alone" "/ports?$of&name_substr=vm-9999"
page "search in the subnet: IP address" "/ports?$of&search=10.0.99"
page "search in the subnet: MAC address" "/ports?$of&search=$mac"
page "search in the project: name" "/ports?limit=100&search=vm-9999"
page "search in the project: IP address" "/ports?limit=100&search=10.0.99"
page "search in the project: MAC address" "/ports?limit=100&search=$mac"
page "address map, first page of 100" "/subnets/$subnet/addresses?limit=100"
page "address map, the first free run" \
    "/subnets/$subnet/addresses?limit=1&state=free"
page "address map, the first free /28" \
    "/subnets/$subnet/addresses?limit=1&state=free&prefixlen=28"
page "address: holder and history" "/subnets/$subnet/addresses/10.0.3.4"
