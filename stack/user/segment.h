/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Segments of TCP on the wire (RFC 793 3.1), as far as user/tcp.h needs them. */
#pragma once
#include <stdbool.h>
#include "base/span.h"

#define V4_SEGMENT_HEADER 20
#define V4_SEGMENT_MSS 4 /* octets of that option */

#define V4_SEGMENT_FIN 0x01
#define V4_SEGMENT_SYN 0x02
#define V4_SEGMENT_RST 0x04
#define V4_SEGMENT_PSH 0x08
#define V4_SEGMENT_ACK 0x10

struct v4_segment {
    uint16_t src_port, dst_port;
    uint32_t seq, ack;
    uint8_t flags;
    uint16_t window;
    uint16_t mss; /* the option's; 0: there is none */
    struct v4_span data;
};

/* Reads a segment, whatever its checksum is. False: its header is wrong. */
bool v4_segment_read(struct v4_span octets, struct v4_segment *ret_segment);

/* Reads what was sent from `src` to `dst`. False: its header is wrong, or its checksum. */
bool v4_segment_parse(struct v4_span octets, uint32_t src, uint32_t dst,
                      struct v4_segment *ret_segment);

/* Writes it with its checksum, and returns its length. */
size_t v4_segment_emit(const struct v4_segment *segment, uint32_t src, uint32_t dst,
                       uint8_t *ret_octets);

/* How many numbers of the sequence it takes. */
static inline uint32_t v4_segment_length(const struct v4_segment *segment)
{
    bool syn = segment->flags & V4_SEGMENT_SYN, fin = segment->flags & V4_SEGMENT_FIN;

    return (uint32_t)segment->data.len + syn + fin;
}
