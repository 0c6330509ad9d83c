-- Two migrations made the same index under two names.
DROP INDEX ports_shadow_idx;
