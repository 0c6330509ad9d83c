/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON text as jansson's values: whatever the text, what jansson says of it.
 */
#include "schema/jsonread.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#undef malloc /* jansson's, counted; and texts that end where they end. */

#define N(array_) (sizeof(array_) / sizeof(array_)[0])

/* Blocks that jansson has, and how many it ever took. */
static long n_blocks, n_taken;

static void *
take_block(size_t size)
{
    n_blocks++;
    n_taken++;
    return malloc(size);
}

static void
free_block(void *block)
{
    n_blocks -= block != NULL ? 1 : 0;
    free(block);
}

static void
begin(void)
{
    json_object_seed(1); /* It takes what it keeps, now. */
    json_set_alloc_funcs(take_block, free_block);
}

TestSuite(jsonread, .init = begin);

/* Reads 'text' both ways, and expects one and the same.  Behind its end is
 * nothing that may be read. */
static void
expect_same(const char *text_, size_t len)
{
    json_error_t error, want_error;
    char *text = malloc(len > 0 ? len : 1);
    memcpy(text, text_, len);
    long before = n_blocks;
    json_t *json = jsonread(text, len, &error);
    json_t *want = json_loadb(text, len, JSON_REJECT_DUPLICATES, &want_error);
    cr_assert_eq(json == NULL, want == NULL, "%.*s", (int) len, text);
    if (want == NULL) {
        cr_assert_str_eq(error.text, want_error.text, "%.*s", (int) len, text);
        cr_assert_eq(error.position, want_error.position);
    } else {
        /* Numbers keep their kind, objects their order. */
        char *dump = json_dumps(json, JSON_ENCODE_ANY);
        char *want_dump = json_dumps(want, JSON_ENCODE_ANY);
        cr_assert_str_eq(dump, want_dump, "%.*s", (int) len, text);
        free_block(dump);
        free_block(want_dump);
    }
    json_decref(json);
    json_decref(want);
    cr_assert_eq(n_blocks, before, "%.*s", (int) len, text);
    free(text);
}

static const char *const texts[] = {
    "{}", "[]", " {\t} \r\n", "[ ]", "[[],{}]",
    "{\"ports\":[{\"name\":\"a\",\"n\":1,\"up\":true,\"x\":null},{}]}",
    "{\"a\" : -1 , \"b\" : [ false , 0 , 18 ] }",
    "[0, -0, 7, -7, 123456789012345678, -123456789012345678]",
    "[1234567890123456789, 12345678901234567890, 123456789012345678901]",
    "[9223372036854775807, -9223372036854775808, 9223372036854775808]",
    "[1.5, 1e3, -0.0, 1E-2, 01, -01, 1., .5, -, --1, - 1, +1, 1e]",
    "[1.5]", "[1e3]", "[01]", "[-01]", "[1.]", "[-]", "[--1]", "[- 1]",
    "[+1]", "[1e]", "[1x]", "[00]", "[1 2]", "[0x1]",
    "{\"\":1}", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":1}}",
    "{\"a\":\"\\u0041\\n\\\"\"}", "{\"a\\u0000\":1}", "[\"\\u0000\"]",
    "[\"\\ud800\"]", "[\"\\x\"]", "[\"a\tb\"]", "[\"a\nb\"]", "[\"\x7f\"]",
    "[\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"]", "{\"\xc3\xa4\":1}",
    "[\"\xff\"]", "[\"\xc3\"]", "[\"\xc0\x80\"]", "[\"\xed\xa0\x80\"]",
    "{\"\xff\":1}", "\xef\xbb\xbf{}",
    "[true]", "[tru]", "[truex]", "[true", "[True]", "[nul]", "[nan]",
    "", " ", "1", "\"a\"", "null", "{", "[", "}", "]", "[}", "{]",
    "[1,]", "[,1]", "[,]", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
    "{\"a\" 1}", "{a:1}", "{'a':1}", "{1:1}", "[\"a]", "[\"a\\", "[] []",
    "[]x", "{}{}", "[]\n,", "/**/[]", "[1]//", "{\"a\":[1,{\"b\":[]}]",
};

Test(jsonread, every_text_is_what_jansson_says)
{
    for (size_t i = 0; i < N(texts); i++) {
        expect_same(texts[i], strlen(texts[i]));
    }
}

/* jansson takes some for its own buffers. */
Test(jsonread, a_plain_text_is_not_read_by_jansson)
{
    const char *text = "{\"ports\":[{\"name\":\"a\",\"n\":1}]}";
    json_error_t error;
    json_t *json = jsonread(text, strlen(text), &error);
    long plain = n_taken;
    json_decref(json);
    n_taken = 0;
    json = json_loadb(text, strlen(text), JSON_REJECT_DUPLICATES, &error);
    cr_expect_lt(plain, n_taken);
    json_decref(json);
}

/* Under the address sanitizer. */
Test(jsonread, nothing_behind_the_end_is_read)
{
    for (size_t i = 0; i < N(texts); i++) {
        for (size_t len = 0; len < strlen(texts[i]); len++) {
            expect_same(texts[i], len);
        }
    }
}

Test(jsonread, a_byte_0_ends_nothing)
{
    expect_same("[]\0", 3);
    expect_same("[\0]", 3);
    expect_same("[1\0]", 4);
    expect_same("[\"\0\"]", 5);
    expect_same("{\"\0\":1}", 7);
}

Test(jsonread, what_is_nested_deeply_is_read_too)
{
    char text[4400];
    for (size_t depth = 1; depth < 2200; depth += depth < 70 ? 1 : 300) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        expect_same(text, 2 * depth);
    }
}

/* Texts with a byte changed, dropped or added: most are no JSON any more. */
Test(jsonread, texts_with_mistakes_are_what_jansson_says)
{
    static const char bytes[] = "{}[]\",:\\ 0-9.eEtfn\n\t\x01\x7f\x80\xc3";
    uint64_t random = 1;
    for (int round = 0; round < 200000; round++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        const char *from = texts[(random >> 33) % N(texts)];
        size_t len = strlen(from);
        char text[200];
        if (len == 0 || len > sizeof text - 2) {
            continue;
        }
        size_t at = (random >> 20) % len;
        memcpy(text, from, at);
        unsigned way = (unsigned) (random >> 60) % 3;
        if (way == 0) {
            memcpy(text + at, from + at + 1, len - at - 1);
            len--;
        } else {
            text[at] = bytes[(random >> 45) % (sizeof bytes - 1)];
            size_t rest = way == 1 ? at + 1 : at;
            memcpy(text + at + 1, from + rest, len - rest);
            len += way == 1 ? 0 : 1;
        }
        expect_same(text, len);
    }
}
