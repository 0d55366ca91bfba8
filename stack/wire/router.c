/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/router.h"

#define ENTRY_WORDS 2 /* an address and its preference */

bool v4_advertisement_parse(const struct v4_icmp *icmp, struct v4_advertisement *ret_advertisement)
{
    struct v4_advertisement advertisement = {
        .lifetime = (uint16_t)icmp->rest,
        .count = (uint8_t)(icmp->rest >> 24),
        .words = (uint8_t)(icmp->rest >> 16),
    };

    if (icmp->code != 0 || advertisement.count == 0 || advertisement.words < ENTRY_WORDS)
        return false;
    size_t len = (size_t)advertisement.count * advertisement.words * 4;
    if (icmp->data.len < len)
        return false;
    advertisement.entries = (struct v4_span){icmp->data.octets, len};
    *ret_advertisement = advertisement;
    return true;
}

struct v4_advertised v4_advertisement_entry(const struct v4_advertisement *advertisement,
                                            unsigned number)
{
    const uint8_t *entry =
        advertisement->entries.octets + (size_t)number * advertisement->words * 4;

    return (struct v4_advertised){v4_be32(entry), (int32_t)v4_be32(entry + 4)};
}

void v4_advertised_put(uint8_t ret_octets[V4_ADVERTISED_OCTETS], struct v4_advertised advertised)
{
    v4_put32(ret_octets, advertised.addr);
    v4_put32(ret_octets + 4, (uint32_t)advertised.preference);
}

uint32_t v4_advertisement_rest(unsigned entries, unsigned lifetime)
{
    return (uint32_t)entries << 24 | (uint32_t)ENTRY_WORDS << 16 | lifetime;
}
