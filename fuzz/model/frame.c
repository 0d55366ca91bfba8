/* SPDX-License-Identifier: BSD-2-Clause */
#include "frame.h"
#include <string.h>

enum {
    ETHERNET = 14,
    ARP_LEN = 28,
    LONGEST = 1500, /* that a field of 802.3 says; beyond it is a type */
    SNAP = 8,
    TYPE_IP = 0x0800,
    TYPE_ARP = 0x0806
};

uint32_t model_sum(struct v4_span octets, uint32_t pseudo)
{
    uint64_t sum = pseudo;

    for (size_t i = 0; i < octets.len; i++)
        sum += i % 2 == 0 ? (uint64_t)octets.octets[i] << 8 : octets.octets[i];
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint32_t)sum;
}

uint32_t model_pseudo(const struct model_packet *packet)
{
    return (packet->src >> 16) + (packet->src & 0xffff) + (packet->dst >> 16) +
           (packet->dst & 0xffff) + packet->protocol + (uint32_t)packet->data.len;
}

bool model_is_group_mac(const uint8_t *mac)
{
    return mac[0] & 1;
}

bool model_is_single(uint32_t addr)
{
    uint32_t first = addr >> 24;

    return first != 0 && first != 127 && first < 224;
}

const char *model_packet_read(struct v4_span octets, bool quoted, struct model_packet *ret_packet)
{
    const uint8_t *p = octets.octets;
    struct model_packet packet = {.octets = octets};

    if (octets.len < 20)
        return "a packet shorter than a header";
    if (p[0] >> 4 != 4)
        return "a packet of another version than 4";
    size_t header = (size_t)(p[0] & 15) * 4, total = v4_be16(p + 2);
    if (header < 20 || header > octets.len)
        return "a header of less than 20 octets, or beyond the packet";
    if (total < header || (total > octets.len && !quoted))
        return "a total length below the header's, or beyond the frame";
    if (!quoted && model_sum((struct v4_span){p, header}, 0) != 0xffff)
        return "a header checksum that does not verify";
    size_t end = total < octets.len ? total : octets.len;
    packet.header = (struct v4_span){p, header};
    packet.data = (struct v4_span){p + header, end - header};
    packet.tos = p[1];
    packet.id = v4_be16(p + 4);
    packet.df = p[6] & 0x40;
    packet.mf = p[6] & 0x20;
    packet.offset = (size_t)(v4_be16(p + 6) & 0x1fff) * 8;
    packet.ttl = p[8];
    packet.protocol = p[9];
    packet.src = v4_be32(p + 12);
    packet.dst = v4_be32(p + 16);
    *ret_packet = packet;
    return NULL;
}

static const char *read_arp(struct v4_span octets, struct model_arp *ret_arp)
{
    const uint8_t *p = octets.octets;

    if (octets.len < ARP_LEN)
        return "an ARP packet cut short";
    if (v4_be16(p) != 1 || v4_be16(p + 2) != TYPE_IP || p[4] != 6 || p[5] != 4)
        return "an ARP packet of other hardware or of another protocol";
    *ret_arp = (struct model_arp){v4_be16(p + 6), p + 8, p + 18, v4_be32(p + 14), v4_be32(p + 24)};
    return NULL;
}

/* What is behind 802.2: a packet in `*rest` of the type that is returned, or none (0). */
static unsigned read_llc(struct model_frame *frame, struct v4_span *rest)
{
    static const uint8_t snap[] = {0xaa, 0xaa, 0x03, 0, 0, 0};
    const uint8_t *p = rest->octets;
    unsigned control = rest->len < 3 ? 0 : p[2] & ~0x10u; /* poll or final */

    if (rest->len >= SNAP && memcmp(p, snap, sizeof snap) == 0) {
        frame->snap = true;
        *rest = (struct v4_span){p + SNAP, rest->len - SNAP};
        return v4_be16(p + 6);
    }
    if (control == 0xaf || control == 0xe3)
        frame->kind = p[1] & 1 ? MODEL_RESPONSE : MODEL_COMMAND;
    return 0;
}

const char *model_frame_read(struct v4_span octets, struct model_frame *ret_frame)
{
    struct model_frame frame = {.kind = MODEL_OTHER};
    const char *fault = NULL;

    if (octets.len < ETHERNET)
        return "a frame shorter than its header";
    struct v4_span rest = {octets.octets + ETHERNET, octets.len - ETHERNET};
    unsigned type = v4_be16(octets.octets + 12);
    frame.dst = octets.octets;
    frame.src = octets.octets + 6;
    if (type <= LONGEST) {
        if (type > rest.len)
            return "a frame of 802.3 that is longer than it is";
        rest.len = type;
        type = read_llc(&frame, &rest);
    }
    if (type == TYPE_ARP) {
        frame.kind = MODEL_ARP;
        fault = read_arp(rest, &frame.arp);
    } else if (type == TYPE_IP) {
        frame.kind = MODEL_IP;
        fault = model_packet_read(rest, false, &frame.packet);
    }
    if (fault == NULL)
        *ret_frame = frame;
    return fault;
}

unsigned model_frame_routers(struct v4_span octets)
{
    struct model_frame read;

    if (model_frame_read(octets, &read) != NULL || read.kind != MODEL_IP ||
        read.packet.protocol != 1 || read.packet.data.len == 0)
        return 0;
    if (read.packet.mf || read.packet.offset != 0)
        return 255;
    return read.packet.data.octets[0] == 9 ? (unsigned)read.packet.data.len / 8 : 0;
}
