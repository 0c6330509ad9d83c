/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A private PostgreSQL for "tenetd dev" and for tests: a cluster in a
 * directory, reached by a unix socket that only its owner can open, running
 * as long as the process that started it.
 */
#ifndef DEV_H
#define DEV_H

#include <stdbool.h>

#include "core/err.h"

struct arena;
struct dev;

/* Starts the cluster in 'dir'/postgres and waits until it answers; makes it,
 * with a database "tenet", on the first start.  Root lets the user postgres
 * (or nobody) run it, since PostgreSQL refuses root.  Without 'durable' it is
 * fast, and ruined when the machine crashes.  Its messages go to
 * 'dir'/postgres.log, its connection string is in 'dir'/database_url.
 *
 * One process at a time may use 'dir'.  PostgreSQL shuts down by itself when
 * the calling thread ends, however that ends.  Memory is in 'arena'. */
struct err *dev_start(struct arena *arena, const char *dir, bool durable,
                      struct dev **ret_dev) MUST_CHECK;

/* The connection string of its database "tenet". */
const char *dev_database_url(const struct dev *dev);

/* Shuts PostgreSQL down and waits for its end.  The data stay. */
void dev_stop(struct dev *dev);

#endif
