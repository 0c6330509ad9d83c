-- What the operators allow a project beyond quotas, and what projects ask for.

-- One row per project that was ever granted something; a project without a
-- row has no entitlement.
CREATE TABLE entitlements (
    id uuid CONSTRAINT entitlements_pkey PRIMARY KEY,
    project_id text NOT NULL,
    shadow_port boolean NOT NULL,
    revision_number bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT entitlements_project_id_key UNIQUE (project_id)
);

CREATE TABLE entitlement_requests (
    id uuid CONSTRAINT entitlement_requests_pkey PRIMARY KEY,
    project_id text NOT NULL,
    user_id text NOT NULL,
    entitlement text NOT NULL,
    comment text NOT NULL,
    status text NOT NULL,
    decided_by text,
    decision_comment text,
    revision_number bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
-- Lists of a project, paged by id.
CREATE INDEX entitlement_requests_project_id_id_idx
    ON entitlement_requests (project_id, id);
-- What waits for the operators; a project asks once at a time.
CREATE UNIQUE INDEX entitlement_requests_pending_key
    ON entitlement_requests (project_id, entitlement)
    WHERE status = 'pending';

-- The ports that networks with enable_shadow_port hold.
CREATE INDEX ports_shadow_idx ON ports (network_id)
    WHERE device_owner = 'network:shadow_port';
