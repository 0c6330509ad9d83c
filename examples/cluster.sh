#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Plays a provisioner of Kubernetes clusters: asks whether a cluster fits, makes
# its network, scales it, reads its page, and takes it down, with a look at who
# is in the way.  Asserts what it sees; needs curl and jq.
#
#     . DIR/demo-openrc.sh     # "make run" says where it is
#     TENET_TOKEN=$(clients/token.sh) examples/cluster.sh
#
# TENET_URL names the server (http://127.0.0.1:9696), TENET_PROJECT the project
# where it wants no token (demo).
set -euo pipefail

url=${TENET_URL:-http://127.0.0.1:9696}/v2.0
project=${TENET_PROJECT:-demo}
cluster=example-$(date +%s)-$$

status= # Of the last answer,
answer= # and its body.

# ask METHOD PATH [JSON]
ask() {
    local out headers=(-H "X-Project-Id: $project")
    if [ -n "${TENET_TOKEN:-}" ]; then
        headers+=(-H "X-Auth-Token: $TENET_TOKEN")
    fi
    out=$(curl -sS -X "$1" "$url$2" "${headers[@]}" ${3:+-d "$3"} \
        -w '\n%{http_code}')
    status=${out##*$'\n'}
    answer=${out%$'\n'*}
}

# get FILTER: a value of the last answer.
get() {
    jq -r "$1" <<<"$answer"
}

# expect STATUS FILTER...: each filter must hold for the answer.
expect() {
    local wanted=$1
    shift
    if [ "$status" != "$wanted" ]; then
        echo "status $wanted was expected, not $status: $answer" >&2
        exit 1
    fi
    for filter in "$@"; do
        if ! jq -e "$filter" <<<"$answer" >/dev/null; then
            echo "not so: $filter in $answer" >&2
            exit 1
        fi
    done
}

say() {
    printf '%-9s %s\n' "$1" "$2"
}

# wish COUNT: the cluster with so many workers.
wish() {
    jq -nc --arg id "$cluster" --argjson count "$1" '{cluster_network: {
        cluster_id: $id, name: $id, pods_cidr: "10.100.0.0/16",
        services_cidr: "10.254.0.0/16", subnet: {prefixlen: 24},
        node_groups: [{name: "master", count: 3},
                      {name: "worker", count: $count}]}}'
}

# Does it fit?  What would have to change?
ask POST "/cluster-networks?check=true" "$(wish 5)"
expect 200 '.check.fits' '.check.addresses.needed == 8'
say check "fits into $(get .check.subnet.cidr)"
ask POST "/cluster-networks?check=true" \
    "$(wish 5 | jq -c '.cluster_network.services_cidr = "10.100.0.0/24"')"
expect 200 '.check.fits == false' \
    '.check.problems[0].type == "CidrOverlap"' \
    '.check.changes[0].attribute == "services_cidr"'
say check "an overlap is told: services in $(get '.check.changes[0].value')"

# Make it; asked again it is the same.
ask POST /cluster-networks "$(wish 5)"
expect 201 '.cluster_network.status == "ACTIVE"' \
    '.cluster_network.ports | length == 8' \
    '[.cluster_network.owned[].type] == ["network", "subnet"]'
id=$(get .cluster_network.id)
network=$(get .cluster_network.network_id)
subnet=$(get .cluster_network.subnet_id)
first=$(get .cluster_network.ports[0].id)
say create "$id with $(get '.cluster_network.ports | length') nodes"
ask POST /cluster-networks "$(wish 5)"
expect 200 ".cluster_network.id == \"$id\"" \
    ".cluster_network.ports[0].id == \"$first\""
say again "the same object"

# Scale to 50 nodes.
ask PUT "/cluster-networks/$id" \
    '{"cluster_network": {"node_groups": [{"name": "worker", "count": 47}]}}'
expect 200 '.cluster_network.ports | length == 50' \
    '[.cluster_network.ports[].ip_address] | unique | length == 50'
say scale "$(get '.cluster_network.ports | length') nodes"

# Its page: the network, its subnets and their usage in one call.
ask GET "/networks/$network?include=usage,subnets,subnets.usage"
expect 200 '.network.reserved_ranges | length == 2' \
    '.network._embedded.usage' \
    "[.network._embedded.subnets[].id] == [\"$subnet\"]" \
    '.network._embedded.subnets[0]._embedded.usage.allocated >= 50'
say page "$(get '.network._embedded.subnets[0]._embedded.usage | tojson')"

# Somebody's port in the network keeps it, and is told.
ask POST /ports "{\"port\": {\"network_id\": \"$network\", \"name\": \"guest\"}}"
expect 201
guest=$(get .port.id)
ask DELETE "/cluster-networks/$id"
expect 409 '.NeutronError.blockers_total == 1' \
    ".NeutronError.blockers[0].id == \"$guest\"" \
    '.NeutronError.blockers[0].type == "port"'
say blocked "by $(get '.NeutronError.blockers[0] | .type + " " + .name')"
ask GET "/cluster-networks/$id/blockers"
expect 200 '.blockers_total == 1' ".blockers[0].id == \"$guest\""
say blockers "$(get '.blockers[0].reason')"
ask DELETE "/ports/$guest"
expect 204

# Plan the deletion, read what goes, do exactly that.
ask DELETE "/cluster-networks/$id?cascade=plan"
expect 200 '.plan.blockers == []' \
    '[.plan.deletes[] | select(.type == "port")] | length == 50' \
    "[.plan.deletes[].id] | contains([\"$network\", \"$subnet\"])"
plan=$(get .plan.id)
say plan "$(get '.plan.deletes | length') objects go"
ask DELETE "/cluster-networks/$id?cascade=$plan"
expect 204
ask GET "/cluster-networks/$id"
expect 404
ask GET "/networks/$network"
expect 404
say delete "nothing is left"
