/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of identity/password.h.
 */
#include "identity/password.h"
#include "unit/identity/users.h"

static struct arena arena;

static void
begin(void)
{
    arena_init(&arena, (size_t) 64 << 20);
    cr_assert_null(password_init(&arena));
}

static void
end(void)
{
    arena_done(&arena);
}

TestSuite(password, .init = begin, .fini = end);

static bool
fits(const char *hash, const char *password)
{
    bool right;
    cr_assert_null(password_verify(&arena, hash, password, &right));
    return right;
}

Test(password, the_one_that_was_hashed_is_right_and_others_are_wrong)
{
    const char *hash;
    cr_assert_null(password_hash(&arena, "secret", &hash));
    cr_assert(password_is_hash(hash));
    cr_assert(fits(hash, "secret"));
    cr_assert_not(fits(hash, "Secret"));
    cr_assert_not(fits(hash, ""));
}

Test(password, every_hash_has_a_salt_of_its_own)
{
    const char *first, *second;
    cr_assert_null(password_hash(&arena, "secret", &first));
    cr_assert_null(password_hash(&arena, "secret", &second));
    cr_assert_str_neq(first, second);
}

Test(password, a_hash_of_another_time_still_fits)
{
    cr_assert(password_is_hash(HASH));
    cr_assert(fits(HASH, "secret"));
}

Test(password, what_is_no_hash_fits_nothing)
{
    static const char *const bad[] = {"", "secret", "$argon2id$", "$2y$10$x",
                                      "$argon2id$v=19$m=65536,t=2,p=1$a$b"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect_not(password_is_hash(bad[i]), "%s", bad[i]);
        cr_expect_not(fits(bad[i], "secret"), "%s", bad[i]);
    }
}

Test(password, secrets_are_long_and_differ)
{
    char first[SECRET_TEXT_SIZE], second[SECRET_TEXT_SIZE];
    secret_new(first);
    secret_new(second);
    cr_assert_eq(strlen(first), SECRET_TEXT_SIZE - 1);
    cr_assert_str_neq(first, second);
}
