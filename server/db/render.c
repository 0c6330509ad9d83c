/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows as JSON.
 */
#include "db/render.h"

#include "core/arena.h"
#include "core/buf.h"
#include "core/digest.h"
#include "db/sqlgen.h"

uint64_t
render_mask(const struct table *table, bool admin, bool sdn)
{
    uint64_t mask = 0;
    unsigned hidden = ATTR_HIDDEN | ATTR_NO_COLUMN |
                      (admin ? 0 : ATTR_ADMIN_READ) | (sdn ? 0 : ATTR_SDN);
    for (size_t i = 0; i < table->n_attrs; i++) {
        if ((table->attrs[i].flags & hidden) == 0) {
            mask |= record_bit(i);
        }
    }
    return mask;
}

static void
add_member(struct buf *buf, const struct attr *attr, const char *text,
           size_t len)
{
    buf_add(buf, attr->key, attr->key_len);
    if (text == NULL) {
        buf_add(buf, "null", 4);
    } else {
        type_of(attr->type)->render(buf, text, len);
    }
}

/* Ends the object whose members begin at 'start', each with its comma. */
static void
end_object(struct buf *buf, size_t start)
{
    if (buf->len == start) {
        buf_put(buf, '{');
    }
    buf->data[start] = '{';
    buf_put(buf, '}');
}

void
render_row(struct buf *buf, const struct table *table,
           const struct rows *rows, int row, uint64_t mask)
{
    size_t start = buf->len;
    int next = 0; /* Columns stand in the order of the attributes. */
    for (size_t i = 0; i < table->n_attrs; i++) {
        const struct attr *attr = &table->attrs[i];
        int column = attr_is_selected(attr) ? next++ : -1;
        if ((mask & record_bit(i)) == 0) {
            continue;
        }
        if (attr->alias_of != NULL) {
            column = sqlgen_column(table, i);
        }
        add_member(buf, attr, rows_text(rows, row, column),
                   rows_len(rows, row, column));
    }
    end_object(buf, start);
}

void
render_sheet(struct buf *buf, const struct sheet *sheet, size_t row,
             uint64_t mask)
{
    const struct table *table = sheet->table;
    const char **texts = sheet_row(sheet, row);
    size_t start = buf->len;
    for (size_t i = 0; i < table->n_attrs; i++) {
        const struct attr *attr = &table->attrs[i];
        if ((mask & record_bit(i)) == 0) {
            continue;
        }
        const char *text =
            texts[attr->alias_of == NULL
                      ? i
                      : (size_t) table_find(table, attr->alias_of)];
        add_member(buf, attr, text, text == NULL ? 0 : strlen(text));
    }
    end_object(buf, start);
}

const char *
render_text(struct arena *arena, const struct table *table,
            const struct rows *rows, int row, uint64_t mask)
{
    struct buf buf;
    buf_init(&buf, arena, 1200);
    render_row(&buf, table, rows, row, mask);
    return buf.data;
}

void
render_one(struct buf *buf, const struct table *table,
           const struct rows *rows, int row, uint64_t mask)
{
    buf_addf(buf, "{\"%s\":", table->name);
    render_row(buf, table, rows, row, mask);
    buf_put(buf, '}');
}

bool
render_matches(struct arena *arena, const struct table *table,
               const struct rows *rows, int row, uint64_t mask,
               const char *etag)
{
    char current[DIGEST_ETAG_SIZE];
    struct buf buf;
    buf_init(&buf, arena, 1200);
    render_one(&buf, table, rows, row, mask);
    digest_etag(buf.data, buf.len, current);
    return strstr(etag, current) != NULL;
}
