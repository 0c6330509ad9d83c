-- When dead rows are removed.  By default PostgreSQL waits until a fifth of a
-- table is dead, which in a large one takes long; what is set here bounds it.
-- These statements lock out neither readers nor writers.
--
-- subnet_usage, subnet_pools and quotas, whose rows change most, need nothing:
-- their fillfactor lets every change prune the page it is on.

-- A queue: whoever takes an address steps over all dead ones before it.
ALTER TABLE released_addresses SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- Ports and their addresses come and go in any order: what is dead is room.
ALTER TABLE ports SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
ALTER TABLE ip_allocations SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
