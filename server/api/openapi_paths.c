/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths and their operations, for any resource and beyond resources.
 * http/route.c holds the paths that are served; a test compares them.
 */
#include "core/arena.h"
#include "core/settings.h"
#include "openapi_internal.h"

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

#define ENVELOPE(key_, schema_)                                     \
    "{'type':'object','required':['" key_ "'],'properties':{'" key_ \
    "':" schema_ "}}"

/* Rows of text, in lines that read as the text does. */
/* clang-format off */

/* --- resources */

#define LIST "/v2.0/<path>"
#define OBJECT LIST "/{<one>_id}"
#define TAGS OBJECT "/tags"
#define TAG TAGS "/{tag}"
#define IF_MATCH PARAMETER("IfMatch")

#define GROUP(item_)                                                     \
    "{'type':'object','additionalProperties':false,"                     \
    "'required':['<many>'],'properties':{'<many>':{'type':'array',"      \
    "'minItems':1,'maxItems':<bulk limit>,'items':" item_ "}}}"

static const char results[] =
    ",'207':{'description':'A result for each.','headers':{"
    "'X-Openstack-Request-Id':{'$ref':'#/components/headers/RequestId'}},"
    "'content':{'application/json':{'schema':{"
    "'type':'object','required':['results'],'properties':{'results':{"
    "'type':'array','items':{'type':'object','required':['id','status'],"
    "'properties':{'id':{'type':'string','format':'uuid'},"
    "'status':{'type':'integer','description':'As a call for this object "
    "alone would answer.'},'<one>':" SCHEMA("<One>") ","
    "'error':{'type':'object','required':['type','message','detail'],"
    "'description':'The content of a NeutronError.'}}}}}}}}}";

static const struct operation of_resources[] = {
    {LIST, "get", "list<Many>", "<many>", "List <many>",
     "<query><include><sdn>" PARAMETER("Total") "," PARAMETER("SortDir") ","
     PARAMETER("Limit") "," PARAMETER("Marker") ","
     PARAMETER("PageReverse") "<tag filters>",
     NULL, "200",
     "{'type':'object','required':['<many>'],'properties':{"
     "'<many>':" ARRAY(SCHEMA("<One>")) ",'<many>_links':" SCHEMA("Links")
     "}}", "404", OPERATION_CURSOR},
    {LIST, "post", "create<One>", "<many>",
     "Create one <title>, or several, all or none", "<sdn>",
     "{'oneOf':[" ENVELOPE("<one>", SCHEMA("<One>Create")) ","
     "{'type':'object','required':['<many>'],'properties':{'<many>':{"
     "'type':'array','minItems':1,'maxItems':<bulk limit>,"
     "'items':" SCHEMA("<One>Create") "}}}]}", "201",
     "{'oneOf':[" ENVELOPE("<one>", SCHEMA("<One>")) ","
     ENVELOPE("<many>", ARRAY(SCHEMA("<One>"))) "]}", "404 409",
     OPERATION_BULK},
    {LIST, "post", "create<One>", "<many>",
     "Create one <title>, answer (200) the same when it is there, or check "
     "(200) whether it would fit",
     "<sdn>" PARAMETER("Check"),
     ENVELOPE("<one>", SCHEMA("<One>Create")), "201",
     ENVELOPE("<one>", SCHEMA("<One>")), "404 409", OPERATION_ALONE},
    {LIST, "put", "update<Many>", "<many>",
     "Change several <many>, in one transaction", PARAMETER("Atomic"),
     GROUP(SCHEMA("<One>Change")), "200",
     ENVELOPE("<many>", ARRAY(SCHEMA("<One>"))), "404 409 412",
     OPERATION_GROUP | OPERATION_BULK},
    {LIST, "delete", "delete<Many>", "<many>",
     "Delete several <many>, in one transaction", PARAMETER("Atomic"),
     GROUP(SCHEMA("Deletion")), "204", NULL, "404 409 412",
     OPERATION_GROUP | OPERATION_BULK},
    {OBJECT, "get", "show<One>", "<many>", "Show one <title>",
     "<fields><include>" PARAMETER("IfNoneMatch"), NULL, "200",
     ENVELOPE("<one>", SCHEMA("<One>")), "404", OPERATION_ETAG},
    {OBJECT, "put", "update<One>", "<many>",
     "Change the given attributes of one <title>", IF_MATCH,
     ENVELOPE("<one>", SCHEMA("<One>Update")), "200",
     ENVELOPE("<one>", SCHEMA("<One>")), "404 409 412", 0},
    {OBJECT, "delete", "delete<One>", "<many>", "Delete one <title>",
     "<cascade>" IF_MATCH, NULL, "204", NULL, "404 409 412",
     OPERATION_CASCADE},

    {OBJECT "/blockers", "get", "list<One>Blockers", "<many>",
     "Ask what would keep a DELETE from succeeding", NULL, NULL,
     "200", SCHEMA("Blockers"), "404", 0},

    {TAGS, "get", "list<One>Tags", "<many>",
     "List the tags of one <title>", NULL, NULL,
     "200", SCHEMA("Tags"), "404", OPERATION_TAGS},
    {TAGS, "put", "replace<One>Tags", "<many>",
     "Replace all tags of one <title>", IF_MATCH, SCHEMA("Tags"),
     "200", SCHEMA("Tags"), "404 412", OPERATION_TAGS},
    {TAGS, "post", "add<One>Tags", "<many>",
     "Add tags to one <title>", IF_MATCH, SCHEMA("Tags"),
     "200", SCHEMA("Tags"), "404 412", OPERATION_TAGS},
    {TAGS, "delete", "clear<One>Tags", "<many>",
     "Remove all tags of one <title>", IF_MATCH, NULL,
     "204", NULL, "404 412", OPERATION_TAGS},
    {TAG, "get", "check<One>Tag", "<many>",
     "Ask whether one <title> has a tag", NULL, NULL,
     "204", NULL, "404", OPERATION_TAGS},
    {TAG, "put", "add<One>Tag", "<many>",
     "Add a tag to one <title>", IF_MATCH, NULL,
     "201", NULL, "404 412", OPERATION_TAGS},
    {TAG, "delete", "remove<One>Tag", "<many>",
     "Remove a tag of one <title>", IF_MATCH, NULL,
     "204", NULL, "404 412", OPERATION_TAGS},
};

/* --- beyond resources */

#define QUOTAS "/v2.0/quotas"
#define QUOTA QUOTAS "/{project_id}"
#define ENTITLEMENTS "/v2.0/entitlements"
#define AVAILABILITIES "/v2.0/network-ip-availabilities"
#define ADDRESSES "/v2.0/subnets/{subnet_id}/addresses"
#define FILTER(name_, type_)                                             \
    "{'name':'" name_ "','in':'query','schema':" ARRAY(type_) ","        \
    "'description':'Only networks with one of these values.'},"

#define EVENT_FILTER(name_, type_)                                       \
    "{'name':'" name_ "','in':'query','schema':" ARRAY(type_) ","        \
    "'description':'Only events with one of these values.'},"

static const struct operation beyond[] = {
    {"/", "get", "listVersions", "discovery", "List the versions of the API",
     NULL, NULL, "200", ENVELOPE("versions", ARRAY(SCHEMA("Version"))), "",
     OPERATION_OPEN},
    {"/v2.0", "get", "listCollections", "discovery",
     "List the collections of this version", NULL, NULL, "200",
     ENVELOPE("resources", ARRAY(SCHEMA("Collection"))), "", OPERATION_OPEN},
    {"/v2.0/extensions", "get", "listExtensions", "discovery",
     "List the extensions", NULL, NULL, "200",
     ENVELOPE("extensions", ARRAY(SCHEMA("Extension"))), "", OPERATION_OPEN},
    {"/v2.0/extensions/{alias}", "get", "showExtension", "discovery",
     "Show an extension", NULL, NULL, "200",
     ENVELOPE("extension", SCHEMA("Extension")), "404", OPERATION_OPEN},
    {"/v2.0/available-sdn", "get", "listSdns", "discovery",
     "List the SDNs on offer, the default first", NULL, NULL, "200",
     ARRAY(TEXT), "", OPERATION_SDN},

    {"/v2.0/events", "get", "listEvents", "events",
     "List what has changed, wait for it, or stream it",
     PARAMETER("Since") "," PARAMETER("Wait") "," PARAMETER("Limit") ","
     PARAMETER("LastEventId") ","
     EVENT_FILTER("type", TEXT)
     EVENT_FILTER("action",
                  "{'type':'string','enum':['create','update','delete']}")
     EVENT_FILTER("network_id", "{'type':'string','format':'uuid'}")
     EVENT_FILTER("id", TEXT) EVENT_FILTER("project_id", TEXT), NULL, "200",
     "{'type':'object','required':['events','cursor'],'properties':{"
     "'events':" ARRAY(SCHEMA("Event")) ",'cursor':{'type':'string',"
     "'description':'For since: behind the last of these events, or behind "
     "all that were searched when none is here.'}}}", "410",
     OPERATION_STREAM},

    {QUOTAS, "get", "listQuotas", "quotas",
     "List the projects with limits of their own", NULL, NULL, "200",
     ENVELOPE("quotas", ARRAY(SCHEMA("ProjectQuota"))), "",
     OPERATION_CURSOR},
    {QUOTA, "get", "showQuota", "quotas", "Show the limits of a project",
     NULL, NULL, "200", ENVELOPE("quota", SCHEMA("Quota")), "", 0},
    {QUOTA, "put", "updateQuota", "quotas", "Set limits of a project", NULL,
     ENVELOPE("quota", SCHEMA("QuotaUpdate")), "200",
     ENVELOPE("quota", SCHEMA("Quota")), "", 0},
    {QUOTA, "delete", "resetQuota", "quotas",
     "Give a project the default limits", NULL, NULL, "204", NULL, "404", 0},
    {QUOTA "/default", "get", "showDefaultQuota", "quotas",
     "Show the default limits", NULL, NULL, "200",
     ENVELOPE("quota", SCHEMA("Quota")), "", 0},
    {QUOTA "/details", "get", "showQuotaDetails", "quotas",
     "Show limits and use of a project", NULL, NULL, "200",
     ENVELOPE("quota", SCHEMA("QuotaDetails")), "", 0},

    {ENTITLEMENTS, "get", "listEntitlements", "entitlements",
     "List the projects with entitlements: all for an admin, else the own",
     NULL, NULL, "200",
     ENVELOPE("entitlements", ARRAY(SCHEMA("Entitlement"))), "", 0},
    {ENTITLEMENTS "/{project_id}", "get", "showEntitlement", "entitlements",
     "Show what a project is entitled to", NULL, NULL, "200",
     ENVELOPE("entitlement", SCHEMA("Entitlement")), "404", 0},
    {ENTITLEMENTS "/{project_id}", "put", "updateEntitlement", "entitlements",
     "Grant entitlements to a project or withdraw them: networks stay as they "
     "are", NULL, ENVELOPE("entitlement", SCHEMA("EntitlementUpdate")), "200",
     ENVELOPE("entitlement", SCHEMA("Entitlement")), "404", 0},

    {AVAILABILITIES, "get", "listNetworkIpAvailabilities",
     "network-ip-availabilities", "List used and total addresses",
     FILTER("network_id", "{'type':'string','format':'uuid'}")
     FILTER("network_name", TEXT) FILTER("project_id", TEXT)
     FILTER("tenant_id", TEXT) FILTER("ip_version", INTEGER)
     PARAMETER("Limit") "," PARAMETER("Marker"), NULL, "200",
     "{'type':'object','required':['network_ip_availabilities'],"
     "'properties':{'network_ip_availabilities':"
     ARRAY(SCHEMA("NetworkIpAvailability")) ","
     "'network_ip_availabilities_links':" SCHEMA("Links") "}}", "404", 0},
    {AVAILABILITIES "/{network_id}", "get", "showNetworkIpAvailability",
     "network-ip-availabilities", "Show used and total addresses", NULL,
     NULL, "200",
     ENVELOPE("network_ip_availability", SCHEMA("NetworkIpAvailability")),
     "404", 0},

    {"/v2.0/invariants", "get", "showInvariants", "operations",
     "Show what the last audit of the data found; for admins",
     "{'name':'fresh','in':'query','schema':{'type':'boolean',"
     "'default':false},'description':'Audit now and wait for it.'}", NULL,
     "200", ENVELOPE("invariants", SCHEMA("Invariants")), "", 0},
    {ADDRESSES, "get", "listSubnetAddresses", "subnets",
     "List the addresses of a subnet, in runs of the same state",
     "{'name':'state','in':'query','schema':" ARRAY(SCHEMA("AddressState"))
     ",'description':'Only runs in one of these states.'},"
     "{'name':'prefixlen','in':'query','schema':{'type':'integer',"
     "'minimum':0,'maximum':128},'description':'With state=free alone: "
     "aligned blocks of this length in which all is free.'},"
     "{'name':'marker','in':'query','schema':" TEXT ",'description':"
     "'The page begins behind this address.'}," PARAMETER("Limit"), NULL,
     "200",
     "{'type':'object','required':['addresses'],'properties':{"
     "'addresses':" ARRAY(SCHEMA("AddressRun")) ",'addresses_links':"
     SCHEMA("Links") "}}", "404", 0},
    {ADDRESSES "/{ip_address}", "get", "showSubnetAddress", "subnets",
     "Show who holds an address of a subnet, and who held it", NULL, NULL,
     "200", ENVELOPE("address", SCHEMA("Address")), "404", 0},

    {"/healthz", "get", "checkHealth", "operations",
     "Ask whether the process works", NULL, NULL, "200", SCHEMA("Status"),
     "", OPERATION_OPEN},
    {"/readyz", "get", "checkReadiness", "operations",
     "Ask whether the database answers", NULL, NULL, "200", SCHEMA("Status"),
     "503", OPERATION_OPEN},
    {"/metrics", "get", "showMetrics", "operations",
     "Show metrics in the text format of Prometheus", NULL, NULL, "200",
     TEXT, "", OPERATION_OPEN | OPERATION_TEXT},
    {"/openapi.json", "get", "showOpenapi", "operations",
     "Show this document", PARAMETER("IfNoneMatch"), NULL, "200",
     "{'type':'object'}", "", OPERATION_OPEN | OPERATION_ETAG},
};

/* clang-format on */

/* --- parameters of a path */

/* Variables that are no UUID. */
static const struct variable {
    const char *name;
    const char *schema;
} variables[] = {
    {"tag", "{'type':'string','maxLength':255}"},
    {"alias", TEXT},
    {"project_id", TEXT},
    {"ip_address", TEXT},
};

static void
add_variable(struct openapi *doc, const char *name)
{
    const char *schema = "{'type':'string','format':'uuid'}";
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        if (strcmp(variables[i].name, name) == 0) {
            schema = variables[i].schema;
        }
    }
    openapi_add(doc, ",{'name':");
    buf_adds_json(doc->buf, name);
    openapi_add(doc, ",'in':'path','required':true,'schema':");
    openapi_add(doc, schema);
    buf_put(doc->buf, '}');
}

/* Appends what all operations of 'path' take. */
static void
add_path_parameters(struct openapi *doc, const char *path)
{
    openapi_add(doc, "'parameters':[" PARAMETER("RequestId"));
    for (const char *p = strchr(path, '{'); p != NULL; p = strchr(p, '{')) {
        size_t len = strcspn(++p, "}");
        add_variable(doc, arena_strndup(doc->buf->arena, p, len));
    }
    buf_put(doc->buf, ']');
}

/* --- answers */

static const char *
describe(const char *status)
{
    return strcmp(status, "201") == 0   ? "Created."
           : strcmp(status, "204") == 0 ? "Done; there is no body."
                                        : "Done.";
}

static void
add_success(struct openapi *doc, const struct operation *operation)
{
    bool etag = (operation->flags & OPERATION_ETAG) != 0;
    bool text = (operation->flags & OPERATION_TEXT) != 0;
    openapi_add_key(doc, operation->status);
    openapi_add(doc, "{'description':");
    buf_adds_json(doc->buf, describe(operation->status));
    openapi_add(doc, ",'headers':{'X-Openstack-Request-Id':"
                     "{'$ref':'#/components/headers/RequestId'}");
    openapi_add(doc,
                etag ? ",'ETag':{'$ref':'#/components/headers/ETag'}" : "");
    openapi_add(doc, (operation->flags & OPERATION_CURSOR) != 0
                         ? ",'X-Tenet-Cursor':"
                           "{'$ref':'#/components/headers/Cursor'}}"
                         : "}");
    if (operation->response != NULL) {
        openapi_add(doc, text ? ",'content':{'text/plain':{'schema':"
                              : ",'content':{'application/json':{'schema':");
        openapi_add(doc, operation->response);
        openapi_add(doc, (operation->flags & OPERATION_STREAM) != 0
                             ? "},'text/event-stream':{'schema':{'type':"
                               "'string','description':'Messages of the form "
                               "id: cursor, event: type.action, data: event "
                               "as JSON.'}}}"
                             : "}}");
    }
    buf_put(doc->buf, '}');
    if ((operation->flags & OPERATION_GROUP) != 0) {
        openapi_add(doc, results);
    }
    if (etag) {
        openapi_add(doc, ",'304':{'description':'As the client has it.'}");
    }
}

/* Appends an error per status of "404 409". */
static void
add_errors(struct openapi *doc, const char *statuses)
{
    while (*statuses != '\0') {
        size_t len = strcspn(statuses, " ");
        openapi_add_key(doc, arena_strndup(doc->buf->arena, statuses, len));
        openapi_add(doc, "{'$ref':'#/components/responses/Error'}");
        statuses += len + strspn(statuses + len, " ");
    }
}

/* What is there already, and whether it would fit. */
static void
add_alone(struct openapi *doc)
{
    openapi_add(doc, ",'200':{'description':'It was there, or a check.',"
                     "'headers':{'X-Openstack-Request-Id':"
                     "{'$ref':'#/components/headers/RequestId'}},"
                     "'content':{'application/json':{'schema':{'oneOf':["
                     ENVELOPE("<one>", SCHEMA("<One>")) ","
                     ENVELOPE("check", SCHEMA("Check")) "]}}}}");
}

static bool
has_plans(const struct openapi *doc, const struct operation *operation)
{
    return (operation->flags & OPERATION_CASCADE) != 0 &&
           doc->resource->list_cascade != NULL;
}

static void
add_responses(struct openapi *doc, const struct operation *operation)
{
    bool open = (operation->flags & OPERATION_OPEN) != 0;
    openapi_add(doc, ",'responses':{");
    if (has_plans(doc, operation)) {
        openapi_add(doc, "'200':{'description':'The plan; nothing has "
                         "changed.','content':{'application/json':{'schema':"
                         SCHEMA("PlanAnswer") "}}}");
    }
    add_success(doc, operation);
    if ((operation->flags & OPERATION_ALONE) != 0) {
        add_alone(doc);
    }
    add_errors(doc, open ? "400 403" : "400 401 403");
    add_errors(doc, operation->errors);
    add_errors(doc, operation->request == NULL ? "" : "413");
    add_errors(doc, strcmp(operation->method, "get") == 0 ? "" : "422");
    add_errors(doc, open ? "" : "503");
    buf_put(doc->buf, '}');
}

/* --- operations */

static void
add_member(struct openapi *doc, const char *key, const char *text)
{
    openapi_add_key(doc, key);
    buf_adds_json(doc->buf, openapi_expand(doc, text));
}

/* Appends the parameters; every change can be repeated and tried. */
static void
add_parameters(struct openapi *doc, const struct operation *operation)
{
    static const char settled[] =
        PARAMETER("IdempotencyKey") "," PARAMETER("DryRun");
    bool change = strcmp(operation->method, "get") != 0;
    const char *own = operation->parameters == NULL
                          ? ""
                          : openapi_expand(doc, operation->parameters);
    size_t len = strlen(own);
    if (len == 0 && !change) {
        return;
    }
    openapi_add(doc, ",'parameters':[");
    buf_add(doc->buf, own, len > 0 && own[len - 1] == ',' ? len - 1 : len);
    openapi_add(doc, len > 0 && change ? "," : "");
    openapi_add(doc, change ? settled : "");
    buf_put(doc->buf, ']');
}

static void
add_operation(struct openapi *doc, const struct operation *operation)
{
    openapi_add_key(doc, operation->method);
    buf_put(doc->buf, '{');
    add_member(doc, "operationId", operation->id);
    add_member(doc, "summary", operation->summary);
    openapi_add(doc, ",'tags':[");
    buf_adds_json(doc->buf, openapi_expand(doc, operation->tag));
    buf_put(doc->buf, ']');
    if ((operation->flags & OPERATION_OPEN) != 0) {
        openapi_add(doc, ",'security':[]");
    }
    add_parameters(doc, operation);
    if (operation->request != NULL) {
        openapi_add(doc, ",'requestBody':{'required':true,'content':{"
                         "'application/json':{'schema':");
        openapi_add(doc, operation->request);
        openapi_add(doc, "}}}");
    }
    add_responses(doc, operation);
    buf_put(doc->buf, '}');
}

static bool
exists(const struct openapi *doc, const struct operation *operation)
{
    static const unsigned kinds[] = {[false] = OPERATION_BULK,
                                     [true] = OPERATION_ALONE};
    unsigned kind = operation->flags & (OPERATION_BULK | OPERATION_ALONE);
    bool taken = kind == 0 || kind == kinds[doc->resource->single];
    bool sdn = (operation->flags & OPERATION_SDN) == 0 ||
               doc->settings->sdns[0] != '\0';
    bool tags = (operation->flags & OPERATION_TAGS) == 0 ||
                (doc->resource != NULL && resource_has_tags(doc->resource));
    return taken && sdn && tags;
}

static void
add_operations(struct openapi *doc, const struct operation *operations,
               size_t n)
{
    const char *before = "";
    for (size_t i = 0; i < n; i++) {
        const struct operation *operation = &operations[i];
        if (!exists(doc, operation)) {
            continue;
        }
        if (strcmp(operation->path, before) != 0) {
            const char *path = openapi_expand(doc, operation->path);
            openapi_add(doc, before[0] == '\0' ? "" : "}");
            openapi_add_key(doc, path);
            buf_put(doc->buf, '{');
            add_path_parameters(doc, path);
            before = operation->path;
        }
        add_operation(doc, operation);
    }
    buf_put(doc->buf, '}');
}

void
openapi_add_paths(struct openapi *doc)
{
    if (doc->resource == NULL) {
        add_operations(doc, beyond, sizeof beyond / sizeof *beyond);
    } else {
        add_operations(doc, of_resources,
                       sizeof of_resources / sizeof *of_resources);
    }
}
