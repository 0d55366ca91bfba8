/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/route.h"
#include "base/hash.h"
#include "proto/address.h"
#include "proto/role.h"
#include "wire/icmp.h"
#include "wire/special.h"

bool v4_route_is_gateway(const struct v4_core *core, unsigned iface, uint32_t addr)
{
    unsigned ours;

    return v4_address_is_near(core, iface, addr) && v4_role_single(core, addr) &&
           !v4_role_ours(core, addr, &ours);
}

enum v4_error v4_route_add(struct v4_core *core, const struct v4_route *route)
{
    if (route->iface >= core->config.iface_count ||
        (route->gateway != 0 && !v4_route_is_gateway(core, route->iface, route->gateway)))
        return V4_EINVAL;
    switch (v4_routes_add(core->routes, route)) {
    case V4_ROUTE_ADDED:
        break;
    case V4_ROUTE_WRONG:
        return V4_EINVAL;
    case V4_ROUTE_TWICE:
        return V4_EEXIST;
    case V4_ROUTE_FULL:
        return V4_ENOBUFS;
    }
    return V4_OK;
}

/* Also of whom nothing reaches, for the interface is disabled. */
static bool is_dead(const struct v4_core *core, unsigned iface, uint32_t gateway)
{
    if (!core->ifaces[iface].up)
        return true;
    return v4_gateways_is_dead(core->gateways, iface, gateway, core->now);
}

/* RFC1122-3.3.4.2-e */
static bool may_leave_by(const struct v4_core *core, uint32_t src, unsigned iface)
{
    unsigned ours;

    return !core->switches.strong_host || !v4_role_ours(core, src, &ours) || ours == iface;
}

/* The best one whose gateway lives (RFC1122-3.3.1.5-a). Where all are dead it is the best of them:
 * that we believe so may be wrong, and another way there is not. */
static const struct v4_route *find_route(const struct v4_core *core, uint32_t src, uint32_t dst,
                                         uint8_t tos)
{
    const struct v4_route *best = NULL, *route = NULL;

    while ((route = v4_routes_next(core->routes, dst, tos, route)) != NULL) {
        if (!may_leave_by(core, src, route->iface))
            continue;
        if (!is_dead(core, route->iface, route->gateway))
            return route;
        best = best == NULL ? route : best;
    }
    return best;
}

enum v4_error v4_route_find(const struct v4_core *core, uint32_t src, uint32_t dst, uint8_t tos,
                            struct v4_way *ret_way)
{
    const struct v4_cached_route *cached =
        v4_route_cache_find(core->route_cache, dst, tos & V4_ROUTE_TOS, core->now);

    if (cached != NULL && may_leave_by(core, src, cached->iface) &&
        !is_dead(core, cached->iface, cached->gateway)) {
        *ret_way = (struct v4_way){.iface = cached->iface, .next_hop = cached->gateway};
        return V4_OK;
    }
    const struct v4_route *route = find_route(core, src, dst, tos);
    if (route == NULL)
        return V4_ENETUNREACH;
    if (route->type == V4_ROUTE_UNREACHABLE)
        return V4_EHOSTUNREACH;
    if (route->type == V4_ROUTE_PROHIBIT)
        return V4_EACCES;
    *ret_way = (struct v4_way){.iface = route->iface,
                               .lost = route->type == V4_ROUTE_BLACKHOLE,
                               .next_hop = route->gateway == 0 ? dst : route->gateway};
    return V4_OK;
}

const struct v4_route *v4_route_any(const struct v4_core *core, uint32_t dst)
{
    const struct v4_route *route;

    for (size_t i = 0; (route = v4_routes_at(core->routes, i)) != NULL; i++)
        if (core->ifaces[route->iface].up &&
            v4_prefix_contains((struct v4_prefix){route->addr, route->len}, dst))
            return route;
    return NULL;
}

/* RFC1812-5.2.4.3-b: the longest prefix is chosen first, and only then the type of service: what
 * has none there for its own, nor for each, has no shorter one. */
static bool is_hidden(const struct v4_core *core, const struct v4_route *route, uint32_t dst,
                      uint8_t tos)
{
    const struct v4_route *longest = v4_route_any(core, dst);

    return longest != NULL && longest->len > route->len && longest->tos != 0 &&
           longest->tos != (tos & V4_ROUTE_TOS);
}

const struct v4_route *v4_route_onward(const struct v4_core *core, uint32_t dst, uint8_t tos)
{
    const struct v4_route *best = NULL, *route = NULL;

    while ((route = v4_routes_next(core->routes, dst, tos, route)) != NULL) {
        if (!core->ifaces[route->iface].up || is_hidden(core, route, dst, tos))
            continue;
        if (!is_dead(core, route->iface, route->gateway))
            return route;
        best = best == NULL ? route : best;
    }
    return best;
}

const struct v4_route *v4_route_back(const struct v4_core *core, uint32_t src)
{
    return find_route(core, V4_ADDR_ANY, src, 0);
}

/* Nobody else can know it, so that no user's echo is taken for ours. */
static uint16_t identifier_of(const struct v4_core *core, uint32_t gateway)
{
    return (uint16_t)v4_hash_number(core->config.seed, gateway);
}

bool v4_route_asks(struct v4_core *core, const struct v4_way *way, uint32_t dst, uint32_t *ret_rest)
{
    if (way->local || way->group || way->next_hop == dst ||
        !v4_gateways_use(core->gateways, way->iface, way->next_hop, core->now))
        return false;
    *ret_rest = v4_icmp_rest(identifier_of(core, way->next_hop), core->state.questions++);
    return true;
}

bool v4_route_answered(struct v4_core *core, unsigned iface, uint32_t src, uint32_t rest)
{
    bool ours =
        v4_gateways_is_asked(core->gateways, iface, src) && rest >> 16 == identifier_of(core, src);

    v4_route_heard(core, iface, src);
    return ours;
}

void v4_route_advise(struct v4_core *core, uint32_t dst, bool good)
{
    struct v4_way way;

    if (!v4_special_is_host(dst) || v4_route_find(core, V4_ADDR_ANY, dst, 0, &way) != V4_OK)
        return;
    if (way.next_hop == dst && !good) /* it may have another MAC by now (RFC1122-2.3.2.1-a) */
        v4_neighbors_doubt(core->neighbors, way.iface, dst, core->now);
    if (way.next_hop == dst)
        return;
    if (good)
        v4_gateways_praise(core->gateways, way.iface, way.next_hop);
    else
        v4_gateways_doubt(core->gateways, way.iface, way.next_hop);
}

void v4_route_heard(struct v4_core *core, unsigned iface, uint32_t gateway)
{
    v4_gateways_praise(core->gateways, iface, gateway);
}

static bool leads_on(const struct v4_core *core, unsigned iface, uint32_t addr)
{
    const struct v4_route *route;

    for (size_t i = 0; (route = v4_routes_at(core->routes, i)) != NULL; i++)
        if (route->gateway == addr && route->iface == iface)
            return true;
    return false;
}

void v4_route_failed(struct v4_core *core, unsigned iface, uint32_t gateway)
{
    /* A neighbour that leads nowhere must not drive out the gateways. */
    if (v4_route_cache_forget(core->route_cache, iface, gateway) || leads_on(core, iface, gateway))
        v4_gateways_fail(core->gateways, iface, gateway, core->now);
}
