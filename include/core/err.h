/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors as values.
 *
 * A function that can fail returns struct err *, NULL for success; its other
 * results go through 'ret_x' pointers.  An error lives in the arena it was
 * made in.  ERR_KINDS is the only place where a kind meets its HTTP status
 * and the type name that clients of the Networking API compare.
 */
#ifndef CORE_ERR_H
#define CORE_ERR_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* X(kind, HTTP status, "type" on the wire) */
#define ERR_KINDS(X)                                                          \
    X(ERR_BAD_REQUEST, 400, "HTTPBadRequest")                                 \
    X(ERR_BAD_QUERY, 400, "BadRequest")                                       \
    X(ERR_INVALID_INPUT, 400, "InvalidInput")                                 \
    X(ERR_INVALID_IP_FOR_NETWORK, 400, "InvalidIpForNetwork")                 \
    X(ERR_INVALID_IP_FOR_SUBNET, 400, "InvalidIpForSubnet")                   \
    X(ERR_INVALID_POOL, 400, "InvalidAllocationPool")                         \
    X(ERR_OUT_OF_BOUNDS_POOL, 400, "OutOfBoundsAllocationPool")               \
    X(ERR_AUTO_ADDRESS_SUBNET, 400, "AllocationOnAutoAddressSubnet")          \
    X(ERR_DNS_EXHAUSTED, 400, "DNSNameServersExhausted")                      \
    X(ERR_ROUTES_EXHAUSTED, 400, "HostRoutesExhausted")                       \
    X(ERR_PAIRS_EXHAUSTED, 400, "AllowedAddressPairExhausted")                \
    X(ERR_PAIR_MISSING_IP, 400, "AllowedAddressPairsMissingIP")               \
    X(ERR_PAIR_DUPLICATE, 400, "DuplicateAddressPairInRequest")               \
    X(ERR_SERVICE_TYPE, 400, "InvalidSubnetServiceType")                      \
    X(ERR_NO_PREFIXES, 400, "EmptySubnetPoolPrefixList")                      \
    X(ERR_PREFIX_VERSION, 400, "PrefixVersionMismatch")                       \
    X(ERR_PREFIX_BOUNDS, 400, "IllegalSubnetPoolPrefixBounds")                \
    X(ERR_POOL_PREFIXES, 400, "IllegalSubnetPoolPrefixUpdate")                \
    X(ERR_SUBNETPOOL_IN_USE, 400, "SubnetPoolDeleteError")                    \
    X(ERR_POOL_AFFINITY, 400, "NetworkSubnetPoolAffinityError")               \
    X(ERR_MIN_PREFIX, 400, "MinPrefixSubnetAllocationError")                  \
    X(ERR_MAX_PREFIX, 400, "MaxPrefixSubnetAllocationError")                  \
    X(ERR_SCOPE_FOREIGN, 400, "IllegalSubnetPoolAssociationToAddressScope")   \
    X(ERR_SCOPE_VERSION, 400,                                                 \
      "IllegalSubnetPoolIpVersionAssociationToAddressScope")                  \
    X(ERR_SCOPE_UPDATE, 400, "AddressScopeUpdateError")                       \
    X(ERR_SCOPE_AFFINITY, 400, "NetworkAddressScopeAffinityError")            \
    X(ERR_UNAUTHORIZED, 401, "HTTPUnauthorized")                              \
    X(ERR_FORBIDDEN, 403, "PolicyNotAuthorized")                              \
    X(ERR_FOREIGN, 403, "HTTPForbidden")                                      \
    X(ERR_NOT_FOUND, 404, "HTTPNotFound")                                     \
    X(ERR_NETWORK_NOT_FOUND, 404, "NetworkNotFound")                          \
    X(ERR_SUBNET_NOT_FOUND, 404, "SubnetNotFound")                            \
    X(ERR_PORT_NOT_FOUND, 404, "PortNotFound")                                \
    X(ERR_SUBNETPOOL_NOT_FOUND, 404, "SubnetPoolNotFound")                    \
    X(ERR_SCOPE_NOT_FOUND, 404, "AddressScopeNotFound")                       \
    X(ERR_SEGMENT_NOT_FOUND, 404, "SegmentNotFound")                          \
    X(ERR_QOS_NOT_FOUND, 404, "QosPolicyNotFound")                            \
    X(ERR_GROUP_NOT_FOUND, 404, "SecurityGroupNotFound")                      \
    X(ERR_QUOTA_NOT_FOUND, 404, "TenantQuotaNotFound")                        \
    X(ERR_ENTITLEMENT_REQUEST_NOT_FOUND, 404, "EntitlementRequestNotFound")   \
    X(ERR_RBAC_NOT_FOUND, 404, "RbacPolicyNotFound")                          \
    X(ERR_TAG_RESOURCE_NOT_FOUND, 404, "TagResourceNotFound")                 \
    X(ERR_TAG_NOT_FOUND, 404, "TagNotFound")                                  \
    X(ERR_EXTENSION_NOT_FOUND, 404, "ExtensionNotFound")                      \
    X(ERR_CLUSTER_NOT_FOUND, 404, "ClusterNetworkNotFound")                   \
    X(ERR_METHOD_NOT_ALLOWED, 405, "HTTPMethodNotAllowed")                    \
    X(ERR_INVALID_SHARED, 409, "InvalidSharedSetting")                        \
    X(ERR_RBAC_DUPLICATE, 409, "DuplicateRbacPolicy")                         \
    X(ERR_RBAC_IN_USE, 409, "RbacPolicyInUse")                                \
    X(ERR_CONFLICT, 409, "Conflict")                                          \
    X(ERR_NETWORK_IN_USE, 409, "NetworkInUse")                                \
    X(ERR_SUBNET_IN_USE, 409, "SubnetInUse")                                  \
    X(ERR_SERVICE_PORT_IN_USE, 409, "ServicePortInUse")                       \
    X(ERR_NO_MATCHING_SUBNET, 409,                                            \
      "IpAddressGenerationFailureNoMatchingSubnet")                           \
    X(ERR_IP_GENERATION, 409, "IpAddressGenerationFailure")                   \
    X(ERR_IP_IN_USE, 409, "IpAddressAlreadyAllocated")                        \
    X(ERR_MAC_IN_USE, 409, "MacAddressInUse")                                 \
    X(ERR_GATEWAY_IN_USE, 409, "GatewayIpInUse")                              \
    X(ERR_GATEWAY_IN_POOL, 409, "GatewayConflictWithAllocationPools")         \
    X(ERR_POOL_OVERLAP, 409, "OverlappingAllocationPools")                    \
    X(ERR_PAIRS_NEED_SECURITY, 409, "AddressPairAndPortSecurityRequired")     \
    X(ERR_CIDR_OVERLAP, 409, "CidrOverlap")                                   \
    X(ERR_CLUSTER_EXISTS, 409, "ClusterNetworkExists")                        \
    X(ERR_CLUSTER_IN_USE, 409, "ClusterNetworkInUse")                         \
    X(ERR_SCOPE_CONFLICT, 409, "AddressScopePrefixConflict")                  \
    X(ERR_SCOPE_IN_USE, 409, "AddressScopeInUse")                             \
    X(ERR_POOL_QUOTA, 409, "SubnetPoolQuotaExceeded")                         \
    X(ERR_SUBNET_ALLOCATION, 409, "SubnetAllocationError")                    \
    X(ERR_OVER_QUOTA, 409, "OverQuota")                                       \
    X(ERR_CURSOR_TOO_OLD, 410, "CursorTooOld")                                \
    X(ERR_REVISION, 412, "RevisionNumberConstraintFailed")                    \
    X(ERR_PLAN_CHANGED, 412, "PlanChanged")                                   \
    X(ERR_KEY_MISMATCH, 422, "IdempotencyKeyMismatch")                        \
    X(ERR_TOO_LARGE, 413, "HTTPRequestEntityTooLarge")                        \
    X(ERR_URI_TOO_LONG, 414, "HTTPRequestURITooLong")                         \
    X(ERR_TOO_MANY, 429, "HTTPTooManyRequests")                               \
    X(ERR_HEADERS_TOO_LARGE, 431, "HTTPRequestHeaderFieldsTooLarge")          \
    X(ERR_TOO_MANY_REQUESTS, 429, "HTTPTooManyRequests")                      \
    X(ERR_INTERNAL, 500, "HTTPInternalServerError")                           \
    X(ERR_UNAVAILABLE, 503, "HTTPServiceUnavailable")                         \
    X(ERR_LOCKED, 503, "HTTPServiceUnavailable")                              \
    X(ERR_TRY_AGAIN, 503, "HTTPServiceUnavailable")                           \
    X(ERR_OUTCOME_UNKNOWN, 503, "OutcomeUnknown")

#define ERR_KIND_MEMBER(kind, status, type) kind,
enum err_kind { ERR_KINDS(ERR_KIND_MEMBER) ERR_N_KINDS };
#undef ERR_KIND_MEMBER

/* Who or what stands in the way of a request.  The texts live as long as the
 * error; NULL: does not apply, or is not the caller's to see. */
struct blocker {
    const char *type;         /* "port", "subnet", "quota", ... */
    const char *id;
    const char *name;
    const char *ip_address;
    const char *device_owner;
    const char *device_id;
    const char *owner;        /* Project that it belongs to. */
    const char *reason;       /* A sentence: why it is in the way. */
};

#define BLOCKERS_MAX 50 /* Of one refusal; their total may be larger. */

struct err {
    enum err_kind kind;
    const char *message; /* For the client: names the thing, says what fits. */
    const char *attr;    /* Attribute it is about ("cidr"), or NULL. */
    const char *rule;    /* The check that spoke ("ip_prefix"), or NULL. */
    struct err *cause;   /* What lay beneath, for the log, or NULL. */
    struct err *next;    /* Further errors of the same body, or NULL. */
    const struct blocker *blockers; /* The first BLOCKERS_MAX, or NULL. */
    size_t n_blockers;
    int64_t blockers_total; /* How many there are; 0: not told. */
    const char *beside;     /* JSON members of the answer beside
                             * "NeutronError", such as the new plan; or NULL. */
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* Returns the error of 'call' to the caller, if it is one. */
#define TRY(call)                        \
    do {                                 \
        struct err *try_err_ = (call);   \
        if (try_err_ != NULL) {          \
            return try_err_;             \
        }                                \
    } while (0)

/* Makes an error of 'kind' in 'arena' with a message formatted as by
 * printf: lower case, no full stop, the thing and its kind in quotes. */
struct err *err_new(struct arena *arena, enum err_kind kind,
                    const char *format, ...)
    __attribute__((format(printf, 3, 4), returns_nonnull));

/* Makes an ERR_BAD_REQUEST about attribute 'attr', refused by 'rule'; both
 * texts are kept, not copied, and live as long as the error. */
struct err *err_attr(struct arena *arena, const char *attr, const char *rule,
                     const char *format, ...)
    __attribute__((format(printf, 4, 5), returns_nonnull));

/* Puts 'cause' beneath 'err', below the causes it has, and returns 'err'. */
struct err *err_because(struct err *err, struct err *cause);

/* Says who is in the way: the 'n' blockers at 'blockers', kept and not copied,
 * are the first of 'total'.  Shows BLOCKERS_MAX of them at most.  Returns
 * 'err'. */
struct err *err_blocked(struct err *err, const struct blocker *blockers,
                        size_t n, int64_t total)
    __attribute__((returns_nonnull));

/* The same for one blocker, which is copied into 'arena'. */
struct err *err_blocked_by(struct err *err, struct arena *arena,
                           struct blocker blocker)
    __attribute__((returns_nonnull));

/* The HTTP status and the wire type of 'kind'. */
int err_status(enum err_kind kind);
const char *err_type(enum err_kind kind);

#endif
