/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Address scopes: subnet pools whose addresses mean one thing each, because no
 * two of them share one.
 */
#ifndef RESOURCE_ADDRESS_SCOPE_H
#define RESOURCE_ADDRESS_SCOPE_H

#include "resource/resource.h"

struct address_scope {
    COMMON_MEMBERS;
    int64_t ip_version;
    bool shared;
};

enum address_scope_attr {
    ADDRESS_SCOPE_IP_VERSION = ATTR_N_COMMON,
    ADDRESS_SCOPE_SHARED,
    ADDRESS_SCOPE_N_ATTRS
};

extern const struct resource address_scope_resource;

#endif
