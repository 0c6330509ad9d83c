/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attributes that name objects of resources which are not offered: no value
 * but null (or the empty list) can be right, and each is told as an object
 * that does not exist.
 */
#ifndef RESOURCE_ABSENT_H
#define RESOURCE_ABSENT_H

#include "schema/attr.h"

attr_check_fn absent_check_qos_policy;
attr_check_fn absent_check_segment;
attr_check_fn absent_check_security_groups; /* Of a list. */

#endif
