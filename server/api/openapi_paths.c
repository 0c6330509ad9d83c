/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths and their operations, written down: parameters, answers, errors.
 * openapi_operations.c says which there are.
 */
#include "core/arena.h"
#include "core/settings.h"
#include "openapi_internal.h"

/* A result per object of a group operation. */
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
    add_errors(doc, open ? "429" : "429 503");
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

/* Whether 'resource', when one is at hand, has operations with 'flags'. */
static bool
suits(const struct resource *resource, unsigned flags)
{
    if (resource == NULL) {
        return true;
    }
    unsigned others = resource->single ? OPERATION_BULK : OPERATION_ALONE;
    return (flags & others) == 0 && ((flags & OPERATION_TAGS) == 0 ||
                                     resource_has_tags(resource));
}

static bool
exists(const struct openapi *doc, const struct operation *operation)
{
    bool sdn = (operation->flags & OPERATION_SDN) == 0 ||
               doc->settings->sdns[0] != '\0';
    return sdn && suits(doc->resource, operation->flags);
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
    size_t n;
    const struct operation *operations = doc->resource == NULL
                                             ? openapi_beyond(&n)
                                             : openapi_of_resources(&n);
    add_operations(doc, operations, n);
}
