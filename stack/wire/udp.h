/* SPDX-License-Identifier: BSD-2-Clause
 *
 * UDP (RFC 768, RFC 1122 4.1). */
#pragma once
#include <stdbool.h>
#include "base/drop.h"
#include "base/span.h"

#define V4_UDP_HEADER 8

struct v4_udp {
    uint16_t src_port, dst_port;
    bool unchecked;      /* no checksum: its field is zero */
    struct v4_span data; /* borrowed; octets after the UDP length are cut off */
};

/* Reads a segment, whatever its checksum is. */
enum v4_drop v4_udp_read(struct v4_span segment, struct v4_udp *ret_udp);

/* The same of one that was sent from `src` to `dst`. */
enum v4_drop v4_udp_parse(struct v4_span segment, uint32_t src, uint32_t dst,
                          struct v4_udp *ret_udp);

/* Writes the segment with its checksum into 8 + data.len octets, and returns that length. The data
 * may already lie in its place. */
size_t v4_udp_emit(const struct v4_udp *udp, uint32_t src, uint32_t dst, uint8_t *ret_octets);
