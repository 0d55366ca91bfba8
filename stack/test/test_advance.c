/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "host/advance.h"

static const struct {
    const char *line;
    enum v4_advance want;
    v4_time until; /* from 5 ms on */
    const char *sync;
} lines[] = {
    {"3 advance ms=0", V4_ADVANCE, 5 * V4_MS, "3 sync"},
    {"3 advance ms=1500", V4_ADVANCE, 1505 * V4_MS, "3 sync"},
    {"9999999999 advance ms=1000000000000", V4_ADVANCE, UINT64_C(1000000000005) * V4_MS,
     "9999999999 sync"},
    {"3 advance", V4_ADVANCE_INVALID, 0, "3 err code=EINVAL"},
    {"3 advance ms=", V4_ADVANCE_INVALID, 0, "3 err code=EINVAL"},
    {"3 advance ms=-1", V4_ADVANCE_INVALID, 0, "3 err code=EINVAL"},
    {"3 advance ms=1000000000001", V4_ADVANCE_INVALID, 0, "3 err code=EINVAL"},
    {"3 advance ms=1 s=1", V4_ADVANCE_INVALID, 0, "3 err code=EINVAL"},
    {"3 advances ms=1", V4_ADVANCE_NOT, 0, ""},
    {"3 sync", V4_ADVANCE_NOT, 0, ""},
    {"advance ms=1", V4_ADVANCE_NOT, 0, ""},
};

Test(advance, which_lines)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char sync[V4_ADVANCE_SYNC] = "";
        v4_time until = 0;

        cr_expect_eq(v4_advance_parse(lines[i].line, 5 * V4_MS, &until, sync), lines[i].want, "%s",
                     lines[i].line);
        cr_expect_eq(until, lines[i].until, "%s", lines[i].line);
        cr_expect_str_eq(sync, lines[i].sync, "%s", lines[i].line);
    }
}

/* Something with timers: each moment that is due is taken off when it ticks. */
struct timers {
    v4_time due[4];
    size_t first, count;
    v4_time ticks[8];
    size_t ticked;
};

static v4_time next_timeout(void *context)
{
    struct timers *timers = context;

    return timers->first == timers->count ? V4_NEVER : timers->due[timers->first];
}

static void tick(void *context, v4_time now)
{
    struct timers *timers = context;

    cr_assert_lt(timers->ticked, sizeof timers->ticks / sizeof *timers->ticks);
    timers->ticks[timers->ticked++] = now;
    while (timers->first < timers->count && timers->due[timers->first] <= now)
        timers->first++;
}

static void expect_ticks(struct timers *timers, const v4_time *want, size_t count)
{
    cr_expect_eq(timers->ticked, count, "%zu ticks", timers->ticked);
    for (size_t i = 0; i < count && i < timers->ticked; i++)
        cr_expect_eq(timers->ticks[i], want[i], "tick %zu at %lu", i, timers->ticks[i]);
}

Test(advance, every_timer_in_order_and_the_end)
{
    struct timers timers = {.due = {20, 30, 30, 70}, .count = 4};
    v4_time now = 10;

    v4_advance(&now, 50, next_timeout, tick, &timers);
    expect_ticks(&timers, (v4_time[]){20, 30, 50}, 3);
    cr_expect_eq(now, 50);
}

Test(advance, an_overdue_timer_fires_now_and_not_in_the_past)
{
    struct timers timers = {.due = {5}, .count = 1};
    v4_time now = 10;

    v4_advance(&now, 10, next_timeout, tick, &timers);
    expect_ticks(&timers, (v4_time[]){10, 10}, 2);
    cr_expect_eq(now, 10);
}

Test(advance, without_timers_only_the_end)
{
    struct timers timers = {0};
    v4_time now = 10;

    v4_advance(&now, V4_NEVER, next_timeout, tick, &timers);
    expect_ticks(&timers, (v4_time[]){V4_NEVER}, 1);
}
