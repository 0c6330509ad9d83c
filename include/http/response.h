/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers on the wire: the only place that writes a status.
 */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include <stdbool.h>

struct MHD_Connection;
struct request;

/* Queues the answer of 'request', whose memory must live until the connection
 * is done with it.  'last' asks the client to close.  Returns false when the
 * connection cannot go on. */
bool response_send(struct MHD_Connection *connection,
                   struct request *request, bool last);

#endif
