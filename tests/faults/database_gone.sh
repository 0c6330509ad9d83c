#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The database goes and comes back under a server, and a server is killed:
#
#     tests/faults/database_gone.sh build/tenetd
#
# One tenetd ("dev") owns a private PostgreSQL, another one ("serve") uses it.
# The first and its PostgreSQL are killed; the second must answer 503 with
# Retry-After and heal by itself when they are back.  What was acknowledged
# must be there.  TAP, and a closing line.
set -eu

tenetd=$(realpath "$1")
dir=$(mktemp -d)
chmod 755 "$dir"
passed=0
failed=0
dev_pid=
serve_pid=

cleanup() {
    # shellcheck disable=SC2086
    kill $serve_pid $dev_pid 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$dir"
}
trap cleanup EXIT

# check NAME GOT WANT
check() {
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) $1"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) $1: got $2, want $3"
    fi
}

# Waits up to 20 s until the command succeeds.
await() {
    for _ in $(seq 200); do
        if "$@" >/dev/null 2>&1; then
            return 0
        fi
        sleep 0.1
    done
    return 1
}

start_dev() {
    : >"$dir/dev.out"
    "$tenetd" dev --data "$dir/data" --listen 127.0.0.1:0 --auth none \
        --log-level error >"$dir/dev.out" 2>"$dir/dev.err" &
    dev_pid=$!
    await grep -q '^ready' "$dir/dev.out"
}

start_serve() {
    "$tenetd" serve --database-url "$(cat "$dir/data/database_url")" \
        --listen 127.0.0.1:0 --log-level error \
        >"$dir/serve.out" 2>"$dir/serve.err" &
    serve_pid=$!
    await grep -q '^ready' "$dir/serve.out"
    url=$(sed -n 's/^ready //p' "$dir/serve.out")
}

status() {
    curl -s -o /dev/null -w '%{http_code}' "$@"
}

create_port() {
    curl -s -X POST "$url/v2.0/ports" \
        -d '{"port": {"network_id": "'"$network"'"}}'
}

count_ports() {
    curl -s "$url/v2.0/ports?network_id=$network&fields=id" |
        jq '.ports | length'
}

ready() {
    [ "$(status "$url/readyz")" = 200 ]
}

violations() {
    "$tenetd" check --database-url "$(cat "$dir/data/database_url")" |
        grep -vc ': ok$' || true
}

start_dev
start_serve
network=$(curl -s -X POST "$url/v2.0/networks" -d '{"network": {}}' |
    jq -r .network.id)
curl -s -o /dev/null -X POST "$url/v2.0/subnets" -d '{"subnet": {"network_id":
    "'"$network"'", "ip_version": 4, "cidr": "10.0.0.0/16"}}'
for _ in 1 2 3 4 5; do
    create_port >/dev/null
done
check "ports before the fault" "$(count_ports)" 5

# The owner dies at once, and its PostgreSQL with it.
postgres_pid=$(head -n 1 "$dir/data/postgres/postmaster.pid")
kill -9 "$dev_pid" "$postgres_pid"
wait "$dev_pid" 2>/dev/null || true
await sh -c "! kill -0 $postgres_pid"
check "reads are refused" "$(status "$url/v2.0/networks")" 503
check "writes are refused" \
    "$(create_port | jq -r .NeutronError.type)" HTTPServiceUnavailable
check "the refusal says when to come again" \
    "$(curl -s -D - -o /dev/null "$url/v2.0/networks" |
        tr -d '\r' | sed -n 's/^Retry-After: //p')" 1
check "the server lives" "$(status "$url/healthz")" 200
check "and says that it is not ready" "$(status "$url/readyz")" 503

start_dev
await ready
check "it heals by itself" "$(status "$url/v2.0/networks")" 200
check "nothing acknowledged is lost" "$(count_ports)" 5
check "new ports come" "$(create_port | jq -r .port.status)" DOWN
check "and are there" "$(count_ports)" 6

# A server killed in the middle of its work leaves nothing half done.
(for _ in $(seq 200); do create_port; done >/dev/null 2>&1) &
load_pid=$!
sleep 0.3
kill -9 "$serve_pid"
wait "$load_pid" "$serve_pid" 2>/dev/null || true
start_serve
check "the invariants hold" "$(violations)" 0

echo "1..$((passed + failed))"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
