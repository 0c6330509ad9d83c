#!/bin/bash
#
# Drives the unmodified `openstack` command line against a server without
# authentication, or as an admin, and compares what it shows, value by value.
#
#     tests/clients/openstack_cli.sh http://127.0.0.1:9696
#     CLOUDS=FILE CLOUD=NAME PROJECT=P GUEST=G tests/clients/openstack_cli.sh URL
#
# CLOUD is an entry of the clouds.yaml CLOUDS, in JSON; P is a project whose id
# is its name, and which has no quotas; G and G-2 are two more.
# The URL is the root of the service, not .../v2.0.  Needs openstack, jq, curl and
# python3.  Most commands go to one running `openstack`, for a start costs more than
# a second; that shell splits quoted words, so values there have no spaces.
set -eu

url=${1:?usage: $0 URL}
here=$(cd "$(dirname "$0")" && pwd)
cli=${OPENSTACK:-/usr/bin/openstack}
run=cli-$$              # every name begins with it, so that the end can find it
mark=done-$$
n=0 failed=0

# --- the client --------------------------------------------------------------------

unset "${!OS_@}"
export PYTHONUNBUFFERED=1 PYTHONWARNINGS=ignore
work=$(mktemp -d)
cd "$work"
project=${PROJECT:-$run-project}
token=
if [ -n "${CLOUD:-}" ]; then
    export OS_CLIENT_CONFIG_FILE=$CLOUDS OS_CLOUD=$CLOUD
    token=$("$cli" token issue -f value -c id)
else
    export OS_AUTH_TYPE=none OS_ENDPOINT=$url
fi

open_shell() {
    coproc SHELL_OF_CLI { "$cli" 2>&1; }
    exec {to_cli}>&"${SHELL_OF_CLI[1]}" {from_cli}<&"${SHELL_OF_CLI[0]}"
}

# osc COMMAND...: runs it in the open shell, and prints what that printed.
osc() {
    local line
    printf '%s\n!echo %s\n' "$*" "$mark" >&"$to_cli"
    while IFS= read -r -t 120 line <&"$from_cli"; do
        [ "$line" != "$mark" ] || return 0
        printf '%s\n' "$line"
    done
    echo "the client has stopped answering"
}

# start COMMAND...: a process of its own, for its exit status and for spaces.
start() {
    "$cli" "$@" </dev/null 2>&1
}

open_stub() {
    exec {stub_out}< <(exec /usr/bin/python3 "$here/identity_stub.py")
    stub_pid=$!
    read -r -t 30 stub_url <&"$stub_out"
    jq -n --arg stub "$stub_url" --arg url "$url" \
        --argjson cloud "$(cloud_without_stub)" '{clouds: {with_projects: (
            $cloud + {compute_endpoint_override: $stub,
                      volume_endpoint_override: $stub,
                      block_storage_endpoint_override: $stub})}}' >clouds.yaml
}

# Where projects are looked up: at the server, or at the stub.
cloud_without_stub() {
    if [ -n "${CLOUD:-}" ]; then
        jq --arg cloud "$CLOUD" '.clouds[$cloud]' "$CLOUDS"
    else
        jq -n --arg stub "$stub_url" --arg url "$url" '{auth_type: "none",
            auth: {endpoint: $stub}, network_endpoint_override: $url}'
    fi
}

# with_projects COMMAND...: as start, with projects that can be looked up.
with_projects() {
    env -u OS_AUTH_TYPE -u OS_ENDPOINT OS_CLOUD=with_projects \
        OS_CLIENT_CONFIG_FILE="$work/clouds.yaml" "$cli" "$@" </dev/null 2>&1
}

# --- the checks --------------------------------------------------------------------

is() {      # NAME WANT GOT
    n=$((n + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $n $1"
    else
        failed=$((failed + 1))
        echo "not ok $n $1: got ${3//$'\n'/ }, want $2"
    fi
}

# select_from OUTPUT FILTER: [FILTER] of the JSON, or the output if it is none.
select_from() {
    jq -ce "[$2]" <<<"$1" 2>/dev/null || printf '%s' "$1"
}

# shows NAME FILTER WANT COMMAND...: the jq FILTER of what COMMAND shows is WANT.
shows() {
    is "$1" "$3" "$(select_from "$(osc "${@:4}" -f json)" "$2")"
}

# sets NAME COMMAND...: COMMAND succeeds, which it shows by silence.
sets() {
    is "$1" "" "$(osc "${@:2}")"
}

# refuses NAME PART COMMAND...: the client fails, and says PART.
refuses() {
    local out status=0
    out=$(start "${@:3}") || status=$?
    [[ "$out" != *"$2"* ]] || out=$2
    is "$1" "1 $2" "$status $out"
}

# --- what is proven ----------------------------------------------------------------

check_networks() {
    local a=$run-a b=$run-b
    shows "network create: defaults" \
        '.name, .description, .admin_state_up, .status, .shared, ."router:external",
         .port_security_enabled, .dns_domain, .subnets, .tags' \
        "[\"$a\",\"\",true,\"ACTIVE\",false,false,true,\"\",[],[]]" \
        network create "$a"
    shows "network create: every option" \
        '.description, .mtu, .admin_state_up, .dns_domain, .port_security_enabled' \
        '["second",1400,false,"b.example.org.",false]' \
        network create "$b" --description second --mtu 1400 --disable \
        --dns-domain b.example.org. --disable-port-security --tag red --tag blue
    shows "network create: tags" '.tags | sort' '[["blue","red"]]' network show "$b"
    sets "network set: name, description, mtu, enable" network set "$b" \
        --name "$b-2" --description changed --mtu 1300 --enable \
        --dns-domain c.example.org. --enable-port-security
    shows "network show: after set" \
        '.name, .description, .mtu, .admin_state_up, .dns_domain,
         .port_security_enabled' \
        "[\"$b-2\",\"changed\",1300,true,\"c.example.org.\",true]" \
        network show "$b-2"
    check_network_tags "$b-2"
    check_network_lists "$a" "$b-2"
    sets "network delete: two" network delete "$a" "$b-2"
    shows "network list: none left" 'length' '[0]' network list --name "$a"
}

check_network_tags() {
    sets "network set --tag" network set "$1" --tag green
    shows "tag added" '.tags | sort' '[["blue","green","red"]]' network show "$1"
    sets "network unset --tag" network unset "$1" --tag green --tag red
    shows "tags removed" '.tags' '[["blue"]]' network show "$1"
    sets "network set --no-tag --tag" network set "$1" --no-tag --tag only
    shows "tags replaced" '.tags' '[["only"]]' network show "$1"
    sets "network set --no-tag" network set "$1" --no-tag
    shows "tags cleared" '.tags' '[[]]' network show "$1"
    sets "network unset --all-tag" network unset "$1" --all-tag
    sets "network set --tag, twice" network set "$1" --tag x --tag y
}

check_network_lists() {
    local names="[.[].Name | select(startswith(\"$run\"))] | sort"
    sets "network set --disable" network set "$1" --disable
    shows "network list" "$names" "[[\"$1\",\"$2\"]]" network list
    shows "network list --name" "$names" "[[\"$1\"]]" network list --name "$1"
    shows "network list --disable" "$names" "[[\"$1\"]]" network list --disable
    shows "network list --enable" "$names" "[[\"$2\"]]" network list --enable
    shows "network list --internal" "$names" "[[\"$1\",\"$2\"]]" \
        network list --internal
    shows "network list --external" "$names" '[[]]' network list --external
    shows "network list --tags" "$names" "[[\"$2\"]]" network list --tags x,y
    shows "network list --tags, one missing" "$names" '[[]]' \
        network list --tags x,z
    shows "network list --any-tags" "$names" "[[\"$2\"]]" network list --any-tags x,z
    shows "network list --not-tags" "$names" "[[\"$1\"]]" network list --not-tags x
    shows "network list --not-any-tags" "$names" "[[\"$1\"]]" \
        network list --not-any-tags x,z
    shows "network list --long" \
        ".[] | select(.Name == \"$2\") | .Status, .State, .Shared, (.Tags | sort)" \
        '["ACTIVE",true,false,["x","y"]]' network list --long
}

check_subnets() {
    local net=$run-subnets s=$run-s
    osc network create "$net" >/dev/null
    check_subnet_defaults "$net" "$s"
    check_subnet_options "$net" "$s"
    check_subnet_changes "$s"
    check_subnets_v6 "$net" "$s"
    check_subnet_lists "$net" "$s"
    sets "subnet delete: two" subnet delete "$s" "$s-auto"
    sets "network delete takes the other subnets along" network delete "$net"
    shows "subnet list: none left" "[.[].Name | select(startswith(\"$s\"))]" '[[]]' \
        subnet list
}

check_subnet_defaults() {       # NETWORK NAME
    shows "subnet create: defaults" \
        '.cidr, .ip_version, .gateway_ip, .enable_dhcp, .allocation_pools,
         .dns_nameservers, .host_routes, .service_types, .description, .tags,
         .ipv6_ra_mode, .ipv6_address_mode, .subnetpool_id' \
        '["10.1.0.0/24",4,"10.1.0.1",true,[{"start":"10.1.0.2","end":"10.1.0.254"}],'`
            `'[],[],[],"",[],null,null,null]' \
        subnet create "$2-auto" --network "$1" --subnet-range 10.1.0.0/24
    shows "subnet create: gateway none" '.gateway_ip, .allocation_pools' \
        '[null,[{"start":"10.2.0.1","end":"10.2.0.254"}]]' \
        subnet create "$2-none" --network "$1" --subnet-range 10.2.0.0/24 \
        --gateway none
    shows "subnet create: gateway in the middle splits the pool" \
        '.gateway_ip, [.allocation_pools[] | "\(.start)-\(.end)"]' \
        '["10.3.0.100",["10.3.0.1-10.3.0.99","10.3.0.101-10.3.0.254"]]' \
        subnet create "$2-middle" --network "$1" --subnet-range 10.3.0.0/24 \
        --gateway 10.3.0.100
    shows "subnet create: gateway auto" '.gateway_ip' '["10.4.0.1"]' \
        subnet create "$2-four" --network "$1" --subnet-range 10.4.0.0/30 \
        --gateway auto --ip-version 4
}

check_subnet_options() {        # NETWORK NAME
    shows "subnet create: every option" \
        '.gateway_ip, .enable_dhcp, .description, .dns_nameservers, .host_routes,
         ([.allocation_pools[] | "\(.start)-\(.end)"] | sort)' \
        '["10.5.0.254",false,"five",["192.0.2.53","192.0.2.54"],'`
            `'[{"destination":"10.9.0.0/16","nexthop":"10.5.0.2"}],'`
            `'["10.5.0.10-10.5.0.20","10.5.0.30-10.5.0.40"]]' \
        subnet create "$2" --network "$1" --subnet-range 10.5.0.0/24 \
        --gateway 10.5.0.254 --no-dhcp --description five \
        --dns-nameserver 192.0.2.53 --dns-nameserver 192.0.2.54 \
        --host-route destination=10.9.0.0/16,gateway=10.5.0.2 \
        --allocation-pool start=10.5.0.10,end=10.5.0.20 \
        --allocation-pool start=10.5.0.30,end=10.5.0.40 --tag five
    shows "subnet create: tags" '.tags' '[["five"]]' subnet show "$2"
    shows "network show: its subnets" '.subnets | length' '[5]' network show "$1"
}

check_subnet_changes() {        # NAME
    local pools='[.allocation_pools[] | "\(.start)-\(.end)"] | sort'
    local routes='[.host_routes[] | "\(.destination) \(.nexthop)"] | sort'
    sets "subnet set: one value each" subnet set "$1" --name "$1-x" --dhcp \
        --description six --gateway 10.5.0.253 --tag six
    shows "subnet show: after set" \
        '.enable_dhcp, .description, .gateway_ip, (.tags | sort)' \
        '[true,"six","10.5.0.253",["five","six"]]' subnet show "$1-x"
    sets "subnet set --name back" subnet set "$1-x" --name "$1"
    sets "subnet set: adds to lists" subnet set "$1" --dns-nameserver 192.0.2.55 \
        --host-route destination=10.8.0.0/16,gateway=10.5.0.3 \
        --allocation-pool start=10.5.0.50,end=10.5.0.60
    shows "lists grown, the new server first" ".dns_nameservers, ($routes), ($pools)" \
        '[["192.0.2.55","192.0.2.53","192.0.2.54"],'`
            `'["10.8.0.0/16 10.5.0.3","10.9.0.0/16 10.5.0.2"],["10.5.0.10-10.5.0.20",'`
            `'"10.5.0.30-10.5.0.40","10.5.0.50-10.5.0.60"]]' subnet show "$1"
    sets "subnet unset: from lists" subnet unset "$1" --dns-nameserver 192.0.2.53 \
        --host-route destination=10.9.0.0/16,gateway=10.5.0.2 --tag five \
        --allocation-pool start=10.5.0.30,end=10.5.0.40 --gateway
    shows "lists shrunk, no gateway" \
        ".dns_nameservers, ($routes), ($pools), .tags, .gateway_ip" \
        '[["192.0.2.55","192.0.2.54"],["10.8.0.0/16 10.5.0.3"],'`
            `'["10.5.0.10-10.5.0.20","10.5.0.50-10.5.0.60"],["six"],null]' \
        subnet show "$1"
    sets "subnet set: replaces lists" subnet set "$1" --no-dns-nameservers \
        --dns-nameserver 192.0.2.1 --no-host-route --no-allocation-pool \
        --allocation-pool start=10.5.0.2,end=10.5.0.9 --gateway none --no-tag
    shows "lists replaced" \
        ".dns_nameservers, ($routes), ($pools), .tags, .gateway_ip" \
        '[["192.0.2.1"],[],["10.5.0.2-10.5.0.9"],[],null]' subnet show "$1"
    sets "subnet set --gateway" subnet set "$1" --gateway 10.5.0.1
    shows "gateway set" '.gateway_ip' '["10.5.0.1"]' subnet show "$1"
}

check_subnets_v6() {            # NETWORK NAME
    local filter='.ip_version, .cidr, .gateway_ip, .ipv6_ra_mode, .ipv6_address_mode'
    shows "subnet create: slaac" "$filter" \
        '[6,"fd00:1::/64","fd00:1::","slaac","slaac"]' \
        subnet create "$2-slaac" --network "$1" --ip-version 6 \
        --subnet-range fd00:1::/64 --ipv6-ra-mode slaac --ipv6-address-mode slaac
    shows "subnet create: dhcpv6-stateful" "$filter, .allocation_pools" \
        '[6,"fd00:2::/64","fd00:2::1","dhcpv6-stateful","dhcpv6-stateful",'`
            `'[{"start":"fd00:2::100","end":"fd00:2::1ff"}]]' \
        subnet create "$2-stateful" --network "$1" --ip-version 6 \
        --subnet-range fd00:2::/64 --ipv6-ra-mode dhcpv6-stateful \
        --ipv6-address-mode dhcpv6-stateful --gateway fd00:2::1 \
        --allocation-pool start=fd00:2::100,end=fd00:2::1ff
    shows "subnet create: v6 is written canonically" '.cidr, .dns_nameservers' \
        '["fd00:3::/64",["2001:db8::53"]]' \
        subnet create "$2-v6" --network "$1" --ip-version 6 \
        --subnet-range FD00:0003:0::0/64 --dns-nameserver 2001:db8::53
}

check_subnet_lists() {          # NETWORK NAME
    local names='[.[].Name] | sort'
    shows "subnet list --network" 'length' '[8]' subnet list --network "$1"
    shows "subnet list --ip-version" "$names" \
        "[[\"$2-slaac\",\"$2-stateful\",\"$2-v6\"]]" \
        subnet list --network "$1" --ip-version 6
    shows "subnet list --subnet-range" "$names" "[[\"$2\"]]" \
        subnet list --network "$1" --subnet-range 10.5.0.0/24
    shows "subnet list --gateway" "$names" "[[\"$2-middle\"]]" \
        subnet list --network "$1" --gateway 10.3.0.100
    osc subnet set "$2" --no-dhcp --tag seven
    shows "subnet list --no-dhcp" "$names" "[[\"$2\"]]" \
        subnet list --network "$1" --no-dhcp
    shows "subnet list --name" '.[0].Subnet' '["10.5.0.0/24"]' subnet list --name "$2"
    shows "subnet list --tags" "$names" "[[\"$2\"]]" subnet list --tags seven \
        --network "$1"
}

check_ports() {
    local net=$run-ports s4=$run-s4 s6=$run-s6 p=$run-p
    osc network create "$net" >/dev/null
    osc subnet create "$s4" --network "$net" --subnet-range 10.6.0.0/24 >/dev/null
    osc subnet create "$s6" --network "$net" --ip-version 6 --ipv6-ra-mode slaac \
        --ipv6-address-mode slaac --subnet-range fd00:6::/64 >/dev/null
    check_port_without_address "$net-v4" "$p-none"
    check_port_defaults "$net" "$p"
    check_port_options "$net" "$s4" "$s6" "$p"
    check_port_fixed_ips "$s4" "$p"
    check_port_changes "$p"
    check_port_lists "$net" "$s4" "$p"
    check_availability "$net"
    check_refusals "$net" "$s4" "$p"
    sets "port delete: two" port delete "$p" "$p-auto"
    shows "port list: none left" 'length' '[0]' port list --network "$net"
    sets "subnet delete" subnet delete "$s4" "$s6"
    sets "network delete" network delete "$net"
}

ips='[.fixed_ips[].ip_address] | sort'

check_port_without_address() {  # NETWORK NAME
    osc network create "$1" >/dev/null
    osc subnet create "$1" --network "$1" --subnet-range 10.7.0.0/29 >/dev/null
    shows "port create --no-fixed-ip --disable-port-security" \
        '.fixed_ips, .port_security_enabled' '[[],false]' \
        port create "$2" --network "$1" --no-fixed-ip --disable-port-security
    sets "port set --fixed-ip: of a subnet" port set "$2" --fixed-ip "subnet=$1"
    shows "address given from the pool" \
        '.fixed_ips[].ip_address | test("^10.7.0.[2-6]$")' '[true]' port show "$2"
    sets "port set --no-fixed-ip" port set "$2" --no-fixed-ip
    shows "address taken away" '.fixed_ips' '[[]]' port show "$2"
    sets "port delete" port delete "$2"
    sets "network delete" network delete "$1"
}

check_port_defaults() {         # NETWORK NAME
    shows "port create: defaults" \
        '.name, .description, .admin_state_up, .device_id, .device_owner, .tags,
         .allowed_address_pairs, .extra_dhcp_opts, .port_security_enabled,
         (.fixed_ips | length), .status, (.mac_address | length)' \
        "[\"$2-auto\",\"\",true,\"\",\"\",[],[],[],true,2,\"DOWN\",17]" \
        port create "$2-auto" --network "$1"
    shows "port create: its SLAAC address is of its MAC" \
        '(.mac_address | split(":") | .[4] + .[5] | sub("^0+"; "")) as $tail
         | [.fixed_ips[].ip_address | select(endswith($tail))] | length' '[1]' \
        port show "$2-auto"
}

check_port_options() {          # NETWORK SUBNET4 SUBNET6 NAME
    shows "port create: every option" \
        ".mac_address, .admin_state_up, .device_id, .device_owner, .description,
         (.tags | sort), ($ips)" \
        '["fa:16:3e:00:00:0a",false,"vm-1","compute:nova","first",["db","web"],'`
            `'["10.6.0.50","10.6.0.51","fd00:6::f816:3eff:fe00:a"]]' \
        port create "$4" --network "$1" --mac-address fa:16:3e:00:00:0a --disable \
        --device vm-1 --device-owner compute:nova --description first \
        --fixed-ip "subnet=$2,ip-address=10.6.0.50" --tag web --tag db \
        --fixed-ip "subnet=$2,ip-address=10.6.0.51" --fixed-ip "subnet=$3" \
        --allowed-address ip-address=10.7.0.0/16 \
        --allowed-address ip-address=10.6.0.99,mac-address=fa:16:3e:00:00:ff
    shows "port create: allowed addresses, the MAC filled in" \
        '[.allowed_address_pairs[] | "\(.ip_address) \(.mac_address)"] | sort' \
        '[["10.6.0.99 fa:16:3e:00:00:ff","10.7.0.0/16 fa:16:3e:00:00:0a"]]' \
        port show "$4"
}

check_port_fixed_ips() {        # SUBNET4 NAME
    sets "port set --fixed-ip adds" \
        port set "$2" --fixed-ip "subnet=$1,ip-address=10.6.0.52"
    shows "address added" "$ips" \
        '[["10.6.0.50","10.6.0.51","10.6.0.52","fd00:6::f816:3eff:fe00:a"]]' \
        port show "$2"
    sets "port unset --fixed-ip" \
        port unset "$2" --fixed-ip "subnet=$1,ip-address=10.6.0.50"
    shows "address removed" "$ips" \
        '[["10.6.0.51","10.6.0.52","fd00:6::f816:3eff:fe00:a"]]' port show "$2"
    sets "port set --no-fixed-ip --fixed-ip replaces" \
        port set "$2" --no-fixed-ip --fixed-ip "subnet=$1,ip-address=10.6.0.60"
    shows "addresses replaced, the SLAAC one stays" "$ips" \
        '[["10.6.0.60","fd00:6::f816:3eff:fe00:a"]]' port show "$2"
}

check_port_changes() {          # NAME
    sets "port set: one value each" port set "$1" --name "$1-x" --enable \
        --description changed --device vm-2 --device-owner compute:az --tag new
    shows "port show: after set" \
        '.admin_state_up, .description, .device_id, .device_owner, (.tags | sort)' \
        '[true,"changed","vm-2","compute:az",["db","new","web"]]' port show "$1-x"
    sets "port set --mac-address" port set "$1-x" --name "$1" \
        --mac-address fa:16:3e:00:00:0b
    shows "MAC changed, the SLAAC address with it" ".mac_address, .name, ($ips)" \
        "[\"fa:16:3e:00:00:0b\",\"$1\",$(
            )[\"10.6.0.60\",\"fd00:6::f816:3eff:fe00:b\"]]" port show "$1"
    sets "port unset --tag" port unset "$1" --tag db
    sets "port set --no-tag --tag" port set "$1" --no-tag --tag last
    sets "port unset --allowed-address" port unset "$1" \
        --allowed-address ip-address=10.6.0.99,mac-address=fa:16:3e:00:00:ff
    shows "allowed address removed" \
        '.tags, [.allowed_address_pairs[].ip_address]' '[["last"],["10.7.0.0/16"]]' \
        port show "$1"
    sets "port set --no-allowed-address" port set "$1" --no-allowed-address
    sets "port set --extra-dhcp-option" port set "$1" \
        --extra-dhcp-option name=bootfile-name,value=boot.ipxe
    sets "port set --disable-port-security" port set "$1" --disable-port-security \
        --no-security-group
    shows "port show: at last" \
        '.allowed_address_pairs, .port_security_enabled,
         [.extra_dhcp_opts[] | .opt_name, .opt_value]' \
        '[[],false,["bootfile-name","boot.ipxe"]]' port show "$1"
}

check_port_lists() {            # NETWORK SUBNET4 NAME
    local names='[.[].Name] | sort' all="[[\"$3\",\"$3-auto\"]]"
    shows "port list --network" "$names" "$all" port list --network "$1"
    shows "port list --fixed-ip ip-address" "$names" "[[\"$3\"]]" \
        port list --network "$1" --fixed-ip ip-address=10.6.0.60
    shows "port list --fixed-ip subnet" "$names" "[[\"$3\",\"$3-auto\"]]" \
        port list --fixed-ip "subnet=$2"
    shows "port list --fixed-ip ip-substring" "$names" "[[\"$3\"]]" \
        port list --network "$1" --fixed-ip ip-substring=6.0.60
    shows "port list --device-owner" "$names" "[[\"$3\"]]" \
        port list --network "$1" --device-owner compute:az
    shows "port list --device-id" "$names" "[[\"$3\"]]" \
        port list --network "$1" --device-id vm-2
    shows "port list --mac-address" "$names" "[[\"$3\"]]" \
        port list --network "$1" --mac-address fa:16:3e:00:00:0b
    shows "port list --name" "$names" "[[\"$3-auto\"]]" port list --name "$3-auto"
    shows "port list --tags" "$names" "[[\"$3\"]]" \
        port list --network "$1" --tags last
    shows "port list --not-tags" "$names" "[[\"$3-auto\"]]" \
        port list --network "$1" --not-tags last
    shows "port list --long" '.[] | ."Device Owner", .Tags' '["compute:az",["last"]]' \
        port list --long --name "$3"
}

check_availability() {          # NETWORK, with one subnet 10.6.0.0/24 and two ports
    shows "ip availability show" \
        '.network_name, (.subnet_ip_availability[] | select(.ip_version == 4)
         | .cidr, .total_ips, .used_ips)' "[\"$1\",\"10.6.0.0/24\",253,2]" \
        ip availability show "$1"
    shows "ip availability list" \
        ".[] | select(.\"Network Name\" == \"$1\") | .\"Total IPs\", .\"Used IPs\"" \
        '[253,2]' ip availability list
    shows "ip availability list --ip-version 6" \
        ".[] | select(.\"Network Name\" == \"$1\") | .\"Used IPs\"" '[2]' \
        ip availability list --ip-version 6
}

check_refusals() {              # NETWORK SUBNET4 PORT
    local id=$(osc port show "$3" -f value -c id)
    refuses "show of a network that is not there" \
        "No Network found for $run-not" network show "$run-not"
    refuses "delete of a network with ports" ConflictException network delete "$1"
    refuses "delete of a subnet with addresses" ConflictException subnet delete "$2"
    refuses "port create: address taken" ConflictException \
        port create x --network "$1" --fixed-ip "subnet=$2,ip-address=10.6.0.60"
    refuses "subnet create: overlap" BadRequestException \
        subnet create x --network "$1" --subnet-range 10.6.0.128/25
    refuses "port set: address outside of the subnet" BadRequestException \
        port set "$id" --fixed-ip "subnet=$2,ip-address=10.66.0.1"
}

check_rbac() {
    local net=$run-rbac guest=${GUEST:-$run-guest} id
    osc network create "$net" >/dev/null
    id=$(with_projects network rbac create --type network \
        --action access_as_shared --target-project "$guest" "$net" -f value -c id)
    shows "network rbac show" '.action, .object_type, .target_project_id' \
        "[\"access_as_shared\",\"network\",\"$guest\"]" network rbac show "$id"
    shows "network rbac list --long" \
        ".[] | select(.ID == \"$id\") | .\"Object Type\", .Action" \
        '["network","access_as_shared"]' network rbac list --long
    shows "network rbac list --action" \
        "map(select(.ID == \"$id\")) | length" '[0]' \
        network rbac list --action access_as_external
    is "network rbac set --target-project" "" \
        "$(with_projects network rbac set --target-project "$guest-2" "$id")"
    shows "network rbac show: after set" '.target_project_id' \
        "[\"$guest-2\"]" network rbac show "$id"
    sets "network rbac delete" network rbac delete "$id"
    sets "network set --share" network set --share "$net"
    shows "network rbac list: what --share makes" \
        "map(select(.\"Object ID\" == \"$(osc network show "$net" -f value \
            -c id)\")) | length" '[1]' network rbac list
    sets "network set --no-share" network set --no-share "$net"
    sets "network set --external" network set --external "$net"
    shows "network show: external" '."router:external", .shared' \
        '[true,false]' network show "$net"
    sets "network delete: with its policies" network delete "$net"
}

check_extensions() {
    local alias
    local list=" $(osc extension list --network -f value -c Alias | tr '\n' ' ')"
    for alias in quotas standard-attr-tag standard-attr-revisions port-security \
        network-ip-availability allowed-address-pairs dns-integration pagination \
        rbac-policies; do
        is "extension list: $alias" "yes" "$([[ $list == *" $alias "* ]] && echo yes)"
    done
    shows "extension show" '.alias' '["quotas"]' extension show quotas
}

# In processes of their own: names with spaces, and what needs a project's name.
check_starts() {
    is "network create: spaces and UTF-8" "$run ü two" \
        "$(start network create "$run ü two" --description 'a b' -f value -c name)"
    is "network show: by a name with spaces" "a b" \
        "$(start network show "$run ü two" -f value -c description)"
    is "network delete: by a name with spaces" "" \
        "$(start network delete "$run ü two")"
}

check_quotas() {
    local p=$project out
    open_stub
    is "quota set" "" "$(with_projects quota set "$p" --networks 1 --ports 8)"
    is "quota show" '["'"$p"'",1,8]' "$(select_from \
        "$(with_projects quota show "$p" -f json)" '.project, .networks, .ports')"
    is "quota list" '[1,8]' "$(select_from \
        "$(with_projects quota list --network --project "$p" -f json)" \
        '.[] | .Networks, .Ports')"
    is "network create --project" "$p" "$(with_projects \
        network create "$run-q1" --project "$p" -f value -c project_id)"
    is "quota list --detail" '[1,0,1]' "$(select_from \
        "$(with_projects quota list --network --detail --project "$p" -f json)" \
        '.[] | select(.Resource == "networks") | ."In Use", .Reserved, .Limit')"
    out=$(with_projects network create "$run-q2" --project "$p" 2>&1 || true)
    is "network create: beyond the quota" "ConflictException" \
        "$([[ $out == *ConflictException* ]] && echo ConflictException || echo "$out")"
    sets "network delete: of another project" network delete "$run-q1"
    api -X DELETE "$url/v2.0/quotas/$p"
    is "quota list: back to the default" "[]" \
        "$(with_projects quota list --network --project "$p" -f json)"
}

# --- the end -----------------------------------------------------------------------

api() {
    curl -s -H "X-Auth-Token: $token" "$@" 2>/dev/null || true
}

check_subnet_pools() {
    local a=$run-pool-a b=$run-pool-b s=$run-scope net=$run-pooled
    shows "address scope create: defaults" '.name, .ip_version, .shared' \
        "[\"$s\",4,false]" address scope create "$s"
    sets "address scope set: a name" address scope set --name "$s-b" "$s"
    shows "address scope show" '.name' "[\"$s-b\"]" address scope show "$s-b"
    shows "address scope list: by name" '.[].Name' "[\"$s-b\"]" \
        address scope list --name "$s-b"
    shows "subnet pool create: defaults" \
        '.name, .prefixes, .ip_version, .default_quota, .shared, .is_default,
         (.min_prefixlen, .default_prefixlen, .max_prefixlen | tonumber)' \
        "[\"$a\",[\"10.64.0.0/16\"],4,null,false,false,8,8,32]" \
        subnet pool create "$a" --pool-prefix 10.64.0.0/17 --pool-prefix 10.64.128.0/17
    shows "subnet pool create: every option" \
        '.description, .prefixes, .default_quota, .tags,
         (.min_prefixlen, .default_prefixlen, .max_prefixlen | tonumber)' \
        '["second",["10.65.0.0/16"],200,["x"],20,26,28]' \
        subnet pool create "$b" --pool-prefix 10.65.0.0/16 --description second \
        --min-prefix-length 20 --default-prefix-length 26 --max-prefix-length 28 \
        --default-quota 200 --address-scope "$s-b" --tag x
    sets "subnet pool set: a prefix" subnet pool set "$a" --pool-prefix 10.66.0.0/16
    sets "subnet pool set: lengths, words, a tag" subnet pool set "$a" \
        --default-prefix-length 24 --description words --tag y
    shows "subnet pool show: what was set" \
        '.prefixes, (.default_prefixlen | tonumber), .description, .tags' \
        '[["10.64.0.0/16","10.66.0.0/16"],24,"words",["y"]]' subnet pool show "$a"
    sets "subnet pool unset: a tag" subnet pool unset "$a" --tag y
    shows "subnet pool list: by scope" '.[].Name' "[\"$b\"]" \
        subnet pool list --address-scope "$s-b"
    osc network create "$net" >/dev/null
    shows "subnet create: from a pool" '.cidr' '["10.65.0.0/26"]' \
        subnet create "$net-1" --network "$net" --subnet-pool "$b"
    shows "subnet create: a length from a pool" '.cidr' '["10.65.0.64/27"]' \
        subnet create "$net-2" --network "$net" --subnet-pool "$b" --prefix-length 27
    shows "subnet create: a range of a pool" '.cidr' '["10.65.9.0/26"]' \
        subnet create "$net-3" --network "$net" --subnet-pool "$b" \
        --subnet-range 10.65.9.0/26
    shows "subnet list: by pool" '[.[].Name] | sort' \
        "[[\"$net-1\",\"$net-2\",\"$net-3\"]]" subnet list --subnet-pool "$b"
    refuses "subnet create: more than the quota of the pool" "exceeded" \
        subnet create "$net-4" --network "$net" --subnet-pool "$b"
    refuses "subnet create: of another pool" "same address scope" \
        subnet create "$net-4" --network "$net" --subnet-pool "$a"
    refuses "subnet pool delete: in use" "nable to delete subnet pool" \
        subnet pool delete "$b"
    refuses "address scope delete: in use" "nable to complete operation" \
        address scope delete "$s-b"
    sets "network delete: with subnets from a pool" network delete "$net"
    sets "subnet pool delete: several" subnet pool delete "$a" "$b"
    sets "address scope delete" address scope delete "$s-b"
}

# Takes away what a broken run left; after a whole one there is nothing.
clean_up() {
    local net port
    for net in $(api "$url/v2.0/networks?fields=id&fields=name" |
        jq -r ".networks[]? | select(.name | startswith(\"$run\")) | .id"); do
        for port in $(api "$url/v2.0/ports?fields=id&network_id=$net" |
            jq -r '.ports[]?.id'); do
            api -X DELETE "$url/v2.0/ports/$port"
        done
        api -X DELETE "$url/v2.0/networks/$net"
    done
    for net in subnetpools address-scopes; do
        for port in $(api "$url/v2.0/$net?fields=id&fields=name" |
            jq -r ".[][] | select(.name | startswith(\"$run\")) | .id"); do
            api -X DELETE "$url/v2.0/$net/$port"
        done
    done
    api -X DELETE -o /dev/null "$url/v2.0/quotas/$project"
    [ -z "${stub_pid:-}" ] || kill "$stub_pid" 2>/dev/null || true
    rm -rf "$work"
}

curl -s -o /dev/null "$url/" || { echo "Bail out! nothing answers at $url"; exit 1; }
trap clean_up EXIT
trap 'exit 1' INT TERM PIPE
open_shell
check_networks
check_subnets
check_subnet_pools
check_ports
check_extensions
check_starts
check_quotas
check_rbac              # Behind check_quotas, which opens the stub.
shows "nothing is left" "[.[].Name | select(startswith(\"$run\"))]" '[[]]' network list
echo "1..$n"
echo "$((n - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
