/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking for every line of docs/policy.txt as every kind of caller, about
 * objects of project "walk".
 */
#ifndef SUPPORT_WALK_H
#define SUPPORT_WALK_H

#include "support/v3.h"

enum walk_column {
    WALK_NOBODY,
    WALK_READER,
    WALK_MEMBER,
    WALK_SERVICE,
    WALK_ADMIN,
    WALK_COLUMNS,
};

/* A line of the matrix. */
struct walk_line {
    char method[9];
    char path[80];
    char cells[WALK_COLUMNS][4]; /* "-", "own" or "all". */
};

struct walk_caller {
    const char *title;
    enum walk_column column;
    const char *user; /* NULL: has none. */
    const char *project;
    const char *role;
};

#define WALK_CALLERS 10
extern const struct walk_caller walk_callers[WALK_CALLERS];

/* A server with these callers, and what they ask about. */
struct walk {
    struct v3 v3;
    const char *tokens[WALK_CALLERS];
    const char *user_id;    /* Of the member. */
    const char *subject;    /* A token of the member's. */
    const char *network_id; /* Of the sample. */
    const char *id;         /* The sample. */
};

struct walk walk_start(void);

/* Makes what the line is about anew; the session is the member's. */
void walk_make_sample(struct walk *walk, const struct walk_line *line);

/* The path of the line, with the sample in it. */
const char *walk_path(const struct walk *walk, const struct walk_line *line);

/* What is sent there; NULL: no body. */
const char *walk_body(const struct walk *walk, const struct walk_line *line);

/* True when the sample is the caller's. */
bool walk_owns(size_t caller, const struct walk_line *line);

/* True when the request names a sample, in its path or body. */
bool walk_names_sample(const struct walk_line *line);

/* The answer to the line's request of that caller. */
struct reply walk_ask(const struct walk *walk, const struct walk_line *line,
                      size_t caller);

#endif
