/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Ethernet frames without FCS: Ethernet II, and 802.3 with LLC and SNAP (RFC 1042). */
#pragma once
#include <stdbool.h>
#include "base/drop.h"
#include "base/mac.h"
#include "base/span.h"

#define V4_ETHER_HEADER 14
#define V4_ETHER_SNAP_HEADER 22 /* with those of 802.2 and SNAP */
#define V4_ETHER_SNAP_MTU 1492  /* RFC1122-2.3.3-h */
#define V4_ETHER_TYPE_IP 0x0800
#define V4_ETHER_TYPE_ARP 0x0806

struct v4_ether {
    struct v4_mac dst, src;
    uint16_t type;       /* IP or ARP: a frame of any other is refused */
    bool snap;           /* in 802.3 framing */
    struct v4_span data; /* borrowed from the frame; may end in padding, which only IP can tell */
};

/* Reads a frame of either framing; `*ret_ether` is written only when the answer is V4_KEEP. */
enum v4_drop v4_ether_parse(struct v4_span frame, struct v4_ether *ret_ether);

/* Writes an Ethernet II header, whatever `snap` says (RFC1122-2.3.3-a), or an 802.3 one with what
 * has to stand before an IP or ARP packet (RFC1042-Frame-a); the data is the caller's to put behind
 * it. */
void v4_ether_emit_snap(const struct v4_ether *ether, uint8_t ret_octets[V4_ETHER_SNAP_HEADER]);
void v4_ether_emit(const struct v4_ether *ether, uint8_t ret_octets[V4_ETHER_HEADER]);
