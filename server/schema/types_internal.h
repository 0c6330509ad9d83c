/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of the type table, one per file that defines them.
 */
#ifndef SCHEMA_TYPES_INTERNAL_H
#define SCHEMA_TYPES_INTERNAL_H

#include "schema/types.h"

extern const struct type type_bool, type_int, type_text, type_uuid, type_time;
extern const struct type type_ip, type_cidr, type_mac;
extern const struct type type_text_list, type_uuid_list, type_json;
extern const struct type type_pools, type_routes;
extern const struct type type_prefixes, type_prefix_len;
extern const struct type type_fixed_ips, type_pairs, type_dhcp_opts;
extern const struct type type_node_groups, type_subnet_block;

/* Renderers that several types share. */
void render_quoted(struct buf *buf, const char *text, size_t len);
void render_verbatim(struct buf *buf, const char *text, size_t len);

/* Reads the JSON text of a column by the type's own from_json. */
void json_list_from_sql(struct arena *arena, const struct type *type,
                        const char *text, void *ret_value);

#endif
