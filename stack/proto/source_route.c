/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/source_route.h"
#include "proto/address.h"
#include "proto/hook_in.h"
#include "proto/icmp_out.h"
#include "proto/iface.h"
#include "proto/ip_frag.h"
#include "proto/ip_option.h"
#include "proto/ip_out.h"
#include "proto/role.h"

void v4_source_route_fail(struct v4_core *core, const struct v4_packet *packet)
{
    v4_core_drop(core, V4_DROP_SOURCE_ROUTE, v4_packet_whole(packet)); /* RFC1122-3.3.5-j */
    v4_icmp_error(core, packet, V4_ICMP_UNREACHABLE, V4_ICMP_SOURCE_ROUTE, 0);
}

/* RFC1122-3.3.5-i: nobody is made to send to what is no one host. A strict route leads to
 * neighbours only (RFC791-3.1_SSRR-b). */
static bool may_go(const struct v4_core *core, const struct v4_packet *packet, uint32_t next,
                   struct v4_way *ret_way)
{
    bool strict = packet->options.source_route.type == V4_OPTION_SSRR;

    if (packet->group || packet->link_group || !v4_role_single(core, next) ||
        v4_ip_way(core, V4_ADDR_ANY, next, packet->ip.tos, ret_way) != V4_OK || ret_way->lost)
        return false;
    if (core->switches.forwarding && !ret_way->local &&
        !v4_iface_forwards(core, ret_way->iface)) /* RFC1812-5.3.11-c */
        return false;
    return !strict || ret_way->local || ret_way->next_hop == next;
}

void v4_source_route_pass(struct v4_core *core, const struct v4_packet *packet, uint32_t next)
{
    struct v4_option_list options;
    struct v4_ip ip = packet->ip;
    struct v4_way way;

    if (ip.ttl <= 1) { /* RFC1122-3.3.5-c */
        v4_core_drop(core, V4_DROP_TTL, v4_packet_whole(packet));
        v4_icmp_error(core, packet, V4_ICMP_TIME_EXCEEDED, V4_ICMP_TTL, 0);
        return;
    }
    if (!may_go(core, packet, next, &way)) {
        v4_source_route_fail(core, packet);
        return;
    }
    struct v4_packet passing = *packet;
    passing.ip.dst = next;
    if (!v4_hook_in(core, V4_HOOK_FORWARD, &passing, way.local ? 0 : way.iface + 1))
        return;
    size_t mtu = way.local ? V4_IP_LENGTH_MAX : core->ifaces[way.iface].mtu;
    if (ip.df && packet->header.len + ip.data.len > mtu) { /* RFC1122-3.3.5-d */
        v4_core_drop(core, V4_DROP_DF, v4_packet_whole(packet));
        v4_icmp_error(core, packet, V4_ICMP_UNREACHABLE, V4_ICMP_FRAGMENTATION, (uint32_t)mtu);
        return;
    }
    /* RFC791-3.1_LSRR-b, -d, RFC1122-3.3.5-f: our address in the network that it goes to. */
    v4_option_enter(core, V4_OPTION_PASSED, ip.options,
                    way.local ? next : v4_address_towards(core, way.iface, way.next_hop), &options);
    ip.options = v4_option_list_span(&options);
    ip.dst = next;
    ip.ttl--; /* RFC791-3.1_TTL-b */
    v4_stat_count(&core->stats, V4_STAT_IP_FORWARDED);
    v4_ip_fragment(core, &way, &ip, mtu);
}
