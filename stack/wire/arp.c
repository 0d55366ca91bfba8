/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/arp.h"

#define FIXED_LEN 8 /* what comes before the addresses */
#define HARDWARE_ETHERNET 1
#define PROTOCOL_IP 0x0800

enum v4_drop v4_arp_parse(struct v4_span packet, struct v4_arp *ret_arp)
{
    const uint8_t *p = packet.octets;

    if (packet.len < FIXED_LEN)
        return V4_DROP_ARP_TRUNCATED;
    if (v4_be16(p) != HARDWARE_ETHERNET || p[4] != 6) /* RFC826-Reception-a, -c */
        return V4_DROP_ARP_HARDWARE;
    if (v4_be16(p + 2) != PROTOCOL_IP || p[5] != 4) /* RFC826-Reception-b */
        return V4_DROP_ARP_PROTOCOL;
    if (packet.len < V4_ARP_LEN) /* RFC826-Reception-j */
        return V4_DROP_ARP_TRUNCATED;
    if (v4_be16(p + 6) != V4_ARP_REQUEST && v4_be16(p + 6) != V4_ARP_REPLY)
        return V4_DROP_ARP_OPERATION;

    struct v4_arp arp = {
        .operation = v4_be16(p + 6),
        .sender = v4_be32(p + 14),
        .target = v4_be32(p + 24),
    };
    memcpy(arp.sender_mac.octets, p + 8, 6);
    memcpy(arp.target_mac.octets, p + 18, 6);
    *ret_arp = arp;
    return V4_KEEP;
}

void v4_arp_emit(const struct v4_arp *arp, uint8_t ret_octets[V4_ARP_LEN])
{
    v4_put16(ret_octets, HARDWARE_ETHERNET); /* RFC826-Format-a */
    v4_put16(ret_octets + 2, PROTOCOL_IP);
    ret_octets[4] = 6;
    ret_octets[5] = 4;
    v4_put16(ret_octets + 6, arp->operation);
    memcpy(ret_octets + 8, arp->sender_mac.octets, 6);
    v4_put32(ret_octets + 14, arp->sender);
    memcpy(ret_octets + 18, arp->target_mac.octets, 6);
    v4_put32(ret_octets + 24, arp->target);
}
