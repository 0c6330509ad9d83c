/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes of cluster networks: other counts of nodes.  New nodes take the
 * lowest numbers that are free; the highest go, but for those that a device
 * holds.
 */
#include <inttypes.h>

#include "core/arena.h"
#include "resource/cluster_internal.h"
#include "resource/port.h"
#include "schema/sqlarray.h"

static const struct visibility everything = {.all = true};

/* A group that changes. */
struct resize {
    const char *group;
    int64_t before, after;
};

struct scaling {
    struct change *change;
    const struct cluster *cluster; /* As it will be. */
    struct resize *resizes;
    size_t n;
    const char **freed; /* Ids of ports that go. */
    size_t n_freed;
    struct cluster_nodes *added;
    size_t n_added;
};

/* --- which groups change */

static struct node_group *
find_group(const struct node_group_list *groups, const char *name)
{
    for (size_t i = 0; i < groups->n; i++) {
        if (strcmp(groups->items[i].name, name) == 0) {
            return &groups->items[i];
        }
    }
    return NULL;
}

/* The groups of 'current' as 'patch' changes them; those that a count of 0
 * takes away are dropped. */
static struct node_group_list
merge_groups(struct arena *arena, const struct node_group_list *current,
             const struct node_group_list *patch)
{
    struct node_group_list all = {
        .items = ARENA_ARRAY(arena, struct node_group, current->n + patch->n)};
    for (size_t i = 0; i < current->n; i++) {
        const struct node_group *new =
            find_group(patch, current->items[i].name);
        struct node_group group = new != NULL ? *new : current->items[i];
        if (new == NULL || new->count > 0) {
            all.items[all.n++] = group;
        }
    }
    for (size_t i = 0; i < patch->n; i++) {
        if (find_group(current, patch->items[i].name) == NULL &&
            patch->items[i].count > 0) {
            all.items[all.n++] = patch->items[i];
        }
    }
    return all;
}

static void
list_resizes(struct scaling *scaling, const struct node_group_list *current,
             const struct node_group_list *patch)
{
    scaling->resizes =
        ARENA_ARRAY(scaling->change->arena, struct resize, patch->n);
    for (size_t i = 0; i < patch->n; i++) {
        const struct node_group *old =
            find_group(current, patch->items[i].name);
        int64_t before = old == NULL ? 0 : old->count;
        if (before != patch->items[i].count) {
            scaling->resizes[scaling->n++] =
                (struct resize){.group = patch->items[i].name,
                                .before = before,
                                .after = patch->items[i].count};
        }
    }
}

/* --- the nodes that there are */

/* The highest numbers first: those that go. */
STATEMENT(cluster_lock_nodes,
    "SELECT c.group_name, c.number, c.port_id"
    "  FROM cluster_ports c JOIN ports p ON p.id = c.port_id"
    " WHERE c.cluster_network_id = $1::uuid"
    "   AND c.group_name = ANY($2::text[])"
    " ORDER BY p.id FOR UPDATE OF p");

STATEMENT(cluster_read_nodes,
    "SELECT c.group_name, c.number, p.id, p.name, p.device_id,"
    "       p.device_owner, p.fixed_ips->0->>'ip_address'"
    "  FROM cluster_ports c JOIN ports p ON p.id = c.port_id"
    " WHERE c.cluster_network_id = $1::uuid"
    "   AND c.group_name = ANY($2::text[])"
    " ORDER BY c.group_name, c.number DESC");

/* --- down */

static struct err *
refuse_down(struct scaling *scaling, const struct resize *resize,
            const struct rows *rows, int64_t missing)
{
    struct arena *arena = scaling->change->arena;
    int n = rows_count(rows);
    struct blocker *blockers = ARENA_ARRAY(arena, struct blocker, (size_t) n);
    size_t k = 0;
    for (int row = 0; row < n; row++) {
        const char *device = rows_text(rows, row, 4);
        if (strcmp(rows_text(rows, row, 0), resize->group) == 0 &&
            device[0] != '\0') {
            blockers[k++] = (struct blocker){
                .type = "port",
                .id = rows_text(rows, row, 2),
                .name = rows_text(rows, row, 3),
                .ip_address = rows_text(rows, row, 6),
                .device_owner = rows_text(rows, row, 5),
                .device_id = device,
                .owner = scaling->cluster->project_id,
                .reason = arena_printf(arena,
                                       "Device \"%s\" holds the port: "
                                       "detach it first.", device)};
        }
    }
    struct err *err = err_new(
        arena, ERR_CLUSTER_IN_USE,
        "group \"%s\" cannot go down from %" PRId64 " to %" PRId64 " nodes: "
        "%" PRId64 " more of its ports would have to be free of devices",
        resize->group, resize->before, resize->after, missing);
    return err_blocked(err, blockers, k, (int64_t) k);
}

static struct err *
free_nodes(struct scaling *scaling, const struct resize *resize,
           const struct rows *rows)
{
    int64_t missing = resize->before - resize->after;
    for (int row = 0; row < rows_count(rows) && missing > 0; row++) {
        if (strcmp(rows_text(rows, row, 0), resize->group) == 0 &&
            rows_text(rows, row, 4)[0] == '\0') {
            scaling->freed[scaling->n_freed++] = rows_text(rows, row, 2);
            missing--;
        }
    }
    return missing > 0 ? refuse_down(scaling, resize, rows, missing) : NULL;
}

STATEMENT(cluster_forget_nodes,
    "DELETE FROM cluster_ports WHERE port_id = ANY($1::uuid[])");

static struct err *
remove_freed(struct scaling *scaling)
{
    struct change *change = scaling->change;
    struct arena *arena = change->arena;
    const char *ids = sqlarray_format(arena, scaling->freed, scaling->n_freed);
    if (scaling->n_freed == 0) {
        return NULL;
    }
    struct query queries[] = {
        sqlgen_get(arena, &port_resource.table, scaling->freed,
                   scaling->n_freed, &everything, ROW_DELETE),
        {cluster_forget_nodes.sql, &ids, 1}};
    struct rows rows[2];
    TRY(tx_run(change->tx, queries, 2, rows));
    return port_delete_rows(change, &rows[0]);
}

/* --- up */

static bool
is_used(const struct rows *rows, const char *group, int64_t number)
{
    for (int row = 0; row < rows_count(rows); row++) {
        if (rows_int(rows, row, 1) == number &&
            strcmp(rows_text(rows, row, 0), group) == 0) {
            return true;
        }
    }
    return false;
}

static void
add_numbers(struct scaling *scaling, const struct resize *resize,
            const struct rows *rows)
{
    int64_t missing = resize->after - resize->before;
    for (int64_t number = 1; missing > 0; number++) {
        if (!is_used(rows, resize->group, number)) {
            scaling->added[scaling->n_added++] = (struct cluster_nodes){
                .group = resize->group, .first = number, .last = number};
            missing--;
        }
    }
}

/* --- the whole */

static struct err *
read_nodes(struct scaling *scaling, struct rows *ret_rows)
{
    struct arena *arena = scaling->change->arena;
    const char **all = ARENA_ARRAY(arena, const char *, scaling->n);
    const char **shrinking = ARENA_ARRAY(arena, const char *, scaling->n);
    size_t n_shrinking = 0;
    for (size_t i = 0; i < scaling->n; i++) {
        const struct resize *resize = &scaling->resizes[i];
        all[i] = resize->group;
        if (resize->after < resize->before) {
            shrinking[n_shrinking++] = resize->group;
        }
    }
    const char *id =
        type_of(TYPE_UUID)->to_sql(arena, &scaling->cluster->id);
    const char *lock[] = {id, sqlarray_format(arena, shrinking, n_shrinking)};
    const char *read[] = {id, sqlarray_format(arena, all, scaling->n)};
    struct query queries[] = {QUERY(cluster_lock_nodes, lock),
                              QUERY(cluster_read_nodes, read)};
    struct rows rows[2];
    TRY(tx_run(scaling->change->tx, queries, 2, rows));
    *ret_rows = rows[1];
    return NULL;
}

static struct err *
scale(struct scaling *scaling)
{
    struct arena *arena = scaling->change->arena;
    struct rows rows;
    int64_t more = 0;
    if (scaling->n == 0) {
        return NULL;
    }
    for (size_t i = 0; i < scaling->n; i++) {
        const struct resize *resize = &scaling->resizes[i];
        more += resize->after > resize->before
                    ? resize->after - resize->before
                    : 0;
    }
    TRY(read_nodes(scaling, &rows));
    scaling->freed =
        ARENA_ARRAY(arena, const char *, (size_t) rows_count(&rows));
    scaling->added = ARENA_ARRAY(arena, struct cluster_nodes, (size_t) more);
    for (size_t i = 0; i < scaling->n; i++) {
        const struct resize *resize = &scaling->resizes[i];
        if (resize->after < resize->before) {
            TRY(free_nodes(scaling, resize, &rows));
        } else {
            add_numbers(scaling, resize, &rows);
        }
    }
    TRY(remove_freed(scaling));
    return cluster_add_nodes(scaling->change, scaling->cluster,
                             scaling->added, scaling->n_added);
}

struct err *
cluster_before_update(struct change *change, const void *current_,
                      void *patch_)
{
    const struct cluster *current = current_;
    struct cluster *patch = patch_;
    const struct table *table = &cluster_resource.table;
    if (!record_has(&patch->rec, CLUSTER_NODE_GROUPS)) {
        return NULL;
    }
    struct scaling scaling = {.change = change};
    list_resizes(&scaling, &current->node_groups, &patch->node_groups);
    patch->node_groups = merge_groups(change->arena, &current->node_groups,
                                      &patch->node_groups);
    struct err *err = attr_check(change->arena,
                                 &table->attrs[CLUSTER_NODE_GROUPS],
                                 &patch->node_groups);
    if (err != NULL) {
        return cluster_name_attrs(change->arena, err);
    }
    struct cluster merged = *current;
    table_merge(table, &merged, patch);
    scaling.cluster = &merged;
    return scale(&scaling);
}
