/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parameters of a command, which a runtime passes as environment
 * variables (CNI specification, section 2).
 */
#ifndef CNI_ENVIRONMENT_H
#define CNI_ENVIRONMENT_H

#include "cni/failure.h"

struct arena;

/* The variables as they are; NULL: not set. */
struct environment {
    const char *command;      /* CNI_COMMAND */
    const char *container_id; /* CNI_CONTAINERID */
    const char *netns;        /* CNI_NETNS */
    const char *ifname;       /* CNI_IFNAME */
    const char *args;         /* CNI_ARGS */
};

/* Which variables a command needs. */
#define NEEDS_CONTAINER_ID (1u << 0)
#define NEEDS_IFNAME (1u << 1)
#define NEEDS_NETNS (1u << 2)

/* Longest container id: with the interface's name it makes the device_id of
 * a port, which holds 255 characters. */
#define CONTAINER_ID_MAX 239
#define IFNAME_MAX 15 /* IFNAMSIZ of Linux, without its NUL. */

/* Refuses what a command cannot do with: a variable of 'needs' that is not
 * set, or one that is malformed.  The details name all of them. */
struct failure *environment_check(struct arena *arena,
                                  const struct environment *environment,
                                  unsigned needs);

/* The name of the pod, "NAMESPACE/NAME", from K8S_POD_NAMESPACE and
 * K8S_POD_NAME in CNI_ARGS, cut at 255 characters; the container's id when
 * there is none.  Refuses CNI_ARGS that are not "KEY=VALUE;KEY=VALUE". */
struct failure *environment_pod(struct arena *arena,
                                const struct environment *environment,
                                const char **ret_name);

#endif
