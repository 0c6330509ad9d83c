/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Query strings of /v2.0/events.
 */
#include "events_query.h"

#include <errno.h>
#include <string.h>

#include "api/query.h"
#include "core/clock.h"
#include "schema/sqlarray.h"

static struct err *
read_number(const struct call *call, const char *name, const char *text,
            int64_t *ret_number)
{
    char *end = NULL;
    errno = 0;
    *ret_number = strtoll(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0) {
        return err_new(call->arena, ERR_BAD_QUERY,
                       "invalid %s \"%s\": valid is %s", name, text,
                       strcmp(name, "wait") == 0
                           ? "a number of seconds from 0 to 60"
                           : "a cursor that this API gave, or \"now\"");
    }
    return NULL;
}

static struct err *
read_wait(const struct call *call, int64_t *ret_wait_s)
{
    const char *text = call_param(call, "wait");
    *ret_wait_s = 0;
    if (text == NULL) {
        return NULL;
    }
    TRY(read_number(call, "wait", text, ret_wait_s));
    if (*ret_wait_s > EVENTS_MAX_WAIT_S) {
        return err_new(call->arena, ERR_BAD_QUERY,
                       "invalid wait \"%s\": valid is a number of seconds "
                       "from 0 to %d", text, EVENTS_MAX_WAIT_S);
    }
    return NULL;
}

/* Sets the cursor to begin with; 'ret_now' when nothing before is asked
 * for. */
static struct err *
read_since(const struct call *call, struct watch *watch, bool *ret_now)
{
    const char *text = watch->stream && call->last_event_id != NULL &&
                               call->last_event_id[0] != '\0'
                           ? call->last_event_id
                           : call_param(call, "since");
    *ret_now = text != NULL && strcmp(text, "now") == 0;
    watch->from_oldest = text == NULL;
    watch->cursor = *ret_now ? feed_watermark(call->feed)
                             : feed_oldest(call->feed);
    return text == NULL || *ret_now
               ? NULL
               : read_number(call, "cursor", text, &watch->cursor);
}

/* The order is that of the SQL parameters. */
static const struct {
    const char *name;
    enum feed_key key;
} filters[EVENTS_N_FILTERS] = {
    {"project_id", FEED_PROJECT}, {"type", FEED_TYPE},
    {"action", FEED_ACTION},      {"network_id", FEED_NETWORK},
    {"id", FEED_OBJECT},
};

static struct err *
check_names(const struct call *call)
{
    static const char *const others[] = {"since", "wait", "limit"};
    for (size_t i = 0; i < call->n_params; i++) {
        bool known = false;
        for (size_t j = 0; j < EVENTS_N_FILTERS; j++) {
            known = known || strcmp(filters[j].name,
                                    call->params[i].key) == 0;
        }
        for (size_t j = 0; j < sizeof others / sizeof *others; j++) {
            known = known || strcmp(others[j], call->params[i].key) == 0;
        }
        if (!known) {
            return err_new(call->arena, ERR_BAD_REQUEST,
                           "['%s'] is invalid attribute for filtering",
                           call->params[i].key);
        }
    }
    return NULL;
}

static struct err *
check_action(const struct call *call, const char *value)
{
    if (strcmp(value, "create") == 0 || strcmp(value, "update") == 0 ||
        strcmp(value, "delete") == 0) {
        return NULL;
    }
    return err_new(call->arena, ERR_BAD_QUERY,
                   "invalid action \"%s\": valid is create, update or delete",
                   value);
}

/* Adds 'value' in the form that events have: UUIDs in lower case.  What is no
 * UUID is no network. */
static void
add_value(const struct call *call, enum feed_key key, const char *value,
          const char **values, size_t *n)
{
    struct uuid uuid;
    bool is_uuid = uuid_from_text(value, &uuid);
    if (key != FEED_NETWORK) {
        values[(*n)++] = value;
    }
    if (is_uuid && (key == FEED_NETWORK || key == FEED_OBJECT)) {
        values[(*n)++] = type_of(TYPE_UUID)->to_sql(call->arena, &uuid);
    }
}

/* Readers that are no admins have their own project's events alone. */
static bool
may_ask(const struct call *call, enum feed_key key, const char *value)
{
    return key != FEED_PROJECT || call->caller.is_admin ||
           strcmp(value, call->caller.project_id) == 0;
}

static struct err *
read_filter(const struct call *call, struct watch *watch, size_t i)
{
    enum feed_key key = filters[i].key;
    struct feed_values *given = &watch->filter.keys[key];
    const char **values =
        ARENA_ARRAY(call->arena, const char *, 2 * call->n_params + 1);
    for (size_t j = 0; j < call->n_params; j++) {
        const char *value = call->params[j].value;
        if (strcmp(call->params[j].key, filters[i].name) != 0) {
            continue;
        }
        given->given = true;
        TRY(key == FEED_ACTION ? check_action(call, value) : NULL);
        if (may_ask(call, key, value)) {
            add_value(call, key, value, values, &given->n);
        }
    }
    if (key == FEED_PROJECT && !call->caller.is_admin && !given->given) {
        given->given = true;
        values[given->n++] = call->caller.project_id;
    }
    if (!given->given) {
        return NULL;
    }
    uint64_t *hashes = ARENA_ARRAY(call->arena, uint64_t, given->n);
    for (size_t j = 0; j < given->n; j++) {
        hashes[j] = feed_hash(values[j]);
    }
    given->hashes = hashes;
    watch->arrays[i] = sqlarray_format(call->arena, values, given->n);
    return NULL;
}

static struct err *
read_filters(const struct call *call, struct watch *watch)
{
    bool any = false;
    TRY(check_names(call));
    for (size_t i = 0; i < EVENTS_N_FILTERS; i++) {
        TRY(read_filter(call, watch, i));
        any = any || watch->filter.keys[filters[i].key].given;
    }
    watch->scope = watch->filter.keys[FEED_NETWORK].given ? EVENTS_OF_NETWORKS
                   : watch->filter.keys[FEED_PROJECT].given
                       ? EVENTS_OF_PROJECTS
                   : any ? EVENTS_OF_SOME
                         : EVENTS_OF_ALL;
    return NULL;
}

struct err *
events_query_read(const struct call *call, struct watch *watch, bool *ret_now)
{
    int64_t wait_s;
    bool given;
    TRY(read_filters(call, watch));
    TRY(read_wait(call, &wait_s));
    TRY(query_read_limit(call, &watch->limit, &given));
    watch->until_us = clock_monotonic_us() + wait_s * 1000000;
    return read_since(call, watch, ret_now);
}
