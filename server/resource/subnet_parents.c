/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks that get subnets.
 */
#include "resource/subnet_parents.h"

#include "core/arena.h"
#include "core/buf.h"
#include "db/render.h"
#include "schema/sqlarray.h"

/* --- what they are */

struct parent *
subnet_find_parent(const struct parents *parents, const char *id)
{
    for (size_t i = 0; i < parents->n; i++) {
        if (strcmp(parents->items[i].texts[ATTR_ID], id) == 0) {
            return &parents->items[i];
        }
    }
    return NULL;
}

/* What the networks show of other tables is as of the beginning of the
 * statement that locked them, before it waited (PostgreSQL 15, 13.2.1): it is
 * made anew of what the later statements read. */
static const char *
show_children(struct arena *arena, const struct parent *parent)
{
    const char **ids = ARENA_ARRAY(arena, const char *, parent->n_children);
    size_t n = 0;
    for (size_t i = 0; i < parent->n_children; i++) {
        if (parent->children[i].shown) {
            ids[n++] = parent->children[i].id;
        }
    }
    return sqlarray_format(arena, ids, n);
}

static const char *
show_ranges(struct arena *arena, const struct parents *parents,
            const struct parent *parent)
{
    struct buf buf;
    buf_init(&buf, arena, 64);
    for (int row = 0; row < rows_count(&parents->ranges); row++) {
        if (strcmp(rows_text(&parents->ranges, row, 0),
                   parent->texts[ATTR_ID]) == 0) {
            buf_addf(&buf, "%s{\"cidr\":\"%s\",\"kind\":\"%s\"}",
                     buf.len == 0 ? "[" : ",",
                     rows_text(&parents->ranges, row, 1),
                     rows_text(&parents->ranges, row, 2));
        }
    }
    buf_adds(&buf, buf.len == 0 ? "[]" : "]");
    return buf.data;
}

/* Subnets of an ip_version have one scope, or none. */
static const char *
show_scope(const struct parent *parent, int version)
{
    for (size_t i = 0; i < parent->n_children; i++) {
        const struct child *child = &parent->children[i];
        if (child->shown && child->scope != NULL &&
            child->cidr.addr.version == version) {
            return child->scope;
        }
    }
    return NULL;
}

static void
show_all(struct arena *arena, struct parent *parent)
{
    const char **texts = parent->texts;
    texts[NETWORK_SUBNETS] = show_children(arena, parent);
    texts[NETWORK_IPV4_ADDRESS_SCOPE] = show_scope(parent, 4);
    texts[NETWORK_IPV6_ADDRESS_SCOPE] = show_scope(parent, 6);
}

enum sibling { NETWORK, CIDR, POOL, ID, CREATED_AT, SCOPE };

static void
read_children(const struct parents *parents, const struct rows *siblings)
{
    for (int row = 0; row < rows_count(siblings); row++) {
        struct parent *parent =
            subnet_find_parent(parents, rows_text(siblings, row, NETWORK));
        if (parent != NULL) {
            struct child *child = &parent->children[parent->n_children++];
            *child = (struct child){
                .id = rows_text(siblings, row, ID),
                .created_at = rows_text(siblings, row, CREATED_AT),
                .scope = rows_text(siblings, row, SCOPE),
                .shown = true};
            ip_prefix_parse(rows_text(siblings, row, CIDR), &child->cidr);
        }
    }
}

/* Room for the subnets that each has, and for those that it gets. */
static void
make_room(const struct creation *creation, const struct parents *parents,
          const struct rows *siblings)
{
    size_t *room = ARENA_ARRAY(creation->arena, size_t, parents->n);
    struct parent *parent;
    for (int row = 0; row < rows_count(siblings); row++) {
        parent =
            subnet_find_parent(parents, rows_text(siblings, row, NETWORK));
        if (parent != NULL) {
            room[parent - parents->items]++;
        }
    }
    EACH_RECORD(creation, member, i)
    {
        char id[UUID_TEXT_SIZE];
        const struct subnet *subnet = member->records[i];
        uuid_to_text(&subnet->network_id, id);
        parent = subnet_find_parent(parents, id);
        if (parent != NULL) {
            room[parent - parents->items]++;
        }
    }
    for (size_t i = 0; i < parents->n; i++) {
        parents->items[i].children =
            ARENA_ARRAY(creation->arena, struct child, room[i]);
    }
}

struct parents *
subnet_read_parents(const struct creation *creation,
                    const struct parent_rows *rows)
{
    struct arena *arena = creation->arena;
    struct parents *parents = ARENA_NEW(arena, struct parents);
    struct sheet sheet =
        sqlgen_sheet(arena, &network_resource.table, &rows->networks);
    parents->n = sheet.n;
    parents->items = ARENA_ARRAY(arena, struct parent, sheet.n);
    parents->ranges = rows->ranges;
    parents->sharers = rows->sharers;
    for (size_t i = 0; i < sheet.n; i++) {
        parents->items[i].texts = sheet_row(&sheet, i);
    }
    make_room(creation, parents, &rows->siblings);
    read_children(parents, &rows->siblings);
    for (size_t i = 0; i < sheet.n; i++) {
        struct parent *parent = &parents->items[i];
        show_all(arena, parent);
        parent->texts[NETWORK_RESERVED_RANGES] =
            show_ranges(arena, parents, parent);
    }
    return parents;
}

/* --- what they become */

void
subnet_add_child(const struct creation *creation, struct parent *parent,
                 const struct creation_member *member,
                 const struct subnet *subnet)
{
    struct child child = {
        .id = type_of(TYPE_UUID)->to_sql(creation->arena, &subnet->id),
        .created_at = creation->now,
        .scope = subnet->address_scope,
        .cidr = subnet->cidr,
        .member = member};
    size_t at = parent->n_children++;
    for (; at > 0; at--) {
        const struct child *before = &parent->children[at - 1];
        int order = strcmp(before->created_at, child.created_at);
        if (order < 0 || (order == 0 && strcmp(before->id, child.id) < 0)) {
            break;
        }
        parent->children[at] = *before;
    }
    parent->children[at] = child;
}

static bool
is_shared(const struct caller *caller, const struct parents *parents,
          const struct parent *parent)
{
    const struct rows *sharers = &parents->sharers;
    bool shared = parent->texts[NETWORK_SHARED_WITH_ALL][0] == 't';
    for (int row = 0; !shared && row < rows_count(sharers); row++) {
        shared = strcmp(rows_text(sharers, row, 0),
                        parent->texts[ATTR_ID]) == 0 &&
                 strcmp(rows_text(sharers, row, 1), caller->project_id) == 0;
    }
    return shared;
}

/* As the caller of 'change' sees it. */
static const char *
render(struct change *change, const struct parents *parents,
       const struct parent *parent)
{
    parent->texts[NETWORK_SHARED] =
        is_shared(change->caller, parents, parent) ? "t" : "f";
    const struct sheet sheet = {.table = &network_resource.table,
                                .n = 1,
                                .texts = parent->texts};
    struct buf buf;
    buf_init(&buf, change->arena, 1200);
    render_sheet(&buf, &sheet, 0, change_mask(change, &network_resource));
    return buf.data;
}

static void
show_child(struct parent *parent, const char *id)
{
    size_t i = 0;
    while (strcmp(parent->children[i].id, id) != 0) {
        i++;
    }
    parent->children[i].shown = true;
}

void
subnet_touch_parent(const struct creation *creation, struct change *change,
                    const struct subnet *subnet)
{
    struct arena *arena = creation->arena;
    const struct type *uuid = type_of(TYPE_UUID);
    const struct parents *parents = creation->state;
    struct parent *parent = subnet_find_parent(
        parents, uuid->to_sql(arena, &subnet->network_id));
    const char **texts = parent->texts;
    const char *before = change_recall(change, &subnet->network_id);
    struct network network = {.id = subnet->network_id,
                              .project_id = texts[ATTR_PROJECT_ID]};
    network.revision_number =
        strtoll(texts[ATTR_REVISION_NUMBER], NULL, 10) + 1;
    if (before == NULL) {
        before = render(change, parents, parent);
    }
    show_child(parent, uuid->to_sql(arena, &subnet->id));
    texts[ATTR_REVISION_NUMBER] = arena_printf(
        arena, "%lld", (long long) network.revision_number);
    texts[ATTR_UPDATED_AT] = creation->now;
    show_all(arena, parent);
    parent->n_new++;
    change_event(change, &network_resource, (struct object *) &network,
                 "update", before, render(change, parents, parent));
}

STATEMENT(subnet_touch_networks,
    "UPDATE networks n SET revision_number = n.revision_number + x.n,"
    "       updated_at = now()"
    "  FROM unnest($1::uuid[], $2::bigint[]) AS x(id, n) WHERE n.id = x.id");

struct query
subnet_parents_query(const struct creation *creation)
{
    const struct parents *parents = creation->state;
    struct arena *arena = creation->arena;
    const char **ids = ARENA_ARRAY(arena, const char *, parents->n);
    const char **counts = ARENA_ARRAY(arena, const char *, parents->n);
    const char **params = ARENA_ARRAY(arena, const char *, 2);
    size_t n = 0;
    for (size_t i = 0; i < parents->n; i++) {
        if (parents->items[i].n_new > 0) {
            ids[n] = parents->items[i].texts[ATTR_ID];
            counts[n++] = arena_printf(arena, "%zu", parents->items[i].n_new);
        }
    }
    params[0] = sqlarray_format(arena, ids, n);
    params[1] = sqlarray_format(arena, counts, n);
    return (struct query){subnet_touch_networks.sql, params, 2};
}
