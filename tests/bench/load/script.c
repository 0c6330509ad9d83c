/* SPDX-License-Identifier: Apache-2.0 */
#include "script.h"

#include <errno.h>

#include "core/arena.h"
#include "core/buf.h"

enum field { STATUS, METHOD, PATH, PROJECT, HEADER, BODY, N_FIELDS };

/* What holes look like before they are filled, as long as what fills them. */
static const char blank[ID_LEN + 1] = "000000000000000000000000000000000000";

/* Parts 'text' at its tabs; false when there are not N_FIELDS parts. */
static bool
split(char *text, char *ret_fields[N_FIELDS])
{
    for (int i = 0; i < N_FIELDS; i++) {
        ret_fields[i] = text;
        char *tab = strchr(text, '\t');
        if (i == N_FIELDS - 1) {
            return tab == NULL;
        }
        if (tab == NULL) {
            return false;
        }
        *tab = '\0';
        text = tab + 1;
    }
    return false;
}

/* The hole that 'text' begins with: its id, 0 for a number, -1 for none. */
static int
hole_at(const char *text)
{
    if (text[0] != '{' || text[1] == '\0' || text[2] != '}') {
        return -1;
    }
    if (text[1] == 'n') {
        return 0;
    }
    return text[1] >= '1' && text[1] <= '0' + CHAIN_MAX ? text[1] - '0' : -1;
}

/* Appends 'text' with its holes blank; notes them, which lie 'before' bytes
 * further in the request than in 'buf'. */
static void
add_with_holes(struct buf *buf, struct line *line, const char *text)
{
    while (*text != '\0') {
        int id = hole_at(text);
        if (id < 0) {
            buf_put(buf, *text++);
            continue;
        }
        line->holes[line->n_holes++] = (struct hole){.at = buf->len,
                                                     .id = (unsigned) id};
        buf_add(buf, blank, id == 0 ? SERIAL_LEN : ID_LEN);
        text += 3;
    }
}

static size_t
count_holes(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++) {
        n += hole_at(text) >= 0 ? 1 : 0;
    }
    return n;
}

static bool
is_given(const char *field)
{
    return strcmp(field, "-") != 0;
}

static size_t
length_of_body(const char *body)
{
    size_t len = strlen(body);
    for (; *body != '\0'; body++) {
        int id = hole_at(body);
        len += id < 0 ? 0 : (size_t) (id == 0 ? SERIAL_LEN : ID_LEN) - 3;
    }
    return len;
}

static void
make_request(struct arena *arena, char *fields[N_FIELDS], struct line *line)
{
    struct buf buf;
    size_t n_holes = count_holes(fields[PATH]) + count_holes(fields[HEADER]) +
                     count_holes(fields[BODY]);
    line->holes = ARENA_ARRAY(arena, struct hole, n_holes + 1);
    buf_init(&buf, arena, strlen(fields[BODY]) + 512);
    buf_addf(&buf, "%s ", fields[METHOD]);
    add_with_holes(&buf, line, fields[PATH]);
    buf_adds(&buf, " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                   "Accept: application/json\r\n");
    if (is_given(fields[PROJECT])) {
        buf_addf(&buf, "X-Project-Id: %s\r\n", fields[PROJECT]);
    }
    if (is_given(fields[HEADER])) {
        add_with_holes(&buf, line, fields[HEADER]);
        buf_adds(&buf, "\r\n");
    }
    if (is_given(fields[BODY])) {
        buf_addf(&buf,
                 "Content-Type: application/json\r\n"
                 "Content-Length: %zu\r\n\r\n",
                 length_of_body(fields[BODY]));
        add_with_holes(&buf, line, fields[BODY]);
    } else {
        buf_adds(&buf, "\r\n");
    }
    line->data = buf.data;
    line->len = buf.len;
}

static struct err *
parse_line(struct arena *arena, struct script *script, char *text)
{
    char *fields[N_FIELDS];
    size_t number = script->n_lines + 1;
    struct line *line = &script->lines[script->n_lines];
    bool chained = text[0] == '+';
    if (!split(text + (chained ? 1 : 0), fields)) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "request %zu is not \"STATUS METHOD PATH PROJECT "
                       "HEADER BODY\", parted by tabs",
                       number);
    }
    line->status = (int) strtol(fields[STATUS], NULL, 10);
    if (line->status < 100 || line->status > 599) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "status \"%s\" of request %zu is not from 100 to 599",
                       fields[STATUS], number);
    }
    line->link = chained && number > 1 ? line[-1].link + 1 : 0;
    if ((chained && number == 1) || line->link >= CHAIN_MAX) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "request %zu is not one of the first %d of a chain",
                       number, CHAIN_MAX);
    }
    make_request(arena, fields, line);
    for (size_t i = 0; i < line->n_holes; i++) {
        if (line->holes[i].id > line->link) {
            return err_new(arena, ERR_INVALID_INPUT,
                           "request %zu asks for the id of answer %u, which "
                           "is not of an earlier request of its chain",
                           number, line->holes[i].id);
        }
    }
    if (line->n_holes > 0 && line->len > script->longest) {
        script->longest = line->len;
    }
    script->n_lines++;
    return NULL;
}

struct err *
script_parse(struct arena *arena, char *text, struct script *ret_script)
{
    size_t n = 1;
    for (const char *p = text; *p != '\0'; p++) {
        n += *p == '\n' ? 1 : 0;
    }
    *ret_script = (struct script){
        .lines = ARENA_ARRAY(arena, struct line, n)};
    while (*text != '\0') {
        char *end = strchrnul(text, '\n');
        bool last = *end == '\0';
        *end = '\0';
        if (end > text) {
            TRY(parse_line(arena, ret_script, text));
        }
        text = last ? end : end + 1;
    }
    if (ret_script->n_lines == 0) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "the script has no requests");
    }
    return NULL;
}

struct err *
script_read(struct arena *arena, const char *path, struct script *ret_script)
{
    FILE *file = fopen(path, "re");
    struct buf buf;
    char part[65536];
    size_t n;
    if (file == NULL) {
        return err_new(arena, ERR_INVALID_INPUT, "cannot read \"%s\": %s",
                       path, strerror(errno));
    }
    buf_init(&buf, arena, 0);
    while ((n = fread(part, 1, sizeof part, file)) > 0) {
        buf_add(&buf, part, n);
    }
    (void) fclose(file);
    return script_parse(arena, buf.data, ret_script);
}

void
line_fill(const struct line *line, char ids[][ID_LEN], uint64_t serial,
          char *ret_data)
{
    memcpy(ret_data, line->data, line->len);
    for (size_t i = 0; i < line->n_holes; i++) {
        char *place = ret_data + line->holes[i].at;
        if (line->holes[i].id > 0) {
            memcpy(place, ids[line->holes[i].id - 1], ID_LEN);
            continue;
        }
        uint64_t rest = serial;
        for (int digit = SERIAL_LEN - 1; digit >= 0; digit--) {
            place[digit] = (char) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
