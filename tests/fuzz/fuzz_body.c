/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes request bodies: the first byte of the input picks the resource, the
 * verb and who asks, the rest is the body.  What is read can be written for
 * PostgreSQL, and what follows from it holds.
 */
#include <stddef.h>
#include <stdint.h>

#include "api/body.h"
#include "promises.h"
#include "resource/port.h"
#include "resource/subnet.h"
#include "unit/api/by_hand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* These may leave something to the server, which is not there yet. */
static bool
may_be_open(const struct attr *attr)
{
    return attr->type == TYPE_FIXED_IPS || attr->type == TYPE_PAIRS;
}

/* Written, read and written again, a value is the same. */
static void
require_sql(struct arena *arena, const struct attr *attr, const void *value)
{
    const struct type *type = type_of(attr->type);
    const char *sql = type->to_sql(arena, value);
    void *again = arena_alloc(arena, type->size);
    require(sql != NULL);
    require_utf8(sql);
    if (!may_be_open(attr)) {
        type->from_sql(arena, sql, again);
        require(strcmp(type->to_sql(arena, again), sql) == 0);
    }
}

static void
require_record(const struct call *call, const struct record *record,
               unsigned verb)
{
    const struct table *table = &call->resource->table;
    for (size_t i = 0; i < table->n_attrs; i++) {
        const struct attr *attr = &table->attrs[i];
        if (record_has(record, i)) {
            require_sql(call->arena, attr, attr_value(attr, record));
        }
        /* What was not in the body of a PUT is not in the patch. */
        require(!record_is_given(record, i) || verb == ATTR_POST ||
                (attr->flags & ATTR_PUT) != 0);
        require(!record_is_null(record, i) || (attr->flags & ATTR_NULL) != 0);
        require((attr->flags & ATTR_REQUIRED) == 0 || verb == ATTR_PUT ||
                record_has(record, i));
    }
}

/* A subnet that was decided is one that may be kept as it is. */
static void
check_subnet(struct arena *arena, struct subnet *subnet)
{
    struct err *err = subnet_decide(arena, subnet, false);
    if (err != NULL) {
        require_refusal(err);
        return;
    }
    struct ip_range hosts = range_of_hosts(&subnet->cidr);
    for (size_t i = 0; i < subnet->allocation_pools.n; i++) {
        const struct ip_range *pool = &subnet->allocation_pools.items[i];
        require(range_contains(&hosts, &pool->first) &&
                range_contains(&hosts, &pool->last));
        require(ip_compare(&pool->first, &pool->last) <= 0);
        require(!record_has(&subnet->rec, SUBNET_GATEWAY_IP) ||
                !range_contains(pool, &subnet->gateway_ip));
    }
    err = subnet_check(arena, subnet);
    require(err == NULL);
}

/* What follows from the values of a port is JSON. */
static void
check_port(const struct call *call, struct port *port)
{
    require_refusal(port_check(call->arena, port));
    port_derive(call->arena, call->settings, port);
    json_t *json = json_loads(port->dns_assignment.text, 0, NULL);
    require(json != NULL && json_array_size(json) == port->fixed_ips.n);
    json_decref(json);
    type_of(TYPE_PAIRS)->to_sql(call->arena, &port->allowed_address_pairs);
}

static void
check_create(const struct call *call)
{
    void **records = NULL;
    size_t n = 0;
    bool bulk = false;
    struct err *err = body_read_create(call, &records, &n, &bulk);
    if (err != NULL) {
        require_refusal(err);
        return;
    }
    require(n >= 1 && n <= BULK_LIMIT && (bulk || n == 1));
    for (size_t i = 0; i < n; i++) {
        const struct object *object = records[i];
        require_record(call, records[i], ATTR_POST);
        require(call->caller.is_admin ||
                strcmp(object->project_id, OWN_PROJECT) == 0);
        if (call->resource == &subnet_resource) {
            check_subnet(call->arena, records[i]);
        } else if (call->resource == &port_resource) {
            check_port(call, records[i]);
        }
    }
}

static void
check_update(const struct call *call)
{
    void *record = NULL;
    struct err *err = body_read_update(call, &record);
    if (err != NULL) {
        require_refusal(err);
        return;
    }
    require_record(call, record, ATTR_PUT);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const plurals[] = {"networks", "subnets", "ports"};
    struct by_hand hand;
    if (size == 0) {
        return 0;
    }
    unsigned choice = data[0] % 12; /* '0' is 48, which is 0 again. */
    by_hand_init(&hand, plurals[choice % 3],
                 choice / 6 == 0 ? "member" : "admin");
    hand.call.body = arena_memdup(&hand.arena, data + 1, size - 1);
    hand.call.body_len = size - 1;
    if (choice / 3 % 2 == 0) {
        check_create(&hand.call);
    } else {
        check_update(&hand.call);
    }
    by_hand_done(&hand);
    return 0;
}
