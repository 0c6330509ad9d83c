/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules that hold for every attribute of the tables of networks, subnets and
 * ports, and the walk that asks the server for each of them.
 */
#ifndef SUPPORT_TABLES_H
#define SUPPORT_TABLES_H

#include <stdbool.h>

#include "core/buf.h"
#include "resource/resource.h"
#include "schema/table.h"
#include "support/api.h"

/* A table and an object of its kind. */
struct subject {
    const struct resource *resource;
    const struct table *table;
    const char *network_id; /* Where its objects are. */
    const char *id;
    struct reply shown;     /* The answer to GET of it. */
};

/* True when the rule holds for 'attr'; else '*ret_reply' shows why not. */
typedef bool rule_fn(const struct subject *subject, const struct attr *attr,
                     struct reply *ret_reply);

/* Expects a rule to hold for all attributes with the flags 'with' and without
 * the flags 'without'; the test names those that break it. */
void expect_of_all(unsigned with, unsigned without, rule_fn *rule);

/* The resource whose plural is 'plural', and an object of it. */
const struct resource *resource_of(const char *plural);
struct subject subject_of(const char *plural);

/* The least attributes that make an object, without 'attr'; every subnet
 * gets a CIDR of its own. */
struct buf least_without(const struct subject *subject, const char *attr);

/* POST of an object that has 'attr', PUT of the subject; 'value' is JSON. */
struct reply create_with(const struct subject *subject, const char *attr,
                         const char *value);
struct reply update_with(const struct subject *subject, const char *attr,
                         const char *value);

/* Where an answer shows the attribute: "network.name". */
const char *shown_path(const struct subject *subject,
                       const struct attr *attr);

/* 400, and the attribute is named by either of its names. */
bool is_refused(const struct reply *reply, const struct attr *attr);

#endif
