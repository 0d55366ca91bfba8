/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/ether.h"

#define LENGTH_MAX 1500 /* up to here the type field is a length (RFC1122-2.3.3-g) */
#define SNAP_HEADER 8

/* Two SAPs and a control octet, then an organisation; the type follows (RFC1122-2.3.3-b). */
static const uint8_t snap[] = {0xaa, 0xaa, 0x03, 0, 0, 0};

/* Looks behind the header of an 802.3 frame, whose length is in `type` yet. */
static enum v4_drop parse_snap(struct v4_ether *ether)
{
    const uint8_t *p = ether->data.octets;
    size_t len = ether->type;

    if (ether->data.len < len)
        return V4_DROP_ETHER_TRUNCATED;
    if (len < SNAP_HEADER || memcmp(p, snap, sizeof snap) != 0)
        return V4_DROP_ETHER_FRAMING;
    ether->type = v4_be16(p + sizeof snap);
    ether->data = (struct v4_span){p + SNAP_HEADER, len - SNAP_HEADER};
    return V4_KEEP;
}

enum v4_drop v4_ether_parse(struct v4_span frame, struct v4_ether *ret_ether)
{
    const uint8_t *p = frame.octets;
    struct v4_ether ether;

    if (frame.len < V4_ETHER_HEADER)
        return V4_DROP_ETHER_TRUNCATED;
    memcpy(ether.dst.octets, p, 6);
    memcpy(ether.src.octets, p + 6, 6);
    ether.type = v4_be16(p + 12);
    ether.snap = ether.type <= LENGTH_MAX;
    ether.data = (struct v4_span){p + V4_ETHER_HEADER, frame.len - V4_ETHER_HEADER};

    enum v4_drop drop = ether.snap ? parse_snap(&ether) : V4_KEEP;
    if (drop != V4_KEEP)
        return drop;
    if (ether.type != V4_ETHER_TYPE_IP && ether.type != V4_ETHER_TYPE_ARP)
        return V4_DROP_ETHER_TYPE;
    *ret_ether = ether;
    return V4_KEEP;
}

void v4_ether_emit(const struct v4_ether *ether, uint8_t ret_octets[V4_ETHER_HEADER])
{
    memcpy(ret_octets, ether->dst.octets, 6);
    memcpy(ret_octets + 6, ether->src.octets, 6);
    v4_put16(ret_octets + 12, ether->type);
}

void v4_ether_emit_snap(const struct v4_ether *ether, uint8_t ret_octets[V4_ETHER_SNAP_HEADER])
{
    struct v4_ether header = *ether;

    header.type = (uint16_t)(SNAP_HEADER + ether->data.len);
    v4_ether_emit(&header, ret_octets);
    memcpy(ret_octets + V4_ETHER_HEADER, snap, sizeof snap);
    v4_put16(ret_octets + V4_ETHER_HEADER + sizeof snap, ether->type);
}
