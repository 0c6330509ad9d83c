/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a PostgreSQL server takes connections.
 */
#ifndef DB_PING_H
#define DB_PING_H

#include <stdbool.h>

/* True when the server that 'conninfo' (libpq's form) names takes
 * connections now; user and database need not be valid. */
bool db_ping(const char *conninfo);

#endif
