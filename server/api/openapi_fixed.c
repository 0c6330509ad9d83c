/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Schemas and parameters that follow from no attribute table.
 */
#include "core/settings.h"
#include "openapi_internal.h"

#define UUID "{'type':'string','format':'uuid'}"
#define SHADOW_PORT                                                       \
    "'shadow_port':{'type':'boolean','description':'Networks of the "     \
    "project may have enable_shadow_port.'}"
#define COUNT "{'type':'integer','minimum':0}"
#define TEXT_OR_NULL "{'type':['string','null']}"

#define HOLDER                                                              \
    "'port_id':{'type':['string','null'],'format':'uuid'},"                 \
    "'port_name':" TEXT_OR_NULL ",'mac_address':" TEXT_OR_NULL ","                  \
    "'device_id':" TEXT_OR_NULL ",'device_owner':" TEXT_OR_NULL ","                 \
    "'project_id':" TEXT_OR_NULL

/* A part of the document: a member of "schemas" or "parameters". */
struct part {
    const char *name;
    const char *members;
    bool of_sdn; /* Exists only where SDNs are on offer. */
};

/* Rows of text, in lines that read as the text does. */
/* clang-format off */

/* --- schemas */

static const struct part schemas[] = {
    {"Error",
     "'type':'object','required':['NeutronError'],'properties':{"
     "'NeutronError':{'type':'object',"
     "'required':['type','message','detail'],'properties':{"
     "'type':{'type':'string','examples':[<error types>],"
     "'description':'What kind of error; programs compare it.'},"
     "'message':{'type':'string','description':'What is wrong, and what "
     "would be valid.'},"
     "'detail':" TEXT ","
     "'errors':" ARRAY(SCHEMA("AttributeError")) ","
     "'blockers':" ARRAY(SCHEMA("Blocker")) ","
     "'blockers_total':" COUNT "}},"
     "'plan':" SCHEMA("Plan") "}", false},
    {"Blocker",
     "'type':'object','required':['type','id','name','ip_address',"
     "'device_owner','device_id','owner','reason'],"
     "'description':'What stands in the way. Of what the caller may not see "
     "there are only the type and the reason.','properties':{"
     "'type':{'type':'string','description':'Kind of object, or quota, "
     "attribute, allocation_pool, entitlement, role.'},"
     "'id':" TEXT_OR_NULL ",'name':" TEXT_OR_NULL ","
     "'ip_address':" TEXT_OR_NULL ",'device_owner':" TEXT_OR_NULL ","
     "'device_id':" TEXT_OR_NULL ","
     "'owner':{'type':['string','null'],'description':'Project that it "
     "belongs to.'},"
     "'reason':{'type':'string','description':'Why it is in the way, and "
     "what to do.'}}", false},
    {"Blockers",
     "'type':'object','required':['blockers','blockers_total'],"
     "'properties':{"
     "'blockers':{'type':'array','maxItems':" DIGITS(BLOCKERS_MAX) ","
     "'items':" SCHEMA("Blocker") "},"
     "'blockers_total':{'type':'integer','minimum':0,"
     "'description':'How many there are, shown or not.'}}", false},
    {"PlanItem",
     "'type':'object','required':['type','id','name','revision_number',"
     "'ip_address','device_owner','device_id','cidr'],'properties':{"
     "'type':" TEXT ",'id':" UUID ",'name':" TEXT ","
     "'revision_number':" COUNT ","
     "'ip_address':" TEXT_OR_NULL ",'device_owner':" TEXT_OR_NULL ","
     "'device_id':" TEXT_OR_NULL ",'cidr':" TEXT_OR_NULL "}", false},
    {"Plan",
     "'type':'object','required':['id','expires_at','deletes','updates',"
     "'blockers','blockers_total'],'properties':{"
     "'id':{'type':'string','description':'For ?cascade=, to execute it.'},"
     "'expires_at':{'type':'string','format':'date-time'},"
     "'deletes':{'type':'array','items':" SCHEMA("PlanItem") ","
     "'description':'In this order; the object itself is the last.'},"
     "'updates':{'type':'array','items':" SCHEMA("PlanItem") ","
     "'description':'Ports that stay without the ip_address that is shown: "
     "those with addresses in other subnets, and those that had the address "
     "from a SLAAC subnet.'},"
     "'blockers':" ARRAY(SCHEMA("Blocker")) ",'blockers_total':" COUNT "}",
     false},
    {"PlanAnswer",
     "'type':'object','required':['plan'],'properties':{"
     "'plan':" SCHEMA("Plan") "}", false},
    {"AttributeError",
     "'type':'object','required':['attr','rule','message'],"
     "'description':'One mistake of a body that may have several.',"
     "'properties':{"
     "'attr':{'type':['string','null'],'description':'Attribute.'},"
     "'rule':{'type':['string','null'],'description':'Rule it breaks.'},"
     "'message':" TEXT "}", false},
    {"Links",
     "'type':'array','description':'The pages before and behind.',"
     "'items':{'type':'object','required':['rel','href'],'properties':{"
     "'rel':{'type':'string','enum':['next','previous']},"
     "'href':{'type':'string','format':'uri'}}}", false},
    {"Self",
     "'type':'array','items':{'type':'object','required':['rel','href'],"
     "'properties':{'rel':{'type':'string','enum':['self']},"
     "'href':{'type':'string','format':'uri'}}}", false},
    {"Version",
     "'type':'object','required':['id','status','links'],'properties':{"
     "'id':" TEXT ",'status':{'type':'string','enum':['CURRENT']},"
     "'links':" SCHEMA("Self") "}", false},
    {"Deletion",
     "'type':'object','additionalProperties':false,'required':['id'],"
     "'properties':{'id':" UUID ",'revision_number':" COUNT "}", false},
    {"Collection",
     "'type':'object','required':['name','collection','links'],"
     "'properties':{'name':" TEXT ",'collection':" TEXT ","
     "'links':" SCHEMA("Self") "}", false},
    {"Extension",
     "'type':'object',"
     "'required':['alias','name','description','updated','links'],"
     "'properties':{'alias':" TEXT ",'name':" TEXT ",'description':" TEXT ","
     "'updated':{'type':'string','format':'date-time'},"
     "'links':{'type':'array','items':{'type':'object'}}}", false},
    {"Tags",
     "'type':'object','required':['tags'],'properties':{'tags':{"
     "'type':'array','maxItems':" DIGITS(TAG_MAX_COUNT) ","
     "'items':{'type':'string','maxLength':" DIGITS(TAG_MAX_LEN) "}}}",
     false},
    {"Quota",
     "'type':'object','required':[<quota names>],'properties':{"
     "<quota limits>}", false},
    {"QuotaUpdate",
     "'type':'object','additionalProperties':false,'properties':{"
     "<quota limits>,'check_limit':{'type':'boolean','default':false,"
     "'description':'Refuse a limit below what is used.'},"
     "'force':{'type':'boolean','description':'Has no effect: without "
     "check_limit nothing is refused.'}}", false},
    {"ProjectQuota",
     "'type':'object',"
     "'required':[<quota names>,'project_id','tenant_id'],'properties':{"
     "<quota limits>,'project_id':" TEXT ",'tenant_id':" TEXT "}", false},
    {"QuotaDetail",
     "'type':'object','required':['limit','used','reserved'],"
     "'properties':{'limit':{'type':'integer','minimum':-1},"
     "'used':" COUNT ",'reserved':" COUNT "}", false},
    {"QuotaDetails",
     "'type':'object','required':[<quota names>],'properties':{"
     "<quota details>}", false},
    {"Entitlement",
     "'type':'object','required':['shadow_port','project_id','tenant_id'],"
     "'properties':{" SHADOW_PORT ",'project_id':" TEXT ",'tenant_id':" TEXT
     "}", false},
    {"EntitlementUpdate",
     "'type':'object','additionalProperties':false,'properties':{"
     SHADOW_PORT ",'project_id':" TEXT ",'tenant_id':" TEXT "}", false},
    {"NetworkIpAvailability",
     "'type':'object','required':['network_id','network_name','tenant_id',"
     "'project_id','subnet_ip_availability','used_ips','total_ips'],"
     "'properties':{'network_id':" UUID ",'network_name':" TEXT ","
     "'tenant_id':" TEXT ",'project_id':" TEXT ","
     "'subnet_ip_availability':" ARRAY(SCHEMA("SubnetIpAvailability")) ","
     "'used_ips':" COUNT ",'total_ips':{'type':'integer','minimum':0,"
     "'description':'May exceed 64 bits with IPv6.'}}", false},
    {"SubnetIpAvailability",
     "'type':'object','required':['subnet_id','subnet_name','cidr',"
     "'ip_version','used_ips','total_ips'],'properties':{"
     "'subnet_id':" UUID ",'subnet_name':" TEXT ",'cidr':" TEXT ","
     "'ip_version':{'type':'integer','enum':[4,6]},"
     "'used_ips':" COUNT ",'total_ips':" COUNT "}", false},
    {"Check",
     "'type':'object','required':['fits','exists','problems','changes',"
     "'subnet','addresses'],'properties':{"
     "'fits':{'type':'boolean','description':'A POST would succeed now.'},"
     "'exists':{'type':'boolean','description':'It is there already.'},"
     "'problems':" ARRAY("{'type':'object','required':['type','message',"
     "'blockers','blockers_total'],'properties':{'type':" TEXT ","
     "'message':" TEXT ",'blockers':" ARRAY(SCHEMA("Blocker")) ","
     "'blockers_total':" COUNT "}}") ","
     "'changes':" ARRAY("{'type':'object','required':['attribute','value'],"
     "'description':'The smallest change that would mend it.',"
     "'properties':{'attribute':" TEXT ",'value':{}}}") ","
     "'subnet':{'type':['object','null'],'required':['cidr'],"
     "'description':'Where the nodes would be.',"
     "'properties':{'cidr':" TEXT "}},"
     "'addresses':{'type':'object','required':['needed','free','missing'],"
     "'properties':{'needed':" COUNT ",'free':{'type':['integer','null']},"
     "'missing':" COUNT "}}}", false},
    {"Invariants",
     "'type':'object','required':['holds','checked_at','took_ms','checks'],"
     "'properties':{"
     "'holds':{'type':['boolean','null'],'description':'Null: there was no "
     "audit yet.'},"
     "'checked_at':{'type':['string','null'],'format':'date-time'},"
     "'took_ms':{'type':['integer','null'],'minimum':0},"
     "'checks':" ARRAY(SCHEMA("InvariantCheck")) "}", false},
    {"InvariantCheck",
     "'type':'object','required':['name','violations'],'properties':{"
     "'name':" TEXT ",'violations':" COUNT ",'sample':{'type':'string',"
     "'description':'One of the violations.'}}", false},
    {"Event",
     "'type':'object','description':'One change of one object.',"
     "'required':['cursor','at','request_id','project_id','user_id',"
     "'action','type','id','revision_number','before','after'],"
     "'properties':{'cursor':{'type':'string',"
     "'description':'Place in the order of all events.'},"
     "'at':{'type':'string','format':'date-time'},'request_id':" TEXT ","
     "'project_id':{'type':'string','description':'Of the object.'},"
     "'user_id':{'type':'string','description':'Who changed it.'},"
     "'action':{'type':'string','enum':['create','update','delete']},"
     "'type':{'type':'string','description':'Such as network, port, "
     "quota.'},'id':{'type':'string','description':'Of the object; the "
     "project when it is the quota of one.'},"
     "'revision_number':{'type':['integer','null'],'description':'Of the "
     "object after the change, or when it went; null: it has none.'},"
     "'before':{'type':['object','null'],'description':'The object as GET "
     "shows it; null: it did not exist.'},"
     "'after':{'type':['object','null'],'description':'Null: it exists no "
     "longer.'}}", false},
    {"Usage",
     "'type':'object','required':['total','allocated','cooling','free'],"
     "'description':'Addresses of the pools: the total is the sum of the "
     "others.  May exceed 64 bits with IPv6.',"
     "'properties':{'total':" COUNT ",'allocated':" COUNT ","
     "'cooling':" COUNT ",'free':" COUNT "}", false},
    {"NetworkUsage",
     "'type':'object','required':['ipv4','ipv6'],'properties':{"
     "'ipv4':" SCHEMA("Usage") ",'ipv6':" SCHEMA("Usage") "}", false},
    {"AddressState",
     "'type':'string','enum':['network','gateway','allocated','free',"
     "'cooling','outside_pool','broadcast']", false},
    {"AddressRun",
     "'type':'object','required':['first','last','count','state'],"
     "'description':'Consecutive addresses in one state and, when they are "
     "held, of one port.','properties':{"
     "'first':" TEXT ",'last':" TEXT ",'count':{'type':'integer',"
     "'minimum':1,'description':'May exceed 64 bits with IPv6.'},"
     "'state':" SCHEMA("AddressState") ","
     "'port_id':{'type':['string','null'],'format':'uuid','description':"
     "'Who holds it; null: a port of another project.'},"
     "'device_owner':{'type':['string','null']}}", false},
    {"Address",
     "'type':'object','required':['ip_address','state','history'],"
     "'description':'The members of a holder are absent when there is none, "
     "and null when it belongs to another project.','properties':{"
     "'ip_address':" TEXT ",'state':" SCHEMA("AddressState") ","
     HOLDER ",'available_at':{'type':'string','format':'date-time',"
     "'description':'When the cool-down ends.'},"
     "'history':{'type':'array','description':'The newest holder first, with "
     "the one that has it now.','items':" SCHEMA("AddressHolding") "}}",
     false},
    {"AddressHolding",
     "'type':'object','required':['port_id','from','until'],'properties':{"
     HOLDER ",'from':{'type':['string','null'],'format':'date-time',"
     "'description':'Null: before the events begin.'},"
     "'until':{'type':['string','null'],'format':'date-time',"
     "'description':'Null: it has it now.'}}", false},
    {"Status",
     "'type':'object','required':['status'],'properties':{'status':" TEXT
     "}", false},
};

/* --- parameters */

static const struct part parameters[] = {
    {"RequestId",
     "'name':'X-Openstack-Request-Id','in':'header','schema':{"
     "'type':'string','pattern':'^[A-Za-z0-9_.:-]{1,128}$'},"
     "'description':'Id for the log and the answer; another text is "
     "replaced by a new id.'", false},
    {"IfMatch",
     "'name':'If-Match','in':'header','schema':{'type':'string',"
     "'pattern':'^([*]|revision_number=[0-9]+|\\\".*\\\")$'},"
     "'description':'Only when the object has this revision or this ETag, "
     "else 412.'",
     false},
    {"IdempotencyKey",
     "'name':'Idempotency-Key','in':'header','schema':{'type':'string',"
     "'pattern':'^[ -~]{1,255}$'},"
     "'description':'The same request with the same key is done once: a "
     "repetition gets the first answer, with Idempotent-Replayed: true; "
     "another request with the key gets 422.  Refusals are not remembered.'",
     false},
    {"DryRun",
     "'name':'Dry-Run','in':'header','schema':{'type':'boolean'},"
     "'description':'true: everything is checked, allocated and then undone; "
     "the answer, with Dry-Run: true, is what would have been.'", false},
    {"IfNoneMatch",
     "'name':'If-None-Match','in':'header','schema':" TEXT ","
     "'description':'ETags that the client has; 304 when one is current.'",
     false},
    {"Cascade",
     "'name':'cascade','in':'query','schema':{'type':'string',"
     "'pattern':'^(plan|[0-9]{1,18}-[0-9a-f]{64})$'},"
     "'description':'plan: say what would be deleted with the object, and "
     "what blocks it. The id of a plan, within <plan ttl> s: delete all of it "
     "if the list is still exactly the same, else 412 with a new plan.'",
     false},
    {"Sdn",
     "'name':'X-SDN','in':'header','schema':{'type':'string',"
     "'enum':[<sdns>]},'description':'SDN of a new object, in any case; in "
     "a list, only objects of this SDN.'", true},
    {"Check",
     "'name':'check','in':'query','schema':{'type':'boolean',"
     "'default':false},'description':'Only asks whether it would fit, and "
     "what to change if not.'", false},
    {"Atomic",
     "'name':'atomic','in':'query','schema':{'type':'boolean',"
     "'default':true},'description':'False: each object for itself, with a "
     "result of its own.'", false},
    {"Limit",
     "'name':'limit','in':'query','schema':{'type':'integer','minimum':0},"
     "'description':'Objects of a page; 0 and more than <page limit> give "
     "<page limit>.'", false},
    {"Since",
     "'name':'since','in':'query','schema':{'type':'string',"
     "'pattern':'^([0-9]+|now)$'},"
     "'description':'Only events behind this cursor; now: none of those "
     "there are.  Absent: from the oldest that is kept.'", false},
    {"Wait",
     "'name':'wait','in':'query','schema':{'type':'integer','minimum':0,"
     "'maximum':60,'default':0},"
     "'description':'Seconds to wait for an event when there is none.'",
     false},
    {"LastEventId",
     "'name':'Last-Event-ID','in':'header','schema':" TEXT ","
     "'description':'Of a stream: the cursor to go on behind, before "
     "since.'", false},
    {"Marker",
     "'name':'marker','in':'query','schema':" UUID ","
     "'description':'The page begins behind the object with this id.'",
     false},
    {"PageReverse",
     "'name':'page_reverse','in':'query','schema':{'type':'boolean',"
     "'default':false},"
     "'description':'The page ends before the marker.'", false},
    {"Total",
     "'name':'total','in':'query','schema':{'type':'boolean',"
     "'default':false},'description':'Answers with the header X-Total-Count: "
     "how many objects there are on all pages.'", false},
    {"SortDir",
     "'name':'sort_dir','in':'query','schema':{'type':'array','items':{"
     "'type':'string','enum':['asc','desc']}},"
     "'description':'Direction of each sort_key; none: all ascending.'",
     false},
    {"Tags",
     "'name':'tags','in':'query','explode':false,'schema':" ARRAY(TEXT) ","
     "'description':'Only objects with all of these tags.'", false},
    {"TagsAny",
     "'name':'tags-any','in':'query','explode':false,'schema':" ARRAY(TEXT)
     ",'description':'Only objects with any of these tags.'", false},
    {"NotTags",
     "'name':'not-tags','in':'query','explode':false,'schema':" ARRAY(TEXT)
     ",'description':'Only objects that lack one of these tags.'", false},
    {"NotTagsAny",
     "'name':'not-tags-any','in':'query','explode':false,'schema':"
     ARRAY(TEXT) ",'description':'Only objects with none of these tags.'",
     false},
};

/* clang-format on */

static void
add_parts(struct openapi *doc, const struct part *parts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (parts[i].of_sdn && doc->settings->sdns[0] == '\0') {
            continue;
        }
        openapi_add_key(doc, parts[i].name);
        buf_put(doc->buf, '{');
        openapi_add(doc, parts[i].members);
        buf_put(doc->buf, '}');
    }
}

void
openapi_add_fixed_schemas(struct openapi *doc)
{
    add_parts(doc, schemas, sizeof schemas / sizeof *schemas);
}

void
openapi_add_fixed_parameters(struct openapi *doc)
{
    add_parts(doc, parameters, sizeof parameters / sizeof *parameters);
}
