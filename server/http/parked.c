/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parking lot of readers of events.  server.c suspends and resumes their
 * connections, api/events.c asks and answers.
 */
#include "http/parked.h"

#include <sys/epoll.h>

#include "api/events.h"
#include "core/arena.h"
#include "core/clock.h"
#include "db/lane.h"
#include "http/answer.h"
#include "http/request.h"

#define BEAT_US 15000000  /* A silent stream shows that it lives. */
#define AGAIN_US 1000000  /* A stream asks a lost database again after. */
/* A stream ends after this; the client comes back with Last-Event-ID, and is
 * asked again who it is. */
#define STREAM_MAX_US 300000000
#define SEARCH_US 5000000 /* A long search answers how far it came after. */
#define MAX_GONE 64       /* Clients found gone in one turn. */
#define NEVER INT64_MAX

struct parked {
    struct feed *feed;
    void (*resume)(struct request *request);
    int epoll_fd;
    struct request *first;
    int64_t due_us;    /* The first of all. */
    int64_t watermark; /* Of the feed, when all were looked at. */
    bool draining;
    struct parked_stats stats;
};

struct err *
parked_new(struct arena *arena, struct feed *feed,
           void (*resume)(struct request *request),
           struct parked **ret_parked)
{
    struct parked *parked = ARENA_NEW(arena, struct parked);
    parked->feed = feed;
    parked->resume = resume;
    parked->due_us = NEVER;
    parked->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    *ret_parked = parked;
    return parked->epoll_fd >= 0
               ? NULL
               : err_new(arena, ERR_INTERNAL, "cannot watch connections");
}

int
parked_fd(const struct parked *parked)
{
    return parked->epoll_fd;
}

int64_t
parked_due_us(const struct parked *parked)
{
    return parked->due_us;
}

void
parked_stats(const struct parked *parked, struct parked_stats *ret_stats)
{
    *ret_stats = parked->stats;
}

/* --- in and out */

static bool
is_stream(const struct request *request)
{
    return request->call.watch->stream;
}

static void
park(struct parked *parked, struct request *request, int64_t due_us)
{
    struct parking *parking = &request->parking;
    struct epoll_event event = {.events = EPOLLRDHUP, .data.ptr = request};
    parking->due_us = due_us;
    parking->is_parked = true;
    parking->previous = NULL;
    parking->next = parked->first;
    if (parked->first != NULL) {
        parked->first->parking.previous = request;
    }
    parked->first = request;
    if (due_us < parked->due_us) {
        parked->due_us = due_us;
    }
    parked->stats.readers += is_stream(request) ? 0 : 1;
    epoll_ctl(parked->epoll_fd, EPOLL_CTL_ADD, parking->fd, &event);
}

static void
unpark(struct parked *parked, struct request *request)
{
    struct parking *parking = &request->parking;
    if (!parking->is_parked) {
        return;
    }
    if (parking->previous == NULL) {
        parked->first = parking->next;
    } else {
        parking->previous->parking.next = parking->next;
    }
    if (parking->next != NULL) {
        parking->next->parking.previous = parking->previous;
    }
    parking->is_parked = false;
    parked->stats.readers -= is_stream(request) ? 0 : 1;
    epoll_ctl(parked->epoll_fd, EPOLL_CTL_DEL, parking->fd, NULL);
}

/* --- what becomes of a reader */

/* Its answer is made: it goes to the client. */
static void
hand_over(struct parked *parked, struct request *request)
{
    request->state = REQUEST_DONE;
    parked->resume(request);
}

static void
answer_none(struct parked *parked, struct request *request)
{
    events_answer_none(&request->call);
    answer_finish(request);
    hand_over(parked, request);
}

/* Ends the reader without more events: the answer, or the end of the
 * stream. */
static void
end(struct parked *parked, struct request *request)
{
    if (is_stream(request)) {
        request->parking.over = true;
        parked->resume(request);
    } else {
        answer_none(parked, request);
    }
}

/* A new text to send for a stream that has nothing under way. */
static struct buf *
new_text(struct request *request)
{
    struct watch *watch = request->call.watch;
    struct parking *parking = &request->parking;
    arena_done(&watch->memory);
    buf_init(&parking->text, &watch->memory, 64);
    parking->sent = 0;
    return &parking->text;
}

static void
beat(struct parked *parked, struct request *request)
{
    events_write_beat(&request->call, new_text(request));
    parked->resume(request);
}

static void
ask(struct parked *parked, struct request *request)
{
    struct call *call = &request->call;
    events_ask(call);
    if (lanes_submit(request->context->lanes, call->job)) {
        return;
    }
    if (is_stream(request)) {
        request->parking.asks_again = true;
        park(parked, request, clock_monotonic_us() + AGAIN_US);
        return;
    }
    request->err = err_new(&request->arena, ERR_UNAVAILABLE,
                           "the server is busy; try again later");
    answer_finish(request);
    hand_over(parked, request);
}

/* There was nothing up to the cursor. */
static void
go_on(struct parked *parked, struct request *request)
{
    struct watch *watch = request->call.watch;
    int64_t now_us = clock_monotonic_us();
    bool expected = events_expected(&request->call);
    int64_t until_us = watch->until_us + (expected ? SEARCH_US : 0);
    bool is_old = is_stream(request) &&
                  now_us - request->started_us >= STREAM_MAX_US;
    if (parked->draining || is_old ||
        (!is_stream(request) && now_us >= until_us)) {
        end(parked, request);
    } else if (expected) {
        ask(parked, request);
    } else {
        park(parked, request, is_stream(request) ? now_us + BEAT_US
                                                 : watch->until_us);
    }
}

/* The first answer of a stream: its beginning, and what was found. */
static void
begin_stream(struct parked *parked, struct request *request)
{
    struct call *call = &request->call;
    struct parking *parking = &request->parking;
    buf_init(&parking->text, &call->watch->memory, 256);
    events_write_begin(call, &parking->text);
    call_answer(call, 200);
    call->answer.content_type = "text/event-stream";
    parking->streams = true;
    parked->stats.streams++;
    hand_over(parked, request);
}

/* The question of a stream under way failed: when the database is away, the
 * stream waits for it; when its cursor is too old, the client must hear so,
 * and does when it comes back. */
static void
take_failure(struct parked *parked, struct request *request)
{
    bool lasts = request->err->kind == ERR_CURSOR_TOO_OLD ||
                 request->err->kind == ERR_BAD_QUERY;
    request->err = NULL;
    if (lasts || parked->draining) {
        end(parked, request);
        return;
    }
    request->parking.asks_again = true;
    park(parked, request, clock_monotonic_us() + AGAIN_US);
}

static void
take_stream(struct parked *parked, struct request *request)
{
    struct parking *parking = &request->parking;
    if (!parking->streams) {
        begin_stream(parked, request);
    } else if (request->err != NULL) {
        take_failure(parked, request);
    } else if (events_found(&request->call)) {
        parking->text = request->call.watch->text;
        parking->sent = 0;
        parked->resume(request);
    } else {
        go_on(parked, request);
    }
}

void
parked_take(struct parked *parked, struct request *request)
{
    bool refused = request->err != NULL && !request->parking.streams;
    if (refused || (!is_stream(request) && events_found(&request->call))) {
        hand_over(parked, request);
    } else if (is_stream(request)) {
        take_stream(parked, request);
    } else {
        go_on(parked, request);
    }
}

/* --- the loop's turn */

static void
end_gone(struct parked *parked)
{
    struct epoll_event events[MAX_GONE];
    int n = epoll_wait(parked->epoll_fd, events, MAX_GONE, 0);
    for (int i = 0; i < n; i++) {
        struct request *request = events[i].data.ptr;
        unpark(parked, request);
        end(parked, request);
    }
}

static void
wake(struct parked *parked, struct request *request, bool due)
{
    struct parking *parking = &request->parking;
    bool again = due && parking->asks_again;
    bool expected = !parking->asks_again && events_expected(&request->call);
    if (!due && !expected) {
        return;
    }
    unpark(parked, request);
    parking->asks_again = false;
    if (expected || again) {
        ask(parked, request);
    } else if (is_stream(request)) {
        beat(parked, request);
    } else {
        answer_none(parked, request);
    }
}

void
parked_turn(struct parked *parked)
{
    int64_t now_us = clock_monotonic_us();
    int64_t watermark = feed_watermark(parked->feed);
    end_gone(parked);
    if (watermark == parked->watermark && now_us < parked->due_us) {
        return;
    }
    struct request *request = parked->first;
    parked->watermark = watermark;
    parked->due_us = NEVER;
    while (request != NULL) {
        struct request *next = request->parking.next;
        wake(parked, request, now_us >= request->parking.due_us);
        if (request->parking.is_parked &&
            request->parking.due_us < parked->due_us) {
            parked->due_us = request->parking.due_us;
        }
        request = next;
    }
}

void
parked_drain(struct parked *parked)
{
    parked->draining = true;
    while (parked->first != NULL) {
        struct request *request = parked->first;
        unpark(parked, request);
        end(parked, request);
    }
}

void
parked_forget(struct parked *parked, struct request *request)
{
    if (request->parking.streams) {
        parked->stats.streams--;
    }
}

/* --- streams */

ptrdiff_t
parked_read(struct parked *parked, struct request *request, char *ret_text,
            size_t size)
{
    struct parking *parking = &request->parking;
    size_t left = parking->text.len - parking->sent;
    size_t n = left < size ? left : size;
    if (parking->over || (n == 0 && parked->draining)) {
        return -1;
    }
    memcpy(ret_text, parking->text.data + parking->sent, n);
    parking->sent += n;
    return (ptrdiff_t) n;
}

void
parked_wait(struct parked *parked, struct request *request)
{
    go_on(parked, request);
}
