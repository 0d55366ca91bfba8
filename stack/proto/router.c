/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/router.h"
#include "proto/address.h"
#include "proto/ip_out.h"
#include "proto/route.h"
#include "wire/router.h"

#define SOLICITATIONS 3
#define DELAY_MS 1000 /* before the first, at most */
#define INTERVAL (3 * V4_SECOND)

/* A route's preference is the higher the less it is preferred, and has no sign. */
static struct v4_route default_route(const struct v4_router *router)
{
    return (struct v4_route){.iface = router->iface,
                             .gateway = router->addr,
                             .preference = (uint32_t)(INT32_MAX - (int64_t)router->preference)};
}

static void forget(struct v4_core *core, const struct v4_router *router)
{
    struct v4_route route = default_route(router);

    v4_routes_remove(core->routes, &route);
}

/* A default router that somebody has configured keeps what was said of it then. */
static bool is_configured(const struct v4_core *core, unsigned iface, uint32_t addr)
{
    const struct v4_route *route;

    for (size_t i = 0; (route = v4_routes_at(core->routes, i)) != NULL; i++)
        if (route->len == 0 && route->gateway == addr && route->iface == iface)
            return true;
    return false;
}

/* What is said of a router is said anew: what was known before goes first. */
static void learn(struct v4_core *core, const struct v4_router *router)
{
    struct v4_router gone;

    if (v4_routers_remove(core->routers, router->iface, router->addr, &gone))
        forget(core, &gone);
    if (router->preference == V4_ROUTER_NEVER || router->expires <= core->now ||
        is_configured(core, router->iface, router->addr))
        return;
    if (!v4_routers_enter(core->routers, router, &gone)) {
        v4_stat_count(&core->stats, V4_STAT_IP_ROUTING_DISCARDS);
        return;
    }
    if (gone.addr != 0)
        forget(core, &gone);
    struct v4_route route = default_route(router);
    v4_route_add(core, &route);
}

enum v4_drop v4_router_advertised(struct v4_core *core, const struct v4_packet *packet,
                                  const struct v4_icmp *icmp)
{
    struct v4_iface_state *iface = &core->ifaces[packet->iface];
    struct v4_advertisement advertisement;

    if (packet->looped) /* our own, as a router */
        return V4_KEEP;
    if (!iface->discovering) /* RFC1256-5.3-b, RFC1256-4.2-b */
        return V4_DROP_ICMP_UNSERVED;
    if (!v4_advertisement_parse(icmp, &advertisement))
        return V4_DROP_ICMP_ADVERTISEMENT;
    v4_time expires = core->now + advertisement.lifetime * V4_SECOND;
    for (unsigned i = 0; i < advertisement.count; i++) {
        struct v4_advertised entry = v4_advertisement_entry(&advertisement, i);
        if (!v4_route_is_gateway(core, packet->iface, entry.addr)) /* RFC1256-6.1-b */
            continue;
        if (entry.preference != V4_ROUTER_NEVER)
            iface->solicitations = SOLICITATIONS; /* RFC1256-5.3-d: no more of them */
        learn(core, &(struct v4_router){packet->iface, entry.addr, entry.preference, expires});
    }
    return V4_KEEP;
}

/* Asks whoever is to be asked, under our address there or none (RFC1256-4-a, RFC1256-5.3-e). */
static void solicit(struct v4_core *core, unsigned iface)
{
    struct v4_icmp solicitation = {.type = V4_ICMP_SOLICITATION};
    uint32_t dst = core->ifaces[iface].solicited;
    size_t len = v4_icmp_emit(&solicitation, core->message);

    v4_ip_announce(core, iface, v4_address_towards(core, iface, dst), dst, len);
}

/* An interface that comes up, or that discovers from now on, begins anew (RFC1256-6-a). */
static void follow(struct v4_core *core, unsigned iface)
{
    struct v4_iface_state *state = &core->ifaces[iface];
    bool wanted = state->discovery && state->up;
    struct v4_router router;

    if (wanted == state->discovering)
        return;
    state->discovering = wanted;
    state->solicitations = 0;
    if (wanted) /* RFC1256-5.3-c */
        state->solicit_at = core->now + v4_rng_below(&core->rng, DELAY_MS) * V4_MS;
    while (!wanted && v4_routers_leave(core->routers, iface, &router))
        forget(core, &router);
}

void v4_router_tick(struct v4_core *core)
{
    struct v4_router router;

    while (v4_routers_expired(core->routers, core->now, &router)) /* RFC1256-5.3-f */
        forget(core, &router);
    for (unsigned i = 0; i < core->config.iface_count; i++) {
        struct v4_iface_state *state = &core->ifaces[i];
        follow(core, i);
        if (!state->discovering || state->solicitations == SOLICITATIONS ||
            state->solicit_at > core->now)
            continue;
        state->solicitations++;
        state->solicit_at = core->now + INTERVAL;
        solicit(core, i);
    }
}

v4_time v4_router_next_timeout(const struct v4_core *core)
{
    v4_time next = v4_routers_next_timeout(core->routers);

    for (unsigned i = 0; i < core->config.iface_count; i++) {
        const struct v4_iface_state *state = &core->ifaces[i];
        if (state->discovering && state->solicitations < SOLICITATIONS && state->solicit_at < next)
            next = state->solicit_at;
    }
    return next;
}

void v4_router_set_discovery(struct v4_core *core, unsigned iface, bool on)
{
    core->ifaces[iface].discovery = on;
}

enum v4_error v4_router_set_solicited(struct v4_core *core, unsigned iface, uint32_t addr)
{
    if (addr != V4_ADDR_ALL_ROUTERS && addr != V4_ADDR_BROADCAST)
        return V4_EINVAL;
    core->ifaces[iface].solicited = addr;
    return V4_OK;
}
