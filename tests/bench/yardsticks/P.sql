-- P: a port of 24 columns and its address, in one transaction.  A colon in a
-- text would be a variable to pgbench.
\set project random(0, 49)
\set network random(0, 63)
BEGIN;
INSERT INTO ports SELECT gen_random_uuid(), 'project-' || :project::int, ('00000002-0000-4000-8000-' || lpad(to_hex(:network::int), 12, '0'))::uuid, 'vm-' || n, '', ('fa16' || lpad(to_hex(n), 8, '0'))::macaddr, true, 'DOWN', '[]', 'server-' || n, 'compute_nova', '{}', '[]', '[]', true, '', '', '{}', '{}', 'normal', '{}', 1, now(), now() FROM (SELECT nextval('port_numbers') AS n OFFSET 0) AS number RETURNING id AS port_id \gset
INSERT INTO addresses VALUES (('00000003-0000-4000-8000-' || lpad(to_hex(:network::int), 12, '0'))::uuid, '10.0.0.0'::inet + nextval('address_numbers'), :port_id::uuid);
COMMIT;
