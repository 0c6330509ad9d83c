/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Used and total addresses of networks and subnets.
 */
#include "api/availability.h"

#include "api/query.h"
#include "core/arena.h"
#include "resource/network.h"
#include "schema/sqlarray.h"

/* NULL parameters do not restrict.  $1 caller's project (NULL: an admin),
 * $2 ids, $3 names, $4 projects, $5 versions, $6 marker, $7 limit. */
STATEMENT(availability_read,
    "WITH page AS ("
    "    SELECT n.id, n.name, n.project_id FROM networks n"
    "     WHERE ($1::text IS NULL OR n.project_id = $1::text)"
    "       AND ($2::uuid[] IS NULL OR n.id = ANY($2::uuid[]))"
    "       AND ($3::text[] IS NULL OR n.name = ANY($3::text[]))"
    "       AND ($4::text[] IS NULL OR n.project_id = ANY($4::text[]))"
    "       AND ($5::bigint[] IS NULL"
    "            OR EXISTS (SELECT 1 FROM subnets v WHERE v.network_id = n.id"
    "                          AND v.ip_version = ANY($5::bigint[])))"
    "       AND ($6::uuid IS NULL OR n.id > $6::uuid)"
    "     ORDER BY n.id LIMIT $7::bigint)"
    " SELECT n.id, n.name, n.project_id, s.id, s.ip_version, s.cidr, s.name,"
    "        u.allocated, u.total,"
    "        coalesce(sum(u.allocated) OVER (PARTITION BY n.id), 0),"
    "        coalesce(sum(u.total) OVER (PARTITION BY n.id), 0)"
    "   FROM page n"
    "   LEFT JOIN subnets s ON s.network_id = n.id"
    "        AND ($5::bigint[] IS NULL OR s.ip_version = ANY($5::bigint[]))"
    "   LEFT JOIN subnet_usage u ON u.subnet_id = s.id"
    "  ORDER BY n.id, s.created_at, s.id");

enum column {
    NETWORK_ID,
    NETWORK_NAME,
    PROJECT_ID,
    SUBNET_ID,
    IP_VERSION,
    CIDR,
    SUBNET_NAME,
    USED,
    TOTAL,
    NETWORK_USED,
    NETWORK_TOTAL
};

static void
add_text(struct buf *body, const char *key, const struct rows *rows, int row,
         int column)
{
    buf_addf(body, "\"%s\":", key);
    buf_adds_json(body, rows_text(rows, row, column));
    buf_put(body, ',');
}

static void
add_subnet(struct buf *body, const struct rows *rows, int row)
{
    buf_put(body, '{');
    add_text(body, "subnet_id", rows, row, SUBNET_ID);
    add_text(body, "subnet_name", rows, row, SUBNET_NAME);
    add_text(body, "cidr", rows, row, CIDR);
    buf_addf(body, "\"ip_version\":%s,\"used_ips\":%s,\"total_ips\":%s}",
             rows_text(rows, row, IP_VERSION), rows_text(rows, row, USED),
             rows_text(rows, row, TOTAL));
}

/* One member of a network's object, when the caller wants it. */
static bool
wants(const struct call *call, const char *key)
{
    bool any = false;
    for (size_t i = 0; i < call->n_params; i++) {
        if (strcmp(call->params[i].key, "fields") == 0) {
            any = true;
            if (strcmp(call->params[i].value, key) == 0) {
                return true;
            }
        }
    }
    return !any;
}

static void
add_subnets(struct buf *body, const struct rows *rows, int row)
{
    int end = row;
    const char *id = rows_text(rows, row, NETWORK_ID);
    buf_adds(body, "\"subnet_ip_availability\":[");
    for (; end < rows_count(rows) &&
           strcmp(rows_text(rows, end, NETWORK_ID), id) == 0; end++) {
        if (rows_text(rows, end, SUBNET_ID) != NULL) {
            buf_adds(body, end == row ? "" : ",");
            add_subnet(body, rows, end);
        }
    }
    buf_adds(body, "],");
}

/* Appends the network that begins at 'row'. */
static void
add_network(struct call *call, const struct rows *rows, int row)
{
    static const struct {
        const char *key;
        int column;
        bool number;
    } members[] = {
        {"network_id", NETWORK_ID, false},
        {"network_name", NETWORK_NAME, false},
        {"tenant_id", PROJECT_ID, false},
        {"project_id", PROJECT_ID, false},
        {"used_ips", NETWORK_USED, true},
        {"total_ips", NETWORK_TOTAL, true},
    };
    struct buf *body = &call->answer.body;
    buf_put(body, '{');
    size_t start = body->len;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (!wants(call, members[i].key)) {
            continue;
        }
        if (members[i].number) {
            buf_addf(body, "\"%s\":%s,", members[i].key,
                     rows_text(rows, row, members[i].column));
        } else {
            add_text(body, members[i].key, rows, row, members[i].column);
        }
    }
    if (wants(call, "subnet_ip_availability")) {
        add_subnets(body, rows, row);
    }
    if (body->len > start) {
        buf_truncate(body, body->len - 1); /* The last comma. */
    }
    buf_put(body, '}');
}

/* The first row of the network behind that of 'row'. */
static int
next_network(const struct rows *rows, int row)
{
    const char *id = rows_text(rows, row, NETWORK_ID);
    while (row < rows_count(rows) &&
           strcmp(rows_text(rows, row, NETWORK_ID), id) == 0) {
        row++;
    }
    return row;
}

static void
finish_list(struct job *job)
{
    struct call *call = job->owner;
    const struct rows *rows = &job->rows[0];
    const char *last = NULL, *next = NULL;
    int64_t limit, n = 0;
    bool given;
    struct buf *body = call_answer(call, 200);
    job->err = query_read_limit(call, &limit, &given);
    buf_adds(body, "{\"network_ip_availabilities\":[");
    for (int row = 0; row < rows_count(rows); n++) {
        if (n == limit) { /* One more was read to know that it is there. */
            next = last;
            break;
        }
        last = rows_text(rows, row, NETWORK_ID);
        buf_adds(body, row == 0 ? "" : ",");
        add_network(call, rows, row);
        row = next_network(rows, row);
    }
    buf_put(body, ']');
    query_add_links(call, body, "network_ip_availabilities", next, NULL);
    buf_put(body, '}');
}

static void
finish_show(struct job *job)
{
    struct call *call = job->owner;
    if (rows_count(&job->rows[0]) == 0) {
        job->err = resource_not_found(call->arena, &network_resource,
                                      call->id);
        return;
    }
    struct buf *body = call_answer(call, 200);
    buf_adds(body, "{\"network_ip_availability\":");
    add_network(call, &job->rows[0], 0);
    buf_put(body, '}');
}

/* --- filters */

static const struct filter {
    const char *key;
    size_t param; /* Index of the statement's parameter. */
    enum type_id type;
} filters[] = {
    {"network_id", 1, TYPE_UUID},  {"network_name", 2, TYPE_TEXT},
    {"project_id", 3, TYPE_TEXT},  {"tenant_id", 3, TYPE_TEXT},
    {"ip_version", 4, TYPE_INT},
};

static const struct filter *
find_filter(const char *key)
{
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        if (strcmp(filters[i].key, key) == 0) {
            return &filters[i];
        }
    }
    return NULL;
}

/* All values of one filter as an array; what cannot be a value of it matches
 * nothing, but a number is refused. */
static struct err *
read_filter(const struct call *call, const struct filter *filter,
            const char **ret_param)
{
    const struct type *type = type_of(filter->type);
    const struct attr attr = {.name = filter->key, .type = filter->type};
    const char **values =
        ARENA_ARRAY(call->arena, const char *, call->n_params);
    size_t n = 0;
    for (size_t i = 0; i < call->n_params; i++) {
        if (strcmp(call->params[i].key, filter->key) != 0) {
            continue;
        }
        void *value = arena_alloc(call->arena, type->size);
        struct err *err = type->from_text(call->arena, &attr,
                                          call->params[i].value, value);
        if (err != NULL && type->refusal == ERR_INVALID_INPUT) {
            return err;
        }
        if (err == NULL) {
            values[n++] = type->to_sql(call->arena, value);
        }
    }
    *ret_param = sqlarray_format(call->arena, values, n);
    return NULL;
}

static bool
is_control(const char *key)
{
    return strcmp(key, "fields") == 0 || strcmp(key, "limit") == 0 ||
           strcmp(key, "marker") == 0 || strcmp(key, "sort_key") == 0 ||
           strcmp(key, "sort_dir") == 0;
}

/* The only order there is is that of the paging. */
static struct err *
check_sort(const struct call *call)
{
    const char *key = call_param(call, "sort_key");
    const char *direction = call_param(call, "sort_dir");
    if ((key != NULL && strcmp(key, "network_id") != 0) ||
        (direction != NULL && strcmp(direction, "asc") != 0)) {
        return err_new(call->arena, ERR_BAD_REQUEST,
                       "the list can only be sorted by sort_key network_id "
                       "with sort_dir asc");
    }
    return NULL;
}

static struct err *
read_filters(const struct call *call, const char **params)
{
    for (size_t i = 0; i < call->n_params; i++) {
        const char *key = call->params[i].key;
        const struct filter *filter = find_filter(key);
        if (filter != NULL) {
            TRY(read_filter(call, filter, &params[filter->param]));
        } else if (!is_control(key)) {
            return err_new(call->arena, ERR_BAD_REQUEST,
                           "['%s'] is invalid attribute for filtering", key);
        }
    }
    return NULL;
}

static void
read_availability(struct call *call, const char **params,
                  void (*finish)(struct job *job))
{
    struct query *query = ARENA_NEW(call->arena, struct query);
    params[0] = call->caller.is_admin ? NULL : call->caller.project_id;
    *query = (struct query){availability_read.sql, params, 7};
    call_read(call, query, 1, finish);
}

struct err *
availability_list(struct call *call)
{
    const char **params = ARENA_ARRAY(call->arena, const char *, 7);
    const char *marker = call_param(call, "marker");
    int64_t limit;
    bool given;
    struct uuid id;
    TRY(read_filters(call, params));
    TRY(check_sort(call));
    TRY(query_read_limit(call, &limit, &given));
    if (marker != NULL && !uuid_from_text(marker, &id)) {
        return resource_not_found(call->arena, &network_resource, marker);
    }
    params[5] = marker;
    params[6] = arena_printf(call->arena, "%lld", (long long) limit + 1);
    read_availability(call, params, finish_list);
    return NULL;
}

struct err *
availability_show(struct call *call)
{
    struct uuid id;
    const char **params = ARENA_ARRAY(call->arena, const char *, 7);
    if (!uuid_from_text(call->id, &id)) {
        return resource_not_found(call->arena, &network_resource, call->id);
    }
    params[1] = sqlarray_format(call->arena, &call->id, 1);
    read_availability(call, params, finish_show);
    return NULL;
}
