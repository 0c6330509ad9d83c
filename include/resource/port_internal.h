/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the table in port.c takes from its sibling files.
 */
#ifndef RESOURCE_PORT_INTERNAL_H
#define RESOURCE_PORT_INTERNAL_H

#include "resource/port.h"

attr_check_fn port_check_mac;
attr_check_fn port_check_pairs;
attr_check_fn port_check_profile;

struct err *port_before_update(struct change *change, const void *current,
                               void *patch);
struct err *port_lock_updates(struct change *change, void *const *currents,
                              void *const *patches, size_t n);
struct err *port_check_deletes(struct change *change, const struct rows *rows,
                               struct err **ret_errs);
struct err *port_delete_some(struct change *change, const struct rows *rows,
                             const bool *wanted);
struct err *port_create_batch(struct tx *tx, struct job **jobs, size_t n);
struct err *port_delete_batch(struct tx *tx, struct job **jobs, size_t n);

/* The error about the MAC of 'port', with who has it: port_macs.c. */
struct err *port_refuse_mac(struct change *change, const struct port *port)
    __attribute__((returns_nonnull));

/* Ports that have one of the values as a part of their name, device, MAC, id
 * or an address, or as a tag; of their name alone; of their MAC alone. */
struct predicate port_search(struct arena *arena, const char *const *values,
                             size_t n);
struct predicate port_search_name(struct arena *arena,
                                  const char *const *values, size_t n);
struct predicate port_search_mac(struct arena *arena,
                                 const char *const *values, size_t n);

/* The error about address 'ip': 'why' completes the sentence. */
struct err *port_refuse_ip(struct arena *arena, enum err_kind kind,
                           const struct ip_addr *ip, const char *why);

#endif
