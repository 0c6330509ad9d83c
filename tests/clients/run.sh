#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs the unmodified clients against a server of their own, with a database
# of its own, both gone at the end:
#
#     tests/clients/run.sh
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
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

# Prints the URL that the server is ready at, or what it said instead.
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
    cat "$work/err" "$work/data/postgres.log" >&2 2>/dev/null || true
    return 1
}

: >"$work/out"
TENET_DEV_FSYNC=off "$binary" dev --data "$work/data" --listen 127.0.0.1:0 --auth none \
    >"$work/out" 2>"$work/err" &
server=$!
url=$(await_ready)

status=0
"$here/openstack_cli.sh" "$url" || status=1
/usr/bin/python3 "$here/sdk.py" "$url" || status=1
/usr/bin/python3 "$here/openapi_live.py" "$url" || status=1

# An end in order, and nothing broken behind it.
"$binary" check --database-url "$(cat "$work/data/database_url")" || status=1
kill -TERM "$server"
if ! wait "$server"; then
    echo "the server did not end well:" >&2
    tail -20 "$work/err" >&2
    status=1
fi
server=
exit "$status"
