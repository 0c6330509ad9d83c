/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of "tenetd user".
 */
#include <string.h>

#include "core/arena.h"
#include "core/buf.h"
#include "user.h"

static const struct {
    const char *flag;
    size_t offset;
} flags[] = {
    {"--project", offsetof(struct user_words, project)},
    {"--project-id", offsetof(struct user_words, project_id)},
    {"--role", offsetof(struct user_words, role)},
    {"--label", offsetof(struct user_words, label)},
    {"--credential", offsetof(struct user_words, credential)},
};

/* The member of 'words' for the flag of 'len' bytes at 'text', or NULL. */
static const char **
find_flag(struct user_words *words, const char *text, size_t len)
{
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (strlen(flags[i].flag) == len &&
            strncmp(flags[i].flag, text, len) == 0) {
            return (const char **) (void *) ((char *) words +
                                             flags[i].offset);
        }
    }
    return NULL;
}

static struct err *
take_word(struct arena *arena, struct user_words *words, const char *word)
{
    const char **place = words->action == NULL ? &words->action
                                               : &words->name;
    if (*place != NULL) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "argument \"%s\" is not expected after the name of a "
                       "user", word);
    }
    *place = word;
    return NULL;
}

/* One argument, and its value when the next is one; returns how many. */
static struct err *
take(struct arena *arena, struct user_words *words, const char *const *args,
     size_t *ret_taken)
{
    const char *equals = strchr(args[0], '=');
    size_t len = equals == NULL ? strlen(args[0])
                                : (size_t) (equals - args[0]);
    const char **place = find_flag(words, args[0], len);
    *ret_taken = 0;
    if (strncmp(args[0], "--", 2) != 0) {
        *ret_taken = 1;
        return take_word(arena, words, args[0]);
    }
    if (place == NULL) {
        return NULL; /* A setting. */
    }
    *place = equals != NULL ? equals + 1 : args[1];
    if (*place == NULL) {
        return err_new(arena, ERR_INVALID_INPUT, "flag \"%s\" needs a value",
                       args[0]);
    }
    *ret_taken = equals != NULL ? 1 : 2;
    return NULL;
}

struct err *
user_words_read(struct arena *arena, const char *const *args,
                struct user_words *ret_words, const char *const **ret_rest)
{
    size_t n = 0, n_rest = 0, taken;
    while (args[n] != NULL) {
        n++;
    }
    const char **rest = ARENA_ARRAY(arena, const char *, n + 1);
    *ret_words = (struct user_words){.action = NULL};
    for (size_t i = 0; i < n; i += taken) {
        TRY(take(arena, ret_words, args + i, &taken));
        if (taken > 0) {
            continue;
        }
        bool valued = strchr(args[i], '=') == NULL && i + 1 < n &&
                      strncmp(args[i + 1], "--", 2) != 0;
        taken = valued ? 2 : 1;
        for (size_t k = 0; k < taken; k++) {
            rest[n_rest++] = args[i + k];
        }
    }
    *ret_rest = rest;
    return NULL;
}

void
user_help(struct buf *buf)
{
    buf_adds(
        buf,
        "\nUsers of auth = embedded, in --identity-file FILE or --data DIR:\n"
        "  user add NAME --project P --role R [--project-id ID]\n"
        "      Makes the user, with a password from standard input, or gives "
        "the one\n      that is there a role more.\n"
        "  user password NAME\n"
        "      Another password, from standard input; ends the tokens of the "
        "old one.\n"
        "  user list\n"
        "  user credential NAME [--project P] [--role R] [--label TEXT]\n"
        "      Makes an application credential; its secret is shown once.\n"
        "  user remove NAME [--project P [--role R] | --credential ID]\n"
        "      Removes the user, its roles of a project, or a "
        "credential.\n\n");
}
