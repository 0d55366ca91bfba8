/* SPDX-License-Identifier: BSD-2-Clause */
#include "user/segment.h"
#include <string.h>
#include "wire/checksum.h"
#include "wire/ip.h"

#define OPTION_END 0
#define OPTION_NOP 1
#define OPTION_MSS 2

static uint16_t checksum(struct v4_span octets, uint32_t src, uint32_t dst)
{
    uint64_t sum = v4_checksum_pseudo(src, dst, V4_PROTOCOL_TCP, octets.len);

    return v4_checksum_finish(v4_checksum_add(sum, octets));
}

/* What is behind a malformed option is not looked at. */
static uint16_t mss_of(const uint8_t *options, size_t len)
{
    for (size_t at = 0; at < len && options[at] != OPTION_END;) {
        if (options[at] == OPTION_NOP) {
            at++;
            continue;
        }
        if (at + 1 >= len || options[at + 1] < 2 || options[at + 1] > len - at)
            return 0;
        if (options[at] == OPTION_MSS && options[at + 1] == V4_SEGMENT_MSS)
            return v4_be16(options + at + 2);
        at += options[at + 1];
    }
    return 0;
}

bool v4_segment_read(struct v4_span octets, struct v4_segment *ret_segment)
{
    const uint8_t *p = octets.octets;

    if (octets.len < V4_SEGMENT_HEADER)
        return false;
    size_t header = (size_t)(p[12] >> 4) * 4;
    if (header < V4_SEGMENT_HEADER || header > octets.len)
        return false;
    *ret_segment = (struct v4_segment){
        .src_port = v4_be16(p),
        .dst_port = v4_be16(p + 2),
        .seq = v4_be32(p + 4),
        .ack = v4_be32(p + 8),
        .flags = p[13],
        .window = v4_be16(p + 14),
        .mss = mss_of(p + V4_SEGMENT_HEADER, header - V4_SEGMENT_HEADER),
        .data = {p + header, octets.len - header},
    };
    return true;
}

bool v4_segment_parse(struct v4_span octets, uint32_t src, uint32_t dst,
                      struct v4_segment *ret_segment)
{
    return checksum(octets, src, dst) == 0 && /* RFC1122-4.2.2.7-a */
           v4_segment_read(octets, ret_segment);
}

size_t v4_segment_emit(const struct v4_segment *segment, uint32_t src, uint32_t dst,
                       uint8_t *ret_octets)
{
    size_t header = V4_SEGMENT_HEADER + (segment->mss != 0 ? V4_SEGMENT_MSS : 0U);
    uint8_t *p = ret_octets;

    v4_put16(p, segment->src_port);
    v4_put16(p + 2, segment->dst_port);
    v4_put32(p + 4, segment->seq);
    v4_put32(p + 8, segment->ack);
    p[12] = (uint8_t)(header / 4 << 4);
    p[13] = segment->flags;
    v4_put16(p + 14, segment->window);
    v4_put16(p + 16, 0);
    v4_put16(p + 18, 0);
    if (segment->mss != 0) {
        p[20] = OPTION_MSS;
        p[21] = V4_SEGMENT_MSS;
        v4_put16(p + 22, segment->mss);
    }
    if (segment->data.len != 0)
        memcpy(p + header, segment->data.octets, segment->data.len);
    size_t len = header + segment->data.len;
    v4_put16(p + 16, checksum((struct v4_span){p, len}, src, dst));
    return len;
}
