/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The versions of the CNI specification that the plugin speaks.
 */
#include "cni/version.h"

#include <string.h>

const char *const versions[] = {"0.3.0", "0.3.1",        "0.4.0",
                                "1.0.0", VERSION_NEWEST, NULL};

/* Its place in the list, or that of the NULL. */
static size_t
place(const char *text)
{
    size_t i = 0;
    while (versions[i] != NULL && strcmp(versions[i], text) != 0) {
        i++;
    }
    return i;
}

bool
version_is_supported(const char *text)
{
    return versions[place(text)] != NULL;
}

bool
version_reaches(const char *version, const char *other)
{
    return place(version) >= place(other);
}
