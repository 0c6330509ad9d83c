/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranges of pods and services against subnets: what overlaps, and a free
 * block instead.  Every pod reaches every node without translation, so the
 * ranges of a network are disjoint.
 */
#include "core/arena.h"
#include "core/settings.h"
#include "net/block.h"
#include "resource/cluster_internal.h"
#include "resource/subnet.h"
#include "schema/sqlarray.h"

/* --- a free block */

/* Where a block of the size of 'wanted' is looked for. */
static size_t
list_spaces(const struct settings *settings, const struct ip_prefix *wanted,
            struct ip_prefix ret_spaces[4])
{
    /* RFC 1918. */
    static const char *const private_spaces[] = {
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"};
    if (wanted->addr.version == 6) {
        ret_spaces[0] = *wanted;
        ret_spaces[0].len = wanted->len > 16 ? wanted->len - 16 : 0;
        ip_prefix_clear_host_bits(&ret_spaces[0]);
        return 1;
    }
    size_t n = cluster_pool_range(settings, &ret_spaces[0]) ? 1 : 0;
    for (size_t i = 0; i < 3; i++) {
        ip_prefix_parse(private_spaces[i], &ret_spaces[n++]);
    }
    return n;
}

/* The text of a block as large as 'wanted' that overlaps none of 'taken', or
 * NULL. */
static const char *
propose(struct change *change, const struct ip_prefix *wanted,
        struct ip_prefix *taken, size_t n, struct ip_prefix *ret_block)
{
    struct ip_prefix spaces[4];
    size_t n_spaces = list_spaces(change->settings, wanted, spaces);
    for (size_t i = 0; i < n_spaces; i++) {
        if (block_find_free(&spaces[i], wanted->len, taken, n, ret_block)) {
            return type_of(TYPE_CIDR)->to_sql(change->arena, ret_block);
        }
    }
    return NULL;
}

static const char *
format_cidr(struct arena *arena, const struct ip_prefix *cidr)
{
    return type_of(TYPE_CIDR)->to_sql(arena, cidr);
}

/* What "A overlaps with B" ends with. */
static const char *
advice(struct arena *arena, const char *block)
{
    return block == NULL ? "" : arena_printf(arena, "; \"%s\" is free", block);
}

/* --- the ranges of a new cluster network */

/* A range that the cluster asks for. */
struct side {
    const char *attribute;
    struct ip_prefix cidr;     /* As asked. */
    struct ip_prefix instead;  /* What it would have to be. */
    const char *proposal;      /* The same as text; NULL: nothing is free. */
    bool replaced;             /* 'instead' was looked for. */
};

struct sides {
    struct cluster_plan *plan;
    struct side items[3];
    size_t n;
};

static void
add_side(struct sides *sides, const char *attribute,
         const struct ip_prefix *cidr)
{
    sides->items[sides->n++] = (struct side){
        .attribute = attribute, .cidr = *cidr, .instead = *cidr};
}

/* Looks once for a block that is free of all others. */
static void
replace(struct sides *sides, struct side *side)
{
    const struct cluster_plan *plan = sides->plan;
    struct ip_prefix *taken = ARENA_ARRAY(
        plan->change->arena, struct ip_prefix, plan->n_taken + sides->n);
    size_t n = plan->n_taken;
    if (side->replaced) {
        return;
    }
    side->replaced = true;
    if (n > 0) {
        memcpy(taken, plan->taken, n * sizeof *taken);
    }
    for (size_t i = 0; i < sides->n; i++) {
        if (&sides->items[i] != side) {
            taken[n++] = sides->items[i].instead;
        }
    }
    side->proposal = propose(plan->change, &side->cidr, taken, n,
                             &side->instead);
}

/* 'side' overlaps with what 'blocker' describes in its reason. */
static void
add_overlap(struct sides *sides, struct side *side, struct blocker blocker)
{
    struct arena *arena = sides->plan->change->arena;
    const char *cidr = format_cidr(arena, &side->cidr);
    replace(sides, side);
    const char *message = arena_printf(
        arena, "%s \"%s\" overlaps with %s%s", side->attribute, cidr,
        blocker.reason, advice(arena, side->proposal));
    struct blocker *copy = arena_memdup(arena, &blocker, sizeof blocker);
    copy->reason = arena_printf(arena, "The %s.", message);
    struct err *err = err_new(arena, ERR_CIDR_OVERLAP, "%s", message);
    err->attr = arena_printf(arena, "cluster_network.%s", side->attribute);
    err->rule = "disjoint";
    const char *value = side->proposal == NULL
                            ? NULL
                            : arena_printf(arena, "\"%s\"", side->proposal);
    cluster_add_problem(sides->plan, err_blocked(err, copy, 1, 1),
                        value == NULL ? NULL : side->attribute, value);
}

static void
check_subnets(struct sides *sides, struct side *side)
{
    const struct cluster_plan *plan = sides->plan;
    struct arena *arena = plan->change->arena;
    for (size_t i = 0; i < plan->n_subnets; i++) {
        const struct cluster_subnet *subnet = &plan->subnets[i];
        if (ip_prefix_overlaps(&subnet->cidr, &side->cidr)) {
            const char *id = type_of(TYPE_UUID)->to_sql(arena, &subnet->id);
            add_overlap(sides, side,
                        (struct blocker){
                            .type = "subnet",
                            .id = id,
                            .name = subnet->name,
                            .reason = arena_printf(
                                arena, "\"%s\" of subnet \"%s\"",
                                format_cidr(arena, &subnet->cidr), id)});
        }
    }
}

static const char *
describe_range(struct arena *arena, const struct ip_prefix *cidr,
               const char *kind, const char *cluster_id)
{
    return cluster_id == NULL
               ? arena_printf(arena, "\"%s\", reserved for the %s of a "
                                     "cluster network of another project",
                              format_cidr(arena, cidr), kind)
               : arena_printf(arena, "\"%s\", reserved for the %s of cluster "
                                     "network \"%s\"",
                              format_cidr(arena, cidr), kind, cluster_id);
}

static void
check_ranges(struct sides *sides, struct side *side)
{
    const struct cluster_plan *plan = sides->plan;
    struct arena *arena = plan->change->arena;
    for (size_t i = 0; i < plan->n_ranges; i++) {
        const struct cluster_range *range = &plan->ranges[i];
        if (ip_prefix_overlaps(&range->cidr, &side->cidr)) {
            add_overlap(sides, side,
                        (struct blocker){
                            .type = "cluster_network",
                            .id = range->cluster_id,
                            .name = range->name,
                            .reason = describe_range(arena, &range->cidr,
                                                     range->kind,
                                                     range->cluster_id)});
        }
    }
}

/* Against those before it: the later one would have to change. */
static void
check_pairs(struct sides *sides, size_t i)
{
    struct arena *arena = sides->plan->change->arena;
    for (size_t j = 0; j < i; j++) {
        const struct side *other = &sides->items[j];
        if (ip_prefix_overlaps(&other->cidr, &sides->items[i].cidr)) {
            const char *cidr = format_cidr(arena, &other->cidr);
            add_overlap(sides, &sides->items[i],
                        (struct blocker){
                            .type = "reserved_range",
                            .name = cidr,
                            .reason = arena_printf(arena, "%s \"%s\"",
                                                   other->attribute, cidr)});
        }
    }
}

void
cluster_assess_overlaps(struct cluster_plan *plan)
{
    const struct cluster *cluster = plan->cluster;
    struct sides sides = {.plan = plan};
    if (plan->new_subnet && plan->outcome->cidr.addr.version != 0) {
        add_side(&sides, "subnet.cidr", &plan->outcome->cidr);
    }
    if (record_has(&cluster->rec, CLUSTER_PODS_CIDR)) {
        add_side(&sides, "pods_cidr", &cluster->pods_cidr);
    }
    if (record_has(&cluster->rec, CLUSTER_SERVICES_CIDR)) {
        add_side(&sides, "services_cidr", &cluster->services_cidr);
    }
    for (size_t i = 0; i < sides.n; i++) {
        check_subnets(&sides, &sides.items[i]);
        check_ranges(&sides, &sides.items[i]);
        check_pairs(&sides, i);
    }
}

/* --- later subnets */

STATEMENT(cluster_ranges_of_networks,
    "SELECT r.network_id, r.cidr, r.kind, c.id, c.name, c.project_id"
    "  FROM reserved_ranges r"
    "  JOIN cluster_networks c ON c.id = r.cluster_network_id"
    " WHERE r.network_id = ANY($1::uuid[]) ORDER BY r.cidr");

STATEMENT(cluster_taken_of_network,
    "SELECT s.cidr FROM subnets s WHERE s.network_id = $1::uuid"
    " UNION SELECT r.cidr FROM reserved_ranges r"
    "        WHERE r.network_id = $1::uuid");

/* A block of the subnet's size that is free in its network, or NULL. */
static struct err *
propose_for(struct change *change, const struct subnet *subnet,
            const char *network_id, const char **ret_block)
{
    struct rows rows;
    struct ip_prefix block;
    TRY(tx_one(change->tx,
               (struct query){cluster_taken_of_network.sql, &network_id, 1},
               &rows));
    size_t n = (size_t) rows_count(&rows);
    struct ip_prefix *taken = ARENA_ARRAY(change->arena, struct ip_prefix, n);
    for (size_t i = 0; i < n; i++) {
        ip_prefix_parse(rows_text(&rows, (int) i, 0), &taken[i]);
    }
    *ret_block = propose(change, &subnet->cidr, taken, n, &block);
    return NULL;
}

static struct err *
refuse_subnet(struct change *change, const struct subnet *subnet,
              const struct rows *rows, int row)
{
    struct arena *arena = change->arena;
    const struct caller *caller = change->caller;
    const char *block;
    struct ip_prefix range;
    bool seen = caller->is_admin || strcmp(rows_text(rows, row, 5),
                                           caller->project_id) == 0;
    const char *id =
        seen ? arena_strdup(arena, rows_text(rows, row, 3)) : NULL;
    TRY(propose_for(change, subnet, rows_text(rows, row, 0), &block));
    ip_prefix_parse(rows_text(rows, row, 1), &range);
    const char *message = arena_printf(
        arena, "cidr \"%s\" overlaps with %s%s",
        format_cidr(arena, &subnet->cidr),
        describe_range(arena, &range, rows_text(rows, row, 2), id),
        advice(arena, block));
    struct blocker *blocker = ARENA_NEW(arena, struct blocker);
    *blocker = (struct blocker){.type = "cluster_network",
                                .id = id,
                                .name = seen ? arena_strdup(
                                                   arena,
                                                   rows_text(rows, row, 4))
                                             : NULL,
                                .reason = arena_printf(arena, "The %s.",
                                                       message)};
    return err_blocked(err_new(arena, ERR_CIDR_OVERLAP, "%s", message),
                       blocker, 1, 1);
}

static struct err *
check_subnet(struct change *change, const struct subnet *subnet,
             const struct rows *rows)
{
    char network_id[UUID_TEXT_SIZE];
    uuid_to_text(&subnet->network_id, network_id);
    for (int row = 0; row < rows_count(rows); row++) {
        struct ip_prefix range;
        if (strcmp(rows_text(rows, row, 0), network_id) == 0 &&
            ip_prefix_parse(rows_text(rows, row, 1), &range) &&
            ip_prefix_overlaps(&range, &subnet->cidr)) {
            return refuse_subnet(change, subnet, rows, row);
        }
    }
    return NULL;
}

struct query
cluster_ranges_query(struct arena *arena, const char *ids)
{
    return (struct query){cluster_ranges_of_networks.sql,
                          arena_memdup(arena, &ids, sizeof ids), 1};
}

struct err *
cluster_check_ranges(struct change *change, const struct rows *ranges,
                     void *const *subnets, size_t n)
{
    for (size_t i = 0; i < n && rows_count(ranges) > 0; i++) {
        TRY(check_subnet(change, subnets[i], ranges));
    }
    return NULL;
}
