/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may give which attribute, from the attribute table.
 */
#ifndef API_POLICY_H
#define API_POLICY_H

#include "api/call.h"

/* Refuses (ERR_FORBIDDEN) attributes of 'record' that are only for admins (and
 * for services, where they rule the resource).
 * With 'verb' ATTR_POST, giving such an attribute its default is allowed. */
struct err *policy_check(const struct call *call, const struct table *table,
                         const struct record *record,
                         unsigned verb) MUST_CHECK;

#endif
