/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch of ports under creation: what port_create.c and the files of its
 * steps share.
 */
#ifndef RESOURCE_PORT_BATCH_H
#define RESOURCE_PORT_BATCH_H

#include "resource/port.h"
#include "resource/rbac_policy.h"

/* Ports that are created together or not at all. */
struct port_member {
    struct change *change;
    struct port **ports;
    struct port_request *requests;
    size_t n;
    bool from_server; /* No policy applies. */
    struct err *err;
};

/* A project of the batch: its quota row is locked, and counts what the batch
 * claims, of which so much is taken. */
struct port_project {
    const char *id;
    bool has_row;
    int64_t claimed;
    int64_t used; /* Without the batch. */
    int64_t limit, taken;
};

/* A network of the batch. */
struct port_net {
    struct uuid id;
    const char *project_id;
    const char *guest;         /* Another project that was asked about, */
    enum rbac_access access;   /* and what it may; NULL: none was. */
    bool port_security_enabled;
    const char *sdn;
};

/* A port of the batch, and its MAC. */
struct port_mac {
    struct port *port;
    struct port_member *member;
    bool drawn; /* Not given. */
    bool used;  /* By a port that was there before. */
};

struct port_batch {
    struct tx *tx;
    struct arena *arena; /* Of the transaction. */
    struct port_member *members;
    size_t n_members;
    const struct settings *settings;
    size_t n_ports;
    struct port_net *nets;
    size_t n_nets;
    struct port_project *projects;
    size_t n_projects;
    struct addresses addresses;
    struct address *items; /* Addresses taken. */
    size_t n_items;
    struct port_mac *macs; /* Of members that are not refused. */
    size_t n_macs;
    struct rows used_macs; /* What port_batch_find_macs finds. */
    const char *now;       /* The transaction's time, as PostgreSQL's text. */
    struct sheet sheet;    /* The ports that are to be. */
};

#define EACH_PORT(batch_, member_, i_)                                    \
    for (struct port_member *member_ = (batch_)->members;                      \
         member_ < (batch_)->members + (batch_)->n_members; member_++)    \
        for (size_t i_ = 0; i_ < member_->n; i_++)

/* --- port_load.c */

/* Locks and reads networks, quotas, subnets and pools of the batch. */
struct err *port_batch_load(struct port_batch *batch) MUST_CHECK;

struct port_project *port_batch_project(struct port_batch *batch,
                                        const char *id);
struct port_net *port_batch_net(struct port_batch *batch,
                                const struct uuid *id);

/* --- port_prepare.c */

/* Checks the network and the rights of one port, and fills in what the client
 * left open, but for the MAC and the addresses. */
struct err *port_prepare(struct port_batch *batch, struct port_member *member,
                         struct port *port) MUST_CHECK;

/* --- port_macs.c */

/* Gives every port that has none a MAC, which may be in use. */
void port_batch_draw_macs(struct port_batch *batch);

/* The statement that finds those that are in use, and some beside them.  Sorts
 * 'macs'; neither they nor their ports' networks change until it is answered
 * and they are settled. */
struct query port_batch_find_macs(struct port_batch *batch);

/* Gives every port a MAC that is free in its network; a member that asks for
 * one in use is refused. */
struct err *port_batch_settle_macs(struct port_batch *batch) MUST_CHECK;

/* --- port_write.c */

/* Leaves the statements that write the ports of all members that are not
 * refused (tx_send), and adds their events. */
void port_batch_write(struct port_batch *batch);

/* Row 'row' of the batch's sheet as JSON. */
const char *port_batch_render(const struct port_batch *batch,
                              struct arena *arena, size_t row,
                              uint64_t mask);

#endif
