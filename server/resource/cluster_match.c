/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of cluster networks: is the one that is there the one that is
 * asked for?  Pure: no I/O.
 */
#include "core/arena.h"
#include "resource/cluster_internal.h"

/* Equal as to be stored: absent and null are the same. */
static bool
same_value(struct arena *arena, const struct cluster *a,
           const struct cluster *b, size_t index)
{
    const struct attr *attr = &cluster_resource.table.attrs[index];
    const struct type *type = type_of(attr->type);
    bool has_a = record_has(&a->rec, index), has_b = record_has(&b->rec, index);
    if (!has_a || !has_b) {
        return has_a == has_b;
    }
    return strcmp(type->to_sql(arena, attr_value(attr, a)),
                  type->to_sql(arena, attr_value(attr, b))) == 0;
}

static int64_t
count_of(const struct node_group_list *groups, const char *name)
{
    for (size_t i = 0; i < groups->n; i++) {
        if (strcmp(groups->items[i].name, name) == 0) {
            return groups->items[i].count;
        }
    }
    return 0;
}

/* Every group of 'a' is as large in 'b'. */
static bool
groups_within(const struct node_group_list *a, const struct node_group_list *b)
{
    for (size_t i = 0; i < a->n; i++) {
        if (count_of(b, a->items[i].name) != a->items[i].count) {
            return false;
        }
    }
    return true;
}

static struct err *
refuse(struct arena *arena, const struct cluster *found, size_t index)
{
    const char *name = cluster_resource.table.attrs[index].name;
    const char *id = type_of(TYPE_UUID)->to_sql(arena, &found->id);
    struct blocker *blocker = ARENA_NEW(arena, struct blocker);
    *blocker = (struct blocker){
        .type = "cluster_network",
        .id = id,
        .name = found->name,
        .owner = found->project_id,
        .reason = arena_printf(arena, "Its \"%s\" is another.", name)};
    struct err *err = err_new(arena, ERR_CLUSTER_EXISTS,
                              "cluster network \"%s\" of cluster \"%s\" exists "
                              "with another \"%s\"; change it by PUT, or ask "
                              "for the same", id, found->cluster_id, name);
    return err_blocked(err, blocker, 1, 1);
}

/* What is compared, and the attribute that the client knows it by. */
static const struct {
    size_t index, named;
} compared[] = {
    {ATTR_NAME, ATTR_NAME},
    {ATTR_DESCRIPTION, ATTR_DESCRIPTION},
    {CLUSTER_ASKED_NETWORK_ID, CLUSTER_NETWORK_ID},
    {CLUSTER_ASKED_SUBNET_ID, CLUSTER_SUBNET_ID},
    {CLUSTER_ASKED_CIDR, CLUSTER_SUBNET},
    {CLUSTER_ASKED_PREFIXLEN, CLUSTER_SUBNET},
    {CLUSTER_ASKED_SUBNETPOOL_ID, CLUSTER_SUBNET},
    {CLUSTER_LOADBALANCER_SUBNET_ID, CLUSTER_LOADBALANCER_SUBNET_ID},
    {CLUSTER_PODS_CIDR, CLUSTER_PODS_CIDR},
    {CLUSTER_SERVICES_CIDR, CLUSTER_SERVICES_CIDR},
    {CLUSTER_PODS_SUBNET, CLUSTER_PODS_SUBNET},
    {CLUSTER_EXTERNAL_IP, CLUSTER_EXTERNAL_IP},
};

struct err *
cluster_match(struct arena *arena, const struct cluster *found,
              const struct cluster *wanted)
{
    for (size_t i = 0; i < sizeof compared / sizeof *compared; i++) {
        if (!same_value(arena, found, wanted, compared[i].index)) {
            return refuse(arena, found, compared[i].named);
        }
    }
    if (!groups_within(&found->node_groups, &wanted->node_groups) ||
        !groups_within(&wanted->node_groups, &found->node_groups)) {
        return refuse(arena, found, CLUSTER_NODE_GROUPS);
    }
    return NULL;
}
