/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The policy as a text.  The rules themselves are columns of tables: access in
 * route.c, 'service' and the flags of attributes in resource/.
 */
#include "http/matrix.h"

#include <string.h>

#include "core/buf.h"
#include "core/settings.h"
#include "http/route.h"
#include "resource/registry.h"
#include "resource/resource.h"

#define COLLECTION "{collection}"

/* What the roles may do: nothing, with what is their project's (or shared
 * with it), or with everything. */
static const char none[] = "-", own[] = "own", all[] = "all";

/* --- routes */

struct rights {
    const char *nobody, *reader, *member, *service, *admin;
};

static struct rights
rights_of(const struct route *route, const struct resource *resource)
{
    static const struct rights open = {all, all, all, all, all};
    static const struct rights admin = {none, none, none, none, all};
    static const struct rights token = {none, own, own, own, all};
    bool reads = strcmp(route->method, "GET") == 0;
    enum reach reach = resource == NULL ? REACH_NONE : resource->service;
    if (route->access == ACCESS_OPEN) {
        return open;
    }
    bool decides = resource != NULL && resource->admin_updates &&
                   strcmp(route->method, "PUT") == 0;
    if (route->access == ACCESS_ADMIN || decides) {
        return admin;
    }
    if (route->access == ACCESS_TOKEN) {
        return token;
    }
    if (reads) {
        return (struct rights){none, own, own,
                               reach >= REACH_READ ? all : own, all};
    }
    return (struct rights){none, none, own,
                           reach == REACH_CHANGE ? all : none, all};
}

static void
add_route(struct buf *buf, const struct route *route,
          const struct resource *resource)
{
    const struct rights rights = rights_of(route, resource);
    const char *place = strstr(route->pattern, COLLECTION);
    size_t before = place == NULL ? strlen(route->pattern)
                                  : (size_t) (place - route->pattern);
    size_t start = buf->len;
    buf_addf(buf, "%-7s", route->method);
    buf_add(buf, route->pattern, before);
    if (place != NULL && resource != NULL) {
        buf_adds(buf, table_path(&resource->table));
        buf_adds(buf, place + strlen(COLLECTION));
    }
    buf_addf(buf, "%*s %-7s%-7s%-7s%-8s%s\n",
             (int) (start + 56 > buf->len ? start + 56 - buf->len : 0), "",
             rights.nobody, rights.reader, rights.member, rights.service,
             rights.admin);
}

static void
add_routes(struct buf *buf)
{
    const struct route *route;
    buf_addf(buf, "%-57s%-7s%-7s%-7s%-8s%s\n", "method path", "no one",
             "reader", "member", "service", "admin");
    for (int i = 0; (route = route_at(i)) != NULL; i++) {
        if (strstr(route->pattern, COLLECTION) == NULL) {
            add_route(buf, route, NULL);
            continue;
        }
        for (size_t j = 0; resources[j] != NULL; j++) {
            if (route_serves(route, resources[j])) {
                add_route(buf, route, resources[j]);
            }
        }
    }
}

/* --- attributes */

static const char *
least_role(const struct resource *resource, bool allowed, bool admin,
           const char *others)
{
    if (!allowed) {
        return none;
    }
    if (!admin) {
        return others;
    }
    return resource->service == REACH_CHANGE ? "service" : "admin";
}

static void
add_attr(struct buf *buf, const struct resource *resource,
         const struct attr *attr)
{
    unsigned flags = attr->flags;
    size_t start = buf->len;
    bool admin = (flags & ATTR_ADMIN_WRITE) != 0;
    buf_addf(buf, "%s.%s", resource->table.name, attr->name);
    buf_addf(buf, "%*s %-9s%-9s%s\n",
             (int) (start + 56 > buf->len ? start + 56 - buf->len : 0), "",
             least_role(resource,
                        (flags & (ATTR_HIDDEN | ATTR_NO_COLUMN)) == 0,
                        (flags & ATTR_ADMIN_READ) != 0, "reader"),
             least_role(resource, (flags & ATTR_POST) != 0, admin, "member"),
             least_role(resource, (flags & ATTR_PUT) != 0,
                        admin || resource->admin_updates, "member"));
}

static void
add_attrs(struct buf *buf, const struct settings *settings)
{
    buf_addf(buf, "\n%-57s%-9s%-9s%s\n", "attribute: least role that may",
             "read", "create", "update");
    for (size_t i = 0; resources[i] != NULL; i++) {
        for (size_t j = 0; j < resources[i]->table.n_attrs; j++) {
            const struct attr *attr = &resources[i]->table.attrs[j];
            if ((attr->flags & ATTR_SDN) == 0 || settings->sdns[0] != '\0') {
                add_attr(buf, resources[i], attr);
            }
        }
    }
}

void
matrix_write(struct buf *buf, const struct settings *settings)
{
    add_routes(buf);
    add_attrs(buf, settings);
}
