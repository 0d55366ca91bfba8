/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/ip_in.h"
#include "proto/address.h"
#include "proto/advertise.h"
#include "proto/group.h"
#include "proto/hook.h"
#include "proto/hook_in.h"
#include "proto/icmp_out.h"
#include "proto/iface.h"
#include "proto/igmp_query.h"
#include "proto/ip_forward.h"
#include "proto/ip_forward_group.h"
#include "proto/ip_option.h"
#include "proto/ip_out.h"
#include "proto/option_in.h"
#include "proto/reassembly.h"
#include "proto/role.h"

#define TOTAL_LENGTH 2 /* where it is in the header */

/* RFC1122-3.2.1.3-d: a source that no single host has. RFC6274-3.12-a, -b: nor can it be us, who
 * did not send it. */
static enum v4_drop judge_source(const struct v4_core *core, const struct v4_packet *packet)
{
    unsigned iface;

    if (packet->looped || v4_group_nobody_speaks(packet) || v4_role_nobody_asks(core, packet) ||
        v4_advertise_nobody_asks(core, packet))
        return V4_KEEP;
    if (!v4_role_single(core, packet->ip.src))
        return V4_DROP_SOURCE;
    if (v4_role_ours(core, packet->ip.src, &iface))
        return V4_DROP_SOURCE_OURS;
    return v4_forward_judge_path(core, packet);
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

/* For all on one of our networks, whichever link it came by. */
static bool is_to_a_network(const struct v4_core *core, uint32_t dst)
{
    for (unsigned i = 0; i < core->config.iface_count; i++)
        if (v4_address_is_broadcast(core, i, dst))
            return true;
    return false;
}

/* RFC2644-3-b: a router is none of those whom a broadcast to one of its networks reaches, unless
 * somebody wants that. */
static bool is_unheard(const struct v4_core *core, const struct v4_packet *packet)
{
    if (!packet->group || packet->looped || core->switches.receive_directed ||
        !v4_iface_forwards(core, packet->iface))
        return false;
    return is_to_a_network(core, packet->ip.dst);
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

/* RFC1812-5.2.2-g: who sent a packet that was cut off on its way to this router is told so, if its
 * header is whole; it was found right before the length was believed. */
static void report_cut(struct v4_core *core, struct v4_packet *packet, struct v4_span octets)
{
    if (!v4_iface_forwards(core, packet->iface) ||
        v4_ip_parse_quote(octets, &packet->ip) != V4_KEEP)
        return;
    packet->header = (struct v4_span){octets.octets, V4_IP_HEADER_MIN + packet->ip.options.len};
    packet->group = v4_role_group(core, packet->iface, packet->ip.dst) ||
                    is_to_a_network(core, packet->ip.dst); /* RFC1812-4.3.2.7-c */
    if (judge_source(core, packet) == V4_KEEP)
        v4_icmp_error(core, packet, V4_ICMP_PARAMETER_PROBLEM, 0, v4_icmp_pointer(TOTAL_LENGTH));
}

/* RFC1812-5.2.3-e: what is for all on the network that it came by, in a frame to us alone, was
 * meant to go on there. */
static bool is_for_all_here(const struct v4_core *core, const struct v4_packet *packet)
{
    return !packet->link_group && !packet->looped && core->switches.directed_broadcast &&
           v4_iface_forwards(core, packet->iface) &&
           v4_address_is_broadcast(core, packet->iface, packet->ip.dst);
}

static bool is_for_many(const struct v4_core *core, const struct v4_packet *packet)
{
    return v4_role_group(core, packet->iface, packet->ip.dst) ||
           (!packet->looped && v4_igmp_overhears(core, packet));
}

/* Past the rules for what comes in. What is from ourselves has passed those for what leaves. */
static bool enters(struct v4_core *core, struct v4_packet *packet)
{
    if (v4_hook_is_idle(core) || packet->looped)
        return true;
    bool goes_on = v4_hook_in(core, V4_HOOK_PREROUTING, packet, 0);
    packet->group = is_for_many(core, packet);
    return goes_on;
}

/* What is for us at the address of another interface crosses us like what is passed on, whether or
 * not we forward. */
static bool crosses(struct v4_core *core, struct v4_packet *packet)
{
    unsigned iface;

    if (v4_hook_is_idle(core) || packet->looped || packet->group ||
        !v4_role_ours(core, packet->ip.dst, &iface) || iface == packet->iface)
        return true;
    return v4_hook_in(core, V4_HOOK_FORWARD, packet, iface + 1);
}

/* RFC1812-5.2.1.3-a: what is for a group goes on, and is for us as well if we are in it. */
static bool goes_on(struct v4_core *core, struct v4_packet *packet, enum v4_drop *why)
{
    bool judged = *why == V4_KEEP || *why == V4_DROP_GROUP || *why == V4_DROP_GROUP_SOURCE;

    if (!judged || !v4_forward_group_travels(core, packet))
        return true;
    return v4_ip_forward_group(core, packet, why);
}

static void input(struct v4_core *core, struct v4_packet *packet, struct v4_span octets)
{
    v4_stat_count(&core->stats, V4_STAT_IP_IN);
    enum v4_drop why = v4_ip_parse(octets, &packet->ip);
    if (why != V4_KEEP) {
        v4_core_drop(core, why, octets);
        if (why == V4_DROP_TRUNCATED)
            report_cut(core, packet, octets);
        return;
    }
    packet->header = (struct v4_span){octets.octets, V4_IP_HEADER_MIN + packet->ip.options.len};
    packet->group = is_for_many(core, packet);

    why = judge_source(core, packet);
    if (why == V4_KEEP && !enters(core, packet))
        return;
    if (why == V4_KEEP)
        why = judge_destination(core, packet);
    if (!goes_on(core, packet, &why))
        return;
    if (why == V4_DROP_DESTINATION && v4_iface_forwards(core, packet->iface)) {
        packet->group = v4_ip_forward(core, packet);
        if (!packet->group)
            return;
        why = V4_KEEP;
    } else if (why == V4_KEEP && is_for_all_here(core, packet))
        v4_ip_forward(core, packet);
    if (why == V4_KEEP)
        why = is_unheard(core, packet) ? V4_DROP_DIRECTED : judge_lifetime(core, packet);
    if (why != V4_KEEP) {
        v4_core_drop(core, why, v4_packet_whole(packet));
        return;
    }
    if (!v4_option_admit(core, packet) || !crosses(core, packet))
        return;
    if (v4_reassembled(core, packet) && v4_hook_in(core, V4_HOOK_INPUT, packet, 0))
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
