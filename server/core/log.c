/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Log lines, gathered in the caller's storage and written at once.
 *
 * Values come from clients as well, so whatever they hold, the line stays
 * one line of valid JSON: bytes that are not UTF-8 become U+FFFD, and a cut
 * falls between characters, before the closing quote.
 */
#include "core/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/err.h"

#define END "}\n"
#define END_LEN (sizeof(END) - 1)
#define QUOTES_LEN 2u
#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug",
    [LOG_INFO] = "info",
    [LOG_WARN] = "warn",
    [LOG_ERROR] = "error",
};
#define N_LEVELS (sizeof(level_names) / sizeof(level_names[0]))

/* The one setting of the process that is not in main.c: every thread's log
 * lines read it, and passing it to each would serve nobody. */
static atomic_int lowest_level = LOG_INFO;

void
log_set_level(enum log_level level)
{
    atomic_store_explicit(&lowest_level, (int) level, memory_order_relaxed);
}

int
log_level_parse(const char *text, enum log_level *ret_level)
{
    for (size_t i = 0; i < N_LEVELS; i++) {
        if (strcmp(text, level_names[i]) == 0) {
            *ret_level = (enum log_level) i;
            return 0;
        }
    }
    return -1;
}

/* True when 'more' bytes and the end of the line fit. */
static bool
fits(const struct log_line *line, size_t more)
{
    return more <= sizeof(line->text) - END_LEN - line->len;
}

static void
put(struct log_line *line, const char *text, size_t len)
{
    memcpy(line->text + line->len, text, len);
    line->len += len;
}

/* Bytes of the UTF-8 character at 'text' (RFC 3629 section 4), or 0 when
 * there is none.  Reads no further than a NUL. */
static size_t
utf8_size(const unsigned char *text)
{
    unsigned char lead = text[0];
    size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

    if (size == 1) {
        return 1;
    }
    if (lead < 0xc2 || lead > 0xf4) {
        return 0;
    }
    for (size_t i = 1; i < size; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    /* Overlong forms, surrogates, and what lies above U+10FFFF. */
    if ((lead == 0xe0 && text[1] < 0xa0) || (lead == 0xed && text[1] > 0x9f)
        || (lead == 0xf0 && text[1] < 0x90)
        || (lead == 0xf4 && text[1] > 0x8f)) {
        return 0;
    }
    return size;
}

/* Writes the character at '*text' as it stands in a JSON string to 'ret_unit',
 * moves '*text' behind it and returns the bytes written. */
static size_t
next_unit(const char **text, char ret_unit[BUF_JSON_ESCAPE_SIZE])
{
    size_t n = buf_json_escape(**text, ret_unit);

    if (n > 0) {
        *text += 1;
        return n;
    }
    n = utf8_size((const unsigned char *) *text);
    if (n > 0) {
        memcpy(ret_unit, *text, n);
        *text += n;
        return n;
    }
    memcpy(ret_unit, REPLACEMENT, sizeof(REPLACEMENT) - 1);
    *text += 1;
    return sizeof(REPLACEMENT) - 1;
}

/* Puts what stands for itself at the beginning of 'value', as much as fits
 * with the quote behind it; returns its length. */
static size_t
put_plain(struct log_line *line, const char *value)
{
    size_t room = sizeof(line->text) - END_LEN - line->len - 1;
    size_t n = 0;

    while (n < room && value[n] >= 0x20 && value[n] < 0x7f &&
           value[n] != '"' && value[n] != '\\') {
        n++;
    }
    put(line, value, n);
    return n;
}

/* Puts as much of 'value' as fits, quoted; the quotes must fit. */
static void
put_quoted(struct log_line *line, const char *value)
{
    char unit[BUF_JSON_ESCAPE_SIZE];

    put(line, "\"", 1);
    value += put_plain(line, value);
    while (*value != '\0') {
        size_t n = next_unit(&value, unit);

        if (!fits(line, n + 1)) {
            break;
        }
        put(line, unit, n);
    }
    put(line, "\"", 1);
}

/* Starts a member whose value takes at least 'least' bytes; returns false,
 * and puts nothing, when that does not fit. */
static bool
begin_member(struct log_line *line, const char *key, size_t least)
{
    size_t key_len = strlen(key);
    bool first = line->len == 1;

    if (line->skip
        || !fits(line, sizeof(",\"\":") - 1 + key_len + least)) {
        return false;
    }
    put(line, first ? "\"" : ",\"", first ? 1 : 2);
    put(line, key, key_len);
    put(line, "\":", 2);
    return true;
}

void
log_begin(struct log_line *line, enum log_level level, const char *message)
{
    char now[CLOCK_TEXT_SIZE];
    int lowest = atomic_load_explicit(&lowest_level, memory_order_relaxed);

    line->len = 0;
    line->skip = (int) level < lowest;
    if (line->skip) {
        return;
    }
    clock_format(clock_now_us(), 1, now);
    put(line, "{", 1);
    log_str(line, "time", now);
    log_str(line, "level", level_names[level]);
    log_str(line, "message", message);
}

void
log_str(struct log_line *line, const char *key, const char *value)
{
    size_t least = value == NULL ? sizeof("null") - 1 : QUOTES_LEN;

    if (!begin_member(line, key, least)) {
        return;
    }
    if (value == NULL) {
        put(line, "null", sizeof("null") - 1);
        return;
    }
    put_quoted(line, value);
}

void
log_int(struct log_line *line, const char *key, int64_t value)
{
    char text[sizeof("-9223372036854775808")];
    int len = snprintf(text, sizeof(text), "%" PRId64, value);

    if (begin_member(line, key, (size_t) len)) {
        put(line, text, (size_t) len);
    }
}

void
log_err(struct log_line *line, const struct err *err)
{
    log_str(line, "reason", err->message);
    for (err = err->cause; err != NULL; err = err->cause) {
        log_str(line, "cause", err->message);
    }
}

void
log_end(struct log_line *line)
{
    ssize_t written;

    if (line->skip) {
        return;
    }
    put(line, END, END_LEN);
    /* A line that cannot be written is lost: there is nowhere to say so. */
    do {
        written = write(STDERR_FILENO, line->text, line->len);
    } while (written < 0 && errno == EINTR);
}

void
log_printf(enum log_level level, const char *format, ...)
{
    struct log_line line;
    char message[sizeof(line.text)];
    va_list args;

    va_start(args, format);
    if (vsnprintf(message, sizeof(message), format, args) < 0) {
        message[0] = '\0';
    }
    va_end(args);
    log_begin(&line, level, message);
    log_end(&line);
}
