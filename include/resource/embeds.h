/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be included in the objects of a list (?include=...): the table of
 * names and their SQL.  api/embed.c asks for it and shows it.
 */
#ifndef RESOURCE_EMBEDS_H
#define RESOURCE_EMBEDS_H

#include <stdbool.h>
#include <stddef.h>

#include "db/sqlgen.h"
#include "resource/resource.h"

/* What rows are: where they are shown, and from which statement. */
enum embed_slot {
    EMBED_NETWORK_USAGE,
    EMBED_SUBNETS,
    EMBED_SUBNET_USAGE,
    EMBED_PORTS,
    EMBED_PORT_TOTALS, /* Only of subnets whose ports may be cut. */
    EMBED_N_SLOTS
};

struct embed_row {
    const struct resource *resource; /* Whose lists take it. */
    const char *name;                /* "subnets.usage" */
    enum embed_slot slot;            /* Several rows of a name: all of them. */
    struct companion companion;
};

extern const struct embed_row embed_rows[];
extern const size_t n_embed_rows;

/* Columns behind the key of usage rows. */
enum usage_column {
    USAGE_VERSION, /* Of networks; one row per IP version. */
    USAGE_TOTAL,
    USAGE_ALLOCATED,
    USAGE_COOLING,
    USAGE_FREE,
};

/* "usage, subnets, subnets.usage": the names that lists of 'resource' take;
 * NULL: none. */
const char *embeds_names(struct arena *arena, const struct resource *resource);

#endif
