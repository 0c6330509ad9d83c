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
 * contains them, the same without colons.  The planner takes them apart. */
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
 * condition: so it is told twice.  The second way is taken for the rows that
 * pass the first. */
#define HAS_TAG "(t.tags && " VALUES " AND " VALUES " && t.tags)"
#define HAS_MAC                                                              \
    "(encode(macaddr_send(t.mac_address), 'hex') LIKE " PATTERNS_OF_HEX      \
    " AND t.mac_address::text LIKE " PATTERNS ")"
#define HAS_ID \
    "(t.id::text LIKE " PATTERNS " AND t.id::text ILIKE " PATTERNS ")"
#define HAS_IP                                                               \
    "(t.fixed_ips::text LIKE " PATTERNS                                      \
    " AND jsonb_path_query_array(t.fixed_ips::jsonb, '$[*].ip_address')"     \
    "::text LIKE " PATTERNS ")"

/* What cannot be a part of such a text is not looked for there. */
static const struct part {
    const char *characters; /* All that it consists of, in lower case. */
    const char *condition;
} parts[] = {
    {"0123456789abcdef:", HAS_MAC},
    {"0123456789abcdef-", HAS_ID},
    {"0123456789abcdef:.", HAS_IP},
};

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

/* 'value' in lower case as far as it is ASCII, as a pattern; without
 * 'left_out'. */
static const char *
pattern_of(struct arena *arena, const char *value, char left_out)
{
    struct buf buf;
    buf_init(&buf, arena, 100);
    buf_put(&buf, '%');
    for (; *value != '\0'; value++) {
        char c = *value >= 'A' && *value <= 'Z' ? (char) (*value + 'a' - 'A')
                                                : *value;
        if (c == left_out) {
            continue;
        }
        if (c == '\\' || c == '%' || c == '_') {
            buf_put(&buf, '\\');
        }
        buf_put(&buf, c);
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
        items[i] = pattern_of(arena, values[i], left_out);
    }
    return sqlarray_format(arena, items, n);
}

static const char *
param_of(struct arena *arena, const char *const *values, size_t n)
{
    return arena_printf(arena, "{%s,%s,%s}",
                        sqlarray_format(arena, values, n),
                        patterns(arena, values, n, '\0'),
                        patterns(arena, values, n, ':'));
}

/* Whether one of the values may be a part of such a text. */
static bool
may_be_in(struct arena *arena, const struct part *part,
          const char *const *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *pattern = pattern_of(arena, values[i], '\0');
        size_t len = strlen(pattern) - 2;
        if (strspn(pattern + 1, part->characters) == len) {
            return true;
        }
    }
    return false;
}

struct predicate
port_search(struct arena *arena, const char *const *values, size_t n)
{
    struct buf sql;
    buf_init(&sql, arena, 1000);
    buf_addf(&sql, "(%s OR " HAS_TAG,
             names_conditions[letters_of(values, n)]);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (may_be_in(arena, &parts[i], values, n)) {
            buf_addf(&sql, " OR %s", parts[i].condition);
        }
    }
    buf_put(&sql, ')');
    return (struct predicate){sql.data, param_of(arena, values, n)};
}

struct predicate
port_search_name(struct arena *arena, const char *const *values, size_t n)
{
    return (struct predicate){name_conditions[letters_of(values, n)],
                              param_of(arena, values, n)};
}

struct predicate
port_search_mac(struct arena *arena, const char *const *values, size_t n)
{
    return (struct predicate){HAS_MAC, param_of(arena, values, n)};
}
