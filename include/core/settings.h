/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of all settings of one process.  server/config.c holds the
 * table that names them, gives their defaults and reads them from flags,
 * environment and file; the rest of the program reads them here.
 */
#ifndef CORE_SETTINGS_H
#define CORE_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

enum auth_mode {
    AUTH_NONE,
    AUTH_TOKENS,
    AUTH_EMBEDDED,
    AUTH_KEYSTONE,
    AUTH_JWT,
    AUTH_AUTO, /* Until the subcommand is known. */
};

struct settings {
    /* Where and how to serve. */
    const char *listen;      /* "127.0.0.1:9696", "[::1]:0", "unix:/path" */
    const char *socket_mode; /* "0660": of a unix socket's file. */
    bool reuse_port;         /* Several processes share the TCP port. */
    const char *tls_cert;    /* PEM: the server's certificate; "": no TLS */
    const char *tls_key;     /* PEM: its key. */
    const char *tls_client_ca; /* PEM: who signs clients; "": anybody. */
    const char *trusted_proxies; /* "10.0.0.0/8, unix": believed about others */
    const char *cors_origins; /* "https://a.example" or "*"; "": none */
    int64_t max_connections; /* HTTP connections held at once. */
    int64_t max_connections_per_client; /* 0: as many as there are. */
    int64_t request_timeout_s; /* For a whole request to come. */
    int64_t idle_timeout_s;  /* A silent connection is closed after this. */
    int64_t max_body;        /* Bytes of a request body. */
    int64_t drain_s;         /* SIGTERM: seconds to finish requests. */
    const char *log_level;   /* debug, info, warn, error */

    /* How much. */
    int64_t rate_limit;        /* Requests/s of a project; 0: any. */
    int64_t rate_burst;        /* Requests at once; 0: as rate_limit. */
    int64_t concurrency_limit; /* Requests under way; 0: any. */

    /* Who may do what. */
    int64_t auth;                /* enum auth_mode */
    const char *tokens_file;     /* auth = tokens: hashes and what they are */
    const char *identity_file;   /* auth = embedded: users; "": in 'data' */
    int64_t token_ttl_s;         /* auth = embedded: a token is valid so long */
    const char *default_project; /* auth = none without X-Project-Id */
    int64_t token_cache_s;       /* A valid token is believed so long. */

    /* auth = keystone */
    const char *keystone_url;            /* Ends in "/v3". */
    const char *keystone_public_url;     /* For clients; "": the same. */
    const char *keystone_user;           /* May validate tokens, */
    const char *keystone_user_domain;    /* by names. */
    const char *keystone_password;       /* Either this */
    const char *keystone_password_file;  /* or this is set. */
    const char *keystone_project;
    const char *keystone_project_domain;
    const char *keystone_ca;   /* File of certificates; "": the system's. */
    int64_t keystone_timeout_s; /* For one answer of Keystone. */

    /* auth = jwt */
    const char *jwt_jwks;           /* A file or a URL with the keys. */
    const char *jwt_ca;             /* As keystone_ca, for that URL. */
    int64_t jwt_jwks_refresh_s;     /* The URL's keys are got so often. */
    const char *jwt_issuer;         /* The claim iss. */
    const char *jwt_audience;       /* One of the claim aud. */
    int64_t jwt_leeway_s;           /* Clocks may differ so much. */
    const char *jwt_claim_project;  /* Where the claims are, */
    const char *jwt_claim_user;     /* "realm_access.roles". */
    const char *jwt_claim_roles;
    const char *jwt_roles;          /* "THEIRS=OURS,..."; "": the same. */

    /* The database. */
    const char *database_url; /* libpq connection string */
    int64_t read_lanes;       /* Connections that read, pipelined. */
    int64_t write_lanes;      /* Connections for writes that do not combine. */
    int64_t combine_lanes;    /* Those for writes that do. */
    int64_t queue_limit;      /* Jobs waiting per kind of lane; then 503. */
    int64_t batch_limit;      /* Most requests of one combined write. */
    int64_t list_cache_mib;   /* Of objects that lists have shown; 0: none. */
    int64_t audit_interval_s; /* Between two audits of the data; 0: none. */

    /* The API. */
    int64_t page_limit;          /* Most objects of a list. */
    int64_t bulk_limit;          /* Most objects of one change. */
    int64_t quota_network;       /* Default quotas; -1 is unlimited. */
    int64_t quota_subnet;
    int64_t quota_port;
    int64_t quota_subnetpool;
    int64_t quota_rbac_policy;
    const char *mac_base;        /* First bytes of generated MACs. */
    int64_t network_mtu;         /* Default mtu, and the largest. */
    const char *dns_domain;      /* Suffix of dns_assignment's fqdn. */
    const char *sdns;            /* "sprut,neutron": on offer; "" for none. */
    const char *private_dns_domain; /* Default private_dns_domain. */
    int64_t dhcp_ports;          /* network:dhcp ports per subnet. */
    int64_t ip_cooldown;         /* Default ip_cooldown of subnets, seconds */
    const char *cluster_pool;    /* Where clusters' subnets come from: a CIDR
                                  * or the id of a subnet pool. */
    int64_t idempotency_ttl_s;   /* Answers to keyed requests are kept. */
    int64_t plan_ttl_s;          /* A plan can be executed this long. */
    int64_t event_retention_s;   /* Events are kept for so long. */

    /* The private database of "tenetd dev". */
    const char *data; /* Its directory. */
    bool dev_fsync;   /* Off: fast, and lost when the machine crashes. */
};

#endif
