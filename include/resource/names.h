/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DNS names as attributes (RFC 1035 2.3.1, RFC 1123 2.1).
 */
#ifndef RESOURCE_NAMES_H
#define RESOURCE_NAMES_H

#include "schema/attr.h"

/* A domain, absolute or not: "" or labels of letters, digits and inner
 * hyphens, up to 63 characters each. */
attr_check_fn names_check_domain;

/* The same, absolute: it ends with a dot. */
attr_check_fn names_check_zone;

/* A host name: "" or one label, or a name of several. */
attr_check_fn names_check_host;

#endif
