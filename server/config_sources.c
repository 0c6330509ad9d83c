/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of the settings: from the file, then the environment, then the
 * flags, each overriding what came before.  config.c has the table.
 */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "config_internal.h"
#include "core/arena.h"
#include "core/buf.h"

#define MAX_LINE 4096 /* Bytes of a line of the file, with its NUL. */

const char *const setting_truths[] = {"on", "off", "true", "false", "yes",
                                      "no", "1",   "0",    NULL};

/* What config_read is about. */
struct reader {
    struct arena *arena;
    const char *const *args;
    const char *const *env;
    struct settings *settings;
};

/* Index of 'value' in the NULL-terminated 'list', or -1. */
static int
find_in(const char *const *list, const char *value)
{
    for (int i = 0; list[i] != NULL; i++) {
        if (strcmp(list[i], value) == 0) {
            return i;
        }
    }
    return -1;
}

/* Reads a decimal integer without spaces or plus sign. */
static bool
parse_int(const char *text, int64_t *ret_value)
{
    char *end;

    if (!isdigit((unsigned char) text[text[0] == '-' ? 1 : 0])) {
        return false;
    }
    errno = 0;
    *ret_value = strtoll(text, &end, 10);
    return errno == 0 && *end == '\0';
}

/* Each of these reads 'value' into the member of 'setting'; false when it
 * does not fit. */
typedef bool store_fn(const struct setting *setting, const char *value,
                      void *member);

static bool
store_text(const struct setting *setting, const char *value, void *member)
{
    *(const char **) member = value;
    return (setting->one_of == NULL ||
            find_in(setting->one_of, value) >= 0) &&
           (setting->check == NULL || setting->check(value));
}

static bool
store_int(const struct setting *setting, const char *value, void *member)
{
    int64_t *number = member;

    if (setting->one_of != NULL) {
        *number = find_in(setting->one_of, value);
        return *number >= 0;
    }
    return parse_int(value, number) && *number >= setting->min &&
           *number <= setting->max;
}

static bool
store_bool(const struct setting *setting, const char *value, void *member)
{
    int index = find_in(setting_truths, value);

    (void) setting;
    *(bool *) member = index % 2 == 0;
    return index >= 0;
}

static store_fn *const store_fns[] = {
    [SETTING_TEXT] = store_text,
    [SETTING_INT] = store_int,
    [SETTING_BOOL] = store_bool,
};

/* Stores 'value', which stands in 'source'. */
static struct err *
store(const struct reader *reader, const struct setting *setting,
      const char *source, const char *value)
{
    void *member = (char *) reader->settings + setting->offset;
    struct buf valid;

    if (store_fns[setting->type](setting, value, member)) {
        return NULL;
    }
    buf_init(&valid, reader->arena, 64);
    setting_add_valid(&valid, setting);
    return err_new(reader->arena, ERR_INVALID_INPUT,
                   "setting \"%s\" (%s): \"%s\" is not valid; valid is %s",
                   setting->name, source, value, valid.data);
}

static void
store_defaults(const struct reader *reader)
{
    for (size_t i = 0; i < n_settings; i++) {
        struct err *err = store(reader, &settings_table[i], "default",
                                settings_table[i].def);
        assert(err == NULL);
        (void) err;
    }
}

/* The value of variable 'name', or NULL when it is unset or empty. */
static const char *
get_variable(const struct reader *reader, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; reader->env[i] != NULL; i++) {
        const char *entry = reader->env[i];
        if (strncmp(entry, name, len) == 0 && entry[len] == '=') {
            return entry[len + 1] != '\0' ? entry + len + 1 : NULL;
        }
    }
    return NULL;
}

static struct err *
read_environment(const struct reader *reader)
{
    for (size_t i = 0; i < n_settings; i++) {
        char name[SETTING_NAME_SIZE];
        const char *value;

        setting_variable(&settings_table[i], name);
        value = get_variable(reader, name);
        if (value != NULL) {
            TRY(store(reader, &settings_table[i],
                      arena_printf(reader->arena, "environment %s", name),
                      value));
        }
    }
    return NULL;
}

/* One flag of the command line. */
struct flag {
    const char *name;  /* Underscored, as a setting. */
    const char *text;  /* As it was written, for messages. */
    const char *value; /* NULL: none was given. */
    size_t n_args;     /* Arguments it takes up. */
};

/* Reads the flag at args[0]: "--name=value", "--name value", or "--name". */
static struct err *
parse_flag(struct arena *arena, const char *const *args, struct flag *ret)
{
    const char *equals = strchr(args[0], '=');
    size_t len = equals != NULL ? (size_t) (equals - args[0])
                                : strlen(args[0]);
    bool takes_next = equals == NULL && args[1] != NULL &&
                      strncmp(args[1], "--", 2) != 0;
    char *name;

    if (len <= 2 || strncmp(args[0], "--", 2) != 0) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "argument \"%s\" is not expected; valid are flags "
                       "such as --listen 127.0.0.1:9696",
                       args[0]);
    }
    name = arena_strndup(arena, args[0] + 2, len - 2);
    for (char *dash = name; (dash = strchr(dash, '-')) != NULL;) {
        *dash = '_';
    }
    *ret = (struct flag){
        .name = name,
        .text = arena_strndup(arena, args[0], len),
        .value = equals != NULL ? equals + 1
                 : takes_next   ? args[1]
                                : NULL,
        .n_args = takes_next ? 2 : 1,
    };
    return NULL;
}

/* Stores a flag; --config, which has been read, is only checked. */
static struct err *
store_flag(const struct reader *reader, const struct flag *flag)
{
    const struct setting *setting = setting_find(flag->name);
    const char *value = flag->value;

    if (setting == NULL && strcmp(flag->name, "config") != 0) {
        return err_new(reader->arena, ERR_INVALID_INPUT,
                       "flag \"%s\" is unknown; valid are those that "
                       "\"tenetd --help\" lists",
                       flag->text);
    }
    if (value == NULL && setting != NULL && setting->type == SETTING_BOOL) {
        value = "on";
    }
    if (value == NULL) {
        return err_new(reader->arena, ERR_INVALID_INPUT,
                       "flag \"%s\" needs a value", flag->text);
    }
    if (setting == NULL) {
        return NULL;
    }
    return store(reader, setting,
                 arena_printf(reader->arena, "flag %s", flag->text), value);
}

static struct err *
read_flags(const struct reader *reader)
{
    struct flag flag;

    for (size_t i = 0; reader->args[i] != NULL; i += flag.n_args) {
        TRY(parse_flag(reader->arena, reader->args + i, &flag));
        TRY(store_flag(reader, &flag));
    }
    return NULL;
}

/* Finds the file's path in flags or environment; NULL when there is none. */
static struct err *
find_config(const struct reader *reader, const char **ret_path)
{
    struct flag flag;

    *ret_path = get_variable(reader, "TENET_CONFIG");
    for (size_t i = 0; reader->args[i] != NULL; i += flag.n_args) {
        TRY(parse_flag(reader->arena, reader->args + i, &flag));
        if (strcmp(flag.name, "config") == 0 && flag.value != NULL) {
            *ret_path = flag.value;
        }
    }
    return NULL;
}

/* Cuts white space off both ends, in place. */
static char *
trim(char *text)
{
    size_t len;

    while (isspace((unsigned char) *text)) {
        text++;
    }
    len = strlen(text);
    while (len > 0 && isspace((unsigned char) text[len - 1])) {
        text[--len] = '\0';
    }
    return text;
}

/* Cuts off a comment: '#' at the start or after white space, so that it may
 * stand within a value. */
static void
cut_comment(char *line)
{
    for (char *hash = line; (hash = strchr(hash, '#')) != NULL; hash++) {
        if (hash == line || isspace((unsigned char) hash[-1])) {
            *hash = '\0';
            return;
        }
    }
}

/* Stores "key = value"; 'source' is "PATH:LINE". */
static struct err *
read_line(const struct reader *reader, char *line, const char *source)
{
    const struct setting *setting;
    char *equals;
    char *key;

    cut_comment(line);
    key = trim(line);
    if (key[0] == '\0') {
        return NULL;
    }
    equals = strchr(key, '=');
    if (equals == NULL) {
        return err_new(reader->arena, ERR_INVALID_INPUT,
                       "%s: \"%s\" is not a setting; valid is "
                       "\"name = value\"",
                       source, key);
    }
    *equals = '\0';
    key = trim(key);
    setting = setting_find(key);
    if (setting == NULL) {
        return err_new(reader->arena, ERR_INVALID_INPUT,
                       "%s: setting \"%s\" is unknown; valid are those that "
                       "\"tenetd --help\" lists, with \"_\" for \"-\"",
                       source, key);
    }
    return store(reader, setting, source,
                 arena_strdup(reader->arena, trim(equals + 1)));
}

static struct err *
read_lines(const struct reader *reader, FILE *file, const char *path)
{
    char line[MAX_LINE];

    for (int number = 1; fgets(line, sizeof(line), file) != NULL; number++) {
        const char *source = arena_printf(reader->arena, "%s:%d", path,
                                          number);
        if (strchr(line, '\n') == NULL && !feof(file)) {
            return err_new(reader->arena, ERR_INVALID_INPUT,
                           "%s: the line is longer than %d bytes", source,
                           MAX_LINE - 2);
        }
        TRY(read_line(reader, line, source));
    }
    return NULL;
}

static struct err *
read_file(const struct reader *reader)
{
    struct err *err;
    const char *path;
    FILE *file;

    TRY(find_config(reader, &path));
    if (path == NULL) {
        return NULL;
    }
    file = fopen(path, "re");
    if (file == NULL) {
        return err_new(reader->arena, ERR_INVALID_INPUT,
                       "cannot read configuration file \"%s\": %s", path,
                       strerror(errno));
    }
    err = read_lines(reader, file, path);
    if (err == NULL && ferror(file)) {
        err = err_new(reader->arena, ERR_INVALID_INPUT,
                      "cannot read configuration file \"%s\"", path);
    }
    (void) fclose(file);
    return err;
}

struct err *
config_read(struct arena *arena, const char *const *args,
            const char *const *env, struct settings *ret_settings)
{
    const struct reader reader = {
        .arena = arena,
        .args = args,
        .env = env,
        .settings = ret_settings,
    };

    store_defaults(&reader);
    TRY(read_file(&reader));
    TRY(read_environment(&reader));
    return read_flags(&reader);
}
