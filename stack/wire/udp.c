/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/udp.h"
#include <string.h>
#include "wire/checksum.h"
#include "wire/ip.h"

static uint16_t checksum(struct v4_span segment, uint32_t src, uint32_t dst)
{
    uint64_t sum = v4_checksum_pseudo(src, dst, V4_PROTOCOL_UDP, segment.len);

    return v4_checksum_finish(v4_checksum_add(sum, segment));
}

enum v4_drop v4_udp_read(struct v4_span segment, struct v4_udp *ret_udp)
{
    const uint8_t *p = segment.octets;

    if (segment.len < V4_UDP_HEADER)
        return V4_DROP_UDP_TRUNCATED;

    size_t len = v4_be16(p + 4);
    if (len < V4_UDP_HEADER || len > segment.len)
        return V4_DROP_UDP_LENGTH;

    *ret_udp = (struct v4_udp){
        .src_port = v4_be16(p),
        .dst_port = v4_be16(p + 2),
        .unchecked = v4_be16(p + 6) == 0,
        .data = {p + V4_UDP_HEADER, len - V4_UDP_HEADER},
    };
    return V4_KEEP;
}

enum v4_drop v4_udp_parse(struct v4_span segment, uint32_t src, uint32_t dst,
                          struct v4_udp *ret_udp)
{
    struct v4_udp udp;
    enum v4_drop why = v4_udp_read(segment, &udp);

    if (why != V4_KEEP)
        return why;
    struct v4_span whole = {segment.octets, v4_be16(segment.octets + 4)};
    if (!udp.unchecked && checksum(whole, src, dst) != 0) /* RFC1122-4.1.3.4-b */
        return V4_DROP_UDP_CHECKSUM;
    *ret_udp = udp;
    return V4_KEEP;
}

size_t v4_udp_emit(const struct v4_udp *udp, uint32_t src, uint32_t dst, uint8_t *ret_octets)
{
    size_t len = V4_UDP_HEADER + udp->data.len;
    uint8_t *p = ret_octets;

    if (udp->data.len != 0)
        memmove(p + V4_UDP_HEADER, udp->data.octets, udp->data.len);
    v4_put16(p, udp->src_port);
    v4_put16(p + 2, udp->dst_port);
    v4_put16(p + 4, (uint16_t)len);
    v4_put16(p + 6, 0);
    if (udp->unchecked)
        return len;

    /* Zero on the wire says that there is none: the other zero is sent (RFC1122-4.1.3.4-f). */
    uint16_t sum = checksum((struct v4_span){p, len}, src, dst);
    v4_put16(p + 6, sum == 0 ? 0xffff : sum);
    return len;
}
