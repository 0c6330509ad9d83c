/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the address map share.
 */
#ifndef ADDRESS_MAP_INTERNAL_H
#define ADDRESS_MAP_INTERNAL_H

#include "api/address_map.h"

/* The statements of a list, in order. */
enum mapping_query {
    MAPPING_SUBNET,
    MAPPING_ALLOCATED, /* Islands: first, end of the one before, the port. */
    MAPPING_COOLING,   /* Islands: first, end of the one before. */
    MAPPING_LAST,      /* Where the last of each ends, the first free is. */
    MAPPING_N
};

/* A list under way. */
struct mapping {
    struct job job;
    struct call *call;
    bool wanted[MAP_N_STATES];
    bool free_alone;       /* No other state is wanted. */
    int64_t limit;
    int64_t n_islands;     /* Most that are read of each. */
    struct ip_addr marker; /* Version 0: none. */
    int prefixlen;         /* Of free blocks; -1: runs as they are. */
};

/* address_map.c: makes the answer. */
void address_map_finish(struct job *job);

#endif
