/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attributes that name objects of resources which are not offered.
 */
#include "resource/absent.h"

#include "core/arena.h"

static struct err *
refuse(struct arena *arena, const struct attr *attr, const struct uuid *id,
       enum err_kind kind, const char *what)
{
    char text[UUID_TEXT_SIZE];
    uuid_to_text(id, text);
    struct err *err = err_attr(arena, attr->name, "exists",
                               "%s \"%s\" could not be found", what, text);
    err->kind = kind;
    return err;
}

struct err *
absent_check_qos_policy(struct arena *arena, const struct attr *attr,
                        const void *value)
{
    return refuse(arena, attr, value, ERR_QOS_NOT_FOUND, "QoS policy");
}

struct err *
absent_check_segment(struct arena *arena, const struct attr *attr,
                     const void *value)
{
    return refuse(arena, attr, value, ERR_SEGMENT_NOT_FOUND, "segment");
}

struct err *
absent_check_security_groups(struct arena *arena, const struct attr *attr,
                             const void *value)
{
    const struct uuid_list *groups = value;
    return groups->n == 0 ? NULL
                          : refuse(arena, attr, &groups->items[0],
                                   ERR_GROUP_NOT_FOUND, "security group");
}
