/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows as JSON, by the attribute table, straight from PostgreSQL's texts: no
 * tree in between.
 */
#ifndef DB_RENDER_H
#define DB_RENDER_H

#include <stdbool.h>
#include <stdint.h>

#include "db/conn.h"
#include "db/sheet.h"
#include "schema/table.h"

struct buf;

/* Bit i: attribute i of the table is shown.  'admin' shows what only admins
 * see, 'sdn' what exists only where SDNs are on offer. */
uint64_t render_mask(const struct table *table, bool admin, bool sdn);

/* Appends row 'row' as a JSON object of the attributes in 'mask'. */
void render_row(struct buf *buf, const struct table *table,
                const struct rows *rows, int row, uint64_t mask);

/* The same of row 'row' of a sheet: what a SELECT would show after its
 * INSERT. */
void render_sheet(struct buf *buf, const struct sheet *sheet, size_t row,
                  uint64_t mask);

/* Row 'row' of 'rows' as a text of its own in 'arena'. */
const char *render_text(struct arena *arena, const struct table *table,
                        const struct rows *rows, int row, uint64_t mask);

/* True when 'etag' is that of the answer to a GET of row 'row' that shows the
 * attributes in 'mask'. */
bool render_matches(struct arena *arena, const struct table *table,
                    const struct rows *rows, int row, uint64_t mask,
                    const char *etag);

/* Appends {"name": object}: the answer to a GET of one. */
void render_one(struct buf *buf, const struct table *table,
                const struct rows *rows, int row, uint64_t mask);

#endif
