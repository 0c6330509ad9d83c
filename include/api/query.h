/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Query strings of lists: filters, fields, sorting and paging.
 */
#ifndef API_QUERY_H
#define API_QUERY_H

#include "api/call.h"
#include "db/sqlgen.h"

#define QUERY_MAX_PARAMS 1000

/* Splits and decodes 'text' (without '?'): "a=1&b=x+y%2Fz".  Refuses broken
 * percent escapes, NUL, invalid UTF-8 and more than QUERY_MAX_PARAMS. */
struct err *query_split(struct arena *arena, const char *text,
                        struct param **ret_params, size_t *ret_n) MUST_CHECK;

/* Decodes percent escapes of 'text', and '+' when 'plus'; NULL when broken. */
const char *query_decode(struct arena *arena, const char *text, size_t len,
                         bool plus);

struct embed;

/* A list as asked for. */
struct list_query {
    struct selection selection;
    uint64_t mask;       /* Attributes of the answer. */
    int64_t limit;       /* Objects in the answer. */
    bool limit_given;
    bool total;          /* "total=true": how many there are in all. */
    struct embed *embed; /* What comes along; NULL: nothing. */
};

/* Reads the parameters of a list of 'call->resource'. */
struct err *query_read_list(const struct call *call,
                            struct list_query *ret_query) MUST_CHECK;

/* Attributes of the answer: all that the caller sees, or the 'fields'. */
uint64_t query_fields(const struct call *call);

/* Reads limit, marker and page_reverse alone, for lists that are no table. */
struct err *query_read_limit(const struct call *call, int64_t *ret_limit,
                             bool *ret_given) MUST_CHECK;

/* Appends "<plural>_links" with the pages before and behind: 'first' and
 * 'last' are ids of this page; NULL: there is no such page. */
void query_add_links(const struct call *call, struct buf *buf,
                     const char *plural, const char *next_marker,
                     const char *previous_marker);

#endif
