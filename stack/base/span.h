/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Octets that somebody else owns, and the big-endian numbers in them (RFC791-App.B-a).
 *
 * The accessors check nothing: one length check comes before a group of them. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct v4_span {
    const uint8_t *octets;
    size_t len;
};

#define V4_NOTHING ((struct v4_span){NULL, 0})

static inline uint16_t v4_be16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t v4_be32(const uint8_t *p)
{
    return (uint32_t)v4_be16(p) << 16 | v4_be16(p + 2);
}

static inline void v4_put16(uint8_t *p, uint16_t value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

static inline void v4_put32(uint8_t *p, uint32_t value)
{
    v4_put16(p, (uint16_t)(value >> 16));
    v4_put16(p + 2, (uint16_t)value);
}
