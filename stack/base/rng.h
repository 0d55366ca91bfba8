/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Random numbers that depend on the seed only, and that cannot be foretold from earlier ones: the
 * keyed hash of a counter. */
#pragma once
#include <stdint.h>

struct v4_rng {
    uint64_t seed, drawn;
};

static inline struct v4_rng v4_rng_open(uint64_t seed)
{
    return (struct v4_rng){.seed = seed};
}

uint64_t v4_rng_next(struct v4_rng *rng);

/* From 0 to `bound` - 1, each equally likely; `bound` is not 0. */
uint32_t v4_rng_below(struct v4_rng *rng, uint32_t bound);
