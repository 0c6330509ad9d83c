/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which command to execute, and what it needs.
 */
#include "cni/plugin.h"

#include <string.h>

#include "cni/commands.h"
#include "cni/result.h"
#include "cni/version.h"
#include "core/arena.h"

static const struct command {
    const char *name;
    const char *since; /* First version of CNI that has it. */
    unsigned needs;
    command_fn *run;
} commands[] = {
    {"ADD", "0.3.0", NEEDS_CONTAINER_ID | NEEDS_IFNAME | NEEDS_NETNS,
     command_add},
    {"DEL", "0.3.0", NEEDS_CONTAINER_ID | NEEDS_IFNAME, command_del},
    {"CHECK", "0.4.0", NEEDS_CONTAINER_ID | NEEDS_IFNAME | NEEDS_NETNS,
     command_check},
    {"STATUS", "1.1.0", 0, command_status},
    {"GC", "1.1.0", 0, command_gc},
};

static const struct command *
find_command(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof commands / sizeof *commands;
         i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static struct failure *
execute(struct invocation *invocation, const char *input, size_t len)
{
    struct arena *arena = invocation->arena;
    struct config *config = &invocation->config;
    const char *name = invocation->environment->command;
    const struct command *command = find_command(name);
    if (command == NULL) {
        return failure_new(arena, FAILURE_ENVIRONMENT,
                           "CNI_COMMAND is %s%s%s; valid is ADD, DEL, CHECK, "
                           "STATUS, GC or VERSION",
                           name == NULL ? "not set" : "\"",
                           name == NULL ? "" : name,
                           name == NULL ? "" : "\"");
    }
    PASS_ON(
        environment_check(arena, invocation->environment, command->needs));
    PASS_ON(config_decode(arena, input, len, config));
    if (!version_reaches(config->version, command->since)) {
        return failure_new(arena, FAILURE_VERSION,
                           "\"cniVersion\" is \"%s\"; %s needs %s",
                           config->version, name, command->since);
    }
    PASS_ON(client_open(arena, config, &invocation->client));
    return command->run(invocation);
}

int
plugin_run(struct arena *arena, const struct environment *environment,
           const char *input, size_t len, const char **ret_output)
{
    struct invocation invocation = {
        .arena = arena, .environment = environment, .output = ""};
    const char *version = config_version(arena, input, len);
    if (environment->command != NULL &&
        strcmp(environment->command, "VERSION") == 0) {
        *ret_output = arena_printf(arena, "%s\n",
                                   result_versions(arena, version));
        return 0;
    }
    struct failure *failure = execute(&invocation, input, len);
    const char *output = failure == NULL
                             ? invocation.output
                             : result_failure(arena, version, failure);
    *ret_output = arena_printf(arena, "%s%s", output,
                               output[0] == '\0' ? "" : "\n");
    return failure == NULL ? 0 : 1;
}
