/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For clang-tidy only: tells its analyser what returns_nonnull of core/err.h
 * tells the compilers, that an error which was made is an error.  Without it
 * every TRY seems to go on after a failure.
 */
#ifndef CI_TIDY_H
#define CI_TIDY_H

static inline struct err *
tidy_nonnull(struct err *err)
{
    if (err == NULL) {
        __builtin_unreachable();
    }
    return err;
}

#define err_new(...) tidy_nonnull(err_new(__VA_ARGS__))
#define err_attr(...) tidy_nonnull(err_attr(__VA_ARGS__))
#define err_because(...) tidy_nonnull(err_because(__VA_ARGS__))

#endif
