/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DNS names as attributes.
 */
#include "resource/names.h"

#include "core/arena.h"

#define LABEL_MAX 63
#define ID_MAX 255

static bool
is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
}

static bool
is_label(const char *text, size_t len)
{
    if (len == 0 || len > LABEL_MAX || text[0] == '-' ||
        text[len - 1] == '-') {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (!is_letter_or_digit(text[i]) && text[i] != '-') {
            return false;
        }
    }
    return true;
}

/* Labels with dots between; one dot may end them. */
static bool
is_name(const char *text)
{
    for (;;) {
        size_t len = strcspn(text, ".");
        if (!is_label(text, len)) {
            return false;
        }
        text += len;
        if (text[0] == '\0' || text[1] == '\0') {
            return true;
        }
        text++;
    }
}

bool
names_is_id(const char *text)
{
    size_t len = 0;
    for (; text != NULL && text[len] != '\0'; len++) {
        if (text[len] < ' ' || text[len] > '~') {
            return false;
        }
    }
    return len <= ID_MAX;
}

static struct err *
refuse(struct arena *arena, const struct attr *attr, const char *text,
       const char *valid)
{
    return err_attr(arena, attr->name, "dns_name",
                    "invalid input for \"%s\": \"%s\" is not %s", attr->name,
                    text, valid);
}

struct err *
names_check_zone(struct arena *arena, const struct attr *attr,
                 const void *value)
{
    const char *text = *(const char *const *) value;
    size_t len = strlen(text);
    if (len == 0 || text[len - 1] != '.' || !is_name(text)) {
        return refuse(arena, attr, text,
                      "a DNS domain that ends with a dot");
    }
    return NULL;
}

struct err *
names_check_fqdn(struct arena *arena, const struct attr *attr,
                 const void *value)
{
    const char *text = *(const char *const *) value;
    return text[0] == '\0' ? NULL : names_check_zone(arena, attr, value);
}

struct err *
names_check_host(struct arena *arena, const struct attr *attr,
                 const void *value)
{
    const char *text = *(const char *const *) value;
    if (text[0] != '\0' && !is_name(text)) {
        return refuse(arena, attr, text, "a DNS host name");
    }
    return NULL;
}
