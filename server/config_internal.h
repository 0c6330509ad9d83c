/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What config.c (the table), config_sources.c (the values) and config_access.c
 * (the ways to say who asks) share.
 */
#ifndef CONFIG_INTERNAL_H
#define CONFIG_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

#define SETTING_NAME_SIZE 64 /* Bytes of a name in any form, with its NUL. */

enum setting_type { SETTING_TEXT, SETTING_INT, SETTING_BOOL };

struct setting {
    const char *name;
    size_t offset; /* In struct settings. */
    enum setting_type type;
    const char *def; /* Default, as text. */
    int64_t min;     /* SETTING_INT */
    int64_t max;
    const char *const *one_of; /* The only values; an integer's names. */
    bool (*check)(const char *value);
    const char *valid; /* What 'check' takes. */
    const char *group; /* Heading of --help; in its first row. */
    const char *doc;
};

extern const struct setting settings_table[];
extern const size_t n_settings;

/* Yes and no in turn, NULL-terminated. */
extern const char *const setting_truths[];

/* The setting called 'name', or NULL. */
const struct setting *setting_find(const char *name);

/* Its name as a flag, without the dashes in front, and as a variable of the
 * environment. */
void setting_flag(const struct setting *setting,
                  char ret_flag[SETTING_NAME_SIZE]);
void setting_variable(const struct setting *setting,
                      char ret_name[SETTING_NAME_SIZE]);

/* Appends what it takes, to follow "valid is". */
void setting_add_valid(struct buf *buf, const struct setting *setting);

/* True for "http://HOST..." or "https://HOST...", without a user. */
bool config_is_url(const char *value);

/* True for "THEIRS=OURS,...", where OURS are roles; and for "". */
bool config_are_roles(const char *value);

#endif
