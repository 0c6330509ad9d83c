-- Who may use or see a network beside its project: one policy per action and
-- project, "*" for all.  Policies are the truth; two columns of networks tell
-- of it what every answer shows: "shared", that all may use it, and
-- "router_external", that some project sees it as external.

LOCK TABLE networks IN ACCESS EXCLUSIVE MODE;

CREATE TABLE rbac_policies (
    id uuid CONSTRAINT rbac_policies_pkey PRIMARY KEY,
    project_id text NOT NULL,
    object_type text NOT NULL,
    object_id uuid NOT NULL
        CONSTRAINT rbac_policies_object_id_fkey REFERENCES networks (id),
    action text NOT NULL,
    target_tenant text NOT NULL,
    revision_number bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT rbac_policies_object_id_action_target_tenant_key
        UNIQUE (object_id, action, target_tenant)
);
-- Lists of a project, paged by id.
CREATE INDEX rbac_policies_project_id_id_idx ON rbac_policies (project_id, id);
-- What a project sees beside its own.
CREATE INDEX rbac_policies_target_tenant_action_object_id_idx
    ON rbac_policies (target_tenant, action, object_id);

ALTER TABLE networks
    ALTER COLUMN shared SET DEFAULT false,
    ALTER COLUMN router_external SET DEFAULT false;

INSERT INTO rbac_policies
       (id, project_id, object_type, object_id, action, target_tenant)
SELECT gen_random_uuid(), n.project_id, 'network', n.id, a.action, '*'
  FROM networks n
 CROSS JOIN LATERAL (VALUES ('access_as_shared', n.shared),
                            ('access_as_external', n.router_external))
       a(action, is_open)
 WHERE a.is_open;

INSERT INTO quotas (project_id, resource, used)
SELECT project_id, 'rbac_policy', count(*) FROM rbac_policies
 GROUP BY project_id;

-- A server of the version before writes the columns alone and deletes networks
-- without their policies.  What it leaves open is settled when it commits; a
-- server of this version has done it already, with events, and nothing is left
-- to do.  To be dropped with the last such server, as networks_visible_idx is.
CREATE FUNCTION networks_settle_policies() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    WITH gone AS (
        DELETE FROM rbac_policies r USING networks n
         WHERE n.id = NEW.id AND r.object_id = n.id
           AND (r.action = 'access_as_shared' AND r.target_tenant = '*'
                    AND NOT n.shared
                OR r.action = 'access_as_external' AND NOT n.router_external)
        RETURNING r.project_id)
    UPDATE quotas q SET used = q.used - g.n
      FROM (SELECT project_id, count(*) AS n FROM gone GROUP BY project_id) g
     WHERE q.project_id = g.project_id AND q.resource = 'rbac_policy';
    WITH made AS (
        INSERT INTO rbac_policies
               (id, project_id, object_type, object_id, action, target_tenant)
        SELECT gen_random_uuid(), n.project_id, 'network', n.id, a.action, '*'
          FROM networks n
         CROSS JOIN LATERAL (VALUES ('access_as_shared', n.shared),
                                    ('access_as_external', n.router_external))
               a(action, is_open)
         WHERE n.id = NEW.id AND a.is_open
           AND NOT EXISTS (SELECT 1 FROM rbac_policies r
                            WHERE r.object_id = n.id AND r.action = a.action
                              AND (r.target_tenant = '*'
                                   OR r.action = 'access_as_external'))
        RETURNING project_id)
    INSERT INTO quotas AS q (project_id, resource, used)
    SELECT project_id, 'rbac_policy', count(*) FROM made GROUP BY project_id
    ON CONFLICT (project_id, resource)
    DO UPDATE SET used = q.used + excluded.used;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER networks_settle_insert
    AFTER INSERT ON networks DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.shared OR NEW.router_external)
    EXECUTE FUNCTION networks_settle_policies();
CREATE CONSTRAINT TRIGGER networks_settle_update
    AFTER UPDATE OF shared, router_external ON networks
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.shared <> NEW.shared
                       OR OLD.router_external <> NEW.router_external)
    EXECUTE FUNCTION networks_settle_policies();

CREATE FUNCTION networks_drop_policies() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    WITH gone AS (DELETE FROM rbac_policies WHERE object_id = OLD.id
                  RETURNING project_id)
    UPDATE quotas q SET used = q.used - g.n
      FROM (SELECT project_id, count(*) AS n FROM gone GROUP BY project_id) g
     WHERE q.project_id = g.project_id AND q.resource = 'rbac_policy';
    RETURN OLD;
END $$;

CREATE TRIGGER networks_drop_policies BEFORE DELETE ON networks
    FOR EACH ROW EXECUTE FUNCTION networks_drop_policies();
