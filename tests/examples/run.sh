#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs every examples/*.sh, each against a server of its own with a database of
# its own, both gone at the end, as the user "demo" of that:
#
#     tests/examples/run.sh
#
# TENET_BINARY names another server than build/tenetd.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
binary=${TENET_BINARY:-$here/../../build/tenetd}
work=$(mktemp -d)
chmod 755 "$work" # Root's PostgreSQL runs as another user.
server=

stop() {
    if [ -n "$server" ]; then
        kill -TERM "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    server=
    rm -rf "$work/data"
}
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# Starts a server; 'url' is where it is ready.
start() {
    local deadline=$((SECONDS + 60))
    url=
    : >"$work/out"
    TENET_DEV_FSYNC=off "$binary" dev --data "$work/data" \
        --listen 127.0.0.1:0 >"$work/out" 2>"$work/err" &
    server=$!
    while [ -z "$url" ]; do
        if [ "$SECONDS" -ge "$deadline" ] || ! kill -0 "$server"; then
            echo "the server does not start:" >&2
            cat "$work/err" "$work/data/postgres.log" >&2 || true
            return 1
        fi
        sleep 0.1
        url=$(sed -n 's/^ready //p' "$work/out")
    done
}

n=0
failed=0
for example in "$here"/../../examples/*.sh; do
    n=$((n + 1))
    name=examples/$(basename "$example")
    start
    # shellcheck disable=SC1091
    token=$(. "$work/data/demo-openrc.sh" && "$here/../../clients/token.sh")
    if TENET_URL=$url TENET_TOKEN=$token "$example" >"$work/said" 2>&1 &&
        "$binary" check --database-url "$(cat "$work/data/database_url")" \
            >>"$work/said" 2>&1; then
        echo "ok $n - $name"
    else
        failed=1
        sed 's/^/# /' "$work/said"
        echo "not ok $n - $name"
    fi
    stop
done
exit "$failed"
