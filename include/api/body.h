/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Request bodies: JSON to records, by the attribute table.
 */
#ifndef API_BODY_H
#define API_BODY_H

#include <jansson.h>

#include "api/call.h"

#define BODY_MAX_DEPTH 32 /* Nested arrays and objects. */

/* Reads the body as one JSON object; NULL members and repeated keys are
 * refused as the API does.  The tree lives as long as the call. */
struct err *body_parse(const struct call *call, json_t **ret_json) MUST_CHECK;

/* Reads the objects of a POST: one under the resource's name, or a list under
 * its plural.  All mistakes are collected in one error.  'ret_bulk' says that
 * it was a list. */
struct err *body_read_create(const struct call *call, void ***ret_records,
                             size_t *ret_n, bool *ret_bulk) MUST_CHECK;

/* Reads the patch of a PUT. */
struct err *body_read_update(const struct call *call,
                             void **ret_record) MUST_CHECK;

#endif
