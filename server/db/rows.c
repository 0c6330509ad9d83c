/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows that a connection answers.
 */
#include <libpq-fe.h>

#include "db/conn.h"

int
rows_count(const struct rows *rows)
{
    return rows->n;
}

const char *
rows_text(const struct rows *rows, int row, int column)
{
    row += rows->first;
    return PQgetisnull(rows->result, row, column)
               ? NULL
               : PQgetvalue(rows->result, row, column);
}

size_t
rows_len(const struct rows *rows, int row, int column)
{
    return (size_t) PQgetlength(rows->result, rows->first + row, column);
}

int64_t
rows_int(const struct rows *rows, int row, int column)
{
    return strtoll(PQgetvalue(rows->result, rows->first + row, column), NULL,
                   10);
}

bool
rows_bool(const struct rows *rows, int row, int column)
{
    return PQgetvalue(rows->result, rows->first + row, column)[0] == 't';
}

int64_t
rows_affected(const struct rows *rows)
{
    return strtoll(PQcmdTuples(rows->result), NULL, 10);
}
