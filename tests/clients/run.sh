#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs the unmodified clients against servers of their own, with a database of
# its own, all gone at the end:
#
#     tests/clients/run.sh
#
# One server has users: `openstack` comes with a password, openstacksdk with an
# application credential.  The other one is without authentication.
#
# TENET_BINARY names another server than build/tenetd.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
binary=${TENET_BINARY:-$here/../../build/tenetd}
work=$(mktemp -d)
chmod 755 "$work" # Root's PostgreSQL runs as another user.
server=
open_server=

stop() {
    local pid
    for pid in $open_server $server; do
        kill -TERM "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

# await_ready NAME PID: prints the URL that the server is ready at, or what it
# said instead.
await_ready() {
    local deadline=$((SECONDS + 60)) url=
    while [ "$SECONDS" -lt "$deadline" ] && kill -0 "$2" 2>/dev/null; do
        url=$(sed -n 's/^ready //p' "$work/$1.out")
        if [ -n "$url" ]; then
            echo "$url"
            return 0
        fi
        sleep 0.1
    done
    echo "the server does not start:" >&2
    cat "$work/$1.err" "$work/data/postgres.log" >&2 2>/dev/null || true
    return 1
}

# An admin, whose default project has the id that is its name, and a member.
make_users() {
    local file=(--data "$work/data")
    mkdir "$work/data"
    "$binary" user add operator --project ops --role admin "${file[@]}" \
        >"$work/users" <<<s3cret
    "$binary" user add operator --project probe --project-id probe \
        --role admin "${file[@]}" >>"$work/users"
    "$binary" user add alice --project blue --role member "${file[@]}" \
        >>"$work/users" <<<s3cret
    local guest
    for guest in guest guest-2; do # Whom networks are shared with.
        "$binary" user add alice --project "$guest" --project-id "$guest" \
            --role member "${file[@]}" >>"$work/users"
    done
    "$binary" user credential operator "${file[@]}" >"$work/credential"
}

# write_clouds URL
write_clouds() {
    jq -n --arg url "$1/v3" \
        --arg id "$(sed -n 's/.*CREDENTIAL_ID=//p' "$work/credential")" \
        --arg secret "$(sed -n 's/.*SECRET=//p' "$work/credential")" '
        def by_password($user; $project): {region_name: "RegionOne", auth: {
            auth_url: $url, username: $user, password: "s3cret",
            user_domain_name: "Default", project_name: $project,
            project_domain_name: "Default"}};
        {clouds: {password: by_password("operator"; "ops"),
            member: by_password("alice"; "blue"),
            credential: {region_name: "RegionOne",
                auth_type: "v3applicationcredential",
                auth: {auth_url: $url, application_credential_id: $id,
                    application_credential_secret: $secret}}}}' \
        >"$work/clouds.json"
}

make_users
: >"$work/users.out"
TENET_DEV_FSYNC=off "$binary" dev --data "$work/data" --listen 127.0.0.1:0 \
    >"$work/users.out" 2>"$work/users.err" &
server=$!
url=$(await_ready users "$server")
database=$(cat "$work/data/database_url")
write_clouds "$url"

: >"$work/open.out"
"$binary" serve --database-url "$database" --auth none --listen 127.0.0.1:0 \
    >"$work/open.out" 2>"$work/open.err" &
open_server=$!
open_url=$(await_ready open "$open_server")

status=0
CLOUDS=$work/clouds.json CLOUD=password PROJECT=probe GUEST=guest \
    "$here/openstack_cli.sh" "$url" || status=1
OS_CLIENT_CONFIG_FILE=$work/clouds.json CLOUD=credential \
    /usr/bin/python3 "$here/sdk.py" "$url" || status=1
OS_CLIENT_CONFIG_FILE=$work/clouds.json \
    /usr/bin/python3 "$here/identity.py" || status=1
/usr/bin/python3 "$here/openapi_live.py" "$open_url" || status=1
TENET_BINARY=$(realpath "$binary") "$here/keystone.sh" || status=1

# An end in order, and nothing broken behind it.
"$binary" check --database-url "$database" || status=1
kill -TERM "$open_server" "$server"
if ! wait "$open_server" || ! wait "$server"; then
    echo "a server did not end well:" >&2
    tail -20 "$work/open.err" "$work/users.err" >&2
    status=1
fi
open_server=
server=
exit "$status"
