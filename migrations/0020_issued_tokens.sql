-- Tokens of /v3/auth/tokens, known by their SHA-256.  What a user may do is
-- not here: it is looked up in the file of users whenever a token is used.
CREATE TABLE issued_tokens (
    hash bytea NOT NULL,
    user_id text NOT NULL,
    project_id text NOT NULL,    -- '': no project.
    credential_id text NOT NULL, -- '': the user's password.
    seal text NOT NULL,          -- Changes with the secret that was shown.
    methods text NOT NULL,
    audit_ids text NOT NULL,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT issued_tokens_pkey PRIMARY KEY (hash)
);
CREATE INDEX issued_tokens_expires_at_idx ON issued_tokens (expires_at);
