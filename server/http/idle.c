/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of connections that wait for their next request.
 *
 * The library gives each connection a pool that has room for the longest
 * request, and clears all of it after every request: so all of it is
 * resident, 64 KiB for each of ten thousand connections that do nothing.
 * Here the pages of a pool go back to the system after a second.
 *
 * Private anonymous memory that is given back reads as zeros afterwards
 * (madvise(2), MADV_DONTNEED).  Only pages that hold nothing but zeros are
 * given back, and nobody but this thread writes to a pool: whatever state the
 * library is in, it finds what it left.
 *
 * Where the pool is, the library does not say.  But it reads a connection's
 * first bytes to the pool's first bytes.  As long as no more than a page has
 * come, the first request line lies in the first page; and that the pool
 * begins with that page, as one from mmap does, is seen from the method, which
 * is all that stands before the URI: the pool would else be malloc's, whose
 * header has a zero in it.  What is not so keeps its memory: unix sockets,
 * which do not count their bytes, too.  Under TLS more bytes come than the
 * pool gets: a pool is found less often, never wrongly.
 */
#include "http/idle.h"

#include <linux/tcp.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/clock.h"

#define CHECKED_VERSION "0.9.75" /* Whose memorypool.c does as said above. */
#define IDLE_US 1000000
#define MOST_AT_ONCE 64          /* Connections, about half a millisecond. */

struct idle {
    struct sleeper ends; /* Of the list: 'next' has been idle longest. */
    size_t pool_size;
    size_t page_size;
    bool possible;
};

struct idle *
idle_new(struct arena *arena, size_t pool_size)
{
    struct idle *idle = ARENA_NEW(arena, struct idle);
    idle->ends.next = idle->ends.previous = &idle->ends;
    idle->pool_size = pool_size;
    idle->page_size = (size_t) sysconf(_SC_PAGESIZE);
    idle->possible = strcmp(MHD_get_version(), CHECKED_VERSION) == 0 &&
                     pool_size % idle->page_size == 0;
    return idle;
}

/* --- the list */

static void
append(struct idle *idle, struct sleeper *sleeper)
{
    sleeper->waits = true;
    sleeper->next = &idle->ends;
    sleeper->previous = idle->ends.previous;
    sleeper->previous->next = sleeper;
    idle->ends.previous = sleeper;
}

static void
take_out(struct sleeper *sleeper)
{
    if (sleeper->waits) {
        sleeper->waits = false;
        sleeper->next->previous = sleeper->previous;
        sleeper->previous->next = sleeper->next;
    }
}

void
idle_forget(struct sleeper *sleeper)
{
    take_out(sleeper);
}

/* --- the pool */

/* True when the connection has received no more than 'most' bytes ever. */
static bool
has_received_at_most(int fd, size_t most)
{
    struct tcp_info info;
    socklen_t size = sizeof info;
    return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
           size >= offsetof(struct tcp_info, tcpi_bytes_received) +
                       sizeof info.tcpi_bytes_received &&
           info.tcpi_bytes_received <= most;
}

/* The pool that the first 'uri' of a connection lies in, or NULL. */
static char *
find_pool(const struct idle *idle, int fd, const char *uri)
{
    size_t before = (uintptr_t) uri & (idle->page_size - 1);
    char *page = (char *) (uintptr_t) (uri - before);
    if (before == 0 || memchr(page, '\0', before) != uri - 1 ||
        !has_received_at_most(fd, idle->page_size)) {
        return NULL;
    }
    return page;
}

void
idle_leave(struct idle *idle, struct sleeper *sleeper, int fd,
           const char *uri)
{
    take_out(sleeper);
    if (!sleeper->looked && idle->possible) {
        sleeper->pool = find_pool(idle, fd, uri);
    }
    sleeper->looked = true;
}

void
idle_enter(struct idle *idle, struct sleeper *sleeper)
{
    if (sleeper->pool != NULL) {
        sleeper->since_us = clock_monotonic_us();
        append(idle, sleeper);
    }
}

/* --- giving back */

static bool
is_zero(const char *data, size_t size)
{
    return data[0] == '\0' && memcmp(data, data + 1, size - 1) == 0;
}

/* Gives the pages behind the last that holds something back. */
static void
give_back(const struct idle *idle, char *pool)
{
    size_t kept = idle->pool_size;
    while (kept > 0 &&
           is_zero(pool + kept - idle->page_size, idle->page_size)) {
        kept -= idle->page_size;
    }
    if (kept < idle->pool_size) {
        (void) madvise(pool + kept, idle->pool_size - kept, MADV_DONTNEED);
    }
}

bool
idle_turn(struct idle *idle)
{
    struct sleeper *first = idle->ends.next;
    if (first == &idle->ends) {
        return false;
    }
    int64_t due_us = clock_monotonic_us() - IDLE_US;
    for (int n = 0; first != &idle->ends && first->since_us <= due_us; n++) {
        if (n == MOST_AT_ONCE) {
            return true;
        }
        take_out(first);
        give_back(idle, first->pool);
        first = idle->ends.next;
    }
    return false;
}
