/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/heap.h"
#include "base/rng.h"
#include "octets.h"

#define ROOM 40

static struct v4_heap heap;
static struct v4_timer timers[ROOM];

static void open_heap(void)
{
    cr_assert(v4_heap_open(&heap, ROOM));
}

static void close_heap(void)
{
    v4_heap_close(&heap);
}

TestSuite(heap, .init = open_heap, .fini = close_heap);

static void put(size_t i, v4_time due)
{
    timers[i] = (struct v4_timer){.due = due, .number = i};
    v4_heap_put(&heap, &timers[i]);
}

Test(heap, the_next_one_is_first)
{
    cr_expect(v4_heap_first(&heap) == NULL);
    put(0, 7);
    put(1, 5);
    put(2, 6);
    cr_expect(v4_heap_first(&heap) == &timers[1]);
    v4_heap_put_off(&heap, &timers[1], 8);
    cr_expect(v4_heap_first(&heap) == &timers[2]);
    v4_heap_remove(&heap, &timers[2]);
    cr_expect(v4_heap_first(&heap) == &timers[0]);
    v4_heap_remove(&heap, &timers[0]);
    v4_heap_remove(&heap, &timers[1]);
    cr_expect(v4_heap_first(&heap) == NULL);
}

Test(heap, of_those_due_together_the_lower_number)
{
    put(2, 5);
    put(0, 5);
    put(1, 5);
    for (size_t i = 0; i < 3; i++) {
        cr_expect(v4_heap_first(&heap) == &timers[i], "%zu", i);
        v4_heap_remove(&heap, &timers[i]);
    }
}

/* Against the plainest way: all are looked at. */
Test(heap, any_order_of_calls)
{
    struct v4_rng rng = v4_rng_open(5);
    bool in[ROOM] = {false};

    for (unsigned step = 0; step < 20000; step++) {
        size_t i = v4_rng_below(&rng, ROOM), first = ROOM;
        if (!in[i])
            put(i, v4_rng_below(&rng, 30));
        else if (v4_rng_below(&rng, 2) == 0)
            v4_heap_put_off(&heap, &timers[i], timers[i].due + v4_rng_below(&rng, 9));
        else
            v4_heap_remove(&heap, &timers[i]), in[i] = false, i = ROOM;
        if (i < ROOM)
            in[i] = true;
        for (size_t j = 0; j < ROOM; j++)
            if (in[j] && (first == ROOM || timers[j].due < timers[first].due))
                first = j;
        cr_assert(v4_heap_first(&heap) == (first == ROOM ? NULL : &timers[first]), "step %u", step);
    }
}
