/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frame of the OpenAPI document.  openapi_schemas.c and openapi_query.c
 * write what follows from attribute tables, openapi_paths.c the operations,
 * openapi_fixed.c what no table says, openapi_text.c the text itself.
 */
#include "api/openapi.h"

#include "openapi_internal.h"
#include "resource/registry.h"

static const char info[] =
    "'openapi':'3.1.0','info':{'title':'Tenet','version':'2.0',"
    "'summary':'OpenStack Networking API v2.0',"
    "'description':'Private networks, subnets and ports. Where this document "
    "is silent, the OpenStack Networking API v2.0 holds. Bodies may also give "
    "booleans and integers as strings; attributes that a resource does not "
    "have are refused. A query parameter may be repeated: its values are "
    "alternatives. Attributes with x-tenet-admin are for admins: nobody else "
    "sees or gives them. A body has at most <max body> bytes.',"
    "'license':{'name':'Apache 2.0','identifier':'Apache-2.0'}},"
    "'servers':[{'url':'http://127.0.0.1:9696'}],"
    "'security':[{'X-Auth-Token':[]},{'Bearer':[]},{}],";

static const char tags[] =
    ",{'name':'events','description':'What has changed, in the order of the "
    "commits.  Who is no admin reads the events of its own project.'},"
    "{'name':'quotas','description':'How much a project may have.'},"
    "{'name':'entitlements','description':'What operators grant.'},"
    "{'name':'network-ip-availabilities',"
    "'description':'Used and total addresses.'},"
    "{'name':'discovery','description':'What the server offers.'},"
    "{'name':'operations','description':'For those who run the server.'}],";

static const char components[] =
    "'securitySchemes':{'X-Auth-Token':{'type':'apiKey','in':'header',"
    "'name':'X-Auth-Token','description':'A token of /v3/auth/tokens, of "
    "Keystone, of an issuer or of the tokens file; a server with auth = none "
    "asks for none.'},"
    "'Bearer':{'type':'http','scheme':'bearer','description':'The same "
    "token.'}},"
    "'headers':{"
    "'RequestId':{'description':'Id of the request in the log.',"
    "'schema':" TEXT "},"
    "'ETag':{'description':'Changes with the answer; for If-None-Match.',"
    "'schema':" TEXT "},"
    "'Cursor':{'description':'Every event up to here is in the list: GET "
    "/v2.0/events with it as since tells all that comes.  Of a list in pages "
    "the one of the first page.','schema':" TEXT "}},"
    "'responses':{'Error':{'description':'What is wrong.',"
    "'headers':{'X-Openstack-Request-Id':"
    "{'$ref':'#/components/headers/RequestId'}},"
    "'content':{'application/json':{'schema':" SCHEMA("Error") "}}}}";

/* Calls 'add' for each resource. */
static void
for_resources(struct openapi *doc, void (*add)(struct openapi *doc))
{
    for (size_t i = 0; resources[i] != NULL; i++) {
        doc->resource = resources[i];
        add(doc);
    }
    doc->resource = NULL;
}

static void
add_tag(struct openapi *doc)
{
    openapi_separate(doc);
    openapi_add(doc, "{'name':'<many>','description':");
    buf_adds_json(doc->buf, doc->resource->table.doc);
    buf_put(doc->buf, '}');
}

static void
add_components(struct openapi *doc)
{
    openapi_add(doc, "'components':{'schemas':{");
    for_resources(doc, openapi_add_schemas);
    openapi_add_fixed_schemas(doc);
    openapi_add(doc, "},'parameters':{");
    openapi_add_fixed_parameters(doc);
    openapi_add(doc, "},");
    openapi_add(doc, components);
    buf_put(doc->buf, '}');
}

void
openapi_write(struct buf *buf, const struct settings *settings)
{
    struct buf compact;
    struct openapi doc = {.buf = &compact, .settings = settings};
    buf_init(&compact, buf->arena, 1 << 16);
    buf_put(&compact, '{');
    openapi_add(&doc, info);
    openapi_add(&doc, "'tags':[");
    for_resources(&doc, add_tag);
    openapi_add(&doc, tags);
    openapi_add(&doc, "'paths':{");
    for_resources(&doc, openapi_add_paths);
    openapi_add_paths(&doc);
    openapi_add(&doc, "},");
    add_components(&doc);
    buf_put(&compact, '}');
    openapi_indent(buf, compact.data);
}
