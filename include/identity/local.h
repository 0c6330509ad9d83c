/* SPDX-License-Identifier: Apache-2.0 */
/*
 * auth = none: who asks is whom the headers name, an admin unless they say
 * otherwise.  The server listens where no other machine reaches it.
 */
#ifndef IDENTITY_LOCAL_H
#define IDENTITY_LOCAL_H

#include "core/err.h"

struct inquiry;
struct settings;

/* Fills in the caller of 'inquiry'.  Refuses a Host or an Origin that is not
 * this machine, for a browser would bring other people's requests. */
struct err *local_ask(const struct settings *settings,
                      struct inquiry *inquiry) MUST_CHECK;

#endif
