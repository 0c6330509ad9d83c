/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of what a deletion takes along, and the ids of plans.
 */
#include "resource/cascade.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/buf.h"
#include "resource/port.h"

struct cascade
cascade_none(struct arena *arena, const struct caller *caller, bool locked)
{
    return (struct cascade){.arena = arena,
                            .locked = locked,
                            .blockers = blockers_none(arena, caller)};
}

void
cascade_add(struct cascade *cascade, struct cascade_list *list,
            const struct cascade_item *item)
{
    if (list->n == list->room) {
        size_t room = list->room * 2 + 16;
        struct cascade_item *grown =
            ARENA_ARRAY(cascade->arena, struct cascade_item, room);
        if (list->n > 0) {
            memcpy(grown, list->items, list->n * sizeof *grown);
        }
        list->items = grown;
        list->room = room;
    }
    list->items[list->n++] = *item;
}

void
cascade_add_row(struct cascade *cascade, struct cascade_list *list,
                const struct rows *rows, int row, const char *cidr)
{
    struct cascade_item item = {
        .type = rows_text(rows, row, BLOCKER_TYPE),
        .id = rows_text(rows, row, BLOCKER_ID),
        .name = rows_text(rows, row, BLOCKER_NAME),
        .revision_number = rows_int(rows, row, BLOCKER_N_COLUMNS),
        .ip_address = rows_text(rows, row, BLOCKER_IP_ADDRESS),
        .device_owner = rows_text(rows, row, BLOCKER_DEVICE_OWNER),
        .device_id = rows_text(rows, row, BLOCKER_DEVICE_ID),
        .cidr = cidr,
    };
    cascade_add(cascade, list, &item);
}

bool
cascade_may_take(struct cascade *cascade, const struct rows *rows, int row,
                 const char *owner)
{
    struct blockers *blockers = &cascade->blockers;
    const char *device_owner = rows_text(rows, row, BLOCKER_DEVICE_OWNER);
    if (strcmp(rows_text(rows, row, BLOCKER_OWNER), owner) != 0) {
        blockers_add_row(blockers, rows, row, blockers_reason_foreign);
        return false;
    }
    if (device_owner != NULL && port_is_platform(device_owner) &&
        !port_is_automatic(device_owner) && !blockers->caller->is_admin) {
        blockers_add_row(blockers, rows, row, blockers_reason_platform);
        return false;
    }
    return true;
}

const char **
cascade_ids(struct arena *arena, const struct cascade_list *list,
            const char *type, size_t *ret_n)
{
    const char **ids = ARENA_ARRAY(arena, const char *, list->n + 1);
    *ret_n = 0;
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->items[i].type, type) == 0) {
            ids[(*ret_n)++] = list->items[i].id;
        }
    }
    return ids;
}

/* --- the id of a plan */

static void
add_lines(struct buf *buf, const char *what, const struct cascade_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct cascade_item *item = &list->items[i];
        buf_addf(buf, "%s %s %s %" PRId64 "\n", what, item->type, item->id,
                 item->revision_number);
    }
}

struct plan_id
plan_id_of(const struct cascade *cascade, int64_t expires_s)
{
    struct plan_id id = {.expires_s = expires_s};
    struct buf buf;
    buf_init(&buf, cascade->arena,
             64 + 80 * (cascade->deletes.n + cascade->updates.n));
    buf_addf(&buf, "plan until %" PRId64 "\n", expires_s);
    add_lines(&buf, "delete", &cascade->deletes);
    add_lines(&buf, "update", &cascade->updates);
    digest_sha256(buf.data, buf.len, id.digest);
    return id;
}

void
plan_id_format(const struct plan_id *id, char ret_text[PLAN_ID_SIZE])
{
    snprintf(ret_text, PLAN_ID_SIZE, "%" PRId64 "-%s", id->expires_s,
             id->digest);
}

/* Digits without a sign, at most 18 of them: no number that overflows. */
#define EXPIRY_DIGITS 18

bool
plan_id_parse(const char *text, struct plan_id *ret_id)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > EXPIRY_DIGITS || text[digits] != '-') {
        return false;
    }
    const char *digest = text + digits + 1;
    if (strlen(digest) != DIGEST_TEXT_SIZE - 1 ||
        digest[strspn(digest, "0123456789abcdef")] != '\0') {
        return false;
    }
    ret_id->expires_s = strtoll(text, NULL, 10);
    memcpy(ret_id->digest, digest, DIGEST_TEXT_SIZE);
    return true;
}

bool
plan_id_equal(const struct plan_id *a, const struct plan_id *b)
{
    return a->expires_s == b->expires_s &&
           strcmp(a->digest, b->digest) == 0;
}
