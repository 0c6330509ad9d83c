/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request leaves the loop: to a worker that toils for it, then to a lane.
 */
#include "core/arena.h"
#include "http/request.h"

static struct err *
refuse_busy(struct request *request)
{
    return err_new(&request->arena, ERR_UNAVAILABLE,
                   "the server is busy; try again later");
}

/* In a worker's thread. */
static void
toil(struct work *work)
{
    struct request *request =
        (struct request *) ((char *) work - offsetof(struct request, work));
    struct lanes *lanes = request->context->lanes;
    struct job *job = request->call.job;
    struct err *err = request->call.toil(&request->call);
    if (err == NULL && !lanes_submit(lanes, job)) {
        err = refuse_busy(request);
    }
    if (err != NULL) {
        job->err = err;
        lanes_end(lanes, job);
    }
}

/* Once it is queued, the request is somebody else's. */
struct err *
request_submit(struct request *request)
{
    const struct request_context *context = request->context;
    request->state = REQUEST_WORKING;
    request->work.run = toil;
    bool queued = request->call.toil != NULL
                      ? workers_submit(context->workers, &request->work)
                      : lanes_submit(context->lanes, request->call.job);
    if (!queued) {
        request->state = REQUEST_READING;
        return refuse_busy(request);
    }
    return NULL;
}
