/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may stand in a log.
 */
#ifndef HTTP_DISCREET_H
#define HTTP_DISCREET_H

struct arena;

/* 'uri' as it may be logged: the values of parameters whose names speak of
 * secrets ("token", "password", ...) are "***".  The API has no such
 * parameter, but a client that is mistaken must not find its token in a log.
 * Returns 'uri' itself when there is nothing to hide. */
const char *discreet_uri(struct arena *arena, const char *uri);

#endif
