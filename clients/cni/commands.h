/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of the CNI specification, for an IPAM plugin.
 */
#ifndef CNI_COMMANDS_H
#define CNI_COMMANDS_H

#include "cni/client.h"
#include "cni/config.h"
#include "cni/environment.h"
#include "cni/failure.h"

struct arena;

/* An invocation of the plugin. */
struct invocation {
    struct arena *arena;
    const struct environment *environment;
    struct config config;
    struct client client;
    const char *output; /* What is printed on success; "": nothing. */
};

typedef struct failure *command_fn(struct invocation *invocation);

/* Gets the interface its address: that of a port which it has already, or of
 * a new one. */
command_fn command_add;

/* Deletes all ports of the interface; success when there is none. */
command_fn command_del;

/* The interface still has the addresses of prevResult. */
command_fn command_check;

/* The server answers, and the subnets have free addresses. */
command_fn command_status;

/* Deletes the ports of this configuration on this node whose interfaces are
 * not among the valid ones. */
command_fn command_gc;

#endif
