/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ARP for IPv4 over Ethernet (RFC 826). */
#pragma once
#include "base/drop.h"
#include "base/mac.h"
#include "base/span.h"

#define V4_ARP_LEN 28
#define V4_ARP_REQUEST 1
#define V4_ARP_REPLY 2

struct v4_arp {
    uint16_t operation;
    struct v4_mac sender_mac;
    uint32_t sender;
    struct v4_mac target_mac;
    uint32_t target;
};

/* Reads a packet, which padding may follow. Whose addresses these are, and whether they may be
 * believed, is not asked here. */
enum v4_drop v4_arp_parse(struct v4_span packet, struct v4_arp *ret_arp);

/* Writes a packet, without padding. */
void v4_arp_emit(const struct v4_arp *arp, uint8_t ret_octets[V4_ARP_LEN]);
