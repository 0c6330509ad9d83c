-- A page of a network's ports is read in its order, however many others the
-- network has: without this they were all sorted for each page.
CREATE INDEX ports_network_id_id_idx ON ports (network_id, id);
