/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The addresses of a subnet: in runs, and one by one with those who held it.
 */
#ifndef API_ADDRESS_MAP_H
#define API_ADDRESS_MAP_H

#include "api/call.h"
#include "net/addrmap.h"

/* GET /v2.0/subnets/{id}/addresses */
operation_fn address_map_list;

/* GET /v2.0/subnets/{id}/addresses/{ip} */
operation_fn address_map_show;

/* --- for the two of them */

/* The statement that reads subnet $1 as project $2 (NULL: an admin) sees it. */
struct query address_map_subnet(const char *const *params);

/* Its row as a map in 'arena'; not found when there is none. */
struct err *address_map_read_subnet(const struct call *call,
                                    const struct rows *rows,
                                    struct map *ret_map) MUST_CHECK;

/* Appends "key":"10.0.0.1". */
void address_map_add_ip(struct buf *buf, const char *key,
                        const struct ip_addr *ip);

#endif
