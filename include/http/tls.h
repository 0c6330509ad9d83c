/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS: the certificate of the server, and whose certificates it believes.
 *
 * Each connection keeps the keys it began with: when the files are read
 * again, connections that are open do not notice.
 */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

#include <stdint.h>

#include "core/err.h"

struct arena;
struct settings;
struct tls;
struct tls_keys;

/* What is spoken, as GnuTLS writes it (its manual, "Priority strings"): TLS
 * 1.2 and 1.3, key exchanges with forward secrecy and ciphers with
 * authentication only. */
#define TLS_PRIORITIES                                                       \
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"                             \
    ":-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA"                                       \
    ":-CIPHER-ALL:+AES-256-GCM:+AES-128-GCM:+CHACHA20-POLY1305"              \
    ":-MAC-ALL:+AEAD:%SERVER_PRECEDENCE"

/* Reads the files that 'settings' name; '*ret_tls' is NULL when they name
 * none.  The error names the file at fault. */
struct err *tls_new(struct arena *arena, const struct settings *settings,
                    struct tls **ret_tls) MUST_CHECK;

/* Reads the files again.  What cannot be used leaves what was; what became of
 * it is logged. */
void tls_renew(struct tls *tls);

/* A connection begins, with the gnutls_session_t 'session': it is given the
 * keys, which are returned.  tls_end gives them back. */
struct tls_keys *tls_begin(struct tls *tls, void *session);
void tls_end(struct tls_keys *keys);

/* When the certificate ends, in seconds since 1970. */
int64_t tls_expires_s(const struct tls *tls);

#endif
