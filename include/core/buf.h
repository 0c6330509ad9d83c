/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text that grows, in an arena, NUL-terminated at every moment.
 */
#ifndef CORE_BUF_H
#define CORE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;

struct buf {
    struct arena *arena; /* Owner of 'data'. */
    char *data;          /* NUL-terminated text; "" when empty. */
    size_t len;          /* Bytes of text, without the NUL. */
    size_t size;         /* Bytes allocated. */
};

/* Makes 'buf' an empty text in 'arena', with room for 'hint' bytes. */
void buf_init(struct buf *buf, struct arena *arena, size_t hint);

/* Gives 'buf' more room, for at least 'more' bytes. */
void buf_grow(struct buf *buf, size_t more);

/* Makes sure that 'more' bytes can be appended without growing. */
static inline void
buf_reserve(struct buf *buf, size_t more)
{
    if (buf->size == 0 || more >= buf->size - buf->len) {
        buf_grow(buf, more);
    }
}

/* Appends: one byte, 'len' bytes, NUL-terminated text, formatted text, a
 * decimal integer. */
static inline void
buf_put(struct buf *buf, char byte)
{
    buf_reserve(buf, 1);
    buf->data[buf->len] = byte;
    buf->len++;
    buf->data[buf->len] = '\0';
}

static inline void
buf_add(struct buf *buf, const char *text, size_t len)
{
    if (len == 0) {
        return;
    }
    buf_reserve(buf, len);
    memcpy(buf->data + buf->len, text, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_adds(struct buf *buf, const char *text);
void buf_addf(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buf_add_int(struct buf *buf, int64_t value);

/* Appends 'len' bytes of UTF-8 'text' as a JSON string with its quotes
 * (RFC 8259 section 7): '"', '\' and control characters are escaped. */
void buf_add_json(struct buf *buf, const char *text, size_t len);

/* The same for NUL-terminated text; NULL gives null. */
void buf_adds_json(struct buf *buf, const char *text);

/* Writes to 'ret_text' what stands for 'byte' in a JSON string and returns its
 * length, at most BUF_JSON_ESCAPE_SIZE, without a NUL; 0 when the byte
 * stands for itself. */
#define BUF_JSON_ESCAPE_SIZE 6
size_t buf_json_escape(char byte, char ret_text[BUF_JSON_ESCAPE_SIZE]);

/* Cuts the text down to 'len' bytes, at most its present length. */
void buf_truncate(struct buf *buf, size_t len);

/* Appends the parts of "a,b" as ["a","b"]. */
void buf_add_json_list(struct buf *buf, const char *text);

#endif
