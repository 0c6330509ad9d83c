/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of the HTTP library.
 */
#include "http/daemon.h"

#include <gnutls/abstract.h>

#include "core/arena.h"
#include "core/log.h"
#include "core/settings.h"
#include "http/clients.h"
#include "http/tls.h"

static void __attribute__((format(printf, 2, 0)))
log_library(void *arg, const char *format, va_list args)
{
    char text[512];
    (void) arg;
    vsnprintf(text, sizeof text, format, args);
    text[strcspn(text, "\n")] = '\0';
    log_printf(LOG_DEBUG, "http: %s", text);
}

/* The library insists on a certificate of its own.  It is never asked for
 * it: every session has its keys from tls.c. */
static int
no_certificate(gnutls_session_t session, const gnutls_datum_t *names,
               int n_names, const gnutls_pk_algorithm_t *algorithms,
               int n_algorithms, gnutls_pcert_st **chain,
               unsigned *chain_len, gnutls_privkey_t *key)
{
    (void) session;
    (void) names;
    (void) n_names;
    (void) algorithms;
    (void) n_algorithms;
    (void) chain;
    (void) chain_len;
    (void) key;
    return -1;
}

struct err *
daemon_start(struct arena *arena, const struct settings *settings, int fd,
             struct clients *clients, const struct daemon_calls *calls,
             struct MHD_Daemon **ret_daemon)
{
    bool tls = settings->tls_cert[0] != '\0';
    struct MHD_OptionItem tls_options[] = {
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *) (uintptr_t) TLS_PRIORITIES},
        {MHD_OPTION_HTTPS_CERT_CALLBACK, 0,
         (void *) (uintptr_t) no_certificate},
        {MHD_OPTION_END, 0, NULL},
    };
    *ret_daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
            (tls ? MHD_USE_TLS : 0),
        0, clients_accept, clients, calls->request, calls->arg,
        MHD_OPTION_EXTERNAL_LOGGER, log_library, NULL,
        MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_NOTIFY_COMPLETED, calls->completed, calls->arg,
        MHD_OPTION_URI_LOG_CALLBACK, calls->uri, calls->arg,
        MHD_OPTION_NOTIFY_CONNECTION, clients_notify, clients,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned) settings->max_connections,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned) settings->idle_timeout_s,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) CONNECTION_MEMORY,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_ARRAY, tls ? tls_options : &tls_options[2],
        MHD_OPTION_END);
    return *ret_daemon != NULL
               ? NULL
               : err_new(arena, ERR_INTERNAL, "cannot start the HTTP server");
}
