/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The actions of "tenetd user".
 */
#include "user.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "identity/roles.h"
#include "identity/users_edit.h"

typedef struct err *action_fn(struct users_edit *edit,
                              const struct user_words *words);

static struct err *
need(struct arena *arena, const char *value, const char *what)
{
    return value != NULL ? NULL
                         : err_new(arena, ERR_INVALID_INPUT,
                                   "\"user\" needs %s; \"tenetd --help\" "
                                   "shows how", what);
}

/* --- passwords */

/* Reads a line without showing it when it is typed. */
static bool
read_hidden(char *line, size_t size)
{
    struct termios before, quiet;
    bool typed = isatty(STDIN_FILENO) &&
                 tcgetattr(STDIN_FILENO, &before) == 0;
    if (typed) {
        quiet = before;
        quiet.c_lflag &= ~(tcflag_t) ECHO;
        (void) tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
        (void) fputs("password: ", stderr);
    }
    bool read = fgets(line, (int) size, stdin) != NULL;
    if (typed) {
        (void) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        (void) fputs("\n", stderr);
    }
    return read;
}

static struct err *
ask_password(struct arena *arena, const char **ret_hash)
{
    char line[PASSWORD_MAX + 2];
    size_t len = read_hidden(line, sizeof line) ? strcspn(line, "\r\n") : 0;
    if (len == 0 || len > PASSWORD_MAX) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "the first line of standard input is no password of 1 "
                       "to %d bytes", PASSWORD_MAX);
    }
    line[len] = '\0';
    return password_hash(arena, line, ret_hash);
}

/* --- actions */

static struct err *
find_user(const struct users_edit *edit, const char *name, json_t **ret_user)
{
    *ret_user = users_edit_find(edit, name);
    return *ret_user != NULL ? NULL
                             : err_new(edit->arena, ERR_INVALID_INPUT,
                                       "user \"%s\" does not exist", name);
}

static struct err *
add(struct users_edit *edit, const struct user_words *words)
{
    const char *project, *hash;
    json_t *user = users_edit_find(edit, words->name);
    bool is_new = user == NULL;
    TRY(need(edit->arena, words->project, "--project"));
    TRY(need(edit->arena, words->role, "--role"));
    if (is_new) {
        TRY(ask_password(edit->arena, &hash));
        TRY(users_edit_add(edit, words->name, hash, &user));
    }
    TRY(users_edit_project(edit, words->project, words->project_id,
                           &project));
    TRY(users_edit_grant(edit, user, project, words->role));
    TRY(users_edit_commit(edit));
    (void) printf("%s \"%s\" is %s of project \"%s\" (%s)\n",
                  is_new ? "new user" : "user", words->name, words->role,
                  words->project, project);
    return NULL;
}

static struct err *
set_password(struct users_edit *edit, const struct user_words *words)
{
    const char *hash;
    json_t *user;
    TRY(find_user(edit, words->name, &user));
    TRY(ask_password(edit->arena, &hash));
    users_edit_password(user, hash);
    TRY(users_edit_commit(edit));
    (void) printf("user \"%s\" has another password\n", words->name);
    return NULL;
}

/* The project that is named, or the user's default project. */
static struct err *
find_project(struct users_edit *edit, const json_t *user, const char *name,
             const char **ret_id)
{
    const struct users *users;
    const struct project *project;
    *ret_id = json_string_value(json_object_get(user, "default_project"));
    if (name == NULL) {
        return need(edit->arena, *ret_id, "--project");
    }
    TRY(users_of_json(edit->arena, edit->json, &users));
    project = users_find_project_name(users, name);
    if (project == NULL) {
        return err_new(edit->arena, ERR_INVALID_INPUT,
                       "project \"%s\" does not exist", name);
    }
    *ret_id = project->id;
    return NULL;
}

static struct err *
add_credential(struct users_edit *edit, const struct user_words *words)
{
    struct new_credential made;
    const char *project, *label = words->label;
    json_t *user;
    TRY(find_user(edit, words->name, &user));
    TRY(find_project(edit, user, words->project, &project));
    if (label == NULL) {
        char unique[AUDIT_TEXT_SIZE];
        secret_new_audit_id(unique);
        label = arena_printf(edit->arena, "credential-%.6s", unique);
    }
    TRY(users_edit_add_credential(edit, user, project, words->role, label,
                                  &made));
    TRY(users_edit_commit(edit));
    (void) printf("export OS_AUTH_TYPE=v3applicationcredential\n"
                  "export OS_APPLICATION_CREDENTIAL_ID=%s\n"
                  "export OS_APPLICATION_CREDENTIAL_SECRET=%s\n",
                  made.id, made.secret);
    return NULL;
}

static struct err *
take_away(struct users_edit *edit, const struct user_words *words,
          json_t *user)
{
    const char *project;
    if (words->credential != NULL) {
        return users_edit_remove_credential(edit, user, words->credential);
    }
    if (words->project == NULL) {
        users_edit_remove(edit, user);
        return NULL;
    }
    TRY(find_project(edit, user, words->project, &project));
    return users_edit_revoke(edit, user, project, words->role);
}

static struct err *
remove_user(struct users_edit *edit, const struct user_words *words)
{
    json_t *user;
    TRY(find_user(edit, words->name, &user));
    if (words->role != NULL && words->project == NULL) {
        return need(edit->arena, NULL, "--project with --role");
    }
    TRY(take_away(edit, words, user));
    TRY(users_edit_commit(edit));
    (void) printf("removed\n");
    return NULL;
}

static struct err *
list(struct users_edit *edit, const struct user_words *words)
{
    const struct users *users;
    (void) words;
    TRY(users_of_json(edit->arena, edit->json, &users));
    for (size_t i = 0; i < users->n_users; i++) {
        const struct user *user = &users->users[i];
        (void) printf("%s (%s)\n", user->name, user->id);
        for (size_t k = 0; k < user->n_grants; k++) {
            const struct grant *grant = &user->grants[k];
            (void) printf("  %s of project %s (%s)%s\n",
                          roles_text(edit->arena, grant->roles),
                          grant->project->name, grant->project->id,
                          grant->project == user->default_project
                              ? ", the default" : "");
        }
        for (size_t k = 0; k < user->n_credentials; k++) {
            const struct credential *credential = &user->credentials[k];
            (void) printf("  credential %s (%s), %s of project %s\n",
                          credential->name, credential->id,
                          roles_text(edit->arena, credential->roles),
                          credential->project->name);
        }
    }
    return NULL;
}

static const struct {
    const char *name;
    action_fn *run;
    bool needs_name;
} actions[] = {
    {"add", add, true},
    {"password", set_password, true},
    {"credential", add_credential, true},
    {"remove", remove_user, true},
    {"list", list, false},
};

struct err *
user_run(struct arena *arena, const struct settings *settings,
         const struct user_words *words)
{
    struct users_edit edit;
    const char *path = users_path(arena, settings);
    TRY(password_init(arena));
    TRY(need(arena, words->action, "an action"));
    TRY(need(arena, path, "--identity-file or --data"));
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (strcmp(actions[i].name, words->action) != 0) {
            continue;
        }
        if (actions[i].needs_name) {
            TRY(need(arena, words->name, "the name of a user"));
        }
        TRY(users_edit_begin(arena, path, &edit));
        return actions[i].run(&edit, words);
    }
    return err_new(arena, ERR_INVALID_INPUT,
                   "\"user %s\" is unknown; valid is add, password, list, "
                   "credential or remove", words->action);
}
