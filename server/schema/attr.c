/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of attribute tables: their columns, and the rules that every value of
 * an attribute must meet.
 */
#include "schema/attr.h"

#include "core/arena.h"

void
attr_column(const struct attr *attr, char ret_name[ATTR_COLUMN_SIZE])
{
    const char *name = attr->alias_of != NULL ? attr->alias_of
                       : attr->column != NULL ? attr->column
                                              : attr->name;
    size_t i = 0;
    for (; name[i] != '\0' && i < ATTR_COLUMN_SIZE - 1; i++) {
        ret_name[i] = name[i] == ':' ? '_' : name[i];
    }
    ret_name[i] = '\0';
}

bool
attr_is_stored(const struct attr *attr)
{
    return (attr->flags & (ATTR_VIRTUAL | ATTR_NO_COLUMN)) == 0 &&
           attr->alias_of == NULL;
}

int64_t
attr_count_characters(const char *text)
{
    int64_t n = 0;
    for (const char *p = text; *p != '\0'; p++) {
        n += (*p & 0xC0) != 0x80 ? 1 : 0;
    }
    return n;
}

static struct err *
check_one_of(struct arena *arena, const struct attr *attr, const char *text)
{
    const char *valid = "";
    for (size_t i = 0; attr->one_of[i] != NULL; i++) {
        if (strcmp(text, attr->one_of[i]) == 0) {
            return NULL;
        }
        valid = arena_printf(arena, "%s%s\"%s\"", valid, i == 0 ? "" : ", ",
                             attr->one_of[i]);
    }
    return err_attr(arena, attr->name, "one_of",
                    "invalid input for \"%s\": \"%s\" is not one of %s",
                    attr->name, text, valid);
}

static struct err *
check_text(struct arena *arena, const struct attr *attr, const char *text)
{
    if (attr->max > 0 && attr_count_characters(text) > attr->max) {
        return err_attr(arena, attr->name, "max_length",
                        "invalid input for \"%s\": %lld characters exceed "
                        "the maximum of %lld",
                        attr->name, (long long) attr_count_characters(text),
                        (long long) attr->max);
    }
    if (attr->min > 0 && attr_count_characters(text) < attr->min) {
        return err_attr(arena, attr->name, "min_length",
                        "invalid input for \"%s\": at least %lld characters "
                        "are needed", attr->name, (long long) attr->min);
    }
    return attr->one_of == NULL ? NULL : check_one_of(arena, attr, text);
}

static struct err *
check_int(struct arena *arena, const struct attr *attr, int64_t value)
{
    if (value < attr->min) {
        return err_attr(arena, attr->name, "range",
                        "invalid input for \"%s\": %lld is less than %lld",
                        attr->name, (long long) value,
                        (long long) attr->min);
    }
    if (attr->max != 0 && value > attr->max) {
        return err_attr(arena, attr->name, "range",
                        "invalid input for \"%s\": %lld is more than %lld",
                        attr->name, (long long) value,
                        (long long) attr->max);
    }
    return NULL;
}

/* The number of items when the type is a list, else 0: every list struct is a
 * pointer and a count. */
static size_t
count_items(const struct attr *attr, const void *value)
{
    switch (attr->type) {
    case TYPE_TEXT_LIST:
    case TYPE_UUID_LIST:
    case TYPE_POOLS:
    case TYPE_PREFIXES:
    case TYPE_ROUTES:
    case TYPE_FIXED_IPS:
    case TYPE_PAIRS:
    case TYPE_DHCP_OPTS:
    case TYPE_NODE_GROUPS:
        return ((const struct text_list *) value)->n;
    case TYPE_BOOL:
    case TYPE_INT:
    case TYPE_TEXT:
    case TYPE_UUID:
    case TYPE_TIME:
    case TYPE_IP:
    case TYPE_CIDR:
    case TYPE_MAC:
    case TYPE_PREFIX_LEN:
    case TYPE_SUBNET_BLOCK:
    case TYPE_JSON:
    case TYPE_N:
        break;
    }
    return 0;
}

struct err *
attr_check(struct arena *arena, const struct attr *attr, const void *value)
{
    size_t n_items = count_items(attr, value);
    if (attr->type == TYPE_TEXT) {
        TRY(check_text(arena, attr, *(const char *const *) value));
    } else if (attr->type == TYPE_INT || attr->type == TYPE_PREFIX_LEN) {
        TRY(check_int(arena, attr, *(const int64_t *) value));
    } else if (attr->max > 0 && n_items > (size_t) attr->max) {
        return err_attr(arena, attr->name, "max_items",
                        "invalid input for \"%s\": %zu entries exceed the "
                        "maximum of %lld", attr->name, n_items,
                        (long long) attr->max);
    }
    /* Limits come first: looking for repetitions takes the square. */
    if (attr->check != NULL) {
        TRY(attr->check(arena, attr, value));
    }
    const struct type *type = type_of(attr->type);
    return type->validate == NULL ? NULL
                                  : type->validate(arena, attr, value);
}
