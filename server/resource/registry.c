/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of contents.
 */
#include "resource/registry.h"

#include "resource/address_scope.h"
#include "resource/cluster.h"
#include "resource/entitlement_request.h"
#include "resource/network.h"
#include "resource/port.h"
#include "resource/rbac_policy.h"
#include "resource/subnet.h"
#include "resource/subnetpool.h"

const struct resource *const resources[] = {
    &network_resource,
    &subnet_resource,
    &port_resource,
    &subnetpool_resource,
    &address_scope_resource,
    &cluster_resource,
    &entitlement_request_resource,
    &rbac_policy_resource,
    NULL,
};

const struct resource *
resource_find(const char *path)
{
    for (size_t i = 0; resources[i] != NULL; i++) {
        if (strcmp(table_path(&resources[i]->table), path) == 0) {
            return resources[i];
        }
    }
    return NULL;
}
