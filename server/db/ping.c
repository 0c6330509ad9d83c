/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a PostgreSQL server takes connections.
 */
#include "db/ping.h"

#include <libpq-fe.h>

bool
db_ping(const char *conninfo)
{
    return PQping(conninfo) == PQPING_OK;
}
