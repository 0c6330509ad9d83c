/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL's binary form of arrays.  The numbers of types are those of its
 * catalog pg_type, which never change.
 */
#include "schema/sqlbinary.h"

#include <stdlib.h>

#include "core/arena.h"
#include "core/buf.h"

/* How inet is sent (PostgreSQL's utils/inet.h). */
#define INET_V4 2
#define INET_V6 3

static void
put_int32(struct buf *buf, uint32_t value)
{
    char bytes[] = {(char) (value >> 24), (char) (value >> 16),
                    (char) (value >> 8), (char) value};
    buf_add(buf, bytes, sizeof bytes);
}

static void
put_text(struct buf *buf, const char *text)
{
    size_t len = strlen(text);
    put_int32(buf, (uint32_t) len);
    buf_add(buf, text, len);
}

static void
put_uuid(struct buf *buf, const char *text)
{
    struct uuid uuid = {{0}};
    uuid_from_text(text, &uuid);
    put_int32(buf, sizeof uuid.bytes);
    buf_add(buf, (const char *) uuid.bytes, sizeof uuid.bytes);
}

static void
put_int(struct buf *buf, const char *text)
{
    uint64_t value = (uint64_t) strtoll(text, NULL, 10);
    put_int32(buf, sizeof value);
    put_int32(buf, (uint32_t) (value >> 32));
    put_int32(buf, (uint32_t) value);
}

static void
put_mac(struct buf *buf, const char *text)
{
    struct mac_addr mac = {{0}};
    mac_parse(text, &mac);
    put_int32(buf, sizeof mac.bytes);
    buf_add(buf, (const char *) mac.bytes, sizeof mac.bytes);
}

/* Family, bits, "is a cidr", bytes of the address; the address. */
static void
put_ip(struct buf *buf, const char *text)
{
    struct ip_addr ip = {.version = 4};
    ip_parse(text, &ip);
    char size = (char) (ip_bits(&ip) / 8);
    char head[] = {ip.version == 4 ? INET_V4 : INET_V6, (char) ip_bits(&ip),
                   0, size};
    put_int32(buf, (uint32_t) (sizeof head + (size_t) size));
    buf_add(buf, head, sizeof head);
    for (int i = size - 1; i >= 0; i--) {
        buf_put(buf, (char) (ip.value >> (8 * i)));
    }
}

static const struct encoding {
    uint32_t oid; /* 0: there is none. */
    void (*put)(struct buf *buf, const char *text);
} encodings[TYPE_N] = {
    [TYPE_INT] = {20, put_int},         [TYPE_TEXT] = {25, put_text},
    [TYPE_TEXT_LIST] = {25, put_text},  [TYPE_UUID_LIST] = {25, put_text},
    [TYPE_JSON] = {114, put_text},      [TYPE_FIXED_IPS] = {114, put_text},
    [TYPE_PAIRS] = {114, put_text},     [TYPE_DHCP_OPTS] = {114, put_text},
    [TYPE_POOLS] = {114, put_text},     [TYPE_ROUTES] = {114, put_text},
    [TYPE_MAC] = {829, put_mac},        [TYPE_IP] = {869, put_ip},
    [TYPE_UUID] = {2950, put_uuid},
};

/* Enough for all elements: the longest binary form of a short text is that of
 * a number, eight bytes behind the length; others are shorter than the text, or
 * not longer by more than the length and the head of an inet. */
static size_t
guess_size(const char *const *items, size_t n)
{
    size_t size = 20;
    for (size_t i = 0; i < n; i++) {
        size += 16 + (items[i] == NULL ? 0 : strlen(items[i]));
    }
    return size;
}

const char *
sqlbinary_array(struct arena *arena, enum type_id type,
                const char *const *items, size_t n, int *ret_size)
{
    const struct encoding *encoding = &encodings[type];
    bool nulls = false;
    struct buf buf;
    if (encoding->oid == 0) {
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        nulls = nulls || items[i] == NULL;
    }
    buf_init(&buf, arena, guess_size(items, n));
    put_int32(&buf, n == 0 ? 0 : 1); /* Dimensions. */
    put_int32(&buf, nulls ? 1 : 0);
    put_int32(&buf, encoding->oid);
    if (n > 0) {
        put_int32(&buf, (uint32_t) n);
        put_int32(&buf, 1); /* The first index. */
    }
    for (size_t i = 0; i < n; i++) {
        if (items[i] == NULL) {
            put_int32(&buf, UINT32_MAX);
        } else {
            encoding->put(&buf, items[i]);
        }
    }
    *ret_size = (int) buf.len;
    return buf.data;
}
