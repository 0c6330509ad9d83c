/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Subnets and networks that stand in the way: by their range, because they are
 * full, because they serve others, because they belong to others.
 */
#include "core/arena.h"
#include "resource/rbac_policy.h"

/* The columns of enum blocker_column for a subnet "s", then its range. */
#define SUBNET                                                           \
    "SELECT 'subnet', s.id, s.name, NULL, NULL, NULL, s.project_id,"     \
    RBAC_MAY_USE("s.network_id", "$1::text") ", count(*) OVER (), s.cidr"
#define PAGE " ORDER BY s.id" BLOCKERS_LIMIT

/* Columns behind those of every blocker. */
enum { CIDR = BLOCKER_N_COLUMNS, TOTAL, ALLOCATED };
enum { SERVICE_TYPES = CIDR + 1 };

/* Asks with the caller's project and one or two more parameters. */
static struct blocker_query
ask(struct arena *arena, const struct caller *caller, const char *sql,
    const char *const more[2], blocker_reason_fn *reason)
{
    const char **params = ARENA_ARRAY(arena, const char *, 3);
    params[0] = caller->project_id;
    params[1] = more[0];
    params[2] = more[1];
    return (struct blocker_query){{sql, params, more[1] == NULL ? 2 : 3},
                                  reason};
}

static const char *
reason_overlaps(struct arena *arena, const struct blocker *subnet,
                const struct rows *rows, int row)
{
    if (subnet->id == NULL) {
        return "A subnet of another project in the network overlaps with the "
               "cidr: choose another range.";
    }
    return arena_printf(arena,
                        "The subnet has the range \"%s\": choose a cidr that "
                        "does not overlap with it.",
                        rows_text(rows, row, CIDR));
}

STATEMENT(blockers_overlapping,
    SUBNET
    "  FROM subnets s"
    " WHERE s.network_id = $2::uuid AND s.cidr && $3::cidr" PAGE);

struct blocker_query
blockers_of_cidr(struct arena *arena, const struct caller *caller,
                 const char *network_id, const char *cidr)
{
    return ask(arena, caller, blockers_overlapping.sql,
               (const char *[]){network_id, cidr}, reason_overlaps);
}

static const char *
reason_full(struct arena *arena, const struct blocker *subnet,
            const struct rows *rows, int row)
{
    if (subnet->id == NULL) {
        return "A subnet of another project in the network is full.";
    }
    return arena_printf(arena,
                        "The subnet \"%s\" is full (addresses in its "
                        "allocation pools: %s, allocated: %s): delete ports, "
                        "widen the pools or add a subnet.",
                        rows_text(rows, row, CIDR),
                        rows_text(rows, row, TOTAL),
                        rows_text(rows, row, ALLOCATED));
}

STATEMENT(blockers_full_subnets,
    SUBNET ", u.total, u.allocated + x.taken"
    "  FROM unnest($2::uuid[], $3::bigint[]) AS x(id, taken)"
    "  JOIN subnets s ON s.id = x.id"
    "  JOIN subnet_usage u ON u.subnet_id = s.id" PAGE);

struct blocker_query
blockers_of_full(struct arena *arena, const struct caller *caller,
                 const char *ids, const char *taken)
{
    return ask(arena, caller, blockers_full_subnets.sql,
               (const char *[]){ids, taken}, reason_full);
}

static const char *
reason_serves(struct arena *arena, const struct blocker *subnet,
              const struct rows *rows, int row)
{
    if (subnet->id == NULL) {
        return "A subnet of another project in the network serves other "
               "device_owners.";
    }
    return arena_printf(arena,
                        "The subnet \"%s\" serves only the device_owners "
                        "\"%s\": use one of them, or change its "
                        "service_types.", rows_text(rows, row, CIDR),
                        rows_text(rows, row, SERVICE_TYPES));
}

STATEMENT(blockers_serving_subnets,
    SUBNET ", array_to_string(s.service_types, '\", \"')"
    "  FROM subnets s WHERE s.id = ANY($2::uuid[])" PAGE);

struct blocker_query
blockers_of_service(struct arena *arena, const struct caller *caller,
                    const char *ids)
{
    return ask(arena, caller, blockers_serving_subnets.sql,
               (const char *[]){ids, NULL}, reason_serves);
}

static const char *
reason_guest(struct arena *arena, const struct blocker *network,
             const struct rows *rows, int row)
{
    (void) rows;
    (void) row;
    if (network->id == NULL) {
        return "The network belongs to another project: ask that project or "
               "an admin.";
    }
    return arena_printf(arena,
                        "The network belongs to project \"%s\": ask that "
                        "project or an admin.", network->owner);
}

STATEMENT(blockers_network,
    "SELECT 'network', n.id, n.name, NULL, NULL, NULL, n.project_id,"
    "       EXISTS (SELECT 1 FROM rbac_policies r WHERE r.object_id = n.id"
    "                  AND r.target_tenant IN ('" RBAC_ALL "', $1::text)), 1"
    "  FROM networks n WHERE n.id = $2::uuid");

struct blocker_query
blockers_of_guest(struct arena *arena, const struct caller *caller,
                  const char *id)
{
    return ask(arena, caller, blockers_network.sql,
               (const char *[]){id, NULL}, reason_guest);
}
