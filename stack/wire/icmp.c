/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/icmp.h"
#include <string.h>
#include "wire/checksum.h"
#include "wire/ip.h"

#define MASK_DATA 4

/* How many octets of data a quoted header needs: as many as its IHL says. */
static size_t quoted_header(struct v4_span data)
{
    size_t len = data.len == 0 ? 0 : (size_t)(data.octets[0] & 0x0f) * 4;

    return len < V4_IP_HEADER_MIN ? V4_IP_HEADER_MIN : len;
}

static size_t data_needed(uint8_t type, struct v4_span data)
{
    if (v4_icmp_is_error(type))
        return quoted_header(data);
    switch (type) {
    case V4_ICMP_TIMESTAMP:
    case V4_ICMP_TIMESTAMP_REPLY:
        return V4_ICMP_TIMESTAMP_DATA;
    case V4_ICMP_MASK:
    case V4_ICMP_MASK_REPLY:
        return MASK_DATA;
    default:
        return 0;
    }
}

enum v4_drop v4_icmp_parse(struct v4_span message, struct v4_icmp *ret_icmp)
{
    const uint8_t *p = message.octets;

    if (message.len < V4_ICMP_HEADER)
        return V4_DROP_ICMP_TRUNCATED;
    if (v4_checksum(message) != 0)
        return V4_DROP_ICMP_CHECKSUM;

    struct v4_span data = {p + V4_ICMP_HEADER, message.len - V4_ICMP_HEADER};
    if (data.len < data_needed(p[0], data))
        return V4_DROP_ICMP_TRUNCATED;

    *ret_icmp = (struct v4_icmp){.type = p[0], .code = p[1], .rest = v4_be32(p + 4), .data = data};
    return V4_KEEP;
}

size_t v4_icmp_emit(const struct v4_icmp *icmp, uint8_t *ret_octets)
{
    size_t len = V4_ICMP_HEADER + icmp->data.len;
    uint8_t *p = ret_octets;

    if (icmp->data.len != 0)
        memmove(p + V4_ICMP_HEADER, icmp->data.octets, icmp->data.len);
    p[0] = icmp->type;
    p[1] = icmp->code;
    v4_put16(p + 2, 0);
    v4_put32(p + 4, icmp->rest);
    v4_put16(p + 2, v4_checksum((struct v4_span){p, len}));
    return len;
}
