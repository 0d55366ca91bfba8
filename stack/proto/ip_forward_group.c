/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/ip_forward_group.h"
#include "proto/event.h"
#include "proto/hook_in.h"
#include "proto/iface.h"
#include "proto/ip_forward.h"
#include "proto/option_in.h"
#include "wire/special.h"

#define LINK_BITS 24           /* 224.0.0.0/24 is of one link alone */
#define WARN_AGAIN (V4_SECOND) /* of one route */

_Static_assert(V4_MROUTE_IFACES == V4_IFACES_MAX, "a route has a place for each interface");

static bool is_of_one_link(uint32_t group)
{
    return (group & v4_addr_mask(LINK_BITS)) == V4_ADDR(224, 0, 0, 0);
}

/* IGMP is for its own link whoever it is to. */
bool v4_forward_group_travels(const struct v4_core *core, const struct v4_packet *packet)
{
    return !packet->looped && v4_addr_is_multicast(packet->ip.dst) &&
           !is_of_one_link(packet->ip.dst) && packet->ip.protocol != V4_PROTOCOL_IGMP &&
           v4_iface_forwards_groups(core, packet->iface);
}

static void tell(struct v4_core *core, const struct v4_packet *packet, bool wrong)
{
    struct v4_event event = {
        .kind = V4_EVENT_MROUTE,
        .mroute = {
            .iface = packet->iface, .wrong = wrong, .src = packet->ip.src, .dst = packet->ip.dst}};

    (void)v4_event_tell(core, &event, (struct v4_span){0}, (struct v4_span){0});
}

/* What goes nowhere, whatever the routes; one that could not be passed on asks for none either. */
static enum v4_drop judge(const struct v4_core *core, const struct v4_packet *packet)
{
    if (v4_forward_barred(packet->ip.src)) /* RFC1812-5.3.7-a */
        return V4_DROP_FORWARD_ADDRESS;
    if (packet->ip.tos >> 5 < core->switches.precedence_cutoff)
        return V4_DROP_PRECEDENCE;
    return packet->ip.ttl <= 1 ? V4_DROP_TTL : V4_KEEP; /* RFC1812-5.3.1-b */
}

static enum v4_drop hold(struct v4_core *core, const struct v4_packet *packet)
{
    const struct v4_mroute_packet waiting = {packet->ip.src, packet->ip.dst, packet->iface,
                                             v4_packet_whole(packet)};

    switch (v4_mroutes_wait(core->mroutes, &waiting, core->now)) {
    case V4_MROUTE_FIRST:
        tell(core, packet, false);
        break;
    case V4_MROUTE_WAITS:
        break;
    case V4_MROUTE_CROWDED:
        return V4_DROP_GROUP_NO_ROUTE;
    }
    return V4_KEEP;
}

/* RFC1812-5.2.1.3-a: the minimum is what it has to have when it comes. */
static bool leaves_by(const struct v4_core *core, const struct v4_packet *packet,
                      const struct v4_mroute *route, unsigned iface)
{
    const struct v4_ip *ip = &packet->ip;

    if (iface == packet->iface || route->least[iface] == 0 || ip->ttl < route->least[iface] ||
        !core->ifaces[iface].up || !v4_iface_forwards_groups(core, iface))
        return false;
    return !route->members ||
           v4_membership_wants(core->membership, iface, ip->dst, ip->src, core->now);
}

static void send_copy(struct v4_core *core, struct v4_packet *packet, unsigned iface)
{
    const struct v4_way way = {.iface = iface, .group = true};
    size_t mtu = core->ifaces[iface].mtu;

    if (!v4_hook_in(core, V4_HOOK_FORWARD, packet, iface + 1))
        return;
    if (packet->ip.df && packet->header.len + packet->ip.data.len > mtu) {
        v4_core_drop(core, V4_DROP_DF, v4_packet_whole(packet)); /* of which nobody is told */
        return;
    }
    v4_forward_send(core, packet, &way, mtu);
}

/* The route of a packet that came as it says; NULL: `*ret_why` is what becomes of it, V4_KEEP if it
 * waits. */
static const struct v4_mroute *find_route(struct v4_core *core, const struct v4_packet *packet,
                                          enum v4_drop *ret_why)
{
    struct v4_mroute_use *use;
    const struct v4_mroute *route =
        v4_mroutes_find(core->mroutes, packet->ip.src, packet->ip.dst, core->now, &use);

    if (route == NULL) {
        *ret_why = hold(core, packet);
        return NULL;
    }
    if (route->iface == packet->iface) {
        use->used = core->now;
        use->hits++;
        return route;
    }
    if (core->now >= use->warn_at) {
        use->warn_at = v4_time_after(core->now, WARN_AGAIN);
        tell(core, packet, true);
    }
    *ret_why = V4_DROP_GROUP_IFACE;
    return NULL;
}

/* V4_KEEP: it has left, or waits, or each copy was counted. `*ret_gone`: as a whole, for its
 * options. */
static enum v4_drop pass_on(struct v4_core *core, struct v4_packet *packet, bool *ret_gone)
{
    const struct v4_mroute *route;
    bool leaves[V4_IFACES_MAX], any = false;
    enum v4_drop why = judge(core, packet);

    if (why != V4_KEEP)
        return why;
    route = find_route(core, packet, &why);
    if (route == NULL)
        return why;
    for (unsigned i = 0; i < core->config.iface_count; i++) {
        leaves[i] = leaves_by(core, packet, route, i);
        any = any || leaves[i];
    }
    if (!any)
        return V4_DROP_GROUP_NOWHERE;
    if (!v4_option_pass(core, packet)) {
        *ret_gone = true;
        return V4_KEEP;
    }
    for (unsigned i = 0; i < core->config.iface_count; i++)
        if (leaves[i])
            send_copy(core, packet, i);
    return V4_KEEP;
}

bool v4_ip_forward_group(struct v4_core *core, struct v4_packet *packet, enum v4_drop *why)
{
    bool gone = false;
    enum v4_drop lost = pass_on(core, packet, &gone);

    if (*why == V4_KEEP)
        return !gone;
    *why = lost;
    return lost != V4_KEEP;
}

/* Once more from its header on; whoever wanted it here has it. */
static void release(struct v4_core *core, const struct v4_mroute_packet *waited)
{
    struct v4_packet packet = {.iface = waited->iface};
    enum v4_drop why = V4_DROP_GROUP;

    if (v4_ip_parse(waited->octets, &packet.ip) != V4_KEEP)
        return;
    packet.header =
        (struct v4_span){waited->octets.octets, V4_IP_HEADER_MIN + packet.ip.options.len};
    if (!v4_forward_group_travels(core, &packet) || v4_ip_forward_group(core, &packet, &why))
        v4_core_drop(core, why, waited->octets);
}

static bool is_right(const struct v4_core *core, const struct v4_mroute *route)
{
    if (!v4_addr_is_multicast(route->group) || is_of_one_link(route->group) ||
        (route->source != V4_ADDR_ANY && !v4_special_is_host(route->source)) ||
        route->iface >= core->config.iface_count)
        return false;
    for (unsigned i = core->config.iface_count; i < V4_IFACES_MAX; i++)
        if (route->least[i] != 0)
            return false;
    return true;
}

enum v4_error v4_forward_group_add(struct v4_core *core, const struct v4_mroute *route)
{
    struct v4_mroute_packet waited;

    if (!is_right(core, route))
        return V4_EINVAL;
    switch (v4_mroutes_add(core->mroutes, route, core->now)) {
    case V4_MROUTE_ADDED:
        break;
    case V4_MROUTE_TWICE:
        return V4_EEXIST;
    case V4_MROUTE_FULL:
        return V4_ENOBUFS;
    }
    while (v4_mroutes_take(core->mroutes, route, &waited))
        release(core, &waited);
    return V4_OK;
}

void v4_forward_group_tick(struct v4_core *core)
{
    struct v4_mroute_packet waited;

    while (v4_mroutes_expire(core->mroutes, core->now, &waited))
        v4_core_drop(core, V4_DROP_GROUP_EXPIRED, waited.octets);
}
