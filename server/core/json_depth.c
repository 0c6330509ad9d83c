/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts brackets outside of strings.
 */
#include "core/json_depth.h"

#include <stdbool.h>

size_t
json_depth(const char *text, size_t len)
{
    size_t depth = 0, max = 0;
    bool quoted = false;

    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (quoted && c == '\\') {
            i++;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == '[' || c == '{')) {
            depth++;
            max = depth > max ? depth : max;
        } else if (!quoted && (c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return max;
}
