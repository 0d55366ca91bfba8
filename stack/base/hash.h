/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A keyed hash (SipHash-2-4, Aumasson and Bernstein 2012): who does not know the seed cannot choose
 * collisions. */
#pragma once
#include "base/span.h"

uint64_t v4_hash(uint64_t seed, struct v4_span data);

static inline uint64_t v4_hash_number(uint64_t seed, uint32_t number)
{
    uint8_t octets[4];

    v4_put32(octets, number);
    return v4_hash(seed, (struct v4_span){octets, sizeof octets});
}

/* The same under the full key of 128 bits, given as its two little-endian halves. */
uint64_t v4_hash_keyed(uint64_t key0, uint64_t key1, struct v4_span data);
