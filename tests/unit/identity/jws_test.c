/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets of keys and signatures: the vectors of RFC 7515 and RFC 8037, and what
 * forgers send (RFC 8725).
 */
#include "identity/jwks.h"

#include <criterion/criterion.h>

#include "support/signing.h"

#define JOE                                                              \
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"  \
    "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

/* RFC 7515 A.2 */
#define RSA_KEY                                                          \
    "\"kty\":\"RSA\",\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQo"   \
    "Tbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2l" \
    "ZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSH" \
    "SXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZ" \
    "lxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2et" \
    "hFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\",\"e\":\"AQAB\""
#define RSA_TOKEN                                                        \
    "eyJhbGciOiJSUzI1NiJ9." JOE                                          \
    ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7A" \
    "AuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAyn" \
    "RFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRm" \
    "B_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh" \
    "6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGl" \
    "UPQGe77Rw"

/* RFC 7515 A.3 */
#define EC_KEY                                                           \
    "\"kty\":\"EC\",\"crv\":\"P-256\","                                  \
    "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","             \
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""
#define EC_TOKEN                                                         \
    "eyJhbGciOiJFUzI1NiJ9." JOE                                          \
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSAp" \
    "mWQxfKTUJqPP3-Kg6NU1Q"

/* RFC 8037 A.2 and A.4 */
#define ED_KEY                                                           \
    "\"kty\":\"OKP\",\"crv\":\"Ed25519\","                               \
    "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\""
#define ED_TOKEN                                                         \
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"           \
    ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5Bh" \
    "VsPt9g7sVvpAr_MuM0KAg"

#define SET(keys) "{\"keys\":[" keys "]}"

static struct arena arena;
static struct jwks keys;

static void
setup(void)
{
    arena_init(&arena, 64u << 20);
}

static void
teardown(void)
{
    arena_done(&arena);
}

TestSuite(jws, .init = setup, .fini = teardown);
TestSuite(jwks, .init = setup, .fini = teardown);

static void
load(const char *text)
{
    struct err *err = jwks_read(&arena, text, strlen(text), &keys);
    cr_assert_null(err, "%s", err == NULL ? "" : err->message);
}

static enum jws_outcome
opened(const char *token)
{
    struct bytes payload;
    return jws_open(&arena, &keys, token, &payload);
}

/* --- good ones */

static void
expect_vector(const char *set, const char *token, const char *says)
{
    struct bytes payload;
    load(set);
    cr_assert_eq(jws_open(&arena, &keys, token, &payload), JWS_GOOD);
    cr_assert_eq(payload.size, strlen(says));
    cr_assert_arr_eq(payload.data, says, payload.size);
}

Test(jws, vectors_of_the_rfcs_are_good)
{
    const char *joe = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n "
                      "\"http://example.com/is_root\":true}";
    expect_vector(SET("{" RSA_KEY "}"), RSA_TOKEN, joe);
    expect_vector(SET("{" EC_KEY "}"), EC_TOKEN, joe);
    expect_vector(SET("{" ED_KEY "}"), ED_TOKEN,
                  "Example of Ed25519 signing");
}

Test(jws, every_algorithm_is_verified_and_one_changed_bit_is_not)
{
    const char *algs[] = {"RS256", "PS256", "ES256", "ES384", "EdDSA"};
    for (size_t i = 0; i < 5; i++) {
        struct signer signer = signer_new(&arena, algs[i], "k", 2048);
        char *token = arena_strdup(&arena, signer_token(&signer, "{}"));
        load(signer_jwks(&signer, ""));
        cr_expect_eq(opened(token), JWS_GOOD, "%s", algs[i]);
        char *payload = strchr(token, '.') + 1;
        *payload = *payload == 'e' ? 'f' : 'e';
        cr_expect_eq(opened(token), JWS_BAD, "%s", algs[i]);
    }
}

Test(jws, a_changed_signature_is_bad)
{
    char *token = arena_strdup(&arena, ED_TOKEN);
    char *signature = strrchr(token, '.') + 1;
    load(SET("{" ED_KEY "}"));
    for (char *p = signature; p[1] != '\0'; p++) {
        char kept = *p;
        *p = kept == 'A' ? 'B' : 'A';
        cr_expect_eq(opened(token), JWS_BAD);
        *p = kept;
    }
    cr_assert_eq(opened(token), JWS_GOOD);
}

/* --- forged ones */

Test(jws, none_and_keyed_hashes_are_refused)
{
    struct signer signer = signer_new(&arena, "RS256", "k", 2048);
    const char *headers[] = {"{\"alg\":\"none\"}", "{\"alg\":\"None\"}",
                             "{\"alg\":\"HS256\",\"kid\":\"k\"}",
                             "{\"alg\":\"RS1\"}", "{\"alg\":\"\"}",
                             "{\"alg\":null}", "{}"};
    const char *set = signer_jwks(&signer, "");
    load(set);
    for (size_t i = 0; i < 7; i++) {
        const char *token = signing_hmac(&arena, headers[i], "{}", set);
        cr_expect_eq(opened(token), JWS_BAD, "%s", headers[i]);
    }
    const char *token = signer_token(&signer, "{}");
    const char *end = strrchr(token, '.') + 1;
    cr_expect_eq(opened(arena_strndup(&arena, token, (size_t) (end - token))),
                 JWS_BAD);
}

Test(jws, an_algorithm_that_the_key_is_not_for_is_not_taken)
{
    struct signer signer = signer_new(&arena, "RS256", "k", 2048);
    struct signer other = signer;
    other.alg = "PS256";
    load(signer_jwks(&signer, ",\"alg\":\"RS256\""));
    cr_expect_eq(opened(signer_token(&signer, "{}")), JWS_GOOD);
    cr_expect_eq(opened(signer_token(&other, "{}")), JWS_UNKNOWN_KEY);
    const char *token = signer_sign(&signer,
                                    "{\"alg\":\"ES256\",\"kid\":\"k\"}", "{}");
    cr_expect_eq(opened(token), JWS_UNKNOWN_KEY);
}

Test(jws, the_named_key_counts_and_no_other)
{
    struct signer a = signer_new(&arena, "EdDSA", "a", 0);
    struct signer b = signer_new(&arena, "EdDSA", "b", 0);
    load(arena_printf(&arena,
                      "{\"keys\":[{%s,\"kid\":\"a\"},{%s,\"kid\":\"b\"}]}",
                      signer_public(&a), signer_public(&b)));
    cr_expect_eq(opened(signer_token(&a, "{}")), JWS_GOOD);
    cr_expect_eq(opened(signer_token(&b, "{}")), JWS_GOOD);
    b.kid = "a";
    cr_expect_eq(opened(signer_token(&b, "{}")), JWS_BAD);
    b.kid = "c";
    cr_expect_eq(opened(signer_token(&b, "{}")), JWS_UNKNOWN_KEY);
    cr_expect_eq(opened(signer_sign(&b, "{\"alg\":\"EdDSA\"}", "{}")),
                 JWS_UNKNOWN_KEY, "one of two was guessed");
}

Test(jws, two_keys_of_one_name_are_none)
{
    struct signer a = signer_new(&arena, "EdDSA", "a", 0);
    struct signer b = signer_new(&arena, "EdDSA", "a", 0);
    load(arena_printf(&arena,
                      "{\"keys\":[{%s,\"kid\":\"a\"},{%s,\"kid\":\"a\"}]}",
                      signer_public(&a), signer_public(&b)));
    cr_expect_eq(opened(signer_token(&a, "{}")), JWS_UNKNOWN_KEY);
}

Test(jws, headers_that_ask_for_more_are_refused)
{
    struct signer signer = signer_new(&arena, "EdDSA", "k", 0);
    const char *bad[] = {
        "{\"alg\":\"EdDSA\",\"crit\":[\"exp\"],\"exp\":1}",
        "{\"alg\":\"EdDSA\",\"crit\":[]}",
        "{\"alg\":\"EdDSA\",\"b64\":false}",
        "{\"alg\":\"EdDSA\",\"alg\":\"EdDSA\"}",
        "{\"alg\":\"EdDSA\",\"kid\":1}",
        "{\"alg\":\"EdDSA\",\"typ\":\"logout+jwt\"}",
        "{\"alg\":\"EdDSA\",\"typ\":1}",
        "[\"EdDSA\"]",
        "{\"alg\":\"EdDSA\",\"x\":[[[[[]]]]]}",
        "{\"alg\":\"EdDSA\"} ,",
    };
    const char *good[] = {
        "{\"alg\":\"EdDSA\"}",
        "{\"alg\":\"EdDSA\",\"typ\":\"jwt\"}",
        "{\"alg\":\"EdDSA\",\"typ\":\"application/at+jwt\"}",
        "{\"alg\":\"EdDSA\",\"jku\":\"http://evil.example/\"}",
    };
    load(signer_jwks(&signer, ""));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        cr_expect_eq(opened(signer_sign(&signer, bad[i], "{}")), JWS_BAD,
                     "%s", bad[i]);
    }
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        cr_expect_eq(opened(signer_sign(&signer, good[i], "{}")), JWS_GOOD,
                     "%s", good[i]);
    }
}

Test(jws, a_key_that_the_token_brings_along_is_not_believed)
{
    struct signer ours = signer_new(&arena, "EdDSA", "k", 0);
    struct signer forger = signer_new(&arena, "EdDSA", "k", 0);
    load(signer_jwks(&ours, ""));
    const char *header = arena_printf(&arena,
                                      "{\"alg\":\"EdDSA\",\"kid\":\"k\","
                                      "\"jwk\":{%s}}",
                                      signer_public(&forger));
    cr_assert_eq(opened(signer_sign(&forger, header, "{}")), JWS_BAD);
}

Test(jws, what_is_not_three_parts_of_base64url_is_bad)
{
    const char *bad[] = {"", ".", "..", "...", "a.b", "a.b.c", "a.b.c.d",
                         ED_TOKEN ".", ED_TOKEN "=", ED_TOKEN " ",
                         " " ED_TOKEN, "=" ED_TOKEN};
    load(SET("{" ED_KEY "}"));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        cr_expect_eq(opened(bad[i]), JWS_BAD, "%s", bad[i]);
    }
    /* Its last character has bits that stand for nothing: "Ag", "Ah". */
    char *token = arena_strdup(&arena, ED_TOKEN);
    token[strlen(token) - 1] = 'h';
    cr_expect_eq(opened(token), JWS_BAD);
}

Test(jws, a_huge_token_is_bad)
{
    struct signer signer = signer_new(&arena, "EdDSA", "k", 0);
    load(signer_jwks(&signer, ""));
    char *claims = arena_alloc(&arena, JWT_SIZE_MAX);
    memset(claims, ' ', 12100);
    cr_expect_eq(opened(signer_token(&signer, claims)), JWS_GOOD);
    memset(claims, ' ', JWT_SIZE_MAX - 1);
    cr_expect_eq(opened(signer_token(&signer, claims)), JWS_BAD);
}

/* --- keys */

/* How many of one key can be used: 1 or 0. */
static size_t
usable(const char *key)
{
    const char *set = arena_printf(&arena, "{\"keys\":[{%s}]}", key);
    struct err *err = jwks_read(&arena, set, strlen(set), &keys);
    cr_assert_eq(err == NULL, keys.n == 1);
    cr_assert_eq(keys.n + keys.n_unusable, 1);
    return keys.n;
}

Test(jwks, keys_for_signatures_are_used_and_others_are_not)
{
    cr_expect_eq(usable(EC_KEY), 1);
    cr_expect_eq(usable(EC_KEY ",\"use\":\"sig\",\"alg\":\"ES256\""), 1);
    cr_expect_eq(usable(EC_KEY ",\"key_ops\":[\"verify\"]"), 1);
    cr_expect_eq(usable(EC_KEY ",\"use\":\"enc\""), 0);
    cr_expect_eq(usable(EC_KEY ",\"key_ops\":[\"sign\"]"), 0);
    cr_expect_eq(usable(EC_KEY ",\"alg\":\"ES384\""), 0);
    cr_expect_eq(usable(EC_KEY ",\"alg\":\"HS256\""), 0);
    cr_expect_eq(usable(EC_KEY ",\"kid\":1"), 0);
    cr_expect_eq(usable("\"kty\":\"oct\",\"k\":\"c2VjcmV0\""), 0);
    cr_expect_eq(usable("\"kty\":\"RSA\""), 0);
}

Test(jwks, a_private_key_in_public_is_not_used)
{
    cr_expect_eq(usable(ED_KEY ",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDus"
                        "Axyuf2A\""), 0);
}

Test(jwks, a_point_that_is_not_on_the_curve_is_no_key)
{
    cr_expect_eq(usable("\"kty\":\"EC\",\"crv\":\"P-256\","
                        "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                        "\"y\":\"y_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""),
                 0);
    cr_expect_eq(usable("\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\","
                        "\"y\":\"AAAA\""), 0);
    cr_expect_eq(usable("\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\""),
                 0);
}

Test(jwks, rsa_keys_have_2048_to_8192_bits_and_an_odd_exponent)
{
    const size_t bits[] = {1024, 2040, 2048, 3072};
    const size_t expected[] = {0, 0, 1, 1};
    for (size_t i = 0; i < 4; i++) {
        struct signer signer = signer_new(&arena, "RS256", "k", bits[i]);
        cr_expect_eq(usable(signer_public(&signer)), expected[i], "%zu",
                     bits[i]);
    }
    struct signer signer = signer_new(&arena, "RS256", "k", 2048);
    const char *n = signer_number(&signer, OSSL_PKEY_PARAM_RSA_N, 0);
    const char *exponents[] = {"AQ", "Ag", "", "AQAA", "AQABAQABAQABAQAB"};
    for (size_t i = 0; i < 5; i++) {
        cr_expect_eq(usable(arena_printf(&arena,
                                         "\"kty\":\"RSA\",\"n\":\"%s\","
                                         "\"e\":\"%s\"", n, exponents[i])),
                     0, "%s", exponents[i]);
    }
    char *huge = arena_alloc(&arena, 2001);
    memset(huge, 'Z', 2000);
    cr_expect_eq(usable(arena_printf(&arena, "\"kty\":\"RSA\",\"n\":\"%s\","
                                     "\"e\":\"AQAB\"", huge)), 0);
}

Test(jwks, what_is_no_set_is_refused)
{
    const char *bad[] = {"", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[]}",
                         "{\"keys\":[1,null,\"x\"]}",
                         "{\"keys\":[{" EC_KEY "}],\"keys\":[]}",
                         "{\"keys\":[{\"a\":[[[[[[[[]]]]]]]]}]}"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        cr_expect_not_null(jwks_read(&arena, bad[i], strlen(bad[i]), &keys),
                           "%s", bad[i]);
    }
}

Test(jwks, sets_have_64_keys_at_most)
{
    struct buf buf;
    buf_init(&buf, &arena, 16384);
    buf_adds(&buf, "{\"keys\":[{" EC_KEY "}");
    for (int i = 1; i < JWKS_KEYS_MAX; i++) {
        buf_adds(&buf, ",{" EC_KEY "}");
    }
    size_t len = buf.len;
    buf_adds(&buf, "]}");
    load(buf.data);
    cr_assert_eq(keys.n, JWKS_KEYS_MAX);
    buf_truncate(&buf, len);
    buf_adds(&buf, ",{}]}");
    cr_assert_not_null(jwks_read(&arena, buf.data, buf.len, &keys));
}
