-- What the yardsticks P and S work on: ports and their addresses as one would
-- keep them by hand, with the indexes that their questions need, and 100,000
-- ports of 64 networks and 50 projects.
CREATE TABLE ports (
    id uuid PRIMARY KEY,
    project_id text NOT NULL,
    network_id uuid NOT NULL,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    mac_address macaddr NOT NULL,
    admin_state_up boolean NOT NULL DEFAULT true,
    status text NOT NULL DEFAULT 'DOWN',
    fixed_ips jsonb NOT NULL DEFAULT '[]',
    device_id text NOT NULL DEFAULT '',
    device_owner text NOT NULL DEFAULT '',
    security_groups uuid[] NOT NULL DEFAULT '{}',
    allowed_address_pairs jsonb NOT NULL DEFAULT '[]',
    extra_dhcp_opts jsonb NOT NULL DEFAULT '[]',
    port_security_enabled boolean NOT NULL DEFAULT true,
    dns_name text NOT NULL DEFAULT '',
    binding_host_id text NOT NULL DEFAULT '',
    binding_profile jsonb NOT NULL DEFAULT '{}',
    binding_vif_details jsonb NOT NULL DEFAULT '{}',
    binding_vnic_type text NOT NULL DEFAULT 'normal',
    tags text[] NOT NULL DEFAULT '{}',
    revision_number bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX ON ports (network_id, mac_address);
CREATE INDEX ON ports (project_id);
CREATE INDEX ON ports (device_id);
CREATE INDEX ON ports (name);

CREATE TABLE addresses (
    subnet_id uuid NOT NULL,
    ip inet NOT NULL,
    port_id uuid NOT NULL,
    PRIMARY KEY (subnet_id, ip)
);
CREATE INDEX ON addresses (port_id);

CREATE SEQUENCE port_numbers START 100001;
CREATE SEQUENCE address_numbers START 100001;

-- The object of a kind that has a number.  P.sql and S.sql spell these out,
-- for there a call would be part of what is measured.
CREATE FUNCTION numbered(kind int, n bigint) RETURNS uuid
    LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(kind::text, 8, '0') || '-0000-4000-8000-'
            || lpad(to_hex(n), 12, '0'))::uuid $$;
CREATE FUNCTION numbered_mac(n bigint) RETURNS macaddr
    LANGUAGE sql IMMUTABLE AS $$
    SELECT ('fa16' || lpad(to_hex(n), 8, '0'))::macaddr $$;

INSERT INTO ports (id, project_id, network_id, name, mac_address, fixed_ips,
                   device_id, device_owner)
SELECT numbered(1, n), 'project-' || n % 50, numbered(2, n % 64), 'vm-' || n,
       numbered_mac(n),
       jsonb_build_array(jsonb_build_object(
           'subnet_id', numbered(3, n % 64),
           'ip_address', host('10.0.0.0'::inet + n))),
       'server-' || n, 'compute:nova'
FROM generate_series(1, 100000) n;
INSERT INTO addresses
SELECT numbered(3, n % 64), '10.0.0.0'::inet + n, numbered(1, n)
FROM generate_series(1, 100000) n;
VACUUM ANALYZE;
