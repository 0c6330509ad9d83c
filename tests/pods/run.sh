#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Pods on two nodes, as network namespaces of this machine, with addresses
# from a server of their own; all of it gone at the end:
#
#     tests/pods/run.sh
#
# The server listens on a unix socket, which plugins reach from any namespace.
# TENET_BINARY names another server than build/tenetd; tenet-ipam lies beside
# it.  Needs root for the namespaces; without it they are skipped.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
binary=$(realpath "${TENET_BINARY:-$here/../../build/tenetd}")
work=$(mktemp -d)
chmod 755 "$work" # Root's PostgreSQL runs as another user.
prefix=tenet$$    # Of all namespaces.
dev=
serve=
pods=

stop() {
    trap - EXIT INT TERM
    for pid in $pods $serve $dev; do
        kill -TERM "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    # Virtual links go with the namespaces that they are in.
    ip netns list 2>/dev/null | awk -v p="$prefix-" \
        'index($1, p) == 1 { print $1 }' |
        while read -r name; do
            ip netns pids "$name" | xargs -r kill -KILL 2>/dev/null || true
            ip netns delete "$name" || true
        done
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

# await PID FILE: waits until a server says in FILE.out that it is ready.
await() {
    local deadline=$((SECONDS + 60))
    while [ "$SECONDS" -lt "$deadline" ] && kill -0 "$1" 2>/dev/null; do
        if grep -q '^ready ' "$2.out"; then
            return 0
        fi
        sleep 0.1
    done
    echo "the server does not start:" >&2
    cat "$2.out" "$2.err" >&2
    return 1
}

# Its second life begins when the test kills the first: plugins must wait.
serve_again_and_again() {
    local child=
    trap 'kill -TERM "$child" 2>/dev/null; wait "$child"; exit' TERM
    while true; do
        "$binary" serve --database-url "$(cat "$work/data/database_url")" \
            --listen "unix:$work/socket" --log-level error \
            >>"$work/serve.out" 2>>"$work/serve.err" &
        child=$!
        echo "$child" >"$work/serve.pid"
        wait "$child" || true
        sleep 1
    done
}

: >"$work/dev.out"
: >"$work/serve.out"
TENET_DEV_FSYNC=off "$binary" dev --data "$work/data" --auth none \
    --listen "unix:$work/dev.socket" --log-level error \
    >"$work/dev.out" 2>"$work/dev.err" &
dev=$!
await "$dev" "$work/dev"
serve_again_and_again &
serve=$!
await "$serve" "$work/serve"

# In the background, for a signal is heard only while the shell waits.
status=0
CNI_PATH=/usr/lib/cni:/opt/cni/bin:$(dirname "$binary") \
    /usr/bin/python3 "$here/pods.py" --socket "$work/socket" \
    --server-pid "$work/serve.pid" --prefix "$prefix" &
pods=$!
wait "$pods" || status=1
pods=

# Nothing is broken behind it.
"$binary" check --database-url "$(cat "$work/data/database_url")" || status=1
if [ "$status" -ne 0 ]; then
    tail -20 "$work/serve.err" >&2
fi
exit "$status"
