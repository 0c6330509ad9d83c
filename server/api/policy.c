/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may give which attribute.
 */
#include "api/policy.h"

#include "core/arena.h"

/* True when the value of 'attr' is its default. */
static bool
is_default(struct arena *arena, const struct attr *attr,
           const struct record *record)
{
    const struct type *type = type_of(attr->type);
    if (attr->def == NULL) {
        return false;
    }
    void *value = arena_alloc(arena, type->size);
    if (type->from_text == NULL ||
        type->from_text(arena, attr, attr->def, value) != NULL) {
        type->from_sql(arena, attr->def, value);
    }
    return strcmp(type->to_sql(arena, value),
                  type->to_sql(arena, attr_value(attr, record))) == 0;
}

struct err *
policy_check(const struct call *call, const struct table *table,
             const struct record *record, unsigned verb)
{
    if (caller_rules_all(&call->caller, call->resource)) {
        return NULL;
    }
    for (size_t i = 0; i < table->n_attrs; i++) {
        const struct attr *attr = &table->attrs[i];
        if ((attr->flags & ATTR_ADMIN_WRITE) == 0 ||
            !record_is_given(record, i)) {
            continue;
        }
        if (verb == ATTR_POST && record_has(record, i) &&
            is_default(call->arena, attr, record)) {
            continue;
        }
        return err_new(call->arena, ERR_FORBIDDEN,
                       "\"%s\" of a %s is disallowed by policy: it needs the "
                       "role admin%s", attr->name, table->name,
                       call->resource->service == REACH_CHANGE
                           ? " or service"
                           : "");
    }
    return NULL;
}
