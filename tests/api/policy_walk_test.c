/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every line of docs/policy.txt, asked by every kind of caller: the statuses
 * are those of tests/golden/policy_walk.txt, and what the line promises.
 *
 * A method that changes or destroys gets a new object for each caller.
 */
#include "golden/golden.h"
#include "support/walk.h"

#define POLICY "docs/policy.txt"
#define OUTPUT_MAX (64 << 10)
#define LINES_MAX 400

/* --- what a line promises */

static bool
is_let_through(const struct reply *reply)
{
    return reply->status >= 200 && reply->status < 300;
}

static bool
keeps_promise(const struct walk *walk, const struct walk_line *line,
              size_t caller, const struct reply *reply)
{
    enum walk_column column = walk_callers[caller].column;
    const char *cell = line->cells[column];
    if (strcmp(cell, "-") == 0) {
        return column == WALK_NOBODY
                   ? reply->status == 401
                   : reply->status == 403 || reply->status == 404;
    }
    if (strcmp(cell, "all") == 0 || walk_owns(caller, line)) {
        return is_let_through(reply);
    }
    if (walk_names_sample(line)) {
        return reply->status == 403 || reply->status == 404;
    }
    return is_let_through(reply) && strstr(reply->body, walk->id) == NULL &&
           strstr(reply->body, walk->network_id) == NULL;
}

/* --- the walk */

/* The lines of the matrix of 'text' up to the empty one. */
static size_t
parse(const char *text, struct walk_line *lines, size_t max)
{
    size_t n = 0;
    text += strcspn(text, "\n") + 1; /* The title. */
    for (; *text != '\n' && *text != '\0'; text += strcspn(text, "\n") + 1) {
        struct walk_line *line = &lines[n++];
        cr_assert_lt(n, max);
        if (strncmp(text, "OPTIONS*", 8) == 0) {
            *line = (struct walk_line){"OPTIONS",
                                       "/v2.0/networks",
                                       {"all", "all", "all", "all", "all"}};
            continue;
        }
        cr_assert_eq(sscanf(text, "%8s %79s %3s %3s %3s %3s %3s",
                            line->method, line->path, line->cells[0],
                            line->cells[1], line->cells[2], line->cells[3],
                            line->cells[4]),
                     7, "%.80s", text);
    }
    return n;
}

static void
ask_all(struct walk *walk, const struct walk_line *line, struct buf *statuses,
        struct buf *broken)
{
    bool reads = strcmp(line->method, GET) == 0;
    buf_addf(statuses, "%-7s %-48s", line->method, line->path);
    for (size_t i = 0; i < WALK_CALLERS; i++) {
        if (i == 0 || !reads) {
            walk_make_sample(walk, line);
        }
        struct reply r = walk_ask(walk, line, i);
        buf_addf(statuses, " %d", r.status);
        if (!keeps_promise(walk, line, i, &r)) {
            buf_addf(broken, "\n%s to %s: %s",
                     line->cells[walk_callers[i].column],
                     walk_callers[i].title, describe(&r));
        }
    }
    buf_adds(statuses, "\n");
}

static size_t
read_policy(struct walk_line *lines)
{
    size_t n = parse(golden_read(session_arena(), POLICY), lines, LINES_MAX);
    cr_assert_gt(n, 100, "%s has %zu lines", POLICY, n);
    return n;
}

Test(policy_walk, every_caller_gets_what_the_policy_says)
{
    static struct walk_line lines[LINES_MAX];
    struct walk walk = walk_start();
    struct buf statuses, broken;
    size_t n = read_policy(lines);
    buf_init(&statuses, session_arena(), 1 << 16);
    buf_init(&broken, session_arena(), 1 << 20);
    for (size_t i = 0; i < WALK_CALLERS; i++) {
        buf_addf(&statuses, "%s%s", i == 0 ? "" : ", ",
                 walk_callers[i].title);
    }
    buf_adds(&statuses, "\n");
    for (size_t i = 0; i < n; i++) {
        ask_all(&walk, &lines[i], &statuses, &broken);
    }
    cr_assert(broken.len == 0, "%s", broken.data);
    expect_golden(session_arena(), "policy_walk.txt", statuses.data);
    server_end(&walk.v3.server);
}

/* The lines of the program, which it has of its routes. */
Test(policy_walk, a_route_has_a_line_and_a_line_a_route)
{
    static struct walk_line lines[LINES_MAX], routes[LINES_MAX];
    static char said[OUTPUT_MAX];
    cr_assert_eq(server_run(said, sizeof said, "policy"), 0);
    size_t n = read_policy(lines), n_routes = parse(said, routes, LINES_MAX);
    for (size_t i = 0; i < n && i < n_routes; i++) {
        cr_assert_eq(memcmp(&lines[i], &routes[i], sizeof *lines), 0,
                     "%s has %s %s, and the program %s %s", POLICY,
                     lines[i].method, lines[i].path, routes[i].method,
                     routes[i].path);
    }
    cr_assert_eq(n, n_routes);
}

static bool
has_line(const struct walk_line *lines, size_t n, const char *method,
         const char *path)
{
    bool found = false;
    for (size_t i = 0; i < n; i++) {
        found = found || (strcmp(lines[i].method, method) == 0 &&
                          strcmp(lines[i].path, path) == 0);
    }
    return found;
}

Test(policy_walk, a_path_takes_what_has_a_line_and_nothing_else)
{
    static const char *const methods[] = {GET, POST, PUT, DELETE, "PATCH"};
    static struct walk_line lines[LINES_MAX];
    struct walk walk = walk_start();
    size_t n = read_policy(lines);
    for (size_t i = 0; i < n; i++) {
        bool own = strstr(lines[i].path, "{own}") != NULL;
        struct reply r = api("OPTIONS", "%s", walk_path(&walk, &lines[i]));
        const char *allow = reply_header(&r, "Allow");
        for (size_t j = 0; j < sizeof methods / sizeof *methods && !own;
             j++) {
            bool allowed = strstr(allow == NULL ? "" : allow, methods[j]) !=
                           NULL;
            cr_assert_eq(
                allowed, has_line(lines, n, methods[j], lines[i].path),
                "%s %s: %s", methods[j], lines[i].path, describe(&r));
        }
    }
    server_end(&walk.v3.server);
}
