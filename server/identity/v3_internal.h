/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of v3.h share.
 */
#ifndef IDENTITY_V3_INTERNAL_H
#define IDENTITY_V3_INTERNAL_H

#include "identity/embedded.h"
#include "identity/standing.h"
#include "identity/v3.h"
#include "identity/v3_body.h"

/* Refuses when there is no identity of this server's own. */
struct err *v3_embedded(const struct call *call,
                        struct embedded **ret_embedded) MUST_CHECK;

/* v3_render.c */

/* Appends {"token": {...}} of 'issued', which stands as 'standing' says. */
void v3_add_token(struct call *call, struct buf *body,
                  const struct issued *issued,
                  const struct standing *standing);

/* Appends the list of services and where they are. */
void v3_add_catalog(struct call *call, struct buf *body);

/* Appends an object of a list or of an answer. */
void v3_add_project(struct call *call, struct buf *body,
                    const struct project *project);
void v3_add_user(struct call *call, struct buf *body,
                 const struct user *user);
void v3_add_domain(struct call *call, struct buf *body);

/* Appends '"links": {...}' of the list at the call's path. */
void v3_add_links(struct call *call, struct buf *body);

#endif
