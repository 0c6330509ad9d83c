/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a runtime is told when a command fails: the error object of the CNI
 * specification, section 5.
 *
 * A function that can fail returns struct failure *, NULL for success.  A
 * failure lives in the arena it was made in.
 */
#ifndef CNI_FAILURE_H
#define CNI_FAILURE_H

struct arena;

/* Codes below 100 are the specification's; those from 100 on are ours, and
 * the README lists them. */
enum failure_code {
    FAILURE_VERSION = 1,       /* This version of CNI is not spoken. */
    FAILURE_FIELD = 2,         /* A key of the configuration is unknown. */
    FAILURE_ENVIRONMENT = 4,   /* A variable is missing or malformed. */
    FAILURE_IO = 5,            /* Reading or writing failed. */
    FAILURE_DECODING = 6,      /* The configuration is no JSON. */
    FAILURE_CONFIG = 7,        /* A value of the configuration is invalid. */
    FAILURE_AGAIN = 11,        /* No answer in time: try again later. */
    FAILURE_NOT_READY = 50,    /* STATUS: ADD would fail. */
    FAILURE_FULL = 100,        /* The subnet has no free address. */
    FAILURE_QUOTA = 101,       /* The project's quota of ports is used up. */
    FAILURE_NOT_ALLOWED = 102, /* The token is wrong or may not do that. */
    FAILURE_REFUSED = 103,     /* The server refuses for another reason. */
    FAILURE_CHECK = 104,       /* CHECK: the address is not as it was. */
};

struct failure {
    enum failure_code code;
    const char *msg;     /* What the code means, in few words. */
    const char *details; /* What is wrong, and what would be valid. */
};

/* Makes a failure whose details are formatted as by printf. */
struct failure *failure_new(struct arena *arena, enum failure_code code,
                            const char *format, ...)
    __attribute__((format(printf, 3, 4), returns_nonnull));

/* The few words for 'code'. */
const char *failure_msg(enum failure_code code);

/* Returns the failure of 'call' to the caller, if it is one. */
#define PASS_ON(call)                      \
    do {                                   \
        struct failure *failure_ = (call); \
        if (failure_ != NULL) {            \
            return failure_;               \
        }                                  \
    } while (0)

#endif
