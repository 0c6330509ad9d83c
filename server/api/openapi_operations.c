/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The operations of the API, row by row: those of any resource, and those
 * beyond resources.  openapi_paths.c writes them down; http/route.c holds the
 * paths that are served, and a test compares them.
 */
#include "openapi_internal.h"

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
     "200", SCHEMA("Tags"), "404 409 412", OPERATION_TAGS},
    {TAGS, "post", "add<One>Tags", "<many>",
     "Add tags to one <title>", IF_MATCH, SCHEMA("Tags"),
     "200", SCHEMA("Tags"), "404 409 412", OPERATION_TAGS},
    {TAGS, "delete", "clear<One>Tags", "<many>",
     "Remove all tags of one <title>", IF_MATCH, NULL,
     "204", NULL, "404 409 412", OPERATION_TAGS},
    {TAG, "get", "check<One>Tag", "<many>",
     "Ask whether one <title> has a tag", NULL, NULL,
     "204", NULL, "404", OPERATION_TAGS},
    {TAG, "put", "add<One>Tag", "<many>",
     "Add a tag to one <title>", IF_MATCH, NULL,
     "201", NULL, "404 409 412", OPERATION_TAGS},
    {TAG, "delete", "remove<One>Tag", "<many>",
     "Remove a tag of one <title>", IF_MATCH, NULL,
     "204", NULL, "404 409 412", OPERATION_TAGS},
};

/* --- beyond resources */

#define QUOTAS "/v2.0/quotas"
#define QUOTA QUOTAS "/{project_id}"
#define ENTITLEMENTS "/v2.0/entitlements"
#define AVAILABILITIES "/v2.0/network-ip-availabilities"
#define ADDRESSES "/v2.0/subnets/{subnet_id}/addresses"
#define POOL "/v2.0/subnetpools/{subnetpool_id}"
#define PREFIXES ENVELOPE("prefixes", ARRAY(TEXT))
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

    {POOL "/add_prefixes", "put", "addSubnetpoolPrefixes", "subnetpools",
     "Add prefixes to a subnet pool", IF_MATCH, PREFIXES, "200", PREFIXES,
     "404 409 412", 0},
    {POOL "/remove_prefixes", "put", "removeSubnetpoolPrefixes",
     "subnetpools", "Take prefixes that no subnet uses from a subnet pool",
     IF_MATCH, PREFIXES, "200", PREFIXES, "404 409 412", 0},

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

const struct operation *
openapi_of_resources(size_t *ret_n)
{
    *ret_n = sizeof of_resources / sizeof *of_resources;
    return of_resources;
}

const struct operation *
openapi_beyond(size_t *ret_n)
{
    *ret_n = sizeof beyond / sizeof *beyond;
    return beyond;
}
