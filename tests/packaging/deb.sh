#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs the packages in a folder made by debootstrap, starts what the unit
# says as the user it says, uses it, and purges the packages:
#
#     tests/packaging/deb.sh build/deb
#
# Needs root, and a mirror of Debian (MIRROR, by default deb.debian.org).  The
# folder of the last run is kept in build/debian, so that the next is shorter.
set -euo pipefail
cd "$(dirname "$0")/../.."

debs=$1
mirror=${MIRROR:-http://deb.debian.org/debian}
base=build/debian
root=$PWD/build/debian-test
failures=0

check() {
    local what=$1
    shift
    if "$@" >"$base.log" 2>&1; then
        echo "ok    $what"
    else
        echo "FAIL  $what"
        sed 's/^/      /' "$base.log" | tail -20
        failures=$((failures + 1))
    fi
}

chroot=(chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/
    LC_ALL=C DEBIAN_FRONTEND=noninteractive)
inside() { "${chroot[@]}" "$@"; }

# What is started is ended, whatever happens.
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ ! -x "$root/usr/bin/pg_ctlcluster" ] ||
        inside pg_ctlcluster 15 main stop >/dev/null 2>&1 || true
    ! mountpoint -q "$root/proc" || umount "$root/proc"
    rm -rf "$root"
}
trap cleanup EXIT

if [ ! -e "$base/ready" ]; then
    rm -rf "$base"
    debootstrap --variant=minbase \
        --include=adduser,ca-certificates,curl,postgresql,procps,systemd \
        bookworm "$base" "$mirror" >"$base.log" 2>&1 ||
        { tail -20 "$base.log"; exit 1; }
    touch "$base/ready"
fi
rm -rf "$root"
cp -a "$base" "$root"
mount -t proc proc "$root/proc"
cp /etc/resolv.conf "$root/etc/resolv.conf"
[ ! -d /etc/apt/apt.conf.d ] || cp -a /etc/apt/apt.conf.d/. \
    "$root/etc/apt/apt.conf.d/"
# No init runs in the folder: packages start nothing.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"

files() { (cd "$root" && find etc usr lib var opt -xdev \
    -not -path 'var/cache/*' -not -path 'var/log/*' \
    -not -path 'var/lib/dpkg/*' -not -path 'var/lib/apt/*' \
    -not -path 'var/lib/postgresql/*' | sort); }

files >"$base.before"
cp "$debs"/tenet_*.deb "$debs"/tenet-ipam_*.deb "$root/tmp/"
check "the packages install with what they depend on" \
    inside sh -c 'apt-get update && apt-get install -y --no-install-recommends /tmp/tenet_*.deb /tmp/tenet-ipam_*.deb'
check "the user tenet exists and logs in nowhere" \
    inside sh -c 'getent passwd tenet | grep -q nologin'
check "the settings are not for everybody's eyes" \
    inside sh -c '[ "$(stat -c %a:%G /etc/tenet/tenet.conf)" = 640:tenet ]'
check "the unit is valid" \
    inside systemd-analyze verify /lib/systemd/system/tenet.service
check "the unit is confined: systemd's exposure is below 1.5" inside \
    systemd-analyze security --offline=true --threshold=15 tenet.service
check "the CNI plugin answers VERSION" inside sh -c \
    'CNI_COMMAND=VERSION /usr/lib/cni/tenet-ipam </dev/null | grep -q supportedVersions'

inside pg_ctlcluster 15 main start
inside su postgres -c 'createuser tenet && createdb --owner tenet tenet'

# The lines of the unit, as its user.
unit=$root/lib/systemd/system/tenet.service
as_unit=("${chroot[@]}" setpriv --reuid=tenet --regid=tenet --clear-groups
    --no-new-privs --bounding-set=-all)
command_of() { sed -n "s/^$1=//p" "$unit"; }
read -ra prepare < <(command_of ExecStartPre)
read -ra serve < <(command_of ExecStart)
inside install -d -o tenet -g tenet -m 0700 /var/lib/tenet
add_user() { echo s3cret-of-admin | "${as_unit[@]}" tenetd user add admin \
    --project admin --role admin --config /etc/tenet/tenet.conf; }
check "a user can be made" add_user
check "ExecStartPre brings the database to the schema" \
    "${as_unit[@]}" "${prepare[@]}"
"${as_unit[@]}" "${serve[@]}" >"$base.server" 2>&1 &
server=$!
for _ in $(seq 50); do
    ! grep -qs '^ready' "$base.server" || break
    sleep 0.1
done
check "ExecStart serves" curl -fsS http://127.0.0.1:9696/readyz
token=$(curl -fsS -D - -o "$base.token" http://127.0.0.1:9696/v3/auth/tokens -d '
    {"auth": {"identity": {"methods": ["password"], "password": {"user": {
         "name": "admin", "domain": {"id": "default"},
         "password": "s3cret-of-admin"}}}}}' |
    tr -d '\r' | sed -n 's/^X-Subject-Token: //p')
check "a network can be made" curl -fsS http://127.0.0.1:9696/v2.0/networks \
    -H "X-Auth-Token: $token" -d '{"network": {"name": "n"}}'
kill "$server"
wait "$server" || true
server=
check "SIGTERM drained it" grep -q draining "$base.server"

check "the packages purge" inside apt-get purge -y tenet tenet-ipam
inside apt-get autoremove -y --purge >/dev/null 2>&1
files >"$base.after"
# dpkg's own traces of a user and of units are no leftovers.
check "nothing is left of them" sh -c \
    "diff $base.before $base.after | grep '^>' | grep -E 'tenet' && exit 1; exit 0"

echo "$failures failed"
[ "$failures" -eq 0 ]
