/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets of settings and files.
 */
#include "identity/secret.h"

#include <errno.h>

static struct err *
read_file(struct arena *arena, const char *name, const char *path,
          char ret_secret[SECRET_SIZE])
{
    FILE *file = fopen(path, "re");
    if (file == NULL || fgets(ret_secret, SECRET_SIZE, file) == NULL) {
        const char *why = errno != 0 ? strerror(errno) : "it is empty";
        if (file != NULL) {
            fclose(file);
        }
        return err_new(arena, ERR_INVALID_INPUT,
                       "setting \"%s_file\": cannot read \"%s\": %s; valid is "
                       "a file whose first line is the secret", name, path,
                       why);
    }
    fclose(file);
    ret_secret[strcspn(ret_secret, "\r\n")] = '\0';
    return NULL;
}

struct err *
secret_read(struct arena *arena, const char *name, const char *value,
            const char *file, char ret_secret[SECRET_SIZE])
{
    errno = 0;
    if (value[0] == '\0') {
        TRY(read_file(arena, name, file, ret_secret));
    } else {
        snprintf(ret_secret, SECRET_SIZE, "%s", value);
    }
    size_t len = strlen(value[0] == '\0' ? ret_secret : value);
    if (len == 0 || len >= SECRET_SIZE - 1) {
        return err_new(arena, ERR_INVALID_INPUT,
                       "setting \"%s%s\": the secret has %s; valid are 1 to "
                       "%d bytes", name, value[0] == '\0' ? "_file" : "",
                       len == 0 ? "no bytes" : "too many bytes",
                       SECRET_SIZE - 2);
    }
    return NULL;
}
