/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include "table/advertiser.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define DRAWS 500

static const struct {
    const char *what;
    unsigned max, min, lifetime;
    bool fits;
    unsigned ret_min, ret_lifetime;
} bounds[] = {
    {"the first ones", 600, 0, 0, true, 450, 1800},
    {"the shortest", 4, 0, 0, true, 3, 12},
    {"the longest", 1800, 1800, 9000, true, 1800, 9000},
    {"what follows from the longest", 1800, 0, 0, true, 1350, 5400},
    {"all the same", 600, 600, 600, true, 600, 600},
    {"too short", 3, 3, 9, false, 0, 0},
    {"too long", 1801, 0, 0, false, 0, 0},
    {"a least of two", 600, 2, 0, false, 0, 0},
    {"a least above the most", 600, 601, 0, false, 0, 0},
    {"over before the next", 600, 0, 599, false, 0, 0},
    {"for too long", 600, 0, 9001, false, 0, 0},
};

Test(advertiser, has_its_bounds)
{
    for (size_t i = 0; i < COUNT(bounds); i++) {
        struct v4_advertiser is = v4_advertiser_first();
        struct v4_rng rng = v4_rng_open(1);
        bool fits =
            v4_advertiser_set(&is, bounds[i].max, bounds[i].min, bounds[i].lifetime, 0, &rng);
        cr_expect(fits == bounds[i].fits, "%s", bounds[i].what);
        cr_expect(is.max == (fits ? bounds[i].max : 600), "%s", bounds[i].what);
        cr_expect(v4_advertiser_min(&is) == (fits ? bounds[i].ret_min : 450), "%s", bounds[i].what);
        cr_expect(v4_advertiser_lifetime(&is) == (fits ? bounds[i].ret_lifetime : 1800), "%s",
                  bounds[i].what);
        cr_expect(rng.drawn == 0 && v4_advertiser_next_timeout(&is) == V4_NEVER);
    }
}

/* The next time, which is taken. */
static v4_time next(struct v4_advertiser *is, struct v4_rng *rng)
{
    v4_time at = v4_advertiser_next_timeout(is);

    cr_expect(!v4_advertiser_due(is, at - 1, rng));
    cr_expect(v4_advertiser_due(is, at, rng));
    cr_expect(!v4_advertiser_due(is, at, rng));
    return at;
}

Test(advertiser, comes_sooner_at_first)
{
    struct v4_advertiser is = v4_advertiser_first();
    struct v4_rng rng = v4_rng_open(1);
    v4_time least = V4_NEVER, most = 0;

    for (unsigned i = 0; i < DRAWS; i++) {
        cr_expect(!v4_advertiser_stop(&is) || i > 0);
        v4_advertiser_start(&is, V4_SECOND, &rng);
        v4_time first = next(&is, &rng), second = next(&is, &rng), third = next(&is, &rng);
        least = first < least ? first : least;
        most = first > most ? first : most;
        cr_expect(first >= V4_SECOND && first <= 17 * V4_SECOND);
        cr_expect(second - first == 16 * V4_SECOND && third - second == 16 * V4_SECOND);
        v4_time later = next(&is, &rng) - third;
        cr_expect(later >= 450 * V4_SECOND && later <= 600 * V4_SECOND);
        cr_expect(v4_advertiser_stop(&is) && !v4_advertiser_stop(&is));
        cr_expect(v4_advertiser_next_timeout(&is) == V4_NEVER);
    }
    cr_expect(least < V4_SECOND + V4_SECOND / 2 && most > 16 * V4_SECOND + V4_SECOND / 2);
}

/* Each moment between the least and the most is as likely. */
Test(advertiser, intervals_are_drawn)
{
    struct v4_advertiser is = v4_advertiser_first();
    struct v4_rng rng = v4_rng_open(2);
    v4_time least = V4_NEVER, most = 0, before = 0;
    unsigned whole = 0;

    cr_assert(v4_advertiser_set(&is, 8, 4, 0, 0, &rng));
    v4_advertiser_start(&is, 0, &rng);
    for (unsigned i = 0; i < DRAWS; i++) {
        v4_time at = next(&is, &rng), interval = at - before;
        before = at;
        if (i == 0)
            continue;
        whole += interval % V4_SECOND == 0;
        least = interval < least ? interval : least;
        most = interval > most ? interval : most;
    }
    cr_expect(least >= 4 * V4_SECOND && least < 4 * V4_SECOND + 100 * V4_MS);
    cr_expect(most <= 8 * V4_SECOND && most > 8 * V4_SECOND - 100 * V4_MS);
    cr_expect(whole < 5);
}

Test(advertiser, who_asks_is_answered_soon)
{
    struct v4_rng rng = v4_rng_open(3);
    v4_time least = V4_NEVER, most = 0;

    for (unsigned i = 0; i < DRAWS; i++) {
        struct v4_advertiser is = v4_advertiser_first();
        v4_advertiser_start(&is, 0, &rng);
        for (unsigned sent = 0; sent < 4; sent++)
            next(&is, &rng);
        v4_time now = v4_advertiser_next_timeout(&is) - 9 * V4_SECOND;
        v4_advertiser_asked(&is, now, &rng);
        v4_time answer = v4_advertiser_next_timeout(&is);
        least = answer - now < least ? answer - now : least;
        most = answer - now > most ? answer - now : most;
        uint64_t drawn = rng.drawn;
        v4_advertiser_asked(&is, now + V4_MS, &rng); /* one answer for both */
        cr_expect(v4_advertiser_next_timeout(&is) == answer && rng.drawn == drawn);
        cr_expect(next(&is, &rng) == answer);
        cr_expect(v4_advertiser_next_timeout(&is) >= answer + 450 * V4_SECOND);
        v4_advertiser_asked(&is, answer + V4_SECOND, &rng);
        cr_expect(v4_advertiser_next_timeout(&is) <= answer + 3 * V4_SECOND);
    }
    cr_expect(least < 50 * V4_MS && most <= 2 * V4_SECOND && most > 1950 * V4_MS);
}

Test(advertiser, an_answer_delays_nothing)
{
    struct v4_advertiser is = v4_advertiser_first();
    struct v4_rng rng = v4_rng_open(4);

    v4_advertiser_start(&is, 0, &rng);
    next(&is, &rng);
    v4_time at = v4_advertiser_next_timeout(&is);
    v4_advertiser_asked(&is, at - V4_MS, &rng);
    cr_expect(v4_advertiser_next_timeout(&is) <= at);
}

Test(advertiser, what_is_set_counts_from_then_on)
{
    struct v4_advertiser is = v4_advertiser_first();
    struct v4_rng rng = v4_rng_open(5);
    v4_time now = 0;

    v4_advertiser_start(&is, 0, &rng);
    for (unsigned sent = 0; sent < 4; sent++)
        now = next(&is, &rng);
    cr_expect(v4_advertiser_set(&is, 20, 20, 0, now, &rng));
    cr_expect(v4_advertiser_next_timeout(&is) == now + 20 * V4_SECOND);
    cr_expect(v4_advertiser_set(&is, 1800, 1800, 0, now, &rng)); /* no later */
    cr_expect(v4_advertiser_next_timeout(&is) == now + 20 * V4_SECOND);
}
