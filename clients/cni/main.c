/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tenet-ipam: a CNI plugin that gives pods the addresses of Tenet's ports.
 *
 *   plugin.c    which command, and what it needs
 *   add.c ...   the commands
 *   ports.c     the ports and subnets that they are about
 *   client.c    the Networking API, with patience
 *
 * A process serves one command and ends.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cni/plugin.h"
#include "cni/result.h"
#include "core/arena.h"
#include "core/buf.h"

#define MEMORY ((size_t) 256 << 20)

static struct failure *
read_input(struct arena *arena, struct buf *buf)
{
    char part[4096];
    buf_init(buf, arena, sizeof part);
    while (buf->len <= PLUGIN_MAX_INPUT) {
        ssize_t n = read(STDIN_FILENO, part, sizeof part);
        if (n == 0) {
            return NULL;
        }
        if (n < 0 && errno != EINTR) {
            return failure_new(arena, FAILURE_IO, "standard input: %s",
                               strerror(errno));
        }
        buf_add(buf, part, n < 0 ? 0 : (size_t) n);
    }
    return failure_new(arena, FAILURE_IO,
                       "standard input: longer than %u bytes",
                       PLUGIN_MAX_INPUT);
}

static int
run(struct arena *arena, const char **ret_output)
{
    struct buf input;
    const struct environment environment = {
        .command = getenv("CNI_COMMAND"),
        .container_id = getenv("CNI_CONTAINERID"),
        .netns = getenv("CNI_NETNS"),
        .ifname = getenv("CNI_IFNAME"),
        .args = getenv("CNI_ARGS"),
    };
    struct failure *failure = read_input(arena, &input);
    if (failure != NULL) {
        *ret_output = arena_printf(arena, "%s\n",
                                   result_failure(arena, NULL, failure));
        return 1;
    }
    return plugin_run(arena, &environment, input.data, input.len, ret_output);
}

int
main(void)
{
    struct arena arena;
    const char *output = "";
    signal(SIGPIPE, SIG_IGN);
    arena_init(&arena, MEMORY);
    int status = run(&arena, &output);
    if (fputs(output, stdout) < 0 || fflush(stdout) != 0) {
        status =
            1; /* The runtime did not get the result, and will say DEL. */
    }
    arena_done(&arena);
    return status;
}
