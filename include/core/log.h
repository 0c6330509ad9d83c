/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Log lines: one JSON object per line to standard error.
 *
 * A line is gathered in the caller's storage and written by one write(2), so
 * that lines of several threads never mix.  Layers below http do not log:
 * they return errors.
 */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include <stddef.h>
#include <stdint.h>

struct err;

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_line {
    char text[4096]; /* The line so far; what does not fit is cut. */
    size_t len;
    int skip;        /* Below the level that is written. */
};

/* Sets the lowest level that is written (LOG_INFO at start). */
void log_set_level(enum log_level level);

/* Finds the level named by 'text' ("debug", "info", "warn", "error");
 * returns 0 and sets '*ret_level', or -1. */
int log_level_parse(const char *text, enum log_level *ret_level);

/* Starts a line with time, level and message; adds members; writes it.
 * Values may hold anything (NULL gives null); 'key' is written as it is. */
void log_begin(struct log_line *line, enum log_level level,
               const char *message);
void log_str(struct log_line *line, const char *key, const char *value);
void log_int(struct log_line *line, const char *key, int64_t value);
/* The members "reason" and, for each cause of 'err', "cause". */
void log_err(struct log_line *line, const struct err *err);
void log_end(struct log_line *line);

/* A whole line with a formatted message and no further members. */
void log_printf(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
