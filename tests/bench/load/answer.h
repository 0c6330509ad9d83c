/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads an answer of HTTP/1.1 as it arrives, and of it only what a load needs:
 * its status, where it ends, the first id in it and how its body begins.
 */
#ifndef BENCH_LOAD_ANSWER_H
#define BENCH_LOAD_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ANSWER_HEAD_MAX 4096
#define ANSWER_TEXT_MAX 240

enum answer_state {
    ANSWER_HEAD,       /* Within status line and headers. */
    ANSWER_BODY,       /* 'left' bytes of it are to come. */
    ANSWER_CHUNK_SIZE, /* Within the line before a chunk. */
    ANSWER_CHUNK,      /* 'left' bytes of it are to come. */
    ANSWER_CHUNK_END,  /* Within the line after it. */
    ANSWER_TRAILER,    /* Within what follows the last chunk. */
    ANSWER_DONE,
    ANSWER_BROKEN, /* No answer that can be understood. */
};

struct answer {
    enum answer_state state;
    int status;
    bool closes; /* The server closes the connection after it. */
    int64_t left;
    bool extended;   /* Past the digits of a chunk's size. */
    size_t line_len; /* Of a line between chunks. */
    size_t head_len;
    size_t text_len;
    char text[ANSWER_TEXT_MAX]; /* How the body begins. */
    char head[ANSWER_HEAD_MAX]; /* Of a head that arrives in parts. */
};

/* Makes 'answer' ready for the next one. */
void answer_begin(struct answer *answer);

/* Takes 'len' bytes at 'data'; what follows the answer's end is dropped, for
 * nothing was asked yet that it could answer. */
void answer_take(struct answer *answer, const char *data, size_t len);

/* Bytes that may be received and dropped, since nothing is wanted of them. */
size_t answer_dull(const struct answer *answer);

/* Says that 'len' dull bytes have been received. */
void answer_drop(struct answer *answer, size_t len);

/* The first id in the beginning of the body, 36 bytes; NULL: none. */
const char *answer_id(const struct answer *answer);

#endif
