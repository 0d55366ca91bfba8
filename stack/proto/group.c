/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/group.h"

#define GROUP_BITS 4 /* of a route to all groups: shorter ones are to hosts */

bool v4_group_member(const struct v4_core *core, unsigned iface, uint32_t addr)
{
    if (addr == V4_ADDR_ALL_HOSTS) /* RFC1122-3.3.7-c */
        return true;
    return v4_addr_is_multicast(addr) && v4_groups_wanted(core->groups, iface, addr) != NULL;
}

bool v4_group_wants(const struct v4_core *core, const struct v4_packet *packet)
{
    const struct v4_filter *filter = v4_groups_wanted(core->groups, packet->iface, packet->ip.dst);

    if (packet->ip.protocol == V4_PROTOCOL_IGMP) /* RFC3376-3.2-e */
        return true;
    return filter == NULL || packet->ip.dst == V4_ADDR_ALL_HOSTS ||
           v4_filter_wants(filter, packet->ip.src);
}

bool v4_group_passes(const struct v4_core *core, unsigned sock, const struct v4_packet *packet)
{
    const struct v4_listener who = {sock, packet->iface, packet->ip.dst};

    if (!v4_addr_is_multicast(packet->ip.dst) || packet->ip.protocol == V4_PROTOCOL_IGMP)
        return true;
    const struct v4_filter *filter = v4_groups_filter(core->groups, &who);
    if (filter != NULL) /* RFC3376-3.2-d */
        return v4_filter_wants(filter, packet->ip.src);
    return packet->ip.dst == V4_ADDR_ALL_HOSTS || !core->profile->group_by_user;
}

bool v4_group_nobody_speaks(const struct v4_packet *packet)
{
    return packet->ip.src == V4_ADDR_ANY && packet->ip.protocol == V4_PROTOCOL_IGMP;
}

unsigned v4_group_iface(const struct v4_core *core, uint32_t addr)
{
    const struct v4_route *route = NULL;

    while ((route = v4_routes_next(core->routes, addr, 0, route)) != NULL)
        if (route->len >= GROUP_BITS && route->type == V4_ROUTE_UNICAST)
            return route->iface;
    return 0;
}

/* RFC1112-4-a: 224.0.0.0 is none. RFC 4604 2.1: of some only the traffic of named sources can be
 * asked for. */
static bool is_joinable(const struct v4_core *core, uint32_t addr, const struct v4_filter *filter)
{
    if (!v4_addr_is_multicast(addr) || addr == V4_ADDR(224, 0, 0, 0))
        return false;
    return !v4_ssm_has(&core->ssm, addr) || filter->mode == V4_FILTER_INCLUDE;
}

enum v4_error v4_group_filter(struct v4_core *core, const struct v4_listener *who,
                              const struct v4_filter *filter)
{
    const struct v4_filter *wanted = v4_groups_wanted(core->groups, who->iface, who->group);
    struct v4_filter was = wanted == NULL ? (struct v4_filter){0} : *wanted;

    if (who->iface >= core->config.iface_count || !is_joinable(core, who->group, filter))
        return V4_EINVAL;
    if (v4_groups_listen(core->groups, who, filter) != V4_LISTEN_DONE)
        return V4_ENOBUFS;
    v4_reports_changed(core->reports, who->iface, who->group, &was, core->now);
    return V4_OK;
}

enum v4_error v4_group_join(struct v4_core *core, const struct v4_listener *who)
{
    static const struct v4_filter all = {.mode = V4_FILTER_EXCLUDE};

    return v4_groups_filter(core->groups, who) != NULL ? V4_EEXIST
                                                       : v4_group_filter(core, who, &all);
}

enum v4_error v4_group_leave(struct v4_core *core, const struct v4_listener *who)
{
    static const struct v4_filter none = {.mode = V4_FILTER_INCLUDE};
    bool joined = v4_groups_filter(core->groups, who) != NULL;
    enum v4_error error = v4_group_filter(core, who, &none);

    return error == V4_OK && !joined ? V4_ENOENT : error;
}

void v4_group_quit(struct v4_core *core, unsigned sock)
{
    struct v4_listener who;

    while (v4_groups_of(core->groups, sock, &who))
        (void)v4_group_leave(core, &who); /* it is in it */
}
