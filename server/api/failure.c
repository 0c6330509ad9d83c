/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors as JSON.
 */
#include "api/failure.h"

#include "api/blockers.h"
#include "core/buf.h"
#include "core/err.h"

/* {"attr", "rule", "message"} of every mistake in a body. */
static void
add_errors(struct buf *body, const struct err *err)
{
    buf_adds(body, ",\"errors\":[");
    for (const struct err *e = err; e != NULL; e = e->next) {
        buf_adds(body, e == err ? "{\"attr\":" : ",{\"attr\":");
        buf_adds_json(body, e->attr);
        buf_adds(body, ",\"rule\":");
        buf_adds_json(body, e->rule);
        buf_adds(body, ",\"message\":");
        buf_adds_json(body, e->message);
        buf_put(body, '}');
    }
    buf_put(body, ']');
}

void
failure_write(struct buf *buf, const struct err *err)
{
    buf_adds(buf, "{\"type\":");
    buf_adds_json(buf, err_type(err->kind));
    buf_adds(buf, ",\"message\":");
    buf_adds_json(buf, err->message);
    buf_adds(buf, ",\"detail\":\"\"");
    if (err->attr != NULL || err->next != NULL) {
        add_errors(buf, err);
    }
    if (err->blockers_total > 0) {
        buf_put(buf, ',');
        blockers_write(buf, err->blockers, err->n_blockers,
                       err->blockers_total);
    }
    buf_put(buf, '}');
}

/* RFC 9110 15. */
static const struct {
    int status;
    const char *title;
} titles[] = {
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
};

void
failure_write_identity(struct buf *buf, const struct err *err)
{
    int status = err_status(err->kind);
    const char *title = err_type(err->kind);
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        title = titles[i].status == status ? titles[i].title : title;
    }
    buf_addf(buf, "{\"error\":{\"code\":%d,\"title\":\"%s\",\"message\":",
             status, title);
    buf_adds_json(buf, err->message);
    buf_adds(buf, "}}");
}
