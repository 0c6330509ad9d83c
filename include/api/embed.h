/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ?include=...: what a list, or one object, brings along in "_embedded".
 * resource/embeds.h has the table of what there is.
 */
#ifndef API_EMBED_H
#define API_EMBED_H

#include "api/call.h"
#include "resource/embeds.h"

/* What a call includes. */
struct embed {
    const struct resource *resource;
    bool wanted[EMBED_N_SLOTS];
    size_t place[EMBED_N_SLOTS]; /* Its statement, among those of the job. */
    int64_t ports_limit;         /* Per subnet. */
    uint64_t subnet_mask, port_mask; /* Attributes that the caller sees. */
};

/* True for the parameters that are read here. */
bool embed_is_control(const struct call *call, const char *key);

/* Reads 'include' and 'ports_limit'; '*ret_embed' is NULL without them. */
struct err *embed_read(const struct call *call,
                       struct embed **ret_embed) MUST_CHECK;

/* Adds the statements for 'page' behind the '*n' of 'queries', which has room
 * for EMBED_N_SLOTS more; 'embed' may be NULL. */
void embed_add_queries(struct arena *arena, struct embed *embed,
                       const struct page *page, struct query *queries,
                       size_t *n);

/* Adds "_embedded" to the object that ends 'buf', whose id is 'id'.  'answers'
 * has the rows of all the job's statements. */
void embed_render(struct buf *buf, const struct embed *embed,
                  const struct rows *answers, const char *id);

#endif
