/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/heap.h"
#include <stdlib.h>

bool v4_heap_open(struct v4_heap *heap, size_t room)
{
    heap->timers = calloc(room + 1, sizeof(struct v4_timer *)); /* from place 1 on */
    heap->count = 0;
    return heap->timers != NULL;
}

void v4_heap_close(struct v4_heap *heap)
{
    free(heap->timers);
    heap->timers = NULL;
}

struct v4_timer *v4_heap_first(const struct v4_heap *heap)
{
    return heap->count == 0 ? NULL : heap->timers[1];
}

static bool before(const struct v4_timer *a, const struct v4_timer *b)
{
    return a->due < b->due || (a->due == b->due && a->number < b->number);
}

static void place(struct v4_heap *heap, struct v4_timer *timer, size_t at)
{
    heap->timers[at] = timer;
    timer->at = at;
}

/* Moves up, from place `at` on, those that `timer` is before, and puts it where the first is not.
 */
static void rise(struct v4_heap *heap, struct v4_timer *timer, size_t at)
{
    while (at > 1 && before(timer, heap->timers[at / 2])) {
        place(heap, heap->timers[at / 2], at);
        at /= 2;
    }
    place(heap, timer, at);
}

static void sink(struct v4_heap *heap, struct v4_timer *timer, size_t at)
{
    for (size_t next = 2 * at; next <= heap->count; next = 2 * at) {
        if (next < heap->count && before(heap->timers[next + 1], heap->timers[next]))
            next++;
        if (!before(heap->timers[next], timer))
            break;
        place(heap, heap->timers[next], at);
        at = next;
    }
    place(heap, timer, at);
}

void v4_heap_put(struct v4_heap *heap, struct v4_timer *timer)
{
    rise(heap, timer, ++heap->count);
}

void v4_heap_remove(struct v4_heap *heap, struct v4_timer *timer)
{
    struct v4_timer *last = heap->timers[heap->count--];

    if (last == timer)
        return;
    if (before(last, timer))
        rise(heap, last, timer->at);
    else
        sink(heap, last, timer->at);
}

void v4_heap_put_off(struct v4_heap *heap, struct v4_timer *timer, v4_time due)
{
    timer->due = due;
    sink(heap, timer, timer->at);
}
