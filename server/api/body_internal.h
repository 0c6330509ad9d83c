/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the readers of bodies share.
 */
#ifndef BODY_INTERNAL_H
#define BODY_INTERNAL_H

#include "api/body.h"

/* An object under reading. */
struct reading {
    const struct call *call;
    const struct table *table;
    unsigned verb; /* ATTR_POST or ATTR_PUT */
    bool grouped;  /* An item of a group, which may have tags. */
    struct record *record;
    const void *defaults; /* Of POST, for all objects; NULL: not yet made. */
    uint64_t seen; /* Bit i: the body has attribute i, right or wrong. */
    struct err *first, *last; /* All mistakes so far. */
};

/* Adds 'err', unless it is NULL, to the mistakes. */
void body_collect(struct reading *reading, struct err *err);

/* Reads one object; mistakes are collected. */
void body_read_object(struct reading *reading, const json_t *json);

#endif
