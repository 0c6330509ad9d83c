/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One attribute of a resource: a row of the table that says what a resource
 * is.  Body validation, defaults, rendering, filters, sort keys, SQL, policy,
 * the OpenAPI document and the tests that walk the tables derive from it.
 */
#ifndef SCHEMA_ATTR_H
#define SCHEMA_ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/types.h"

enum attr_flag {
    ATTR_POST = 1u << 0,        /* Accepted by POST. */
    ATTR_PUT = 1u << 1,         /* Accepted by PUT. */
    ATTR_NULL = 1u << 2,        /* null is a value of it. */
    ATTR_REQUIRED = 1u << 3,    /* POST must give it. */
    ATTR_COMPUTED = 1u << 4,    /* Absent in POST: the server decides. */
    ATTR_FILTER = 1u << 5,      /* A query parameter of lists. */
    ATTR_SORT = 1u << 6,        /* A sort_key. */
    ATTR_HIDDEN = 1u << 7,      /* Never in an answer. */
    ATTR_ADMIN_WRITE = 1u << 8, /* Only an admin may give it. */
    ATTR_ADMIN_READ = 1u << 9,  /* Only an admin sees it. */
    ATTR_VIRTUAL = 1u << 10,    /* No column: 'expr' computes it. */
    ATTR_NO_COLUMN = 1u << 11,  /* Input only: neither column nor answer. */
    ATTR_NULL_EMPTY = 1u << 12, /* null means the empty list. */
    ATTR_LOWER = 1u << 13,      /* Letters are stored in lower case. */
    ATTR_SDN = 1u << 14,        /* Exists only where SDNs are on offer. */
    ATTR_DB_DEFAULT = 1u << 15, /* INSERT leaves it to the schema. */
};

/* Stands for the project of who asks in SQL of tables. */
#define ATTR_ASKER "$me"

/* A rule about one value beyond its type.  Returns an error that names the
 * attribute and what would be valid. */
typedef struct err *attr_check_fn(struct arena *arena,
                                  const struct attr *attr, const void *value);

struct attr {
    const char *name;           /* As on the wire: "binding:host_id". */
    const char *key;            /* The name as it stands in an object behind
                                 * another one: ,"binding:host_id": */
    size_t key_len;
    const char *column;         /* NULL: 'name' with '_' for ':'. */
    const char *expr;           /* ATTR_VIRTUAL: SQL over the row "t", and
                                 * ATTR_ASKER. */
    const char *alias_of;       /* A second name of that attribute. */
    size_t offset;              /* Of the member in the resource's struct. */
    enum type_id type;
    unsigned flags;             /* enum attr_flag */
    const char *def;            /* Default of POST, as text; NULL: none. */
    const char *fresh;          /* What 'expr' or the schema makes of it in a
                                 * new row, as PostgreSQL's text. */
    int64_t min;                /* Smallest number. */
    int64_t max;                /* Largest number; most characters; 0: any. */
    const char *const *one_of;  /* NULL-terminated: the only values. */
    attr_check_fn *check;
    const char *doc;            /* A sentence for the reader of OpenAPI. */
};

/* Name, place and type of member 'member' of 'type'; FIELD_AS gives it
 * another name on the wire. */
#define FIELD_AS(type_, member_, name_)                           \
    .name = (name_), .key = ",\"" name_ "\":",                     \
    .key_len = sizeof(name_) + 3, .offset = offsetof(type_, member_), \
    .type = TYPE_OF(((type_ *) 0)->member_)
#define FIELD(type_, member_) FIELD_AS(type_, member_, #member_)

/* The member of 'record' that 'attr' describes. */
static inline void *
attr_value(const struct attr *attr, const void *record)
{
    return (char *) (uintptr_t) record + attr->offset;
}

/* The column of 'attr', into 'ret_name' (64 bytes, PostgreSQL's limit). */
#define ATTR_COLUMN_SIZE 64
void attr_column(const struct attr *attr, char ret_name[ATTR_COLUMN_SIZE]);

/* True when every SELECT of the resource has a column for it. */
static inline bool
attr_is_selected(const struct attr *attr)
{
    return attr->alias_of == NULL && (attr->flags & ATTR_NO_COLUMN) == 0;
}

/* True when the attribute is a column of the resource's own table. */
bool attr_is_stored(const struct attr *attr);

/* Characters of UTF-8 text: the limits of the API count characters. */
int64_t attr_count_characters(const char *text);

/* Checks 'value' against 'min', 'max', 'one_of' and 'check'. */
struct err *attr_check(struct arena *arena, const struct attr *attr,
                       const void *value) MUST_CHECK;

#endif
