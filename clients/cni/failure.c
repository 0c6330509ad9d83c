/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failures as values.
 */
#include "cni/failure.h"

#include <stdarg.h>

#include "core/arena.h"

static const struct {
    enum failure_code code;
    const char *msg;
} messages[] = {
    {FAILURE_VERSION, "incompatible CNI version"},
    {FAILURE_FIELD, "unsupported field in the network configuration"},
    {FAILURE_ENVIRONMENT, "invalid environment variable"},
    {FAILURE_IO, "I/O failure"},
    {FAILURE_DECODING, "the network configuration is not valid JSON"},
    {FAILURE_CONFIG, "invalid network configuration"},
    {FAILURE_AGAIN, "try again later"},
    {FAILURE_NOT_READY, "the plugin is not available"},
    {FAILURE_FULL, "no free address"},
    {FAILURE_QUOTA, "quota exceeded"},
    {FAILURE_NOT_ALLOWED, "not allowed by the server"},
    {FAILURE_REFUSED, "refused by the server"},
    {FAILURE_CHECK, "the address is not as it was assigned"},
};

const char *
failure_msg(enum failure_code code)
{
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        if (messages[i].code == code) {
            return messages[i].msg;
        }
    }
    return "unknown failure";
}

struct failure *
failure_new(struct arena *arena, enum failure_code code, const char *format,
            ...)
{
    va_list args;
    struct failure *failure = ARENA_NEW(arena, struct failure);
    va_start(args, format);
    *failure = (struct failure){
        .code = code,
        .msg = failure_msg(code),
        .details = arena_vprintf(arena, format, args),
    };
    va_end(args);
    return failure;
}
