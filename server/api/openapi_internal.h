/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the OpenAPI document share.
 *
 * The document is text with placeholders.  In it a single quote stands for a
 * double one, and a word in angle brackets for what the resource at hand or
 * the settings say: '<many>' is "networks".  openapi_text.c knows the words.
 */
#ifndef OPENAPI_INTERNAL_H
#define OPENAPI_INTERNAL_H

#include <stdbool.h>

#include "core/buf.h"
#include "resource/resource.h"

struct openapi {
    struct buf *buf; /* The document so far, without indentation. */
    const struct settings *settings;
    const struct resource *resource; /* NULL: none is at hand. */
};

#define SCHEMA(name_) "{'$ref':'#/components/schemas/" name_ "'}"
#define PARAMETER(name_) "{'$ref':'#/components/parameters/" name_ "'}"
#define ARRAY(items_) "{'type':'array','items':" items_ "}"
#define ENVELOPE(key_, schema_)                                     \
    "{'type':'object','required':['" key_ "'],'properties':{'" key_ \
    "':" schema_ "}}"
#define TEXT "{'type':'string'}"
#define INTEGER "{'type':'integer'}"

/* The value of a macro as text. */
#define DIGITS(number_) DIGITS_OF(number_)
#define DIGITS_OF(number_) #number_

/* --- openapi_text.c: text with placeholders */

/* Appends 'text', its placeholders replaced. */
void openapi_add(struct openapi *doc, const char *text);

/* The same as a text of its own. */
const char *openapi_expand(const struct openapi *doc, const char *text);

/* Appends '"key":', behind a comma unless it is the first of its object. */
void openapi_add_key(struct openapi *doc, const char *key);

/* Appends a comma unless an object or a list has just begun. */
void openapi_separate(struct openapi *doc);

/* Appends the compact JSON 'json' with two blanks per level. */
void openapi_indent(struct buf *buf, const char *json);

/* True unless the attribute needs SDNs and none are on offer. */
bool openapi_has_attr(const struct openapi *doc, const struct attr *attr);

/* --- openapi_schemas.c: the schemas of a resource */

/* Appends <One>, <One>Create and <One>Update of 'doc->resource'. */
void openapi_add_schemas(struct openapi *doc);

/* Appends the members that say what a value of 'attr' is. */
void openapi_add_type(struct openapi *doc, const struct attr *attr);

/* --- openapi_query.c */

/* Appends the query parameters that follow from the attributes, each with a
 * comma behind: filters, fields, sort_key. */
void openapi_add_query(struct openapi *doc);
void openapi_add_fields(struct openapi *doc);

/* Appends 'include' and 'ports_limit' where the resource has them, each with
 * a comma behind. */
void openapi_add_include(struct openapi *doc);

/* Appends the member "_embedded" of the answer's schema where there is one. */
void openapi_add_embedded(struct openapi *doc);

/* --- openapi_fixed.c: what no table says */

/* Appends the members of "schemas" and "parameters" that are for all. */
void openapi_add_fixed_schemas(struct openapi *doc);
void openapi_add_fixed_parameters(struct openapi *doc);

/* --- openapi_operations.c: what there is, row by row */

enum operation_flag {
    OPERATION_OPEN = 1u << 0, /* Needs no token. */
    OPERATION_ETAG = 1u << 1, /* Answers with an ETag, or 304. */
    OPERATION_TEXT = 1u << 2, /* Answers with plain text. */
    OPERATION_SDN = 1u << 3,  /* Exists only where SDNs are on offer. */
    OPERATION_TAGS = 1u << 4, /* Exists only for objects with tags. */
    OPERATION_GROUP = 1u << 5, /* May answer with a result per object. */
    OPERATION_CASCADE = 1u << 6, /* Plans where the resource has them. */
    OPERATION_CURSOR = 1u << 7, /* Answers with X-Tenet-Cursor. */
    OPERATION_STREAM = 1u << 8, /* Also streams server-sent events. */
    OPERATION_BULK = 1u << 9, /* Of resources whose POST takes lists. */
    OPERATION_ALONE = 1u << 10, /* Of the others. */
};

/* Texts with placeholders.  Rows of one path follow each other. */
struct operation {
    const char *path;
    const char *method;
    const char *id;
    const char *tag;
    const char *summary;
    const char *parameters; /* Elements of a list; NULL: none. */
    const char *request;    /* Schema of the body; NULL: none. */
    const char *status;     /* Of success. */
    const char *response;   /* Schema of the answer; NULL: no body. */
    const char *errors;     /* Statuses beyond those that all have. */
    unsigned flags;         /* enum operation_flag */
};

/* The operations of every resource, and those beyond resources. */
const struct operation *openapi_of_resources(size_t *ret_n);
const struct operation *openapi_beyond(size_t *ret_n);

/* --- openapi_paths.c */

/* Appends the members of "paths". */
void openapi_add_paths(struct openapi *doc);

#endif
