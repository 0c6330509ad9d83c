/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who stands in the way, as JSON.
 */
#include "api/blockers.h"

#include "core/buf.h"
#include "core/err.h"

static void
add_member(struct buf *buf, const char *key, const char *value)
{
    buf_addf(buf, ",\"%s\":", key);
    buf_adds_json(buf, value);
}

static void
add_blocker(struct buf *buf, const struct blocker *blocker)
{
    buf_adds(buf, "{\"type\":");
    buf_adds_json(buf, blocker->type);
    add_member(buf, "id", blocker->id);
    add_member(buf, "name", blocker->name);
    add_member(buf, "ip_address", blocker->ip_address);
    add_member(buf, "device_owner", blocker->device_owner);
    add_member(buf, "device_id", blocker->device_id);
    add_member(buf, "owner", blocker->owner);
    add_member(buf, "reason", blocker->reason);
    buf_put(buf, '}');
}

void
blockers_write(struct buf *buf, const struct blocker *blockers, size_t n,
               int64_t total)
{
    buf_adds(buf, "\"blockers\":[");
    for (size_t i = 0; i < n; i++) {
        buf_adds(buf, i == 0 ? "" : ",");
        add_blocker(buf, &blockers[i]);
    }
    buf_adds(buf, "],\"blockers_total\":");
    buf_add_int(buf, total);
}
