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

#define QUOTA_COLUMNS(s_) "$1::text" s_ ", $2::bigint" s_
STATEMENT_OF_ROWS(port_count_quotas,
    "UPDATE quotas q SET used = q.used + x.n"
    "  FROM ", QUOTA_COLUMNS, " AS x(project_id, n)"
    " WHERE q.project_id = x.project_id AND q.resource = 'port'");

static struct query
count_quotas(struct port_batch *batch)
{
    static const enum type_id types[] = {TYPE_TEXT, TYPE_INT};
    struct set set = set_new(batch->arena, types, 2, batch->n_projects);
    for (size_t i = 0; i < batch->n_projects; i++) {
        const struct port_project *project = &batch->projects[i];
        const char *row[] = {
            project->id, arena_printf(batch->arena, "%lld",
                                      (long long) project->taken)};
        if (project->taken > 0) {
            set_add(&set, row);
        }
    }
    return set_query(&set, &port_count_quotas);
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

void
port_batch_plan_writes(struct port_batch *batch)
{
    void **records = ARENA_ARRAY(batch->arena, void *, batch->n_ports);
    size_t n = 0;
    EACH_PORT(batch, member, i)
    {
        if (member->err == NULL) {
            records[n++] = member->ports[i];
        }
    }
    if (n == 0) {
        return;
    }
    batch->sheet = sheet_new(batch->arena, &port_resource.table, records, n);
    complete_sheet(batch);
    batch->writes[0] = sqlgen_insert(batch->arena, &batch->sheet, NULL);
    batch->writes[1] = count_quotas(batch);
    batch->n_writes = 2 + addresses_store(&batch->addresses, batch->items,
                                          batch->n_items, batch->writes + 2);
    add_events(batch);
}
