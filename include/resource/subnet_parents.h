/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks that get subnets.  They are locked, so that what they show before
 * and afterwards is known without asking for it again.
 */
#ifndef RESOURCE_SUBNET_PARENTS_H
#define RESOURCE_SUBNET_PARENTS_H

#include "resource/creation.h"
#include "resource/network.h"
#include "resource/subnet.h"

/* A subnet of a network, there or under creation. */
struct child {
    const char *id;
    const char *created_at;
    const char *scope; /* The address scope of its pool, or NULL. */
    struct ip_prefix cidr;
    const struct creation_member *member; /* Who creates it; NULL: is there. */
    bool shown; /* By the network. */
};

/* A network that gets subnets: it is locked. */
struct parent {
    const char **texts; /* Its row, by attribute. */
    struct child *children; /* In the order in which the network shows them. */
    size_t n_children;
    size_t n_new;       /* Subnets that it has got. */
};

struct parents {
    struct parent *items;
    size_t n;
    struct rows ranges;  /* Reserved ones. */
    struct rows sharers; /* (network, project of a caller that uses it). */
};

/* What is known of networks. */
struct parent_rows {
    struct rows networks; /* A SELECT of the table. */
    /* The subnets of all of them (network, cidr, pool, id, time, scope of the
     * pool) in the order of time and id. */
    struct rows siblings;
    struct rows sharers;
    struct rows ranges; /* cluster_ranges_query */
};

struct parents *subnet_read_parents(const struct creation *creation,
                                    const struct parent_rows *rows);

/* The network with 'id', or NULL.  'parents' is the state of the creation. */
struct parent *subnet_find_parent(const struct parents *parents,
                                  const char *id);

/* Puts the subnet where the network will show it: by time, then by id. */
void subnet_add_child(const struct creation *creation, struct parent *parent,
                      const struct creation_member *member,
                      const struct subnet *subnet);

/* The event of the network, which shows 'subnet' from now on. */
void subnet_touch_parent(const struct creation *creation,
                         struct change *change, const struct subnet *subnet);

/* The statement that raises the revisions of the networks so touched. */
struct query subnet_parents_query(const struct creation *creation);

#endif
