/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last touch to an answer: errors as JSON, ETag, 304, gzip.
 */
#ifndef HTTP_ANSWER_H
#define HTTP_ANSWER_H

struct request;

/* Makes 'request->call.answer' what will be sent.  Runs in a lane's thread or
 * on the loop. */
void answer_finish(struct request *request);

#endif
