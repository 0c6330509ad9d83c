/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a token says (RFC 7519), and whose it is by the settings jwt_*.
 */
#ifndef IDENTITY_CLAIMS_H
#define IDENTITY_CLAIMS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/pubkey.h"
#include "identity/lookup.h"

struct settings;

/* Reads the claims in 'payload', whose signature is good, at the time
 * 'now_us'; texts are in 'arena'.  False when it is no token for this server,
 * or not now: issuer, audience, times or user do not fit. */
bool claims_read(struct arena *arena, const struct settings *settings,
                 struct bytes payload, int64_t now_us,
                 struct verdict *ret_verdict);

#endif
