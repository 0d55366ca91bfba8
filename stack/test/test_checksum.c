/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "wire/checksum.h"

/* Adding in ones-complement is adding modulo 65535. */
static uint16_t by_division(const uint8_t *p, size_t len)
{
    unsigned long sum = 0;

    for (size_t i = 0; i < len; i++)
        sum += i % 2 ? p[i] : p[i] * 256ul;
    return (uint16_t) ~(sum != 0 && sum % 65535 == 0 ? 65535 : sum % 65535);
}

static void fill(uint8_t *octets, size_t len)
{
    for (size_t i = 0; i < len; i++)
        octets[i] = (uint8_t)(i * 151 + 200);
}

Test(checksum, of_known_octets)
{
    static const struct {
        const char *what;
        uint8_t octets[8];
        size_t len;
        uint16_t want;
    } rows[] = {
        {"the example of RFC 1071", {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7}, 8, 0x220d},
        {"the same, its words in another order",
         {0xf6, 0xf7, 0x00, 0x01, 0xf4, 0xf5, 0xf2, 0x03},
         8,
         0x220d},
        {"the same, the octets of each word swapped",
         {0x01, 0x00, 0x03, 0xf2, 0xf5, 0xf4, 0xf7, 0xf6},
         8,
         0x0d22},
        {"with its checksum in it", {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0x22, 0x0e}, 8, 0xf6f6},
        {"nothing", {0}, 0, 0xffff},
        {"zeros", {0, 0, 0, 0}, 4, 0xffff},
        {"the other zero", {0xff, 0xff}, 2, 0x0000},
        {"a carry of a carry", {0xff, 0xff, 0xff, 0xff, 0x00, 0x01}, 6, 0xfffe},
        {"an odd octet is the high one", {0x12}, 1, 0xedff},
        {"three octets", {0x00, 0x01, 0x80}, 3, 0x7ffe},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct v4_span data = exact(rows[i].octets, rows[i].len);
        uint16_t got = v4_checksum(data);
        cr_expect(got == rows[i].want, "%s: 0x%04x", rows[i].what, got);
        drop_octets(data);
    }
}

Test(checksum, of_every_length)
{
    uint8_t octets[300];

    fill(octets, sizeof octets);
    for (size_t len = 0; len <= sizeof octets; len++) {
        struct v4_span data = exact(octets, len);
        cr_expect(v4_checksum(data) == by_division(octets, len), "%zu octets", len);
        drop_octets(data);
    }
}

Test(checksum, of_the_largest_packet)
{
    static uint8_t octets[65535];

    memset(octets, 0xff, sizeof octets);
    cr_expect(v4_checksum((struct v4_span){octets, sizeof octets}) ==
              by_division(octets, sizeof octets));
}

Test(checksum, in_pieces)
{
    uint8_t octets[41];

    fill(octets, sizeof octets);
    for (size_t cut = 0; cut <= sizeof octets; cut += 2) {
        uint64_t sum = v4_checksum_add(0, (struct v4_span){octets, cut});
        sum = v4_checksum_add(sum, (struct v4_span){octets + cut, sizeof octets - cut});
        cr_expect(v4_checksum_finish(sum) == by_division(octets, sizeof octets), "cut at %zu", cut);
    }
}

/* 0x0000 and 0xffff are both zero (RFC1071-2-a): where one verifies, so does the other. */
Test(checksum, verifies_with_either_zero)
{
    static const uint16_t zeros[] = {0x0000, 0xffff};

    for (size_t i = 0; i < COUNT(zeros); i++) {
        uint8_t octets[] = {0x12, 0x34, 0xed, 0xcb, 0, 0};
        v4_put16(octets + 4, zeros[i]);
        cr_expect(v4_checksum((struct v4_span){octets, sizeof octets}) == 0, "0x%04x", zeros[i]);
    }
}

Test(checksum, of_the_pseudo_header)
{
    const uint8_t pseudo[] = {198, 18, 0, 1, 198, 19, 255, 2, 0, 17, 0x12, 0x34};
    uint64_t sum = v4_checksum_pseudo(0xc6120001, 0xc613ff02, 17, 0x1234);

    cr_expect(v4_checksum_finish(sum) == by_division(pseudo, sizeof pseudo));
}

Test(checksum, update_of_known_words)
{
    static const struct {
        const char *what;
        uint16_t checksum, was, is, want;
    } rows[] = {
        {"the example of RFC 1624: not the other zero", 0xdd2f, 0x5555, 0x3285, 0x0000},
        {"nothing changed", 0x1234, 0x4000, 0x4000, 0x1234},
        {"TTL 64 to 63", 0x1234, 0x4011, 0x3f11, 0x1334},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        uint16_t got = v4_checksum_update(rows[i].checksum, rows[i].was, rows[i].is);
        cr_expect(got == rows[i].want, "%s: 0x%04x", rows[i].what, got);
    }
}

/* Over octets that never add up to nothing, update and recomputation agree (RFC1624-3-a). */
Test(checksum, update_agrees_with_recomputing)
{
    for (uint32_t is = 0; is <= 0xffff; is++) {
        uint8_t octets[] = {0x45, 0x00, 0x40, 0x11, 0x80, 0xff};
        uint16_t before = by_division(octets, sizeof octets);

        v4_put16(octets + 2, (uint16_t)is);
        cr_assert(v4_checksum_update(before, 0x4011, (uint16_t)is) ==
                      by_division(octets, sizeof octets),
                  "0x%04x", is);
    }
}
