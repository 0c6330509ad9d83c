/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks of values in a configuration: for config.c alone.
 */
#ifndef CNI_CONFIG_VALUES_H
#define CNI_CONFIG_VALUES_H

#include <jansson.h>
#include <stdbool.h>

/* Longest names of a network and of a node: both go into the description of
 * a port, which holds 255 characters. */
#define CONFIG_NAME_MAX 100
#define CONFIG_NODE_MAX 100

/* A list of routes: a destination with its prefix length, and a next hop of
 * the same IP version or none. */
bool config_are_routes(const json_t *value);

/* An object as the specification has it under "dns". */
bool config_is_dns(const json_t *value);

#endif
