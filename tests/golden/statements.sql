-- Every SQL statement of the program: those written by hand, and of those made
-- from the attribute tables one of each shape.  Written by statements_test.c.

-- address_map_allocated
SELECT x.ip_address, x.prev, p.id, p.device_owner
FROM (SELECT w.*
    FROM (
        SELECT a.ip_address, a.port_id, lag(a.ip_address) OVER o AS prev,
            lag(a.port_id) OVER o AS prev_port
        FROM ip_allocations a
        WHERE $4::boolean
        AND (a.subnet_id, a.ip_address) >= ($1::uuid, CASE WHEN $3::boolean
            THEN coalesce((SELECT min(f.ip)
            FROM (
                SELECT min(r.ip_address) AS ip
                FROM released_addresses r
                WHERE r.subnet_id = $1::uuid
                AND r.available_at <= now()
                AND r.ip_address > coalesce($2::inet, '0.0.0.0/0')
                UNION ALL
                SELECT greatest(l.next_ip, $2::inet)
                FROM subnet_pools l
                WHERE l.subnet_id = $1::uuid
                AND l.next_ip IS NOT NULL
                AND l.last_ip > coalesce($2::inet, '0.0.0.0/0')) f),
            'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'::inet) ELSE
            coalesce($2::inet, '0.0.0.0/0') END)
        AND (a.subnet_id, a.ip_address) <= ($1::uuid,
            'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'::inet) WINDOW o AS
            (ORDER BY a.subnet_id, a.ip_address)) w
    WHERE w.prev IS NULL
    OR CASE WHEN $6::int IS NULL
    OR $6::int > CASE family(w.prev) WHEN 4 THEN 32 ELSE 128 END THEN
        w.ip_address <> w.prev + 1 WHEN network(set_masklen(w.ip_address,
        $6::int)) = network(set_masklen(w.prev, $6::int)) THEN false ELSE
        network(set_masklen(w.ip_address, $6::int))::inet <>
        broadcast(set_masklen(w.prev, $6::int)) + 1 END
    OR ($7::boolean AND w.port_id <> w.prev_port)
    LIMIT $5::bigint) x
LEFT JOIN ports p ON p.id = x.port_id
AND ($8::text IS NULL OR p.project_id = $8::text)
ORDER BY x.ip_address;

-- address_map_cooling
SELECT w.ip_address, w.prev
FROM (
    SELECT r.ip_address, lag(r.ip_address) OVER o AS prev
    FROM released_addresses r
    WHERE r.subnet_id = $1::uuid
    AND $4::boolean
    AND r.available_at > now()
    AND r.ip_address >= CASE WHEN $3::boolean THEN coalesce((SELECT min(f.ip)
        FROM (
            SELECT min(r.ip_address) AS ip
            FROM released_addresses r
            WHERE r.subnet_id = $1::uuid
            AND r.available_at <= now()
            AND r.ip_address > coalesce($2::inet, '0.0.0.0/0')
            UNION ALL
            SELECT greatest(l.next_ip, $2::inet)
            FROM subnet_pools l
            WHERE l.subnet_id = $1::uuid
            AND l.next_ip IS NOT NULL
            AND l.last_ip > coalesce($2::inet, '0.0.0.0/0')) f),
        'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'::inet) ELSE
        coalesce($2::inet, '0.0.0.0/0') END WINDOW o AS (ORDER BY
        r.ip_address)) w
WHERE w.prev IS NULL
OR CASE WHEN $6::int IS NULL
OR $6::int > CASE family(w.prev) WHEN 4 THEN 32 ELSE 128 END THEN w.ip_address
    <> w.prev + 1 WHEN network(set_masklen(w.ip_address, $6::int)) =
    network(set_masklen(w.prev, $6::int)) THEN false ELSE
    network(set_masklen(w.ip_address, $6::int))::inet <>
    broadcast(set_masklen(w.prev, $6::int)) + 1 END
ORDER BY w.ip_address
LIMIT $5::bigint;

-- address_map_last
SELECT (SELECT x.ip_address
    FROM (
        SELECT a.subnet_id, a.ip_address
        FROM ip_allocations a
        WHERE (a.subnet_id, a.ip_address) <= ($1::uuid,
            'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'::inet)
        ORDER BY a.subnet_id DESC, a.ip_address DESC
        LIMIT 1) x
    WHERE x.subnet_id = $1::uuid), (SELECT max(r.ip_address)
    FROM released_addresses r
    WHERE r.subnet_id = $1::uuid
    AND r.available_at > now()), CASE WHEN $3::boolean THEN (SELECT min(f.ip)
    FROM (
        SELECT min(r.ip_address) AS ip
        FROM released_addresses r
        WHERE r.subnet_id = $1::uuid
        AND r.available_at <= now()
        AND r.ip_address > coalesce($2::inet, '0.0.0.0/0')
        UNION ALL
        SELECT greatest(l.next_ip, $2::inet)
        FROM subnet_pools l
        WHERE l.subnet_id = $1::uuid
        AND l.next_ip IS NOT NULL
        AND l.last_ip > coalesce($2::inet, '0.0.0.0/0')) f) END;

-- address_map_read
SELECT s.cidr, s.gateway_ip, s.network_id, p.id, p.device_owner, g.port_id IS
    NOT NULL, ARRAY(SELECT host(l.first_ip)
    FROM subnet_pools l
    WHERE l.subnet_id = s.id
    ORDER BY l.first_ip), ARRAY(SELECT host(l.last_ip)
    FROM subnet_pools l
    WHERE l.subnet_id = s.id
    ORDER BY l.first_ip)
FROM subnets s
LEFT JOIN ip_allocations g ON g.subnet_id = s.id
AND g.ip_address = s.gateway_ip
LEFT JOIN ports p ON p.id = g.port_id
AND ($2::text IS NULL OR p.project_id = $2::text)
WHERE s.id = $1::uuid
AND ($2::text IS NULL OR s.project_id = $2::text OR EXISTS (SELECT 1
    FROM rbac_policies r
    WHERE r.object_id = s.network_id
    AND r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $2::text)));

-- address_scope delete
DELETE FROM address_scopes
WHERE id = ANY($1::uuid[]);

-- address_scope get
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.ip_version, t.shared
FROM address_scopes t
WHERE t.id = $1::uuid
AND (t.project_id = $2 OR t.shared);

-- address_scope get, locked for a change
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.ip_version, t.shared
FROM address_scopes t
WHERE t.id = $1::uuid
AND (t.project_id = $2 OR t.shared)
ORDER BY t.id FOR NO KEY UPDATE OF t;

-- address_scope get, many locked for deletion
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.ip_version, t.shared
FROM address_scopes t
WHERE t.id = ANY($1::uuid[])
ORDER BY t.id FOR UPDATE OF t;

-- address_scope insert
INSERT INTO address_scopes AS t (id, name, project_id, description,
    ip_version, shared)
SELECT $1::uuid, $2::text, $3::text, $4::text, $5::bigint, $6::boolean;

-- address_scope insert, many
INSERT INTO address_scopes AS t (id, name, project_id, description,
    ip_version, shared)
SELECT unnest($1::uuid[]), unnest($2::text[]), unnest($3::text[]),
    unnest($4::text[]), unnest($5::bigint[]), unnest($6::boolean[])
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.ip_version, t.shared;

-- address_scope list
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.ip_version, t.shared
FROM address_scopes t
WHERE true
ORDER BY t.id
LIMIT $1::bigint;

-- address_scope list, behind a marker by two keys
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.ip_version, t.shared
FROM address_scopes t, (SELECT t.name AS k0, t.id AS k1
    FROM address_scopes t
    WHERE t.id = $1::uuid) m
WHERE true
AND (t.project_id = $2 OR t.shared)
AND (((t.name < m.k0 OR (m.k0 IS NULL AND t.name IS NOT NULL))) OR (t.name IS
    NOT DISTINCT FROM m.k0 AND (t.id > m.k1 OR (t.id IS NULL AND m.k1 IS NOT
    NULL))))
ORDER BY t.name DESC, t.id
LIMIT $3::bigint;

-- address_scope list, of versions
SELECT t.id, t.xmin
FROM address_scopes t
WHERE true
AND (t.project_id = $1 OR t.shared)
ORDER BY t.id
LIMIT $2::bigint;

-- address_scope list, the page before
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.ip_version, t.shared
FROM address_scopes t
WHERE true
AND (t.project_id = $1 OR t.shared)
AND t.id < $2::uuid
ORDER BY t.id DESC
LIMIT $3::bigint;

-- address_scope look-ups
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.ip_version, t.shared, x.place
FROM (SELECT unnest($1::uuid[]), unnest($2::text[]),
        generate_subscripts($1::uuid[], 1)) AS x(id, me, place) CROSS
JOIN LATERAL (SELECT *
    FROM address_scopes o
    WHERE o.id = x.id OFFSET 0) t
WHERE true
AND (t.project_id = x.me OR t.shared);

-- address_scope update
UPDATE address_scopes AS t
SET name = $1::text, description = $2::text, shared = $3::boolean,
    revision_number = t.revision_number + 1, updated_at = now()
WHERE t.id = $4::uuid
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.ip_version, t.shared;

-- address_scope update of many
UPDATE address_scopes AS t
SET name = a.c2::text, description = a.c3::text, shared = a.c4::boolean,
    revision_number = t.revision_number + 1, updated_at = now()
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS a(c1, c2, c3,
    c4)
WHERE t.id = a.c1
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.ip_version, t.shared;

-- address_scope_pools
SELECT 'subnetpool', p.id, p.name, NULL, NULL, NULL, p.project_id, p.shared,
    count(*) OVER ()
FROM subnetpools p
WHERE p.address_scope_id = $1::uuid
ORDER BY p.id
LIMIT 50;

-- address_show_cooling
SELECT available_at
FROM released_addresses
WHERE subnet_id = $1::uuid
AND ip_address = $2::inet
AND available_at > now();

-- address_show_history
SELECT e.object->>'id', e.object->>'name', e.object->>'mac_address',
    e.object->>'device_id', e.object->>'device_owner',
    e.object->>'project_id', e.at, e.held, e.holds, $2::text IS NULL
OR e.object->>'project_id' = $2::text
FROM (SELECT v.id, v.at, coalesce(v.after, v.before)::json AS object, EXISTS
        (SELECT 1
        FROM json_array_elements(v.before::json->'fixed_ips') f
        WHERE f->>'subnet_id' = $1
        AND f->>'ip_address' = $3) AS held, EXISTS (SELECT 1
        FROM json_array_elements(v.after::json->'fixed_ips') f
        WHERE f->>'subnet_id' = $1
        AND f->>'ip_address' = $3) AS holds
    FROM events v
    WHERE v.type = 'port'
    AND v.network_id = (SELECT s.network_id
        FROM subnets s
        WHERE s.id = $1::text::uuid)
    AND (position($4 IN v.before) > 0 OR position($4 IN v.after) > 0) OFFSET
        0) e
WHERE e.held
OR e.holds
ORDER BY e.id DESC
LIMIT $5::bigint;

-- address_show_holder
SELECT p.id, p.name, p.mac_address, p.device_id, p.device_owner, p.project_id
FROM ip_allocations a
LEFT JOIN ports p ON p.id = a.port_id
AND ($2::text IS NULL OR p.project_id = $2::text)
WHERE a.subnet_id = $1::uuid
AND a.ip_address = $3::inet;

-- addresses_count_many
UPDATE subnet_usage u
SET allocated = u.allocated + x.taken, released = u.released - x.reused
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS x(subnet_id, taken,
    reused)
WHERE u.subnet_id = x.subnet_id;

-- addresses_count_one
UPDATE subnet_usage u
SET allocated = u.allocated + x.taken, released = u.released - x.reused
FROM (SELECT $1::uuid, $2::bigint, $3::bigint) AS x(subnet_id, taken, reused)
WHERE u.subnet_id = x.subnet_id;

-- addresses_free
WITH gone AS (
    DELETE FROM ip_allocations a
    USING unnest($1::uuid[], $2::inet[]) AS x(subnet_id, ip)
    WHERE a.subnet_id = x.subnet_id
    AND a.ip_address = x.ip
    RETURNING a.subnet_id, a.ip_address), freed AS (
    INSERT INTO released_addresses (subnet_id, ip_address, available_at)
    SELECT g.subnet_id, g.ip_address, clock_timestamp() + s.ip_cooldown *
        interval '1 second'
    FROM gone g
    JOIN subnets s ON s.id = g.subnet_id
    WHERE EXISTS (SELECT 1
        FROM subnet_pools p
        WHERE p.subnet_id = g.subnet_id
        AND g.ip_address >= p.first_ip
        AND g.ip_address <= p.last_ip
        AND (p.next_ip IS NULL OR g.ip_address < p.next_ip))
    RETURNING subnet_id)
UPDATE subnet_usage u
SET allocated = u.allocated - c.gone, released = u.released + c.freed
FROM (SELECT subnet_id, count(*) AS gone, (SELECT count(*)
        FROM freed f
        WHERE f.subnet_id = g.subnet_id) AS freed
    FROM gone g
    GROUP BY subnet_id) c
WHERE u.subnet_id = c.subnet_id;

-- addresses_in_use
SELECT x.no
FROM unnest($1::uuid[], $2::inet[]) WITH ORDINALITY AS x(subnet_id, ip, no)
WHERE EXISTS (SELECT 1
    FROM ip_allocations a
    WHERE a.subnet_id = x.subnet_id
    AND a.ip_address = x.ip);

-- addresses_in_use_or_cooling
SELECT x.no
FROM unnest($1::uuid[], $2::inet[]) WITH ORDINALITY AS x(subnet_id, ip, no)
WHERE EXISTS (SELECT 1
    FROM ip_allocations a
    WHERE a.subnet_id = x.subnet_id
    AND a.ip_address = x.ip)
OR EXISTS (SELECT 1
    FROM released_addresses r
    WHERE r.subnet_id = x.subnet_id
    AND r.ip_address = x.ip
    AND r.available_at > clock_timestamp());

-- addresses_insert_alike
INSERT INTO ip_allocations (subnet_id, ip_address, port_id, network_id)
SELECT $1::uuid, unnest($2::inet[]), unnest($3::uuid[]), $4::uuid;

-- addresses_insert_many
INSERT INTO ip_allocations (subnet_id, ip_address, port_id, network_id)
SELECT unnest($1::uuid[]), unnest($2::inet[]), unnest($3::uuid[]),
    unnest($4::uuid[]);

-- addresses_insert_one
INSERT INTO ip_allocations (subnet_id, ip_address, port_id, network_id)
SELECT $1::uuid, $2::inet, $3::uuid, $4::uuid;

-- addresses_lock_subnets_many
SELECT subnet_id
FROM subnet_usage
WHERE network_id = ANY($1::uuid[])
ORDER BY subnet_id FOR NO KEY UPDATE;

-- addresses_lock_subnets_one
SELECT subnet_id
FROM subnet_usage
WHERE network_id = $1::uuid
ORDER BY subnet_id FOR NO KEY UPDATE;

-- addresses_lock_usage
SELECT 1
FROM subnet_usage
WHERE subnet_id = ANY($1::uuid[])
ORDER BY subnet_id FOR NO KEY UPDATE;

-- addresses_more_above
SELECT ip_address
FROM ip_allocations
WHERE (subnet_id, ip_address) >= ($1::uuid, $2::inet)
AND (subnet_id, ip_address) <= ($1::uuid, $3::inet)
ORDER BY subnet_id, ip_address
LIMIT $4::bigint;

-- addresses_move_marks_many
UPDATE subnet_pools p
SET next_ip = x.next_ip
FROM unnest($1::uuid[], $2::inet[], $3::inet[]) AS x(subnet_id, first_ip,
    next_ip)
WHERE p.subnet_id = x.subnet_id
AND p.first_ip = x.first_ip;

-- addresses_move_marks_one
UPDATE subnet_pools p
SET next_ip = x.next_ip
FROM (SELECT $1::uuid, $2::inet, $3::inet) AS x(subnet_id, first_ip, next_ip)
WHERE p.subnet_id = x.subnet_id
AND p.first_ip = x.first_ip;

-- addresses_read_freed
SELECT ip_address, available_at <= clock_timestamp()
FROM released_addresses
WHERE subnet_id = $1::uuid
ORDER BY available_at, ip_address
LIMIT $2::bigint;

-- addresses_read_subnets_many
SELECT s.id, s.network_id, s.cidr, s.gateway_ip, coalesce(s.ipv6_address_mode
    IN ('slaac', 'dhcpv6-stateless'), false), s.ip_allocation_policy =
    'random', s.service_types, (extract(epoch FROM s.created_at) *
    1000000)::bigint, p.first_ip, p.last_ip, p.next_ip, ARRAY(SELECT
        i.ip_address
    FROM ip_allocations i
    WHERE (i.subnet_id, i.ip_address) >= (p.subnet_id, p.next_ip)
    AND (i.subnet_id, i.ip_address) <= (p.subnet_id, p.last_ip)
    ORDER BY i.subnet_id, i.ip_address
    LIMIT $2::bigint), p.no
FROM (SELECT *
    FROM subnets
    WHERE network_id = ANY($1::uuid[]) OFFSET 0) s
LEFT JOIN subnet_pools p ON p.subnet_id = s.id;

-- addresses_read_subnets_one
SELECT s.id, s.network_id, s.cidr, s.gateway_ip, coalesce(s.ipv6_address_mode
    IN ('slaac', 'dhcpv6-stateless'), false), s.ip_allocation_policy =
    'random', s.service_types, (extract(epoch FROM s.created_at) *
    1000000)::bigint, p.first_ip, p.last_ip, p.next_ip, ARRAY(SELECT
        i.ip_address
    FROM ip_allocations i
    WHERE (i.subnet_id, i.ip_address) >= (p.subnet_id, p.next_ip)
    AND (i.subnet_id, i.ip_address) <= (p.subnet_id, p.last_ip)
    ORDER BY i.subnet_id, i.ip_address
    LIMIT $2::bigint), p.no
FROM (SELECT *
    FROM subnets
    WHERE network_id = $1::uuid) s
LEFT JOIN subnet_pools p ON p.subnet_id = s.id
ORDER BY s.id;

-- addresses_reuse_many
DELETE FROM released_addresses r
USING unnest($1::uuid[], $2::inet[]) AS x(subnet_id, ip)
WHERE r.subnet_id = x.subnet_id
AND r.ip_address = x.ip;

-- addresses_reuse_one
DELETE FROM released_addresses r
USING (SELECT $1::uuid, $2::inet) AS x(subnet_id, ip)
WHERE r.subnet_id = x.subnet_id
AND r.ip_address = x.ip;

-- audit_read
SELECT holds, to_char(checked_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), took_ms,
    checks
FROM invariant_audit;

-- audit_read_checks
SELECT c->>'name', (c->>'violations')::bigint, c->>'sample', extract(epoch
    FROM a.checked_at)::bigint
FROM invariant_audit a, json_array_elements(a.checks) AS c
WHERE a.checked_at > now() - $1::bigint * interval '1 second';

-- audit_write
INSERT INTO invariant_audit AS i (checked_at, took_ms, holds, checks)
SELECT now(), $1::bigint, coalesce(bool_and(x.n = 0), true),
    coalesce(json_agg(json_strip_nulls(json_build_object( 'name', x.name,
    'violations', x.n, 'sample', x.sample)) ORDER BY x.no), '[]')
FROM unnest($2::text[], $3::bigint[], $4::text[]) WITH ORDINALITY AS x(name,
    n, sample, no)
ON CONFLICT (only_row) DO UPDATE
SET checked_at = excluded.checked_at, took_ms = excluded.took_ms, holds =
    excluded.holds, checks = excluded.checks;

-- availability_read
WITH page AS (
    SELECT n.id, n.name, n.project_id
    FROM networks n
    WHERE ($1::text IS NULL OR n.project_id = $1::text)
    AND ($2::uuid[] IS NULL OR n.id = ANY($2::uuid[]))
    AND ($3::text[] IS NULL OR n.name = ANY($3::text[]))
    AND ($4::text[] IS NULL OR n.project_id = ANY($4::text[]))
    AND ($5::bigint[] IS NULL OR EXISTS (SELECT 1
        FROM subnets v
        WHERE v.network_id = n.id
        AND v.ip_version = ANY($5::bigint[])))
    AND ($6::uuid IS NULL OR n.id > $6::uuid)
    ORDER BY n.id
    LIMIT $7::bigint)
SELECT n.id, n.name, n.project_id, s.id, s.ip_version, s.cidr, s.name,
    u.allocated, u.total, coalesce(sum(u.allocated) OVER (PARTITION BY n.id),
    0), coalesce(sum(u.total) OVER (PARTITION BY n.id), 0)
FROM page n
LEFT JOIN subnets s ON s.network_id = n.id
AND ($5::bigint[] IS NULL OR s.ip_version = ANY($5::bigint[]))
LEFT JOIN subnet_usage u ON u.subnet_id = s.id
ORDER BY n.id, s.created_at, s.id;

-- blockers_address_holder
SELECT 'port', p.id, p.name, host(a.ip_address), p.device_owner, p.device_id,
    p.project_id, false, count(*) OVER ()
FROM ip_allocations a
JOIN ports p ON p.id = a.port_id
WHERE a.subnet_id = $1::uuid
AND a.ip_address = $2::inet
ORDER BY p.id
LIMIT 50;

-- blockers_by_policy
SELECT x.*, count(*) OVER ()
FROM (SELECT 'cluster_network' AS type, c.id, c.name, NULL, NULL, NULL,
        c.project_id, false
    FROM cluster_networks c
    JOIN (SELECT n.id, n.project_id
        FROM networks n
        WHERE n.id IN (SELECT q.object_id
            FROM rbac_policies q
            WHERE q.id = ANY($1::uuid[]))) g ON g.id = c.network_id
    WHERE c.project_id <> g.project_id
    AND $2::text IS DISTINCT FROM c.project_id
    AND $2::text IS DISTINCT FROM '*'
    AND EXISTS (SELECT 1
        FROM rbac_policies r
        WHERE r.object_id = g.id
        AND r.action = 'access_as_shared'
        AND r.id = ANY($1::uuid[])
        AND r.target_tenant IN ('*', c.project_id))
    AND NOT EXISTS (SELECT 1
        FROM rbac_policies r
        WHERE r.object_id = g.id
        AND r.action = 'access_as_shared'
        AND r.id <> ALL($1::uuid[])
        AND r.target_tenant IN ('*', c.project_id))
    UNION ALL
    SELECT 'port' AS type, p.id, p.name, p.fixed_ips -> 0 ->> 'ip_address',
        p.device_owner, p.device_id, p.project_id, false
    FROM ports p
    JOIN (SELECT n.id, n.project_id
        FROM networks n
        WHERE n.id IN (SELECT q.object_id
            FROM rbac_policies q
            WHERE q.id = ANY($1::uuid[]))) g ON g.id = p.network_id
    WHERE p.project_id <> g.project_id
    AND $2::text IS DISTINCT FROM p.project_id
    AND $2::text IS DISTINCT FROM '*'
    AND EXISTS (SELECT 1
        FROM rbac_policies r
        WHERE r.object_id = g.id
        AND r.action = 'access_as_shared'
        AND r.id = ANY($1::uuid[])
        AND r.target_tenant IN ('*', p.project_id))
    AND NOT EXISTS (SELECT 1
        FROM rbac_policies r
        WHERE r.object_id = g.id
        AND r.action = 'access_as_shared'
        AND r.id <> ALL($1::uuid[])
        AND r.target_tenant IN ('*', p.project_id))
    AND NOT starts_with(p.device_owner, 'network:')
    AND NOT EXISTS (SELECT 1
        FROM cluster_ports n
        WHERE n.port_id = p.id)) x
ORDER BY x.type, x.id
LIMIT 50;

-- blockers_cluster_neighbours
WITH me AS (SELECT c.id, c.network_id, c.owns_network, array_remove(ARRAY[CASE
        WHEN c.owns_subnet THEN c.subnet_id END, c.pods_subnet_id], NULL) AS
        owned
    FROM cluster_networks c
    WHERE c.id = $1::uuid)
SELECT x.*, count(*) OVER ()
FROM (SELECT 'cluster_network' AS type, c.id, c.name, NULL, NULL, NULL,
        c.project_id, false
    FROM cluster_networks c, me
    WHERE c.id <> me.id
    AND (c.subnet_id = ANY(me.owned) OR c.pods_subnet_id = ANY(me.owned) OR
        me.owns_network AND c.network_id = me.network_id OR
        c.loadbalancer_subnet_id = ANY(me.owned) OR me.owns_network AND
        c.loadbalancer_subnet_id IN (
        SELECT s.id
        FROM subnets s
        WHERE s.network_id = me.network_id))) x
ORDER BY x.type, x.id
LIMIT 50;

-- blockers_full_subnets
SELECT 'subnet', s.id, s.name, NULL, NULL, NULL, s.project_id,EXISTS (SELECT 1
    FROM rbac_policies r
    WHERE r.object_id = s.network_id
    AND r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $1::text)), count(*) OVER (), s.cidr,
    u.total, u.allocated + x.taken
FROM unnest($2::uuid[], $3::bigint[]) AS x(id, taken)
JOIN subnets s ON s.id = x.id
JOIN subnet_usage u ON u.subnet_id = s.id
ORDER BY s.id
LIMIT 50;

-- blockers_gateway_holder
SELECT 'port', p.id, p.name, host(a.ip_address), p.device_owner, p.device_id,
    p.project_id, false, count(*) OVER ()
FROM ip_allocations a
JOIN ports p ON p.id = a.port_id
WHERE a.subnet_id = $1::uuid
AND a.ip_address = $2::inet
AND starts_with(p.device_owner, 'network:router_interface')
ORDER BY p.id
LIMIT 50;

-- blockers_keep_cluster
WITH me AS (SELECT c.id, c.network_id, c.owns_network, array_remove(ARRAY[CASE
        WHEN c.owns_subnet THEN c.subnet_id END, c.pods_subnet_id], NULL) AS
        owned
    FROM cluster_networks c
    WHERE c.id = $1::uuid)
SELECT x.*, count(*) OVER ()
FROM (SELECT 'cluster_network' AS type, c.id, c.name, NULL, NULL, NULL,
        c.project_id, false
    FROM cluster_networks c, me
    WHERE c.id <> me.id
    AND (c.subnet_id = ANY(me.owned) OR c.pods_subnet_id = ANY(me.owned) OR
        me.owns_network AND c.network_id = me.network_id OR
        c.loadbalancer_subnet_id = ANY(me.owned) OR me.owns_network AND
        c.loadbalancer_subnet_id IN (
        SELECT s.id
        FROM subnets s
        WHERE s.network_id = me.network_id))
    UNION ALL
    SELECT 'port' AS type, p.id, p.name, p.fixed_ips -> 0 ->> 'ip_address',
        p.device_owner, p.device_id, p.project_id, false
    FROM me
    JOIN ports p ON p.network_id = me.network_id
    WHERE p.device_owner <> ALL($2::text[])
    AND (me.owns_network OR EXISTS (
        SELECT 1
        FROM ip_allocations a
        WHERE a.port_id = p.id
        AND a.subnet_id = ANY(me.owned)))
    AND NOT EXISTS (SELECT 1
        FROM cluster_ports n
        JOIN cluster_networks c ON c.id = n.cluster_network_id
        WHERE n.port_id = p.id
        AND (c.id = me.id OR me.owns_network OR c.subnet_id = ANY(me.owned)))
    UNION ALL
    SELECT 'subnet' AS type, s.id, s.name, NULL, NULL, NULL, s.project_id,
        false
    FROM me
    JOIN subnets s ON s.network_id = me.network_id
    WHERE me.owns_network
    AND s.id <> ALL(me.owned)) x
ORDER BY x.type, x.id
LIMIT 50;

-- blockers_keep_network
SELECT x.*, count(*) OVER ()
FROM (SELECT 'cluster_network' AS type, c.id, c.name, NULL, NULL, NULL,
        c.project_id, false
    FROM cluster_networks c
    WHERE (c.network_id = $1::uuid OR c.loadbalancer_subnet_id IN (SELECT s.id
        FROM subnets s
        WHERE s.network_id = $1::uuid))
    UNION ALL
    SELECT 'port' AS type, p.id, p.name, p.fixed_ips -> 0 ->> 'ip_address',
        p.device_owner, p.device_id, p.project_id, false
    FROM ports p
    WHERE p.network_id = $1::uuid
    AND p.device_owner <> ALL($2::text[])
    AND NOT EXISTS (SELECT 1
        FROM cluster_ports n
        WHERE n.port_id = p.id)) x
ORDER BY x.type, x.id
LIMIT 50;

-- blockers_keep_port
SELECT x.*, count(*) OVER ()
FROM (SELECT 'cluster_network' AS type, c.id, c.name, NULL, NULL, NULL,
        c.project_id, false
    FROM cluster_networks c
    JOIN cluster_ports n ON n.cluster_network_id = c.id
    WHERE n.port_id = $1::uuid
    UNION ALL
    SELECT 'port' AS type, p.id, p.name, p.fixed_ips -> 0 ->> 'ip_address',
        p.device_owner, p.device_id, p.project_id, false
    FROM ports p
    WHERE p.id = $1::uuid
    AND starts_with(p.device_owner, 'network:')
    AND (NOT $2::boolean OR p.device_owner = 'network:shadow_port')) x
ORDER BY x.type, x.id
LIMIT 50;

-- blockers_keep_subnet
SELECT x.*, count(*) OVER ()
FROM (SELECT 'cluster_network' AS type, c.id, c.name, NULL, NULL, NULL,
        c.project_id, false
    FROM cluster_networks c
    WHERE (c.subnet_id = $1::uuid OR c.pods_subnet_id = $1::uuid OR
        c.loadbalancer_subnet_id = $1::uuid)
    UNION ALL
    SELECT 'port' AS type, p.id, p.name, host(a.ip), p.device_owner,
        p.device_id, p.project_id, false
    FROM (SELECT port_id, min(ip_address) AS ip
        FROM ip_allocations
        WHERE subnet_id = $1::uuid
        GROUP BY port_id) a
    JOIN ports p ON p.id = a.port_id
    JOIN subnets s ON s.id = $1::uuid
    WHERE p.device_owner <> ALL($2::text[])
    AND (coalesce(s.ipv6_address_mode, '') NOT IN ('slaac',
        'dhcpv6-stateless') OR starts_with(p.device_owner, 'network:router_'))
    AND NOT EXISTS (SELECT 1
        FROM cluster_ports n
        JOIN cluster_networks c ON c.id = n.cluster_network_id
        WHERE n.port_id = p.id
        AND (c.subnet_id = $1::uuid OR c.pods_subnet_id = $1::uuid OR
            c.loadbalancer_subnet_id = $1::uuid))) x
ORDER BY x.type, x.id
LIMIT 50;

-- blockers_mac_holder
SELECT 'port', p.id, p.name, p.fixed_ips -> 0 ->> 'ip_address',
    p.device_owner, p.device_id, p.project_id, false, count(*) OVER ()
FROM ports p
WHERE p.network_id = $1::uuid
AND p.mac_address = $2::macaddr
ORDER BY p.id
LIMIT 50;

-- blockers_network
SELECT 'network', n.id, n.name, NULL, NULL, NULL, n.project_id, EXISTS (SELECT
        1
    FROM rbac_policies r
    WHERE r.object_id = n.id
    AND r.target_tenant IN ('*', $1::text)), 1
FROM networks n
WHERE n.id = $2::uuid;

-- blockers_network_users
SELECT x.*, count(*) OVER ()
FROM (SELECT 'cluster_network' AS type, c.id, c.name, NULL, NULL, NULL,
        c.project_id, false
    FROM cluster_networks c
    WHERE (c.network_id = $1::uuid OR c.loadbalancer_subnet_id IN (SELECT s.id
        FROM subnets s
        WHERE s.network_id = $1::uuid))) x
ORDER BY x.type, x.id
LIMIT 50;

-- blockers_node_owner
SELECT x.*, count(*) OVER ()
FROM (SELECT 'cluster_network' AS type, c.id, c.name, NULL, NULL, NULL,
        c.project_id, false
    FROM cluster_networks c
    JOIN cluster_ports n ON n.cluster_network_id = c.id
    WHERE n.port_id = $1::uuid) x
ORDER BY x.type, x.id
LIMIT 50;

-- blockers_overlapping
SELECT 'subnet', s.id, s.name, NULL, NULL, NULL, s.project_id,EXISTS (SELECT 1
    FROM rbac_policies r
    WHERE r.object_id = s.network_id
    AND r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $1::text)), count(*) OVER (), s.cidr
FROM subnets s
WHERE s.network_id = $2::uuid
AND s.cidr && $3::cidr
ORDER BY s.id
LIMIT 50;

-- blockers_serving_subnets
SELECT 'subnet', s.id, s.name, NULL, NULL, NULL, s.project_id,EXISTS (SELECT 1
    FROM rbac_policies r
    WHERE r.object_id = s.network_id
    AND r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $1::text)), count(*) OVER (), s.cidr,
    array_to_string(s.service_types, '", "')
FROM subnets s
WHERE s.id = ANY($2::uuid[])
ORDER BY s.id
LIMIT 50;

-- blockers_shadow_port_users
SELECT x.*, count(*) OVER ()
FROM (SELECT 'cluster_network' AS type, c.id, c.name, NULL, NULL, NULL,
        c.project_id, false
    FROM cluster_networks c
    WHERE c.network_id = $1::uuid
    AND NOT c.external_ip) x
ORDER BY x.type, x.id
LIMIT 50;

-- blockers_subnet_users
SELECT x.*, count(*) OVER ()
FROM (SELECT 'cluster_network' AS type, c.id, c.name, NULL, NULL, NULL,
        c.project_id, false
    FROM cluster_networks c
    WHERE (c.subnet_id = $1::uuid OR c.pods_subnet_id = $1::uuid OR
        c.loadbalancer_subnet_id = $1::uuid)) x
ORDER BY x.type, x.id
LIMIT 50;

-- check_address_in_cidr
SELECT count(*), min(what)
FROM (SELECT a.subnet_id || ' ' || a.ip_address
    FROM ip_allocations a
    JOIN subnets s ON s.id = a.subnet_id
    WHERE NOT a.ip_address <<= s.cidr) AS violations(what);

-- check_address_in_network
SELECT count(*), min(what)
FROM (SELECT a.subnet_id || ' ' || a.ip_address
    FROM ip_allocations a
    LEFT JOIN subnets s ON s.id = a.subnet_id
    LEFT JOIN ports p ON p.id = a.port_id
    WHERE s.network_id IS DISTINCT FROM a.network_id
    OR p.network_id <> a.network_id) AS violations(what);

-- check_address_twice
SELECT count(*), min(what)
FROM (SELECT a.network_id || ' ' || a.ip_address
    FROM ip_allocations a
    GROUP BY a.network_id, a.ip_address
    HAVING count(*) > 1) AS violations(what);

-- check_allocation_has_port
SELECT count(*), min(what)
FROM (SELECT a.subnet_id || ' ' || a.ip_address
    FROM ip_allocations a
    LEFT JOIN ports p ON p.id = a.port_id
    WHERE p.id IS NULL
    OR NOT strpos(p.fixed_ips::text, '{"subnet_id":"' || a.subnet_id ||
        '","ip_address":"' || host(a.ip_address) || '"}') > 0
    AND NOT EXISTS (SELECT 1
        FROM json_array_elements(p.fixed_ips) AS f
        WHERE a.subnet_id = (f->>'subnet_id')::uuid
        AND a.ip_address = (f->>'ip_address')::inet)) AS violations(what);

-- check_blocks_add_up
SELECT count(*), min(what)
FROM (SELECT p.id || ' has ' || coalesce(b.n, 0) || ' of ' || coalesce(x.n, 0)
    FROM subnetpools p
    LEFT JOIN (SELECT subnetpool_id, sum(2::numeric ^ ((family(cidr) / 3 * 3 +
            1) * 32 - masklen(cidr))) AS n
        FROM subnetpool_blocks
        GROUP BY subnetpool_id) b ON b.subnetpool_id = p.id
    LEFT JOIN (SELECT q.id, sum(2::numeric ^ ((family(c) / 3 * 3 + 1) * 32 -
            masklen(c))) AS n
        FROM subnetpools q, unnest(q.prefixes) AS c
        GROUP BY q.id) x ON x.id = p.id
    WHERE coalesce(b.n, 0) <> coalesce(x.n, 0)
    UNION ALL
    SELECT b.subnetpool_id || ' ' || b.cidr
    FROM subnetpool_blocks b
    JOIN subnetpools p ON p.id = b.subnetpool_id
    WHERE NOT b.cidr <<= ANY(p.prefixes)
    UNION ALL
    SELECT subnetpool_id || ' ' || cidr
    FROM (SELECT subnetpool_id, cidr, lag(cidr) OVER (PARTITION BY
            subnetpool_id ORDER BY cidr) AS before_cidr
        FROM subnetpool_blocks) o
    WHERE cidr && before_cidr) AS violations(what);

-- check_cluster_nodes
SELECT count(*), min(what)
FROM (SELECT c.id || ' ' || coalesce(g.name, x.name) || ' has ' ||
        coalesce(x.n, 0) || ' of ' || coalesce(g.count, 0)
    FROM cluster_networks c CROSS
    JOIN LATERAL (SELECT *
        FROM (SELECT e->>'name' AS name, (e->>'count')::bigint AS count
            FROM json_array_elements(c.node_groups) e) g FULL
        JOIN (SELECT p.group_name, count(*) AS n
            FROM cluster_ports p
            WHERE p.cluster_network_id = c.id
            GROUP BY p.group_name) y ON y.group_name = g.name) z CROSS
    JOIN LATERAL (SELECT z.name, z.count) g CROSS
    JOIN LATERAL (SELECT z.group_name AS name, z.n) x
    WHERE coalesce(g.count, 0) <> coalesce(x.n, 0)) AS violations(what);

-- check_cluster_ports
SELECT count(*), min(what)
FROM (SELECT c.id || ' ' || x.group_name || ' ' || x.number
    FROM cluster_networks c
    JOIN cluster_ports x ON x.cluster_network_id = c.id
    LEFT JOIN ports p ON p.id = x.port_id
    WHERE p.network_id IS DISTINCT FROM c.network_id
    OR p.project_id IS DISTINCT FROM c.project_id
    OR NOT EXISTS (SELECT 1
        FROM ip_allocations a
        WHERE a.port_id = x.port_id
        AND a.subnet_id = c.subnet_id)) AS violations(what);

-- check_cluster_ranges
SELECT count(*), min(what)
FROM (SELECT coalesce(r.cluster_network_id, w.id) || ' ' || coalesce(r.kind,
        w.kind)
    FROM reserved_ranges r FULL
    JOIN (
        SELECT c.id, c.network_id, k.kind, k.cidr
        FROM cluster_networks c, LATERAL (VALUES ('pods', c.pods_cidr),
            ('services', c.services_cidr)) AS k(kind, cidr)
        WHERE k.cidr IS NOT NULL) w ON w.id = r.cluster_network_id
    AND w.kind = r.kind
    AND w.cidr = r.cidr
    AND w.network_id = r.network_id
    WHERE r.kind IS NULL
    OR w.kind IS NULL
    UNION ALL
    SELECT r.cluster_network_id || ' ' || r.cidr || ' ' || s.id
    FROM reserved_ranges r
    JOIN cluster_networks c ON c.id = r.cluster_network_id
    JOIN subnets s ON s.network_id = r.network_id
    AND s.cidr && r.cidr
    WHERE r.kind <> 'pods'
    OR s.id IS DISTINCT FROM c.pods_subnet_id) AS violations(what);

-- check_cluster_subnets
SELECT count(*), min(what)
FROM (SELECT c.id::text
    FROM cluster_networks c
    LEFT JOIN networks n ON n.id = c.network_id
    LEFT JOIN subnets s ON s.id = c.subnet_id
    LEFT JOIN subnets p ON p.id = c.pods_subnet_id
    WHERE n.id IS NULL
    OR s.network_id IS DISTINCT FROM n.id
    OR c.pods_subnet <> (c.pods_subnet_id IS NOT NULL)
    OR c.pods_subnet
    AND (p.network_id IS DISTINCT FROM n.id OR p.cidr IS DISTINCT FROM
        c.pods_cidr)
    OR c.owns_network
    AND n.project_id <> c.project_id
    OR c.owns_network
    AND NOT c.owns_subnet
    OR NOT c.external_ip
    AND NOT n.enable_shadow_port
    OR c.loadbalancer_subnet_id IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM subnets b
        WHERE b.id = c.loadbalancer_subnet_id)) AS violations(what);

-- check_mac_twice
SELECT count(*), min(what)
FROM (SELECT network_id || ' ' || mac_address
    FROM ports
    GROUP BY network_id, mac_address
    HAVING count(*) > 1) AS violations(what);

-- check_mark_in_pool
SELECT count(*), min(what)
FROM (SELECT subnet_id || ' ' || next_ip
    FROM subnet_pools
    WHERE next_ip < first_ip
    OR next_ip > last_ip
    OR family(next_ip) <> family(first_ip)) AS violations(what);

-- check_none_forgotten
SELECT count(*), min(what)
FROM (SELECT p.subnet_id || ' ' || p.first_ip
    FROM subnet_pools p
    JOIN subnets s ON s.id = p.subnet_id
    WHERE (s.ip_version = 4 OR p.next_ip IS NULL AND p.last_ip - p.first_ip <
        1000000 OR p.next_ip IS NOT NULL AND p.next_ip <= p.first_ip +
        1000000)
    AND CASE WHEN p.next_ip IS NULL THEN p.last_ip - p.first_ip + 1 ELSE
        p.next_ip - p.first_ip END <> (SELECT count(*)
        FROM ip_allocations a
        WHERE a.subnet_id = p.subnet_id
        AND a.ip_address >= p.first_ip
        AND a.ip_address <= p.last_ip
        AND (p.next_ip IS NULL OR a.ip_address < p.next_ip)) + (SELECT
            count(*)
        FROM released_addresses r
        WHERE r.subnet_id = p.subnet_id
        AND r.ip_address >= p.first_ip
        AND r.ip_address <= p.last_ip
        AND (p.next_ip IS NULL OR r.ip_address < p.next_ip))) AS
    violations(what);

-- check_policies_shown
SELECT count(*), min(what)
FROM (SELECT n.id::text
    FROM networks n
    LEFT JOIN rbac_policies r ON r.object_id = n.id
    GROUP BY n.id
    HAVING n.shared <> ('access_as_shared*' = ANY(array_agg(concat(r.action,
        r.target_tenant))))
    OR n.router_external <> ('access_as_external' =
        ANY(array_agg(concat(r.action))))) AS violations(what);

-- check_pools_match
SELECT count(*), min(what)
FROM (SELECT coalesce(a.subnet_id, p.subnet_id) || ' ' || coalesce(a.first_ip,
        p.first_ip)
    FROM (SELECT subnet_id, min(first_ip) AS first_ip, max(last_ip) AS last_ip
        FROM (SELECT r.*, count(*) FILTER (WHERE starts) OVER (PARTITION BY
                subnet_id ORDER BY first_ip) AS no
            FROM (SELECT r.*, (lag(last_ip) OVER (PARTITION BY subnet_id ORDER
                    BY first_ip) + 1 = first_ip) IS NOT TRUE AS starts
                FROM (SELECT s.id AS subnet_id, (x->>'start')::inet AS
                        first_ip, (x->>'end')::inet AS last_ip
                    FROM subnets s, json_array_elements(s.allocation_pools) AS
                        x) r) r) r
        GROUP BY subnet_id, no) a FULL
    JOIN (SELECT subnet_id, min(first_ip) AS first_ip, max(last_ip) AS last_ip
        FROM (SELECT r.*, count(*) FILTER (WHERE starts) OVER (PARTITION BY
                subnet_id ORDER BY first_ip) AS no
            FROM (SELECT r.*, (lag(last_ip) OVER (PARTITION BY subnet_id ORDER
                    BY first_ip) + 1 = first_ip) IS NOT TRUE AS starts
                FROM (SELECT subnet_id, first_ip, last_ip
                    FROM subnet_pools) r) r) r
        GROUP BY subnet_id, no) p ON p.subnet_id = a.subnet_id
    AND p.first_ip = a.first_ip
    WHERE p.last_ip IS DISTINCT FROM a.last_ip) AS violations(what);

-- check_pools_total
SELECT count(*), min(what)
FROM (SELECT s.id::text
    FROM subnets s
    LEFT JOIN subnet_usage u ON u.subnet_id = s.id
    LEFT JOIN (SELECT subnet_id, sum(CASE WHEN family(first_ip) = 4 THEN
            last_ip - first_ip + 1 ELSE (('x' ||
            substr(encode(inet_send(last_ip), 'hex'), 9,
            8))::bit(32)::bigint::numeric * 79228162514264337593543950336 +
            ('x' || substr(encode(inet_send(last_ip), 'hex'), 17,
            8))::bit(32)::bigint::numeric * 18446744073709551616 + ('x' ||
            substr(encode(inet_send(last_ip), 'hex'), 25,
            8))::bit(32)::bigint::numeric * 4294967296 + ('x' ||
            substr(encode(inet_send(last_ip), 'hex'), 33,
            8))::bit(32)::bigint::numeric) - (('x' ||
            substr(encode(inet_send(first_ip), 'hex'), 9,
            8))::bit(32)::bigint::numeric * 79228162514264337593543950336 +
            ('x' || substr(encode(inet_send(first_ip), 'hex'), 17,
            8))::bit(32)::bigint::numeric * 18446744073709551616 + ('x' ||
            substr(encode(inet_send(first_ip), 'hex'), 25,
            8))::bit(32)::bigint::numeric * 4294967296 + ('x' ||
            substr(encode(inet_send(first_ip), 'hex'), 33,
            8))::bit(32)::bigint::numeric) + 1 END) AS n
        FROM subnet_pools
        GROUP BY subnet_id) p ON p.subnet_id = s.id
    WHERE u.total IS DISTINCT FROM coalesce(p.n, 0)) AS violations(what);

-- check_port_has_allocation
SELECT count(*), min(what)
FROM (SELECT c.id || ' ' || (f->>'ip_address')
    FROM (SELECT p.id, p.fixed_ips, count(a.port_id) AS shown
        FROM ports p
        LEFT JOIN ip_allocations a ON a.port_id = p.id
        AND strpos(p.fixed_ips::text, '{"subnet_id":"' || a.subnet_id ||
            '","ip_address":"' || host(a.ip_address) || '"}') > 0
        GROUP BY p.id) c, json_array_elements(c.fixed_ips) AS f
    WHERE json_array_length(c.fixed_ips) <> c.shown
    AND NOT EXISTS (SELECT 1
        FROM ip_allocations a
        WHERE a.port_id = c.id
        AND a.subnet_id = (f->>'subnet_id')::uuid
        AND a.ip_address = (f->>'ip_address')::inet)) AS violations(what);

-- check_port_has_network
SELECT count(*), min(what)
FROM (SELECT p.id || ' ' || p.network_id
    FROM ports p
    LEFT JOIN networks n ON n.id = p.network_id
    WHERE n.id IS NULL) AS violations(what);

-- check_quota_counters
SELECT count(*), min(what)
FROM (WITH counted AS (
    SELECT project_id, 'network' AS resource, count(*) AS n
    FROM networks
    GROUP BY project_id
    UNION ALL
    SELECT project_id, 'subnet', count(*)
    FROM subnets
    GROUP BY project_id
    UNION ALL
    SELECT project_id, 'subnetpool', count(*)
    FROM subnetpools
    GROUP BY project_id
    UNION ALL
    SELECT project_id, 'port', count(*)
    FROM ports
    WHERE device_owner <> 'network:shadow_port'
    GROUP BY project_id
    UNION ALL
    SELECT project_id, 'rbac_policy', count(*)
    FROM rbac_policies
    GROUP BY project_id), kept AS (SELECT project_id, resource, used
    FROM quotas
    WHERE resource IN ('network', 'subnet', 'port', 'subnetpool',
        'rbac_policy')) SELECT project_id || ' ' || resource || ' has ' ||
    coalesce(c.n, 0) || ', counted ' || coalesce(k.used, 0) FROM counted c
    FULL JOIN kept k USING (project_id, resource) WHERE coalesce(c.n, 0) <>
    coalesce(k.used, 0)) AS violations(what);

-- check_released_is_free
SELECT count(*), min(what)
FROM (SELECT r.subnet_id || ' ' || r.ip_address
    FROM released_addresses r
    LEFT JOIN ip_allocations a ON a.subnet_id = r.subnet_id
    AND a.ip_address = r.ip_address
    WHERE a.subnet_id IS NOT NULL
    OR NOT EXISTS (SELECT 1
        FROM subnet_pools p
        WHERE p.subnet_id = r.subnet_id
        AND r.ip_address >= p.first_ip
        AND r.ip_address <= p.last_ip
        AND (p.next_ip IS NULL OR r.ip_address < p.next_ip))) AS
    violations(what);

-- check_scope_prefixes
SELECT count(*), min(what)
FROM (SELECT coalesce(a.subnetpool_id, w.id) || ' ' || coalesce(a.cidr,
        w.cidr)
    FROM address_scope_prefixes a FULL
    JOIN (
        SELECT p.id, p.address_scope_id, c AS cidr
        FROM subnetpools p, unnest(p.prefixes) AS c
        WHERE p.address_scope_id IS NOT NULL) w ON w.id = a.subnetpool_id
    AND w.cidr = a.cidr
    AND w.address_scope_id = a.address_scope_id
    WHERE a.cidr IS NULL
    OR w.cidr IS NULL
    UNION ALL
    SELECT subnetpool_id || ' ' || cidr
    FROM (SELECT subnetpool_id, cidr, lag(cidr) OVER (PARTITION BY
            address_scope_id ORDER BY cidr) AS before_cidr
        FROM address_scope_prefixes) o
    WHERE cidr && before_cidr) AS violations(what);

-- check_settled_blocks
SELECT count(*), min(what)
FROM (SELECT subnetpool_id || ' ' || min(cidr)
    FROM subnetpool_blocks
    WHERE settled
    AND masklen(cidr) > 0
    GROUP BY subnetpool_id, masklen(cidr), network(set_masklen(cidr::inet,
        masklen(cidr) - 1))
    HAVING count(*) > 1) AS violations(what);

-- check_shadow_ports
SELECT count(*), min(what)
FROM (SELECT s.id || ' holds ' || count(p.id)
    FROM networks n
    JOIN subnets s ON s.network_id = n.id
    LEFT JOIN ports p ON p.network_id = n.id
    AND p.device_owner = 'network:shadow_port'
    AND EXISTS (SELECT 1
        FROM ip_allocations a
        WHERE a.port_id = p.id
        AND a.subnet_id = s.id)
    WHERE n.enable_shadow_port
    GROUP BY s.id
    HAVING count(p.id) <> 1
    UNION ALL
    SELECT p.id || ' where there should be none'
    FROM ports p
    JOIN networks n ON n.id = p.network_id
    WHERE p.device_owner = 'network:shadow_port'
    AND NOT n.enable_shadow_port) AS violations(what);

-- check_subnet_blocks
SELECT count(*), min(what)
FROM (SELECT coalesce(s.id, b.subnet_id) || ' ' || coalesce(s.cidr, b.cidr)
    FROM (SELECT *
        FROM subnets
        WHERE subnetpool_id IS NOT NULL) s FULL
    JOIN (SELECT *
        FROM subnetpool_blocks
        WHERE subnet_id IS NOT NULL) b ON b.subnet_id = s.id
    WHERE b.subnetpool_id IS DISTINCT FROM s.subnetpool_id
    OR b.cidr IS DISTINCT FROM s.cidr
    OR b.project_id IS DISTINCT FROM s.project_id) AS violations(what);

-- check_subnet_counters
SELECT count(*), min(what)
FROM (SELECT s.id || ' allocated ' || coalesce(u.allocated::text, 'none') || '
        released ' || coalesce(u.released::text, 'none')
    FROM subnets s
    LEFT JOIN subnet_usage u ON u.subnet_id = s.id
    LEFT JOIN (SELECT subnet_id, count(*) AS n
        FROM ip_allocations
        GROUP BY subnet_id) a ON a.subnet_id = s.id
    LEFT JOIN (SELECT subnet_id, count(*) AS n
        FROM released_addresses
        GROUP BY subnet_id) r ON r.subnet_id = s.id
    WHERE u.subnet_id IS NULL
    OR u.network_id <> s.network_id
    OR u.allocated <> coalesce(a.n, 0)
    OR u.released <> coalesce(r.n, 0)) AS violations(what);

-- check_subnets_overlap
SELECT count(*), min(what)
FROM (SELECT before_id || ' ' || id
    FROM (SELECT id, cidr, lag(id) OVER w AS before_id, lag(cidr) OVER w AS
            before_cidr
        FROM subnets WINDOW w AS (PARTITION BY network_id ORDER BY cidr)) o
    WHERE cidr && before_cidr) AS violations(what);

-- cluster_close_network
SELECT n.name, n.project_id, n.enable_shadow_port
FROM networks n
WHERE n.id = $1::uuid FOR UPDATE;

-- cluster_delete_ports
DELETE FROM cluster_ports
WHERE cluster_network_id = $1::uuid;

-- cluster_delete_ranges
DELETE FROM reserved_ranges
WHERE cluster_network_id = $1::uuid;

-- cluster_delete_row
DELETE FROM cluster_networks
WHERE id = $1::uuid;

-- cluster_find_nodes
SELECT x.port_id, x.group_name
FROM cluster_ports x
WHERE x.port_id = ANY($1::uuid[])
ORDER BY x.port_id;

-- cluster_forget_nodes
DELETE FROM cluster_ports
WHERE port_id = ANY($1::uuid[]);

-- cluster_insert_ports
INSERT INTO cluster_ports (cluster_network_id, group_name, number, port_id)
SELECT $1::uuid, x.*
FROM unnest($2::text[], $3::bigint[], $4::uuid[]) AS x(group_name, number,
    port_id);

-- cluster_insert_quotas
INSERT INTO quotas (project_id, resource)
SELECT $1::text, r
FROM unnest($2::text[]) r
ORDER BY r
ON CONFLICT (project_id, resource) DO NOTHING;

-- cluster_lock_loadbalancers
SELECT s.network_id, s.project_id, n.project_id
FROM subnets s
JOIN networks n ON n.id = s.network_id
WHERE s.id = $1::uuid FOR KEY SHARE OF s;

-- cluster_lock_network
SELECT n.name, n.project_id, n.enable_shadow_port
FROM networks n
WHERE n.id = $1::uuid FOR NO KEY UPDATE;

-- cluster_lock_nodes
SELECT c.group_name, c.number, c.port_id
FROM cluster_ports c
JOIN ports p ON p.id = c.port_id
WHERE c.cluster_network_id = $1::uuid
AND c.group_name = ANY($2::text[])
ORDER BY p.id FOR UPDATE OF p;

-- cluster_lock_owned
SELECT 'subnet', id, name, NULL, NULL, NULL, project_id, false, 1,
    revision_number, cidr
FROM subnets
WHERE id = ANY($1::uuid[])
ORDER BY id FOR UPDATE;

-- cluster_lock_ports
SELECT 'port', p.id, p.name, coalesce((SELECT host(min(a.ip_address))
    FROM ip_allocations a
    WHERE a.port_id = p.id
    AND a.subnet_id = ANY($1::uuid[])), p.fixed_ips -> 0 ->> 'ip_address'),
    p.device_owner, p.device_id, p.project_id, false, 1, p.revision_number,
    EXISTS (SELECT 1
    FROM ip_allocations o
    WHERE o.port_id = p.id
    AND o.subnet_id <> ALL($1::uuid[])), n.cluster_network_id
FROM ports p
LEFT JOIN cluster_ports n ON n.port_id = p.id
WHERE p.id IN (SELECT port_id
    FROM ip_allocations
    WHERE subnet_id = ANY($1::uuid[])
    UNION ALL
    SELECT port_id
    FROM cluster_ports
    WHERE cluster_network_id = $2::uuid)
ORDER BY p.id FOR UPDATE OF p;

-- cluster_lock_quotas
SELECT q.project_id, q.resource, q.used, q.quota_limit
FROM quotas q
WHERE q.project_id = $1::text
OR q.project_id IN (SELECT p.project_id
    FROM ports p
    WHERE p.network_id = $2::uuid
    UNION
    SELECT s.project_id
    FROM subnets s
    WHERE s.network_id = $2::uuid)
ORDER BY q.project_id, q.resource FOR NO KEY UPDATE;

-- cluster_lock_subnets
SELECT s.id
FROM subnets s
WHERE s.id = ANY($1::uuid[])
ORDER BY s.id FOR UPDATE;

-- cluster_network delete
DELETE FROM cluster_networks
WHERE id = ANY($1::uuid[]);

-- cluster_network get
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.cluster_id, t.status, t.network_id,
    t.subnet_id, (SELECT row_to_json(x)
    FROM (SELECT n.id, n.name, n.status, n.mtu, n.enable_shadow_port
        FROM networks n
        WHERE n.id = t.network_id) x), (SELECT row_to_json(x)
    FROM (SELECT s.id, s.name, s.ip_version, s.cidr, masklen(s.cidr) AS
            prefixlen, host(s.gateway_ip) AS gateway_ip
        FROM subnets s
        WHERE s.id = t.subnet_id) x), t.loadbalancer_subnet_id, t.pods_cidr,
    t.services_cidr, t.pods_subnet, t.pods_subnet_id, t.external_ip,
    t.node_groups, (SELECT coalesce('[' || string_agg(row_to_json(o)::text,
        ',' ORDER BY v.no) || ']', '[]')::json
    FROM (VALUES (1, t.owns_network, 'network', t.network_id), (2,
        t.owns_subnet, 'subnet', t.subnet_id), (3, t.pods_subnet, 'subnet',
        t.pods_subnet_id)) v(no, own, type, id), LATERAL (SELECT v.type, v.id)
        o
    WHERE v.own), (SELECT coalesce('[' || string_agg(row_to_json(x)::text, ','
        ORDER BY c.group_name, c.number) || ']', '[]')::json
    FROM cluster_ports c
    JOIN ports p ON p.id = c.port_id, LATERAL (SELECT p.id, p.name,
            p.mac_address, (SELECT f->>'ip_address'
            FROM json_array_elements(p.fixed_ips) f
            WHERE (f->>'subnet_id')::uuid = t.subnet_id
            LIMIT 1) AS ip_address, c.group_name AS "group", p.device_id) x
    WHERE c.cluster_network_id = t.id), (SELECT row_to_json(x)
    FROM (SELECT p.id, f->>'ip_address' AS ip_address
        FROM ports p, json_array_elements(p.fixed_ips) f
        WHERE NOT t.external_ip
        AND p.network_id = t.network_id
        AND p.device_owner = 'network:shadow_port'
        AND (f->>'subnet_id')::uuid = t.subnet_id
        LIMIT 1) x), (SELECT n.sdn
    FROM networks n
    WHERE n.id = t.network_id), t.owns_network, t.owns_subnet,
    t.asked_network_id, t.asked_subnet_id, t.asked_cidr, t.asked_prefixlen,
    t.asked_subnetpool_id
FROM cluster_networks t
WHERE t.id = $1::uuid
AND t.project_id = $2;

-- cluster_network get, locked for a change
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.cluster_id, t.status, t.network_id,
    t.subnet_id, (SELECT row_to_json(x)
    FROM (SELECT n.id, n.name, n.status, n.mtu, n.enable_shadow_port
        FROM networks n
        WHERE n.id = t.network_id) x), (SELECT row_to_json(x)
    FROM (SELECT s.id, s.name, s.ip_version, s.cidr, masklen(s.cidr) AS
            prefixlen, host(s.gateway_ip) AS gateway_ip
        FROM subnets s
        WHERE s.id = t.subnet_id) x), t.loadbalancer_subnet_id, t.pods_cidr,
    t.services_cidr, t.pods_subnet, t.pods_subnet_id, t.external_ip,
    t.node_groups, (SELECT coalesce('[' || string_agg(row_to_json(o)::text,
        ',' ORDER BY v.no) || ']', '[]')::json
    FROM (VALUES (1, t.owns_network, 'network', t.network_id), (2,
        t.owns_subnet, 'subnet', t.subnet_id), (3, t.pods_subnet, 'subnet',
        t.pods_subnet_id)) v(no, own, type, id), LATERAL (SELECT v.type, v.id)
        o
    WHERE v.own), (SELECT coalesce('[' || string_agg(row_to_json(x)::text, ','
        ORDER BY c.group_name, c.number) || ']', '[]')::json
    FROM cluster_ports c
    JOIN ports p ON p.id = c.port_id, LATERAL (SELECT p.id, p.name,
            p.mac_address, (SELECT f->>'ip_address'
            FROM json_array_elements(p.fixed_ips) f
            WHERE (f->>'subnet_id')::uuid = t.subnet_id
            LIMIT 1) AS ip_address, c.group_name AS "group", p.device_id) x
    WHERE c.cluster_network_id = t.id), (SELECT row_to_json(x)
    FROM (SELECT p.id, f->>'ip_address' AS ip_address
        FROM ports p, json_array_elements(p.fixed_ips) f
        WHERE NOT t.external_ip
        AND p.network_id = t.network_id
        AND p.device_owner = 'network:shadow_port'
        AND (f->>'subnet_id')::uuid = t.subnet_id
        LIMIT 1) x), (SELECT n.sdn
    FROM networks n
    WHERE n.id = t.network_id), t.owns_network, t.owns_subnet,
    t.asked_network_id, t.asked_subnet_id, t.asked_cidr, t.asked_prefixlen,
    t.asked_subnetpool_id
FROM cluster_networks t
WHERE t.id = $1::uuid
AND t.project_id = $2
ORDER BY t.id FOR NO KEY UPDATE OF t;

-- cluster_network get, many locked for deletion
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.cluster_id, t.status, t.network_id,
    t.subnet_id, (SELECT row_to_json(x)
    FROM (SELECT n.id, n.name, n.status, n.mtu, n.enable_shadow_port
        FROM networks n
        WHERE n.id = t.network_id) x), (SELECT row_to_json(x)
    FROM (SELECT s.id, s.name, s.ip_version, s.cidr, masklen(s.cidr) AS
            prefixlen, host(s.gateway_ip) AS gateway_ip
        FROM subnets s
        WHERE s.id = t.subnet_id) x), t.loadbalancer_subnet_id, t.pods_cidr,
    t.services_cidr, t.pods_subnet, t.pods_subnet_id, t.external_ip,
    t.node_groups, (SELECT coalesce('[' || string_agg(row_to_json(o)::text,
        ',' ORDER BY v.no) || ']', '[]')::json
    FROM (VALUES (1, t.owns_network, 'network', t.network_id), (2,
        t.owns_subnet, 'subnet', t.subnet_id), (3, t.pods_subnet, 'subnet',
        t.pods_subnet_id)) v(no, own, type, id), LATERAL (SELECT v.type, v.id)
        o
    WHERE v.own), (SELECT coalesce('[' || string_agg(row_to_json(x)::text, ','
        ORDER BY c.group_name, c.number) || ']', '[]')::json
    FROM cluster_ports c
    JOIN ports p ON p.id = c.port_id, LATERAL (SELECT p.id, p.name,
            p.mac_address, (SELECT f->>'ip_address'
            FROM json_array_elements(p.fixed_ips) f
            WHERE (f->>'subnet_id')::uuid = t.subnet_id
            LIMIT 1) AS ip_address, c.group_name AS "group", p.device_id) x
    WHERE c.cluster_network_id = t.id), (SELECT row_to_json(x)
    FROM (SELECT p.id, f->>'ip_address' AS ip_address
        FROM ports p, json_array_elements(p.fixed_ips) f
        WHERE NOT t.external_ip
        AND p.network_id = t.network_id
        AND p.device_owner = 'network:shadow_port'
        AND (f->>'subnet_id')::uuid = t.subnet_id
        LIMIT 1) x), (SELECT n.sdn
    FROM networks n
    WHERE n.id = t.network_id), t.owns_network, t.owns_subnet,
    t.asked_network_id, t.asked_subnet_id, t.asked_cidr, t.asked_prefixlen,
    t.asked_subnetpool_id
FROM cluster_networks t
WHERE t.id = ANY($1::uuid[])
ORDER BY t.id FOR UPDATE OF t;

-- cluster_network insert
INSERT INTO cluster_networks AS t (id, name, project_id, description,
    cluster_id, status, network_id, subnet_id, loadbalancer_subnet_id,
    pods_cidr, services_cidr, pods_subnet, pods_subnet_id, external_ip,
    node_groups, owns_network, owns_subnet, asked_network_id, asked_subnet_id,
    asked_cidr, asked_prefixlen, asked_subnetpool_id)
SELECT $1::uuid, $2::text, $3::text, $4::text, $5::text, $6::text, $7::uuid,
    $8::uuid, $9::uuid, $10::cidr, $11::cidr, $12::boolean, $13::uuid,
    $14::boolean, $15::json, $16::boolean, $17::boolean, $18::uuid, $19::uuid,
    $20::cidr, $21::bigint, $22::uuid;

-- cluster_network insert, many
INSERT INTO cluster_networks AS t (id, name, project_id, description,
    cluster_id, status, network_id, subnet_id, loadbalancer_subnet_id,
    pods_cidr, services_cidr, pods_subnet, pods_subnet_id, external_ip,
    node_groups, owns_network, owns_subnet, asked_network_id, asked_subnet_id,
    asked_cidr, asked_prefixlen, asked_subnetpool_id)
SELECT unnest($1::uuid[]), unnest($2::text[]), unnest($3::text[]),
    unnest($4::text[]), unnest($5::text[]), unnest($6::text[]),
    unnest($7::uuid[]), unnest($8::uuid[]), unnest($9::uuid[]),
    unnest($10::cidr[]), unnest($11::cidr[]), unnest($12::boolean[]),
    unnest($13::uuid[]), unnest($14::boolean[]), unnest($15::json[]),
    unnest($16::boolean[]), unnest($17::boolean[]), unnest($18::uuid[]),
    unnest($19::uuid[]), unnest($20::cidr[]), unnest($21::bigint[]),
    unnest($22::uuid[])
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.cluster_id, t.status,
    t.network_id, t.subnet_id, (SELECT row_to_json(x)
    FROM (SELECT n.id, n.name, n.status, n.mtu, n.enable_shadow_port
        FROM networks n
        WHERE n.id = t.network_id) x), (SELECT row_to_json(x)
    FROM (SELECT s.id, s.name, s.ip_version, s.cidr, masklen(s.cidr) AS
            prefixlen, host(s.gateway_ip) AS gateway_ip
        FROM subnets s
        WHERE s.id = t.subnet_id) x), t.loadbalancer_subnet_id, t.pods_cidr,
    t.services_cidr, t.pods_subnet, t.pods_subnet_id, t.external_ip,
    t.node_groups, (SELECT coalesce('[' || string_agg(row_to_json(o)::text,
        ',' ORDER BY v.no) || ']', '[]')::json
    FROM (VALUES (1, t.owns_network, 'network', t.network_id), (2,
        t.owns_subnet, 'subnet', t.subnet_id), (3, t.pods_subnet, 'subnet',
        t.pods_subnet_id)) v(no, own, type, id), LATERAL (SELECT v.type, v.id)
        o
    WHERE v.own), (SELECT coalesce('[' || string_agg(row_to_json(x)::text, ','
        ORDER BY c.group_name, c.number) || ']', '[]')::json
    FROM cluster_ports c
    JOIN ports p ON p.id = c.port_id, LATERAL (SELECT p.id, p.name,
            p.mac_address, (SELECT f->>'ip_address'
            FROM json_array_elements(p.fixed_ips) f
            WHERE (f->>'subnet_id')::uuid = t.subnet_id
            LIMIT 1) AS ip_address, c.group_name AS "group", p.device_id) x
    WHERE c.cluster_network_id = t.id), (SELECT row_to_json(x)
    FROM (SELECT p.id, f->>'ip_address' AS ip_address
        FROM ports p, json_array_elements(p.fixed_ips) f
        WHERE NOT t.external_ip
        AND p.network_id = t.network_id
        AND p.device_owner = 'network:shadow_port'
        AND (f->>'subnet_id')::uuid = t.subnet_id
        LIMIT 1) x), (SELECT n.sdn
    FROM networks n
    WHERE n.id = t.network_id), t.owns_network, t.owns_subnet,
    t.asked_network_id, t.asked_subnet_id, t.asked_cidr, t.asked_prefixlen,
    t.asked_subnetpool_id;

-- cluster_network list
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.cluster_id, t.status, t.network_id,
    t.subnet_id, (SELECT row_to_json(x)
    FROM (SELECT n.id, n.name, n.status, n.mtu, n.enable_shadow_port
        FROM networks n
        WHERE n.id = t.network_id) x), (SELECT row_to_json(x)
    FROM (SELECT s.id, s.name, s.ip_version, s.cidr, masklen(s.cidr) AS
            prefixlen, host(s.gateway_ip) AS gateway_ip
        FROM subnets s
        WHERE s.id = t.subnet_id) x), t.loadbalancer_subnet_id, t.pods_cidr,
    t.services_cidr, t.pods_subnet, t.pods_subnet_id, t.external_ip,
    t.node_groups, (SELECT coalesce('[' || string_agg(row_to_json(o)::text,
        ',' ORDER BY v.no) || ']', '[]')::json
    FROM (VALUES (1, t.owns_network, 'network', t.network_id), (2,
        t.owns_subnet, 'subnet', t.subnet_id), (3, t.pods_subnet, 'subnet',
        t.pods_subnet_id)) v(no, own, type, id), LATERAL (SELECT v.type, v.id)
        o
    WHERE v.own), (SELECT coalesce('[' || string_agg(row_to_json(x)::text, ','
        ORDER BY c.group_name, c.number) || ']', '[]')::json
    FROM cluster_ports c
    JOIN ports p ON p.id = c.port_id, LATERAL (SELECT p.id, p.name,
            p.mac_address, (SELECT f->>'ip_address'
            FROM json_array_elements(p.fixed_ips) f
            WHERE (f->>'subnet_id')::uuid = t.subnet_id
            LIMIT 1) AS ip_address, c.group_name AS "group", p.device_id) x
    WHERE c.cluster_network_id = t.id), (SELECT row_to_json(x)
    FROM (SELECT p.id, f->>'ip_address' AS ip_address
        FROM ports p, json_array_elements(p.fixed_ips) f
        WHERE NOT t.external_ip
        AND p.network_id = t.network_id
        AND p.device_owner = 'network:shadow_port'
        AND (f->>'subnet_id')::uuid = t.subnet_id
        LIMIT 1) x), (SELECT n.sdn
    FROM networks n
    WHERE n.id = t.network_id), t.owns_network, t.owns_subnet,
    t.asked_network_id, t.asked_subnet_id, t.asked_cidr, t.asked_prefixlen,
    t.asked_subnetpool_id
FROM cluster_networks t
WHERE true
ORDER BY t.id
LIMIT $1::bigint;

-- cluster_network list, behind a marker by two keys
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.cluster_id, t.status, t.network_id,
    t.subnet_id, (SELECT row_to_json(x)
    FROM (SELECT n.id, n.name, n.status, n.mtu, n.enable_shadow_port
        FROM networks n
        WHERE n.id = t.network_id) x), (SELECT row_to_json(x)
    FROM (SELECT s.id, s.name, s.ip_version, s.cidr, masklen(s.cidr) AS
            prefixlen, host(s.gateway_ip) AS gateway_ip
        FROM subnets s
        WHERE s.id = t.subnet_id) x), t.loadbalancer_subnet_id, t.pods_cidr,
    t.services_cidr, t.pods_subnet, t.pods_subnet_id, t.external_ip,
    t.node_groups, (SELECT coalesce('[' || string_agg(row_to_json(o)::text,
        ',' ORDER BY v.no) || ']', '[]')::json
    FROM (VALUES (1, t.owns_network, 'network', t.network_id), (2,
        t.owns_subnet, 'subnet', t.subnet_id), (3, t.pods_subnet, 'subnet',
        t.pods_subnet_id)) v(no, own, type, id), LATERAL (SELECT v.type, v.id)
        o
    WHERE v.own), (SELECT coalesce('[' || string_agg(row_to_json(x)::text, ','
        ORDER BY c.group_name, c.number) || ']', '[]')::json
    FROM cluster_ports c
    JOIN ports p ON p.id = c.port_id, LATERAL (SELECT p.id, p.name,
            p.mac_address, (SELECT f->>'ip_address'
            FROM json_array_elements(p.fixed_ips) f
            WHERE (f->>'subnet_id')::uuid = t.subnet_id
            LIMIT 1) AS ip_address, c.group_name AS "group", p.device_id) x
    WHERE c.cluster_network_id = t.id), (SELECT row_to_json(x)
    FROM (SELECT p.id, f->>'ip_address' AS ip_address
        FROM ports p, json_array_elements(p.fixed_ips) f
        WHERE NOT t.external_ip
        AND p.network_id = t.network_id
        AND p.device_owner = 'network:shadow_port'
        AND (f->>'subnet_id')::uuid = t.subnet_id
        LIMIT 1) x), (SELECT n.sdn
    FROM networks n
    WHERE n.id = t.network_id), t.owns_network, t.owns_subnet,
    t.asked_network_id, t.asked_subnet_id, t.asked_cidr, t.asked_prefixlen,
    t.asked_subnetpool_id
FROM cluster_networks t, (SELECT t.name AS k0, t.id AS k1
    FROM cluster_networks t
    WHERE t.id = $1::uuid) m
WHERE true
AND t.project_id = $2
AND (((t.name < m.k0 OR (m.k0 IS NULL AND t.name IS NOT NULL))) OR (t.name IS
    NOT DISTINCT FROM m.k0 AND (t.id > m.k1 OR (t.id IS NULL AND m.k1 IS NOT
    NULL))))
ORDER BY t.name DESC, t.id
LIMIT $3::bigint;

-- cluster_network list, of versions
SELECT t.id, t.xmin
FROM cluster_networks t
WHERE true
AND t.project_id = $1
ORDER BY t.id
LIMIT $2::bigint;

-- cluster_network list, the page before
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.cluster_id, t.status, t.network_id,
    t.subnet_id, (SELECT row_to_json(x)
    FROM (SELECT n.id, n.name, n.status, n.mtu, n.enable_shadow_port
        FROM networks n
        WHERE n.id = t.network_id) x), (SELECT row_to_json(x)
    FROM (SELECT s.id, s.name, s.ip_version, s.cidr, masklen(s.cidr) AS
            prefixlen, host(s.gateway_ip) AS gateway_ip
        FROM subnets s
        WHERE s.id = t.subnet_id) x), t.loadbalancer_subnet_id, t.pods_cidr,
    t.services_cidr, t.pods_subnet, t.pods_subnet_id, t.external_ip,
    t.node_groups, (SELECT coalesce('[' || string_agg(row_to_json(o)::text,
        ',' ORDER BY v.no) || ']', '[]')::json
    FROM (VALUES (1, t.owns_network, 'network', t.network_id), (2,
        t.owns_subnet, 'subnet', t.subnet_id), (3, t.pods_subnet, 'subnet',
        t.pods_subnet_id)) v(no, own, type, id), LATERAL (SELECT v.type, v.id)
        o
    WHERE v.own), (SELECT coalesce('[' || string_agg(row_to_json(x)::text, ','
        ORDER BY c.group_name, c.number) || ']', '[]')::json
    FROM cluster_ports c
    JOIN ports p ON p.id = c.port_id, LATERAL (SELECT p.id, p.name,
            p.mac_address, (SELECT f->>'ip_address'
            FROM json_array_elements(p.fixed_ips) f
            WHERE (f->>'subnet_id')::uuid = t.subnet_id
            LIMIT 1) AS ip_address, c.group_name AS "group", p.device_id) x
    WHERE c.cluster_network_id = t.id), (SELECT row_to_json(x)
    FROM (SELECT p.id, f->>'ip_address' AS ip_address
        FROM ports p, json_array_elements(p.fixed_ips) f
        WHERE NOT t.external_ip
        AND p.network_id = t.network_id
        AND p.device_owner = 'network:shadow_port'
        AND (f->>'subnet_id')::uuid = t.subnet_id
        LIMIT 1) x), (SELECT n.sdn
    FROM networks n
    WHERE n.id = t.network_id), t.owns_network, t.owns_subnet,
    t.asked_network_id, t.asked_subnet_id, t.asked_cidr, t.asked_prefixlen,
    t.asked_subnetpool_id
FROM cluster_networks t
WHERE true
AND t.project_id = $1
AND t.id < $2::uuid
ORDER BY t.id DESC
LIMIT $3::bigint;

-- cluster_network look-ups
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.cluster_id, t.status, t.network_id,
    t.subnet_id, (SELECT row_to_json(x)
    FROM (SELECT n.id, n.name, n.status, n.mtu, n.enable_shadow_port
        FROM networks n
        WHERE n.id = t.network_id) x), (SELECT row_to_json(x)
    FROM (SELECT s.id, s.name, s.ip_version, s.cidr, masklen(s.cidr) AS
            prefixlen, host(s.gateway_ip) AS gateway_ip
        FROM subnets s
        WHERE s.id = t.subnet_id) x), t.loadbalancer_subnet_id, t.pods_cidr,
    t.services_cidr, t.pods_subnet, t.pods_subnet_id, t.external_ip,
    t.node_groups, (SELECT coalesce('[' || string_agg(row_to_json(o)::text,
        ',' ORDER BY v.no) || ']', '[]')::json
    FROM (VALUES (1, t.owns_network, 'network', t.network_id), (2,
        t.owns_subnet, 'subnet', t.subnet_id), (3, t.pods_subnet, 'subnet',
        t.pods_subnet_id)) v(no, own, type, id), LATERAL (SELECT v.type, v.id)
        o
    WHERE v.own), (SELECT coalesce('[' || string_agg(row_to_json(x)::text, ','
        ORDER BY c.group_name, c.number) || ']', '[]')::json
    FROM cluster_ports c
    JOIN ports p ON p.id = c.port_id, LATERAL (SELECT p.id, p.name,
            p.mac_address, (SELECT f->>'ip_address'
            FROM json_array_elements(p.fixed_ips) f
            WHERE (f->>'subnet_id')::uuid = t.subnet_id
            LIMIT 1) AS ip_address, c.group_name AS "group", p.device_id) x
    WHERE c.cluster_network_id = t.id), (SELECT row_to_json(x)
    FROM (SELECT p.id, f->>'ip_address' AS ip_address
        FROM ports p, json_array_elements(p.fixed_ips) f
        WHERE NOT t.external_ip
        AND p.network_id = t.network_id
        AND p.device_owner = 'network:shadow_port'
        AND (f->>'subnet_id')::uuid = t.subnet_id
        LIMIT 1) x), (SELECT n.sdn
    FROM networks n
    WHERE n.id = t.network_id), t.owns_network, t.owns_subnet,
    t.asked_network_id, t.asked_subnet_id, t.asked_cidr, t.asked_prefixlen,
    t.asked_subnetpool_id, x.place
FROM (SELECT unnest($1::uuid[]), unnest($2::text[]),
        generate_subscripts($1::uuid[], 1)) AS x(id, me, place) CROSS
JOIN LATERAL (SELECT *
    FROM cluster_networks o
    WHERE o.id = x.id OFFSET 0) t
WHERE true
AND t.project_id = x.me;

-- cluster_network parents, locked for a change
SELECT 1
FROM networks p
WHERE p.id = ANY(ARRAY(SELECT t.network_id
    FROM cluster_networks t
    WHERE t.id = ANY($1::uuid[])))
ORDER BY p.id FOR NO KEY UPDATE OF p;

-- cluster_network update
UPDATE cluster_networks AS t
SET name = $1::text, description = $2::text, node_groups = $3::json,
    revision_number = t.revision_number + 1, updated_at = now()
WHERE t.id = $4::uuid
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.cluster_id, t.status,
    t.network_id, t.subnet_id, (SELECT row_to_json(x)
    FROM (SELECT n.id, n.name, n.status, n.mtu, n.enable_shadow_port
        FROM networks n
        WHERE n.id = t.network_id) x), (SELECT row_to_json(x)
    FROM (SELECT s.id, s.name, s.ip_version, s.cidr, masklen(s.cidr) AS
            prefixlen, host(s.gateway_ip) AS gateway_ip
        FROM subnets s
        WHERE s.id = t.subnet_id) x), t.loadbalancer_subnet_id, t.pods_cidr,
    t.services_cidr, t.pods_subnet, t.pods_subnet_id, t.external_ip,
    t.node_groups, (SELECT coalesce('[' || string_agg(row_to_json(o)::text,
        ',' ORDER BY v.no) || ']', '[]')::json
    FROM (VALUES (1, t.owns_network, 'network', t.network_id), (2,
        t.owns_subnet, 'subnet', t.subnet_id), (3, t.pods_subnet, 'subnet',
        t.pods_subnet_id)) v(no, own, type, id), LATERAL (SELECT v.type, v.id)
        o
    WHERE v.own), (SELECT coalesce('[' || string_agg(row_to_json(x)::text, ','
        ORDER BY c.group_name, c.number) || ']', '[]')::json
    FROM cluster_ports c
    JOIN ports p ON p.id = c.port_id, LATERAL (SELECT p.id, p.name,
            p.mac_address, (SELECT f->>'ip_address'
            FROM json_array_elements(p.fixed_ips) f
            WHERE (f->>'subnet_id')::uuid = t.subnet_id
            LIMIT 1) AS ip_address, c.group_name AS "group", p.device_id) x
    WHERE c.cluster_network_id = t.id), (SELECT row_to_json(x)
    FROM (SELECT p.id, f->>'ip_address' AS ip_address
        FROM ports p, json_array_elements(p.fixed_ips) f
        WHERE NOT t.external_ip
        AND p.network_id = t.network_id
        AND p.device_owner = 'network:shadow_port'
        AND (f->>'subnet_id')::uuid = t.subnet_id
        LIMIT 1) x), (SELECT n.sdn
    FROM networks n
    WHERE n.id = t.network_id), t.owns_network, t.owns_subnet,
    t.asked_network_id, t.asked_subnet_id, t.asked_cidr, t.asked_prefixlen,
    t.asked_subnetpool_id;

-- cluster_network update of many
UPDATE cluster_networks AS t
SET name = a.c2::text, description = a.c3::text, node_groups = a.c4::json,
    revision_number = t.revision_number + 1, updated_at = now()
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS a(c1, c2, c3,
    c4)
WHERE t.id = a.c1
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.cluster_id, t.status,
    t.network_id, t.subnet_id, (SELECT row_to_json(x)
    FROM (SELECT n.id, n.name, n.status, n.mtu, n.enable_shadow_port
        FROM networks n
        WHERE n.id = t.network_id) x), (SELECT row_to_json(x)
    FROM (SELECT s.id, s.name, s.ip_version, s.cidr, masklen(s.cidr) AS
            prefixlen, host(s.gateway_ip) AS gateway_ip
        FROM subnets s
        WHERE s.id = t.subnet_id) x), t.loadbalancer_subnet_id, t.pods_cidr,
    t.services_cidr, t.pods_subnet, t.pods_subnet_id, t.external_ip,
    t.node_groups, (SELECT coalesce('[' || string_agg(row_to_json(o)::text,
        ',' ORDER BY v.no) || ']', '[]')::json
    FROM (VALUES (1, t.owns_network, 'network', t.network_id), (2,
        t.owns_subnet, 'subnet', t.subnet_id), (3, t.pods_subnet, 'subnet',
        t.pods_subnet_id)) v(no, own, type, id), LATERAL (SELECT v.type, v.id)
        o
    WHERE v.own), (SELECT coalesce('[' || string_agg(row_to_json(x)::text, ','
        ORDER BY c.group_name, c.number) || ']', '[]')::json
    FROM cluster_ports c
    JOIN ports p ON p.id = c.port_id, LATERAL (SELECT p.id, p.name,
            p.mac_address, (SELECT f->>'ip_address'
            FROM json_array_elements(p.fixed_ips) f
            WHERE (f->>'subnet_id')::uuid = t.subnet_id
            LIMIT 1) AS ip_address, c.group_name AS "group", p.device_id) x
    WHERE c.cluster_network_id = t.id), (SELECT row_to_json(x)
    FROM (SELECT p.id, f->>'ip_address' AS ip_address
        FROM ports p, json_array_elements(p.fixed_ips) f
        WHERE NOT t.external_ip
        AND p.network_id = t.network_id
        AND p.device_owner = 'network:shadow_port'
        AND (f->>'subnet_id')::uuid = t.subnet_id
        LIMIT 1) x), (SELECT n.sdn
    FROM networks n
    WHERE n.id = t.network_id), t.owns_network, t.owns_subnet,
    t.asked_network_id, t.asked_subnet_id, t.asked_cidr, t.asked_prefixlen,
    t.asked_subnetpool_id;

-- cluster_network_item
SELECT 'network', id, name, NULL, NULL, NULL, project_id, false, 1,
    revision_number
FROM networks
WHERE id = $1::uuid;

-- cluster_port_ids
SELECT c.port_id
FROM cluster_ports c
WHERE c.cluster_network_id = $1::uuid;

-- cluster_ports
SELECT 'port', p.id, p.name, coalesce((SELECT host(min(a.ip_address))
    FROM ip_allocations a
    WHERE a.port_id = p.id
    AND a.subnet_id = ANY($1::uuid[])), p.fixed_ips -> 0 ->> 'ip_address'),
    p.device_owner, p.device_id, p.project_id, false, 1, p.revision_number,
    EXISTS (SELECT 1
    FROM ip_allocations o
    WHERE o.port_id = p.id
    AND o.subnet_id <> ALL($1::uuid[])), n.cluster_network_id
FROM ports p
LEFT JOIN cluster_ports n ON n.port_id = p.id
WHERE p.id IN (SELECT port_id
    FROM ip_allocations
    WHERE subnet_id = ANY($1::uuid[])
    UNION ALL
    SELECT port_id
    FROM cluster_ports
    WHERE cluster_network_id = $2::uuid)
ORDER BY p.id;

-- cluster_ranges_of_networks
SELECT r.network_id, r.cidr, r.kind, c.id, c.name, c.project_id
FROM reserved_ranges r
JOIN cluster_networks c ON c.id = r.cluster_network_id
WHERE r.network_id = ANY($1::uuid[])
ORDER BY r.cidr;

-- cluster_read_nodes
SELECT c.group_name, c.number, p.id, p.name, p.device_id, p.device_owner,
    p.fixed_ips->0->>'ip_address'
FROM cluster_ports c
JOIN ports p ON p.id = c.port_id
WHERE c.cluster_network_id = $1::uuid
AND c.group_name = ANY($2::text[])
ORDER BY c.group_name, c.number DESC;

-- cluster_read_ranges
SELECT r.cidr, r.kind, c.id, c.name, c.project_id
FROM reserved_ranges r
JOIN cluster_networks c ON c.id = r.cluster_network_id
WHERE r.network_id = $1::uuid
ORDER BY r.cidr;

-- cluster_read_subnets
SELECT s.id, s.name, s.cidr, least(u.total - u.allocated, 1000000000)::bigint,
    EXISTS (SELECT 1
    FROM cluster_networks c
    WHERE c.pods_subnet_id = s.id), coalesce(s.ipv6_address_mode IN ('slaac',
    'dhcpv6-stateless'), false)
FROM subnets s
JOIN subnet_usage u ON u.subnet_id = s.id
WHERE s.network_id = $1::uuid
ORDER BY s.created_at, s.id;

-- cluster_read_taken
SELECT s.cidr
FROM subnets s
WHERE s.project_id = $1::text
UNION
SELECT s.cidr
FROM networks n
JOIN subnets s ON s.network_id = n.id
WHERE n.project_id = $1::text
UNION
SELECT s.cidr
FROM subnets s
WHERE s.network_id = $2::uuid
UNION
SELECT r.cidr
FROM networks n
JOIN reserved_ranges r ON r.network_id = n.id
WHERE n.project_id = $1::text
UNION
SELECT r.cidr
FROM cluster_networks c
JOIN reserved_ranges r ON r.cluster_network_id = c.id
WHERE c.project_id = $1::text
UNION
SELECT r.cidr
FROM reserved_ranges r
WHERE r.network_id = $2::uuid;

-- cluster_reserve_ranges
INSERT INTO reserved_ranges (cluster_network_id, network_id, kind, cidr)
SELECT $1::uuid, $2::uuid, x.kind, x.cidr
FROM (VALUES ('pods', $3::cidr), ('services', $4::cidr)) AS x(kind, cidr)
WHERE x.cidr IS NOT NULL;

-- cluster_subnet_of_node
SELECT c.subnet_id
FROM cluster_ports x
JOIN cluster_networks c ON c.id = x.cluster_network_id
WHERE x.port_id = $1::uuid;

-- cluster_subnets
SELECT 'subnet', id, name, NULL, NULL, NULL, project_id, false, 1,
    revision_number, cidr
FROM subnets
WHERE id = ANY($1::uuid[])
ORDER BY id;

-- cluster_taken_of_network
SELECT s.cidr
FROM subnets s
WHERE s.network_id = $1::uuid
UNION
SELECT r.cidr
FROM reserved_ranges r
WHERE r.network_id = $1::uuid;

-- creation_time
SELECT now();

-- entitlement_asked
SELECT id
FROM entitlement_requests
WHERE project_id = $1::text
AND entitlement = 'shadow_port'
AND status = 'pending';

-- entitlement_hold
SELECT 1
FROM entitlements
WHERE project_id = $1::text
AND shadow_port FOR SHARE;

-- entitlement_insert
INSERT INTO entitlements (id, project_id, shadow_port)
VALUES ($1::uuid, $2::text, false)
ON CONFLICT (project_id) DO NOTHING;

-- entitlement_lock
SELECT id, shadow_port
FROM entitlements
WHERE project_id = $1::text FOR NO KEY UPDATE;

-- entitlement_read
SELECT 1
FROM entitlements
WHERE project_id = $1::text
AND shadow_port;

-- entitlement_request delete
DELETE FROM entitlement_requests
WHERE id = ANY($1::uuid[]);

-- entitlement_request get
SELECT t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.user_id, t.entitlement,
    t.comment, t.status, t.decided_by, t.decision_comment
FROM entitlement_requests t
WHERE t.id = $1::uuid
AND t.project_id = $2;

-- entitlement_request get, locked for a change
SELECT t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.user_id, t.entitlement,
    t.comment, t.status, t.decided_by, t.decision_comment
FROM entitlement_requests t
WHERE t.id = $1::uuid
AND t.project_id = $2
ORDER BY t.id FOR NO KEY UPDATE OF t;

-- entitlement_request get, many locked for deletion
SELECT t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.user_id, t.entitlement,
    t.comment, t.status, t.decided_by, t.decision_comment
FROM entitlement_requests t
WHERE t.id = ANY($1::uuid[])
ORDER BY t.id FOR UPDATE OF t;

-- entitlement_request insert
INSERT INTO entitlement_requests AS t (id, project_id, user_id, entitlement,
    comment, status, decided_by, decision_comment)
SELECT $1::uuid, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text,
    $8::text;

-- entitlement_request insert, many
INSERT INTO entitlement_requests AS t (id, project_id, user_id, entitlement,
    comment, status, decided_by, decision_comment)
SELECT unnest($1::uuid[]), unnest($2::text[]), unnest($3::text[]),
    unnest($4::text[]), unnest($5::text[]), unnest($6::text[]),
    unnest($7::text[]), unnest($8::text[])
RETURNING t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.user_id, t.entitlement,
    t.comment, t.status, t.decided_by, t.decision_comment;

-- entitlement_request list
SELECT t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.user_id, t.entitlement,
    t.comment, t.status, t.decided_by, t.decision_comment
FROM entitlement_requests t
WHERE true
ORDER BY t.id
LIMIT $1::bigint;

-- entitlement_request list, behind a marker by two keys
SELECT t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.user_id, t.entitlement,
    t.comment, t.status, t.decided_by, t.decision_comment
FROM entitlement_requests t, (SELECT (''::text) AS k0, t.id AS k1
    FROM entitlement_requests t
    WHERE t.id = $1::uuid) m
WHERE true
AND t.project_id = $2
AND ((((''::text) < m.k0 OR (m.k0 IS NULL AND (''::text) IS NOT NULL))) OR
    ((''::text) IS NOT DISTINCT FROM m.k0 AND (t.id > m.k1 OR (t.id IS NULL
    AND m.k1 IS NOT NULL))))
ORDER BY (''::text) DESC, t.id
LIMIT $3::bigint;

-- entitlement_request list, of versions
SELECT t.id, t.xmin
FROM entitlement_requests t
WHERE true
AND t.project_id = $1
ORDER BY t.id
LIMIT $2::bigint;

-- entitlement_request list, the page before
SELECT t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.user_id, t.entitlement,
    t.comment, t.status, t.decided_by, t.decision_comment
FROM entitlement_requests t
WHERE true
AND t.project_id = $1
AND t.id < $2::uuid
ORDER BY t.id DESC
LIMIT $3::bigint;

-- entitlement_request look-ups
SELECT t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.user_id, t.entitlement,
    t.comment, t.status, t.decided_by, t.decision_comment, x.place
FROM (SELECT unnest($1::uuid[]), unnest($2::text[]),
        generate_subscripts($1::uuid[], 1)) AS x(id, me, place) CROSS
JOIN LATERAL (SELECT *
    FROM entitlement_requests o
    WHERE o.id = x.id OFFSET 0) t
WHERE true
AND t.project_id = x.me;

-- entitlement_request update
UPDATE entitlement_requests AS t
SET comment = $1::text, status = $2::text, revision_number = t.revision_number
    + 1, updated_at = now()
WHERE t.id = $3::uuid
RETURNING t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.user_id, t.entitlement,
    t.comment, t.status, t.decided_by, t.decision_comment;

-- entitlement_request update of many
UPDATE entitlement_requests AS t
SET comment = a.c2::text, status = a.c3::text, revision_number =
    t.revision_number + 1, updated_at = now()
FROM unnest($1::uuid[], $2::text[], $3::text[]) AS a(c1, c2, c3)
WHERE t.id = a.c1
RETURNING t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.user_id, t.entitlement,
    t.comment, t.status, t.decided_by, t.decision_comment;

-- entitlement_request_decided
SELECT 'entitlement_request', id, NULL, NULL, NULL, NULL, project_id, false,
    1, status
FROM entitlement_requests
WHERE id = $1::uuid
AND status <> 'pending';

-- entitlement_request_pending
SELECT id
FROM entitlement_requests
WHERE project_id = $1::text
AND entitlement = $2::text
AND status = 'pending';

-- entitlement_write
UPDATE entitlements
SET shadow_port = $2::boolean, revision_number = revision_number + 1,
    updated_at = now()
WHERE project_id = $1::text
RETURNING revision_number;

-- entitlements_read
SELECT project_id
FROM entitlements
WHERE shadow_port
AND ($1::text IS NULL OR project_id = $1::text)
ORDER BY project_id;

-- events_bounds
SELECT r.purged_up_to, CASE WHEN s.is_called THEN s.last_value ELSE 0 END
FROM event_retention r, events_id_seq s;

-- events_page
SELECT e.id, e.at, e.request_id, e.project_id, e.user_id, e.action, e.type,
    coalesce(e.object_id::text, e.project_id), e.revision_number, e.before,
    e.after
FROM events e
WHERE e.id > $1::bigint
AND e.id <= $2::bigint
AND ($4::text[] IS NULL OR e.project_id = ANY($4::text[]))
AND ($5::text[] IS NULL OR e.type = ANY($5::text[]))
AND ($6::text[] IS NULL OR e.action = ANY($6::text[]))
AND ($7::uuid[] IS NULL OR e.network_id = ANY($7::uuid[]))
AND ($8::text[] IS NULL OR coalesce(e.object_id::text, e.project_id) =
    ANY($8::text[]))
ORDER BY e.id
LIMIT $3::bigint;

-- events_page_of_networks
SELECT e.id, e.at, e.request_id, e.project_id, e.user_id, e.action, e.type,
    coalesce(e.object_id::text, e.project_id), e.revision_number, e.before,
    e.after
FROM (SELECT DISTINCT u
    FROM unnest($7::uuid[]) AS u) AS n, LATERAL (SELECT *
    FROM events e
    WHERE e.network_id = n.u
    AND e.id > $1::bigint
    AND e.id <= $2::bigint
    AND ($4::text[] IS NULL OR e.project_id = ANY($4::text[]))
    AND ($5::text[] IS NULL OR e.type = ANY($5::text[]))
    AND ($6::text[] IS NULL OR e.action = ANY($6::text[]))
    AND ($7::uuid[] IS NULL OR e.network_id = ANY($7::uuid[]))
    AND ($8::text[] IS NULL OR coalesce(e.object_id::text, e.project_id) =
        ANY($8::text[]))
    ORDER BY e.id
    LIMIT $3::bigint) AS e
ORDER BY e.id
LIMIT $3::bigint;

-- events_page_of_projects
SELECT e.id, e.at, e.request_id, e.project_id, e.user_id, e.action, e.type,
    coalesce(e.object_id::text, e.project_id), e.revision_number, e.before,
    e.after
FROM (SELECT DISTINCT u
    FROM unnest($4::text[]) AS u) AS p, LATERAL (SELECT *
    FROM events e
    WHERE e.project_id = p.u
    AND e.id > $1::bigint
    AND e.id <= $2::bigint
    AND ($4::text[] IS NULL OR e.project_id = ANY($4::text[]))
    AND ($5::text[] IS NULL OR e.type = ANY($5::text[]))
    AND ($6::text[] IS NULL OR e.action = ANY($6::text[]))
    AND ($7::uuid[] IS NULL OR e.network_id = ANY($7::uuid[]))
    AND ($8::text[] IS NULL OR coalesce(e.object_id::text, e.project_id) =
        ANY($8::text[]))
    ORDER BY e.id
    LIMIT $3::bigint) AS e
ORDER BY e.id
LIMIT $3::bigint;

-- events_purge_begin
SELECT purged_up_to
FROM event_retention FOR UPDATE SKIP LOCKED;

-- events_purge_oldest
WITH first AS (SELECT id, at
    FROM events
    WHERE id > $3::bigint
    ORDER BY id
    LIMIT $1::bigint), kept AS (SELECT coalesce(min(id) FILTER (WHERE at >=
        now() - make_interval(secs => $2::float8)), max(id) + 1) AS id
    FROM first), gone AS (DELETE
    FROM events
    WHERE id > $3::bigint
    AND id < (SELECT id
        FROM kept)
    RETURNING id)
UPDATE event_retention
SET purged_up_to = greatest(purged_up_to, (SELECT max(id)
    FROM gone))
WHERE EXISTS (SELECT 1
    FROM gone)
RETURNING (SELECT count(*)
    FROM gone);

-- events_write_alike
INSERT INTO events (action, type, request_id, project_id, user_id, object_id,
    network_id, revision_number, before, after)
SELECT $1::text, $2::text, $3::text, $4::text, $5::text, unnest($6::uuid[]),
    $7::uuid, unnest($8::bigint[]), unnest($9::text[]), unnest($10::text[]);

-- events_write_many
INSERT INTO events (action, type, request_id, project_id, user_id, object_id,
    network_id, revision_number, before, after)
SELECT unnest($1::text[]), unnest($2::text[]), unnest($3::text[]),
    unnest($4::text[]), unnest($5::text[]), unnest($6::uuid[]),
    unnest($7::uuid[]), unnest($8::bigint[]), unnest($9::text[]),
    unnest($10::text[]);

-- events_write_one
INSERT INTO events (action, type, request_id, project_id, user_id, object_id,
    network_id, revision_number, before, after)
SELECT $1::text, $2::text, $3::text, $4::text, $5::text, $6::uuid, $7::uuid,
    $8::bigint, $9::text, $10::text;

-- feed_last
SELECT max(id)
FROM events
WHERE id <= $1::bigint;

-- feed_load
SELECT id, project_id, type, action, network_id, coalesce(object_id::text,
    project_id)
FROM events
WHERE id > $1::bigint
AND id <= $2::bigint
ORDER BY id
LIMIT $3::bigint;

-- feed_oldest_kept
SELECT purged_up_to
FROM event_retention;

-- feed_position
SELECT CASE WHEN is_called THEN last_value ELSE 0 END
FROM events_id_seq;

-- feed_writers
SELECT array_agg(DISTINCT l.virtualtransaction), bool_or(l.virtualtransaction
    = ANY($1::text[]))
FROM pg_locks l
JOIN pg_database d ON d.oid = l.database
WHERE l.locktype = 'relation'
AND l.mode = 'RowExclusiveLock'
AND l.granted
AND l.relation = 'events'::regclass
AND d.datname = current_database();

-- issued_delete
DELETE FROM issued_tokens
WHERE hash = decode($1::text, 'hex')
AND expires_at > now()
AND ($2::text IS NULL OR user_id = $2::text);

-- issued_delete_old
DELETE FROM issued_tokens
WHERE ctid = ANY(ARRAY(
    SELECT ctid
    FROM issued_tokens
    WHERE expires_at < now()
    ORDER BY expires_at
    LIMIT $1::bigint));

-- issued_insert
INSERT INTO issued_tokens (hash, user_id, project_id, credential_id, seal,
    methods, audit_ids, issued_at, expires_at)
VALUES (decode($1::text, 'hex'), $2::text, $3::text, $4::text, $5::text,
    $6::text, $7::text, now(), coalesce((SELECT expires_at
    FROM issued_tokens
    WHERE hash = decode($9::text, 'hex')), now() + make_interval(secs =>
    $8::bigint)))
RETURNING (extract(epoch FROM issued_at) * 1000000)::bigint, (extract(epoch
    FROM expires_at) * 1000000)::bigint;

-- issued_select
SELECT encode(hash, 'hex'), user_id, project_id, credential_id, seal, methods,
    audit_ids, (extract(epoch FROM issued_at) * 1000000)::bigint,
    (extract(epoch FROM expires_at) * 1000000)::bigint, (extract(epoch FROM
    (expires_at - now())) * 1000000)::bigint
FROM issued_tokens
WHERE hash = decode($1::text, 'hex')
AND expires_at > now();

-- keeper_lock
SELECT pg_try_advisory_xact_lock( hashtextextended('tenet chore ' || $1::text,
    0));

-- network delete
DELETE FROM networks
WHERE id = ANY($1::uuid[]);

-- network get
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.admin_state_up, t.status, (t.shared OR t.id
    = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.target_tenant = $1
    AND r.action = 'access_as_shared'))), t.shared, t.router_external,
    t.is_default, t.project_default, t.mtu, t.port_security_enabled,
    t.dns_domain, t.availability_zone_hints, ('{}'::text[]),
    t.provider_network_type, t.provider_physical_network,
    t.provider_segmentation_id, t.vlan_transparent, (true), (ARRAY(SELECT s.id
    FROM subnets s
    WHERE (s.network_id, s.id) >= (t.id,
        '00000000-0000-0000-0000-000000000000')
    AND (s.network_id, s.id) <= (t.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    ORDER BY s.created_at, s.id)), (SELECT coalesce('[' ||
        string_agg(row_to_json(x)::text, ',' ORDER BY r.cidr) || ']',
        '[]')::json
    FROM reserved_ranges r, LATERAL (SELECT r.cidr, r.kind) x
    WHERE r.network_id = t.id), (NULL::uuid), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 4
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 6
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), t.sdn, t.enable_shadow_port, t.private_dns_domain
FROM networks t
WHERE t.id = $2::uuid
AND (t.project_id = $1 OR t.id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.target_tenant IN ('*', $1))));

-- network get, locked for a change
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.admin_state_up, t.status, (t.shared OR t.id
    = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.target_tenant = $1
    AND r.action = 'access_as_shared'))), t.shared, t.router_external,
    t.is_default, t.project_default, t.mtu, t.port_security_enabled,
    t.dns_domain, t.availability_zone_hints, ('{}'::text[]),
    t.provider_network_type, t.provider_physical_network,
    t.provider_segmentation_id, t.vlan_transparent, (true), (ARRAY(SELECT s.id
    FROM subnets s
    WHERE (s.network_id, s.id) >= (t.id,
        '00000000-0000-0000-0000-000000000000')
    AND (s.network_id, s.id) <= (t.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    ORDER BY s.created_at, s.id)), (SELECT coalesce('[' ||
        string_agg(row_to_json(x)::text, ',' ORDER BY r.cidr) || ']',
        '[]')::json
    FROM reserved_ranges r, LATERAL (SELECT r.cidr, r.kind) x
    WHERE r.network_id = t.id), (NULL::uuid), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 4
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 6
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), t.sdn, t.enable_shadow_port, t.private_dns_domain
FROM networks t
WHERE t.id = $2::uuid
AND (t.project_id = $1 OR t.id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.target_tenant IN ('*', $1))))
ORDER BY t.id FOR NO KEY UPDATE OF t;

-- network get, many locked for deletion
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.admin_state_up, t.status, (t.shared OR t.id
    = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.target_tenant = NULL::text
    AND r.action = 'access_as_shared'))), t.shared, t.router_external,
    t.is_default, t.project_default, t.mtu, t.port_security_enabled,
    t.dns_domain, t.availability_zone_hints, ('{}'::text[]),
    t.provider_network_type, t.provider_physical_network,
    t.provider_segmentation_id, t.vlan_transparent, (true), (ARRAY(SELECT s.id
    FROM subnets s
    WHERE (s.network_id, s.id) >= (t.id,
        '00000000-0000-0000-0000-000000000000')
    AND (s.network_id, s.id) <= (t.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    ORDER BY s.created_at, s.id)), (SELECT coalesce('[' ||
        string_agg(row_to_json(x)::text, ',' ORDER BY r.cidr) || ']',
        '[]')::json
    FROM reserved_ranges r, LATERAL (SELECT r.cidr, r.kind) x
    WHERE r.network_id = t.id), (NULL::uuid), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 4
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 6
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), t.sdn, t.enable_shadow_port, t.private_dns_domain
FROM networks t
WHERE t.id = ANY($1::uuid[])
ORDER BY t.id FOR UPDATE OF t;

-- network insert
INSERT INTO networks AS t (id, name, project_id, description, admin_state_up,
    status, shared, router_external, is_default, project_default, mtu,
    port_security_enabled, dns_domain, availability_zone_hints,
    provider_network_type, provider_physical_network,
    provider_segmentation_id, vlan_transparent, sdn, enable_shadow_port,
    private_dns_domain)
SELECT $1::uuid, $2::text, $3::text, $4::text, $5::boolean, $6::text,
    $7::boolean, $8::boolean, $9::boolean, $10::boolean, $11::bigint,
    $12::boolean, $13::text, $14::text[], $15::text, $16::text, $17::bigint,
    $18::boolean, $19::text, $20::boolean, $21::text;

-- network insert, many
INSERT INTO networks AS t (id, name, project_id, description, admin_state_up,
    status, shared, router_external, is_default, project_default, mtu,
    port_security_enabled, dns_domain, availability_zone_hints,
    provider_network_type, provider_physical_network,
    provider_segmentation_id, vlan_transparent, sdn, enable_shadow_port,
    private_dns_domain)
SELECT unnest($1::uuid[]), unnest($2::text[]), unnest($3::text[]),
    unnest($4::text[]), $5::boolean, $6::text, $7::boolean, $8::boolean,
    $9::boolean, $10::boolean, $11::bigint, $12::boolean, $13::text,
    $14::text[], $15::text, $16::text, $17::bigint, $18::boolean, $19::text,
    $20::boolean, $21::text
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.admin_state_up, t.status,
    (t.shared OR t.id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.target_tenant = $22
    AND r.action = 'access_as_shared'))), t.shared, t.router_external,
    t.is_default, t.project_default, t.mtu, t.port_security_enabled,
    t.dns_domain, t.availability_zone_hints, ('{}'::text[]),
    t.provider_network_type, t.provider_physical_network,
    t.provider_segmentation_id, t.vlan_transparent, (true), (ARRAY(SELECT s.id
    FROM subnets s
    WHERE (s.network_id, s.id) >= (t.id,
        '00000000-0000-0000-0000-000000000000')
    AND (s.network_id, s.id) <= (t.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    ORDER BY s.created_at, s.id)), (SELECT coalesce('[' ||
        string_agg(row_to_json(x)::text, ',' ORDER BY r.cidr) || ']',
        '[]')::json
    FROM reserved_ranges r, LATERAL (SELECT r.cidr, r.kind) x
    WHERE r.network_id = t.id), (NULL::uuid), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 4
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 6
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), t.sdn, t.enable_shadow_port, t.private_dns_domain;

-- network insert, many that have little alike
INSERT INTO networks AS t (id, name, project_id, description, admin_state_up,
    status, shared, router_external, is_default, project_default, mtu,
    port_security_enabled, dns_domain, availability_zone_hints,
    provider_network_type, provider_physical_network,
    provider_segmentation_id, vlan_transparent, sdn, enable_shadow_port,
    private_dns_domain)
SELECT unnest($1::uuid[]), unnest($2::text[]), unnest($3::text[]),
    unnest($4::text[]), unnest($5::boolean[]), unnest($6::text[]),
    unnest($7::boolean[]), unnest($8::boolean[]), unnest($9::boolean[]),
    unnest($10::boolean[]), unnest($11::bigint[]), unnest($12::boolean[]),
    unnest($13::text[]), unnest($14::text[])::text[], unnest($15::text[]),
    unnest($16::text[]), unnest($17::bigint[]), unnest($18::boolean[]),
    unnest($19::text[]), unnest($20::boolean[]), unnest($21::text[])
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.admin_state_up, t.status,
    (t.shared OR t.id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.target_tenant = $22
    AND r.action = 'access_as_shared'))), t.shared, t.router_external,
    t.is_default, t.project_default, t.mtu, t.port_security_enabled,
    t.dns_domain, t.availability_zone_hints, ('{}'::text[]),
    t.provider_network_type, t.provider_physical_network,
    t.provider_segmentation_id, t.vlan_transparent, (true), (ARRAY(SELECT s.id
    FROM subnets s
    WHERE (s.network_id, s.id) >= (t.id,
        '00000000-0000-0000-0000-000000000000')
    AND (s.network_id, s.id) <= (t.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    ORDER BY s.created_at, s.id)), (SELECT coalesce('[' ||
        string_agg(row_to_json(x)::text, ',' ORDER BY r.cidr) || ']',
        '[]')::json
    FROM reserved_ranges r, LATERAL (SELECT r.cidr, r.kind) x
    WHERE r.network_id = t.id), (NULL::uuid), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 4
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 6
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), t.sdn, t.enable_shadow_port, t.private_dns_domain;

-- network list
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.admin_state_up, t.status, (t.shared OR t.id
    = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.target_tenant = NULL::text
    AND r.action = 'access_as_shared'))), t.shared, t.router_external,
    t.is_default, t.project_default, t.mtu, t.port_security_enabled,
    t.dns_domain, t.availability_zone_hints, ('{}'::text[]),
    t.provider_network_type, t.provider_physical_network,
    t.provider_segmentation_id, t.vlan_transparent, (true), (ARRAY(SELECT s.id
    FROM subnets s
    WHERE (s.network_id, s.id) >= (t.id,
        '00000000-0000-0000-0000-000000000000')
    AND (s.network_id, s.id) <= (t.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    ORDER BY s.created_at, s.id)), (SELECT coalesce('[' ||
        string_agg(row_to_json(x)::text, ',' ORDER BY r.cidr) || ']',
        '[]')::json
    FROM reserved_ranges r, LATERAL (SELECT r.cidr, r.kind) x
    WHERE r.network_id = t.id), (NULL::uuid), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 4
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 6
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), t.sdn, t.enable_shadow_port, t.private_dns_domain
FROM networks t
WHERE true
ORDER BY t.id
LIMIT $1::bigint;

-- network list, behind a marker by two keys
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.admin_state_up, t.status, (t.shared OR t.id
    = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.target_tenant = $1
    AND r.action = 'access_as_shared'))), t.shared, t.router_external,
    t.is_default, t.project_default, t.mtu, t.port_security_enabled,
    t.dns_domain, t.availability_zone_hints, ('{}'::text[]),
    t.provider_network_type, t.provider_physical_network,
    t.provider_segmentation_id, t.vlan_transparent, (true), (ARRAY(SELECT s.id
    FROM subnets s
    WHERE (s.network_id, s.id) >= (t.id,
        '00000000-0000-0000-0000-000000000000')
    AND (s.network_id, s.id) <= (t.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    ORDER BY s.created_at, s.id)), (SELECT coalesce('[' ||
        string_agg(row_to_json(x)::text, ',' ORDER BY r.cidr) || ']',
        '[]')::json
    FROM reserved_ranges r, LATERAL (SELECT r.cidr, r.kind) x
    WHERE r.network_id = t.id), (NULL::uuid), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 4
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 6
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), t.sdn, t.enable_shadow_port, t.private_dns_domain
FROM networks t, (SELECT t.name AS k0, t.id AS k1
    FROM networks t
    WHERE t.id = $2::uuid) m
WHERE true
AND (t.project_id = $1 OR t.id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.target_tenant IN ('*', $1))))
AND (((t.name < m.k0 OR (m.k0 IS NULL AND t.name IS NOT NULL))) OR (t.name IS
    NOT DISTINCT FROM m.k0 AND (t.id > m.k1 OR (t.id IS NULL AND m.k1 IS NOT
    NULL))))
ORDER BY t.name DESC, t.id
LIMIT $3::bigint;

-- network list, includes subnets
WITH page AS MATERIALIZED (SELECT t.id
    FROM networks t
    WHERE true
    AND (t.project_id = $1 OR t.id = ANY(ARRAY(SELECT r.object_id
        FROM rbac_policies r
        WHERE r.target_tenant IN ('*', $1))))
    ORDER BY t.id
    LIMIT $2::bigint)
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.network_id, t.ip_version, t.cidr,
    t.gateway_ip, t.allocation_pools, t.dns_nameservers, t.host_routes,
    t.enable_dhcp, t.ipv6_address_mode, t.ipv6_ra_mode, t.service_types,
    t.dns_publish_fixed_ip, t.enable_private_dns, t.ip_cooldown,
    t.ip_allocation_policy, t.subnetpool_id, (NULL::uuid), (EXISTS (SELECT 1
    FROM rbac_policies r
    WHERE r.object_id = t.network_id
    AND r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $1))), t.sdn, t.network_id
FROM page g
JOIN subnets t ON t.network_id = g.id
WHERE true
AND (t.project_id = $1 OR t.network_id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $1))))
ORDER BY t.network_id, t.created_at, t.id;

-- network list, includes subnets.ports
WITH page AS MATERIALIZED (SELECT t.id
    FROM networks t
    WHERE true
    AND (t.project_id = $1 OR t.id = ANY(ARRAY(SELECT r.object_id
        FROM rbac_policies r
        WHERE r.target_tenant IN ('*', $1))))
    ORDER BY t.id
    LIMIT $2::bigint)
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.network_id, t.admin_state_up, t.status,
    t.mac_address, t.fixed_ips, t.device_id, t.device_owner,
    t.security_groups, t.allowed_address_pairs, t.extra_dhcp_opts,
    t.port_security_enabled, t.dns_name, t.dns_domain, t.dns_assignment,
    t.binding_host_id, t.binding_profile, t.binding_vif_type,
    t.binding_vif_details, t.binding_vnic_type, t.data_plane_status,
    t.device_profile, t.numa_affinity_policy, t.propagate_uplink_status,
    t.ip_allocation, (NULL::uuid), (NULL::uuid), (NULL::json), t.sdn,
    u.subnet_id
FROM page g
JOIN subnet_usage u ON u.network_id = g.id CROSS
JOIN LATERAL (
    SELECT a.port_id, a.ip_address
    FROM ip_allocations a
    WHERE (a.subnet_id, a.ip_address) >= (u.subnet_id, '0.0.0.0/0')
    AND (a.subnet_id, a.ip_address) <= (u.subnet_id,
        'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')
    AND EXISTS (SELECT 1
        FROM ports t
        WHERE t.id = a.port_id
        AND t.project_id = $1 OFFSET 0)
    AND NOT EXISTS (SELECT 1
        FROM ip_allocations b
        WHERE b.port_id = a.port_id
        AND b.subnet_id = a.subnet_id
        AND b.ip_address < a.ip_address OFFSET 0)
    ORDER BY a.subnet_id, a.ip_address
    LIMIT $3::bigint) c
JOIN ports t ON t.id = c.port_id
ORDER BY u.subnet_id, c.ip_address;

-- network list, includes subnets.ports, their totals
WITH page AS MATERIALIZED (SELECT t.id
    FROM networks t
    WHERE true
    AND (t.project_id = $1 OR t.id = ANY(ARRAY(SELECT r.object_id
        FROM rbac_policies r
        WHERE r.target_tenant IN ('*', $1))))
    ORDER BY t.id
    LIMIT $2::bigint)
SELECT u.subnet_id, c.n
FROM page g
JOIN subnet_usage u ON u.network_id = g.id CROSS
JOIN LATERAL (SELECT CASE WHEN (SELECT t.used
        FROM quotas t
        WHERE t.resource = 'port'
        AND t.project_id = $1) < 8 * u.allocated THEN (SELECT count(*)
        FROM (SELECT t.id
            FROM ports t
            WHERE true
            AND t.project_id = $1 OFFSET 0) p
        WHERE EXISTS (SELECT 1
            FROM ip_allocations a
            WHERE a.subnet_id = u.subnet_id
            AND a.port_id = p.id)) ELSE (SELECT count(DISTINCT a.port_id)
        FROM ip_allocations a
        JOIN ports t ON t.id = a.port_id
        WHERE a.subnet_id = u.subnet_id
        AND t.project_id = $1) END AS n) c
WHERE u.allocated > $3::bigint
ORDER BY u.subnet_id;

-- network list, includes subnets.usage
WITH page AS MATERIALIZED (SELECT t.id
    FROM networks t
    WHERE true
    AND (t.project_id = $1 OR t.id = ANY(ARRAY(SELECT r.object_id
        FROM rbac_policies r
        WHERE r.target_tenant IN ('*', $1))))
    ORDER BY t.id
    LIMIT $2::bigint)
SELECT u.subnet_id, NULL, u.total, u.allocated - v.outside, v.cooling, u.total
    - u.allocated + v.outside - v.cooling
FROM page g
JOIN subnet_usage u ON u.network_id = g.id CROSS
JOIN LATERAL (
    SELECT CASE WHEN u.released = 0 THEN 0 ELSE (SELECT count(*)
        FROM released_addresses r
        WHERE r.subnet_id = u.subnet_id
        AND r.available_at > now()) END AS cooling, CASE WHEN u.allocated = 0
        THEN 0 ELSE (SELECT coalesce(sum((SELECT count(*)
            FROM ip_allocations a
            WHERE a.subnet_id = u.subnet_id
            AND a.ip_address > coalesce((SELECT max(q.last_ip)
                FROM subnet_pools q
                WHERE q.subnet_id = p.subnet_id
                AND q.last_ip < p.first_ip), '0.0.0.0/0')
            AND a.ip_address < p.first_ip)), 0) + (SELECT count(*)
            FROM ip_allocations a
            WHERE a.subnet_id = u.subnet_id
            AND a.ip_address > coalesce(max(p.last_ip), '0.0.0.0/0')
            AND a.ip_address < 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')
        FROM subnet_pools p
        WHERE p.subnet_id = u.subnet_id) END AS outside OFFSET 0) v
ORDER BY u.subnet_id;

-- network list, includes usage
WITH page AS MATERIALIZED (SELECT t.id
    FROM networks t
    WHERE true
    AND (t.project_id = $1 OR t.id = ANY(ARRAY(SELECT r.object_id
        FROM rbac_policies r
        WHERE r.target_tenant IN ('*', $1))))
    ORDER BY t.id
    LIMIT $2::bigint)
SELECT g.id, t.ip_version, sum(u.total), sum(u.allocated - v.outside),
    sum(v.cooling), sum(u.total - u.allocated + v.outside - v.cooling)
FROM page g
JOIN subnets t ON t.network_id = g.id
JOIN subnet_usage u ON u.subnet_id = t.id CROSS
JOIN LATERAL (
    SELECT CASE WHEN u.released = 0 THEN 0 ELSE (SELECT count(*)
        FROM released_addresses r
        WHERE r.subnet_id = u.subnet_id
        AND r.available_at > now()) END AS cooling, CASE WHEN u.allocated = 0
        THEN 0 ELSE (SELECT coalesce(sum((SELECT count(*)
            FROM ip_allocations a
            WHERE a.subnet_id = u.subnet_id
            AND a.ip_address > coalesce((SELECT max(q.last_ip)
                FROM subnet_pools q
                WHERE q.subnet_id = p.subnet_id
                AND q.last_ip < p.first_ip), '0.0.0.0/0')
            AND a.ip_address < p.first_ip)), 0) + (SELECT count(*)
            FROM ip_allocations a
            WHERE a.subnet_id = u.subnet_id
            AND a.ip_address > coalesce(max(p.last_ip), '0.0.0.0/0')
            AND a.ip_address < 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')
        FROM subnet_pools p
        WHERE p.subnet_id = u.subnet_id) END AS outside OFFSET 0) v
WHERE true
AND (t.project_id = $1 OR t.network_id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $1))))
GROUP BY g.id, t.ip_version
ORDER BY g.id, t.ip_version;

-- network list, of versions
SELECT t.id, t.xmin
FROM networks t
WHERE true
AND (t.project_id = $1 OR t.id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.target_tenant IN ('*', $1))))
ORDER BY t.id
LIMIT $2::bigint;

-- network list, the page before
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.admin_state_up, t.status, (t.shared OR t.id
    = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.target_tenant = $1
    AND r.action = 'access_as_shared'))), t.shared, t.router_external,
    t.is_default, t.project_default, t.mtu, t.port_security_enabled,
    t.dns_domain, t.availability_zone_hints, ('{}'::text[]),
    t.provider_network_type, t.provider_physical_network,
    t.provider_segmentation_id, t.vlan_transparent, (true), (ARRAY(SELECT s.id
    FROM subnets s
    WHERE (s.network_id, s.id) >= (t.id,
        '00000000-0000-0000-0000-000000000000')
    AND (s.network_id, s.id) <= (t.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    ORDER BY s.created_at, s.id)), (SELECT coalesce('[' ||
        string_agg(row_to_json(x)::text, ',' ORDER BY r.cidr) || ']',
        '[]')::json
    FROM reserved_ranges r, LATERAL (SELECT r.cidr, r.kind) x
    WHERE r.network_id = t.id), (NULL::uuid), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 4
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 6
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), t.sdn, t.enable_shadow_port, t.private_dns_domain
FROM networks t
WHERE true
AND (t.project_id = $1 OR t.id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.target_tenant IN ('*', $1))))
AND t.id < $2::uuid
ORDER BY t.id DESC
LIMIT $3::bigint;

-- network look-ups
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.admin_state_up, t.status, (t.shared OR t.id
    = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.target_tenant = x.me
    AND r.action = 'access_as_shared'))), t.shared, t.router_external,
    t.is_default, t.project_default, t.mtu, t.port_security_enabled,
    t.dns_domain, t.availability_zone_hints, ('{}'::text[]),
    t.provider_network_type, t.provider_physical_network,
    t.provider_segmentation_id, t.vlan_transparent, (true), (ARRAY(SELECT s.id
    FROM subnets s
    WHERE (s.network_id, s.id) >= (t.id,
        '00000000-0000-0000-0000-000000000000')
    AND (s.network_id, s.id) <= (t.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    ORDER BY s.created_at, s.id)), (SELECT coalesce('[' ||
        string_agg(row_to_json(x)::text, ',' ORDER BY r.cidr) || ']',
        '[]')::json
    FROM reserved_ranges r, LATERAL (SELECT r.cidr, r.kind) x
    WHERE r.network_id = t.id), (NULL::uuid), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 4
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 6
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), t.sdn, t.enable_shadow_port, t.private_dns_domain, x.place
FROM (SELECT unnest($1::uuid[]), unnest($2::text[]),
        generate_subscripts($1::uuid[], 1)) AS x(id, me, place) CROSS
JOIN LATERAL (SELECT *
    FROM networks o
    WHERE o.id = x.id OFFSET 0) t
WHERE true
AND (t.project_id = x.me OR t.id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.target_tenant IN ('*', x.me))));

-- network update
UPDATE networks AS t
SET name = $1::text, description = $2::text, admin_state_up = $3::boolean,
    router_external = $4::boolean, is_default = $5::boolean, project_default =
    $6::boolean, mtu = $7::bigint, port_security_enabled = $8::boolean,
    dns_domain = $9::text, provider_network_type = $10::text,
    provider_physical_network = $11::text, provider_segmentation_id =
    $12::bigint, enable_shadow_port = $13::boolean, revision_number =
    t.revision_number + 1, updated_at = now()
WHERE t.id = $14::uuid
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.admin_state_up, t.status,
    (t.shared OR t.id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.target_tenant = $15
    AND r.action = 'access_as_shared'))), t.shared, t.router_external,
    t.is_default, t.project_default, t.mtu, t.port_security_enabled,
    t.dns_domain, t.availability_zone_hints, ('{}'::text[]),
    t.provider_network_type, t.provider_physical_network,
    t.provider_segmentation_id, t.vlan_transparent, (true), (ARRAY(SELECT s.id
    FROM subnets s
    WHERE (s.network_id, s.id) >= (t.id,
        '00000000-0000-0000-0000-000000000000')
    AND (s.network_id, s.id) <= (t.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    ORDER BY s.created_at, s.id)), (SELECT coalesce('[' ||
        string_agg(row_to_json(x)::text, ',' ORDER BY r.cidr) || ']',
        '[]')::json
    FROM reserved_ranges r, LATERAL (SELECT r.cidr, r.kind) x
    WHERE r.network_id = t.id), (NULL::uuid), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 4
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 6
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), t.sdn, t.enable_shadow_port, t.private_dns_domain;

-- network update of many
UPDATE networks AS t
SET name = a.c2::text, description = a.c3::text, admin_state_up =
    a.c4::boolean, router_external = a.c5::boolean, is_default =
    a.c6::boolean, project_default = a.c7::boolean, mtu = a.c8::bigint,
    port_security_enabled = a.c9::boolean, dns_domain = a.c10::text,
    provider_network_type = a.c11::text, provider_physical_network =
    a.c12::text, provider_segmentation_id = a.c13::bigint, enable_shadow_port
    = a.c14::boolean, revision_number = t.revision_number + 1, updated_at =
    now()
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[],
    $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
    $12::text[], $13::text[], $14::text[]) AS a(c1, c2, c3, c4, c5, c6, c7,
    c8, c9, c10, c11, c12, c13, c14)
WHERE t.id = a.c1
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.admin_state_up, t.status,
    (t.shared OR t.id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.target_tenant = $15
    AND r.action = 'access_as_shared'))), t.shared, t.router_external,
    t.is_default, t.project_default, t.mtu, t.port_security_enabled,
    t.dns_domain, t.availability_zone_hints, ('{}'::text[]),
    t.provider_network_type, t.provider_physical_network,
    t.provider_segmentation_id, t.vlan_transparent, (true), (ARRAY(SELECT s.id
    FROM subnets s
    WHERE (s.network_id, s.id) >= (t.id,
        '00000000-0000-0000-0000-000000000000')
    AND (s.network_id, s.id) <= (t.id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    ORDER BY s.created_at, s.id)), (SELECT coalesce('[' ||
        string_agg(row_to_json(x)::text, ',' ORDER BY r.cidr) || ']',
        '[]')::json
    FROM reserved_ranges r, LATERAL (SELECT r.cidr, r.kind) x
    WHERE r.network_id = t.id), (NULL::uuid), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 4
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), (SELECT p.address_scope_id
    FROM subnets s
    JOIN subnetpools p ON p.id = s.subnetpool_id
    WHERE s.network_id = t.id
    AND s.subnetpool_id IS NOT NULL
    AND s.ip_version = 6
    AND p.address_scope_id IS NOT NULL
    LIMIT 1), t.sdn, t.enable_shadow_port, t.private_dns_domain;

-- network_lock_ports
SELECT 'port', id, name, fixed_ips -> 0 ->> 'ip_address', device_owner,
    device_id, project_id, false, 1, revision_number, (SELECT
        n.cluster_network_id
    FROM cluster_ports n
    WHERE n.port_id = ports.id)
FROM ports
WHERE network_id = $1::uuid
ORDER BY id FOR UPDATE;

-- network_lock_subnets
SELECT 'subnet', id, name, NULL, NULL, NULL, project_id, false, 1,
    revision_number, cidr
FROM subnets
WHERE network_id = $1::uuid
ORDER BY id FOR UPDATE;

-- network_ports
SELECT 'port', id, name, fixed_ips -> 0 ->> 'ip_address', device_owner,
    device_id, project_id, false, 1, revision_number, (SELECT
        n.cluster_network_id
    FROM cluster_ports n
    WHERE n.port_id = ports.id)
FROM ports
WHERE network_id = $1::uuid
ORDER BY id;

-- network_subnets
SELECT 'subnet', id, name, NULL, NULL, NULL, project_id, false, 1,
    revision_number, cidr
FROM subnets
WHERE network_id = $1::uuid
ORDER BY id;

-- port delete
DELETE FROM ports
WHERE id = ANY($1::uuid[]);

-- port get
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.network_id, t.admin_state_up, t.status,
    t.mac_address, t.fixed_ips, t.device_id, t.device_owner,
    t.security_groups, t.allowed_address_pairs, t.extra_dhcp_opts,
    t.port_security_enabled, t.dns_name, t.dns_domain, t.dns_assignment,
    t.binding_host_id, t.binding_profile, t.binding_vif_type,
    t.binding_vif_details, t.binding_vnic_type, t.data_plane_status,
    t.device_profile, t.numa_affinity_policy, t.propagate_uplink_status,
    t.ip_allocation, (NULL::uuid), (NULL::uuid), (NULL::json), t.sdn
FROM ports t
WHERE t.id = $1::uuid
AND t.project_id = $2;

-- port get, locked for a change
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.network_id, t.admin_state_up, t.status,
    t.mac_address, t.fixed_ips, t.device_id, t.device_owner,
    t.security_groups, t.allowed_address_pairs, t.extra_dhcp_opts,
    t.port_security_enabled, t.dns_name, t.dns_domain, t.dns_assignment,
    t.binding_host_id, t.binding_profile, t.binding_vif_type,
    t.binding_vif_details, t.binding_vnic_type, t.data_plane_status,
    t.device_profile, t.numa_affinity_policy, t.propagate_uplink_status,
    t.ip_allocation, (NULL::uuid), (NULL::uuid), (NULL::json), t.sdn
FROM ports t
WHERE t.id = $1::uuid
AND t.project_id = $2
ORDER BY t.id FOR NO KEY UPDATE OF t;

-- port get, many locked for deletion
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.network_id, t.admin_state_up, t.status,
    t.mac_address, t.fixed_ips, t.device_id, t.device_owner,
    t.security_groups, t.allowed_address_pairs, t.extra_dhcp_opts,
    t.port_security_enabled, t.dns_name, t.dns_domain, t.dns_assignment,
    t.binding_host_id, t.binding_profile, t.binding_vif_type,
    t.binding_vif_details, t.binding_vnic_type, t.data_plane_status,
    t.device_profile, t.numa_affinity_policy, t.propagate_uplink_status,
    t.ip_allocation, (NULL::uuid), (NULL::uuid), (NULL::json), t.sdn
FROM ports t
WHERE t.id = ANY($1::uuid[])
ORDER BY t.id FOR UPDATE OF t;

-- port insert
INSERT INTO ports AS t (id, name, project_id, description, tags, network_id,
    admin_state_up, status, mac_address, fixed_ips, device_id, device_owner,
    security_groups, allowed_address_pairs, extra_dhcp_opts,
    port_security_enabled, dns_name, dns_domain, dns_assignment,
    binding_host_id, binding_profile, binding_vif_type, binding_vif_details,
    binding_vnic_type, data_plane_status, device_profile,
    numa_affinity_policy, propagate_uplink_status, ip_allocation, sdn)
SELECT $1::uuid, $2::text, $3::text, $4::text, $5::text[], $6::uuid,
    $7::boolean, $8::text, $9::macaddr, $10::json, $11::text, $12::text,
    $13::uuid[], $14::json, $15::json, $16::boolean, $17::text, $18::text,
    $19::json, $20::text, $21::json, $22::text, $23::json, $24::text,
    $25::text, $26::text, $27::text, $28::boolean, $29::text, $30::text;

-- port insert, many
INSERT INTO ports AS t (id, name, project_id, description, tags, network_id,
    admin_state_up, status, mac_address, fixed_ips, device_id, device_owner,
    security_groups, allowed_address_pairs, extra_dhcp_opts,
    port_security_enabled, dns_name, dns_domain, dns_assignment,
    binding_host_id, binding_profile, binding_vif_type, binding_vif_details,
    binding_vnic_type, data_plane_status, device_profile,
    numa_affinity_policy, propagate_uplink_status, ip_allocation, sdn)
SELECT unnest($1::uuid[]), unnest($2::text[]), unnest($3::text[]), $4::text,
    $5::text[], unnest($6::uuid[]), $7::boolean, $8::text,
    unnest($9::macaddr[]), unnest($10::json[]), unnest($11::text[]),
    $12::text, $13::uuid[], $14::json, $15::json, $16::boolean,
    unnest($17::text[]), $18::text, unnest($19::json[]), unnest($20::text[]),
    $21::json, $22::text, $23::json, $24::text, $25::text, $26::text,
    $27::text, $28::boolean, $29::text, $30::text
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.network_id,
    t.admin_state_up, t.status, t.mac_address, t.fixed_ips, t.device_id,
    t.device_owner, t.security_groups, t.allowed_address_pairs,
    t.extra_dhcp_opts, t.port_security_enabled, t.dns_name, t.dns_domain,
    t.dns_assignment, t.binding_host_id, t.binding_profile,
    t.binding_vif_type, t.binding_vif_details, t.binding_vnic_type,
    t.data_plane_status, t.device_profile, t.numa_affinity_policy,
    t.propagate_uplink_status, t.ip_allocation, (NULL::uuid), (NULL::uuid),
    (NULL::json), t.sdn;

-- port insert, many that have little alike
INSERT INTO ports AS t (id, name, project_id, description, tags, network_id,
    admin_state_up, status, mac_address, fixed_ips, device_id, device_owner,
    security_groups, allowed_address_pairs, extra_dhcp_opts,
    port_security_enabled, dns_name, dns_domain, dns_assignment,
    binding_host_id, binding_profile, binding_vif_type, binding_vif_details,
    binding_vnic_type, data_plane_status, device_profile,
    numa_affinity_policy, propagate_uplink_status, ip_allocation, sdn)
SELECT unnest($1::uuid[]), unnest($2::text[]), unnest($3::text[]),
    unnest($4::text[]), unnest($5::text[])::text[], unnest($6::uuid[]),
    unnest($7::boolean[]), unnest($8::text[]), unnest($9::macaddr[]),
    unnest($10::json[]), unnest($11::text[]), unnest($12::text[]),
    unnest($13::text[])::uuid[], unnest($14::json[]), unnest($15::json[]),
    unnest($16::boolean[]), unnest($17::text[]), unnest($18::text[]),
    unnest($19::json[]), unnest($20::text[]), unnest($21::json[]),
    unnest($22::text[]), unnest($23::json[]), unnest($24::text[]),
    unnest($25::text[]), unnest($26::text[]), unnest($27::text[]),
    unnest($28::boolean[]), unnest($29::text[]), unnest($30::text[])
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.network_id,
    t.admin_state_up, t.status, t.mac_address, t.fixed_ips, t.device_id,
    t.device_owner, t.security_groups, t.allowed_address_pairs,
    t.extra_dhcp_opts, t.port_security_enabled, t.dns_name, t.dns_domain,
    t.dns_assignment, t.binding_host_id, t.binding_profile,
    t.binding_vif_type, t.binding_vif_details, t.binding_vnic_type,
    t.data_plane_status, t.device_profile, t.numa_affinity_policy,
    t.propagate_uplink_status, t.ip_allocation, (NULL::uuid), (NULL::uuid),
    (NULL::json), t.sdn;

-- port list
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.network_id, t.admin_state_up, t.status,
    t.mac_address, t.fixed_ips, t.device_id, t.device_owner,
    t.security_groups, t.allowed_address_pairs, t.extra_dhcp_opts,
    t.port_security_enabled, t.dns_name, t.dns_domain, t.dns_assignment,
    t.binding_host_id, t.binding_profile, t.binding_vif_type,
    t.binding_vif_details, t.binding_vnic_type, t.data_plane_status,
    t.device_profile, t.numa_affinity_policy, t.propagate_uplink_status,
    t.ip_allocation, (NULL::uuid), (NULL::uuid), (NULL::json), t.sdn, t.xmin
FROM ports t
WHERE true
ORDER BY t.id
LIMIT $1::bigint;

-- port list, behind a marker by two keys
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.network_id, t.admin_state_up, t.status,
    t.mac_address, t.fixed_ips, t.device_id, t.device_owner,
    t.security_groups, t.allowed_address_pairs, t.extra_dhcp_opts,
    t.port_security_enabled, t.dns_name, t.dns_domain, t.dns_assignment,
    t.binding_host_id, t.binding_profile, t.binding_vif_type,
    t.binding_vif_details, t.binding_vnic_type, t.data_plane_status,
    t.device_profile, t.numa_affinity_policy, t.propagate_uplink_status,
    t.ip_allocation, (NULL::uuid), (NULL::uuid), (NULL::json), t.sdn, t.xmin
FROM ports t, (SELECT t.name AS k0, t.id AS k1
    FROM ports t
    WHERE t.id = $1::uuid) m
WHERE true
AND t.project_id = $2
AND (((t.name < m.k0 OR (m.k0 IS NULL AND t.name IS NOT NULL))) OR (t.name IS
    NOT DISTINCT FROM m.k0 AND (t.id > m.k1 OR (t.id IS NULL AND m.k1 IS NOT
    NULL))))
ORDER BY t.name DESC, t.id
LIMIT $3::bigint;

-- port list, of versions
SELECT t.id, t.xmin
FROM ports t
WHERE true
AND t.project_id = $1
ORDER BY t.id
LIMIT $2::bigint;

-- port list, the page before
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.network_id, t.admin_state_up, t.status,
    t.mac_address, t.fixed_ips, t.device_id, t.device_owner,
    t.security_groups, t.allowed_address_pairs, t.extra_dhcp_opts,
    t.port_security_enabled, t.dns_name, t.dns_domain, t.dns_assignment,
    t.binding_host_id, t.binding_profile, t.binding_vif_type,
    t.binding_vif_details, t.binding_vnic_type, t.data_plane_status,
    t.device_profile, t.numa_affinity_policy, t.propagate_uplink_status,
    t.ip_allocation, (NULL::uuid), (NULL::uuid), (NULL::json), t.sdn, t.xmin
FROM ports t
WHERE true
AND t.project_id = $1
AND t.id < $2::uuid
ORDER BY t.id DESC
LIMIT $3::bigint;

-- port look-ups
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.network_id, t.admin_state_up, t.status,
    t.mac_address, t.fixed_ips, t.device_id, t.device_owner,
    t.security_groups, t.allowed_address_pairs, t.extra_dhcp_opts,
    t.port_security_enabled, t.dns_name, t.dns_domain, t.dns_assignment,
    t.binding_host_id, t.binding_profile, t.binding_vif_type,
    t.binding_vif_details, t.binding_vnic_type, t.data_plane_status,
    t.device_profile, t.numa_affinity_policy, t.propagate_uplink_status,
    t.ip_allocation, (NULL::uuid), (NULL::uuid), (NULL::json), t.sdn, x.place
FROM (SELECT unnest($1::uuid[]), unnest($2::text[]),
        generate_subscripts($1::uuid[], 1)) AS x(id, me, place) CROSS
JOIN LATERAL (SELECT *
    FROM ports o
    WHERE o.id = x.id OFFSET 0) t
WHERE true
AND t.project_id = x.me;

-- port parents, locked for a change
SELECT 1
FROM networks p
WHERE p.id = ANY(ARRAY(SELECT t.network_id
    FROM ports t
    WHERE t.id = ANY($1::uuid[])))
ORDER BY p.id FOR NO KEY UPDATE OF p;

-- port total
SELECT count(*)
FROM ports t
WHERE true
AND t.project_id = $1;

-- port update
UPDATE ports AS t
SET name = $1::text, description = $2::text, admin_state_up = $3::boolean,
    mac_address = $4::macaddr, fixed_ips = $5::json, device_id = $6::text,
    device_owner = $7::text, security_groups = $8::uuid[],
    allowed_address_pairs = $9::json, extra_dhcp_opts = $10::json,
    port_security_enabled = $11::boolean, dns_name = $12::text, dns_domain =
    $13::text, binding_host_id = $14::text, binding_profile = $15::json,
    binding_vnic_type = $16::text, data_plane_status = $17::text,
    numa_affinity_policy = $18::text, revision_number = t.revision_number + 1,
    updated_at = now()
WHERE t.id = $19::uuid
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.network_id,
    t.admin_state_up, t.status, t.mac_address, t.fixed_ips, t.device_id,
    t.device_owner, t.security_groups, t.allowed_address_pairs,
    t.extra_dhcp_opts, t.port_security_enabled, t.dns_name, t.dns_domain,
    t.dns_assignment, t.binding_host_id, t.binding_profile,
    t.binding_vif_type, t.binding_vif_details, t.binding_vnic_type,
    t.data_plane_status, t.device_profile, t.numa_affinity_policy,
    t.propagate_uplink_status, t.ip_allocation, (NULL::uuid), (NULL::uuid),
    (NULL::json), t.sdn;

-- port update of many
UPDATE ports AS t
SET name = a.c2::text, description = a.c3::text, admin_state_up =
    a.c4::boolean, mac_address = a.c5::macaddr, fixed_ips = a.c6::json,
    device_id = a.c7::text, device_owner = a.c8::text, security_groups =
    a.c9::uuid[], allowed_address_pairs = a.c10::json, extra_dhcp_opts =
    a.c11::json, port_security_enabled = a.c12::boolean, dns_name =
    a.c13::text, dns_domain = a.c14::text, binding_host_id = a.c15::text,
    binding_profile = a.c16::json, binding_vnic_type = a.c17::text,
    data_plane_status = a.c18::text, numa_affinity_policy = a.c19::text,
    revision_number = t.revision_number + 1, updated_at = now()
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[],
    $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
    $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
    $17::text[], $18::text[], $19::text[]) AS a(c1, c2, c3, c4, c5, c6, c7,
    c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19)
WHERE t.id = a.c1
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.network_id,
    t.admin_state_up, t.status, t.mac_address, t.fixed_ips, t.device_id,
    t.device_owner, t.security_groups, t.allowed_address_pairs,
    t.extra_dhcp_opts, t.port_security_enabled, t.dns_name, t.dns_domain,
    t.dns_assignment, t.binding_host_id, t.binding_profile,
    t.binding_vif_type, t.binding_vif_details, t.binding_vnic_type,
    t.data_plane_status, t.device_profile, t.numa_affinity_policy,
    t.propagate_uplink_status, t.ip_allocation, (NULL::uuid), (NULL::uuid),
    (NULL::json), t.sdn;

-- port_claim_quotas_many
UPDATE quotas q
SET used = q.used + x.n
FROM (SELECT *
    FROM unnest($1::text[], $2::bigint[]) AS y(project_id, n)
    ORDER BY y.project_id) AS x(project_id, n)
WHERE q.project_id = x.project_id
AND q.resource = 'port'
RETURNING q.project_id, q.used - x.n, q.quota_limit;

-- port_claim_quotas_one
UPDATE quotas q
SET used = q.used + x.n
FROM (SELECT $1::text, $2::bigint) AS x(project_id, n)
WHERE q.project_id = x.project_id
AND q.resource = 'port'
RETURNING q.project_id, q.used - x.n, q.quota_limit;

-- port_find_subnet
SELECT 1
FROM subnets
WHERE id = $1::uuid
AND project_id = $2;

-- port_insert_quotas_many
INSERT INTO quotas (project_id, resource)
SELECT p.id, 'port'
FROM unnest($1::text[]) AS p(id)
ORDER BY p.id
ON CONFLICT (project_id, resource) DO NOTHING;

-- port_insert_quotas_one
INSERT INTO quotas (project_id, resource)
SELECT p.id, 'port'
FROM (SELECT $1::text) AS p(id)
ORDER BY p.id
ON CONFLICT (project_id, resource) DO NOTHING;

-- port_lock_networks_many
SELECT id, project_id, port_security_enabled, sdn, now()
FROM networks
WHERE id = ANY($1::uuid[])
ORDER BY id FOR KEY SHARE;

-- port_lock_networks_one
SELECT id, project_id, port_security_enabled, sdn, now()
FROM networks
WHERE id = $1::uuid
ORDER BY id FOR KEY SHARE;

-- port_lock_project_quotas
SELECT 1
FROM quotas
WHERE resource = 'port'
AND project_id = ANY($1::text[])
ORDER BY project_id FOR NO KEY UPDATE;

-- port_mac_in_use
SELECT 1
FROM ports
WHERE network_id = $1::uuid
AND mac_address = $2::macaddr
AND id <> $3::uuid;

-- port_macs_in_use_many
SELECT p.network_id, p.mac_address
FROM unnest($1::uuid[], $2::macaddr[], $3::macaddr[]) AS x(network_id, first,
    last) CROSS
JOIN LATERAL (
    SELECT o.network_id, o.mac_address
    FROM ports o
    WHERE o.network_id = x.network_id
    AND o.mac_address BETWEEN x.first
    AND x.last
    ORDER BY o.mac_address) p;

-- port_macs_in_use_one
SELECT p.network_id, p.mac_address
FROM (SELECT $1::uuid, $2::macaddr, $3::macaddr) AS x(network_id, first, last)
    CROSS
JOIN LATERAL (
    SELECT o.network_id, o.mac_address
    FROM ports o
    WHERE o.network_id = x.network_id
    AND o.mac_address BETWEEN x.first
    AND x.last
    ORDER BY o.mac_address) p;

-- port_network_owner
SELECT project_id
FROM networks
WHERE id = $1::uuid;

-- port_return_claims_many
UPDATE quotas q
SET used = q.used - x.n
FROM unnest($1::text[], $2::bigint[]) AS x(project_id, n)
WHERE q.project_id = x.project_id
AND q.resource = 'port';

-- port_return_claims_one
UPDATE quotas q
SET used = q.used - x.n
FROM (SELECT $1::text, $2::bigint) AS x(project_id, n)
WHERE q.project_id = x.project_id
AND q.resource = 'port';

-- port_return_quotas
UPDATE quotas q
SET used = q.used - x.n
FROM (SELECT p AS project_id, count(*) AS n
    FROM unnest($1::text[]) p
    GROUP BY p) x
WHERE q.project_id = x.project_id
AND q.resource = 'port';

-- quota_add
INSERT INTO quotas AS q (project_id, resource, used)
SELECT x.project_id, $1::text, x.n
FROM unnest($2::text[], $3::bigint[]) AS x(project_id, n)
ORDER BY x.project_id
ON CONFLICT (project_id, resource) DO UPDATE
SET used = q.used + excluded.used
RETURNING project_id, used, quota_limit, now();

-- quota_give_back
UPDATE quotas q
SET used = q.used - x.n
FROM unnest($2::text[], $3::bigint[]) AS x(project_id, n)
WHERE q.project_id = x.project_id
AND q.resource = $1::text;

-- quota_lock_network
SELECT 1
FROM networks
WHERE id = $1::uuid FOR NO KEY UPDATE;

-- quota_lock_rows
SELECT 1
FROM quotas q
WHERE q.project_id = $2::text
OR q.project_id IN (SELECT p.project_id
    FROM ports p
    WHERE p.network_id = $1::uuid
    UNION
    SELECT s.project_id
    FROM subnets s
    WHERE s.network_id = $1::uuid
    UNION
    SELECT r.project_id
    FROM rbac_policies r
    WHERE r.object_id = $1::uuid)
ORDER BY q.project_id, q.resource FOR NO KEY UPDATE;

-- quota_subtract
UPDATE quotas
SET used = used - $3::bigint
WHERE project_id = $1::text
AND resource = $2::text;

-- quotas_lock
SELECT project_id, resource, quota_limit, used
FROM quotas
WHERE project_id = $1::text
ORDER BY resource FOR NO KEY UPDATE;

-- quotas_make
INSERT INTO quotas (project_id, resource)
SELECT $1::text, u
FROM unnest($2::text[]) AS u
ORDER BY u
ON CONFLICT (project_id, resource) DO NOTHING;

-- quotas_read
SELECT project_id, resource, quota_limit, used
FROM quotas
WHERE project_id = $1::text;

-- quotas_read_all
SELECT q.project_id, q.resource, q.quota_limit, q.used
FROM quotas q
WHERE EXISTS (SELECT 1
    FROM quotas s
    WHERE s.project_id = q.project_id
    AND s.quota_limit IS NOT NULL)
ORDER BY q.project_id;

-- quotas_reread
SELECT project_id, resource, quota_limit, used
FROM quotas
WHERE project_id = $1::text;

-- quotas_set
UPDATE quotas
SET quota_limit = x.quota_limit
FROM unnest($2::text[], $3::bigint[]) AS x(resource, quota_limit)
WHERE project_id = $1::text
AND quotas.resource = x.resource;

-- quotas_unset
UPDATE quotas
SET quota_limit = NULL
WHERE project_id = $1::text
AND quota_limit IS NOT NULL;

-- rbac_access_of
SELECT bool_or(action = 'access_as_shared')
FROM rbac_policies
WHERE object_id = $1::uuid
AND target_tenant IN ('*', $2::text);

-- rbac_close
SELECT 1
FROM networks
WHERE id = $1::uuid FOR UPDATE;

-- rbac_policy delete
DELETE FROM rbac_policies
WHERE id = ANY($1::uuid[]);

-- rbac_policy get
SELECT t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.object_type, t.object_id,
    t.action, t.target_tenant
FROM rbac_policies t
WHERE t.id = $1::uuid
AND t.project_id = $2;

-- rbac_policy get, locked for a change
SELECT t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.object_type, t.object_id,
    t.action, t.target_tenant
FROM rbac_policies t
WHERE t.id = $1::uuid
AND t.project_id = $2
ORDER BY t.id FOR NO KEY UPDATE OF t;

-- rbac_policy get, many locked for deletion
SELECT t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.object_type, t.object_id,
    t.action, t.target_tenant
FROM rbac_policies t
WHERE t.id = ANY($1::uuid[])
ORDER BY t.id FOR UPDATE OF t;

-- rbac_policy insert
INSERT INTO rbac_policies AS t (id, project_id, object_type, object_id,
    action, target_tenant)
SELECT $1::uuid, $2::text, $3::text, $4::uuid, $5::text, $6::text;

-- rbac_policy insert, many
INSERT INTO rbac_policies AS t (id, project_id, object_type, object_id,
    action, target_tenant)
SELECT unnest($1::uuid[]), unnest($2::text[]), unnest($3::text[]),
    unnest($4::uuid[]), unnest($5::text[]), unnest($6::text[])
RETURNING t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.object_type, t.object_id,
    t.action, t.target_tenant;

-- rbac_policy list
SELECT t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.object_type, t.object_id,
    t.action, t.target_tenant
FROM rbac_policies t
WHERE true
ORDER BY t.id
LIMIT $1::bigint;

-- rbac_policy list, behind a marker by two keys
SELECT t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.object_type, t.object_id,
    t.action, t.target_tenant
FROM rbac_policies t, (SELECT (''::text) AS k0, t.id AS k1
    FROM rbac_policies t
    WHERE t.id = $1::uuid) m
WHERE true
AND t.project_id = $2
AND ((((''::text) < m.k0 OR (m.k0 IS NULL AND (''::text) IS NOT NULL))) OR
    ((''::text) IS NOT DISTINCT FROM m.k0 AND (t.id > m.k1 OR (t.id IS NULL
    AND m.k1 IS NOT NULL))))
ORDER BY (''::text) DESC, t.id
LIMIT $3::bigint;

-- rbac_policy list, of versions
SELECT t.id, t.xmin
FROM rbac_policies t
WHERE true
AND t.project_id = $1
ORDER BY t.id
LIMIT $2::bigint;

-- rbac_policy list, the page before
SELECT t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.object_type, t.object_id,
    t.action, t.target_tenant
FROM rbac_policies t
WHERE true
AND t.project_id = $1
AND t.id < $2::uuid
ORDER BY t.id DESC
LIMIT $3::bigint;

-- rbac_policy look-ups
SELECT t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.object_type, t.object_id,
    t.action, t.target_tenant, x.place
FROM (SELECT unnest($1::uuid[]), unnest($2::text[]),
        generate_subscripts($1::uuid[], 1)) AS x(id, me, place) CROSS
JOIN LATERAL (SELECT *
    FROM rbac_policies o
    WHERE o.id = x.id OFFSET 0) t
WHERE true
AND t.project_id = x.me;

-- rbac_policy parents, locked for a change
SELECT 1
FROM networks p
WHERE p.id = ANY(ARRAY(SELECT t.object_id
    FROM rbac_policies t
    WHERE t.id = ANY($1::uuid[])))
ORDER BY p.id FOR NO KEY UPDATE OF p;

-- rbac_policy update
UPDATE rbac_policies AS t
SET target_tenant = $1::text, revision_number = t.revision_number + 1,
    updated_at = now()
WHERE t.id = $2::uuid
RETURNING t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.object_type, t.object_id,
    t.action, t.target_tenant;

-- rbac_policy update of many
UPDATE rbac_policies AS t
SET target_tenant = a.c2::text, revision_number = t.revision_number + 1,
    updated_at = now()
FROM unnest($1::uuid[], $2::text[]) AS a(c1, c2)
WHERE t.id = a.c1
RETURNING t.id, (''::text), t.project_id, (''::text), ('{}'::text[]),
    t.revision_number, t.created_at, t.updated_at, t.object_type, t.object_id,
    t.action, t.target_tenant;

-- rbac_same
SELECT 'rbac_policy', id, NULL, NULL, NULL, NULL, project_id, false, 1
FROM rbac_policies
WHERE object_id = $1::uuid
AND action = $2::text
AND target_tenant = $3::text
AND id IS DISTINCT FROM $4::uuid;

-- rbac_summary
SELECT coalesce(bool_or(action = 'access_as_shared' AND target_tenant = '*'),
    false), coalesce(bool_or(action = 'access_as_external'), false)
FROM rbac_policies
WHERE object_id = $1::uuid;

-- replay_delete_old
DELETE FROM idempotency_keys
WHERE ctid = ANY(ARRAY(
    SELECT ctid
    FROM idempotency_keys
    WHERE created_at < now() - make_interval(secs => $1::bigint)
    ORDER BY created_at
    LIMIT $2::bigint))
AND created_at < now() - make_interval(secs => $1::bigint);

-- replay_find
SELECT a.no, i.fingerprint, i.status, i.body
FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS a(project_id,
    user_id, key, no)
JOIN idempotency_keys i ON i.project_id = a.project_id
AND i.user_id = a.user_id
AND i.key = a.key
WHERE i.created_at > now() - make_interval(secs => $5::bigint);

-- replay_insert
INSERT INTO idempotency_keys AS i (project_id, user_id, key, fingerprint,
    status, body)
SELECT a.project_id, a.user_id, a.key, a.fingerprint, a.status::bigint, a.body
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
    $6::text[]) AS a(project_id, user_id, key, fingerprint, status, body)
ON CONFLICT (project_id, user_id, key) DO UPDATE
SET fingerprint = excluded.fingerprint, status = excluded.status, body =
    excluded.body, created_at = now();

-- replay_lock_keys
SELECT pg_advisory_xact_lock(k)
FROM unnest($1::bigint[]) AS k;

-- set_count_keys_many
SELECT count(*)
FROM (VALUES ('a'), ('b'), ('c')) AS v(k)
WHERE k = ANY($1::text[])
AND k < $2::text;

-- set_count_keys_one
SELECT count(*)
FROM (VALUES ('a'), ('b'), ('c')) AS v(k)
WHERE k = $1::text
AND k < $2::text;

-- set_keep_rows_alike
INSERT INTO quotas (resource, quota_limit, project_id, used)
SELECT $1::text, unnest($2::bigint[]), unnest($3::text[]), $4::bigint;

-- set_keep_rows_many
INSERT INTO quotas (resource, quota_limit, project_id, used)
SELECT unnest($1::text[]), unnest($2::bigint[]), unnest($3::text[]),
    unnest($4::bigint[]);

-- set_keep_rows_one
INSERT INTO quotas (resource, quota_limit, project_id, used)
SELECT $1::text, $2::bigint, $3::text, $4::bigint;

-- set_show_rows_many
SELECT string_agg(concat_ws('|', x.no, coalesce(x.name, '-'),
    coalesce(host(x.ip), '-')), ' ' ORDER BY x.no)
FROM unnest($1::bigint[], $2::text[], $3::inet[]) AS x(no, name, ip);

-- set_show_rows_one
SELECT string_agg(concat_ws('|', x.no, coalesce(x.name, '-'),
    coalesce(host(x.ip), '-')), ' ' ORDER BY x.no)
FROM (SELECT $1::bigint, $2::text, $3::inet) AS x(no, name, ip);

-- shadow_bare_subnets
SELECT s.id, s.name, s.project_id
FROM subnets s
WHERE s.network_id = $1::uuid
AND NOT EXISTS (
    SELECT 1
    FROM ports p
    JOIN ip_allocations a ON a.port_id = p.id
    WHERE p.network_id = $1::uuid
    AND p.device_owner = 'network:shadow_port'
    AND a.subnet_id = s.id)
ORDER BY s.id;

-- shadow_port_ids
SELECT id
FROM ports
WHERE network_id = $1::uuid
AND device_owner = 'network:shadow_port'
ORDER BY id;

-- subnet delete
DELETE FROM subnets
WHERE id = ANY($1::uuid[]);

-- subnet get
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.network_id, t.ip_version, t.cidr,
    t.gateway_ip, t.allocation_pools, t.dns_nameservers, t.host_routes,
    t.enable_dhcp, t.ipv6_address_mode, t.ipv6_ra_mode, t.service_types,
    t.dns_publish_fixed_ip, t.enable_private_dns, t.ip_cooldown,
    t.ip_allocation_policy, t.subnetpool_id, (NULL::uuid), (EXISTS (SELECT 1
    FROM rbac_policies r
    WHERE r.object_id = t.network_id
    AND r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $1))), t.sdn
FROM subnets t
WHERE t.id = $2::uuid
AND (t.project_id = $1 OR t.network_id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $1))));

-- subnet get, locked for a change
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.network_id, t.ip_version, t.cidr,
    t.gateway_ip, t.allocation_pools, t.dns_nameservers, t.host_routes,
    t.enable_dhcp, t.ipv6_address_mode, t.ipv6_ra_mode, t.service_types,
    t.dns_publish_fixed_ip, t.enable_private_dns, t.ip_cooldown,
    t.ip_allocation_policy, t.subnetpool_id, (NULL::uuid), (EXISTS (SELECT 1
    FROM rbac_policies r
    WHERE r.object_id = t.network_id
    AND r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $1))), t.sdn
FROM subnets t
WHERE t.id = $2::uuid
AND (t.project_id = $1 OR t.network_id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $1))))
ORDER BY t.id FOR NO KEY UPDATE OF t;

-- subnet get, many locked for deletion
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.network_id, t.ip_version, t.cidr,
    t.gateway_ip, t.allocation_pools, t.dns_nameservers, t.host_routes,
    t.enable_dhcp, t.ipv6_address_mode, t.ipv6_ra_mode, t.service_types,
    t.dns_publish_fixed_ip, t.enable_private_dns, t.ip_cooldown,
    t.ip_allocation_policy, t.subnetpool_id, (NULL::uuid), (EXISTS (SELECT 1
    FROM rbac_policies r
    WHERE r.object_id = t.network_id
    AND r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', NULL::text))), t.sdn
FROM subnets t
WHERE t.id = ANY($1::uuid[])
ORDER BY t.id FOR UPDATE OF t;

-- subnet insert
INSERT INTO subnets AS t (id, name, project_id, description, network_id,
    ip_version, cidr, gateway_ip, allocation_pools, dns_nameservers,
    host_routes, enable_dhcp, ipv6_address_mode, ipv6_ra_mode, service_types,
    dns_publish_fixed_ip, enable_private_dns, ip_cooldown,
    ip_allocation_policy, subnetpool_id, sdn)
SELECT $1::uuid, $2::text, $3::text, $4::text, $5::uuid, $6::bigint, $7::cidr,
    $8::inet, $9::json, $10::text[], $11::json, $12::boolean, $13::text,
    $14::text, $15::text[], $16::boolean, $17::boolean, $18::bigint,
    $19::text, $20::uuid, $21::text;

-- subnet insert, many
INSERT INTO subnets AS t (id, name, project_id, description, network_id,
    ip_version, cidr, gateway_ip, allocation_pools, dns_nameservers,
    host_routes, enable_dhcp, ipv6_address_mode, ipv6_ra_mode, service_types,
    dns_publish_fixed_ip, enable_private_dns, ip_cooldown,
    ip_allocation_policy, subnetpool_id, sdn)
SELECT unnest($1::uuid[]), unnest($2::text[]), unnest($3::text[]), $4::text,
    unnest($5::uuid[]), $6::bigint, unnest($7::cidr[]), unnest($8::inet[]),
    unnest($9::json[]), $10::text[], $11::json, $12::boolean, $13::text,
    $14::text, $15::text[], $16::boolean, $17::boolean, $18::bigint,
    $19::text, $20::uuid, $21::text
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.network_id, t.ip_version,
    t.cidr, t.gateway_ip, t.allocation_pools, t.dns_nameservers,
    t.host_routes, t.enable_dhcp, t.ipv6_address_mode, t.ipv6_ra_mode,
    t.service_types, t.dns_publish_fixed_ip, t.enable_private_dns,
    t.ip_cooldown, t.ip_allocation_policy, t.subnetpool_id, (NULL::uuid),
    (EXISTS (SELECT 1
    FROM rbac_policies r
    WHERE r.object_id = t.network_id
    AND r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $22))), t.sdn;

-- subnet insert, many that have little alike
INSERT INTO subnets AS t (id, name, project_id, description, network_id,
    ip_version, cidr, gateway_ip, allocation_pools, dns_nameservers,
    host_routes, enable_dhcp, ipv6_address_mode, ipv6_ra_mode, service_types,
    dns_publish_fixed_ip, enable_private_dns, ip_cooldown,
    ip_allocation_policy, subnetpool_id, sdn)
SELECT unnest($1::uuid[]), unnest($2::text[]), unnest($3::text[]),
    unnest($4::text[]), unnest($5::uuid[]), unnest($6::bigint[]),
    unnest($7::cidr[]), unnest($8::inet[]), unnest($9::json[]),
    unnest($10::text[])::text[], unnest($11::json[]), unnest($12::boolean[]),
    unnest($13::text[]), unnest($14::text[]), unnest($15::text[])::text[],
    unnest($16::boolean[]), unnest($17::boolean[]), unnest($18::bigint[]),
    unnest($19::text[]), unnest($20::uuid[]), unnest($21::text[])
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.network_id, t.ip_version,
    t.cidr, t.gateway_ip, t.allocation_pools, t.dns_nameservers,
    t.host_routes, t.enable_dhcp, t.ipv6_address_mode, t.ipv6_ra_mode,
    t.service_types, t.dns_publish_fixed_ip, t.enable_private_dns,
    t.ip_cooldown, t.ip_allocation_policy, t.subnetpool_id, (NULL::uuid),
    (EXISTS (SELECT 1
    FROM rbac_policies r
    WHERE r.object_id = t.network_id
    AND r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $22))), t.sdn;

-- subnet list
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.network_id, t.ip_version, t.cidr,
    t.gateway_ip, t.allocation_pools, t.dns_nameservers, t.host_routes,
    t.enable_dhcp, t.ipv6_address_mode, t.ipv6_ra_mode, t.service_types,
    t.dns_publish_fixed_ip, t.enable_private_dns, t.ip_cooldown,
    t.ip_allocation_policy, t.subnetpool_id, (NULL::uuid), (EXISTS (SELECT 1
    FROM rbac_policies r
    WHERE r.object_id = t.network_id
    AND r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', NULL::text))), t.sdn
FROM subnets t
WHERE true
ORDER BY t.id
LIMIT $1::bigint;

-- subnet list, behind a marker by two keys
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.network_id, t.ip_version, t.cidr,
    t.gateway_ip, t.allocation_pools, t.dns_nameservers, t.host_routes,
    t.enable_dhcp, t.ipv6_address_mode, t.ipv6_ra_mode, t.service_types,
    t.dns_publish_fixed_ip, t.enable_private_dns, t.ip_cooldown,
    t.ip_allocation_policy, t.subnetpool_id, (NULL::uuid), (EXISTS (SELECT 1
    FROM rbac_policies r
    WHERE r.object_id = t.network_id
    AND r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $1))), t.sdn
FROM subnets t, (SELECT t.name AS k0, t.id AS k1
    FROM subnets t
    WHERE t.id = $2::uuid) m
WHERE true
AND (t.project_id = $1 OR t.network_id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $1))))
AND (((t.name < m.k0 OR (m.k0 IS NULL AND t.name IS NOT NULL))) OR (t.name IS
    NOT DISTINCT FROM m.k0 AND (t.id > m.k1 OR (t.id IS NULL AND m.k1 IS NOT
    NULL))))
ORDER BY t.name DESC, t.id
LIMIT $3::bigint;

-- subnet list, includes ports
WITH page AS MATERIALIZED (SELECT t.id
    FROM subnets t
    WHERE true
    AND (t.project_id = $1 OR t.network_id = ANY(ARRAY(SELECT r.object_id
        FROM rbac_policies r
        WHERE r.action = 'access_as_shared'
        AND r.target_tenant IN ('*', $1))))
    ORDER BY t.id
    LIMIT $2::bigint)
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.network_id, t.admin_state_up, t.status,
    t.mac_address, t.fixed_ips, t.device_id, t.device_owner,
    t.security_groups, t.allowed_address_pairs, t.extra_dhcp_opts,
    t.port_security_enabled, t.dns_name, t.dns_domain, t.dns_assignment,
    t.binding_host_id, t.binding_profile, t.binding_vif_type,
    t.binding_vif_details, t.binding_vnic_type, t.data_plane_status,
    t.device_profile, t.numa_affinity_policy, t.propagate_uplink_status,
    t.ip_allocation, (NULL::uuid), (NULL::uuid), (NULL::json), t.sdn,
    u.subnet_id
FROM page g
JOIN subnet_usage u ON u.subnet_id = g.id CROSS
JOIN LATERAL (
    SELECT a.port_id, a.ip_address
    FROM ip_allocations a
    WHERE (a.subnet_id, a.ip_address) >= (u.subnet_id, '0.0.0.0/0')
    AND (a.subnet_id, a.ip_address) <= (u.subnet_id,
        'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')
    AND EXISTS (SELECT 1
        FROM ports t
        WHERE t.id = a.port_id
        AND t.project_id = $1 OFFSET 0)
    AND NOT EXISTS (SELECT 1
        FROM ip_allocations b
        WHERE b.port_id = a.port_id
        AND b.subnet_id = a.subnet_id
        AND b.ip_address < a.ip_address OFFSET 0)
    ORDER BY a.subnet_id, a.ip_address
    LIMIT $3::bigint) c
JOIN ports t ON t.id = c.port_id
ORDER BY u.subnet_id, c.ip_address;

-- subnet list, includes ports, their totals
WITH page AS MATERIALIZED (SELECT t.id
    FROM subnets t
    WHERE true
    AND (t.project_id = $1 OR t.network_id = ANY(ARRAY(SELECT r.object_id
        FROM rbac_policies r
        WHERE r.action = 'access_as_shared'
        AND r.target_tenant IN ('*', $1))))
    ORDER BY t.id
    LIMIT $2::bigint)
SELECT u.subnet_id, c.n
FROM page g
JOIN subnet_usage u ON u.subnet_id = g.id CROSS
JOIN LATERAL (SELECT CASE WHEN (SELECT t.used
        FROM quotas t
        WHERE t.resource = 'port'
        AND t.project_id = $1) < 8 * u.allocated THEN (SELECT count(*)
        FROM (SELECT t.id
            FROM ports t
            WHERE true
            AND t.project_id = $1 OFFSET 0) p
        WHERE EXISTS (SELECT 1
            FROM ip_allocations a
            WHERE a.subnet_id = u.subnet_id
            AND a.port_id = p.id)) ELSE (SELECT count(DISTINCT a.port_id)
        FROM ip_allocations a
        JOIN ports t ON t.id = a.port_id
        WHERE a.subnet_id = u.subnet_id
        AND t.project_id = $1) END AS n) c
WHERE u.allocated > $3::bigint
ORDER BY u.subnet_id;

-- subnet list, includes usage
WITH page AS MATERIALIZED (SELECT t.id
    FROM subnets t
    WHERE true
    AND (t.project_id = $1 OR t.network_id = ANY(ARRAY(SELECT r.object_id
        FROM rbac_policies r
        WHERE r.action = 'access_as_shared'
        AND r.target_tenant IN ('*', $1))))
    ORDER BY t.id
    LIMIT $2::bigint)
SELECT u.subnet_id, NULL, u.total, u.allocated - v.outside, v.cooling, u.total
    - u.allocated + v.outside - v.cooling
FROM page g
JOIN subnet_usage u ON u.subnet_id = g.id CROSS
JOIN LATERAL (
    SELECT CASE WHEN u.released = 0 THEN 0 ELSE (SELECT count(*)
        FROM released_addresses r
        WHERE r.subnet_id = u.subnet_id
        AND r.available_at > now()) END AS cooling, CASE WHEN u.allocated = 0
        THEN 0 ELSE (SELECT coalesce(sum((SELECT count(*)
            FROM ip_allocations a
            WHERE a.subnet_id = u.subnet_id
            AND a.ip_address > coalesce((SELECT max(q.last_ip)
                FROM subnet_pools q
                WHERE q.subnet_id = p.subnet_id
                AND q.last_ip < p.first_ip), '0.0.0.0/0')
            AND a.ip_address < p.first_ip)), 0) + (SELECT count(*)
            FROM ip_allocations a
            WHERE a.subnet_id = u.subnet_id
            AND a.ip_address > coalesce(max(p.last_ip), '0.0.0.0/0')
            AND a.ip_address < 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff')
        FROM subnet_pools p
        WHERE p.subnet_id = u.subnet_id) END AS outside OFFSET 0) v
ORDER BY u.subnet_id;

-- subnet list, of versions
SELECT t.id, t.xmin
FROM subnets t
WHERE true
AND (t.project_id = $1 OR t.network_id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $1))))
ORDER BY t.id
LIMIT $2::bigint;

-- subnet list, the page before
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.network_id, t.ip_version, t.cidr,
    t.gateway_ip, t.allocation_pools, t.dns_nameservers, t.host_routes,
    t.enable_dhcp, t.ipv6_address_mode, t.ipv6_ra_mode, t.service_types,
    t.dns_publish_fixed_ip, t.enable_private_dns, t.ip_cooldown,
    t.ip_allocation_policy, t.subnetpool_id, (NULL::uuid), (EXISTS (SELECT 1
    FROM rbac_policies r
    WHERE r.object_id = t.network_id
    AND r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $1))), t.sdn
FROM subnets t
WHERE true
AND (t.project_id = $1 OR t.network_id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $1))))
AND t.id < $2::uuid
ORDER BY t.id DESC
LIMIT $3::bigint;

-- subnet look-ups
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.network_id, t.ip_version, t.cidr,
    t.gateway_ip, t.allocation_pools, t.dns_nameservers, t.host_routes,
    t.enable_dhcp, t.ipv6_address_mode, t.ipv6_ra_mode, t.service_types,
    t.dns_publish_fixed_ip, t.enable_private_dns, t.ip_cooldown,
    t.ip_allocation_policy, t.subnetpool_id, (NULL::uuid), (EXISTS (SELECT 1
    FROM rbac_policies r
    WHERE r.object_id = t.network_id
    AND r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', x.me))), t.sdn, x.place
FROM (SELECT unnest($1::uuid[]), unnest($2::text[]),
        generate_subscripts($1::uuid[], 1)) AS x(id, me, place) CROSS
JOIN LATERAL (SELECT *
    FROM subnets o
    WHERE o.id = x.id OFFSET 0) t
WHERE true
AND (t.project_id = x.me OR t.network_id = ANY(ARRAY(SELECT r.object_id
    FROM rbac_policies r
    WHERE r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', x.me))));

-- subnet parents, locked for a change
SELECT 1
FROM networks p
WHERE p.id = ANY(ARRAY(SELECT t.network_id
    FROM subnets t
    WHERE t.id = ANY($1::uuid[])))
ORDER BY p.id FOR NO KEY UPDATE OF p;

-- subnet update
UPDATE subnets AS t
SET name = $1::text, description = $2::text, gateway_ip = $3::inet,
    allocation_pools = $4::json, dns_nameservers = $5::text[], host_routes =
    $6::json, enable_dhcp = $7::boolean, service_types = $8::text[],
    dns_publish_fixed_ip = $9::boolean, ip_cooldown = $10::bigint,
    ip_allocation_policy = $11::text, revision_number = t.revision_number + 1,
    updated_at = now()
WHERE t.id = $12::uuid
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.network_id, t.ip_version,
    t.cidr, t.gateway_ip, t.allocation_pools, t.dns_nameservers,
    t.host_routes, t.enable_dhcp, t.ipv6_address_mode, t.ipv6_ra_mode,
    t.service_types, t.dns_publish_fixed_ip, t.enable_private_dns,
    t.ip_cooldown, t.ip_allocation_policy, t.subnetpool_id, (NULL::uuid),
    (EXISTS (SELECT 1
    FROM rbac_policies r
    WHERE r.object_id = t.network_id
    AND r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $13))), t.sdn;

-- subnet update of many
UPDATE subnets AS t
SET name = a.c2::text, description = a.c3::text, gateway_ip = a.c4::inet,
    allocation_pools = a.c5::json, dns_nameservers = a.c6::text[], host_routes
    = a.c7::json, enable_dhcp = a.c8::boolean, service_types = a.c9::text[],
    dns_publish_fixed_ip = a.c10::boolean, ip_cooldown = a.c11::bigint,
    ip_allocation_policy = a.c12::text, revision_number = t.revision_number +
    1, updated_at = now()
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[],
    $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
    $12::text[]) AS a(c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12)
WHERE t.id = a.c1
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.network_id, t.ip_version,
    t.cidr, t.gateway_ip, t.allocation_pools, t.dns_nameservers,
    t.host_routes, t.enable_dhcp, t.ipv6_address_mode, t.ipv6_ra_mode,
    t.service_types, t.dns_publish_fixed_ip, t.enable_private_dns,
    t.ip_cooldown, t.ip_allocation_policy, t.subnetpool_id, (NULL::uuid),
    (EXISTS (SELECT 1
    FROM rbac_policies r
    WHERE r.object_id = t.network_id
    AND r.action = 'access_as_shared'
    AND r.target_tenant IN ('*', $13))), t.sdn;

-- subnet_delete_pools
DELETE FROM subnet_pools
WHERE subnet_id = $1::uuid;

-- subnet_insert_pools
INSERT INTO subnet_pools (subnet_id, no, first_ip, last_ip, next_ip)
SELECT *
FROM unnest($1::uuid[], $2::bigint[], $3::inet[], $4::inet[], $5::inet[]);

-- subnet_insert_usage
INSERT INTO subnet_usage (subnet_id, network_id, total)
SELECT *
FROM unnest($1::uuid[], $2::uuid[], $3::numeric[]);

-- subnet_lock_all_ports
SELECT 'port', p.id, p.name, host(a.ip), p.device_owner, p.device_id,
    p.project_id, false, 1, p.revision_number, EXISTS (SELECT 1
    FROM ip_allocations o
    WHERE o.port_id = p.id
    AND o.subnet_id <> $1::uuid), EXISTS (SELECT 1
    FROM cluster_ports n
    JOIN cluster_networks c ON c.id = n.cluster_network_id
    WHERE n.port_id = p.id
    AND c.subnet_id = $1::uuid)
FROM (SELECT port_id, min(ip_address) AS ip
    FROM ip_allocations
    WHERE subnet_id = $1::uuid
    GROUP BY port_id) a
JOIN ports p ON p.id = a.port_id
ORDER BY p.id FOR UPDATE OF p;

-- subnet_lock_usage
SELECT 1
FROM subnet_usage
WHERE subnet_id = $1::uuid FOR NO KEY UPDATE;

-- subnet_port_ids
SELECT DISTINCT port_id
FROM ip_allocations
WHERE subnet_id = $1::uuid;

-- subnet_ports
SELECT 'port', p.id, p.name, host(a.ip), p.device_owner, p.device_id,
    p.project_id, false, 1, p.revision_number, EXISTS (SELECT 1
    FROM ip_allocations o
    WHERE o.port_id = p.id
    AND o.subnet_id <> $1::uuid), EXISTS (SELECT 1
    FROM cluster_ports n
    JOIN cluster_networks c ON c.id = n.cluster_network_id
    WHERE n.port_id = p.id
    AND c.subnet_id = $1::uuid)
FROM (SELECT port_id, min(ip_address) AS ip
    FROM ip_allocations
    WHERE subnet_id = $1::uuid
    GROUP BY port_id) a
JOIN ports p ON p.id = a.port_id
ORDER BY p.id;

-- subnet_read_pools
SELECT first_ip, last_ip, next_ip
FROM subnet_pools
WHERE subnet_id = $1::uuid
ORDER BY no;

-- subnet_sharers
SELECT object_id, target_tenant
FROM rbac_policies
WHERE object_id = ANY($1::uuid[])
AND target_tenant = ANY($2::text[])
AND action = 'access_as_shared';

-- subnet_siblings
SELECT s.network_id, s.cidr, s.subnetpool_id, s.id, s.created_at, (SELECT
        p.address_scope_id
    FROM subnetpools p
    WHERE p.id = s.subnetpool_id)
FROM subnets s
WHERE s.network_id = ANY($1::uuid[])
ORDER BY s.created_at, s.id;

-- subnet_slaac_ports
SELECT id
FROM ports
WHERE network_id = $1::uuid
AND device_owner NOT LIKE 'network:%'
AND ip_allocation <> 'none'
ORDER BY id FOR NO KEY UPDATE;

-- subnet_touch_networks
UPDATE networks n
SET revision_number = n.revision_number + x.n, updated_at = now()
FROM unnest($1::uuid[], $2::bigint[]) AS x(id, n)
WHERE n.id = x.id;

-- subnet_trim_released
WITH gone AS (
    DELETE FROM released_addresses r
    WHERE r.subnet_id = $1::uuid
    AND NOT EXISTS (SELECT 1
        FROM subnet_pools p
        WHERE p.subnet_id = r.subnet_id
        AND r.ip_address >= p.first_ip
        AND r.ip_address <= p.last_ip
        AND p.next_ip IS NULL)
    RETURNING 1)
UPDATE subnet_usage
SET total = $2::numeric, released = released - (SELECT count(*)
    FROM gone)
WHERE subnet_id = $1::uuid;

-- subnetpool delete
DELETE FROM subnetpools
WHERE id = ANY($1::uuid[]);

-- subnetpool get
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.ip_version, t.prefixes, t.default_prefixlen,
    t.min_prefixlen, t.max_prefixlen, t.default_quota, t.shared, t.is_default,
    t.address_scope_id
FROM subnetpools t
WHERE t.id = $1::uuid
AND (t.project_id = $2 OR t.shared);

-- subnetpool get, locked for a change
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.ip_version, t.prefixes, t.default_prefixlen,
    t.min_prefixlen, t.max_prefixlen, t.default_quota, t.shared, t.is_default,
    t.address_scope_id
FROM subnetpools t
WHERE t.id = $1::uuid
AND (t.project_id = $2 OR t.shared)
ORDER BY t.id FOR NO KEY UPDATE OF t;

-- subnetpool get, many locked for deletion
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.ip_version, t.prefixes, t.default_prefixlen,
    t.min_prefixlen, t.max_prefixlen, t.default_quota, t.shared, t.is_default,
    t.address_scope_id
FROM subnetpools t
WHERE t.id = ANY($1::uuid[])
ORDER BY t.id FOR UPDATE OF t;

-- subnetpool insert
INSERT INTO subnetpools AS t (id, name, project_id, description, ip_version,
    prefixes, default_prefixlen, min_prefixlen, max_prefixlen, default_quota,
    shared, is_default, address_scope_id)
SELECT $1::uuid, $2::text, $3::text, $4::text, $5::bigint, $6::cidr[],
    $7::bigint, $8::bigint, $9::bigint, $10::bigint, $11::boolean,
    $12::boolean, $13::uuid;

-- subnetpool insert, many
INSERT INTO subnetpools AS t (id, name, project_id, description, ip_version,
    prefixes, default_prefixlen, min_prefixlen, max_prefixlen, default_quota,
    shared, is_default, address_scope_id)
SELECT unnest($1::uuid[]), unnest($2::text[]), unnest($3::text[]),
    unnest($4::text[]), unnest($5::bigint[]), unnest($6::text[])::cidr[],
    unnest($7::bigint[]), unnest($8::bigint[]), unnest($9::bigint[]),
    unnest($10::bigint[]), unnest($11::boolean[]), unnest($12::boolean[]),
    unnest($13::uuid[])
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.ip_version, t.prefixes,
    t.default_prefixlen, t.min_prefixlen, t.max_prefixlen, t.default_quota,
    t.shared, t.is_default, t.address_scope_id;

-- subnetpool list
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.ip_version, t.prefixes, t.default_prefixlen,
    t.min_prefixlen, t.max_prefixlen, t.default_quota, t.shared, t.is_default,
    t.address_scope_id
FROM subnetpools t
WHERE true
ORDER BY t.id
LIMIT $1::bigint;

-- subnetpool list, behind a marker by two keys
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.ip_version, t.prefixes, t.default_prefixlen,
    t.min_prefixlen, t.max_prefixlen, t.default_quota, t.shared, t.is_default,
    t.address_scope_id
FROM subnetpools t, (SELECT t.name AS k0, t.id AS k1
    FROM subnetpools t
    WHERE t.id = $1::uuid) m
WHERE true
AND (t.project_id = $2 OR t.shared)
AND (((t.name < m.k0 OR (m.k0 IS NULL AND t.name IS NOT NULL))) OR (t.name IS
    NOT DISTINCT FROM m.k0 AND (t.id > m.k1 OR (t.id IS NULL AND m.k1 IS NOT
    NULL))))
ORDER BY t.name DESC, t.id
LIMIT $3::bigint;

-- subnetpool list, of versions
SELECT t.id, t.xmin
FROM subnetpools t
WHERE true
AND (t.project_id = $1 OR t.shared)
ORDER BY t.id
LIMIT $2::bigint;

-- subnetpool list, the page before
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.ip_version, t.prefixes, t.default_prefixlen,
    t.min_prefixlen, t.max_prefixlen, t.default_quota, t.shared, t.is_default,
    t.address_scope_id
FROM subnetpools t
WHERE true
AND (t.project_id = $1 OR t.shared)
AND t.id < $2::uuid
ORDER BY t.id DESC
LIMIT $3::bigint;

-- subnetpool look-ups
SELECT t.id, t.name, t.project_id, t.description, t.tags, t.revision_number,
    t.created_at, t.updated_at, t.ip_version, t.prefixes, t.default_prefixlen,
    t.min_prefixlen, t.max_prefixlen, t.default_quota, t.shared, t.is_default,
    t.address_scope_id, x.place
FROM (SELECT unnest($1::uuid[]), unnest($2::text[]),
        generate_subscripts($1::uuid[], 1)) AS x(id, me, place) CROSS
JOIN LATERAL (SELECT *
    FROM subnetpools o
    WHERE o.id = x.id OFFSET 0) t
WHERE true
AND (t.project_id = x.me OR t.shared);

-- subnetpool update
UPDATE subnetpools AS t
SET name = $1::text, description = $2::text, prefixes = $3::cidr[],
    default_prefixlen = $4::bigint, min_prefixlen = $5::bigint, max_prefixlen
    = $6::bigint, default_quota = $7::bigint, is_default = $8::boolean,
    address_scope_id = $9::uuid, revision_number = t.revision_number + 1,
    updated_at = now()
WHERE t.id = $10::uuid
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.ip_version, t.prefixes,
    t.default_prefixlen, t.min_prefixlen, t.max_prefixlen, t.default_quota,
    t.shared, t.is_default, t.address_scope_id;

-- subnetpool update of many
UPDATE subnetpools AS t
SET name = a.c2::text, description = a.c3::text, prefixes = a.c4::cidr[],
    default_prefixlen = a.c5::bigint, min_prefixlen = a.c6::bigint,
    max_prefixlen = a.c7::bigint, default_quota = a.c8::bigint, is_default =
    a.c9::boolean, address_scope_id = a.c10::uuid, revision_number =
    t.revision_number + 1, updated_at = now()
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[],
    $6::text[], $7::text[], $8::text[], $9::text[], $10::text[]) AS a(c1, c2,
    c3, c4, c5, c6, c7, c8, c9, c10)
WHERE t.id = a.c1
RETURNING t.id, t.name, t.project_id, t.description, t.tags,
    t.revision_number, t.created_at, t.updated_at, t.ip_version, t.prefixes,
    t.default_prefixlen, t.min_prefixlen, t.max_prefixlen, t.default_quota,
    t.shared, t.is_default, t.address_scope_id;

-- subnetpool_blocks_in
SELECT cidr, subnet_id
FROM subnetpool_blocks
WHERE subnetpool_id = $1::uuid
AND cidr && ANY($2::cidr[])
ORDER BY cidr;

-- subnetpool_clear_blocks
SELECT b.cidr
FROM subnetpool_blocks b
WHERE b.subnetpool_id = $1::uuid
AND b.settled
AND masklen(b.cidr) <= $2::int
AND NOT EXISTS (SELECT 1
    FROM unnest($3::cidr[]) AS x
    WHERE b.cidr <<= x)
ORDER BY masklen(b.cidr) DESC, b.cidr
LIMIT $4::bigint;

-- subnetpool_defaults
SELECT p.id, p.ip_version
FROM subnetpools p
WHERE p.is_default
AND ($1::text IS NULL OR p.project_id = $1::text OR p.shared);

-- subnetpool_delete_free
DELETE FROM subnetpool_blocks
WHERE subnetpool_id = $1::uuid
AND cidr = ANY($2::cidr[])
AND subnet_id IS NULL;

-- subnetpool_enter_scope
INSERT INTO address_scope_prefixes (subnetpool_id, cidr, address_scope_id)
SELECT $1::uuid, c, $3::uuid
FROM unnest($2::cidr[]) AS c;

-- subnetpool_find_default
SELECT 'subnetpool', id, name, NULL, NULL, NULL, project_id, shared, 1
FROM subnetpools
WHERE is_default
AND ip_version = $1::bigint
AND id <> $2::uuid;

-- subnetpool_free_blocks
SELECT x.id, f.cidr
FROM unnest($1::uuid[], $2::int[]) AS x(id, len), LATERAL (
    SELECT b.cidr
    FROM subnetpool_blocks b
    WHERE b.subnetpool_id = x.id
    AND b.settled
    AND masklen(b.cidr) <= x.len
    ORDER BY masklen(b.cidr) DESC, b.cidr
    LIMIT $3::bigint) f
UNION
SELECT b.subnetpool_id, b.cidr
FROM unnest($4::uuid[], $5::cidr[]) AS y(id, cidr)
JOIN subnetpool_blocks b ON b.subnetpool_id = y.id
AND b.cidr = y.cidr
AND b.settled
ORDER BY 1, 2;

-- subnetpool_hold_blocks
INSERT INTO subnetpool_blocks (subnetpool_id, cidr, subnet_id, project_id,
    settled)
SELECT x.*, false
FROM unnest($1::uuid[], $2::cidr[], $3::uuid[], $4::text[]) AS x;

-- subnetpool_insert_free
INSERT INTO subnetpool_blocks (subnetpool_id, cidr, settled)
SELECT $1::uuid, c, $3::boolean
FROM unnest($2::cidr[]) AS c;

-- subnetpool_largest_block
SELECT masklen(b.cidr)
FROM subnetpool_blocks b
WHERE b.subnetpool_id = $1::uuid
AND b.settled
ORDER BY masklen(b.cidr), b.cidr DESC
LIMIT 1;

-- subnetpool_leave_scope
DELETE FROM address_scope_prefixes
WHERE subnetpool_id = $1::uuid;

-- subnetpool_lock_asked
SELECT 1
FROM subnetpools
WHERE id = ANY(ARRAY(
    SELECT unnest($1::uuid[])
    UNION
    SELECT d.id
    FROM subnetpools d
    WHERE d.is_default
    AND $2::boolean
    UNION
    SELECT s.subnetpool_id
    FROM subnets s
    WHERE s.network_id = ANY($3::uuid[])))
ORDER BY id FOR NO KEY UPDATE;

-- subnetpool_lock_scope
SELECT project_id, shared, ip_version
FROM address_scopes
WHERE id = $1::uuid FOR NO KEY UPDATE;

-- subnetpool_returned
SELECT subnetpool_id, cidr
FROM subnetpool_blocks
WHERE subnetpool_id = ANY($1::uuid[])
AND subnet_id IS NULL
AND NOT settled
ORDER BY subnetpool_id, cidr
LIMIT $2::bigint;

-- subnetpool_scope_conflicts
SELECT 'subnetpool', p.id, p.name, NULL, NULL, NULL, p.project_id, p.shared,
    count(*) OVER (), x.cidr
FROM address_scope_prefixes x
JOIN subnetpools p ON p.id = x.subnetpool_id
WHERE x.address_scope_id = $1::uuid
AND x.subnetpool_id <> $2::uuid
AND x.cidr && ANY($3::cidr[])
ORDER BY x.cidr
LIMIT 50;

-- subnetpool_scope_neighbours
SELECT s.network_id
FROM subnets s
JOIN subnets o ON o.network_id = s.network_id
AND o.ip_version = s.ip_version
JOIN subnetpools p ON p.id = o.subnetpool_id
WHERE s.subnetpool_id = $1::uuid
AND p.id <> $1::uuid
AND p.address_scope_id IS DISTINCT FROM $2::uuid
LIMIT 1;

-- subnetpool_settled_among
SELECT cidr
FROM subnetpool_blocks
WHERE subnetpool_id = $1::uuid
AND cidr = ANY($2::cidr[])
AND settled;

-- subnetpool_subnets
SELECT 'subnet', s.id, s.name, NULL, NULL, NULL, s.project_id, n.shared,
    count(*) OVER (), s.cidr
FROM subnets s
JOIN networks n ON n.id = s.network_id
WHERE s.subnetpool_id = $1::uuid
ORDER BY s.id
LIMIT 50;

-- subnetpool_subnets_in
SELECT 'subnet', s.id, s.name, NULL, NULL, NULL, s.project_id, n.shared,
    count(*) OVER (), s.cidr
FROM subnets s
JOIN networks n ON n.id = s.network_id
WHERE s.subnetpool_id = $1::uuid
AND s.cidr && ANY($2::cidr[])
ORDER BY s.id
LIMIT 50;

-- subnetpool_unsettle
DELETE FROM subnetpool_blocks
WHERE subnetpool_id = $1::uuid
AND cidr = ANY($2::cidr[])
AND subnet_id IS NULL
AND NOT settled;

-- subnetpool_used
SELECT b.subnetpool_id, b.project_id, masklen(b.cidr), count(*)
FROM subnetpools p
JOIN subnetpool_blocks b ON b.subnetpool_id = p.id
WHERE p.id = ANY($1::uuid[])
AND p.default_quota IS NOT NULL
AND b.project_id = ANY($2::text[])
AND b.subnet_id IS NOT NULL
GROUP BY b.subnetpool_id, b.project_id, masklen(b.cidr);
