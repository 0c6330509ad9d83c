-- The schema after all migrations.  Written by schema_test.c.

CREATE TABLE address_scope_prefixes (
    subnetpool_id uuid NOT NULL,
    cidr cidr NOT NULL,
    address_scope_id uuid NOT NULL,
    CONSTRAINT address_scope_prefixes_address_scope_id_cidr_excl EXCLUDE USING gist (address_scope_id WITH =, cidr inet_ops WITH &&),
    CONSTRAINT address_scope_prefixes_pkey PRIMARY KEY (subnetpool_id, cidr),
    CONSTRAINT address_scope_prefixes_subnetpool_id_fkey FOREIGN KEY (subnetpool_id) REFERENCES subnetpools(id) ON DELETE CASCADE
);

CREATE TABLE address_scopes (
    id uuid NOT NULL,
    project_id text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    ip_version bigint NOT NULL,
    shared boolean NOT NULL,
    tags text[] NOT NULL DEFAULT '{}'::text[],
    revision_number bigint NOT NULL DEFAULT 0,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT address_scopes_pkey PRIMARY KEY (id)
);
CREATE INDEX address_scopes_project_id_id_idx ON public.address_scopes USING btree (project_id, id);
CREATE INDEX address_scopes_shared_idx ON public.address_scopes USING btree (id) WHERE shared;

CREATE TABLE cluster_networks (
    id uuid NOT NULL,
    project_id text NOT NULL,
    cluster_id text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    status text NOT NULL,
    network_id uuid NOT NULL,
    subnet_id uuid NOT NULL,
    pods_subnet_id uuid,
    loadbalancer_subnet_id uuid,
    pods_cidr cidr,
    services_cidr cidr,
    pods_subnet boolean NOT NULL,
    external_ip boolean NOT NULL,
    node_groups json NOT NULL,
    owns_network boolean NOT NULL,
    owns_subnet boolean NOT NULL,
    asked_network_id uuid,
    asked_subnet_id uuid,
    asked_cidr cidr,
    asked_prefixlen bigint,
    tags text[] NOT NULL DEFAULT '{}'::text[],
    revision_number bigint NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    asked_subnetpool_id uuid,
    CONSTRAINT cluster_networks_loadbalancer_subnet_id_fkey FOREIGN KEY (loadbalancer_subnet_id) REFERENCES subnets(id),
    CONSTRAINT cluster_networks_network_id_fkey FOREIGN KEY (network_id) REFERENCES networks(id),
    CONSTRAINT cluster_networks_pkey PRIMARY KEY (id),
    CONSTRAINT cluster_networks_pods_subnet_id_fkey FOREIGN KEY (pods_subnet_id) REFERENCES subnets(id),
    CONSTRAINT cluster_networks_project_id_cluster_id_key UNIQUE (project_id, cluster_id),
    CONSTRAINT cluster_networks_subnet_id_fkey FOREIGN KEY (subnet_id) REFERENCES subnets(id)
);
CREATE INDEX cluster_networks_loadbalancer_subnet_id_idx ON public.cluster_networks USING btree (loadbalancer_subnet_id);
CREATE INDEX cluster_networks_network_id_idx ON public.cluster_networks USING btree (network_id);
CREATE INDEX cluster_networks_pods_subnet_id_idx ON public.cluster_networks USING btree (pods_subnet_id);
CREATE INDEX cluster_networks_project_id_id_idx ON public.cluster_networks USING btree (project_id, id);
CREATE INDEX cluster_networks_subnet_id_idx ON public.cluster_networks USING btree (subnet_id);

CREATE TABLE cluster_ports (
    cluster_network_id uuid NOT NULL,
    group_name text NOT NULL,
    number bigint NOT NULL,
    port_id uuid NOT NULL,
    CONSTRAINT cluster_ports_cluster_network_id_fkey FOREIGN KEY (cluster_network_id) REFERENCES cluster_networks(id),
    CONSTRAINT cluster_ports_pkey PRIMARY KEY (cluster_network_id, group_name, number),
    CONSTRAINT cluster_ports_port_id_fkey FOREIGN KEY (port_id) REFERENCES ports(id) ON DELETE RESTRICT,
    CONSTRAINT cluster_ports_port_id_key UNIQUE (port_id)
);

CREATE TABLE entitlement_requests (
    id uuid NOT NULL,
    project_id text NOT NULL,
    user_id text NOT NULL,
    entitlement text NOT NULL,
    comment text NOT NULL,
    status text NOT NULL,
    decided_by text,
    decision_comment text,
    revision_number bigint NOT NULL DEFAULT 0,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT entitlement_requests_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX entitlement_requests_pending_key ON public.entitlement_requests USING btree (project_id, entitlement) WHERE (status = 'pending'::text);
CREATE INDEX entitlement_requests_project_id_id_idx ON public.entitlement_requests USING btree (project_id, id);

CREATE TABLE entitlements (
    id uuid NOT NULL,
    project_id text NOT NULL,
    shadow_port boolean NOT NULL,
    revision_number bigint NOT NULL DEFAULT 0,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT entitlements_pkey PRIMARY KEY (id),
    CONSTRAINT entitlements_project_id_key UNIQUE (project_id)
);

CREATE TABLE event_retention (
    one boolean NOT NULL DEFAULT true,
    purged_up_to bigint NOT NULL,
    CONSTRAINT event_retention_one_check CHECK (one),
    CONSTRAINT event_retention_pkey PRIMARY KEY (one)
);

CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamp with time zone NOT NULL DEFAULT now(),
    request_id text NOT NULL,
    project_id text NOT NULL,
    user_id text NOT NULL,
    action text NOT NULL,
    type text NOT NULL,
    object_id uuid,
    network_id uuid,
    revision_number bigint,
    before text,
    after text,
    CONSTRAINT events_pkey PRIMARY KEY (id)
);
CREATE INDEX events_network_id_id_idx ON public.events USING btree (network_id, id) WHERE (network_id IS NOT NULL);
CREATE INDEX events_project_id_id_idx ON public.events USING btree (project_id, id);

CREATE TABLE idempotency_keys (
    project_id text NOT NULL,
    user_id text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    status bigint NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (project_id, user_id, key)
) WITH (autovacuum_vacuum_scale_factor=0.05, autovacuum_vacuum_threshold=1000);
CREATE INDEX idempotency_keys_created_at_idx ON public.idempotency_keys USING btree (created_at);

CREATE TABLE invariant_audit (
    only_row boolean NOT NULL DEFAULT true,
    checked_at timestamp with time zone NOT NULL,
    took_ms bigint NOT NULL,
    holds boolean NOT NULL,
    checks json NOT NULL,
    CONSTRAINT invariant_audit_only_row_check CHECK (only_row),
    CONSTRAINT invariant_audit_pkey PRIMARY KEY (only_row)
);

CREATE TABLE ip_allocations (
    subnet_id uuid NOT NULL,
    ip_address inet NOT NULL,
    port_id uuid NOT NULL,
    network_id uuid NOT NULL,
    CONSTRAINT ip_allocations_pkey PRIMARY KEY (subnet_id, ip_address)
) WITH (autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=1000);
CREATE INDEX ip_allocations_ip_address_idx ON public.ip_allocations USING btree (ip_address);
CREATE INDEX ip_allocations_port_id_idx ON public.ip_allocations USING btree (port_id);

CREATE TABLE issued_tokens (
    hash bytea NOT NULL,
    user_id text NOT NULL,
    project_id text NOT NULL,
    credential_id text NOT NULL,
    seal text NOT NULL,
    methods text NOT NULL,
    audit_ids text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT issued_tokens_pkey PRIMARY KEY (hash)
);
CREATE INDEX issued_tokens_expires_at_idx ON public.issued_tokens USING btree (expires_at);

CREATE TABLE networks (
    id uuid NOT NULL,
    project_id text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    admin_state_up boolean NOT NULL,
    status text NOT NULL,
    shared boolean NOT NULL DEFAULT false,
    router_external boolean NOT NULL DEFAULT false,
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
    tags text[] NOT NULL DEFAULT '{}'::text[],
    revision_number bigint NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT networks_pkey PRIMARY KEY (id)
);
CREATE INDEX networks_project_id_id_idx ON public.networks USING btree (project_id, id);
CREATE INDEX networks_visible_idx ON public.networks USING btree (id) WHERE (shared OR router_external);
CREATE TRIGGER networks_drop_policies BEFORE DELETE ON public.networks FOR EACH ROW EXECUTE FUNCTION networks_drop_policies();
CREATE CONSTRAINT TRIGGER networks_settle_insert AFTER INSERT ON public.networks DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.shared OR new.router_external)) EXECUTE FUNCTION networks_settle_policies();
CREATE CONSTRAINT TRIGGER networks_settle_update AFTER UPDATE OF shared, router_external ON public.networks DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((old.shared <> new.shared) OR (old.router_external <> new.router_external))) EXECUTE FUNCTION networks_settle_policies();

CREATE TABLE ports (
    id uuid NOT NULL,
    project_id text NOT NULL,
    network_id uuid NOT NULL,
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
    tags text[] NOT NULL DEFAULT '{}'::text[],
    revision_number bigint NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT ports_network_id_mac_address_key UNIQUE (network_id, mac_address),
    CONSTRAINT ports_pkey PRIMARY KEY (id)
) WITH (autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=1000);
CREATE INDEX ports_device_id_idx ON public.ports USING btree (device_id) WHERE (device_id <> ''::text);
CREATE INDEX ports_network_id_id_idx ON public.ports USING btree (network_id, id);
CREATE INDEX ports_network_id_shadow_idx ON public.ports USING btree (network_id) WHERE (device_owner = 'network:shadow_port'::text);
CREATE INDEX ports_project_id_id_idx ON public.ports USING btree (project_id, id);

CREATE TABLE quotas (
    project_id text NOT NULL,
    resource text NOT NULL,
    quota_limit bigint,
    used bigint NOT NULL DEFAULT 0,
    CONSTRAINT quotas_pkey PRIMARY KEY (project_id, resource),
    CONSTRAINT quotas_used_check CHECK ((used >= 0))
) WITH (fillfactor=20);

CREATE TABLE rbac_policies (
    id uuid NOT NULL,
    project_id text NOT NULL,
    object_type text NOT NULL,
    object_id uuid NOT NULL,
    action text NOT NULL,
    target_tenant text NOT NULL,
    revision_number bigint NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT rbac_policies_object_id_action_target_tenant_key UNIQUE (object_id, action, target_tenant),
    CONSTRAINT rbac_policies_object_id_fkey FOREIGN KEY (object_id) REFERENCES networks(id),
    CONSTRAINT rbac_policies_pkey PRIMARY KEY (id)
);
CREATE INDEX rbac_policies_project_id_id_idx ON public.rbac_policies USING btree (project_id, id);
CREATE INDEX rbac_policies_target_tenant_action_object_id_idx ON public.rbac_policies USING btree (target_tenant, action, object_id);

CREATE TABLE released_addresses (
    subnet_id uuid NOT NULL,
    ip_address inet NOT NULL,
    available_at timestamp with time zone NOT NULL,
    CONSTRAINT released_addresses_pkey PRIMARY KEY (subnet_id, ip_address),
    CONSTRAINT released_addresses_subnet_id_fkey FOREIGN KEY (subnet_id) REFERENCES subnets(id) ON DELETE CASCADE
) WITH (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=1000);
CREATE INDEX released_addresses_order_idx ON public.released_addresses USING btree (subnet_id, available_at, ip_address);

CREATE TABLE reserved_ranges (
    cluster_network_id uuid NOT NULL,
    kind text NOT NULL,
    network_id uuid NOT NULL,
    cidr cidr NOT NULL,
    CONSTRAINT reserved_ranges_cluster_network_id_fkey FOREIGN KEY (cluster_network_id) REFERENCES cluster_networks(id),
    CONSTRAINT reserved_ranges_network_id_cidr_excl EXCLUDE USING gist (network_id WITH =, cidr inet_ops WITH &&),
    CONSTRAINT reserved_ranges_network_id_fkey FOREIGN KEY (network_id) REFERENCES networks(id),
    CONSTRAINT reserved_ranges_pkey PRIMARY KEY (cluster_network_id, kind)
);
CREATE INDEX reserved_ranges_network_id_idx ON public.reserved_ranges USING btree (network_id);

CREATE TABLE schema_migrations (
    number bigint NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT schema_migrations_pkey PRIMARY KEY (number)
);

CREATE TABLE subnet_pools (
    subnet_id uuid NOT NULL,
    no bigint NOT NULL,
    first_ip inet NOT NULL,
    last_ip inet NOT NULL,
    next_ip inet,
    CONSTRAINT subnet_pools_pkey PRIMARY KEY (subnet_id, no),
    CONSTRAINT subnet_pools_subnet_id_fkey FOREIGN KEY (subnet_id) REFERENCES subnets(id) ON DELETE CASCADE
) WITH (fillfactor=20);

CREATE TABLE subnet_usage (
    subnet_id uuid NOT NULL,
    network_id uuid NOT NULL,
    total numeric(39,0) NOT NULL,
    allocated bigint NOT NULL DEFAULT 0,
    released bigint NOT NULL DEFAULT 0,
    CONSTRAINT subnet_usage_allocated_check CHECK ((allocated >= 0)),
    CONSTRAINT subnet_usage_pkey PRIMARY KEY (subnet_id),
    CONSTRAINT subnet_usage_released_check CHECK ((released >= 0)),
    CONSTRAINT subnet_usage_subnet_id_fkey FOREIGN KEY (subnet_id) REFERENCES subnets(id) ON DELETE CASCADE
) WITH (fillfactor=20);
CREATE INDEX subnet_usage_network_id_idx ON public.subnet_usage USING btree (network_id);

CREATE TABLE subnetpool_blocks (
    subnetpool_id uuid NOT NULL,
    cidr cidr NOT NULL,
    subnet_id uuid,
    project_id text,
    settled boolean NOT NULL,
    CONSTRAINT subnetpool_blocks_pkey PRIMARY KEY (subnetpool_id, cidr),
    CONSTRAINT subnetpool_blocks_settled_check CHECK (((NOT settled) OR (subnet_id IS NULL))),
    CONSTRAINT subnetpool_blocks_subnet_id_fkey FOREIGN KEY (subnet_id) REFERENCES subnets(id) ON DELETE SET NULL,
    CONSTRAINT subnetpool_blocks_subnetpool_id_cidr_excl EXCLUDE USING gist (subnetpool_id WITH =, cidr inet_ops WITH &&),
    CONSTRAINT subnetpool_blocks_subnetpool_id_fkey FOREIGN KEY (subnetpool_id) REFERENCES subnetpools(id) ON DELETE CASCADE
);
CREATE INDEX subnetpool_blocks_free_idx ON public.subnetpool_blocks USING btree (subnetpool_id, masklen((cidr)::inet) DESC, cidr) WHERE settled;
CREATE INDEX subnetpool_blocks_project_id_idx ON public.subnetpool_blocks USING btree (subnetpool_id, project_id) INCLUDE (cidr) WHERE (subnet_id IS NOT NULL);
CREATE INDEX subnetpool_blocks_returned_idx ON public.subnetpool_blocks USING btree (subnetpool_id) WHERE ((subnet_id IS NULL) AND (NOT settled));
CREATE UNIQUE INDEX subnetpool_blocks_subnet_id_key ON public.subnetpool_blocks USING btree (subnet_id) WHERE (subnet_id IS NOT NULL);

CREATE TABLE subnetpools (
    id uuid NOT NULL,
    project_id text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    ip_version bigint NOT NULL,
    prefixes cidr[] NOT NULL,
    default_prefixlen bigint NOT NULL,
    min_prefixlen bigint NOT NULL,
    max_prefixlen bigint NOT NULL,
    default_quota bigint,
    shared boolean NOT NULL,
    is_default boolean NOT NULL,
    address_scope_id uuid,
    tags text[] NOT NULL DEFAULT '{}'::text[],
    revision_number bigint NOT NULL DEFAULT 0,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT subnetpools_address_scope_id_fkey FOREIGN KEY (address_scope_id) REFERENCES address_scopes(id),
    CONSTRAINT subnetpools_pkey PRIMARY KEY (id)
);
CREATE INDEX subnetpools_address_scope_id_idx ON public.subnetpools USING btree (address_scope_id) WHERE (address_scope_id IS NOT NULL);
CREATE UNIQUE INDEX subnetpools_ip_version_default_key ON public.subnetpools USING btree (ip_version) WHERE is_default;
CREATE INDEX subnetpools_project_id_id_idx ON public.subnetpools USING btree (project_id, id);
CREATE INDEX subnetpools_shared_idx ON public.subnetpools USING btree (id) WHERE shared;

CREATE TABLE subnets (
    id uuid NOT NULL,
    project_id text NOT NULL,
    network_id uuid NOT NULL,
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
    tags text[] NOT NULL DEFAULT '{}'::text[],
    revision_number bigint NOT NULL DEFAULT 0,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    subnetpool_id uuid,
    CONSTRAINT subnets_network_id_cidr_excl EXCLUDE USING gist (network_id WITH =, cidr inet_ops WITH &&),
    CONSTRAINT subnets_network_id_fkey FOREIGN KEY (network_id) REFERENCES networks(id),
    CONSTRAINT subnets_pkey PRIMARY KEY (id),
    CONSTRAINT subnets_subnetpool_id_fkey FOREIGN KEY (subnetpool_id) REFERENCES subnetpools(id)
);
CREATE INDEX subnets_network_id_id_idx ON public.subnets USING btree (network_id, id);
CREATE INDEX subnets_network_id_pooled_idx ON public.subnets USING btree (network_id) WHERE (subnetpool_id IS NOT NULL);
CREATE INDEX subnets_project_id_id_idx ON public.subnets USING btree (project_id, id);
CREATE INDEX subnets_subnetpool_id_id_idx ON public.subnets USING btree (subnetpool_id, id) WHERE (subnetpool_id IS NOT NULL);
