/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target on every file of the folders given as arguments, so
 * that corpora are tests as well, with any compiler.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/arena.h"

#define INPUT_SIZE_MOST ((size_t) 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Runs the target on the file at 'path'; returns false, and says why, when
 * it cannot be read. */
static bool
replay_file(const char *path)
{
    struct arena arena;
    const uint8_t *input;
    uint8_t *data;
    size_t size;
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        perror(path);
        return false;
    }
    arena_init(&arena, 4 * INPUT_SIZE_MOST);
    data = arena_alloc(&arena, INPUT_SIZE_MOST);
    size = fread(data, 1, INPUT_SIZE_MOST, file);
    (void) fclose(file);
    /* A copy of just its size, so that reading behind it is found. */
    input = arena_memdup(&arena, data, size);
    (void) LLVMFuzzerTestOneInput(input, size);
    arena_done(&arena);
    return true;
}

/* Runs the target on the files of 'folder' and adds their number to
 * '*ret_count'; hidden ones do not count. */
static bool
replay_folder(const char *folder, size_t *ret_count)
{
    const struct dirent *entry;
    char path[4096];
    bool ok = true;
    DIR *dir = opendir(folder);

    if (dir == NULL) {
        perror(folder);
        return false;
    }
    for (entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        (void) snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        ok = replay_file(path) && ok;
        *ret_count += 1;
    }
    (void) closedir(dir);
    return ok;
}

int
main(int argc, char **argv)
{
    size_t count = 0;
    bool ok = argc > 1;

    for (int i = 1; i < argc; i++) {
        ok = replay_folder(argv[i], &count) && ok;
    }
    printf("replayed %zu inputs\n", count);
    return ok && count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
