/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files that make SQL share.
 */
#ifndef SQLGEN_INTERNAL_H
#define SQLGEN_INTERNAL_H

#include "core/buf.h"
#include "db/sqlgen.h"

/* A statement under construction. */
struct gen {
    struct buf sql;
    const char **params;
    int n_params;
    size_t room;
};

void gen_init(struct gen *gen, struct arena *arena, size_t max_params);

/* Adds a parameter; returns its number, from 1 on. */
int gen_param(struct gen *gen, const char *value);

/* The same for the values of attribute 'i' in 'n' records, as one array. */
int gen_array(struct gen *gen, const struct table *table, size_t i,
              void *const *records, size_t n);

/* Appends the columns of a SELECT from t. */
void gen_columns(struct gen *gen, const struct table *table);

struct query gen_query(const struct gen *gen);

#endif
