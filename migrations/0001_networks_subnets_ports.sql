-- Networks, subnets, ports: one row is one object as its user sees it.  What
-- must be unique or locked beside the rows (addresses, pools, counters,
-- quotas) has tables of its own.  Every constraint is named: server/db/dberr.c
-- maps the names to errors of the API.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE networks (
    id uuid CONSTRAINT networks_pkey PRIMARY KEY,
    project_id text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    admin_state_up boolean NOT NULL,
    status text NOT NULL,
    shared boolean NOT NULL,
    router_external boolean NOT NULL,
    is_default boolean NOT NULL,
    project_default boolean NOT NULL,
    mtu bigint NOT NULL,
    port_security_enabled boolean NOT NULL,
    dns_domain text NOT NULL,
    availability_zone_hints text[] NOT NULL,
    provider_network_type text,
    provider_physical_network text,
    provider_segmentation_id bigint,
    vlan_transparent boolean,
    sdn text,
    enable_shadow_port boolean NOT NULL,
    private_dns_domain text NOT NULL,
    tags text[] NOT NULL DEFAULT '{}',
    revision_number bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
-- Lists of a project, paged by id.
CREATE INDEX networks_project_id_id_idx ON networks (project_id, id);
-- What every project sees beside its own.
CREATE INDEX networks_visible_idx ON networks (id)
    WHERE shared OR router_external;

CREATE TABLE subnets (
    id uuid CONSTRAINT subnets_pkey PRIMARY KEY,
    project_id text NOT NULL,
    network_id uuid NOT NULL
        CONSTRAINT subnets_network_id_fkey REFERENCES networks (id),
    name text NOT NULL,
    description text NOT NULL,
    ip_version bigint NOT NULL,
    cidr cidr NOT NULL,
    gateway_ip inet,
    allocation_pools json NOT NULL,
    dns_nameservers text[] NOT NULL,
    host_routes json NOT NULL,
    enable_dhcp boolean NOT NULL,
    ipv6_address_mode text,
    ipv6_ra_mode text,
    service_types text[] NOT NULL,
    dns_publish_fixed_ip boolean NOT NULL,
    enable_private_dns boolean NOT NULL,
    ip_cooldown bigint NOT NULL,
    ip_allocation_policy text NOT NULL,
    sdn text,
    tags text[] NOT NULL DEFAULT '{}',
    revision_number bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT subnets_network_id_cidr_excl
        EXCLUDE USING gist (network_id WITH =, cidr inet_ops WITH &&)
);
CREATE INDEX subnets_project_id_id_idx ON subnets (project_id, id);
CREATE INDEX subnets_network_id_id_idx ON subnets (network_id, id);

-- One row per allocation pool.  next_ip is the high-water mark: addresses from
-- it on were never given automatically; NULL when the pool has no such left.
CREATE TABLE subnet_pools (
    subnet_id uuid NOT NULL
        CONSTRAINT subnet_pools_subnet_id_fkey
        REFERENCES subnets (id) ON DELETE CASCADE,
    no bigint NOT NULL,
    first_ip inet NOT NULL,
    last_ip inet NOT NULL,
    next_ip inet,
    CONSTRAINT subnet_pools_pkey PRIMARY KEY (subnet_id, no)
) WITH (fillfactor = 20);

-- The counters of a subnet.  Whoever gives or takes an address of the subnet
-- locks its row first, so that what it then reads of pools and addresses stays
-- true until it commits.
CREATE TABLE subnet_usage (
    subnet_id uuid CONSTRAINT subnet_usage_pkey PRIMARY KEY
        CONSTRAINT subnet_usage_subnet_id_fkey
        REFERENCES subnets (id) ON DELETE CASCADE,
    network_id uuid NOT NULL,
    total numeric(39) NOT NULL,
    allocated bigint NOT NULL DEFAULT 0,
    released bigint NOT NULL DEFAULT 0,
    CONSTRAINT subnet_usage_allocated_check CHECK (allocated >= 0),
    CONSTRAINT subnet_usage_released_check CHECK (released >= 0)
) WITH (fillfactor = 20);
CREATE INDEX subnet_usage_network_id_idx ON subnet_usage (network_id);

CREATE TABLE ports (
    id uuid CONSTRAINT ports_pkey PRIMARY KEY,
    project_id text NOT NULL,
    network_id uuid NOT NULL
        CONSTRAINT ports_network_id_fkey REFERENCES networks (id),
    name text NOT NULL,
    description text NOT NULL,
    admin_state_up boolean NOT NULL,
    status text NOT NULL,
    mac_address macaddr NOT NULL,
    fixed_ips json NOT NULL,
    device_id text NOT NULL,
    device_owner text NOT NULL,
    security_groups uuid[] NOT NULL,
    allowed_address_pairs json NOT NULL,
    extra_dhcp_opts json NOT NULL,
    port_security_enabled boolean NOT NULL,
    dns_name text NOT NULL,
    dns_domain text NOT NULL,
    dns_assignment json NOT NULL,
    binding_host_id text NOT NULL,
    binding_profile json NOT NULL,
    binding_vif_type text NOT NULL,
    binding_vif_details json NOT NULL,
    binding_vnic_type text NOT NULL,
    data_plane_status text,
    device_profile text,
    numa_affinity_policy text,
    propagate_uplink_status boolean NOT NULL,
    ip_allocation text NOT NULL,
    sdn text,
    tags text[] NOT NULL DEFAULT '{}',
    revision_number bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ports_network_id_mac_address_key
        UNIQUE (network_id, mac_address)
);
CREATE INDEX ports_project_id_id_idx ON ports (project_id, id);
-- "The ports of this server" is what every compute service asks.
CREATE INDEX ports_device_id_idx ON ports (device_id) WHERE device_id <> '';

-- Who holds which address.  The primary key has the last word.
CREATE TABLE ip_allocations (
    subnet_id uuid NOT NULL
        CONSTRAINT ip_allocations_subnet_id_fkey REFERENCES subnets (id),
    ip_address inet NOT NULL,
    port_id uuid NOT NULL
        CONSTRAINT ip_allocations_port_id_fkey REFERENCES ports (id),
    network_id uuid NOT NULL,
    CONSTRAINT ip_allocations_pkey PRIMARY KEY (subnet_id, ip_address)
);
CREATE INDEX ip_allocations_port_id_idx ON ip_allocations (port_id);
-- "Whose is this address" is asked without a subnet.
CREATE INDEX ip_allocations_ip_address_idx ON ip_allocations (ip_address);

-- Freed addresses below the high-water mark, in the order in which they may
-- be given again.
CREATE TABLE released_addresses (
    subnet_id uuid NOT NULL
        CONSTRAINT released_addresses_subnet_id_fkey
        REFERENCES subnets (id) ON DELETE CASCADE,
    ip_address inet NOT NULL,
    available_at timestamptz NOT NULL,
    CONSTRAINT released_addresses_pkey PRIMARY KEY (subnet_id, ip_address)
);
CREATE INDEX released_addresses_order_idx
    ON released_addresses (subnet_id, available_at, ip_address);

-- A project's use of a resource and its own limit; NULL stands for the
-- default, -1 for none.
CREATE TABLE quotas (
    project_id text NOT NULL,
    resource text NOT NULL,
    quota_limit bigint,
    used bigint NOT NULL DEFAULT 0,
    CONSTRAINT quotas_pkey PRIMARY KEY (project_id, resource),
    CONSTRAINT quotas_used_check CHECK (used >= 0)
) WITH (fillfactor = 20);

-- One row per change, written in the transaction of the change.
CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY
        CONSTRAINT events_pkey PRIMARY KEY,
    xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT now(),
    request_id text NOT NULL,
    project_id text NOT NULL,
    user_id text NOT NULL,
    action text NOT NULL,
    type text NOT NULL,
    object_id uuid NOT NULL,
    network_id uuid,
    revision_number bigint NOT NULL,
    before json,
    after json
);
