-- Address scopes, and subnet pools: prefixes from which subnets get theirs.
-- (The table subnet_pools holds something else: the allocation pools of a
-- subnet, from which ports get their addresses.)

CREATE TABLE address_scopes (
    id uuid CONSTRAINT address_scopes_pkey PRIMARY KEY,
    project_id text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    ip_version bigint NOT NULL,
    shared boolean NOT NULL,
    tags text[] NOT NULL DEFAULT '{}',
    revision_number bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX address_scopes_project_id_id_idx
    ON address_scopes (project_id, id);
CREATE INDEX address_scopes_shared_idx ON address_scopes (id) WHERE shared;

CREATE TABLE subnetpools (
    id uuid CONSTRAINT subnetpools_pkey PRIMARY KEY,
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
    address_scope_id uuid CONSTRAINT subnetpools_address_scope_id_fkey
        REFERENCES address_scopes (id),
    tags text[] NOT NULL DEFAULT '{}',
    revision_number bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX subnetpools_project_id_id_idx ON subnetpools (project_id, id);
CREATE INDEX subnetpools_shared_idx ON subnetpools (id) WHERE shared;
CREATE INDEX subnetpools_address_scope_id_idx ON subnetpools (address_scope_id)
    WHERE address_scope_id IS NOT NULL;
CREATE UNIQUE INDEX subnetpools_ip_version_default_key
    ON subnetpools (ip_version) WHERE is_default;

-- Prefixes of the pools of an address scope: no two share an address.
CREATE TABLE address_scope_prefixes (
    subnetpool_id uuid NOT NULL
        CONSTRAINT address_scope_prefixes_subnetpool_id_fkey
        REFERENCES subnetpools (id) ON DELETE CASCADE,
    cidr cidr NOT NULL,
    address_scope_id uuid NOT NULL,
    CONSTRAINT address_scope_prefixes_pkey PRIMARY KEY (subnetpool_id, cidr),
    CONSTRAINT address_scope_prefixes_address_scope_id_cidr_excl
        EXCLUDE USING gist (address_scope_id WITH =, cidr inet_ops WITH &&)
);

-- In the order in which servers lock them.
ALTER TABLE cluster_networks ADD COLUMN asked_subnetpool_id uuid;
ALTER TABLE subnets
    ADD COLUMN subnetpool_id uuid CONSTRAINT subnets_subnetpool_id_fkey
        REFERENCES subnetpools (id);
CREATE INDEX subnets_subnetpool_id_id_idx ON subnets (subnetpool_id, id)
    WHERE subnetpool_id IS NOT NULL;
CREATE INDEX subnets_network_id_pooled_idx ON subnets (network_id)
    WHERE subnetpool_id IS NOT NULL;

-- The prefixes of a pool, cut into blocks: one per subnet, and what is free.
-- Whoever takes a block locks the pool's row.  A subnet that goes, however,
-- leaves its block behind, free; the next one who takes from the pool joins
-- such blocks with their free neighbours and settles them.  What is settled is
-- free, and as large as can be.
CREATE TABLE subnetpool_blocks (
    subnetpool_id uuid NOT NULL
        CONSTRAINT subnetpool_blocks_subnetpool_id_fkey
        REFERENCES subnetpools (id) ON DELETE CASCADE,
    cidr cidr NOT NULL,
    subnet_id uuid CONSTRAINT subnetpool_blocks_subnet_id_fkey
        REFERENCES subnets (id) ON DELETE SET NULL,
    project_id text,
    settled boolean NOT NULL,
    CONSTRAINT subnetpool_blocks_pkey PRIMARY KEY (subnetpool_id, cidr),
    CONSTRAINT subnetpool_blocks_subnetpool_id_cidr_excl
        EXCLUDE USING gist (subnetpool_id WITH =, cidr inet_ops WITH &&),
    CONSTRAINT subnetpool_blocks_settled_check
        CHECK (NOT settled OR subnet_id IS NULL)
);
CREATE UNIQUE INDEX subnetpool_blocks_subnet_id_key
    ON subnetpool_blocks (subnet_id) WHERE subnet_id IS NOT NULL;
-- The smallest free block that holds a prefix.
CREATE INDEX subnetpool_blocks_free_idx
    ON subnetpool_blocks (subnetpool_id, masklen(cidr) DESC, cidr)
    WHERE settled;
CREATE INDEX subnetpool_blocks_returned_idx ON subnetpool_blocks (subnetpool_id)
    WHERE subnet_id IS NULL AND NOT settled;
-- What a project has of a pool.
CREATE INDEX subnetpool_blocks_project_id_idx
    ON subnetpool_blocks (subnetpool_id, project_id) INCLUDE (cidr)
    WHERE subnet_id IS NOT NULL;

