/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text that grows, in an arena.
 *
 * Growing doubles the room and leaves the old text behind in the arena, so
 * a text costs at most about twice its size, and pointers into the old text
 * stay readable: appending a part of a buf to itself is fine.
 */
#include "core/buf.h"

#include <string.h>

#include "core/arena.h"
#include "core/format.h"

#define SIZE_LEAST 64u

void
buf_init(struct buf *buf, struct arena *arena, size_t hint)
{
    *buf = (struct buf) { .arena = arena };
    buf_reserve(buf, hint);
}

/* Size to grow to for 'more' bytes: SIZE_MAX, which no arena gives, when
 * there is no such size. */
static size_t
grown_size(const struct buf *buf, size_t more)
{
    size_t need;

    if (more > SIZE_MAX - buf->len - 1) {
        return SIZE_MAX;
    }
    need = buf->len + more + 1;
    if (buf->size == 0) {
        return need;
    }
    if (need < SIZE_LEAST) {
        need = SIZE_LEAST;
    }
    return need > buf->size * 2 ? need : buf->size * 2;
}

void
buf_grow(struct buf *buf, size_t more)
{
    size_t size = grown_size(buf, more);
    char *data = arena_take(buf->arena, size);

    if (buf->len > 0) {
        memcpy(data, buf->data, buf->len);
    }
    data[buf->len] = '\0';
    buf->data = data;
    buf->size = size;
}

void
buf_adds(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void
buf_addf(struct buf *buf, const char *format, ...)
{
    /* Through a text of its own: 'args' may point into the buf. */
    char shorter[256];
    va_list args;
    size_t len;

    va_start(args, format);
    len = format_plain(shorter, sizeof shorter, format, args);
    va_end(args);
    if (len != FORMAT_NOT) {
        buf_add(buf, shorter, len);
        return;
    }
    va_start(args, format);
    buf_adds(buf, arena_vprintf(buf->arena, format, args));
    va_end(args);
}

void
buf_add_int(struct buf *buf, int64_t value)
{
    char digits[sizeof("-9223372036854775808")];
    char *at = digits + sizeof(digits);
    /* The magnitude as unsigned: -INT64_MIN does not fit an int64_t. */
    uint64_t left = value < 0 ? 0 - (uint64_t) value : (uint64_t) value;

    do {
        *--at = (char) ('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0) {
        *--at = '-';
    }
    buf_add(buf, at, (size_t) (digits + sizeof(digits) - at));
}

size_t
buf_json_escape(char byte, char ret_text[BUF_JSON_ESCAPE_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    static const char shorthand[0x20] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',
    };
    unsigned char code = (unsigned char) byte;

    if (code >= 0x20 && byte != '"' && byte != '\\') {
        return 0;
    }
    ret_text[0] = '\\';
    if (code >= 0x20 || shorthand[code] != '\0') {
        ret_text[1] = code >= 0x20 ? byte : shorthand[code];
        return 2;
    }
    memcpy(ret_text + 1, "u00", 3);
    ret_text[4] = hex[code >> 4];
    ret_text[5] = hex[code & 0xf];
    return 6;
}

/* Bytes of 'text' before the first that a JSON string cannot hold as it is. */
static size_t
count_plain(const char *text, size_t len)
{
    size_t n = 0;

    while (n < len && (unsigned char) text[n] >= 0x20 && text[n] != '"'
           && text[n] != '\\') {
        n++;
    }
    return n;
}

void
buf_add_json(struct buf *buf, const char *text, size_t len)
{
    char escape[BUF_JSON_ESCAPE_SIZE];

    buf_reserve(buf, len + 2);
    buf_put(buf, '"');
    while (len > 0) {
        size_t plain = count_plain(text, len);

        buf_add(buf, text, plain);
        if (plain < len) {
            buf_add(buf, escape, buf_json_escape(text[plain], escape));
            plain++;
        }
        text += plain;
        len -= plain;
    }
    buf_put(buf, '"');
}

void
buf_adds_json(struct buf *buf, const char *text)
{
    if (text == NULL) {
        buf_add(buf, "null", 4);
        return;
    }
    buf_add_json(buf, text, strlen(text));
}

void
buf_truncate(struct buf *buf, size_t len)
{
    if (len < buf->len) {
        buf->len = len;
        buf->data[len] = '\0';
    }
}

void
buf_add_json_list(struct buf *buf, const char *text)
{
    buf_put(buf, '[');
    while (*text != '\0') {
        size_t len = strcspn(text, ",");
        buf_add_json(buf, text, len);
        text += len;
        if (*text == ',') {
            buf_put(buf, ',');
            text++;
        }
    }
    buf_put(buf, ']');
}
