/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of ports: one, many, and the members of a combined batch, by one
 * path.  A batch is one transaction in three round trips: locks and reads,
 * writes, events with COMMIT.  Between the first two every member is worked
 * out in memory under the locks, so that a member that cannot be is left out
 * with its own answer, and what is written cannot collide.
 */
#include "core/arena.h"
#include "core/settings.h"
#include "db/render.h"
#include "resource/network.h"
#include "resource/port.h"
#include "resource/port_internal.h"
#include "resource/quota.h"
#include "schema/sqlarray.h"

/* Ports that are created together or not at all. */
struct member {
    struct change *change;
    struct port **ports;
    struct port_request *requests;
    size_t n;
    bool from_server; /* No policy applies. */
    struct err *err;
};

/* A project of the batch: its quota row is locked. */
struct project {
    const char *id;
    int64_t used, limit, taken;
};

/* A network of the batch. */
struct net {
    struct uuid id;
    const char *project_id;
    bool shared;
    bool port_security_enabled;
    const char *sdn;
};

struct batch {
    struct tx *tx;
    struct arena *arena; /* Of the transaction. */
    struct member *members;
    size_t n_members;
    const struct settings *settings;
    size_t n_ports;
    struct net *nets;
    size_t n_nets;
    struct project *projects;
    size_t n_projects;
    struct addresses addresses;
    struct address *items; /* Addresses taken. */
    size_t n_items;
};

/* --- what the batch is about */

#define EACH_PORT(batch_, member_, i_)                                    \
    for (struct member *member_ = (batch_)->members;                      \
         member_ < (batch_)->members + (batch_)->n_members; member_++)    \
        for (size_t i_ = 0; i_ < member_->n; i_++)

static int
compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* Sorts 'texts' and drops repetitions; returns how many are left. */
static size_t
make_unique(const char **texts, size_t n)
{
    size_t kept = 0;
    qsort(texts, n, sizeof *texts, compare_texts);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || strcmp(texts[kept - 1], texts[i]) != 0) {
            texts[kept++] = texts[i];
        }
    }
    return kept;
}

static const char *
collect_network_ids(struct batch *batch)
{
    const char **ids = ARENA_ARRAY(batch->arena, const char *, batch->n_ports);
    size_t n = 0;
    EACH_PORT(batch, member, i)
    {
        ids[n++] = type_of(TYPE_UUID)->to_sql(batch->arena,
                                              &member->ports[i]->network_id);
    }
    return sqlarray_format(batch->arena, ids, make_unique(ids, n));
}

static const char *
collect_projects(struct batch *batch)
{
    const char **ids = ARENA_ARRAY(batch->arena, const char *, batch->n_ports);
    size_t n = 0;
    EACH_PORT(batch, member, i)
    {
        ids[n++] = member->ports[i]->project_id;
    }
    batch->n_projects = make_unique(ids, n);
    batch->projects =
        ARENA_ARRAY(batch->arena, struct project, batch->n_projects);
    for (size_t i = 0; i < batch->n_projects; i++) {
        batch->projects[i].id = ids[i];
        batch->projects[i].limit = quota_default(batch->settings, "port");
    }
    return sqlarray_format(batch->arena, ids, batch->n_projects);
}

static size_t
count_need(struct batch *batch)
{
    size_t need = 0;
    EACH_PORT(batch, member, i)
    {
        const struct port *port = member->ports[i];
        need += record_has(&port->rec, PORT_FIXED_IPS) ? port->fixed_ips.n : 2;
    }
    return need;
}

/* --- locks and reads */

STATEMENT(port_lock_networks,
    "SELECT id, project_id, shared OR router_external,"
    "       port_security_enabled, sdn"
    "  FROM networks WHERE id = ANY($1::uuid[]) ORDER BY id FOR KEY SHARE");

STATEMENT(port_lock_quotas,
    "SELECT project_id, used, quota_limit FROM quotas"
    " WHERE resource = 'port' AND project_id = ANY($1::text[])"
    " ORDER BY project_id FOR NO KEY UPDATE");

STATEMENT(port_insert_quotas,
    "INSERT INTO quotas (project_id, resource)"
    " SELECT p, 'port' FROM unnest($1::text[]) p ORDER BY p"
    " ON CONFLICT (project_id, resource) DO NOTHING");

static void
read_nets(struct batch *batch, const struct rows *rows)
{
    batch->n_nets = (size_t) rows_count(rows);
    batch->nets = ARENA_ARRAY(batch->arena, struct net, batch->n_nets);
    for (size_t i = 0; i < batch->n_nets; i++) {
        struct net *net = &batch->nets[i];
        uuid_from_text(rows_text(rows, (int) i, 0), &net->id);
        net->project_id = rows_text(rows, (int) i, 1);
        net->shared = rows_bool(rows, (int) i, 2);
        net->port_security_enabled = rows_bool(rows, (int) i, 3);
        net->sdn = rows_text(rows, (int) i, 4);
    }
}

static struct project *
find_project(struct batch *batch, const char *id)
{
    for (size_t i = 0; i < batch->n_projects; i++) {
        if (strcmp(batch->projects[i].id, id) == 0) {
            return &batch->projects[i];
        }
    }
    return NULL;
}

static void
read_quotas(struct batch *batch, const struct rows *rows)
{
    for (int row = 0; row < rows_count(rows); row++) {
        struct project *project =
            find_project(batch, rows_text(rows, row, 0));
        project->used = rows_int(rows, row, 1);
        if (rows_text(rows, row, 2) != NULL) {
            project->limit = rows_int(rows, row, 2);
        }
    }
}

#define N_LOCKS (2 + ADDRESSES_N_LOAD)

static struct err *
load(struct batch *batch)
{
    const char *nets[] = {collect_network_ids(batch)};
    const char *projects[] = {collect_projects(batch)};
    struct query queries[N_LOCKS] = {
        QUERY(port_lock_networks, nets),
        QUERY(port_lock_quotas, projects),
    };
    struct query quotas[] = {QUERY(port_insert_quotas, projects), queries[1]};
    struct rows rows[N_LOCKS], quota_rows[2];
    addresses_load(&batch->addresses, batch->tx, nets[0], count_need(batch),
                   queries + 2);
    TRY(tx_run(batch->tx, queries, N_LOCKS, rows));
    if ((size_t) rows_count(&rows[1]) < batch->n_projects) {
        /* First ports of a project: its row first, then all locks again. */
        TRY(tx_run(batch->tx, quotas, 2, quota_rows));
        rows[1] = quota_rows[1];
    }
    read_nets(batch, &rows[0]);
    read_quotas(batch, &rows[1]);
    addresses_read(&batch->addresses, rows + 2);
    return NULL;
}

/* --- MAC addresses */

STATEMENT(port_macs_in_use,
    "SELECT x.no FROM unnest($1::uuid[], $2::macaddr[])"
    "       WITH ORDINALITY AS x(network_id, mac, no)"
    " WHERE EXISTS (SELECT 1 FROM ports p WHERE p.network_id = x.network_id"
    "                  AND p.mac_address = x.mac)");

struct mac_entry {
    struct port *port;
    struct member *member;
    bool drawn;
};

static int
compare_macs(const void *a_, const void *b_)
{
    const struct port *a = ((const struct mac_entry *) a_)->port;
    const struct port *b = ((const struct mac_entry *) b_)->port;
    int order = uuid_compare_bytes(&a->network_id, &b->network_id);
    return order != 0 ? order
                      : memcmp(&a->mac_address, &b->mac_address,
                               sizeof a->mac_address);
}

/* 'entry' cannot have its MAC: draws another, or refuses the member. */
static void
resolve_mac_conflict(struct batch *batch, struct mac_entry *entry)
{
    struct arena *arena = entry->member->change->arena;
    char mac[MAC_TEXT_SIZE], network[UUID_TEXT_SIZE];
    if (entry->drawn) {
        entry->port->mac_address = port_draw_mac(batch->settings);
        return;
    }
    mac_format(&entry->port->mac_address, mac);
    uuid_to_text(&entry->port->network_id, network);
    entry->member->err = err_new(
        arena, ERR_MAC_IN_USE,
        "unable to complete operation for network \"%s\": the mac address "
        "\"%s\" is in use", network, mac);
}

/* Equal MACs within the batch: the later one of each pair gives way, a drawn
 * one before a given one.  Returns how many conflicts there were. */
static size_t
resolve_equal_macs(struct batch *batch, struct mac_entry *entries, size_t n)
{
    size_t conflicts = 0;
    qsort(entries, n, sizeof *entries, compare_macs);
    for (size_t i = 1; i < n; i++) {
        struct mac_entry *a = &entries[i - 1], *b = &entries[i];
        if (compare_macs(a, b) != 0 || a->member->err != NULL ||
            b->member->err != NULL) {
            continue;
        }
        conflicts++;
        resolve_mac_conflict(batch, a->drawn ? a : b);
    }
    return conflicts;
}

static struct err *
find_used_macs(struct batch *batch, struct mac_entry *entries, size_t n,
               size_t *ret_conflicts)
{
    const char **nets = ARENA_ARRAY(batch->arena, const char *, n);
    const char **macs = ARENA_ARRAY(batch->arena, const char *, n);
    for (size_t i = 0; i < n; i++) {
        const struct port *port = entries[i].port;
        nets[i] = type_of(TYPE_UUID)->to_sql(batch->arena, &port->network_id);
        macs[i] = type_of(TYPE_MAC)->to_sql(batch->arena, &port->mac_address);
    }
    const char *params[] = {sqlarray_format(batch->arena, nets, n),
                            sqlarray_format(batch->arena, macs, n)};
    struct rows rows;
    TRY(tx_one(batch->tx, QUERY(port_macs_in_use, params), &rows));
    for (int row = 0; row < rows_count(&rows); row++) {
        resolve_mac_conflict(batch, &entries[rows_int(&rows, row, 0) - 1]);
    }
    *ret_conflicts = (size_t) rows_count(&rows);
    return NULL;
}

/* Gives every port a MAC that is free in its network. */
static struct err *
settle_macs(struct batch *batch)
{
    struct mac_entry *entries =
        ARENA_ARRAY(batch->arena, struct mac_entry, batch->n_ports);
    size_t n = 0;
    EACH_PORT(batch, member, i)
    {
        struct port *port = member->ports[i];
        bool drawn = !record_has(&port->rec, PORT_MAC_ADDRESS);
        if (drawn) {
            port->mac_address = port_draw_mac(batch->settings);
            record_set(&port->rec, PORT_MAC_ADDRESS);
        }
        entries[n++] = (struct mac_entry){port, member, drawn};
    }
    size_t conflicts;
    do {
        size_t used;
        conflicts = resolve_equal_macs(batch, entries, n);
        TRY(find_used_macs(batch, entries, n, &used));
        conflicts += used;
        /* Drop the entries of refused members: their MACs do not count. */
        size_t kept = 0;
        for (size_t i = 0; i < n; i++) {
            if (entries[i].member->err == NULL) {
                entries[kept++] = entries[i];
            }
        }
        n = kept;
    } while (conflicts > 0 && n > 0);
    return NULL;
}

/* --- one member */

static struct net *
find_net(struct batch *batch, const struct uuid *id)
{
    for (size_t i = 0; i < batch->n_nets; i++) {
        if (uuid_equal(&batch->nets[i].id, id)) {
            return &batch->nets[i];
        }
    }
    return NULL;
}

/* In a network of somebody else, what would touch that somebody is for the
 * owner and for admins. */
static struct err *
check_guest(struct change *change, const struct port *port)
{
    const char *what = NULL;
    for (size_t i = 0; i < port->fixed_ips.n; i++) {
        if (port->fixed_ips.items[i].ip_address.version != 0) {
            what = "fixed_ips:ip_address";
        }
    }
    if (record_has(&port->rec, PORT_MAC_ADDRESS)) {
        what = "mac_address";
    }
    if (record_has(&port->rec, PORT_PORT_SECURITY_ENABLED)) {
        what = "port_security_enabled";
    }
    if (port->allowed_address_pairs.n > 0) {
        what = "allowed_address_pairs";
    }
    if (port_is_platform(port->device_owner)) {
        what = "device_owner";
    }
    if (what == NULL) {
        return NULL;
    }
    return err_new(change->arena, ERR_FORBIDDEN,
                   "\"%s\" of a port in a network of another project can "
                   "only be given by that project or an admin", what);
}

static struct err *
check_net(struct batch *batch, struct member *member, struct port *port)
{
    struct change *change = member->change;
    struct net *net = find_net(batch, &port->network_id);
    bool own = net != NULL &&
               (member->from_server || change->caller->is_admin ||
                strcmp(net->project_id, change->caller->project_id) == 0);
    if (net == NULL || (!own && !net->shared)) {
        return resource_not_found(
            change->arena, &network_resource,
            type_of(TYPE_UUID)->to_sql(change->arena, &port->network_id));
    }
    if (!own) {
        TRY(check_guest(change, port));
    }
    if (!record_has(&port->rec, PORT_PORT_SECURITY_ENABLED)) {
        port->port_security_enabled = net->port_security_enabled &&
                                      !port_is_platform(port->device_owner);
        record_set(&port->rec, PORT_PORT_SECURITY_ENABLED);
    }
    if (net->sdn != NULL) {
        port->sdn = arena_strdup(change->arena, net->sdn);
        record_set(&port->rec, PORT_SDN);
    }
    return port_check(change->arena, port);
}

/* A null value removes an option: there is none to remove. */
static void
drop_removed_opts(struct port *port)
{
    struct dhcp_opt_list *opts = &port->extra_dhcp_opts;
    size_t kept = 0;
    for (size_t i = 0; i < opts->n; i++) {
        if (opts->items[i].opt_value != NULL) {
            opts->items[kept++] = opts->items[i];
        }
    }
    opts->n = kept;
}

static void
decide(struct port *port)
{
    struct record *rec = &port->rec;
    bool none = record_has(rec, PORT_FIXED_IPS) && port->fixed_ips.n == 0;
    if (!record_has(rec, PORT_STATUS)) {
        port->status = "DOWN";
        record_set(rec, PORT_STATUS);
    }
    port->ip_allocation = none ? "none" : "immediate";
    record_set(rec, PORT_IP_ALLOCATION);
    if (!record_has(rec, PORT_BINDING_HOST_ID)) {
        port->binding_host_id = "";
        record_set(rec, PORT_BINDING_HOST_ID);
    }
    if (!record_has(rec, PORT_BINDING_PROFILE)) {
        port->binding_profile.text = "{}";
        record_set(rec, PORT_BINDING_PROFILE);
    }
    drop_removed_opts(port);
    bool bound = port->binding_host_id[0] != '\0';
    port->binding_vif_type = bound ? "ovs" : "unbound";
    record_set(rec, PORT_BINDING_VIF_TYPE);
    port->binding_vif_details.text = "{}";
    record_set(rec, PORT_BINDING_VIF_DETAILS);
}

/* Before the MACs: is there a network, may the caller use it. */
static void
check_members(struct batch *batch)
{
    EACH_PORT(batch, member, i)
    {
        if (member->err == NULL) {
            member->err = check_net(batch, member, member->ports[i]);
            decide(member->ports[i]);
        }
    }
}

/* What the ports of all members want; an error refuses the member, unless
 * it is the database that failed. */
static struct err *
resolve_members(struct batch *batch)
{
    struct port_request **requests =
        ARENA_ARRAY(batch->arena, struct port_request *, batch->n_ports);
    size_t n = 0;
    EACH_PORT(batch, member, i)
    {
        struct port_request *request = &member->requests[i];
        request->port = member->ports[i];
        if (member->err == NULL) {
            member->err = port_resolve(&batch->addresses,
                                       member->change->arena, request);
        }
        if (member->err == NULL) {
            requests[n++] = request;
        } else if (err_status(member->err->kind) >= 500) {
            return member->err;
        }
    }
    return port_look(&batch->addresses, requests, n);
}

static struct err *
take_quota(struct batch *batch, struct member *member)
{
    for (size_t i = 0; i < member->n; i++) {
        struct project *project =
            find_project(batch, member->ports[i]->project_id);
        if (project->limit >= 0 &&
            project->used + project->taken >= project->limit) {
            return quota_refusal(member->change->arena, "port", project->id);
        }
        project->taken++;
    }
    return NULL;
}

static struct err *
take_addresses(struct batch *batch, struct member *member)
{
    for (size_t i = 0; i < member->n; i++) {
        TRY(port_take(&batch->addresses, member->change->arena,
                      &member->requests[i], batch->items, &batch->n_items));
        port_derive(member->change->arena, batch->settings,
                    member->ports[i]);
    }
    return NULL;
}

/* The state that a member changes, so that it can be taken back. */
struct checkpoint {
    struct ipam_saved *subnets;
    int64_t *taken;
    size_t n_items;
};

static struct checkpoint
save(struct batch *batch)
{
    struct checkpoint point = {
        .subnets = ARENA_ARRAY(batch->arena, struct ipam_saved,
                               batch->addresses.n),
        .taken = ARENA_ARRAY(batch->arena, int64_t, batch->n_projects),
        .n_items = batch->n_items,
    };
    for (size_t i = 0; i < batch->addresses.n; i++) {
        point.subnets[i] = ipam_save(batch->arena,
                                     &batch->addresses.subnets[i]);
    }
    for (size_t i = 0; i < batch->n_projects; i++) {
        point.taken[i] = batch->projects[i].taken;
    }
    return point;
}

static void
restore(struct batch *batch, const struct checkpoint *point)
{
    for (size_t i = 0; i < batch->addresses.n; i++) {
        ipam_restore(&batch->addresses.subnets[i], &point->subnets[i]);
    }
    for (size_t i = 0; i < batch->n_projects; i++) {
        batch->projects[i].taken = point->taken[i];
    }
    batch->n_items = point->n_items;
}

static struct err *
take_members(struct batch *batch)
{
    batch->items = ARENA_ARRAY(batch->arena, struct address,
                               batch->addresses.need +
                                   batch->n_ports * (batch->addresses.n + 2));
    struct checkpoint point = save(batch);
    for (size_t i = 0; i < batch->n_members; i++) {
        struct member *member = &batch->members[i];
        if (member->err != NULL) {
            continue;
        }
        member->err = take_quota(batch, member);
        if (member->err == NULL) {
            member->err = take_addresses(batch, member);
        }
        if (member->err == NULL) {
            point = save(batch);
        } else if (err_status(member->err->kind) >= 500) {
            return member->err;
        } else {
            restore(batch, &point);
        }
    }
    return NULL;
}

/* --- writing */

STATEMENT(port_count_quotas,
    "UPDATE quotas q SET used = q.used + x.n"
    "  FROM unnest($1::text[], $2::bigint[]) AS x(project_id, n)"
    " WHERE q.project_id = x.project_id AND q.resource = 'port'");

static struct query
count_quotas(struct batch *batch)
{
    size_t n = 0;
    const char **ids =
        ARENA_ARRAY(batch->arena, const char *, batch->n_projects);
    const char **counts =
        ARENA_ARRAY(batch->arena, const char *, batch->n_projects);
    for (size_t i = 0; i < batch->n_projects; i++) {
        if (batch->projects[i].taken > 0) {
            ids[n] = batch->projects[i].id;
            counts[n++] = arena_printf(
                batch->arena, "%lld", (long long) batch->projects[i].taken);
        }
    }
    const char **params = ARENA_ARRAY(batch->arena, const char *, 2);
    params[0] = sqlarray_format(batch->arena, ids, n);
    params[1] = sqlarray_format(batch->arena, counts, n);
    return (struct query){port_count_quotas.sql, params, 2};
}

/* The events of the ports in the order of the INSERT. */
static void
add_events(struct batch *batch, const struct rows *rows)
{
    int row = 0;
    EACH_PORT(batch, member, i)
    {
        if (member->err != NULL) {
            continue;
        }
        struct port *port = member->ports[i];
        port->revision_number =
            rows_int(rows, row,
                     sqlgen_column(&port_resource.table,
                                   ATTR_REVISION_NUMBER));
        change_event(member->change, &port_resource,
                     (const struct object *) port, "create", NULL,
                     change_snapshot(member->change, &port_resource, rows,
                                     row));
        row++;
    }
}

static struct err *
write_batch(struct batch *batch, struct rows *ret_rows)
{
    void **records = ARENA_ARRAY(batch->arena, void *, batch->n_ports);
    struct query queries[2 + ADDRESSES_N_STORE];
    struct rows rows[2 + ADDRESSES_N_STORE];
    size_t n = 0;
    EACH_PORT(batch, member, i)
    {
        if (member->err == NULL) {
            records[n++] = member->ports[i];
        }
    }
    if (n == 0) {
        return NULL;
    }
    queries[0] = sqlgen_insert(batch->arena, &port_resource.table, records,
                               n);
    queries[1] = count_quotas(batch);
    size_t n_queries = 2 + addresses_store(&batch->addresses, batch->items,
                                           batch->n_items, queries + 2);
    TRY(tx_run(batch->tx, queries, n_queries, rows));
    *ret_rows = rows[0];
    add_events(batch, ret_rows);
    return NULL;
}

static struct err *
run_batch(struct batch *batch, struct rows *ret_rows)
{
    batch->arena = batch->tx->arena;
    for (size_t i = 0; i < batch->n_members; i++) {
        struct member *member = &batch->members[i];
        batch->n_ports += member->n;
        member->requests =
            ARENA_ARRAY(batch->arena, struct port_request, member->n);
    }
    TRY(load(batch));
    check_members(batch);
    TRY(settle_macs(batch));
    TRY(resolve_members(batch));
    TRY(take_members(batch));
    return write_batch(batch, ret_rows);
}

struct err *
port_create_all(struct change *change, struct port *const *ports, size_t n)
{
    struct member member = {.change = change,
                            .ports = (struct port **) (uintptr_t) ports,
                            .n = n,
                            .from_server = true};
    struct batch batch = {.tx = change->tx,
                          .members = &member,
                          .n_members = 1,
                          .settings = change->settings};
    struct rows rows;
    TRY(run_batch(&batch, &rows));
    return member.err;
}

/* --- the combining lane */

/* A member of its own for the job: the records are copied, since a batch may
 * run again. */
static void
init_member(struct member *member, struct tx *tx, struct write *write)
{
    struct arena *arena = write->job.arena;
    struct change *change = ARENA_NEW(arena, struct change);
    *change = (struct change){.arena = arena,
                              .tx = tx,
                              .settings = write->settings,
                              .caller = write->caller,
                              .request_id = write->request_id,
                              .sdn = write->sdn};
    *member = (struct member){.change = change, .n = write->n};
    member->ports = ARENA_ARRAY(arena, struct port *, write->n);
    for (size_t i = 0; i < write->n; i++) {
        member->ports[i] =
            arena_memdup(arena, write->records[i], sizeof(struct port));
        member->ports[i]->id = uuid_new_random();
        record_set(&member->ports[i]->rec, ATTR_ID);
    }
}

/* Hands the answers out: each job has its own rows of the INSERT. */
static void
give_answers(struct batch *batch, struct job **jobs, const struct rows *rows)
{
    int row = 0;
    for (size_t i = 0; i < batch->n_members; i++) {
        struct write *write = (struct write *) jobs[i];
        struct member *member = &batch->members[i];
        jobs[i]->err = member->err;
        if (member->err != NULL) {
            continue;
        }
        write->ret_json = ARENA_ARRAY(jobs[i]->arena, const char *, write->n);
        write->ret_revisions = ARENA_ARRAY(jobs[i]->arena, int64_t, write->n);
        for (size_t j = 0; j < write->n; j++, row++) {
            write->ret_json[j] =
                render_text(jobs[i]->arena, &port_resource.table, rows, row,
                            write->mask);
            write->ret_revisions[j] = member->ports[j]->revision_number;
        }
    }
}

struct err *
port_create_batch(struct tx *tx, struct job **jobs, size_t n)
{
    struct batch batch = {
        .tx = tx,
        .members = ARENA_ARRAY(tx->arena, struct member, n),
        .n_members = n,
        .settings = ((struct write *) jobs[0])->settings,
    };
    struct event_list events = {.n = 0};
    struct rows rows = {NULL}, written;
    for (size_t i = 0; i < n; i++) {
        init_member(&batch.members[i], tx, (struct write *) jobs[i]);
    }
    TRY(run_batch(&batch, &rows));
    for (size_t i = 0; i < n; i++) {
        const struct event_list *list = &batch.members[i].change->events;
        for (size_t j = 0; j < list->n; j++) {
            events_add(tx->arena, &events, &list->items[j]);
        }
    }
    give_answers(&batch, jobs, &rows);
    if (events.n == 0) {
        return NULL; /* Every member was refused: nothing to commit. */
    }
    struct query write = events_insert(tx->arena, &events);
    return tx_commit(tx, &write, 1, &written);
}
