/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/ip_in.h"
#include "proto/group.h"
#include "proto/icmp_out.h"
#include "proto/ip_option.h"
#include "proto/ip_out.h"
#include "proto/option_in.h"
#include "proto/reassembly.h"
#include "proto/role.h"

/* RFC1122-3.2.1.3-d: a source that no single host has. RFC6274-3.12-a, -b: nor can it be us, who
 * did not send it. */
static enum v4_drop judge_source(const struct v4_core *core, const struct v4_packet *packet)
{
    unsigned iface;

    if (packet->looped || v4_group_nobody_speaks(packet))
        return V4_KEEP;
    if (!v4_role_single(core, packet->ip.src))
        return V4_DROP_SOURCE;
    return v4_role_ours(core, packet->ip.src, &iface) ? V4_DROP_SOURCE_OURS : V4_KEEP;
}

/* RFC 791 3.1: what has lived so long is destroyed, wherever it has come; RFC1122-3.2.1.7-b undoes
 * that. */
static enum v4_drop judge_lifetime(const struct v4_core *core, const struct v4_packet *packet)
{
    return packet->ip.ttl == 0 && core->profile->ttl_0_destroyed ? V4_DROP_TTL : V4_KEEP;
}

/* RFC1122-3.2.1.3-c. An address of another interface is ours too (the weak model), or not (the
 * strong one, RFC1122-3.3.4.2-d); the broadcasts are those of the network it came from. */
static enum v4_drop judge_destination(const struct v4_core *core, const struct v4_packet *packet)
{
    unsigned iface;

    if (packet->group && !v4_group_wants(core, packet))
        return V4_DROP_GROUP_SOURCE;
    if (packet->looped || packet->group)
        return V4_KEEP;
    if (v4_addr_is_multicast(packet->ip.dst)) /* RFC1112-7.2-b, RFC1112-7.2-c */
        return V4_DROP_GROUP;
    if (!v4_role_ours(core, packet->ip.dst, &iface))
        return V4_DROP_DESTINATION;
    if (core->switches.strong_host && iface != packet->iface)
        return V4_DROP_OTHER_IFACE;
    if (packet->link_group && core->profile->link_broadcast_must_match) /* RFC1122-3.3.6-f */
        return V4_DROP_LINK_BROADCAST;
    return V4_KEEP;
}

/* Hands a datagram to whoever wants it, with us entered in its options (RFC1122-3.2.1.8-b). */
static void deliver(struct v4_core *core, struct v4_packet *packet)
{
    const struct v4_protocol *protocol = NULL;
    struct v4_option_list entered;
    bool wanted = false;

    v4_option_enter(core, V4_OPTION_RECEIVED, packet->ip.options, v4_ip_specific(core, packet),
                    &entered);
    packet->ip.options = v4_option_list_span(&entered);
    while ((protocol = v4_protocol_next(core, packet->ip.protocol, protocol)) != NULL)
        wanted = protocol->input(core, packet) || wanted;
    if (wanted) {
        v4_stat_count(&core->stats, V4_STAT_IP_DELIVERED);
        return;
    }
    v4_core_drop(core, V4_DROP_PROTOCOL, v4_packet_whole(packet));
    v4_icmp_error(core, packet, V4_ICMP_UNREACHABLE, V4_ICMP_PROTOCOL, 0); /* RFC1122-3.2.2.1-a */
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
    if (why == V4_KEEP)
        why = judge_lifetime(core, packet);
    if (why != V4_KEEP) {
        v4_core_drop(core, why, v4_packet_whole(packet));
        return;
    }
    if (!v4_option_admit(core, packet))
        return;
    if (v4_reassembled(core, packet))
        deliver(core, packet);
}

void v4_ip_input(struct v4_core *core, unsigned iface, bool link_group, struct v4_span packet)
{
    input(core, &(struct v4_packet){.iface = iface, .link_group = link_group}, packet);
}

void v4_ip_input_looped(struct v4_core *core, unsigned iface, bool built, struct v4_span packet)
{
    input(core, &(struct v4_packet){.iface = iface, .looped = true, .built = built}, packet);
}
