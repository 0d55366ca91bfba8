/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/buckets.h"
#include "octets.h"

static size_t place(const struct v4_buckets *buckets, uint32_t key)
{
    return (size_t)(v4_buckets_of(buckets, key) - buckets->lists);
}

Test(buckets, are_at_least_as_many_as_entries)
{
    static const size_t counts[][2] = {{1, 1}, {2, 2}, {3, 4}, {64, 64}, {65, 128}};

    for (size_t i = 0; i < COUNT(counts); i++) {
        struct v4_buckets buckets;

        cr_assert(v4_buckets_open(&buckets, counts[i][0], 1));
        cr_expect(buckets.count == counts[i][1], "%zu entries", counts[i][0]);
        for (size_t n = 0; n < buckets.count; n++)
            cr_expect(v4_list_first(&buckets.lists[n]) == NULL);
        v4_buckets_close(&buckets);
    }
}

Test(buckets, refuse_what_memory_cannot_hold)
{
    struct v4_buckets buckets;

    cr_expect(!v4_buckets_open(&buckets, SIZE_MAX, 1));
}

/* 1,000 keys in 16 lists: 62.5 each, give or take six standard deviations. */
Test(buckets, are_used_evenly_and_as_the_seed_says)
{
    struct v4_buckets one, other;
    unsigned used[16] = {0}, equal = 0;

    cr_assert(v4_buckets_open(&one, 16, 1) && v4_buckets_open(&other, 16, 2));
    for (uint32_t key = 0; key < 1000; key++) {
        cr_assert(place(&one, key) < 16 && place(&one, key) == place(&one, key));
        used[place(&one, key)]++;
        equal += place(&one, key) == place(&other, key);
    }
    for (size_t i = 0; i < 16; i++)
        cr_expect(used[i] > 16 && used[i] < 109, "list %zu: %u", i, used[i]);
    cr_expect(equal > 16 && equal < 109, "another seed, another place: %u stayed", equal);
    v4_buckets_close(&one);
    v4_buckets_close(&other);
}
