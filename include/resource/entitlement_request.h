/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests of projects for entitlements.  A member asks, an admin decides, and
 * an approval grants in the same transaction.
 */
#ifndef RESOURCE_ENTITLEMENT_REQUEST_H
#define RESOURCE_ENTITLEMENT_REQUEST_H

#include "resource/resource.h"

struct entitlement_request {
    COMMON_MEMBERS;
    const char *user_id;
    const char *entitlement;
    const char *comment;
    const char *status;
    const char *decided_by;
    const char *decision_comment;
};

enum entitlement_request_attr {
    ENTITLEMENT_REQUEST_USER_ID = ATTR_N_COMMON,
    ENTITLEMENT_REQUEST_ENTITLEMENT,
    ENTITLEMENT_REQUEST_COMMENT,
    ENTITLEMENT_REQUEST_STATUS,
    ENTITLEMENT_REQUEST_DECIDED_BY,
    ENTITLEMENT_REQUEST_DECISION_COMMENT,
    ENTITLEMENT_REQUEST_N_ATTRS
};

extern const struct resource entitlement_request_resource;

#endif
