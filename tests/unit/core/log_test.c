/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of core/log.h: one line of valid JSON, whatever goes in.
 */
#include "core/log.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int saved_stderr;
static int reader;
static char written[sizeof(((struct log_line *) 0)->text) + 1];

static void
begin(void)
{
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    saved_stderr = dup(STDERR_FILENO);
    cr_assert_geq(dup2(ends[1], STDERR_FILENO), 0);
    (void) close(ends[1]);
    reader = ends[0];
}

/* Gives standard error back, and reads what was written to it since begin. */
static const char *
read_line(void)
{
    ssize_t n;

    cr_assert_geq(dup2(saved_stderr, STDERR_FILENO), 0);
    n = read(reader, written, sizeof(written) - 1);
    cr_assert_geq(n, 0);
    written[n] = '\0';
    return written;
}

/* The line as JSON; it must be one object and end with the only newline. */
static json_t *
read_json(void)
{
    const char *line = read_line();
    const char *newline = strchr(line, '\n');
    json_error_t error;
    json_t *json;

    cr_assert_not_null(newline);
    cr_assert_str_eq(newline, "\n");
    json = json_loads(line, JSON_REJECT_DUPLICATES, &error);
    cr_assert_not_null(json, "%s: %s", error.text, line);
    return json;
}

static const char *
string_at(const json_t *json, const char *key)
{
    return json_string_value(json_object_get(json, key));
}

TestSuite(log, .init = begin);

Test(log, a_line_has_time_level_and_message)
{
    json_t *json;

    log_printf(LOG_WARN, "pool %d is %s", 7, "full");
    json = read_json();
    cr_expect_eq(strlen(string_at(json, "time")), 27);
    cr_expect_str_eq(string_at(json, "level"), "warn");
    cr_expect_str_eq(string_at(json, "message"), "pool 7 is full");
    cr_expect_eq(json_object_size(json), 3);
    json_decref(json);
}

Test(log, members_are_strings_integers_and_null)
{
    struct log_line line;
    json_t *json;

    log_begin(&line, LOG_INFO, "request");
    log_str(&line, "path", "/v2.0/ports");
    log_str(&line, "project", NULL);
    log_int(&line, "least", INT64_MIN);
    log_int(&line, "most", INT64_MAX);
    log_end(&line);
    json = read_json();
    cr_expect_str_eq(string_at(json, "path"), "/v2.0/ports");
    cr_expect(json_is_null(json_object_get(json, "project")));
    cr_expect_eq(json_integer_value(json_object_get(json, "least")),
                 INT64_MIN);
    cr_expect_eq(json_integer_value(json_object_get(json, "most")),
                 INT64_MAX);
    json_decref(json);
}

Test(log, below_the_level_nothing_is_written)
{
    struct log_line line;

    log_begin(&line, LOG_DEBUG, "detail");
    log_str(&line, "key", "value");
    log_int(&line, "key", 1);
    log_end(&line);
    log_printf(LOG_INFO, "said");
    cr_expect_not_null(strstr(read_line(), "said"));
    cr_expect_null(strstr(written, "detail"));
}

Test(log, set_level_is_the_lowest_written)
{
    log_set_level(LOG_WARN);
    log_printf(LOG_INFO, "below");
    log_printf(LOG_WARN, "at");
    log_printf(LOG_ERROR, "above");
    cr_expect_null(strstr(read_line(), "below"));
    cr_expect_not_null(strstr(written, "\"at\""));
    cr_expect_not_null(strstr(written, "\"above\""));
}

Test(log, levels_are_read_by_name)
{
    static const char *const names[] = { "debug", "info", "warn", "error" };
    enum log_level level;

    for (int i = 0; i < 4; i++) {
        cr_expect_eq(log_level_parse(names[i], &level), 0, "%s", names[i]);
        cr_expect_eq((int) level, i, "%s", names[i]);
    }
}

Test(log, other_level_names_are_refused)
{
    static const char *const names[] = { "", "INFO", "warning", "inf", "1" };
    enum log_level level;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        cr_expect_eq(log_level_parse(names[i], &level), -1, "%s", names[i]);
    }
}

Test(log, quotes_and_controls_are_escaped)
{
    json_t *json;

    log_printf(LOG_INFO, "a\"b\\c\nd\x01");
    json = read_json();
    cr_expect_str_eq(string_at(json, "message"), "a\"b\\c\nd\x01");
    json_decref(json);
}

/* U+FFFD once and twice. */
#define BAD "\xef\xbf\xbd"
#define BAD2 BAD BAD

Test(log, bytes_that_are_not_utf8_are_replaced)
{
    static const struct {
        const char *value;
        const char *logged;
    } cases[] = {
        { "\xc3\xbc \xe2\x82\xac \xf0\x9f\x8c\x8d",
          "\xc3\xbc \xe2\x82\xac \xf0\x9f\x8c\x8d" },
        { "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf",
          "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf" },
        { "\x80", BAD },
        { "\xff", BAD },
        { "a\xc3", "a" BAD },
        { "\xe2\x82", BAD2 },
        { "\xe2\x82x", BAD2 "x" },
        { "\xf0\x9f\x8c", BAD2 BAD },
        { "\xc0\x80", BAD2 },
        { "\xc1\xbf", BAD2 },
        { "\xe0\x9f\xbf", BAD2 BAD },
        { "\xed\xa0\x80", BAD2 BAD },
        { "\xf0\x8f\xbf\xbf", BAD2 BAD2 },
        { "\xf4\x90\x80\x80", BAD2 BAD2 },
        { "\xf5\x80\x80\x80", BAD2 BAD2 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        json_t *json;

        log_printf(LOG_INFO, "%s", cases[i].value);
        json = read_json();
        cr_expect_str_eq(string_at(json, "message"), cases[i].logged,
                         "case %zu", i);
        json_decref(json);
        begin();
    }
}

Test(log, a_line_is_cut_at_any_length_and_stays_json)
{
    static const char *const units[] = { "x", "\"", "\x01", "\xc3\xbc",
                                         "\xf0\x9f\x8c\x8d", "\xff" };

    for (size_t i = 0; i < 6 * 12; i++) {
        struct log_line line;
        char value[5000] = "";
        size_t len = i / 6;

        memset(value, 'x', len);
        while (len + 5 < sizeof(value)) {
            const char *unit = units[i % 6];

            memcpy(value + len, unit, strlen(unit));
            len += strlen(unit);
        }
        log_begin(&line, LOG_INFO, "cut");
        log_str(&line, "value", value);
        log_str(&line, "after", "not there");
        log_end(&line);
        json_decref(read_json());
        cr_expect_leq(strlen(written), sizeof(line.text));
        begin();
    }
}

Test(log, a_full_line_is_filled_to_the_last_byte)
{
    char value[5000] = "";

    memset(value, 'x', sizeof(value) - 1);
    log_printf(LOG_INFO, "%s", value);
    json_decref(read_json());
    cr_assert_eq(strlen(written), sizeof(((struct log_line *) 0)->text));
}

/* A line of which 'left' bytes are free for members. */
static void
begin_with_room(struct log_line *line, size_t left)
{
    char value[5000] = "";
    size_t used;

    log_begin(line, LOG_INFO, "");
    used = line->len + sizeof(",\"v\":\"\"") - 1 + sizeof("}\n") - 1;
    memset(value, 'x', sizeof(line->text) - used - left);
    log_str(line, "v", value);
}

Test(log, an_integer_fits_whole_or_not_at_all)
{
    struct log_line line;

    begin_with_room(&line, sizeof(",\"n\":123") - 1);
    log_int(&line, "n", 1234);
    log_int(&line, "n", 123);
    log_end(&line);
    cr_assert_not_null(strstr(read_line(), "\",\"n\":123}\n"));
}

Test(log, null_fits_whole_or_not_at_all)
{
    struct log_line line;

    begin_with_room(&line, sizeof(",\"n\":null") - 2);
    log_str(&line, "n", NULL);
    log_end(&line);
    cr_assert_null(strstr(read_line(), "\"n\""));
}

Test(log, a_string_fits_with_both_quotes_or_not_at_all)
{
    struct log_line line;

    begin_with_room(&line, sizeof(",\"n\":\"\"") - 1);
    log_str(&line, "nn", "abc");
    log_str(&line, "n", "abc");
    log_end(&line);
    cr_assert_not_null(strstr(read_line(), "\",\"n\":\"\"}\n"));
}
