#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# A server of an earlier version goes on serving while the migrations of this
# one run, and beside a server of this one:
#
#     tests/packaging/upgrade.sh build/tenetd OLD
#
# OLD is the earlier tenetd, or a commit to build it from, such as v1.0.  Both
# are used without pause: nothing may answer 5xx, and the invariants must hold
# in the end.  TAP, and a closing line.
set -euo pipefail
cd "$(dirname "$0")/../.."

new=$(realpath "$1")
old=$2
dir=$(mktemp -d)
chmod 755 "$dir"
passed=0
failed=0
pids=()

cleanup() {
    touch "$dir/stop"
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
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

# await FILE: waits up to 20 s for a server's line "ready".
await() {
    for _ in $(seq 200); do
        if grep -qs '^ready' "$1"; then
            sed -n 's/^ready //p' "$1"
            return 0
        fi
        sleep 0.1
    done
    echo "no server: $(tail -3 "$1".err)" >&2
    return 1
}

build_old() {
    mkdir -p "$dir/source"
    git archive "$old" | tar -x -C "$dir/source"
    make -s -C "$dir/source" build/tenetd >"$dir/build.log" 2>&1 ||
        { tail -5 "$dir/build.log"; exit 1; }
    old=$dir/source/build/tenetd
}

# use URL FILE: changes things through a server until the file "stop" is there;
# writes a line for each answer.
use() {
    local url=$1/v2.0 net port
    local curl=(curl -s -w '%{stderr}%{http_code}\n')
    while [ ! -e "$dir/stop" ]; do
        net=$("${curl[@]}" "$url/networks" -d '{"network": {}}' 2>>"$2" |
            jq -r .network.id)
        "${curl[@]}" "$url/subnets" -o /dev/null -d '{"subnet": {"network_id":
            "'"$net"'", "ip_version": 4, "cidr": "10.0.0.0/24"}}' 2>>"$2"
        for _ in 1 2 3 4; do
            port=$("${curl[@]}" "$url/ports" -d '{"port": {"network_id":
                "'"$net"'"}}' 2>>"$2" | jq -r .port.id)
            "${curl[@]}" -o /dev/null "$url/ports/$port" 2>>"$2"
            "${curl[@]}" -o /dev/null -X PUT "$url/ports/$port" \
                -d '{"port": {"name": "changed"}}' 2>>"$2"
        done
        "${curl[@]}" -o /dev/null "$url/ports?network_id=$net" 2>>"$2"
        "${curl[@]}" -o /dev/null -X PUT "$url/networks/$net" \
            -d '{"network": {"shared": true}}' 2>>"$2"
        "${curl[@]}" -o /dev/null -X DELETE "$url/ports/$port" 2>>"$2"
    done
}

# answers FILE: how many there are of each kind, "200:7 201:3".
answers() { sort "$1" | uniq -c | awk '{ printf "%s:%s ", $2, $1 }'; }
errors() { grep -c '^[05]' "$1" || true; }

[ -x "$old" ] || build_old

"$old" dev --data "$dir/data" --listen 127.0.0.1:0 --auth none \
    --quota-network -1 --quota-subnet -1 --quota-port -1 \
    --log-level error >"$dir/old.out" 2>"$dir/old.out.err" &
pids+=($!)
url=$(await "$dir/old.out")
database=$(cat "$dir/data/database_url")

for i in 1 2 3; do
    use "$url" "$dir/answers.$i" &
done
sleep 2
applied=$("$new" migrate --database-url "$database")
echo "# $applied"
check "there was something to migrate" \
    "$([ "${applied%% *}" -gt 0 ] && echo yes || echo no)" yes
sleep 2
"$new" serve --database-url "$database" --listen 127.0.0.1:0 --auth none \
    --quota-network -1 --quota-subnet -1 --quota-port -1 \
    --log-level error >"$dir/new.out" 2>"$dir/new.out.err" &
pids+=($!)
url=$(await "$dir/new.out")
for i in 4 5 6; do
    use "$url" "$dir/answers.$i" &
done
sleep 8
touch "$dir/stop"
sleep 1

cat "$dir"/answers.[123] >"$dir/old.answers"
cat "$dir"/answers.[456] >"$dir/new.answers"
echo "# earlier version: $(answers "$dir/old.answers")"
echo "# this version: $(answers "$dir/new.answers")"
check "the earlier version never failed" "$(errors "$dir/old.answers")" 0
check "nor did this one beside it" "$(errors "$dir/new.answers")" 0
check "the invariants hold" "$("$new" check --database-url "$database" \
    >"$dir/check" && echo yes || grep -v ': ok$' "$dir/check")" yes

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
