/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events as text.  Objects in events are kept as an admin sees them; what
 * others do not see in a GET is taken out here.
 */
#include "events_text.h"

#include "core/arena.h"
#include "db/render.h"
#include "resource/registry.h"

enum column {
    COLUMN_ID,
    COLUMN_AT,
    COLUMN_REQUEST_ID,
    COLUMN_PROJECT_ID,
    COLUMN_USER_ID,
    COLUMN_ACTION,
    COLUMN_TYPE,
    COLUMN_OBJECT_ID,
    COLUMN_REVISION,
    COLUMN_BEFORE,
    COLUMN_AFTER
};

/* --- objects */

/* Bytes of the JSON string at 'text', with its quotes. */
static size_t
string_len(const char *text)
{
    size_t len = 1 + strcspn(text + 1, "\"\\");
    while (text[len] == '\\') {
        len += 2;
        len += strcspn(text + len, "\"\\");
    }
    return len + 1;
}

/* Bytes of the JSON value at 'text', a member of an object. */
static size_t
value_len(const char *text)
{
    size_t len = 0;
    int depth = 0;
    while (text[len] != '\0') {
        if (text[len] == '"') {
            len += string_len(text + len);
            continue;
        }
        bool closes = text[len] == '}' || text[len] == ']';
        if (depth == 0 && (closes || text[len] == ',')) {
            break;
        }
        depth += text[len] == '{' || text[len] == '[' ? 1 : closes ? -1 : 0;
        len++;
    }
    return len;
}

/* The attribute that the member at 'name' (in quotes) is, or -1.  Members
 * stand in the order of the table: it begins to look at 'first'. */
static int
find_attr(const struct table *table, const char *name, size_t len,
          size_t first)
{
    for (size_t i = 0; i < table->n_attrs; i++) {
        size_t at = (first + i) % table->n_attrs;
        const char *candidate = table->attrs[at].name;
        if (strlen(candidate) == len - 2 &&
            memcmp(candidate, name + 1, len - 2) == 0) {
            return (int) at;
        }
    }
    return -1;
}

void
event_write_object(struct buf *buf, const char *text,
                   const struct table *table, uint64_t mask, bool unknown)
{
    char separator = '{';
    size_t next = 0;
    const char *p = text + 1;
    while (*p == '"') {
        size_t name = string_len(p);
        size_t whole = name + 1 + value_len(p + name + 1);
        int attr = find_attr(table, p, name, next);
        next = attr < 0 ? next : (size_t) attr + 1;
        if (attr < 0 ? unknown : (mask & record_bit((size_t) attr)) != 0) {
            buf_put(buf, separator);
            buf_add(buf, p, whole);
            separator = ',';
        }
        p += whole + (p[whole] == ',' ? 1 : 0);
    }
    buf_adds(buf, separator == '{' ? "{}" : "}");
}

/* The table of the objects called 'type', or NULL. */
static const struct table *
table_of(const char *type)
{
    for (size_t i = 0; resources[i] != NULL; i++) {
        if (strcmp(resources[i]->table.name, type) == 0) {
            return &resources[i]->table;
        }
    }
    return NULL;
}

static void
add_object(const struct call *call, struct buf *buf, const char *type,
           const char *text)
{
    const struct table *table = table_of(type);
    bool admin = call->caller.is_admin, sdn = call_has_sdn(call);
    if (text == NULL) {
        buf_adds(buf, "null");
    } else if (table == NULL || (admin && sdn)) {
        buf_adds(buf, text);
    } else {
        event_write_object(buf, text, table, render_mask(table, admin, sdn),
                           admin);
    }
}

/* --- events */

void
event_write(const struct call *call, struct buf *buf, const struct rows *rows,
            int row)
{
    static const struct {
        const char *key;
        enum column column;
    } texts[] = {
        {",\"request_id\":", COLUMN_REQUEST_ID},
        {",\"project_id\":", COLUMN_PROJECT_ID},
        {",\"user_id\":", COLUMN_USER_ID},
        {",\"action\":", COLUMN_ACTION},
        {",\"type\":", COLUMN_TYPE},
        {",\"id\":", COLUMN_OBJECT_ID},
    };
    const char *revision = rows_text(rows, row, COLUMN_REVISION);
    const char *type = rows_text(rows, row, COLUMN_TYPE);
    buf_addf(buf, "{\"cursor\":\"%s\",\"at\":",
             rows_text(rows, row, COLUMN_ID));
    type_of(TYPE_TIME)->render(buf, rows_text(rows, row, COLUMN_AT),
                               rows_len(rows, row, COLUMN_AT));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        buf_adds(buf, texts[i].key);
        buf_adds_json(buf, rows_text(rows, row, texts[i].column));
    }
    buf_addf(buf, ",\"revision_number\":%s,\"before\":",
             revision == NULL ? "null" : revision);
    add_object(call, buf, type, rows_text(rows, row, COLUMN_BEFORE));
    buf_adds(buf, ",\"after\":");
    add_object(call, buf, type, rows_text(rows, row, COLUMN_AFTER));
    buf_put(buf, '}');
}

void
event_write_message(const struct call *call, struct buf *buf,
                    const struct rows *rows, int row)
{
    buf_addf(buf, "id: %s\nevent: %s.%s\ndata: ",
             rows_text(rows, row, COLUMN_ID),
             rows_text(rows, row, COLUMN_TYPE),
             rows_text(rows, row, COLUMN_ACTION));
    event_write(call, buf, rows, row);
    buf_adds(buf, "\n\n");
}
