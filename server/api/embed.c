/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a list brings along: asked for in the same round trip, and shown by the
 * attribute tables.
 */
#include "api/embed.h"

#include <errno.h>

#include "core/arena.h"
#include "core/settings.h"
#include "db/render.h"
#include "resource/port.h"
#include "resource/subnet.h"

#define PORTS_LIMIT 50 /* Per subnet, when nothing is said. */

/* --- what is asked */

bool
embed_is_control(const struct call *call, const char *key)
{
    return strcmp(key, "include") == 0 ||
           (strcmp(key, "ports_limit") == 0 &&
            embeds_names(call->arena, call->resource) != NULL);
}

/* Wants what is called 'name'; what is in subnets comes in subnets. */
static struct err *
want(const struct call *call, struct embed *embed, const char *name)
{
    bool found = false;
    for (size_t i = 0; i < n_embed_rows; i++) {
        const struct embed_row *row = &embed_rows[i];
        if (row->resource == call->resource && strcmp(row->name, name) == 0) {
            embed->wanted[row->slot] = true;
            found = true;
        }
    }
    if (strncmp(name, "subnets.", strlen("subnets.")) == 0) {
        embed->wanted[EMBED_SUBNETS] = true;
    }
    if (found) {
        return NULL;
    }
    const char *names = embeds_names(call->arena, call->resource);
    return err_attr(call->arena, "include", "one_of",
                    "\"%s\" cannot be included in %s, but only: %s", name,
                    call->resource->table.plural,
                    names == NULL ? "nothing" : names);
}

/* "a,b" */
static struct err *
want_all(const struct call *call, struct embed *embed, const char *list)
{
    for (;;) {
        size_t len = strcspn(list, ",");
        TRY(want(call, embed, arena_strndup(call->arena, list, len)));
        list += len;
        if (*list++ == '\0') {
            return NULL;
        }
    }
}

static struct err *
read_ports_limit(const struct call *call, int64_t *ret_limit)
{
    const char *text = call_param(call, "ports_limit");
    long long max = call->settings->page_limit;
    *ret_limit = max < PORTS_LIMIT ? max : PORTS_LIMIT;
    if (text == NULL) {
        return NULL;
    }
    char *end = NULL;
    errno = 0;
    long long limit = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || limit < 0 ||
        limit > max) {
        return err_attr(call->arena, "ports_limit", "range",
                        "invalid input for \"ports_limit\": '%s' is not a "
                        "number from 0 to %lld", text, max);
    }
    *ret_limit = limit;
    return NULL;
}

struct err *
embed_read(const struct call *call, struct embed **ret_embed)
{
    struct embed *embed = ARENA_NEW(call->arena, struct embed);
    bool any = false;
    TRY(read_ports_limit(call, &embed->ports_limit));
    for (size_t i = 0; i < call->n_params; i++) {
        if (strcmp(call->params[i].key, "include") == 0) {
            TRY(want_all(call, embed, call->params[i].value));
            any = true;
        }
    }
    embed->resource = call->resource;
    embed->subnet_mask = render_mask(&subnet_resource.table,
                                     call->caller.is_admin,
                                     call_has_sdn(call));
    embed->port_mask = render_mask(&port_resource.table,
                                   call->caller.is_admin, call_has_sdn(call));
    *ret_embed = any ? embed : NULL;
    return NULL;
}

void
embed_add_queries(struct arena *arena, struct embed *embed,
                  const struct page *page, struct query *queries, size_t *n)
{
    for (size_t i = 0; embed != NULL && i < n_embed_rows; i++) {
        const struct embed_row *row = &embed_rows[i];
        if (row->resource == embed->resource && embed->wanted[row->slot]) {
            embed->place[row->slot] = *n;
            queries[(*n)++] = sqlgen_companion(arena, page, &row->companion,
                                               embed->ports_limit);
        }
    }
}

/* --- what came back */

/* The rows of one statement that belong to one object: they stand together,
 * in the order of its id. */
struct span {
    const struct rows *rows;
    int key; /* The column of that id; what belongs to the row is behind. */
    int first, end;
};

static const struct companion *
companion_of(const struct embed *embed, enum embed_slot slot)
{
    for (size_t i = 0; i < n_embed_rows; i++) {
        if (embed_rows[i].resource == embed->resource &&
            embed_rows[i].slot == slot) {
            return &embed_rows[i].companion;
        }
    }
    abort();
}

/* The first row whose key is not below 'id', or is above it. */
static int
bound(const struct span *span, const char *id, bool above)
{
    int low = 0, high = rows_count(span->rows);
    while (low < high) {
        int middle = low + (high - low) / 2;
        int order = strcmp(rows_text(span->rows, middle, span->key), id);
        if (order < 0 || (above && order == 0)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static struct span
find(const struct embed *embed, const struct rows *answers,
     enum embed_slot slot, const char *id)
{
    struct span span = {
        .rows = &answers[embed->place[slot]],
        .key = sqlgen_key_column(companion_of(embed, slot))};
    span.first = bound(&span, id, false);
    span.end = bound(&span, id, true);
    return span;
}

/* --- showing it */

static void
add_usage(struct buf *buf, const struct span *span, int row)
{
    static const struct {
        const char *name;
        int column;
    } members[] = {{"total", USAGE_TOTAL},
                   {"allocated", USAGE_ALLOCATED},
                   {"cooling", USAGE_COOLING},
                   {"free", USAGE_FREE}};
    char separator = '{';
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        int column = span->key + 1 + members[i].column;
        buf_addf(buf, "%c\"%s\":%s", separator, members[i].name,
                 row < 0 ? "0" : rows_text(span->rows, row, column));
        separator = ',';
    }
    buf_put(buf, '}');
}

/* The row of an IP version among those of a network, or -1. */
static int
find_version(const struct span *span, const char *version)
{
    for (int row = span->first; row < span->end; row++) {
        const char *text = rows_text(span->rows, row,
                                     span->key + 1 + USAGE_VERSION);
        if (strcmp(text, version) == 0) {
            return row;
        }
    }
    return -1;
}

static void
add_network_usage(struct buf *buf, const struct embed *embed,
                  const struct rows *answers, const char *id)
{
    struct span span = find(embed, answers, EMBED_NETWORK_USAGE, id);
    buf_adds(buf, "\"usage\":{\"ipv4\":");
    add_usage(buf, &span, find_version(&span, "4"));
    buf_adds(buf, ",\"ipv6\":");
    add_usage(buf, &span, find_version(&span, "6"));
    buf_put(buf, '}');
}

static void
add_ports(struct buf *buf, const struct embed *embed,
          const struct rows *answers, const char *id)
{
    struct span ports = find(embed, answers, EMBED_PORTS, id);
    struct span total = find(embed, answers, EMBED_PORT_TOTALS, id);
    buf_adds(buf, "\"ports\":[");
    for (int row = ports.first; row < ports.end; row++) {
        buf_adds(buf, row == ports.first ? "" : ",");
        render_row(buf, &port_resource.table, ports.rows, row,
                   embed->port_mask);
    }
    buf_adds(buf, "],\"ports_total\":");
    buf_add_int(buf, total.first < total.end
                         ? rows_int(total.rows, total.first, total.key + 1)
                         : ports.end - ports.first);
}

static void
add_subnet_members(struct buf *buf, const struct embed *embed,
                   const struct rows *answers, const char *id)
{
    bool usage = embed->wanted[EMBED_SUBNET_USAGE];
    if (usage) {
        struct span span = find(embed, answers, EMBED_SUBNET_USAGE, id);
        buf_adds(buf, "\"usage\":");
        add_usage(buf, &span, span.first < span.end ? span.first : -1);
    }
    if (embed->wanted[EMBED_PORTS]) {
        buf_adds(buf, usage ? "," : "");
        add_ports(buf, embed, answers, id);
    }
}

/* Opens the object that ends 'buf' for one more member. */
static void
open_object(struct buf *buf)
{
    buf_truncate(buf, buf->len - 1);
    buf_adds(buf, buf->data[buf->len - 1] == '{' ? "" : ",");
    buf_adds(buf, "\"_embedded\":{");
}

static void
add_subnets(struct buf *buf, const struct embed *embed,
            const struct rows *answers, const char *id)
{
    struct span span = find(embed, answers, EMBED_SUBNETS, id);
    int id_column = sqlgen_column(&subnet_resource.table, ATTR_ID);
    buf_adds(buf, "\"subnets\":[");
    for (int row = span.first; row < span.end; row++) {
        buf_adds(buf, row == span.first ? "" : ",");
        render_row(buf, &subnet_resource.table, span.rows, row,
                   embed->subnet_mask);
        if (embed->wanted[EMBED_SUBNET_USAGE] || embed->wanted[EMBED_PORTS]) {
            open_object(buf);
            add_subnet_members(buf, embed, answers,
                               rows_text(span.rows, row, id_column));
            buf_adds(buf, "}}");
        }
    }
    buf_put(buf, ']');
}

void
embed_render(struct buf *buf, const struct embed *embed,
             const struct rows *answers, const char *id)
{
    bool usage = embed->wanted[EMBED_NETWORK_USAGE];
    open_object(buf);
    if (embed->resource == &subnet_resource) {
        add_subnet_members(buf, embed, answers, id);
    }
    if (usage) {
        add_network_usage(buf, embed, answers, id);
    }
    if (embed->wanted[EMBED_SUBNETS]) {
        buf_adds(buf, usage ? "," : "");
        add_subnets(buf, embed, answers, id);
    }
    buf_adds(buf, "}}");
}
