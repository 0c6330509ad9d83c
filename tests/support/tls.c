/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GnuTLS, as clients use it.
 */
#include "support/tls.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "core/arena.h"
#include "core/clock.h"
#include "support/api.h"
#include "support/server.h"

#define KEY_BITS GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1)
#define DAY_S 86400
#define PEM_SIZE 8192

struct tls_client tls_client;

/* --- certificates */

static void
well(int result)
{
    cr_assert(result >= 0, "%s", gnutls_strerror(result));
}

static const char *
write_pem(const char *name, const char *suffix, const char *pem, size_t size)
{
    const char *path = text("%s/%s.%s", test_dir(), name, suffix);
    FILE *file = fopen(path, "w");
    cr_assert(file != NULL && fwrite(pem, 1, size, file) == size);
    fclose(file);
    return path;
}

static gnutls_datum_t
load(const char *path)
{
    gnutls_datum_t data;
    well(gnutls_load_file(path, &data));
    return data;
}

static void
fill(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, const char *name,
     int days)
{
    static const unsigned char loopback[] = {127, 0, 0, 1};
    int64_t now_s = clock_now_us() / 1000000;
    unsigned char serial[8];
    memcpy(serial, &now_s, sizeof(serial));
    well(gnutls_x509_crt_set_version(crt, 3));
    well(gnutls_x509_crt_set_serial(crt, serial, sizeof(serial)));
    well(gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0,
                                       name, (unsigned) strlen(name)));
    well(gnutls_x509_crt_set_activation_time(crt, now_s - 30 * DAY_S));
    well(gnutls_x509_crt_set_expiration_time(crt, now_s + days * DAY_S));
    well(gnutls_x509_crt_set_subject_alt_name(
        crt, GNUTLS_SAN_IPADDRESS, loopback, sizeof(loopback),
        GNUTLS_FSAN_SET));
    well(gnutls_x509_crt_set_basic_constraints(crt, 1, -1));
    well(gnutls_x509_crt_set_key(crt, key));
}

/* Signs 'crt' with the key of 'issuer'. */
static void
sign(gnutls_x509_crt_t crt, const struct certificate *issuer)
{
    gnutls_datum_t cert = load(issuer->cert), key = load(issuer->key);
    gnutls_x509_crt_t ca;
    gnutls_x509_privkey_t ca_key;
    well(gnutls_x509_crt_init(&ca));
    well(gnutls_x509_privkey_init(&ca_key));
    well(gnutls_x509_crt_import(ca, &cert, GNUTLS_X509_FMT_PEM));
    well(gnutls_x509_privkey_import(ca_key, &key, GNUTLS_X509_FMT_PEM));
    well(gnutls_x509_crt_sign2(crt, ca, ca_key, GNUTLS_DIG_SHA256, 0));
    gnutls_x509_crt_deinit(ca);
    gnutls_x509_privkey_deinit(ca_key);
    gnutls_free(cert.data);
    gnutls_free(key.data);
}

struct certificate
certificate_make(const char *name, const struct certificate *issuer,
                 int days)
{
    struct certificate result;
    char pem[PEM_SIZE];
    size_t size = sizeof(pem);
    const char *file = unique("certificate-");
    gnutls_x509_crt_t crt;
    gnutls_x509_privkey_t key;
    well(gnutls_x509_crt_init(&crt));
    well(gnutls_x509_privkey_init(&key));
    well(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, KEY_BITS, 0));
    fill(crt, key, name, days);
    well(gnutls_x509_privkey_export(key, GNUTLS_X509_FMT_PEM, pem, &size));
    result.key = write_pem(file, "key", pem, size);
    if (issuer == NULL) {
        well(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0));
    } else {
        sign(crt, issuer);
    }
    size = sizeof(pem);
    well(gnutls_x509_crt_export(crt, GNUTLS_X509_FMT_PEM, pem, &size));
    result.cert = write_pem(file, "cert", pem, size);
    gnutls_x509_crt_deinit(crt);
    gnutls_x509_privkey_deinit(key);
    return result;
}

/* --- connections */

struct session_tls {
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
};

void
tls_close(void *session)
{
    struct session_tls *tls = session;
    gnutls_bye(tls->session, GNUTLS_SHUT_WR);
    gnutls_deinit(tls->session);
    gnutls_certificate_free_credentials(tls->credentials);
}

static void
set_credentials(struct session_tls *tls)
{
    well(gnutls_certificate_allocate_credentials(&tls->credentials));
    if (tls_client.ca != NULL) {
        well(gnutls_certificate_set_x509_trust_file(
            tls->credentials, tls_client.ca, GNUTLS_X509_FMT_PEM));
        gnutls_session_set_verify_cert(tls->session, NULL, 0);
    }
    if (tls_client.own.cert != NULL) {
        well(gnutls_certificate_set_x509_key_file(
            tls->credentials, tls_client.own.cert, tls_client.own.key,
            GNUTLS_X509_FMT_PEM));
    }
    well(gnutls_credentials_set(tls->session, GNUTLS_CRD_CERTIFICATE,
                                tls->credentials));
}

void *
tls_open(int fd)
{
    struct session_tls *tls = ARENA_NEW(session_arena(), struct session_tls);
    well(gnutls_init(&tls->session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL));
    well(gnutls_priority_set_direct(
        tls->session,
        tls_client.priorities != NULL ? tls_client.priorities : "NORMAL",
        NULL));
    set_credentials(tls);
    gnutls_transport_set_int(tls->session, fd);
    int result;
    do {
        result = gnutls_handshake(tls->session);
    } while (result < 0 && !gnutls_error_is_fatal(result) &&
             result != GNUTLS_E_AGAIN);
    if (result < 0) {
        gnutls_deinit(tls->session);
        gnutls_certificate_free_credentials(tls->credentials);
        return NULL;
    }
    return tls;
}

ssize_t
tls_send(void *session, const void *data, size_t size)
{
    struct session_tls *tls = session;
    return gnutls_record_send(tls->session, data, size);
}

ssize_t
tls_receive(void *session, void *ret_data, size_t size)
{
    struct session_tls *tls = session;
    return gnutls_record_recv(tls->session, ret_data, size);
}

bool
tls_has_more(void *session)
{
    struct session_tls *tls = session;
    return gnutls_record_check_pending(tls->session) > 0;
}

const char *
tls_version(void *session)
{
    struct session_tls *tls = session;
    return gnutls_protocol_get_name(
        gnutls_protocol_get_version(tls->session));
}
