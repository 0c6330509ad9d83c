/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ports found by a part of what they are known by.
 *
 * No index finds a part of a text: rows are read until the page is full, or
 * to the end when few match.  What is asked of a row is therefore as cheap as
 * the values allow, and what is expected to match is told to the planner, who
 * reads in the order of the page when much matches, and in the order of the
 * table when little does.
 */
#include "core/arena.h"
#include "core/buf.h"
#include "resource/port_internal.h"
#include "schema/sqlarray.h"

/* The parameter is an array of arrays: the values, patterns of LIKE for what
 * contains them, the same without colons, and perhaps the first and last MAC
 * addresses that begin with the only value.  The planner takes them apart. */
#define VALUES "((?::text[])[1:1])"
#define PATTERNS "ANY ((?::text[])[2:2])"
#define PATTERNS_OF_HEX "ANY ((?::text[])[3:3])"

#define IN_NAME(like_) "t.name " like_ " " PATTERNS
#define IN_NAMES(like_) \
    "(" IN_NAME(like_) " OR t.device_id " like_ " " PATTERNS ")"

/* Which comparison the letters of the values need. */
enum letters { LETTERS_NONE, LETTERS_ASCII, LETTERS_ANY };

/* Lower case is the dearest part.  For ASCII that of the C locale will do,
 * and is enough for nearly all rows; ILIKE looks at the others, and is where
 * the statistics of the columns tell how many match. */
#define LOWER_HAS(text_) "lower((" text_ ") COLLATE \"C\") LIKE " PATTERNS
static const char *const name_conditions[] = {
    [LETTERS_NONE] = IN_NAME("LIKE"),
    [LETTERS_ASCII] = "(" LOWER_HAS("t.name") " AND " IN_NAME("ILIKE") ")",
    [LETTERS_ANY] = IN_NAME("ILIKE"),
};
static const char *const names_conditions[] = {
    [LETTERS_NONE] = IN_NAMES("LIKE"),
    [LETTERS_ASCII] = "(" LOWER_HAS("t.name || chr(10) || t.device_id")
                      " AND " IN_NAMES("ILIKE") ")",
    [LETTERS_ANY] = IN_NAMES("ILIKE"),
};

/* Of these the planner knows nothing, and expects one row in 200 to match each
 * condition: where few are likely, it is told twice.  The second way is taken
 * for the rows that pass the first. */
#define HAS_TAG "(t.tags && " VALUES " AND " VALUES " && t.tags)"
#define HAS_MAC                                                              \
    "(encode(macaddr_send(t.mac_address), 'hex') LIKE " PATTERNS_OF_HEX      \
    " AND t.mac_address::text LIKE " PATTERNS ")"
#define HAS_ID \
    "(t.id::text LIKE " PATTERNS " AND t.id::text ILIKE " PATTERNS ")"
#define IPS "t.fixed_ips::text LIKE " PATTERNS
#define HAS_IP                                                               \
    "jsonb_path_query_array(t.fixed_ips::jsonb, '$[*].ip_address')"          \
    "::text LIKE " PATTERNS
#define HAS_RARE_IP "(" IPS " AND " HAS_IP ")"

/* The beginning of an address is that of many: of CASE the planner expects
 * the half to match. */
#define HAS_COMMON_IP "CASE WHEN " IPS " THEN " HAS_IP " ELSE false END"

/* So is the beginning of a MAC address, and here the statistics say how
 * many. */
#define BEGINS_MAC                                                           \
    "t.mac_address BETWEEN (?::text[])[4][1]::macaddr"                       \
    " AND (?::text[])[5][1]::macaddr"

#define HEX "0123456789abcdef"

static enum letters
letters_of(const char *const *values, size_t n)
{
    enum letters letters = LETTERS_NONE;
    for (size_t i = 0; i < n; i++) {
        for (const char *p = values[i]; *p != '\0'; p++) {
            if ((*p & 0x80) != 0) {
                return LETTERS_ANY;
            }
            if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')) {
                letters = LETTERS_ASCII;
            }
        }
    }
    return letters;
}

/* 'value' in lower case as far as it is ASCII, without 'left_out'. */
static const char *
lower_of(struct arena *arena, const char *value, char left_out)
{
    struct buf buf;
    buf_init(&buf, arena, 100);
    for (; *value != '\0'; value++) {
        bool upper = *value >= 'A' && *value <= 'Z';
        if (*value != left_out) {
            buf_put(&buf, upper ? (char) (*value + 'a' - 'A') : *value);
        }
    }
    return buf.data;
}

/* The pattern of what contains 'text'. */
static const char *
pattern_of(struct arena *arena, const char *text)
{
    struct buf buf;
    buf_init(&buf, arena, 100);
    buf_put(&buf, '%');
    for (; *text != '\0'; text++) {
        if (*text == '\\' || *text == '%' || *text == '_') {
            buf_put(&buf, '\\');
        }
        buf_put(&buf, *text);
    }
    buf_put(&buf, '%');
    return buf.data;
}

static const char *
patterns(struct arena *arena, const char *const *values, size_t n,
         char left_out)
{
    const char **items = ARENA_ARRAY(arena, const char *, n);
    for (size_t i = 0; i < n; i++) {
        items[i] = pattern_of(arena, lower_of(arena, values[i], left_out));
    }
    return sqlarray_format(arena, items, n);
}

/* How many of the characters of 'text' are hexadecimal digits. */
static size_t
count_digits(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++) {
        n += strchr(HEX, *text) != NULL ? 1 : 0;
    }
    return n;
}

/* Whether 'text' may stand in a MAC address: pairs of digits, of which the
 * first and the last may be cut. */
static bool
may_be_in_mac(const char *text)
{
    size_t len = strlen(text), first = strspn(text, HEX);
    if (len > 17 || first > 2 || strspn(text, HEX ":") != len) {
        return false;
    }
    for (size_t at = first; at < len;) {
        size_t digits = strspn(text + at + 1, HEX);
        if (digits > 2 || (digits < 2 && text[at + 1 + digits] != '\0')) {
            return false;
        }
        at += 1 + digits;
    }
    return true;
}

/* Whether 'text' may stand in an IP address: four digits at most together. */
static bool
may_be_in_ip(const char *text)
{
    while (*text != '\0') {
        size_t digits = strspn(text, HEX);
        size_t marks = strspn(text + digits, ":.");
        if (digits > 4 || digits + marks == 0) {
            return false;
        }
        text += digits + marks;
    }
    return true;
}

/* 'prefix' made a whole MAC address with 'digit'. */
static const char *
fill_mac(struct arena *arena, const char *prefix, char digit)
{
    char text[] = "00:00:00:00:00:00";
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (*prefix != '\0') {
            text[i] = *prefix++;
        } else if (text[i] != ':') {
            text[i] = digit;
        }
    }
    return arena_strdup(arena, text);
}

/* What is asked of a row, by the values in lower case. */
struct search {
    bool in_mac, in_id, in_ip;
    bool rare;         /* Three digits or more of a MAC address, in each. */
    const char *begin; /* The only value, when a MAC address may begin so. */
};

static struct search
search_of(struct arena *arena, const char *const *values, size_t n)
{
    struct search search = {.rare = true};
    for (size_t i = 0; i < n; i++) {
        const char *text = lower_of(arena, values[i], '\0');
        size_t len = strlen(text);
        bool in_mac = may_be_in_mac(text);
        search.in_mac |= in_mac;
        search.in_id |= strspn(text, HEX "-") == len;
        search.in_ip |= may_be_in_ip(text);
        search.rare &= in_mac && count_digits(text) > 2;
        if (in_mac && n == 1 && strspn(text, HEX) == 2) {
            search.begin = text;
        }
    }
    return search;
}

static const char *
param_of(struct arena *arena, const char *const *values, size_t n,
         const char *begin)
{
    const char *macs = "";
    if (begin != NULL) {
        macs = arena_printf(arena, ",{%s},{%s}", fill_mac(arena, begin, '0'),
                            fill_mac(arena, begin, 'f'));
    }
    return arena_printf(arena, "{%s,%s,%s%s}",
                        sqlarray_format(arena, values, n),
                        patterns(arena, values, n, '\0'),
                        patterns(arena, values, n, ':'), macs);
}

struct predicate
port_search(struct arena *arena, const char *const *values, size_t n)
{
    const struct search search = search_of(arena, values, n);
    struct buf sql;
    buf_init(&sql, arena, 1000);
    buf_addf(&sql, "(%s OR " HAS_TAG "%s%s%s",
             names_conditions[letters_of(values, n)],
             search.begin != NULL ? " OR " BEGINS_MAC : "",
             search.in_mac ? " OR " HAS_MAC : "",
             search.in_id ? " OR " HAS_ID : "");
    if (search.in_ip) {
        buf_adds(&sql, search.rare ? " OR " HAS_RARE_IP
                                   : " OR " HAS_COMMON_IP);
    }
    buf_put(&sql, ')');
    return (struct predicate){
        sql.data, param_of(arena, values, n, search.begin)};
}

struct predicate
port_search_name(struct arena *arena, const char *const *values, size_t n)
{
    return (struct predicate){name_conditions[letters_of(values, n)],
                              param_of(arena, values, n, NULL)};
}

struct predicate
port_search_mac(struct arena *arena, const char *const *values, size_t n)
{
    return (struct predicate){HAS_MAC, param_of(arena, values, n, NULL)};
}
