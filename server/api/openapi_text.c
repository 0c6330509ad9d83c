/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of the OpenAPI document: placeholders, commas, indentation.
 */
#include <ctype.h>
#include <inttypes.h>

#include "core/arena.h"
#include "core/settings.h"
#include "openapi_internal.h"
#include "resource/quota.h"

#define INDENT "  " /* Per level. */

/* --- commas */

void
openapi_separate(struct openapi *doc)
{
    const struct buf *buf = doc->buf;
    if (buf->len > 0 && strchr("{[,", buf->data[buf->len - 1]) == NULL) {
        buf_put(doc->buf, ',');
    }
}

void
openapi_add_key(struct openapi *doc, const char *key)
{
    openapi_separate(doc);
    buf_adds_json(doc->buf, key);
    buf_put(doc->buf, ':');
}

bool
openapi_has_attr(const struct openapi *doc, const struct attr *attr)
{
    return (attr->flags & ATTR_SDN) == 0 || doc->settings->sdns[0] != '\0';
}

/* --- placeholders */

/* "cluster_network" as "ClusterNetwork". */
static void
add_camel(struct buf *buf, const char *name)
{
    bool begins = true;
    for (; *name != '\0'; name++) {
        bool letter = isalnum((unsigned char) *name) != 0;
        if (letter) {
            int c = begins ? toupper((unsigned char) *name) : *name;
            buf_put(buf, (char) c);
        }
        begins = !letter;
    }
}

static void
add_one(struct openapi *doc)
{
    buf_adds(doc->buf, doc->resource->table.name);
}

static void
add_many(struct openapi *doc)
{
    buf_adds(doc->buf, doc->resource->table.plural);
}

static void
add_path(struct openapi *doc)
{
    buf_adds(doc->buf, table_path(&doc->resource->table));
}

/* The name as in a sentence: "cluster network". */
static void
add_title(struct openapi *doc)
{
    for (const char *p = doc->resource->table.title; *p != '\0'; p++) {
        buf_put(doc->buf, (char) tolower((unsigned char) *p));
    }
}

static void
add_camel_one(struct openapi *doc)
{
    add_camel(doc->buf, doc->resource->table.name);
}

static void
add_camel_many(struct openapi *doc)
{
    add_camel(doc->buf, doc->resource->table.plural);
}

static void
add_bulk_limit(struct openapi *doc)
{
    buf_add_int(doc->buf, doc->settings->bulk_limit);
}

static void
add_page_limit(struct openapi *doc)
{
    buf_add_int(doc->buf, doc->settings->page_limit);
}

static void
add_plan_ttl(struct openapi *doc)
{
    buf_add_int(doc->buf, doc->settings->plan_ttl_s);
}

static void
add_max_body(struct openapi *doc)
{
    buf_add_int(doc->buf, doc->settings->max_body);
}

/* The parameter X-SDN where there is one. */
static void
add_sdn(struct openapi *doc)
{
    if (doc->settings->sdns[0] != '\0' &&
        table_find(&doc->resource->table, "sdn") >= 0) {
        openapi_add(doc, PARAMETER("Sdn") ",");
    }
}

/* The filters by tags, behind other parameters. */
static void
add_tag_filters(struct openapi *doc)
{
    if (resource_has_tags(doc->resource)) {
        openapi_add(doc, "," PARAMETER("Tags") "," PARAMETER("TagsAny")
                         "," PARAMETER("NotTags") "," PARAMETER("NotTagsAny"));
    }
}

/* The parameter "cascade" of resources that have plans. */
static void
add_cascade(struct openapi *doc)
{
    if (doc->resource->list_cascade != NULL) {
        openapi_add(doc, PARAMETER("Cascade") ",");
    }
}

/* The SDNs on offer, as elements of a list. */
static void
add_sdns(struct openapi *doc)
{
    const char *text = doc->settings->sdns;
    while (*text != '\0') {
        size_t len = strcspn(text, ",");
        openapi_separate(doc);
        buf_add_json(doc->buf, text, len);
        text += len + (text[len] == ',' ? 1 : 0);
    }
}

/* Every type of error that there is. */
static void
add_error_types(struct openapi *doc)
{
    for (int kind = 0; kind < ERR_N_KINDS; kind++) {
        bool repeats = false;
        for (int i = 0; i < kind; i++) {
            repeats = repeats || strcmp(err_type((enum err_kind) i),
                                        err_type((enum err_kind) kind)) == 0;
        }
        if (!repeats) {
            openapi_separate(doc);
            buf_adds_json(doc->buf, err_type((enum err_kind) kind));
        }
    }
}

static void
add_quota_names(struct openapi *doc)
{
    for (int i = 0; quota_resources[i] != NULL; i++) {
        openapi_separate(doc);
        buf_adds_json(doc->buf, quota_resources[i]);
    }
}

/* A limit per resource. */
static void
add_quota_limits(struct openapi *doc)
{
    for (int i = 0; quota_resources[i] != NULL; i++) {
        openapi_add_key(doc, quota_resources[i]);
        buf_addf(doc->buf,
                 "{\"type\":\"integer\",\"minimum\":-1,\"description\":"
                 "\"Limit of %ss; -1 is none.  A project without a limit of "
                 "its own has %" PRId64 ".\"}",
                 quota_resources[i],
                 quota_default(doc->settings, quota_resources[i]));
    }
}

static void
add_quota_details(struct openapi *doc)
{
    for (int i = 0; quota_resources[i] != NULL; i++) {
        openapi_add_key(doc, quota_resources[i]);
        openapi_add(doc, SCHEMA("QuotaDetail"));
    }
}

static const struct placeholder {
    const char *word;
    void (*add)(struct openapi *doc);
} placeholders[] = {
    {"one", add_one},
    {"many", add_many},
    {"path", add_path},
    {"title", add_title},
    {"One", add_camel_one},
    {"Many", add_camel_many},
    {"query", openapi_add_query},
    {"fields", openapi_add_fields},
    {"sdn", add_sdn},
    {"tag filters", add_tag_filters},
    {"sdns", add_sdns},
    {"cascade", add_cascade},
    {"plan ttl", add_plan_ttl},
    {"bulk limit", add_bulk_limit},
    {"page limit", add_page_limit},
    {"max body", add_max_body},
    {"error types", add_error_types},
    {"quota names", add_quota_names},
    {"quota limits", add_quota_limits},
    {"quota details", add_quota_details},
};

/* The placeholder that 'text' begins with, or NULL. */
static const struct placeholder *
find_placeholder(const char *text)
{
    if (text[0] != '<') {
        return NULL;
    }
    size_t len = strcspn(text + 1, ">");
    for (size_t i = 0; i < sizeof placeholders / sizeof *placeholders; i++) {
        const char *word = placeholders[i].word;
        if (len == strlen(word) && memcmp(word, text + 1, len) == 0) {
            return &placeholders[i];
        }
    }
    return NULL;
}

void
openapi_add(struct openapi *doc, const char *text)
{
    for (;;) {
        size_t len = strcspn(text, "<'");
        buf_add(doc->buf, text, len);
        text += len;
        if (*text == '\0') {
            return;
        }
        const struct placeholder *placeholder = find_placeholder(text);
        if (placeholder != NULL) {
            placeholder->add(doc);
            text += strlen(placeholder->word) + 1;
        } else {
            buf_put(doc->buf, (char) (*text == '\'' ? '"' : *text));
        }
        text++;
    }
}

const char *
openapi_expand(const struct openapi *doc, const char *text)
{
    struct buf buf;
    struct openapi part = *doc;
    part.buf = &buf;
    buf_init(&buf, doc->buf->arena, 64);
    openapi_add(&part, text);
    return buf.data;
}

/* --- indentation */

static void
break_line(struct buf *buf, int depth)
{
    buf_put(buf, '\n');
    for (int i = 0; i < depth; i++) {
        buf_adds(buf, INDENT);
    }
}

/* Bytes of the JSON string at 'text', with its quotes. */
static size_t
string_len(const char *text)
{
    size_t len = 1 + strcspn(text + 1, "\"\\");
    while (text[len] == '\\') {
        len += 2;
        len += strcspn(text + len, "\"\\");
    }
    return len + 1;
}

/* Appends the token at 'json' and returns what is behind it. */
static const char *
indent_token(struct buf *buf, const char *json, int *depth)
{
    if (*json == '"') {
        size_t len = string_len(json);
        buf_add(buf, json, len);
        return json + len;
    }
    if ((*json == '{' && json[1] == '}') ||
        (*json == '[' && json[1] == ']')) {
        buf_add(buf, json, 2);
        return json + 2;
    }
    if (*json == '}' || *json == ']') {
        break_line(buf, --*depth);
    }
    buf_put(buf, *json);
    if (*json == '{' || *json == '[') {
        break_line(buf, ++*depth);
    } else if (*json == ',') {
        break_line(buf, *depth);
    } else if (*json == ':') {
        buf_put(buf, ' ');
    }
    return json + 1;
}

void
openapi_indent(struct buf *buf, const char *json)
{
    int depth = 0;
    while (*json != '\0') {
        json = indent_token(buf, json, &depth);
    }
    buf_put(buf, '\n');
}
