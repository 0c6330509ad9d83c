-- Which idempotency keys are too old.
--
-- The BRIN index knew a range's oldest row for ever: once vacuum had given the
-- room of forgotten keys to new ones, every range seemed to hold old rows, and
-- each look for them read the whole table.  A B-tree costs an insert two
-- microseconds more, and reads what it finds.
--
-- Making it keeps requests with keys waiting, for about a second a million
-- rows.
DROP INDEX idempotency_keys_created_at_idx;
CREATE INDEX idempotency_keys_created_at_idx
    ON idempotency_keys (created_at);

-- As many rows go as come: what is dead is room, and entries of the index that
-- whoever looks for the oldest steps over.
ALTER TABLE idempotency_keys SET (
    autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
