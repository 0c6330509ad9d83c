-- Cluster networks: the network part of a Kubernetes cluster, made in one
-- transaction and kept together.

CREATE TABLE cluster_networks (
    id uuid CONSTRAINT cluster_networks_pkey PRIMARY KEY,
    project_id text NOT NULL,
    cluster_id text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    status text NOT NULL,
    network_id uuid NOT NULL
        CONSTRAINT cluster_networks_network_id_fkey REFERENCES networks (id),
    subnet_id uuid NOT NULL
        CONSTRAINT cluster_networks_subnet_id_fkey REFERENCES subnets (id),
    pods_subnet_id uuid
        CONSTRAINT cluster_networks_pods_subnet_id_fkey
        REFERENCES subnets (id),
    loadbalancer_subnet_id uuid
        CONSTRAINT cluster_networks_loadbalancer_subnet_id_fkey
        REFERENCES subnets (id),
    pods_cidr cidr,
    services_cidr cidr,
    pods_subnet boolean NOT NULL,
    external_ip boolean NOT NULL,
    node_groups json NOT NULL,
    -- What it created, and what was asked for where the server chose.
    owns_network boolean NOT NULL,
    owns_subnet boolean NOT NULL,
    asked_network_id uuid,
    asked_subnet_id uuid,
    asked_cidr cidr,
    asked_prefixlen bigint,
    tags text[] NOT NULL DEFAULT '{}',
    revision_number bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT cluster_networks_project_id_cluster_id_key
        UNIQUE (project_id, cluster_id)
);
CREATE INDEX cluster_networks_project_id_id_idx
    ON cluster_networks (project_id, id);
CREATE INDEX cluster_networks_network_id_idx ON cluster_networks (network_id);
CREATE INDEX cluster_networks_subnet_id_idx ON cluster_networks (subnet_id);
CREATE INDEX cluster_networks_pods_subnet_id_idx
    ON cluster_networks (pods_subnet_id);
CREATE INDEX cluster_networks_loadbalancer_subnet_id_idx
    ON cluster_networks (loadbalancer_subnet_id);

-- Which port is which node's.
CREATE TABLE cluster_ports (
    cluster_network_id uuid NOT NULL
        CONSTRAINT cluster_ports_cluster_network_id_fkey
        REFERENCES cluster_networks (id),
    group_name text NOT NULL,
    number bigint NOT NULL,
    port_id uuid NOT NULL
        CONSTRAINT cluster_ports_port_id_fkey REFERENCES ports (id)
        CONSTRAINT cluster_ports_port_id_key UNIQUE,
    CONSTRAINT cluster_ports_pkey
        PRIMARY KEY (cluster_network_id, group_name, number)
);

-- Ranges of a network that are routed to pods and services.  Subnets keep out
-- of them by their rules, ranges out of each other by this constraint.
CREATE TABLE reserved_ranges (
    cluster_network_id uuid NOT NULL
        CONSTRAINT reserved_ranges_cluster_network_id_fkey
        REFERENCES cluster_networks (id),
    kind text NOT NULL,
    network_id uuid NOT NULL
        CONSTRAINT reserved_ranges_network_id_fkey REFERENCES networks (id),
    cidr cidr NOT NULL,
    CONSTRAINT reserved_ranges_pkey PRIMARY KEY (cluster_network_id, kind),
    CONSTRAINT reserved_ranges_network_id_cidr_excl
        EXCLUDE USING gist (network_id WITH =, cidr inet_ops WITH &&)
);
CREATE INDEX reserved_ranges_network_id_idx ON reserved_ranges (network_id);

-- Every cluster without external IP shows the shadow port of its network.
CREATE INDEX ports_network_id_shadow_idx ON ports (network_id)
    WHERE device_owner = 'network:shadow_port';
