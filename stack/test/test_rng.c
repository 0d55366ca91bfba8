/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/rng.h"
#include "octets.h"

Test(rng, depends_on_the_seed_only)
{
    struct v4_rng a = v4_rng_open(7), b = v4_rng_open(7), other = v4_rng_open(8);
    unsigned equal = 0;

    for (int i = 0; i < 1000; i++) {
        uint64_t drawn = v4_rng_next(&a);
        cr_assert(drawn == v4_rng_next(&b));
        equal += drawn == v4_rng_next(&other);
    }
    cr_expect(equal == 0);
}

Test(rng, does_not_repeat_itself)
{
    static uint64_t drawn[1000];
    struct v4_rng rng = v4_rng_open(0);

    for (size_t i = 0; i < COUNT(drawn); i++) {
        drawn[i] = v4_rng_next(&rng);
        for (size_t earlier = 0; earlier < i; earlier++)
            cr_assert(drawn[i] != drawn[earlier]);
    }
}

Test(rng, below_gives_every_number_below)
{
    for (uint32_t bound = 1; bound <= 20; bound++) {
        struct v4_rng rng = v4_rng_open(bound);
        unsigned seen[20] = {0};

        for (int i = 0; i < 2000; i++) {
            uint32_t drawn = v4_rng_below(&rng, bound);
            cr_assert(drawn < bound);
            seen[drawn]++;
        }
        for (uint32_t n = 0; n < bound; n++)
            cr_expect(seen[n] > 0, "%u never came below %u", n, bound);
    }
}

/* Three quarters of all 32-bit numbers: a plain remainder would draw the lowest third of these
 * twice as often as the others. 30,000 draws leave 10,000 to each third; six standard deviations
 * are 490. */
Test(rng, below_is_even)
{
    struct v4_rng rng = v4_rng_open(791);
    unsigned third[3] = {0};

    for (int i = 0; i < 30000; i++)
        third[v4_rng_below(&rng, UINT32_C(3) << 30) >> 30]++;
    for (int i = 0; i < 3; i++)
        cr_expect(third[i] > 9510 && third[i] < 10490, "third %d: %u", i, third[i]);
}
