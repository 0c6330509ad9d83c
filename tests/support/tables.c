/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking the attribute tables.
 */
#include "support/tables.h"

#include "core/arena.h"
#include "resource/registry.h"

/* Appends "'name': value", after a comma where one is needed. */
static void
add_pair(struct buf *buf, const char *name, const char *value)
{
    buf_addf(buf, "%s'%s': %s", buf->len == 0 ? "" : ", ", name, value);
}

struct buf
least_without(const struct subject *subject, const char *attr)
{
    static int n_subnets;
    const char *kind = subject->table->name;
    struct buf buf;
    buf_init(&buf, session_arena(), 256);
    const char *least[][2] = {
        {"network_id", text("'%s'", subject->network_id)},
        {"ip_version", "4"},
        {"cidr", text("'10.%d.0.0/24'", ++n_subnets)},
    };
    size_t n = strcmp(kind, "port") == 0 ? 1 : 3;
    for (size_t i = 0; i < n && strcmp(kind, "network") != 0; i++) {
        if (strcmp(least[i][0], attr) != 0) {
            add_pair(&buf, least[i][0], least[i][1]);
        }
    }
    return buf;
}

struct reply
create_with(const struct subject *subject, const char *attr,
            const char *value)
{
    struct buf body = least_without(subject, attr);
    add_pair(&body, attr, value);
    return create(subject->table->name, "%s", body.data);
}

struct reply
update_with(const struct subject *subject, const char *attr,
            const char *value)
{
    return update(subject->table->name, subject->id, "'%s': %s", attr, value);
}

const struct resource *
resource_of(const char *plural)
{
    const struct resource *resource = resource_find(plural);
    cr_assert(resource != NULL, "there is no resource %s", plural);
    return resource;
}

struct subject
subject_of(const char *plural)
{
    struct subject subject = {.resource = resource_of(plural)};
    subject.table = &subject.resource->table;
    subject.network_id =
        make("network", "'name': 'n', 'description': 'd'");
    if (strcmp(plural, "networks") == 0) {
        subject.id = subject.network_id;
    } else {
        struct buf least = least_without(&subject, "");
        subject.id = make(subject.table->name,
                          "%s, 'name': 'n', 'description': 'd'", least.data);
    }
    subject.shown = show(subject.table->name, subject.id);
    return subject;
}

const char *
shown_path(const struct subject *subject, const struct attr *attr)
{
    return text("%s.%s", subject->table->name, attr->name);
}

/* Appends the attributes of one table, with the flags 'with' and without the
 * flags 'without', that break the rule. */
static void
walk(struct buf *broken, const char *plural, unsigned with, unsigned without,
     rule_fn *rule)
{
    struct subject subject = subject_of(plural);
    for (size_t i = 0; i < subject.table->n_attrs; i++) {
        const struct attr *attr = &subject.table->attrs[i];
        struct reply reply = subject.shown;
        bool meant = (attr->flags & with) == with &&
                     (attr->flags & without) == 0;
        if (meant && !rule(&subject, attr, &reply)) {
            buf_addf(broken, "\n%s of %s: %s", attr->name, plural,
                     describe(&reply));
        }
    }
}

void
expect_of_all(unsigned with, unsigned without, rule_fn *rule)
{
    struct buf broken;
    buf_init(&broken, session_arena(), 1024);
    walk(&broken, "networks", with, without, rule);
    walk(&broken, "subnets", with, without, rule);
    walk(&broken, "ports", with, without, rule);
    cr_assert(broken.len == 0, "%s", broken.data);
}

bool
is_refused(const struct reply *reply, const struct attr *attr)
{
    return reply->status == 400 &&
           (names_attr(reply, attr->name) ||
            (attr->alias_of != NULL && names_attr(reply, attr->alias_of)));
}
