/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of objects by the rules of their resources.
 */
#include "resource/creation.h"

#include "core/arena.h"
#include "core/buf.h"
#include "db/render.h"

struct err *
creation_refuse(struct creation_member *member, struct err *err)
{
    if (err != NULL && err_status(err->kind) >= 500) {
        return err;
    }
    member->err = err;
    return NULL;
}

static void
init(struct creation *creation)
{
    creation->arena = creation->tx->arena;
    EACH_RECORD(creation, member, i)
    {
        struct object *object = member->records[i];
        object->id = uuid_new();
        object->revision_number = creation->resource->first_revision;
        record_set(&object->rec, ATTR_ID);
        creation->n_records++;
    }
}

/* --- locks and reads */

STATEMENT(creation_time, "SELECT now()");

/* The last statement of the first round trip, which tells the time as well. */
static struct query
claim_quotas(struct creation *creation)
{
    const char **ids =
        ARENA_ARRAY(creation->arena, const char *, creation->n_records);
    size_t n = 0;
    if (creation->resource->unmetered) {
        return QUERY0(creation_time);
    }
    EACH_RECORD(creation, member, i)
    {
        ids[n++] = ((const struct object *) member->records[i])->project_id;
    }
    creation->claims.resource = creation->resource->table.name;
    quota_claim(&creation->claims, creation->arena, ids, n);
    return quota_take_claims(creation->arena, &creation->claims);
}

static void
read_quotas(struct creation *creation, const struct rows *rows)
{
    bool unmetered = creation->resource->unmetered;
    creation->now = rows_text(rows, 0, unmetered ? 0 : QUOTA_NOW);
    if (!unmetered) {
        quota_read_claims(&creation->claims, creation->settings, rows);
    }
}

static struct err *
load(struct creation *creation)
{
    const struct resource *resource = creation->resource;
    size_t max = creation->n_records + CREATION_N_LOAD + 1;
    struct query *queries = ARENA_ARRAY(creation->arena, struct query, max);
    struct rows *rows = ARENA_ARRAY(creation->arena, struct rows, max);
    size_t n = resource->load_create == NULL
                   ? 0
                   : resource->load_create(creation, queries);
    queries[n] = claim_quotas(creation);
    TRY(tx_run(creation->tx, queries, n + 1, rows));
    read_quotas(creation, &rows[n]);
    return resource->before_create == NULL
               ? NULL
               : resource->before_create(creation, rows);
}

/* --- what is written */

static void
settle_quotas(struct creation *creation)
{
    struct query rest;
    if (creation->resource->unmetered) {
        return;
    }
    for (size_t i = 0; i < creation->n_members; i++) {
        struct creation_member *member = &creation->members[i];
        if (member->err == NULL) {
            member->err = quota_settle(
                &creation->claims, member->change->arena,
                (struct object *const *) member->records, member->n);
        }
    }
    if (quota_return_rest(creation->arena, &creation->claims, &rest)) {
        tx_send(creation->tx, &rest, 1);
    }
}

/* What the schema says of new rows. */
static void
fill_sheet(struct creation *creation, void *const *records, size_t n)
{
    const struct resource *resource = creation->resource;
    const char *revision =
        arena_printf(creation->arena, "%lld",
                     (long long) resource->first_revision);
    creation->sheet =
        sheet_new(creation->arena, &resource->table, records, n);
    for (size_t row = 0; row < n; row++) {
        const char **texts = sheet_row(&creation->sheet, row);
        texts[ATTR_REVISION_NUMBER] = revision;
        texts[ATTR_CREATED_AT] = creation->now;
        texts[ATTR_UPDATED_AT] = creation->now;
    }
}

static const char *
render(const struct creation *creation, struct arena *arena, size_t row,
       uint64_t mask)
{
    struct buf buf;
    buf_init(&buf, arena, 1200);
    render_sheet(&buf, &creation->sheet, row, mask);
    return buf.data;
}

static size_t
insert(struct creation *creation)
{
    void **records =
        ARENA_ARRAY(creation->arena, void *, creation->n_records);
    size_t n = 0;
    EACH_RECORD(creation, member, i)
    {
        records[n++] = member->records[i];
    }
    if (n > 0) {
        fill_sheet(creation, records, n);
        struct query query =
            sqlgen_insert(creation->arena, &creation->sheet, NULL);
        tx_send(creation->tx, &query, 1);
    }
    return n;
}

static void
add_events(struct creation *creation)
{
    const struct resource *resource = creation->resource;
    size_t row = 0;
    EACH_RECORD(creation, member, i)
    {
        struct change *change = member->change;
        change_event(change, resource, member->records[i], "create", NULL,
                     render(creation, change->arena, row++,
                            change_mask(change, resource)));
    }
}

static struct err *
run(struct creation *creation)
{
    const struct resource *resource = creation->resource;
    init(creation);
    TRY(load(creation));
    settle_quotas(creation);
    if (insert(creation) == 0) {
        return NULL;
    }
    add_events(creation);
    return resource->after_create == NULL ? NULL
                                          : resource->after_create(creation);
}

static struct creation
of_one(struct creation_member *member, const struct resource *resource)
{
    return (struct creation){.resource = resource,
                             .tx = member->change->tx,
                             .settings = member->change->settings,
                             .members = member,
                             .n_members = 1};
}

struct err *
change_create(struct change *change, const struct resource *resource,
              void *record)
{
    struct creation_member member = {
        .change = change, .records = &record, .n = 1};
    struct creation creation = of_one(&member, resource);
    TRY(run(&creation));
    return member.err;
}

struct err *
change_add(struct change *change, const struct resource *resource,
           void *record)
{
    struct creation_member member = {
        .change = change, .records = &record, .n = 1};
    struct creation creation = of_one(&member, resource);
    struct rows rows;
    init(&creation);
    TRY(tx_one(creation.tx, claim_quotas(&creation), &rows));
    read_quotas(&creation, &rows);
    insert(&creation);
    add_events(&creation);
    return NULL;
}

/* --- jobs */

/* A member of its own for the job: the records are copied, since the rules may
 * run again. */
static void
init_member(struct creation_member *member, struct tx *tx,
            const struct write *write)
{
    struct arena *arena = write->job.arena;
    struct change change = write_change(write, tx);
    void **records = ARENA_ARRAY(arena, void *, write->n);
    for (size_t i = 0; i < write->n; i++) {
        records[i] = arena_memdup(arena, write->records[i],
                                  write->resource->table.size);
    }
    *member = (struct creation_member){
        .change = arena_memdup(arena, &change, sizeof change),
        .records = records,
        .n = write->n};
}

/* Each job has its own rows of the sheet.  Its first events are of these, and
 * show them as admins see them. */
static void
give_answers(const struct creation *creation, struct job **jobs)
{
    size_t row = 0;
    for (size_t i = 0; i < creation->n_members; i++) {
        struct write *write = (struct write *) jobs[i];
        const struct creation_member *member = &creation->members[i];
        struct arena *arena = jobs[i]->arena;
        jobs[i]->err = member->err;
        if (member->err != NULL) {
            continue;
        }
        bool shows_all =
            write->mask == change_mask(member->change, creation->resource);
        write->ret_json = ARENA_ARRAY(arena, const char *, write->n);
        write->ret_revisions = ARENA_ARRAY(arena, int64_t, write->n);
        for (size_t j = 0; j < write->n; j++, row++) {
            write->ret_json[j] =
                shows_all ? member->change->events.items[j].after
                          : render(creation, arena, row, write->mask);
            write->ret_revisions[j] = creation->resource->first_revision;
        }
    }
}

/* All that happened to the members, in their order. */
static void
send_events(struct creation *creation)
{
    struct event_list events = {.n = 0};
    for (size_t i = 0; i < creation->n_members; i++) {
        const struct creation_member *member = &creation->members[i];
        const struct event_list *list = &member->change->events;
        for (size_t j = 0; member->err == NULL && j < list->n; j++) {
            events_add(creation->arena, &events, &list->items[j]);
        }
    }
    struct query *writes;
    size_t n = events_insert(creation->arena, &events, &writes);
    tx_send(creation->tx, writes, n);
}

struct err *
creation_run_jobs(struct tx *tx, struct job **jobs, size_t n)
{
    const struct write *first = (const struct write *) jobs[0];
    struct creation creation = {
        .resource = first->resource,
        .tx = tx,
        .settings = first->settings,
        .members = ARENA_ARRAY(tx->arena, struct creation_member, n),
        .n_members = n};
    for (size_t i = 0; i < n; i++) {
        init_member(&creation.members[i], tx, (struct write *) jobs[i]);
    }
    TRY(run(&creation));
    send_events(&creation);
    give_answers(&creation, jobs);
    return NULL;
}
