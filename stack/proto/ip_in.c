/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/ip_in.h"
#include <string.h>
#include "proto/icmp_error.h"
#include "proto/icmp_in.h"
#include "proto/ip_option.h"
#include "proto/ip_out.h"
#include "proto/raw.h"
#include "proto/role.h"
#include "proto/udp.h"
#include "wire/icmp.h"

#define MARK_LINK_GROUP UINT32_C(0x100) /* in a fragment's mark, above the interface's number */
#define MARK_LOOPED UINT32_C(0x200)

static struct v4_span whole(const struct v4_packet *packet)
{
    return (struct v4_span){packet->header.octets, packet->header.len + packet->ip.data.len};
}

/* RFC1122-3.2.1.3-d: a source that no single host has. RFC6274-3.12-a, -b: nor can it be us, who
 * did not send it. */
static enum v4_drop judge_source(const struct v4_core *core, const struct v4_packet *packet)
{
    unsigned iface;

    if (packet->looped)
        return V4_KEEP;
    if (!v4_role_single(core, packet->ip.src))
        return V4_DROP_SOURCE;
    return v4_role_ours(core, packet->ip.src, &iface) ? V4_DROP_SOURCE_OURS : V4_KEEP;
}

/* RFC1122-3.2.1.3-c. An address of another interface is ours too (the weak model,
 * RFC1122-3.3.4.2-d), the broadcasts are those of the network it came from. */
static enum v4_drop judge_destination(const struct v4_core *core, const struct v4_packet *packet)
{
    unsigned iface;

    if (packet->looped || packet->group)
        return V4_KEEP;
    if (!v4_role_ours(core, packet->ip.dst, &iface))
        return V4_DROP_DESTINATION;
    if (packet->link_group && core->profile->link_broadcast_must_match) /* RFC1122-3.3.6-f */
        return V4_DROP_LINK_BROADCAST;
    return V4_KEEP;
}

/* True when the options let the packet in; else it is dropped, and its sender told. */
static bool judge_options(struct v4_core *core, struct v4_packet *packet)
{
    uint8_t pointer;
    uint32_t next;
    enum v4_drop why = v4_options_parse(packet->ip.options, &packet->options, &pointer);

    if (why != V4_KEEP) { /* RFC792-param-a, RFC792-param-c */
        v4_core_drop(core, why, whole(packet));
        v4_icmp_error(core, packet, V4_ICMP_PARAMETER_PROBLEM, 0, v4_icmp_pointer(pointer));
        return false;
    }
    if (packet->options.source_route.len == 0)
        return true;
    if (v4_option_next_addr(packet->ip.options.octets + packet->options.source_route.at, &next)) {
        v4_core_drop(core, V4_DROP_SOURCE_ROUTE, whole(packet)); /* RFC1122-3.3.5-j */
        v4_icmp_error(core, packet, V4_ICMP_UNREACHABLE, V4_ICMP_SOURCE_ROUTE, 0);
        return false;
    }
    if (!core->profile->source_routes) { /* RFC7126-4.3-a, RFC7126-4.4-a */
        v4_core_drop(core, V4_DROP_SOURCE_ROUTE_REFUSED, whole(packet));
        return false;
    }
    return true;
}

/* Hands a datagram to whoever wants it, with us entered in its options (RFC1122-3.2.1.8-b). */
static void deliver(struct v4_core *core, struct v4_packet *packet)
{
    struct v4_option_list entered;

    v4_option_enter(core, packet->ip.options, &packet->options, v4_ip_specific(core, packet),
                    &entered);
    packet->ip.options = v4_option_list_span(&entered);
    v4_stat_count(&core->stats, V4_STAT_IP_DELIVERED);

    bool wanted = v4_raw_input(core, packet);
    if (packet->ip.protocol == V4_PROTOCOL_ICMP) { /* RFC792-general-a */
        v4_icmp_input(core, packet);
        return;
    }
    if (packet->ip.protocol == V4_PROTOCOL_UDP) {
        v4_udp_input(core, packet);
        return;
    }
    if (wanted)
        return;
    v4_core_drop(core, V4_DROP_PROTOCOL, whole(packet));
    v4_icmp_error(core, packet, V4_ICMP_UNREACHABLE, V4_ICMP_PROTOCOL, 0); /* RFC1122-3.2.2.1-a */
}

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

static void reassemble(struct v4_core *core, const struct v4_packet *fragment)
{
    const struct v4_ip *ip = &fragment->ip;
    struct v4_reass_datagram datagram;
    struct v4_packet packet;
    uint8_t pointer;
    enum v4_drop why;

    bool complete = v4_reass_add(core->reass,
                                 &(struct v4_reass_fragment){
                                     .key = {ip->src, ip->dst, ip->protocol, ip->id},
                                     .first = (uint16_t)(ip->offset * 8),
                                     .more = ip->mf,
                                     .header = fragment->header,
                                     .mark = mark_of(fragment),
                                     .signs = (uint8_t)(1 << (ip->tos & V4_ECN_MASK)),
                                     .data = ip->data,
                                 },
                                 core->now, &datagram, &why);
    if (!complete) {
        if (why != V4_KEEP)
            v4_core_drop(core, why, whole(fragment));
        return;
    }
    if (!from_reassembly(core, &datagram, &packet))
        return;
    if (!combine_ecn(datagram.signs, &packet.ip)) { /* RFC3168-5.3-c */
        v4_core_drop(core, V4_DROP_REASS_ECN, datagram.header);
        return;
    }
    rebuild(core, &packet);
    if (v4_options_parse(packet.ip.options, &packet.options, &pointer) == V4_KEEP)
        deliver(core, &packet);
}

static void input(struct v4_core *core, struct v4_packet *packet, struct v4_span octets)
{
    v4_stat_count(&core->stats, V4_STAT_IP_IN);
    enum v4_drop why = v4_ip_parse(octets, &packet->ip);
    if (why != V4_KEEP) {
        v4_core_drop(core, why, octets);
        return;
    }
    packet->header = (struct v4_span){octets.octets, V4_IP_HEADER_MIN + packet->ip.options.len};
    packet->group = v4_role_group(core, packet->iface, packet->ip.dst);

    why = judge_source(core, packet);
    if (why == V4_KEEP)
        why = judge_destination(core, packet);
    if (why != V4_KEEP) {
        v4_core_drop(core, why, whole(packet));
        return;
    }
    if (!judge_options(core, packet))
        return;
    if (packet->ip.mf || packet->ip.offset != 0) /* RFC1122-3.2.1.4-a */
        reassemble(core, packet);
    else
        deliver(core, packet);
}

void v4_ip_input(struct v4_core *core, unsigned iface, bool link_group, struct v4_span packet)
{
    input(core, &(struct v4_packet){.iface = iface, .link_group = link_group}, packet);
}

void v4_ip_input_looped(struct v4_core *core, unsigned iface, struct v4_span packet)
{
    input(core, &(struct v4_packet){.iface = iface, .looped = true}, packet);
}

void v4_ip_tick(struct v4_core *core)
{
    struct v4_reass_datagram datagram;
    struct v4_packet packet;

    while (v4_reass_expire(core->reass, core->now, &datagram)) {
        v4_core_drop(core, V4_DROP_REASS_TIMEOUT, datagram.header);
        if (datagram.has_first && from_reassembly(core, &datagram, &packet)) /* RFC1122-3.3.2-f */
            v4_icmp_error(core, &packet, V4_ICMP_TIME_EXCEEDED, V4_ICMP_REASSEMBLY, 0);
    }
}
