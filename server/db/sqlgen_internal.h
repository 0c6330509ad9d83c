/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files that make SQL share.
 */
#ifndef DB_SQLGEN_INTERNAL_H
#define DB_SQLGEN_INTERNAL_H

#include "core/buf.h"
#include "db/sqlgen.h"

/* A statement under construction. */
struct gen {
    struct buf sql;
    const char **params;
    int *sizes; /* As in struct query. */
    int n_params;
    size_t room;
    bool once;          /* As in struct selection. */
    const char *asker;  /* The project of who asks; NULL: nobody's. */
    int asker_no;       /* Its parameter; 0: there is none yet. */
    const char *askers; /* The column that has it, of many; or NULL. */
};

/* For at most 'max_params' parameters beside that of 'asker'. */
void gen_init(struct gen *gen, struct arena *arena, size_t max_params,
              const char *asker);

/* Adds a parameter and returns its number. */
int gen_add_param(struct gen *gen, const char *value);

/* The same for the values of attribute 'i' in 'n' records, as one array. */
int gen_add_array(struct gen *gen, const struct table *table, size_t i,
                  void *const *records, size_t n);

struct query gen_query(const struct gen *gen);

/* Appends the SQL of a table, with the project of who asks for "$me". */
void gen_add_sql(struct gen *gen, const char *sql);

/* Appends the columns of row t, with commas between them. */
void gen_add_columns(struct gen *gen, const struct table *table);

/* Appends " AND ..." for what 'visibility' shows of row t; nothing for an
 * admin. */
void gen_add_visibility(struct gen *gen, const struct table *table,
                        const struct visibility *visibility);

/* Appends all behind the columns of a SELECT: FROM, WHERE, ORDER BY, LIMIT.
 * It takes at most as many parameters as 'gen_count_params' says. */
void gen_add_rows(struct gen *gen, const struct table *table,
                  const struct selection *selection,
                  const struct visibility *visibility);
size_t gen_count_params(const struct selection *selection);

#endif
