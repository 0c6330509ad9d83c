#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The unmodified `openstack` and openstacksdk log in at a real Keystone and use
# a server of their own with auth = keystone:
#
#     TENET_TEST_KEYSTONE_URL=http://127.0.0.1:5000/v3 \
#     TENET_TEST_KEYSTONE_USER=neutron TENET_TEST_KEYSTONE_PASSWORD=... \
#     OS_USERNAME=demo OS_PASSWORD=... OS_PROJECT_NAME=demo \
#         tests/clients/keystone.sh
#
# The first three are what the server validates tokens with; OS_* is a member
# of a project.  Nothing is changed in Keystone.  Without the first the script
# says that it is skipped.  TENET_BINARY names another server.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
binary=${TENET_BINARY:-$here/../../build/tenetd}
keystone=${TENET_TEST_KEYSTONE_URL:-}
n=0
failed=0

if [ -z "$keystone" ]; then
    echo "ok 1 keystone # SKIP TENET_TEST_KEYSTONE_URL names no Keystone"
    exit 0
fi

work=$(mktemp -d)
chmod 755 "$work" # Root's PostgreSQL runs as another user.
server=

stop() {
    if [ -n "$server" ]; then
        kill -TERM "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

# --- the server --------------------------------------------------------------

await_ready() {
    local deadline=$((SECONDS + 60)) url=
    while [ "$SECONDS" -lt "$deadline" ] && kill -0 "$server" 2>/dev/null; do
        url=$(sed -n 's/^ready //p' "$work/out")
        if [ -n "$url" ]; then
            echo "$url"
            return 0
        fi
        sleep 0.1
    done
    echo "the server does not start:" >&2
    cat "$work/err" >&2
    return 1
}

: >"$work/out"
TENET_DEV_FSYNC=off \
    TENET_KEYSTONE_PASSWORD=${TENET_TEST_KEYSTONE_PASSWORD:?} \
    "$binary" dev --data "$work/data" --listen 127.0.0.1:0 --auth keystone \
    --keystone-url "$keystone" \
    --keystone-user "${TENET_TEST_KEYSTONE_USER:?}" \
    --token-cache-s 1 >"$work/out" 2>"$work/err" &
server=$!
url=$(await_ready)

# --- the clients -------------------------------------------------------------

user=${OS_USERNAME:?} password=${OS_PASSWORD:?} project=${OS_PROJECT_NAME:?}
domain=${OS_USER_DOMAIN_NAME:-Default}
project_domain=${OS_PROJECT_DOMAIN_NAME:-Default}
unset "${!OS_@}"
export PYTHONWARNINGS=ignore
cd "$work"
jq -n --arg url "$url" --arg auth "$keystone" --arg user "$user" \
    --arg password "$password" --arg project "$project" \
    --arg domain "$domain" --arg project_domain "$project_domain" \
    '{clouds: {tenet: {network_endpoint_override: $url,
        auth: {auth_url: $auth, username: $user, password: $password,
               project_name: $project, user_domain_name: $domain,
               project_domain_name: $project_domain}}}}' >clouds.yaml
export OS_CLIENT_CONFIG_FILE=$work/clouds.yaml OS_CLOUD=tenet

osc() {
    /usr/bin/openstack "$@" </dev/null
}

is() { # NAME WANT GOT
    n=$((n + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $n keystone: $1"
    else
        failed=$((failed + 1))
        echo "not ok $n keystone: $1: got ${3//$'\n'/ }, want $2"
    fi
}

# Prints a token of the user for the scope, a JSON object.
token_for() {
    jq -n --arg user "$user" --arg password "$password" \
        --arg domain "$domain" --argjson scope "$1" \
        '{auth: {scope: $scope, identity: {methods: ["password"],
          password: {user: {name: $user, password: $password,
                            domain: {name: $domain}}}}}}' |
        curl -sf -o /dev/null -D - -H 'Content-Type: application/json' \
            --data @- "$keystone/auth/tokens" |
        tr -d '\r' | sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: //p'
}

status() { # TOKEN
    curl -s -o "$work/answer" -w '%{http_code}' -H "X-Auth-Token: $1" \
        "$url/v2.0/networks"
}

check_cli() {
    local mine
    mine=$(osc token issue -f value -c project_id)
    is "network create" "$mine" \
        "$(osc network create n1 -f value -c project_id 2>&1)"
    is "subnet create" "10.0.0.0/24" "$(osc subnet create s1 --network n1 \
        --subnet-range 10.0.0.0/24 -f value -c cidr 2>&1)"
    is "port create" "1" "$(osc port create --network n1 p1 -f json 2>&1 |
        jq '.fixed_ips | length')"
    is "network list" "n1" "$(osc network list -f value -c Name 2>&1)"
    is "a member cannot share" "403" "$(osc network create --share n2 2>&1 |
        grep -o '403' | head -1)"
    is "network delete" "" "$(osc port delete p1 && osc network delete n1 2>&1)"
}

check_sdk() {
    is "openstacksdk" "sdk-1 ACTIVE" "$(/usr/bin/python3 - <<'EOF'
import openstack

cloud = openstack.connect(cloud="tenet")
network = cloud.network.create_network(name="sdk-1")
print(cloud.network.get_network(network.id).name, network.status)
cloud.network.delete_network(network)
EOF
    )"
}

check_tokens() {
    local token
    token=$(token_for "{\"project\": {\"name\": \"$project\",
        \"domain\": {\"name\": \"$project_domain\"}}}")
    is "a token" "200" "$(status "$token")"
    is "no token" "401" "$(status "")"
    is "where to get one" "1" "$(curl -si "$url/v2.0/networks" |
        grep -ci "^www-authenticate: keystone uri=\"$keystone\"")"
    is "an altered token" "401" "$(status "${token%?}")"
    is "an unscoped token" "403" "$(status "$(token_for '"unscoped"')")"
    curl -s -X DELETE -H "X-Auth-Token: $token" -H "X-Subject-Token: $token" \
        "$keystone/auth/tokens"
    sleep 1.1
    is "a revoked token" "401" "$(status "$token")"
}

check_cli
check_sdk
check_tokens
is "no password is logged" "0" \
    "$(grep -cF "$TENET_TEST_KEYSTONE_PASSWORD" "$work/err" || true)"

kill -TERM "$server"
ended=0
wait "$server" || ended=$?
server=
is "the server ends well" "0" "$ended"
exit "$((failed > 0))"
