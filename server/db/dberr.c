/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors of PostgreSQL as errors of the API.
 */
#include "db/dberr.h"

#include <string.h>

#include <libpq-fe.h>

#include "core/arena.h"

/* Rules look before they write, under locks, and explain what they find.  A
 * constraint speaks only when another transaction was faster; run again, the
 * rule sees what that one did.  Hence ERR_TRY_AGAIN for most. */
static const struct mapping {
    const char *constraint;
    enum err_kind kind;
    const char *message;
} mappings[] = {
    {"networks_pkey", ERR_TRY_AGAIN, "a network id was drawn twice"},
    {"subnets_pkey", ERR_TRY_AGAIN, "a subnet id was drawn twice"},
    {"ports_pkey", ERR_TRY_AGAIN, "a port id was drawn twice"},
    {"subnets_network_id_fkey", ERR_TRY_AGAIN, "the network has changed"},
    {"subnets_network_id_cidr_excl", ERR_INVALID_INPUT,
     "the cidr overlaps with another subnet of the network"},
    {"subnet_pools_pkey", ERR_TRY_AGAIN, "the pools have changed"},
    {"subnet_pools_subnet_id_fkey", ERR_TRY_AGAIN, "the subnet has changed"},
    {"subnet_usage_pkey", ERR_TRY_AGAIN, "the subnet has changed"},
    {"subnet_usage_subnet_id_fkey", ERR_TRY_AGAIN, "the subnet has changed"},
    {"subnet_usage_allocated_check", ERR_INTERNAL,
     "the count of allocated addresses fell below zero"},
    {"subnet_usage_released_check", ERR_INTERNAL,
     "the count of released addresses fell below zero"},
    {"subnets_subnetpool_id_fkey", ERR_TRY_AGAIN,
     "the subnet pool has changed"},
    {"address_scopes_pkey", ERR_TRY_AGAIN,
     "an address scope id was drawn twice"},
    {"address_scope_prefixes_pkey", ERR_TRY_AGAIN,
     "the subnet pool has changed"},
    {"address_scope_prefixes_subnetpool_id_fkey", ERR_TRY_AGAIN,
     "the subnet pool has changed"},
    {"address_scope_prefixes_address_scope_id_cidr_excl", ERR_SCOPE_CONFLICT,
     "no two subnet pools of an address scope may have overlapping prefixes"},
    {"subnetpools_pkey", ERR_TRY_AGAIN, "a subnet pool id was drawn twice"},
    {"subnetpools_ip_version_default_key", ERR_INVALID_INPUT,
     "an ip_version has one default subnet pool at most"},
    {"subnetpools_address_scope_id_fkey", ERR_TRY_AGAIN,
     "the address scope has changed"},
    {"subnetpool_blocks_pkey", ERR_TRY_AGAIN, "the subnet pool has changed"},
    {"subnetpool_blocks_subnetpool_id_cidr_excl", ERR_TRY_AGAIN,
     "the prefix was taken at the same moment"},
    {"subnetpool_blocks_subnet_id_key", ERR_TRY_AGAIN,
     "the subnet has changed"},
    {"subnetpool_blocks_subnetpool_id_fkey", ERR_TRY_AGAIN,
     "the subnet pool has changed"},
    {"subnetpool_blocks_subnet_id_fkey", ERR_TRY_AGAIN,
     "the subnet has changed"},
    {"subnetpool_blocks_settled_check", ERR_INTERNAL,
     "a block of a subnet pool is settled and in use"},
    {"ports_network_id_mac_address_key", ERR_TRY_AGAIN,
     "the MAC address was taken at the same moment"},
    {"ip_allocations_pkey", ERR_TRY_AGAIN,
     "the address was taken at the same moment"},
    {"released_addresses_pkey", ERR_TRY_AGAIN, "the subnet has changed"},
    {"released_addresses_subnet_id_fkey", ERR_TRY_AGAIN,
     "the subnet has changed"},
    {"quotas_pkey", ERR_TRY_AGAIN, "the quota has changed"},
    {"quotas_used_check", ERR_INTERNAL, "a quota's use fell below zero"},
    {"cluster_networks_pkey", ERR_TRY_AGAIN,
     "a cluster network id was drawn twice"},
    {"cluster_networks_project_id_cluster_id_key", ERR_TRY_AGAIN,
     "the cluster network was made at the same moment"},
    {"cluster_networks_network_id_fkey", ERR_TRY_AGAIN,
     "the network has changed"},
    {"cluster_networks_subnet_id_fkey", ERR_TRY_AGAIN,
     "the subnet has changed"},
    {"cluster_networks_pods_subnet_id_fkey", ERR_TRY_AGAIN,
     "the subnet has changed"},
    {"cluster_networks_loadbalancer_subnet_id_fkey", ERR_TRY_AGAIN,
     "the subnet has changed"},
    {"cluster_ports_pkey", ERR_TRY_AGAIN, "the cluster network has changed"},
    {"cluster_ports_port_id_key", ERR_TRY_AGAIN,
     "the cluster network has changed"},
    {"cluster_ports_port_id_fkey", ERR_TRY_AGAIN, "the port has changed"},
    {"cluster_ports_cluster_network_id_fkey", ERR_TRY_AGAIN,
     "the cluster network has changed"},
    {"reserved_ranges_pkey", ERR_TRY_AGAIN,
     "the cluster network has changed"},
    {"reserved_ranges_cluster_network_id_fkey", ERR_TRY_AGAIN,
     "the cluster network has changed"},
    {"reserved_ranges_network_id_fkey", ERR_TRY_AGAIN,
     "the network has changed"},
    {"reserved_ranges_network_id_cidr_excl", ERR_CIDR_OVERLAP,
     "the range overlaps with another reserved range of the network"},
    {"entitlements_pkey", ERR_TRY_AGAIN, "an entitlement id was drawn twice"},
    {"entitlements_project_id_key", ERR_TRY_AGAIN,
     "the entitlements have changed"},
    {"entitlement_requests_pkey", ERR_TRY_AGAIN,
     "a request id was drawn twice"},
    {"entitlement_requests_pending_key", ERR_TRY_AGAIN,
     "another request came at the same moment"},
    {"rbac_policies_pkey", ERR_TRY_AGAIN, "a policy id was drawn twice"},
    {"rbac_policies_object_id_action_target_tenant_key", ERR_TRY_AGAIN,
     "the same policy was made at the same moment"},
    {"rbac_policies_object_id_fkey", ERR_TRY_AGAIN,
     "the network has changed"},
    {"events_pkey", ERR_INTERNAL, "an event id was drawn twice"},
    {"idempotency_keys_pkey", ERR_TRY_AGAIN,
     "the key was used at the same moment"},
    {"issued_tokens_pkey", ERR_TRY_AGAIN, "a token was drawn twice"},
    {"invariant_audit_pkey", ERR_TRY_AGAIN,
     "another audit ended at the same moment"},
    {"invariant_audit_only_row_check", ERR_INTERNAL,
     "there is one result of an audit"},
    {"event_retention_pkey", ERR_INTERNAL, "there are two marks of events"},
    {"event_retention_one_check", ERR_INTERNAL,
     "there are two marks of events"},
    {"schema_migrations_pkey", ERR_INTERNAL, "a migration ran twice"},
};

static const struct mapping *
find_mapping(const char *constraint)
{
    for (size_t i = 0; i < sizeof mappings / sizeof *mappings; i++) {
        if (strcmp(mappings[i].constraint, constraint) == 0) {
            return &mappings[i];
        }
    }
    return NULL;
}

bool
dberr_knows(const char *constraint)
{
    return find_mapping(constraint) != NULL;
}

/* SQLSTATEs (PostgreSQL 15, appendix A) that say more than their class. */
static enum err_kind
kind_of_sqlstate(const char *sqlstate)
{
    static const struct {
        const char *prefix;
        enum err_kind kind;
    } kinds[] = {
        {"40001", ERR_TRY_AGAIN},   /* serialization_failure */
        {"40P01", ERR_TRY_AGAIN},   /* deadlock_detected */
        {"55P03", ERR_LOCKED},      /* lock_not_available */
        {"0A000", ERR_TRY_AGAIN},   /* cached plan after a migration */
        {"26000", ERR_TRY_AGAIN},   /* invalid_sql_statement_name */
        {"22021", ERR_BAD_REQUEST}, /* character_not_in_repertoire */
        {"54000", ERR_BAD_REQUEST}, /* program_limit_exceeded */
        {"08", ERR_UNAVAILABLE},    /* connection exceptions */
        {"53", ERR_UNAVAILABLE},    /* insufficient resources */
        {"57P", ERR_UNAVAILABLE},   /* shutdown, cannot connect now */
        {"25006", ERR_UNAVAILABLE}, /* read_only_sql_transaction */
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strncmp(sqlstate, kinds[i].prefix, strlen(kinds[i].prefix)) == 0) {
            return kinds[i].kind;
        }
    }
    return ERR_INTERNAL;
}

/* The kind of object that a constraint is about; the first that fits. */
static const char *
type_of_constraint(const char *constraint)
{
    static const struct {
        const char *prefix;
        const char *type;
    } types[] = {
        {"subnets_network_id_fkey", "network"},
        {"subnets_subnetpool_id_fkey", "subnetpool"},
        {"subnetpool", "subnetpool"},
        {"address_scope", "address_scope"},
        {"networks_", "network"},
        {"subnets_", "subnet"},
        {"subnet_", "subnet"},
        {"released_addresses_", "subnet"},
        {"ports_", "port"},
        {"ip_allocations_", "port"},
        {"quotas_", "quota"},
        {"cluster_", "cluster_network"},
        {"reserved_ranges_", "cluster_network"},
        {"rbac_policies_object_id_fkey", "network"},
        {"rbac_policies_", "rbac_policy"},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strncmp(constraint, types[i].prefix,
                    strlen(types[i].prefix)) == 0) {
            return types[i].type;
        }
    }
    return "object";
}

/* Who was faster is not known, but what it has changed. */
static struct err *
mapped(struct arena *arena, const struct mapping *mapping)
{
    struct err *err = err_new(arena, mapping->kind, "%s", mapping->message);
    if (mapping->kind == ERR_INTERNAL) {
        return err;
    }
    return err_blocked_by(
        err, arena,
        (struct blocker){
            .type = type_of_constraint(mapping->constraint),
            .reason = arena_printf(arena,
                                   "Another request was faster: %s.  Look "
                                   "again, then repeat yours.",
                                   mapping->message)});
}

struct err *
dberr_from_result(struct arena *arena, const struct pg_result *result)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *constraint =
        PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    struct err *cause = err_new(arena, ERR_INTERNAL, "%s",
                                PQresultErrorMessage(result));
    const struct mapping *mapping =
        constraint == NULL ? NULL : find_mapping(constraint);
    if (mapping != NULL) {
        return err_because(mapped(arena, mapping), cause);
    }
    /* What has no SQLSTATE was said by libpq: the server is gone. */
    enum err_kind kind = sqlstate == NULL ? ERR_UNAVAILABLE
                                          : kind_of_sqlstate(sqlstate);
    const char *message =
        kind == ERR_INTERNAL      ? "an internal error occurred"
        : kind == ERR_BAD_REQUEST ? "a value is too long or not UTF-8"
                                  : "the database is busy or away";
    return err_because(err_new(arena, kind, "%s", message), cause);
}

bool
dberr_is_stale(const struct pg_result *result)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return sqlstate == NULL || strcmp(sqlstate, "0A000") == 0 ||
           strcmp(sqlstate, "26000") == 0;
}
