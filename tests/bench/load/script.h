/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The requests of a load, made ready to be sent.
 *
 * A line of the file is a request, of fields that are parted by tabs:
 *
 *     STATUS  METHOD  PATH  PROJECT  HEADER  BODY
 *
 * STATUS is the one expected.  The last three may be "-": no X-Project-Id, no
 * further header, no body.  A line that begins with "+" belongs to the chain
 * of the line above: the requests of a chain follow each other on one
 * connection.  In PATH, HEADER and BODY of a chain "{1}" to "{8}" stand for
 * the id in the answer to its first to eighth request, and "{n}" anywhere for
 * a number that no other request has.
 */
#ifndef BENCH_LOAD_SCRIPT_H
#define BENCH_LOAD_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define ID_LEN 36     /* Of a UUID as text. */
#define SERIAL_LEN 12 /* Digits of "{n}". */
#define CHAIN_MAX 8

/* A place in a request that is filled when it is sent. */
struct hole {
    size_t at;
    unsigned id; /* Which answer of the chain it is from; 0: the number. */
};

struct line {
    char *data; /* The whole request, as it goes over the wire. */
    size_t len;
    struct hole *holes;
    size_t n_holes;
    int status;    /* Expected. */
    unsigned link; /* Place in its chain: 0, 1, ... */
};

struct script {
    struct line *lines;
    size_t n_lines;
    size_t longest; /* Bytes of the longest request with holes. */
};

/* Reads a script from 'text', which ends with a NUL and is changed. */
struct err *script_parse(struct arena *arena, char *text,
                         struct script *ret_script) MUST_CHECK;

/* The same from the file 'path'. */
struct err *script_read(struct arena *arena, const char *path,
                        struct script *ret_script) MUST_CHECK;

/* Writes 'line' to 'ret_data', filled with the ids of the chain's answers and
 * 'serial'. */
void line_fill(const struct line *line, char ids[][ID_LEN], uint64_t serial,
               char *ret_data);

#endif
