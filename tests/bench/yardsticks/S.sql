-- S: all 24 columns of one of 100,000 ports, by primary key.
\set n random(1, 100000)
SELECT id, project_id, network_id, name, description, mac_address, admin_state_up, status, fixed_ips, device_id, device_owner, security_groups, allowed_address_pairs, extra_dhcp_opts, port_security_enabled, dns_name, binding_host_id, binding_profile, binding_vif_details, binding_vnic_type, tags, revision_number, created_at, updated_at FROM ports WHERE id = ('00000001-0000-4000-8000-' || lpad(to_hex(:n::bigint), 12, '0'))::uuid;
