/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS for tests: certificates, and the client's end of a connection.
 */
#ifndef SUPPORT_TLS_H
#define SUPPORT_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A certificate and its key, in files of PEM in the tests' directory. */
struct certificate {
    const char *cert;
    const char *key;
};

/* One for 127.0.0.1 with subject 'name', signed by 'issuer' (NULL: by
 * itself), valid for 'days', which may be negative. */
struct certificate certificate_make(const char *name,
                                    const struct certificate *issuer,
                                    int days);

/* What connections that this process opens from now on offer and ask. */
struct tls_client {
    const char *priorities;    /* As GnuTLS has them; NULL: the usual. */
    const char *ca;            /* File; NULL: any server will do. */
    struct certificate own;    /* Shown when asked for, if there is one. */
};
extern struct tls_client tls_client;

/* Shakes hands with the server at 'fd'; NULL when that fails. */
void *tls_open(int fd);
void tls_close(void *session);

ssize_t tls_send(void *session, const void *data, size_t size);
ssize_t tls_receive(void *session, void *ret_data, size_t size);

/* True when received bytes wait inside. */
bool tls_has_more(void *session);

/* "TLS1.3" */
const char *tls_version(void *session);

#endif
