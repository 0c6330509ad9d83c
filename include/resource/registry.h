/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of contents: every resource there is.
 */
#ifndef RESOURCE_REGISTRY_H
#define RESOURCE_REGISTRY_H

#include <stddef.h>

struct resource;

/* All resources, NULL-terminated. */
extern const struct resource *const resources[];

/* The resource whose collection has the path 'path' ("networks"), or NULL. */
const struct resource *resource_find(const char *path);

#endif
