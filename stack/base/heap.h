/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Timers by the time at which they are due, the next one first; of those that are due together the
 * one with the lower number. A call costs as many steps as the number of timers has bits. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/time.h"

/* Lives in what it is the timer of. */
struct v4_timer {
    v4_time due;
    uint64_t number;
    size_t at; /* the heap's own */
};

struct v4_heap {
    struct v4_timer *
        *timers; /* from place 1 on: each is due no sooner than the one at half its place */
    size_t count;
};

/* With room for so many. False, and nothing allocated, when memory is short. */
bool v4_heap_open(struct v4_heap *heap, size_t room);
/* Also of one that is all zero. */
void v4_heap_close(struct v4_heap *heap);

/* NULL: there is none. */
struct v4_timer *v4_heap_first(const struct v4_heap *heap);
void v4_heap_put(struct v4_heap *heap, struct v4_timer *timer);
void v4_heap_remove(struct v4_heap *heap, struct v4_timer *timer);
/* One that is in it is due later than it was. */
void v4_heap_put_off(struct v4_heap *heap, struct v4_timer *timer, v4_time due);
