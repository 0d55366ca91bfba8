/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/ip_forward.h"
#include "proto/address.h"
#include "proto/hook_in.h"
#include "proto/icmp_out.h"
#include "proto/iface.h"
#include "proto/ip_frag.h"
#include "proto/option_in.h"
#include "proto/role.h"
#include "wire/icmp.h"
#include "wire/igmp.h"
#include "wire/special.h"

#define STRICT 1
#define PROHIBITED 13
#define NET_TOS 11
#define HOST_TOS 12
#define PRECEDENCE_CUTOFF 15

enum v4_drop v4_forward_judge_path(const struct v4_core *core, const struct v4_packet *packet)
{
    uint32_t how = core->switches.source_validation;

    if (how == 0)
        return V4_KEEP;
    const struct v4_route *back = v4_route_back(core, packet->ip.src);
    if (back == NULL || back->type != V4_ROUTE_UNICAST ||
        (how == STRICT && back->iface != packet->iface)) /* RFC1812-5.3.8-c */
        return V4_DROP_SOURCE_PATH;
    return V4_KEEP;
}

/* What the registry keeps back for documents, or until somebody is given it, is left to who
 * configures the routes. */
bool v4_forward_barred(uint32_t addr)
{
    const struct v4_special *row = v4_special_of(addr);

    return !row->forward && row->reserved;
}

/* The interface onto whose network the packet is a broadcast; false: none. */
static bool is_broadcast(const struct v4_core *core, uint32_t dst, unsigned *ret_iface)
{
    for (unsigned i = 0; i < core->config.iface_count; i++)
        if (v4_address_is_broadcast(core, i, dst)) {
            *ret_iface = i;
            return true;
        }
    return false;
}

/* The old form of such a broadcast (RFC1812-5.3.5-a). */
static bool is_zero_host(const struct v4_core *core, uint32_t dst)
{
    for (unsigned i = 0; i < core->config.iface_count; i++)
        if (v4_address_is_zero_host(core, i, dst))
            return true;
    return false;
}

/* Of IGMP, which is for its own link whoever it is to. */
static bool is_query(const struct v4_packet *packet)
{
    return packet->ip.protocol == V4_PROTOCOL_IGMP && packet->ip.offset == 0 &&
           packet->ip.data.len > 0 && packet->ip.data.octets[0] == V4_IGMP_QUERY;
}

/* What is discarded without a word. */
static enum v4_drop judge(const struct v4_core *core, const struct v4_packet *packet)
{
    unsigned iface;

    if (packet->link_group) /* RFC1812-5.3.4-a, -b, -c */
        return V4_DROP_LINK_BROADCAST;
    bool barred = v4_forward_barred(packet->ip.dst) && !core->switches.forward_martians;
    if (v4_forward_barred(packet->ip.src) || barred)
        return V4_DROP_FORWARD_ADDRESS;
    if (is_zero_host(core, packet->ip.dst))
        return V4_DROP_FORWARD_BROADCAST;
    if (is_query(packet)) /* RFC3376-9.1-a */
        return V4_DROP_FORWARD_QUERY;
    if (!is_broadcast(core, packet->ip.dst, &iface))
        return V4_KEEP;
    bool allowed = core->switches.directed_broadcast && core->ifaces[iface].directed_broadcast &&
                   v4_iface_forwards(core, iface) && core->ifaces[iface].up;
    return allowed ? V4_KEEP : V4_DROP_FORWARD_BROADCAST; /* RFC2644-3-a */
}

static void refuse(struct v4_core *core, const struct v4_packet *packet, enum v4_drop why,
                   uint8_t type, uint8_t code, uint32_t rest)
{
    v4_core_drop(core, why, v4_packet_whole(packet));
    v4_icmp_error(core, packet, type, code, rest);
}

/* RFC1812-4.3.3.1-a, -b, -d: which of the codes it is where no route is left. */
static uint8_t no_route_code(const struct v4_core *core, uint32_t dst)
{
    const struct v4_route *other = v4_route_any(core, dst);

    if (other == NULL || other->tos == 0)
        return V4_ICMP_NET;
    return other->gateway == 0 ? HOST_TOS : NET_TOS;
}

/* False: it goes nowhere, and its source is told where it should be. */
static bool find_way(struct v4_core *core, const struct v4_packet *packet, struct v4_way *ret_way)
{
    uint32_t dst = packet->ip.dst;
    unsigned iface;

    if (is_broadcast(core, dst, &iface)) { /* RFC1812-5.3.5.2-a: to all there */
        *ret_way = (struct v4_way){.iface = iface, .group = true};
        return true;
    }
    const struct v4_route *route = v4_route_onward(core, dst, packet->ip.tos);
    if (route == NULL) {
        refuse(core, packet, V4_DROP_NO_ROUTE, V4_ICMP_UNREACHABLE, no_route_code(core, dst), 0);
        return false;
    }
    if (route->type == V4_ROUTE_UNICAST && !v4_iface_forwards(core, route->iface)) {
        refuse(core, packet, V4_DROP_PROHIBITED, V4_ICMP_UNREACHABLE, V4_ICMP_HOST, 0);
        return false; /* RFC1812-5.3.11-c, RFC1812-5.3.12.1-c */
    }
    switch (route->type) {
    case V4_ROUTE_UNICAST:
        break;
    case V4_ROUTE_UNREACHABLE: /* RFC1812-5.2.7.1-e */
        refuse(core, packet, V4_DROP_NO_ROUTE, V4_ICMP_UNREACHABLE, V4_ICMP_HOST, 0);
        return false;
    case V4_ROUTE_PROHIBIT: /* RFC1812-5.2.7.1-c */
        refuse(core, packet, V4_DROP_PROHIBITED, V4_ICMP_UNREACHABLE, PROHIBITED, 0);
        return false;
    case V4_ROUTE_BLACKHOLE:
        v4_core_drop(core, V4_DROP_BLACKHOLE, v4_packet_whole(packet));
        return false;
    }
    *ret_way = (struct v4_way){.iface = route->iface,
                               .by_tos = route->tos != 0,
                               .next_hop = route->gateway == 0 ? dst : route->gateway};
    return true;
}

/* RFC1812-5.2.7.2-g, -h, -f: back by the interface that it came by, to a neighbour of its source.
 */
static void redirect(struct v4_core *core, const struct v4_packet *packet, const struct v4_way *way)
{
    if (!core->switches.send_redirects || way->group || way->iface != packet->iface ||
        packet->options.source_route.len != 0 ||
        !v4_address_share_network(core, way->iface, packet->ip.src, way->next_hop))
        return;
    bool by_tos = core->switches.redirect_by_tos && way->by_tos; /* RFC1812-5.2.7.2-i */
    v4_icmp_error(core, packet, V4_ICMP_REDIRECT,
                  by_tos ? V4_ICMP_REDIRECT_TOS_HOST : V4_ICMP_REDIRECT_HOST, way->next_hop);
}

void v4_forward_send(struct v4_core *core, const struct v4_packet *packet, const struct v4_way *way,
                     size_t mtu)
{
    struct v4_option_list options;
    struct v4_ip ip = packet->ip;

    v4_option_enter(core, V4_OPTION_TRANSIT, ip.options, /* RFC1812-5.2.1-d, RFC1812-4.2.2.2-a */
                    v4_address_towards(core, way->iface, way->group ? ip.dst : way->next_hop),
                    &options);
    ip.options = v4_option_list_span(&options);
    ip.ttl--; /* RFC1812-5.3.1-a */
    v4_stat_count(&core->stats, V4_STAT_IP_FORWARDED);
    v4_ip_fragment(core, way, &ip, mtu);
}

/* RFC2113-2.1-b: what asks routers to look at it is brought to the users of its protocol, where
 * they have asked for that. A value that means nothing yet asks for nothing (RFC2113-2.1-e), and a
 * fragment alone nobody can read. */
static bool is_looked_at(struct v4_core *core, const struct v4_packet *packet)
{
    const struct v4_option *alert = &packet->options.router_alert;
    const struct v4_protocol *user = NULL;
    bool wanted = false;

    if (alert->len == 0 || !core->switches.router_alert || packet->ip.mf ||
        packet->ip.offset != 0 ||
        v4_core_transit(core, V4_OPTION_ROUTER_ALERT) != V4_TRANSIT_PROCESS)
        return false;
    if (v4_be16(packet->ip.options.octets + alert->at + 2) != 0)
        return false;
    while ((user = v4_protocol_next(core, packet->ip.protocol, user)) != NULL)
        if (user->number == V4_PROTOCOL_EVERY) /* who takes whole datagrams */
            wanted = user->input(core, packet) || wanted;
    return wanted;
}

bool v4_ip_forward(struct v4_core *core, struct v4_packet *packet)
{
    struct v4_way way;

    enum v4_drop why = judge(core, packet);
    if (why != V4_KEEP) {
        v4_core_drop(core, why, v4_packet_whole(packet));
        return false;
    }
    /* RFC1812-5.3.3.3-f, -g; who may say so says no more than 6, by RFC1812-5.3.3.3-c. */
    if (packet->ip.tos >> 5 < core->switches.precedence_cutoff) {
        refuse(core, packet, V4_DROP_PRECEDENCE, V4_ICMP_UNREACHABLE, PRECEDENCE_CUTOFF, 0);
        return false;
    }
    /* In the order of RFC1812-5.2.1.2-a. */
    if (!find_way(core, packet, &way))
        return false;
    packet->group = way.group; /* RFC1812-4.3.2.7-c: of which nobody is told */
    if (packet->ip.ttl <= 1) { /* RFC1812-5.3.1-b, -f */
        refuse(core, packet, V4_DROP_TTL, V4_ICMP_TIME_EXCEEDED, V4_ICMP_TTL, 0);
        return way.group;
    }
    if (!v4_option_pass(core, packet) || is_looked_at(core, packet))
        return false;
    if (!v4_hook_in(core, V4_HOOK_FORWARD, packet, way.iface + 1)) /* RFC1812-5.3.9-a */
        return way.group;
    size_t mtu = core->ifaces[way.iface].mtu;
    if (packet->ip.df && packet->header.len + packet->ip.data.len > mtu) /* RFC1812-5.2.7.1-f */
    {
        refuse(core, packet, V4_DROP_DF, V4_ICMP_UNREACHABLE, V4_ICMP_FRAGMENTATION, (uint32_t)mtu);
        return way.group;
    }
    v4_forward_send(core, packet, &way, mtu);
    redirect(core, packet, &way);
    return way.group;
}

/* Were we the last hop of its source route? */
static bool was_routed(const struct v4_core *core, const struct v4_packet *packet)
{
    const uint8_t *route = packet->ip.options.octets + packet->options.source_route.at;
    unsigned iface;

    return packet->options.source_route.len != 0 && route[2] > 7 &&
           v4_role_ours(core, v4_be32(route + route[2] - 5), &iface);
}

bool v4_forward_failed(struct v4_core *core, struct v4_span octets)
{
    struct v4_packet packet = {0};
    uint8_t pointer;

    if (!core->switches.forwarding || v4_ip_parse(octets, &packet.ip) != V4_KEEP ||
        v4_options_parse(packet.ip.options, &packet.options, &pointer) != V4_KEEP)
        return false;
    packet.header = (struct v4_span){octets.octets, V4_IP_HEADER_MIN + packet.ip.options.len};
    return v4_icmp_error(core, &packet, V4_ICMP_UNREACHABLE, /* RFC1812-4.3.3.1-c */
                         was_routed(core, &packet) ? V4_ICMP_SOURCE_ROUTE : V4_ICMP_HOST, 0);
}
