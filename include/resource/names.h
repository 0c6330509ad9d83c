/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DNS names as attributes (RFC 1035 2.3.1, RFC 1123 2.1).
 */
#ifndef RESOURCE_NAMES_H
#define RESOURCE_NAMES_H

#include "schema/attr.h"

/* An absolute domain: labels of letters, digits and inner hyphens, up to 63
 * characters each, and a dot at the end. */
attr_check_fn names_check_zone;

/* The same, or "". */
attr_check_fn names_check_fqdn;

/* True for what can be the id of a project or a user, and for NULL: up to 255
 * printable ASCII characters. */
bool names_is_id(const char *text);

/* A host name: "" or one label, or a name of several. */
attr_check_fn names_check_host;

#endif
