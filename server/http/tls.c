/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates and keys.  The HTTP library makes a GnuTLS session of every
 * connection; here it gets its credentials, before the handshake.
 */
#include "http/tls.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/settings.h"

#define FILE_MAX (1u << 20)
#define SCRATCH_MEMORY (8u << 20)
#define KEYS_MEMORY (1u << 16)
#define SOON_S (7 * 86400) /* Said when a certificate is read. */

struct tls_keys {
    struct arena memory; /* Holds the keys themselves. */
    gnutls_certificate_credentials_t credentials;
    bool asks_client; /* For a certificate of tls_client_ca. */
    int64_t expires_s;
    int64_t n_users;  /* Connections, and one while they are the newest. */
};

struct tls {
    const struct settings *settings;
    struct tls_keys *keys;
};

/* --- reading files */

static struct err *
refuse(struct arena *arena, const char *setting, const char *path,
       const char *why)
{
    return err_new(arena, ERR_INVALID_INPUT,
                   "setting \"%s\": file \"%s\": %s", setting, path, why);
}

/* A copy in 'arena', wiped when that ends, for it may be a key. */
static void
wipe(void *object)
{
    gnutls_datum_t *data = object;
    explicit_bzero(data->data, data->size);
}

static struct err *
read_file(struct arena *arena, const char *setting, const char *path,
          gnutls_datum_t **ret_data)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return refuse(arena, setting, path, strerror(errno));
    }
    gnutls_datum_t *data = ARENA_NEW(arena, gnutls_datum_t);
    data->data = arena_alloc(arena, FILE_MAX);
    setvbuf(file, NULL, _IONBF, 0); /* No copy of a key stays behind. */
    data->size = (unsigned) fread(data->data, 1, FILE_MAX, file);
    bool whole = !ferror(file) && data->size < FILE_MAX;
    int error = errno;
    fclose(file);
    arena_defer(arena, wipe, data);
    *ret_data = data;
    return whole ? NULL
                 : refuse(arena, setting, path,
                          data->size < FILE_MAX ? strerror(error)
                                                : "longer than 1 MiB");
}

/* --- what stands in them */

struct chain {
    gnutls_x509_crt_t *items; /* The server's first. */
    unsigned n;
};

static void
release_chain(void *object)
{
    struct chain *chain = object;
    for (unsigned i = 0; i < chain->n; i++) {
        gnutls_x509_crt_deinit(chain->items[i]);
    }
    gnutls_free(chain->items);
}

static struct err *
read_chain(struct arena *arena, const char *path, struct chain **ret_chain)
{
    gnutls_datum_t *data = NULL;
    struct chain *chain = ARENA_NEW(arena, struct chain);
    TRY(read_file(arena, "tls_cert", path, &data));
    int result = gnutls_x509_crt_list_import2(
        &chain->items, &chain->n, data, GNUTLS_X509_FMT_PEM,
        GNUTLS_X509_CRT_LIST_SORT);
    if (result < 0) {
        return refuse(arena, "tls_cert", path, gnutls_strerror(result));
    }
    arena_defer(arena, release_chain, chain);
    *ret_chain = chain;
    return NULL;
}

static void
release_key(void *object)
{
    gnutls_x509_privkey_deinit(object);
}

static struct err *
read_key(struct arena *arena, const char *path, gnutls_x509_privkey_t *ret_key)
{
    gnutls_datum_t *data = NULL;
    TRY(read_file(arena, "tls_key", path, &data));
    gnutls_x509_privkey_init(ret_key);
    arena_defer(arena, release_key, *ret_key);
    int result = gnutls_x509_privkey_import2(*ret_key, data,
                                             GNUTLS_X509_FMT_PEM, NULL, 0);
    return result < 0 ? refuse(arena, "tls_key", path,
                               gnutls_strerror(result))
                      : NULL;
}

static struct err *
set_client_ca(struct arena *arena, struct tls_keys *keys, const char *path)
{
    gnutls_datum_t *data = NULL;
    if (path[0] == '\0') {
        return NULL;
    }
    TRY(read_file(arena, "tls_client_ca", path, &data));
    int n = gnutls_certificate_set_x509_trust_mem(keys->credentials, data,
                                                  GNUTLS_X509_FMT_PEM);
    if (n <= 0) {
        return refuse(arena, "tls_client_ca", path,
                      n < 0 ? gnutls_strerror(n) : "no certificate in it");
    }
    keys->asks_client = true;
    return NULL;
}

static struct err *
fill_keys(struct arena *arena, const struct settings *settings,
          struct tls_keys *keys)
{
    struct chain *chain;
    gnutls_x509_privkey_t key;
    TRY(read_chain(arena, settings->tls_cert, &chain));
    TRY(read_key(arena, settings->tls_key, &key));
    int result = gnutls_certificate_set_x509_key(
        keys->credentials, chain->items, (int) chain->n, key);
    if (result == GNUTLS_E_CERTIFICATE_KEY_MISMATCH) {
        return refuse(arena, "tls_key", settings->tls_key,
                      "not the key of the certificate in tls_cert");
    }
    if (result < 0) {
        return refuse(arena, "tls_cert", settings->tls_cert,
                      gnutls_strerror(result));
    }
    keys->expires_s = gnutls_x509_crt_get_expiration_time(chain->items[0]);
    return set_client_ca(arena, keys, settings->tls_client_ca);
}

/* --- keys and their users */

void
tls_end(struct tls_keys *keys)
{
    if (keys != NULL && --keys->n_users == 0) {
        struct arena memory = keys->memory;
        arena_done(&memory);
    }
}

static void
release_credentials(void *object)
{
    gnutls_certificate_free_credentials(object);
}

static struct tls_keys *
new_keys(void)
{
    struct arena memory;
    arena_init(&memory, KEYS_MEMORY);
    struct tls_keys *keys = ARENA_NEW(&memory, struct tls_keys);
    gnutls_certificate_allocate_credentials(&keys->credentials);
    arena_defer(&memory, release_credentials, keys->credentials);
    keys->n_users = 1;
    keys->memory = memory;
    return keys;
}

/* New keys of the files, in 'tls'; an error is in 'arena'. */
static struct err *
load(struct tls *tls, struct arena *arena)
{
    struct arena scratch;
    struct tls_keys *keys = new_keys();
    arena_init(&scratch, SCRATCH_MEMORY);
    struct err *err = fill_keys(&scratch, tls->settings, keys);
    if (err != NULL) {
        err = err_new(arena, err->kind, "%s", err->message);
        tls_end(keys);
    } else {
        tls_end(tls->keys);
        tls->keys = keys;
    }
    arena_done(&scratch);
    return err;
}

static void
log_expiry(const struct tls *tls)
{
    struct log_line line;
    char text[CLOCK_TEXT_SIZE];
    int64_t expires_s = tls_expires_s(tls);
    bool soon = expires_s - clock_now_us() / 1000000 < SOON_S;
    clock_format(expires_s * 1000000, 0, text);
    log_begin(&line, soon ? LOG_WARN : LOG_INFO, "certificate");
    log_str(&line, "file", tls->settings->tls_cert);
    log_str(&line, "expires", text);
    log_end(&line);
}

static void
release_tls(void *object)
{
    tls_end(((struct tls *) object)->keys);
}

struct err *
tls_new(struct arena *arena, const struct settings *settings,
        struct tls **ret_tls)
{
    *ret_tls = NULL;
    if (settings->tls_cert[0] == '\0') {
        return NULL;
    }
    struct tls *tls = ARENA_NEW(arena, struct tls);
    tls->settings = settings;
    TRY(load(tls, arena));
    arena_defer(arena, release_tls, tls);
    log_expiry(tls);
    *ret_tls = tls;
    return NULL;
}

void
tls_renew(struct tls *tls)
{
    struct arena scratch;
    if (tls == NULL) {
        return;
    }
    arena_init(&scratch, SCRATCH_MEMORY);
    struct err *err = load(tls, &scratch);
    if (err != NULL) {
        log_printf(LOG_ERROR, "reload: %s; the old certificate stays",
                   err->message);
    } else {
        log_expiry(tls);
    }
    arena_done(&scratch);
}

struct tls_keys *
tls_begin(struct tls *tls, void *session)
{
    static unsigned char client[] = GNUTLS_KP_TLS_WWW_CLIENT;
    static gnutls_typed_vdata_st purpose = {
        .type = GNUTLS_DT_KEY_PURPOSE_OID, .data = client};
    struct tls_keys *keys = tls->keys;
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE,
                           keys->credentials);
    if (keys->asks_client) {
        gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
        gnutls_session_set_verify_cert2(session, &purpose, 1, 0);
    }
    keys->n_users++;
    return keys;
}

int64_t
tls_expires_s(const struct tls *tls)
{
    return tls->keys->expires_s;
}
