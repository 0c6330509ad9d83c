/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The versions of the CNI specification that the plugin speaks, and what
 * differs between them for an IPAM plugin.
 */
#ifndef CNI_VERSION_H
#define CNI_VERSION_H

#include <stdbool.h>
#include <stddef.h>

/* From the oldest to the newest; NULL-terminated. */
extern const char *const versions[];

#define VERSION_NEWEST "1.1.0"

/* True when 'text' is one of them. */
bool version_is_supported(const char *text);

/* True when the supported version 'version' is 'other', supported as well, or
 * a later one. */
bool version_reaches(const char *version, const char *other);

#endif
