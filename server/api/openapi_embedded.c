/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What objects bring along: the parameters that ask for it, and its schema.
 */
#include "openapi_internal.h"
#include "resource/embeds.h"

/* True for the first row of each name. */
static bool
is_offered(const struct openapi *doc, size_t i)
{
    return embed_rows[i].resource == doc->resource &&
           (i == 0 || embed_rows[i - 1].resource != doc->resource ||
            strcmp(embed_rows[i - 1].name, embed_rows[i].name) != 0);
}

static bool
offers_any(const struct openapi *doc)
{
    return embeds_names(doc->buf->arena, doc->resource) != NULL;
}

void
openapi_add_include(struct openapi *doc)
{
    if (!offers_any(doc)) {
        return;
    }
    openapi_separate(doc);
    openapi_add(doc, "{'name':'include','in':'query','explode':false,"
                     "'schema':{'type':'array','items':{'type':'string',"
                     "'enum':[");
    for (size_t i = 0; i < n_embed_rows; i++) {
        if (is_offered(doc, i)) {
            openapi_separate(doc);
            buf_adds_json(doc->buf, embed_rows[i].name);
        }
    }
    openapi_add(doc,
                "]}},'description':'What each object brings along in "
                "_embedded.'},{'name':'ports_limit','in':'query','schema':{"
                "'type':'integer','minimum':0,'maximum':<page limit>,"
                "'default':50},'description':'Ports that each subnet brings "
                "along; ports_total says how many there are.'},");
}

/* The member of "_embedded" that shows a slot; NULL: it is part of another. */
static const char *
schema_of(enum embed_slot slot)
{
    switch (slot) {
    case EMBED_NETWORK_USAGE:
        return "'usage':" SCHEMA("NetworkUsage");
    case EMBED_SUBNETS:
        return "'subnets':" ARRAY(SCHEMA("Subnet"));
    case EMBED_SUBNET_USAGE:
        return "'usage':" SCHEMA("Usage");
    case EMBED_PORTS:
        return "'ports':" ARRAY(SCHEMA("Port"))
            ",'ports_total':{'type':'integer','minimum':0}";
    case EMBED_PORT_TOTALS:
    case EMBED_N_SLOTS:
        break;
    }
    return NULL;
}

void
openapi_add_embedded(struct openapi *doc)
{
    if (!offers_any(doc)) {
        return;
    }
    openapi_add_key(doc, "_embedded");
    openapi_add(doc, "{'type':'object','readOnly':true,'description':'What "
                     "was asked for by include; else absent.',"
                     "'properties':{");
    for (size_t i = 0; i < n_embed_rows; i++) {
        const char *schema = schema_of(embed_rows[i].slot);
        if (schema != NULL && is_offered(doc, i) &&
            strchr(embed_rows[i].name, '.') == NULL) {
            openapi_separate(doc);
            openapi_add(doc, schema);
        }
    }
    openapi_add(doc, "}}");
}
