-- What the last audit of the data found: one row, so that every process that
-- serves this database tells the same.
CREATE TABLE invariant_audit (
    only_row boolean DEFAULT true
        CONSTRAINT invariant_audit_pkey PRIMARY KEY
        CONSTRAINT invariant_audit_only_row_check CHECK (only_row),
    checked_at timestamptz NOT NULL,
    took_ms bigint NOT NULL,
    holds boolean NOT NULL,
    checks json NOT NULL
);
