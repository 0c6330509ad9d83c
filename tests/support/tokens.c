/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of tokens.
 */
#include "support/tokens.h"

#include "core/digest.h"
#include "support/api.h"

#define MAX_ARGS 16

void
write_token(FILE *file, const char *token, const char *rest)
{
    char digest[DIGEST_TEXT_SIZE];
    digest_sha256(token, strlen(token), digest);
    fprintf(file, "%s %s\n", digest, rest);
}

struct token_server
serve_tokens_args(const char *const *args)
{
    struct token_server result = {
        .file = text("%s/%s", test_dir(), unique("tokens-"))};
    const char *all[MAX_ARGS + 5] = {"--auth", "tokens", "--tokens-file",
                                     result.file};
    FILE *file = fopen(result.file, "w");
    fprintf(file, "# who may do what\n\n");
    write_token(file, "admin-token", "root operators admin");
    write_token(file, "member-token", "alice acme member,reader");
    write_token(file, "reader-token", "bob acme reader");
    fclose(file);
    for (size_t i = 0; i < MAX_ARGS && args[i] != NULL; i++) {
        all[4 + i] = args[i];
    }
    result.server = server_serve_args(all);
    on_server(result.server.url);
    as(NULL, NULL);
    return result;
}
