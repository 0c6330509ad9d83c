/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL for people to read: one clause per line, subqueries indented.
 */
#ifndef GOLDEN_SQL_LINES_H
#define GOLDEN_SQL_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"

#define SQL_LINE 78
#define SQL_INDENT 4
#define SQL_BLANKS " \n"
#define SQL_MOST 64 /* Open brackets. */

struct sql_lines {
    struct buf *buf;
    size_t column;
    const char *before;    /* The word before this one. */
    bool query[SQL_MOST];  /* Of each open bracket: a subquery is in it. */
    size_t depth, queries; /* Open brackets, and subqueries of them. */
};

static inline bool
sql_begins(const char *text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strncmp(text, *words, strlen(*words)) == 0) {
            return true;
        }
    }
    return false;
}

/* True when the word at 'text' begins a clause, rather than going on with the
 * one that 'before' began. */
static inline bool
sql_begins_clause(const char *before, const char *text)
{
    static const char *const clauses[] = {
        "AND ",    "FROM ",       "GROUP BY ", "JOIN ",   "LEFT JOIN ",
        "LIMIT ",  "ON CONFLICT", "ORDER BY ", "OR ",     "RETURNING ",
        "SELECT ", "UNION ",      "UPDATE ",   "USING ",  "VALUES ",
        "WHERE ",  "HAVING ",     "SET ",      "DELETE ", "INSERT ",
        NULL};
    static const char *const openings[] = {
        "DELETE ", "DISTINCT ", "LEFT ", "KEY ", "FOR ", "DO ", NULL};
    return sql_begins(text, clauses) && !sql_begins(before, openings);
}

/* Notes the brackets of the word at 'text', 'len' bytes long. */
static inline void
sql_count_brackets(struct sql_lines *lines, const char *text, size_t len)
{
    static const char *const queries[] = {"SELECT ", "INSERT ", "UPDATE ",
                                          "DELETE ", NULL};
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '(' && lines->depth < SQL_MOST) {
            const char *inner = text + i + 1;
            bool query = sql_begins(inner + strspn(inner, SQL_BLANKS),
                                    queries);
            lines->query[lines->depth++] = query;
            lines->queries += query ? 1 : 0;
        } else if (text[i] == ')' && lines->depth > 0) {
            lines->queries -= lines->query[--lines->depth] ? 1 : 0;
        }
    }
}

static inline void
sql_begin_line(struct sql_lines *lines, size_t indent)
{
    buf_put(lines->buf, '\n');
    for (lines->column = 0; lines->column < indent; lines->column++) {
        buf_put(lines->buf, ' ');
    }
}

static inline void
sql_add_word(struct sql_lines *lines, const char *text, size_t len)
{
    bool in_query = lines->depth == 0 || lines->query[lines->depth - 1];
    size_t indent = lines->queries * SQL_INDENT;
    if (in_query && sql_begins_clause(lines->before, text)) {
        sql_begin_line(lines, indent);
    } else if (lines->column + 1 + len > SQL_LINE) {
        sql_begin_line(lines, indent + SQL_INDENT);
    } else if (lines->column > 0) {
        buf_put(lines->buf, ' ');
        lines->column++;
    }
    buf_add(lines->buf, text, len);
    lines->column += len;
    lines->before = text;
    sql_count_brackets(lines, text, len);
}

/* Appends 'sql' to 'buf' in lines, with a semicolon. */
static inline void
sql_add_lines(struct buf *buf, const char *sql)
{
    struct sql_lines lines = {.buf = buf, .before = ""};
    size_t len = strcspn(sql, SQL_BLANKS);
    buf_add(buf, sql, len); /* The first word stands where it is. */
    lines.column = len;
    lines.before = sql;
    for (sql += len; *sql != '\0'; sql += len) {
        sql += strspn(sql, SQL_BLANKS);
        len = strcspn(sql, SQL_BLANKS);
        sql_add_word(&lines, sql, len);
    }
    buf_adds(buf, ";\n");
}

#endif
