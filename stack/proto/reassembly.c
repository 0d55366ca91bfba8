/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/reassembly.h"
#include <string.h>
#include "proto/icmp_out.h"
#include "proto/role.h"

#define MARK_LINK_GROUP UINT32_C(0x100) /* in a fragment's mark, above the interface's number */
#define PROTOCOL_TCP 6
#define TCP_HEADER_MIN 20
#define MARK_LOOPED UINT32_C(0x200)

static uint32_t mark_of(const struct v4_packet *packet)
{
    return packet->iface | (packet->link_group ? MARK_LINK_GROUP : 0) |
           (packet->looped ? MARK_LOOPED : 0);
}

/* What reassembly gave back, as a packet. False for a header that cannot be read, which none can be
 * that got in. */
static bool from_reassembly(const struct v4_core *core, const struct v4_reass_datagram *datagram,
                            struct v4_packet *ret_packet)
{
    struct v4_packet packet = {
        .iface = datagram->mark & 0xff,
        .link_group = datagram->mark & MARK_LINK_GROUP,
        .looped = datagram->mark & MARK_LOOPED,
        .header = datagram->header,
    };

    if (v4_ip_parse_quote(datagram->header, &packet.ip) != V4_KEEP)
        return false;
    packet.ip.data = datagram->data;
    packet.group = v4_role_group(core, packet.iface, packet.ip.dst);
    *ret_packet = packet;
    return true;
}

/* Puts a completed datagram together under the header of its first fragment, with what
 * fragmentation had changed put right (RFC791-3.2_Reassembly-d). */
static void rebuild(struct v4_core *core, struct v4_packet *packet)
{
    struct v4_ip *ip = &packet->ip;

    ip->mf = false;
    size_t len = v4_ip_emit(ip, core->whole);
    memcpy(core->whole + len, ip->data.octets, ip->data.len);
    packet->header = (struct v4_span){core->whole, len};
    ip->options.octets = core->whole + V4_IP_HEADER_MIN;
    ip->data.octets = core->whole + len;
}

/* The ECN field of a datagram, of the signs of its fragments: bit N is set where one had the field
 * N. False when the datagram must not be delivered. */
static bool combine_ecn(uint8_t signs, struct v4_ip *ip)
{
    if (!(signs & 1 << V4_ECN_EXPERIENCED))
        return true;
    ip->tos |= V4_ECN_EXPERIENCED; /* RFC3168-5.3-b */
    return !(signs & 1 << V4_ECN_NOT_CAPABLE);
}

/* True when the header above goes on in the next fragment: of the protocols that we know only TCP's
 * is longer than the block that every fragment has (RFC6274-4.1.2.6-a). */
static bool is_tiny(const struct v4_ip *ip)
{
    return ip->offset == 0 && ip->protocol == PROTOCOL_TCP && ip->data.len < TCP_HEADER_MIN;
}

/* True when the fragment completes a datagram. */
static bool add(struct v4_core *core, const struct v4_packet *fragment,
                struct v4_reass_datagram *ret_datagram)
{
    const struct v4_ip *ip = &fragment->ip;
    enum v4_drop why;

    if (core->profile->tiny_refused && is_tiny(ip)) {
        v4_core_drop(core, V4_DROP_FRAGMENT_TINY, v4_packet_whole(fragment));
        return false;
    }
    bool complete = v4_reass_add(core->reass,
                                 &(struct v4_reass_fragment){
                                     .key = {ip->src, ip->dst, ip->protocol, ip->id},
                                     .first = (uint16_t)(ip->offset * 8),
                                     .more = ip->mf,
                                     .header = fragment->header,
                                     .mark = mark_of(fragment),
                                     .signs = (uint8_t)(1 << (ip->tos & V4_ECN_MASK)),
                                     .lifetime = core->switches.reassembly_by_ttl
                                                     ? ip->ttl * V4_SECOND
                                                     : 0, /* RFC791-3.2_Reassembly-f */
                                     .data = ip->data,
                                 },
                                 core->now, ret_datagram, &why);
    if (!complete && why != V4_KEEP)
        v4_core_drop(core, why, v4_packet_whole(fragment));
    return complete;
}

bool v4_reassembled(struct v4_core *core, struct v4_packet *packet)
{
    struct v4_reass_datagram datagram;
    uint8_t pointer;

    if (!packet->ip.mf && packet->ip.offset == 0) /* RFC1122-3.2.1.4-a */
        return true;
    if (!add(core, packet, &datagram) || !from_reassembly(core, &datagram, packet))
        return false;
    if (!combine_ecn(datagram.signs, &packet->ip)) { /* RFC3168-5.3-c */
        v4_core_drop(core, V4_DROP_REASS_ECN, datagram.header);
        return false;
    }
    rebuild(core, packet);
    v4_stat_count(&core->stats, V4_STAT_IP_REASM_OKS);
    return v4_options_parse(packet->ip.options, &packet->options, &pointer) == V4_KEEP;
}

/* What was for an address that is ours no more, or for all of its network, is not reported: nobody
 * could be the source (RFC1122-3.2.1.3-b). */
static bool is_still_ours(const struct v4_core *core, const struct v4_packet *packet)
{
    unsigned iface;

    return packet->group || packet->looped || v4_role_ours(core, packet->ip.dst, &iface);
}

void v4_reassembly_tick(struct v4_core *core)
{
    struct v4_reass_datagram datagram;
    struct v4_packet packet;

    while (v4_reass_expire(core->reass, core->now, &datagram)) {
        v4_core_drop(core, V4_DROP_REASS_TIMEOUT, datagram.header);
        if (datagram.has_first && from_reassembly(core, &datagram, &packet) &&
            is_still_ours(core, &packet)) /* RFC1122-3.3.2-f */
            v4_icmp_error(core, &packet, V4_ICMP_TIME_EXCEEDED, V4_ICMP_REASSEMBLY, 0);
    }
}
