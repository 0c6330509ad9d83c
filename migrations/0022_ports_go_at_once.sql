-- NO ACTION, asked about every port that goes, looks first whether another has
-- come under the same id, which never is: a tenth of PostgreSQL's work for a
-- deletion.  The error is the same.
ALTER TABLE cluster_ports
    DROP CONSTRAINT cluster_ports_port_id_fkey,
    ADD CONSTRAINT cluster_ports_port_id_fkey
        FOREIGN KEY (port_id) REFERENCES ports (id) ON DELETE RESTRICT;
