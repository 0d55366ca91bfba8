/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/hash.h"

struct sip {
    uint64_t a, b, c, d;
};

static uint64_t rotate(uint64_t value, unsigned bits)
{
    return value << bits | value >> (64 - bits);
}

static void round_once(struct sip *s)
{
    s->a += s->b;
    s->c += s->d;
    s->b = rotate(s->b, 13) ^ s->a;
    s->d = rotate(s->d, 16) ^ s->c;
    s->a = rotate(s->a, 32) + s->d;
    s->c += s->b;
    s->d = rotate(s->d, 21) ^ s->a;
    s->b = rotate(s->b, 17) ^ s->c;
    s->c = rotate(s->c, 32);
}

static void absorb(struct sip *s, uint64_t word)
{
    s->d ^= word;
    round_once(s);
    round_once(s);
    s->a ^= word;
}

static uint64_t little_endian(const uint8_t *octets, size_t len)
{
    uint64_t word = 0;

    for (size_t i = 0; i < len; i++)
        word |= (uint64_t)octets[i] << (8 * i);
    return word;
}

uint64_t v4_hash_keyed(uint64_t key0, uint64_t key1, struct v4_span data)
{
    /* The initial state spells "somepseudorandomlygeneratedbytes". */
    struct sip s = {
        key0 ^ UINT64_C(0x736f6d6570736575),
        key1 ^ UINT64_C(0x646f72616e646f6d),
        key0 ^ UINT64_C(0x6c7967656e657261),
        key1 ^ UINT64_C(0x7465646279746573),
    };
    size_t at = 0;

    for (; data.len - at >= 8; at += 8)
        absorb(&s, little_endian(data.octets + at, 8));
    absorb(&s, (uint64_t)data.len << 56 | little_endian(data.octets + at, data.len - at));

    s.c ^= 0xff;
    for (int i = 0; i < 4; i++)
        round_once(&s);
    return s.a ^ s.b ^ s.c ^ s.d;
}

uint64_t v4_hash(uint64_t seed, struct v4_span data)
{
    return v4_hash_keyed(seed, 0, data);
}
