/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a resource is, in one value: its names, its struct and its attribute
 * table.  The generic code (body, query, render, sqlgen, openapi) takes it.
 */
#ifndef SCHEMA_TABLE_H
#define SCHEMA_TABLE_H

#include <stddef.h>

#include "core/err.h"
#include "schema/attr.h"
#include "schema/record.h"

struct table {
    const char *name;        /* "network": envelope of one, event type. */
    const char *plural;      /* "networks": envelope, SQL table, and path, */
    const char *path;        /* unless this is another: "entitlement-requests";
                              * or NULL. */
    const char *title;       /* "Network": for messages. */
    const struct attr *attrs;
    size_t n_attrs;          /* At most RECORD_MAX_ATTRS. */
    size_t size;             /* sizeof the struct; it starts with a record. */
    enum err_kind not_found;
    uint64_t varying;        /* Bit i: attribute i differs between objects that
                              * are made together (sqlgen_insert.c); 0: each
                              * may. */
    const char *visible;     /* SQL over row t and ATTR_ASKER: rows of others
                              * that a project sees too; NULL: none. */
    const char *parent_column; /* What an object is in; NULL: "network_id". */
    bool self_contained;     /* What is shown of a row stands in that row: no
                              * expression looks elsewhere (db/rowcache.h). */
    const char *doc;         /* A sentence for the reader of OpenAPI. */
};

/* The last part of the path of the collection. */
static inline const char *
table_path(const struct table *table)
{
    return table->path == NULL ? table->plural : table->path;
}

/* Index of the attribute called 'name' (aliases included), or -1. */
int table_find(const struct table *table, const char *name);

/* A new record of the table, all attributes absent. */
void *table_new_record(struct arena *arena, const struct table *table);

/* A new record of the table with every attribute that has a default. */
void *table_new_defaults(struct arena *arena, const struct table *table);

/* Gives 'record' the attributes that 'from' was given and it was not.  What
 * they point to they share, so it is not to be changed in place. */
void table_fill(const struct table *table, void *record, const void *from);

/* Gives 'record' the attributes that 'patch' was given; the same holds. */
void table_merge(const struct table *table, void *record, const void *patch);

/* Every mistake a table can contain, as text, for the unit test: names twice,
 * flags that contradict each other, defaults that do not parse. */
const char *table_lint(struct arena *arena, const struct table *table);

#endif
