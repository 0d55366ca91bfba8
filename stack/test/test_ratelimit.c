/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include "table/ratelimit.h"

#define ONE UINT32_C(0xc0000201)
#define MANY 1000000

/* How many of `tries` are let through. */
static unsigned passed(struct v4_ratelimit *limit, uint32_t dst, uint32_t each, uint32_t all,
                       unsigned tries, v4_time now)
{
    unsigned count = 0;

    for (unsigned i = 0; i < tries; i++)
        count += v4_ratelimit_take(limit, dst, each, all, now);
    return count;
}

Test(ratelimit, a_second_gives_back_what_a_second_takes)
{
    uint32_t rates[] = {1, 2, 3, 7, 15, 1000};

    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        struct v4_ratelimit *limit = v4_ratelimit_open(8, 1);
        v4_time now = 5 * V4_SECOND, token = V4_SECOND / rates[i];
        cr_expect(passed(limit, ONE, rates[i], MANY, 2000, now) == rates[i]);
        cr_expect(passed(limit, ONE, rates[i], MANY, 9, now + token - 1) == 0);
        cr_expect(passed(limit, ONE, rates[i], MANY, 9, now + token) == 1);
        cr_expect(passed(limit, ONE, rates[i], MANY, 9, now + 2 * token) == 1);
        cr_expect(passed(limit, ONE, rates[i], MANY, 2000, now + 9 * V4_SECOND) == rates[i]);
        v4_ratelimit_reset(limit);
        cr_expect(passed(limit, ONE, rates[i], MANY, 2000, now + 9 * V4_SECOND) == rates[i]);
        v4_ratelimit_close(limit);
    }
}

Test(ratelimit, each_destination_has_its_own)
{
    struct v4_ratelimit *limit = v4_ratelimit_open(256, 1);

    for (uint32_t dst = 0; dst < 40; dst++)
        cr_expect(passed(limit, dst, 5, MANY, 9, 0) == 5, "%u", dst);
    for (uint32_t dst = 0; dst < 40; dst++)
        cr_expect(passed(limit, dst, 5, MANY, 9, 0) == 0, "%u", dst);
    v4_ratelimit_close(limit);
}

/* However many there are, and whatever is forgotten about them. */
Test(ratelimit, all_together_have_one)
{
    struct v4_ratelimit *limit = v4_ratelimit_open(4, 1);
    unsigned count = 0;

    for (uint32_t dst = 0; dst < 5000; dst++)
        count += v4_ratelimit_take(limit, dst, 5, 100, V4_SECOND);
    cr_expect(count == 100);
    count = 0;
    for (uint32_t dst = 0; dst < 5000; dst++)
        count += v4_ratelimit_take(limit, dst, 5, 100, V4_SECOND + V4_SECOND / 2);
    cr_expect(count == 50);
    v4_ratelimit_close(limit);
}

/* Who is refused by one bucket takes nothing from the other. */
Test(ratelimit, a_refusal_costs_nothing)
{
    struct v4_ratelimit *limit = v4_ratelimit_open(64, 1);

    cr_expect(passed(limit, ONE, 2, 10, 100, 0) == 2);
    for (uint32_t dst = 1; dst <= 8; dst++)
        cr_expect(v4_ratelimit_take(limit, dst, 2, 10, 0), "%u", dst);
    cr_expect(!v4_ratelimit_take(limit, 9, 2, 10, 0));
    cr_expect(passed(limit, 9, 2, 10, 100, V4_SECOND / 5) == 2);
    v4_ratelimit_close(limit);
}

/* A place goes to a newcomer: the one that is full the soonest, never the emptiest. */
Test(ratelimit, the_emptiest_is_remembered)
{
    struct v4_ratelimit *limit = v4_ratelimit_open(4, 1);

    cr_expect(passed(limit, ONE, 8, MANY, 100, 0) == 8);
    for (uint32_t dst = 1; dst < 100; dst++)
        cr_expect(v4_ratelimit_take(limit, dst, 8, MANY, 0));
    cr_expect(passed(limit, ONE, 8, MANY, 100, 0) == 0);
    v4_ratelimit_close(limit);
}

Test(ratelimit, there_must_be_room)
{
    cr_expect(v4_ratelimit_open(0, 1) == NULL);
    cr_expect(v4_ratelimit_open(SIZE_MAX - 2, 1) == NULL);
    v4_ratelimit_close(NULL);
}

Test(ratelimit, any_number_of_destinations_is_room_for_so_many)
{
    for (size_t room = 1; room < 10; room++) {
        struct v4_ratelimit *limit = v4_ratelimit_open(room, 1);
        cr_assert(limit != NULL, "%zu", room);
        cr_expect(passed(limit, ONE, 5, MANY, 9, 0) == 5);
        cr_expect(passed(limit, ONE, 5, MANY, 9, 0) == 0);
        v4_ratelimit_close(limit);
    }
}
