/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/checksum.h"

/* Words of 32 bits do as well as words of 16: 2^16 is 1 in ones-complement, so both halves weigh
 * the same once the sum is folded (RFC1071-1-a). The carries gather in the upper half of `sum`,
 * which has room for those of 2^32 words. */
uint64_t v4_checksum_add(uint64_t sum, struct v4_span data)
{
    const uint8_t *p = data.octets;
    size_t left = data.len;

    for (; left >= 4; left -= 4, p += 4)
        sum += v4_be32(p);
    if (left >= 2) {
        sum += v4_be16(p);
        left -= 2;
        p += 2;
    }
    if (left == 1)
        sum += (uint64_t)p[0] << 8;
    return sum;
}

uint16_t v4_checksum_finish(uint64_t sum)
{
    while (sum >> 16 != 0)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

uint16_t v4_checksum(struct v4_span data)
{
    return v4_checksum_finish(v4_checksum_add(0, data));
}

uint64_t v4_checksum_pseudo(uint32_t src, uint32_t dst, uint8_t protocol, size_t len)
{
    return (uint64_t)src + dst + protocol + len;
}

uint16_t v4_checksum_update(uint16_t checksum, uint16_t was, uint16_t is)
{
    /* Subtracting `was` from the checksum looks the same, but can end on the wrong zero
     * (RFC1624-3-a). */
    return v4_checksum_finish((uint64_t)(uint16_t)~checksum + (uint16_t)~was + is);
}
