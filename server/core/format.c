/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few conversions that nearly all formatted texts consist of.
 *
 * A statement is put together of some forty short texts.  The C library makes
 * a stream of each, which was a seventh of all instructions of a request.
 */
#include "core/format.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct out {
    char *at;
    size_t left; /* Bytes, with that of the NUL. */
};

static bool
put(struct out *out, const char *text, size_t len)
{
    if (len >= out->left) {
        return false;
    }
    memcpy(out->at, text, len);
    out->at += len;
    out->left -= len;
    return true;
}

static bool
put_text(struct out *out, const char *text)
{
    return text != NULL && put(out, text, strlen(text));
}

static bool
put_unsigned(struct out *out, uint64_t value, bool negative)
{
    char digits[sizeof "-9223372036854775808"];
    char *at = digits + sizeof digits;

    do {
        *--at = (char) ('0' + value % 10);
        value /= 10;
    } while (value > 0);
    if (negative) {
        *--at = '-';
    }
    return put(out, at, (size_t) (digits + sizeof digits - at));
}

/* The magnitude as unsigned: that of INT64_MIN does not fit an int64_t. */
static bool
put_signed(struct out *out, int64_t value)
{
    return put_unsigned(out, value < 0 ? 0 - (uint64_t) value
                                       : (uint64_t) value, value < 0);
}

size_t
format_plain(char *ret_text, size_t size, const char *format, va_list args)
{
    struct out out = {.at = ret_text, .left = size};
    bool ok = size > 0;

    while (ok && *format != '\0') {
        size_t len = (size_t) (strchrnul(format, '%') - format);
        ok = put(&out, format, len);
        format += len;
        if (!ok || *format == '\0') {
            break;
        }
        format++;
        if (*format == 's') {
            ok = put_text(&out, va_arg(args, const char *));
        } else if (*format == 'd') {
            ok = put_signed(&out, va_arg(args, int));
        } else if (*format == '%') {
            ok = put(&out, "%", 1);
        } else if (strncmp(format, "ld", 2) == 0) {
            ok = put_signed(&out, va_arg(args, long));
            format++;
        } else if (strncmp(format, "lld", 3) == 0) {
            ok = put_signed(&out, va_arg(args, long long));
            format += 2;
        } else if (strncmp(format, "zu", 2) == 0) {
            ok = put_unsigned(&out, va_arg(args, size_t), false);
            format++;
        } else {
            ok = false;
        }
        format++;
    }
    if (!ok) {
        return FORMAT_NOT;
    }
    *out.at = '\0';
    return (size_t) (out.at - ret_text);
}
