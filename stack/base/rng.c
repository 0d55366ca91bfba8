/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/rng.h"
#include "base/hash.h"

/* Half of the key is this module's own: no table that hashes under the same seed repeats it. */
#define KEY UINT64_C(1)

uint64_t v4_rng_next(struct v4_rng *rng)
{
    uint8_t counter[8];

    v4_put32(counter, (uint32_t)(rng->drawn >> 32));
    v4_put32(counter + 4, (uint32_t)rng->drawn);
    rng->drawn++;
    return v4_hash_keyed(rng->seed, KEY, (struct v4_span){counter, sizeof counter});
}

uint32_t v4_rng_below(struct v4_rng *rng, uint32_t bound)
{
    /* 2^32 modulo `bound`: as many draws are thrown away, so that the rest are a multiple of it. */
    uint32_t surplus = (0 - bound) % bound;
    uint32_t draw;

    do
        draw = (uint32_t)v4_rng_next(rng);
    while (draw < surplus);
    return draw % bound;
}
