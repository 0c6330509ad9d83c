/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creation of ports: what is written of those that can be, and what their
 * users see of them.
 */
#include "core/arena.h"
#include "core/buf.h"
#include "db/render.h"
#include "db/set.h"
#include "resource/port_batch.h"

#define PIECE 250u /* Rows. */

#define REST_COLUMNS(c_) c_("$1::text") ", " c_("$2::bigint")
STATEMENT_OF_ROWS(port_return_claims,
    "UPDATE quotas q SET used = q.used - x.n"
    "  FROM ", REST_COLUMNS, " AS x(project_id, n)"
    " WHERE q.project_id = x.project_id AND q.resource = 'port'");

/* What was claimed for members that are refused; returns how many statements
 * that takes. */
static size_t
return_claims(const struct port_batch *batch, struct query *ret_query)
{
    static const enum type_id types[] = {TYPE_TEXT, TYPE_INT};
    struct set set = set_new(batch->arena, types, 2, batch->n_projects);
    for (size_t i = 0; i < batch->n_projects; i++) {
        const struct port_project *project = &batch->projects[i];
        int64_t rest = project->claimed - project->taken;
        const char *row[] = {
            project->id,
            arena_printf(batch->arena, "%lld", (long long) rest)};
        if (rest > 0) {
            set_add(&set, row);
        }
    }
    *ret_query = set_query(&set, &port_return_claims);
    return set.n > 0 ? 1 : 0;
}

/* What the schema says of new rows. */
static void
complete_sheet(struct port_batch *batch)
{
    for (size_t row = 0; row < batch->sheet.n; row++) {
        const char **texts = sheet_row(&batch->sheet, row);
        texts[ATTR_REVISION_NUMBER] = "1";
        texts[ATTR_CREATED_AT] = batch->now;
        texts[ATTR_UPDATED_AT] = batch->now;
    }
}

const char *
port_batch_render(const struct port_batch *batch, struct arena *arena,
                  size_t row, uint64_t mask)
{
    struct buf buf;
    buf_init(&buf, arena, 1500);
    render_sheet(&buf, &batch->sheet, row, mask);
    return buf.data;
}

/* The events of the ports in the order of the INSERT. */
static void
add_events(struct port_batch *batch)
{
    size_t row = 0;
    EACH_PORT(batch, member, i)
    {
        if (member->err != NULL) {
            continue;
        }
        struct port *port = member->ports[i];
        struct change *change = member->change;
        port->revision_number = 1;
        change_event(change, &port_resource, (const struct object *) port,
                     "create", NULL,
                     port_batch_render(batch, change->arena, row++,
                                       change_mask(change,
                                                   &port_resource)));
    }
}

/* The new rows, in pieces that PostgreSQL takes while the next one is made. */
static void
insert(struct port_batch *batch)
{
    const struct sheet *sheet = &batch->sheet;
    for (size_t row = 0; row < sheet->n; row += PIECE) {
        struct sheet piece = *sheet;
        piece.texts = sheet_row(sheet, row);
        piece.n = sheet->n - row < PIECE ? sheet->n - row : PIECE;
        struct query query = sqlgen_insert(batch->arena, &piece, NULL);
        tx_send(batch->tx, &query, 1);
    }
}

void
port_batch_write(struct port_batch *batch)
{
    struct query queries[1 + ADDRESSES_N_STORE];
    void **records = ARENA_ARRAY(batch->arena, void *, batch->n_ports);
    size_t n = 0;
    EACH_PORT(batch, member, i)
    {
        if (member->err == NULL) {
            records[n++] = member->ports[i];
        }
    }
    size_t n_queries = return_claims(batch, queries);
    if (n == 0) {
        tx_send(batch->tx, queries, n_queries);
        return;
    }
    batch->sheet = sheet_new(batch->arena, &port_resource.table, records, n);
    complete_sheet(batch);
    insert(batch);
    n_queries += addresses_store(&batch->addresses, batch->items,
                                 batch->n_items, queries + n_queries);
    tx_send(batch->tx, queries, n_queries);
    add_events(batch);
}
