-- The change feed reads events by their id, of a project or of a network.

-- What belongs to a project as such, its quota, has no id but the project's,
-- and no revision.
ALTER TABLE events ALTER COLUMN object_id DROP NOT NULL;
ALTER TABLE events ALTER COLUMN revision_number DROP NOT NULL;

-- "What has happened in this network since."
CREATE INDEX events_network_id_id_idx ON events (network_id, id)
    WHERE network_id IS NOT NULL;
-- Whoever is no admin reads the events of its project alone: without this
-- index a small project that was away for an hour would scan what all the
-- others did in it.
CREATE INDEX events_project_id_id_idx ON events (project_id, id);

-- Events up to this id may have been deleted: a reader that stands before it
-- has missed some.  One row; it only grows.
CREATE TABLE event_retention (
    one boolean NOT NULL DEFAULT true
        CONSTRAINT event_retention_pkey PRIMARY KEY
        CONSTRAINT event_retention_one_check CHECK (one),
    purged_up_to bigint NOT NULL
);
INSERT INTO event_retention (purged_up_to) VALUES (0);
