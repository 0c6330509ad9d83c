/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of all statements: the linker gathers what STATEMENT declares.
 */
#include "db/conn.h"

extern const struct statement __start_tenet_statements[];
extern const struct statement __stop_tenet_statements[];

const struct statement *
statements_begin(void)
{
    return __start_tenet_statements;
}

const struct statement *
statements_end(void)
{
    return __stop_tenet_statements;
}
