"""Where Tenet differs from real Neutron on purpose, and why.

ACCEPTED has rows of a reason, a regular expression that a line of oracle.py
must match in whole ("status 400 InvalidInput, Neutron has 201"), and the
requests by name, with * for any text.  A request is accepted when a row fits
each of its lines, so a request that differs in one more way fails again; a
name that fits nothing is reported as stale.
"""

# Attributes that Neutron makes up where a request is silent, from the segments
# it assigns: Tenet assigns none and shows what was given, else null.  They are
# compared only where the request gives them.
WHERE_GIVEN = {"provider:network_type", "provider:segmentation_id"}

REFUSED = r"status 400 \w+, Neutron has 20[01]"
TAKEN = r"status 20[01], Neutron has (400|404|409) \w+"
TYPE = r"type \w+, Neutron has \w+"

ACCEPTED = [
    ("Neutron fails with an internal error; Tenet says what is wrong",
     r"status 4\d\d \w+, Neutron has 500 .*", [
         "extensions: put one",
         "body: huge number",
         "network create: mtu 3000000000",
         "network create: segments bad",
         "network show: percent NUL",
         "networks: revision_number text",
         "networks: filter NUL",
         "subnet create: cidr null",
         "subnet create: cidr integer",
         "subnet update: segment unknown",
         "port create: pairs null ip",
         "port create: host 256",
         "port create: host integer",
         "If-Match: PUT tags wrong",
         "availability: by ip_version bad",
         "availability: put",
         "availability: delete",
         "quotas put: empty body",
         "quotas put: no envelope",
         "quotas put: array",
         "quotas put: wrong envelope",
         "quotas put: envelope null",
         "quotas put: list",
         "quotas: put the collection",
     ]),
    ("Neutron fails with an internal error over what is harmless: a zone that no "
     "one schedules by, a value that no subnet has, a revision of nothing",
     r"status 20[01], Neutron has 500 .*", [
         "network create: availability_zone_hints unknown",
         "subnets: by ra mode bad",
         "If-Match: POST",
     ]),

    # Paths, methods, headers.

    ("GET /v2.0 works without the slash",
     r"status 200, Neutron has 404 HTTPNotFound",
     ["version: v2.0 without slash"]),
    ("/v2.0/ lists what is served: quotas, availabilities, address scopes",
     r"\d objects, Neutron has \d",
     ["version: v2.0 with slash"]),
    ("every error is JSON",
     r"type \w+, Neutron has text/plain", [
         "version: v2.0.json",
         "version: unknown version*",
         "extensions: unknown",
         "path: unknown at the root",
         "method: post root",
         "method: delete root",
     ]),
    ("405 for a method that a path does not have, whatever else is wrong; "
     "Neutron looks for an object None, or takes any other verb for GET",
     r"status 405 HTTPMethodNotAllowed, Neutron has .*", [
         "extensions: post",
         "extensions: delete one",
         "method: put networks",
         "method: delete networks",
         "method: options networks",
         "method: unknown verb",
         "ports bulk: delete",
         "ports bulk: put",
         "availability: post",
         "quotas: post",
         "quotas: delete the collection",
     ]),
    ("a path has one spelling, and no client uses the other",
     r"status 404 HTTPNotFound, Neutron has 200",
     ["path: underscore for hyphen"]),
    ("only .json is a suffix: anything else belongs to the id",
     TYPE, ["network show: xml suffix"]),
    ("request lines up to 16 KiB are read",
     r"status 200, Neutron has 414 none",
     ["query of 9000 characters"]),
    ("a server may disregard Accept (RFC 9110, 12.4.1), and all is JSON here",
     r"status 200, Neutron has 406 \w+",
     ["accept: xml"]),
    ("If-Match with anything but revision_number=N or an ETag is an error: to "
     "ignore it would be to make the change that it was to prevent",
     r"status 400 BadRequest, Neutron has (200|409 \w+|412 \w+)", [
         "If-Match: PUT negative",
         "If-Match: PUT nonsense",
         "If-Match: PUT other key",
         "If-Match: PUT empty",
         "If-Match: DELETE nonsense",
     ]),
    ("If-Match also takes the object's ETag; any other fails (RFC 9110, 13.1.1)",
     r"status 412 RevisionNumberConstraintFailed, Neutron has 200",
     ["If-Match: PUT an etag"]),
    ("the precondition is checked before anything else (RFC 9110, 13.2.2)",
     r"status 412 RevisionNumberConstraintFailed, Neutron has 409 \w+", [
         "If-Match: DELETE wrong",
         "If-Match: DELETE subnet wrong",
     ]),

    # Bodies, types, forms of addresses.

    ("a key given twice is refused", REFUSED, ["body: key twice"]),
    ("NaN is not JSON (RFC 8259, 6)", TYPE, ["body: NaN"]),
    ("an integer is not cut out of a fraction or a boolean",
     rf"{REFUSED}|{TYPE}", [
         "network create: mtu 1400.5",
         "network create: mtu true",
         "subnet create: ip_version true",
         "quotas put: true",
         "quotas put: a float",
     ]),
    ("a bulk is a list of plain objects, which is what every client sends",
     REFUSED, ["networks bulk: wrapped"]),
    ("extra keys are refused",
     rf"{REFUSED}|{TYPE}", [
         "port create: fixed_ips unknown key",
         "port create: fixed_ips extra key",
         "port create: dhcp opts unknown key",
     ]),
    ("checked by the attribute's own rule, so that all faults of a body are told "
     "at once (errors[]); Neutron's plugin finds it later, under another type",
     TYPE, [
         "network create: provider bad",
         "subnet create: service types integer",
         "port create: profile long",
     ]),
    ("an empty or null key of fixed_ips and allowed_address_pairs is an absent "
     "one: gophercloud 0.24 sends \"subnet_id\": \"\"",
     rf"{TAKEN}|{TYPE}", [
         "port create: subnet null",
         "port create: subnet empty",
         "port create: ip null",
         "port create: ip empty",
         "port create: pairs null mac",
     ]),
    ("MAC addresses are kept in lower case with colons, IPv6 addresses as RFC 5952 "
     "has them",
     r"(mac_address|allowed_address_pairs|host_routes) = .*", [
         "port create: mac *",
         "mac *",
         "port create: pairs with mac",
         "port create: pairs IPv6",
         "subnet6 create: routes",
     ]),
    ("so two forms of one MAC address are the same address",
     r"status (409 MacAddressInUse|400 DuplicateAddressPairInRequest), "
     r"Neutron has 201", [
         "mac the same in other form",
         "port create: pairs twice with mac",
     ]),
    ("an address is not guessed from a form that others read differently "
     "(RFC 6943, 3.1.1)",
     REFUSED, [
         "subnet create: cidr netmask",
         "subnet create: cidr three parts",
         "subnet create: cidr leading zero",
         "subnet create: cidr blanks",
         "port create: mac short bytes",
         "mac short: create",
     ]),
    ("the port was refused", r"status 404 PortNotFound, Neutron has 20[04]",
     ["mac short: show", "mac short: delete"]),

    # Lists.

    ("links only where there is a page: none before the first",
     r"link previous .*: only Neutron has it", [
         "networks: limit",
         "networks: limit exact",
         "networks: limit twice",
         "networks: limit beyond",
         "networks: limit enormous",
         "networks: limit and fields",
         "networks: limit of none",
         "networks: marker of the last",
         "networks: marker outside the filter",
         "networks: marker empty",
         "networks: page_reverse to the first",
         "availability: limit",
     ]),
    ("links only where there is a page: none after the last, full as it may be",
     r"link next .*: only Neutron has it", [
         "networks: limit exact",
         "networks: marker near the end",
         "networks: page_reverse",
         "availability: limit",
     ]),
    ("every list is a page, of 1000 at most, so a marker works without a limit",
     r"\d objects, Neutron has \d|name = .*|link previous .*: only Tenet has it",
     ["networks: marker alone"]),
    ("a page read backwards is in the order asked for, with and without a limit",
     r"name = .*",
     ["networks: page_reverse without limit"]),
    ("what is no boolean is refused, as it is in filters",
     REFUSED, ["networks: page_reverse bad"]),
    ("a broken percent escape is refused (RFC 3986, 2.1)",
     REFUSED, ["networks: bad percent"]),
    ("an empty value in fields asks for nothing: Neutron drops it too, and then "
     "shows empty objects",
     r"\.networks?(\[\])?\.[\w:]+: only Tenet has it", [
         "network show: empty field",
         "networks: fields empty",
     ]),
    ("the filter works; Neutron ignores it",
     r"\d objects, Neutron has \d", ["networks: is_default"]),
    ("sort_dir may be left out",
     TAKEN, ["networks: sort without direction"]),
    ("more sort keys than Neutron",
     TAKEN, [
         "networks: sort by shared",
         "networks: sort by description",
         "networks: sort by updated_at",
         "networks: sort by revision_number",
         "networks: sort by created_at",
     ]),
    ("a filter of fixed_ips that means nothing is refused, as is any other",
     REFUSED, ["ports: by fixed_ips unknown key"]),

    # Networks.

    ("no mtu below 68 (RFC 791)",
     REFUSED, ["network create: mtu 67", "network update: mtu 67"]),
    ("only Tenet offers vlan-transparent",
     TAKEN, ["network create: vlan_transparent"]),
    ("provider attributes are kept as given, and may change: no segment depends "
     "on them",
     TAKEN, ["network update: provider type"]),

    # Subnets.

    ("/31, /32, /127 and /128 are subnets like others: with DHCP, each address a "
     "host's, and no gateway by default where there is but one",
     rf"{TAKEN}|(\.subnet\.)?gateway_ip( =|:) null, Neutron has .*", [
         "subnet create: cidr /3[12]*",
         "subnet create: cidr without mask",
         "subnet without dhcp: cidr without mask",
         "subnet without dhcp: cidr /3[12]*",
         "subnet without dhcp: cidr /128",
         "subnet6 create: cidr /12[78]*",
         "subnet6 create: cidr without mask",
         "full: dhcp on a /31",
         "/31: its first",
         "/32: its address",
     ]),
    ("both addresses of a /127 are hosts (RFC 6164)",
     r"allocation_pools = .*", ["subnet without dhcp: cidr /127 without gateway"]),
    ("the gateway must lie in the cidr, on link",
     REFUSED, [
         "subnet* create: gateway outside",
         "subnet create: gateway 0.0.0.0",
         "subnet update: gateway outside",
     ]),
    ("what is given twice in one list is refused at once; Neutron tries for minutes, "
     "then tells of its database",
     r"status 400 HTTPBadRequest, Neutron has 409 NeutronDbObjectDuplicateEntry",
     ["subnet create: service types twice", "port create: dhcp opts twice"]),
    ("[] of allocation_pools is none, absent is the default",
     r"allocation_pools = \[\], Neutron has .*",
     ["subnet create: pools empty"]),
    # Subnet pools and address scopes.

    ("prefix delegation is not offered", rf"{TYPE}|{REFUSED}",
     ["subnet6 create: prefix delegation", "pool subnet: prefix delegation*"]),
    ("what is not free in a pool is a conflict, and says what is in the way",
     r"status 409 SubnetAllocationError, Neutron has 500 SubnetAllocationError",
     ["pool subnet: *"]),
    ("Neutron fails with an internal error; Tenet says what is wrong",
     r"status 400 HTTPBadRequest, Neutron has 500 .*",
     ["subnetpool create: min 0", "subnetpool create: name 256"]),
    ("null takes the quota of a pool away; in Neutron it stays for ever",
     r"status 20[01], Neutron has 400 InvalidInput",
     ["subnetpool create: quota null", "subnetpool update: quota null"]),
    ("pools can be made several at once, all or none",
     r"status 201, Neutron has 400 HTTPBadRequest", ["subnetpool create: bulk"]),
    ("lengths of prefixes are texts in every answer; in Neutron's to PUT they are "
     "numbers, and what is null is left out",
     r"\w+ is .*|(default_quota|address_scope_id) .*|.*(prefixlen|default_quota|address_scope_id).*",
     ["subnetpool update: *"]),
    ("a length beyond the address is too long for the pool as well",
     r"type MaxPrefixSubnetAllocationError, Neutron has AddrFormatError",
     ["pool subnet: prefixlen 40"]),
    ("gateway_ip null is no gateway, from a pool or not",
     r"(\.subnet\.)?gateway_ip(:| =) null.*|allocation_pools = .*",
     ["pool subnet: gateway null"]),
    ("prefixes are read alike wherever they stand: with their length",
     rf"{TYPE}|status 400 HTTPBadRequest, Neutron has 200", [
         "subnetpool add: bad", "subnetpool add: address"]),
    ("405 for a method that a path does not have",
     r"status 405 HTTPMethodNotAllowed, Neutron has 404 HTTPNotFound",
     ["subnetpool add: POST", "subnetpool add: GET"]),
    ("address scopes have descriptions, tags, revisions and times as all objects",
     r".*(description|tags|revision_number|created_at|updated_at).*"
     r"|status 20[01], Neutron has 40[04] \w+",
     ["address scope*"]),

    # Ports.

    ("[] of fixed_ips is no address, SLAAC or not",
     r"fixed_ips = \[\], Neutron has .*",
     ["slaac port: fixed_ips empty"]),
    ("fixed_ips keep the order they were given in",
     r"fixed_ips = .*",
     ["port create: ips in descending order"]),
    ("a port has 64 addresses at most",
     r"status 400 HTTPBadRequest, Neutron has 409 \w+",
     ["port create: more than the subnet has"]),

    ("a name of any domain may be assigned; publishing it is for the DNS",
     TAKEN, ["port create: dns_name of other domain"]),

    # Tags.

    ("POST adds tags (extension tag-creation)",
     TAKEN, ["tags: post"]),
    ("an escaped slash belongs to the tag: one that PUT of all took can be removed",
     TAKEN, ["tags: put one escaped slash"]),
    ("with the tags of those two; and Neutron garbles a tag that is not ASCII",
     r"tags = .*",
     ["tags: get all of them", "tags: network shows them"]),
    ("only {\"tags\": [...]} in the answer; Neutron echoes the whole body",
     r"\.more: only Neutron has it",
     ["tags: put more keys"]),
    ("201 without a body: Neutron's is null",
     r"body: string, Neutron has null",
     ["tags: put one*", "tags: port put one"]),

    # Quotas.

    ("the quota is checked last, when all else is right",
     r"status (400|404) \w+, Neutron has 409 OverQuota", [
         "over quota: second subnet that is bad",
         "over quota: second port of unknown network",
     ]),
]
