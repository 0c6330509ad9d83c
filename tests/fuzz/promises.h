/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the targets of the API's readers expect alike.
 */
#ifndef FUZZ_PROMISES_H
#define FUZZ_PROMISES_H

#include <stdbool.h>
#include <stdlib.h>

#include <jansson.h>

#include "core/err.h"

static inline void
require(bool promise)
{
    if (!promise) {
        abort();
    }
}

/* UTF-8, as answers must be. */
static inline void
require_utf8(const char *text)
{
    json_t *json = json_string(text); /* NULL: it is not. */
    require(json != NULL);
    json_decref(json);
}

/* Every error of the list is the client's, and can be told to it. */
static inline void
require_refusal(const struct err *err)
{
    for (; err != NULL; err = err->next) {
        require(err_status(err->kind) >= 400 && err_status(err->kind) < 500);
        require(err->message != NULL && err->message[0] != '\0');
        require_utf8(err->message);
        if (err->attr != NULL) {
            require_utf8(err->attr);
        }
    }
}

#endif
