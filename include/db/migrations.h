/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The migrations of this binary: the files migrations/NNNN_name.sql, embedded
 * when it was built.  db/migrate.h applies them.
 */
#ifndef DB_MIGRATIONS_H
#define DB_MIGRATIONS_H

#include <stddef.h>

struct migration {
    int number;       /* 1 of "0001_networks.sql"; ascending. */
    const char *name; /* "0001_networks" */
    const char *sql;  /* The whole file. */
};

extern const struct migration migrations[];
extern const size_t n_migrations;

#endif
