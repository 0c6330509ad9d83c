/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every object has: members of its struct, and rows of its table.
 */
#ifndef RESOURCE_OBJECT_H
#define RESOURCE_OBJECT_H

#include <stddef.h>
#include <stdint.h>

#include "core/uuid.h"
#include "resource/tagrules.h"
#include "schema/attr.h"
#include "schema/record.h"
#include "schema/types.h"

/* Indexes that every table has in the same place, so that generic code needs
 * no search: COMMON_ATTRS writes the rows. */
enum common_attr {
    ATTR_ID,
    ATTR_NAME,
    ATTR_PROJECT_ID,
    ATTR_TENANT_ID,
    ATTR_DESCRIPTION,
    ATTR_TAGS,
    ATTR_REVISION_NUMBER,
    ATTR_CREATED_AT,
    ATTR_UPDATED_AT,
    ATTR_N_COMMON
};

/* The members of those attributes: first in every resource's struct. */
#define COMMON_MEMBERS           \
    struct record rec;           \
    struct uuid id;              \
    const char *name;            \
    const char *project_id;      \
    const char *description;     \
    struct text_list tags;       \
    int64_t revision_number;     \
    struct timestamp created_at; \
    struct timestamp updated_at

struct object {
    COMMON_MEMBERS;
};

#define ATTR_BIT(index_) (UINT64_C(1) << (index_))

/* Rows of what every object has. */
#define OBJECT_ATTRS(type_)                                                  \
    [ATTR_ID] = {FIELD(type_, id), .flags = ATTR_FILTER | ATTR_SORT,         \
                 .doc = "Identity of the object."},                          \
    [ATTR_PROJECT_ID] = {FIELD(type_, project_id),                           \
                         .flags = ATTR_POST | ATTR_FILTER | ATTR_SORT |      \
                                  ATTR_COMPUTED,                             \
                         .max = 255,                                         \
                         .doc = "Project that owns the object."},            \
    [ATTR_TENANT_ID] = {FIELD_AS(type_, project_id, "tenant_id"),            \
                        .alias_of = "project_id",                            \
                        .flags = ATTR_POST | ATTR_FILTER | ATTR_SORT |       \
                                 ATTR_COMPUTED,                              \
                        .max = 255,                                          \
                        .doc = "The same as project_id."},                   \
    [ATTR_REVISION_NUMBER] = {FIELD(type_, revision_number),                 \
                              .flags = ATTR_DB_DEFAULT | ATTR_FILTER |       \
                                       ATTR_SORT,                            \
                              .doc = "Grows with every change."},            \
    [ATTR_CREATED_AT] = {FIELD(type_, created_at),                           \
                         .flags = ATTR_DB_DEFAULT | ATTR_SORT,               \
                         .doc = "Time of creation, UTC."},                   \
    [ATTR_UPDATED_AT] = {FIELD(type_, updated_at),                           \
                         .flags = ATTR_DB_DEFAULT | ATTR_SORT,               \
                         .doc = "Time of the last change, UTC."}

/* The rest of the common rows, for objects with names and tags. */
#define COMMON_ATTRS(type_, tags_)                                           \
    OBJECT_ATTRS(type_),                                                     \
    [ATTR_NAME] = {FIELD(type_, name),                                       \
                   .flags = ATTR_POST | ATTR_PUT | ATTR_FILTER | ATTR_SORT,  \
                   .def = "", .max = 255,                                    \
                   .doc = "Name for people; need not be unique."},           \
    [ATTR_DESCRIPTION] = {FIELD(type_, description),                         \
                          .flags = ATTR_POST | ATTR_PUT | ATTR_FILTER |      \
                                   ATTR_SORT,                                \
                          .def = "", .max = 255,                             \
                          .doc = "Words for people."},                       \
    [ATTR_TAGS] = {FIELD(type_, tags), .flags = (tags_), .def = "{}",        \
                   .fresh = "{}",                                            \
                   .check = tagrules_check_attr,                             \
                   .doc = "Labels, in alphabetical order."}

/* The same for objects without: such attributes are nowhere to be seen. */
#define NAMELESS_ATTRS(type_)                                                \
    OBJECT_ATTRS(type_),                                                     \
    [ATTR_NAME] = {FIELD(type_, name), .flags = ATTR_VIRTUAL | ATTR_HIDDEN,  \
                   .expr = "''::text", .doc = "There is none."},             \
    [ATTR_DESCRIPTION] = {FIELD(type_, description),                         \
                          .flags = ATTR_VIRTUAL | ATTR_HIDDEN,               \
                          .expr = "''::text", .doc = "There is none."},      \
    [ATTR_TAGS] = {FIELD(type_, tags), .flags = ATTR_VIRTUAL | ATTR_HIDDEN,  \
                   .expr = "'{}'::text[]", .doc = "There are none."}

#endif
