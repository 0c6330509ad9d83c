/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comparing with the files of this folder.  TENET_ACCEPT=1 writes them anew
 * instead; the change is then for the reviewer to see.
 */
#ifndef GOLDEN_GOLDEN_H
#define GOLDEN_GOLDEN_H

#include <criterion/criterion.h>

#include "core/buf.h"

#define GOLDEN_FOLDER "tests/golden/" /* Tests run in the root. */

/* The content of the file at 'path', "" when there is none. */
static inline const char *
golden_read(struct arena *arena, const char *path)
{
    struct buf buf;
    char part[4096];
    FILE *file = fopen(path, "r");
    buf_init(&buf, arena, 1 << 16);
    while (file != NULL && !feof(file) && !ferror(file)) {
        buf_add(&buf, part, fread(part, 1, sizeof(part), file));
    }
    if (file != NULL) {
        (void) fclose(file);
    }
    return buf.data;
}

static inline void
golden_accept(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file, "%s cannot be written", path);
    bool written = fputs(text, file) >= 0;
    cr_assert(fclose(file) == 0 && written, "%s cannot be written", path);
}

/* Fails with the first line in which 'text' differs from the file 'name'. */
static inline void
expect_golden(struct arena *arena, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof(path), GOLDEN_FOLDER "%s", name);
    if (getenv("TENET_ACCEPT") != NULL) {
        golden_accept(path, text);
        return;
    }
    const char *golden = golden_read(arena, path);
    for (int line = 1; strcmp(golden, text) != 0; line++) {
        size_t was = strcspn(golden, "\n"), is = strcspn(text, "\n");
        cr_assert(was == is && strncmp(golden, text, is) == 0,
                  "%s differs from line %d on:\n  was: %.*s\n  is:  %.*s\n"
                  "Run \"TENET_ACCEPT=1 make test\" when that is meant.",
                  path, line, (int) was, golden, (int) is, text);
        golden += was + (golden[was] == '\n' ? 1 : 0);
        text += is + (text[is] == '\n' ? 1 : 0);
    }
}

#endif
