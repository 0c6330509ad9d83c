/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the address map share.
 */
#ifndef ADDRESS_MAP_INTERNAL_H
#define ADDRESS_MAP_INTERNAL_H

#include "api/address_map.h"

/* A list under way. */
struct mapping {
    struct job job; /* The subnet, its islands, where the last one ends. */
    struct call *call;
    bool wanted[MAP_N_STATES];
    int64_t limit;
    int64_t n_islands;     /* Most that are read. */
    struct ip_addr marker; /* Version 0: none. */
    int prefixlen;         /* Of free blocks; -1: runs as they are. */
};

/* address_map.c: makes the answer. */
void address_map_finish(struct job *job);

#endif
