/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

#include <ctype.h>
#include <strings.h>

#define ID_LEN 36

void
answer_begin(struct answer *answer)
{
    answer->state = ANSWER_HEAD;
    answer->status = 0;
    answer->closes = false;
    answer->left = -1;
    answer->extended = false;
    answer->line_len = 0;
    answer->head_len = 0;
    answer->text_len = 0;
}

/* --- the head */

/* The value of the header that 'line' of 'len' bytes is, if it is 'name'
 * with its colon; NULL otherwise. */
static const char *
value_of(const char *line, size_t len, const char *name)
{
    size_t name_len = strlen(name);
    if (len < name_len || strncasecmp(line, name, name_len) != 0) {
        return NULL;
    }
    const char *value = line + name_len;
    while (*value == ' ') {
        value++;
    }
    return value;
}

/* Most headers are told from those that matter by their first letter. */
static void
read_header(struct answer *answer, const char *line, size_t len,
            bool *ret_chunked)
{
    const char *value;
    if ((line[0] | 0x20) == 't') {
        value = value_of(line, len, "transfer-encoding:");
        *ret_chunked |= value != NULL &&
                        strncasecmp(value, "chunked", 7) == 0;
        return;
    }
    if ((line[0] | 0x20) != 'c') {
        return;
    }
    value = value_of(line, len, "content-length:");
    if (value != NULL) {
        answer->left = strtoll(value, NULL, 10);
    }
    value = value_of(line, len, "connection:");
    answer->closes |= value != NULL && strncasecmp(value, "close", 5) == 0;
}

/* 'head' ends with an empty line at 'len'. */
static void
read_head(struct answer *answer, const char *head, size_t len)
{
    bool chunked = false;
    if (len < 12 || memcmp(head, "HTTP/1.", 7) != 0) {
        answer->state = ANSWER_BROKEN;
        return;
    }
    answer->closes = head[7] == '0';
    answer->status = (int) strtol(head + 9, NULL, 10);
    const char *end = head + len;
    const char *line = memchr(head, '\n', len);
    while (line != NULL && ++line < end) {
        const char *next = memchr(line, '\n', (size_t) (end - line));
        read_header(answer, line,
                    (size_t) ((next == NULL ? end : next) - line), &chunked);
        line = next;
    }
    if (answer->status == 204 || answer->status == 304) {
        answer->left = 0;
    }
    if (chunked) {
        answer->state = ANSWER_CHUNK_SIZE;
        answer->left = 0;
    } else if (answer->left >= 0) {
        answer->state = answer->left == 0 ? ANSWER_DONE : ANSWER_BODY;
    } else {
        answer->state = ANSWER_BROKEN;
    }
}

/* Returns how many bytes were of the head. */
static size_t
take_head(struct answer *answer, const char *data, size_t len)
{
    const char *end;
    if (answer->head_len == 0) {
        end = memmem(data, len, "\r\n\r\n", 4);
        if (end != NULL) {
            read_head(answer, data, (size_t) (end - data) + 2);
            return (size_t) (end - data) + 4;
        }
    }
    size_t before = answer->head_len;
    size_t room = ANSWER_HEAD_MAX - 1 - before;
    size_t n = len < room ? len : room;
    memcpy(answer->head + before, data, n);
    answer->head_len += n;
    end = memmem(answer->head, answer->head_len, "\r\n\r\n", 4);
    if (end == NULL) {
        answer->state = n < len ? ANSWER_BROKEN : ANSWER_HEAD;
        return n;
    }
    size_t head_len = (size_t) (end - answer->head) + 4;
    read_head(answer, answer->head, head_len - 2);
    return head_len - before;
}

/* --- the body */

static size_t
take_content(struct answer *answer, const char *data, size_t len)
{
    size_t n = (int64_t) len < answer->left ? len : (size_t) answer->left;
    size_t room = ANSWER_TEXT_MAX - answer->text_len;
    size_t kept = n < room ? n : room;
    memcpy(answer->text + answer->text_len, data, kept);
    answer->text_len += kept;
    answer_drop(answer, n);
    return n;
}

static int
digit_of(char byte)
{
    const char *digits = "0123456789abcdef";
    const char *found = strchr(digits, tolower((unsigned char) byte));
    return found == NULL || byte == '\0' ? -1 : (int) (found - digits);
}

/* A line between chunks has ended (RFC 9112 section 7.1). */
static void
end_line(struct answer *answer)
{
    if (answer->state == ANSWER_CHUNK_SIZE) {
        answer->state = answer->line_len == 0 ? ANSWER_BROKEN
                        : answer->left == 0   ? ANSWER_TRAILER
                                              : ANSWER_CHUNK;
    } else if (answer->state == ANSWER_CHUNK_END) {
        answer->state = ANSWER_CHUNK_SIZE;
    } else if (answer->line_len == 0) {
        answer->state = ANSWER_DONE;
    }
    answer->line_len = 0;
    answer->extended = false;
}

/* One byte of what stands between chunks. */
static void
take_framing(struct answer *answer, char byte)
{
    if (byte == '\n') {
        end_line(answer);
        return;
    }
    if (byte == '\r') {
        return;
    }
    answer->line_len++;
    if (answer->state != ANSWER_CHUNK_SIZE || answer->extended) {
        return;
    }
    int digit = digit_of(byte);
    if (digit >= 0 && answer->left < INT64_MAX / 32) {
        answer->left = answer->left * 16 + digit;
    } else if (digit < 0 && answer->line_len > 1) {
        answer->extended = true;
    } else {
        answer->state = ANSWER_BROKEN;
    }
}

void
answer_take(struct answer *answer, const char *data, size_t len)
{
    while (len > 0 && answer->state < ANSWER_DONE) {
        size_t n = 1;
        if (answer->state == ANSWER_HEAD) {
            n = take_head(answer, data, len);
        } else if (answer->state == ANSWER_BODY ||
                   answer->state == ANSWER_CHUNK) {
            n = take_content(answer, data, len);
        } else {
            take_framing(answer, *data);
        }
        data += n;
        len -= n;
    }
}

size_t
answer_dull(const struct answer *answer)
{
    bool within = answer->state == ANSWER_BODY ||
                  answer->state == ANSWER_CHUNK;
    return within && answer->text_len == ANSWER_TEXT_MAX
               ? (size_t) answer->left
               : 0;
}

void
answer_drop(struct answer *answer, size_t len)
{
    answer->left -= (int64_t) len;
    if (answer->left == 0) {
        answer->state = answer->state == ANSWER_BODY ? ANSWER_DONE
                                                     : ANSWER_CHUNK_END;
    }
}

const char *
answer_id(const struct answer *answer)
{
    const char *end = answer->text + answer->text_len;
    const char *id = memmem(answer->text, answer->text_len, "\"id\":", 5);
    if (id == NULL) {
        return NULL;
    }
    id += 5;
    while (id < end && (*id == ' ' || *id == '"')) {
        id++;
    }
    return end - id < ID_LEN ? NULL : id;
}
