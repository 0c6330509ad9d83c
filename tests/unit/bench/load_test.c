/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of the load generator: times to 1 %, scripts, answers in any parts.
 */
#include <criterion/criterion.h>

#include "bench/load/answer.h"
#include "bench/load/histogram.h"
#include "bench/load/script.h"
#include "core/arena.h"

static struct arena arena;

static void
begin(void)
{
    arena_init(&arena, (size_t) 16 << 20);
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(load_histogram, .init = begin, .fini = end);
TestSuite(load_script, .init = begin, .fini = end);
TestSuite(load_answer, .init = begin, .fini = end);

/* --- times */

Test(load_histogram, empty_is_zero)
{
    struct histogram *histogram = ARENA_NEW(&arena, struct histogram);
    cr_expect_eq(histogram_at(histogram, 500), 0);
    cr_expect_eq(histogram_mean(histogram), 0);
}

Test(load_histogram, lone_time_is_every_percentile)
{
    struct histogram *histogram = ARENA_NEW(&arena, struct histogram);
    histogram_add(histogram, 1234567);
    cr_expect_eq(histogram_at(histogram, 1), 1234567);
    cr_expect_eq(histogram_at(histogram, 999), 1234567);
    cr_expect_eq(histogram_mean(histogram), 1234567);
}

Test(load_histogram, percentiles_are_right_to_one_percent)
{
    struct histogram *histogram = ARENA_NEW(&arena, struct histogram);
    for (int64_t i = 1; i <= 100000; i++) {
        histogram_add(histogram, i * 1000);
    }
    for (unsigned permille = 1; permille < 1000; permille++) {
        double exact = permille * 100000.0;
        double got = (double) histogram_at(histogram, permille);
        cr_expect(got > exact * 0.99 && got < exact * 1.01,
                  "%u of 1000: %f instead of %f", permille, got, exact);
    }
}

Test(load_histogram, beyond_the_last_step_is_kept_as_the_largest)
{
    struct histogram *histogram = ARENA_NEW(&arena, struct histogram);
    histogram_add(histogram, 5);
    histogram_add(histogram, INT64_MAX / 4);
    cr_expect_eq(histogram->max_ns, INT64_MAX / 4);
    cr_expect_eq(histogram->min_ns, 5);
    cr_expect_gt(histogram_at(histogram, 999), (int64_t) 1 << 41);
}

/* --- scripts */

static struct script
parsed(const char *text)
{
    struct script script;
    struct err *err = script_parse(&arena, arena_strdup(&arena, text),
                                   &script);
    cr_assert_null(err, "%s", err == NULL ? "" : err->message);
    return script;
}

static const char *
refusal(const char *text)
{
    struct script script;
    struct err *err = script_parse(&arena, arena_strdup(&arena, text),
                                   &script);
    cr_assert_not_null(err, "was taken: %s", text);
    return err->message;
}

Test(load_script, request_is_ready_to_be_sent)
{
    struct script script = parsed("201\tPOST\t/p\tblue\tA: b\t{}\n");
    cr_assert_eq(script.n_lines, 1);
    cr_expect_eq(script.lines[0].status, 201);
    cr_expect_str_eq(script.lines[0].data,
                     "POST /p HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                     "Accept: application/json\r\nX-Project-Id: blue\r\n"
                     "A: b\r\nContent-Type: application/json\r\n"
                     "Content-Length: 2\r\n\r\n{}");
}

Test(load_script, dashes_are_left_out)
{
    struct script script = parsed("200\tGET\t/p\t-\t-\t-");
    cr_expect_str_eq(script.lines[0].data,
                     "GET /p HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                     "Accept: application/json\r\n\r\n");
}

Test(load_script, holes_are_filled_and_counted_in_the_length)
{
    char ids[CHAIN_MAX][ID_LEN];
    struct script script = parsed("201\tPOST\t/n\t-\t-\t{}\n"
                                  "+201\tPOST\t/p\t-\t-\t{1} {n}");
    const struct line *line = &script.lines[1];
    char *data = arena_alloc(&arena, line->len + 1);
    memset(ids[0], 'x', ID_LEN);
    line_fill(line, ids, 4711, data);
    cr_expect_eq(line->link, 1);
    cr_expect_not_null(strstr(data, "Content-Length: 49\r\n"));
    cr_expect_str_eq(strstr(data, "\r\n\r\n") + 4,
                     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx 000000004711");
}

Test(load_script, bad_lines_are_refused)
{
    cr_expect_not_null(strstr(refusal("200\tGET\t/"), "STATUS METHOD"));
    cr_expect_not_null(strstr(refusal("20\tGET\t/\t-\t-\t-"), "100 to 599"));
    cr_expect_not_null(strstr(refusal("+200\tGET\t/\t-\t-\t-"), "chain"));
    cr_expect_not_null(strstr(refusal("200\tGET\t/{1}\t-\t-\t-"), "earlier"));
    cr_expect_not_null(strstr(refusal("\n\n"), "no requests"));
}

/* --- answers */

/* Gives 'text' to 'answer' in parts of 'size' bytes. */
static void
give(struct answer *answer, const char *text, size_t size)
{
    answer_begin(answer);
    for (size_t len = strlen(text); len > 0;) {
        size_t n = len < size ? len : size;
        answer_take(answer, text, n);
        text += n;
        len -= n;
    }
}

/* The answer to 'text', the same in whatever parts it arrives. */
static struct answer
taken(const char *text)
{
    struct answer answer;
    for (size_t size = 1; size <= strlen(text); size++) {
        give(&answer, text, size);
        cr_expect_eq(answer.state, ANSWER_DONE, "in parts of %zu: %d", size,
                     answer.state);
    }
    return answer;
}

#define UUID "12345678-1234-4234-8234-123456789abc"

Test(load_answer, ends_with_its_length)
{
    struct answer answer = taken(
        "HTTP/1.1 201 Created\r\nDate: x\r\ncontent-length: 51\r\n"
        "\r\n{\"port\":{\"id\":\"" UUID);
    cr_expect_eq(answer.status, 201);
    cr_expect(memcmp(answer_id(&answer), UUID, ID_LEN) == 0);
    cr_expect_not(answer.closes);
}

Test(load_answer, chunks_are_put_together)
{
    struct answer answer = taken("HTTP/1.1 200 OK\r\n"
                                 "Transfer-Encoding: chunked\r\n\r\n"
                                 "5;a=f\r\nhello\r\n6\r\n world\r\n"
                                 "0\r\nX: y\r\n\r\n");
    cr_expect_eq(answer.text_len, 11);
    cr_expect(memcmp(answer.text, "hello world", 11) == 0);
    cr_expect_null(answer_id(&answer));
}

Test(load_answer, no_content_has_no_body)
{
    struct answer answer = taken(
        "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    cr_expect_eq(answer.status, 204);
    cr_expect(answer.closes);
}

Test(load_answer, without_length_or_status_it_is_broken)
{
    struct answer answer;
    give(&answer, "HTTP/1.1 200 OK\r\n\r\n", 100);
    cr_expect_eq(answer.state, ANSWER_BROKEN);
    give(&answer, "220 mail.example ESMTP\r\n\r\n", 100);
    cr_expect_eq(answer.state, ANSWER_BROKEN);
}

Test(load_answer, long_body_is_dull_past_its_beginning)
{
    struct answer answer;
    char text[1024] = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
    size_t head = strlen(text);
    memset(text + head, 'x', sizeof text - head);
    answer_begin(&answer);
    answer_take(&answer, text, sizeof text);
    cr_expect_eq(answer_dull(&answer), 100000 - (sizeof text - head));
    answer_drop(&answer, answer_dull(&answer));
    cr_expect_eq(answer.state, ANSWER_DONE);
}
