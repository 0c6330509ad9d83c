-- Requests that may come again: the key that a client gave, and the answer,
-- written in the transaction of the change.
CREATE TABLE idempotency_keys (
    project_id text NOT NULL,
    user_id text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    status bigint NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (project_id, user_id, key)
);
-- What is too old is found by its place: rows stand in the order of time.
CREATE INDEX idempotency_keys_created_at_idx
    ON idempotency_keys USING brin (created_at);
