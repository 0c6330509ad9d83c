/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The network configuration that a runtime passes on standard input, with
 * the settings of this plugin in its object "ipam".
 *
 * Keys of "ipam" that the plugin does not know are refused, so that a typing
 * error does not go unnoticed; the other keys belong to the plugin that
 * delegates to this one.
 */
#ifndef CNI_CONFIG_H
#define CNI_CONFIG_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cni/failure.h"

struct arena;

#define CONFIG_MAX_SUBNETS 8

struct config {
    const char *version; /* cniVersion; one that is supported. */
    const char *name;    /* Of the network, unique on the node. */
    const char *url;     /* Root of the server, without a last "/". */
    const char *socket;  /* Path of its unix socket, or NULL. */
    const char *subnet_ids[CONFIG_MAX_SUBNETS];
    size_t n_subnets;          /* At least one. */
    const char *network_id;    /* Of these subnets, or NULL. */
    const char *project_id;    /* X-Project-Id, or NULL. */
    const char *token;         /* X-Auth-Token, or NULL. */
    const char *token_file;    /* File that holds it, or NULL. */
    const char *ca_file;       /* Certificates to trust, or NULL. */
    const char *node;          /* Where the plugin runs, or NULL. */
    int64_t timeout_s;         /* For a whole command. */
    bool gateway;              /* The subnets' gateways are told. */
    const json_t *routes;      /* Instead of the subnets', or NULL. */
    const json_t *dns;         /* Instead of the subnets', or NULL. */
    const json_t *prev_result; /* Of the last ADD, or NULL. */
    const json_t *attachments; /* That are valid, for GC, or NULL. */
};

/* The "cniVersion" of 'len' bytes of JSON, NULL when it says none, has
 * another type or is no JSON: for VERSION, and for failures. */
const char *config_version(struct arena *arena, const char *text, size_t len);

/* Reads 'len' bytes of JSON.  All texts and values live in 'arena'. */
struct failure *config_decode(struct arena *arena, const char *text,
                              size_t len, struct config *ret_config);

#endif
