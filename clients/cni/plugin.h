/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plugin as a function: from environment and input to output.
 */
#ifndef CNI_PLUGIN_H
#define CNI_PLUGIN_H

#include <stddef.h>

#include "cni/environment.h"

struct arena;

/* Bytes of a configuration at most. */
#define PLUGIN_MAX_INPUT (4u << 20)

/* Executes the command of 'environment' with 'len' bytes of configuration.
 * Returns the exit status; '*ret_output' is what to print, with its newline,
 * or "". */
int plugin_run(struct arena *arena, const struct environment *environment,
               const char *input, size_t len, const char **ret_output);

#endif
