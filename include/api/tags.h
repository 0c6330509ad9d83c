/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tags of an object: /v2.0/{collection}/{id}/tags[/{tag}], every verb.
 */
#ifndef API_TAGS_H
#define API_TAGS_H

#include "api/call.h"

operation_fn tags_list;
operation_fn tags_replace;
operation_fn tags_add;
operation_fn tags_clear;
operation_fn tags_show_one;
operation_fn tags_add_one;
operation_fn tags_remove_one;


#endif
