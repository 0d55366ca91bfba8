/* SPDX-License-Identifier: BSD-2-Clause */
#include "spreading.h"
#include <string.h>

#define WAIT 10000 /* milliseconds */
#define EACH 4     /* packets of one source and group that wait, */
#define QUEUES 8   /* and how many of those there may be */
#define TELL 1000  /* milliseconds from one complaint to the next */

static uint32_t rest(unsigned bits)
{
    return 0xffffffffu >> bits;
}

/* RFC 1122 3.2.1.3, RFC 1812 5.3.7, RFC 3927 7: one host, not the router, whose packets go on. */
static bool is_source(const struct spread_router *router, uint32_t addr)
{
    if (addr >> 24 == 0 || addr >> 24 == 127 || addr >> 28 >= 14 || addr >> 16 == 0xa9fe)
        return false;
    for (unsigned i = 0; i < SPREAD_IFACES; i++) {
        const struct spread_port *port = router->ports + i;
        const uint32_t host = addr & rest(port->bits);
        if (addr == port->addr || (((addr ^ port->addr) & ~rest(port->bits)) == 0 &&
                                   (host == 0 || host == rest(port->bits))))
            return false;
    }
    return true;
}

static bool is_group(uint32_t addr)
{
    return addr >> 28 == 14 && addr >> 8 != 0xe00000;
}

static bool takes_part(const struct spread_router *router, unsigned iface)
{
    return router->forwards && router->groups && router->ports[iface].forwards &&
           router->ports[iface].groups;
}

/* Is an option's length wrong, or one there that names a route we are no hop of (RFC 1812 5.2.2)?
 */
static bool is_stopped(struct v4_span header)
{
    for (size_t at = 20; at < header.len && header.octets[at] != 0;) {
        if (header.octets[at] == 1) {
            at++;
            continue;
        }
        if (at + 1 >= header.len || header.octets[at] == 137)
            return true;
        const size_t len = header.octets[at + 1];
        if (len < 2 || at + len > header.len)
            return true;
        at += len;
    }
    return false;
}

/* What nobody has used for so long is gone. */
static void forget(struct spread_router *router, uint64_t now)
{
    size_t kept = 0;

    for (size_t i = 0; i < router->route_count; i++) {
        const struct spread_route route = router->routes[i];
        if (route.expiry == 0 || now - route.used < route.expiry)
            router->routes[kept++] = route;
    }
    router->route_count = kept;
}

static struct spread_route *exactly(struct spread_router *router, uint32_t source, uint32_t group)
{
    for (size_t i = 0; i < router->route_count; i++)
        if (router->routes[i].source == source && router->routes[i].group == group)
            return router->routes + i;
    return NULL;
}

static void copy(struct spread_router *router, unsigned iface, const struct model_packet *packet)
{
    struct spread_copy *copy = router->copies + router->copy_count;
    uint8_t *header = copy->octets;

    if (packet->df && packet->octets.len > router->ports[iface].mtu)
        return;
    copy->iface = iface;
    copy->mtu = router->ports[iface].mtu;
    copy->len = packet->octets.len;
    memcpy(header, packet->octets.octets, copy->len);
    header[8]--;
    header[10] = header[11] = 0;
    const uint32_t sum = 0xffff & ~model_sum((struct v4_span){header, packet->header.len}, 0);
    header[10] = (uint8_t)(sum >> 8);
    header[11] = (uint8_t)sum;
    router->copy_count++;
}

static void hold(struct spread_router *router, unsigned iface, const struct model_packet *packet,
                 uint64_t now)
{
    size_t same = 0, queues = 0;
    uint64_t until = now + WAIT;

    for (size_t i = 0; i < router->waiting_count; i++) {
        const struct spread_packet *one = router->waiting + i;
        bool first = true;
        for (size_t j = 0; j < i; j++)
            first = first && (router->waiting[j].source != one->source ||
                              router->waiting[j].group != one->group);
        queues += first;
        if (one->source != packet->src || one->group != packet->dst)
            continue;
        until = one->until; /* of the first */
        same++;
    }
    if (same == EACH || (same == 0 && queues == QUEUES))
        return;
    router->missing += same == 0;
    struct spread_packet *place = router->waiting + router->waiting_count++;
    *place = (struct spread_packet){.source = packet->src,
                                    .group = packet->dst,
                                    .iface = iface,
                                    .until = until,
                                    .len = packet->octets.len};
    memcpy(place->octets, packet->octets.octets, place->len);
}

static void spread(struct spread_router *router, unsigned iface, const struct model_packet *packet,
                   uint64_t now)
{
    if (!takes_part(router, iface) || !is_source(router, packet->src) || !is_group(packet->dst) ||
        packet->protocol == 2 || packet->ttl <= 1)
        return;
    struct spread_route *route = exactly(router, packet->src, packet->dst);
    if (route == NULL)
        route = exactly(router, 0, packet->dst);
    if (route == NULL) {
        hold(router, iface, packet, now);
        return;
    }
    if (route->iface != iface) {
        router->wrong += now >= route->told;
        route->told = now >= route->told ? now + TELL : route->told;
        return;
    }
    route->used = now;
    for (unsigned i = 0; i < SPREAD_IFACES && !is_stopped(packet->header); i++)
        if (i != iface && route->least[i] != 0 && packet->ttl >= route->least[i] &&
            router->ports[i].up && takes_part(router, i))
            copy(router, i, packet);
}

static void begin(struct spread_router *router, uint64_t now)
{
    size_t kept = 0;

    router->copy_count = 0;
    router->missing = router->wrong = 0;
    forget(router, now);
    for (size_t i = 0; i < router->waiting_count; i++)
        if (router->waiting[i].until > now)
            router->waiting[kept++] = router->waiting[i];
    router->waiting_count = kept;
}

void spread_comes(struct spread_router *router, unsigned iface, const struct model_packet *packet,
                  uint64_t now)
{
    begin(router, now);
    if (router->ports[iface].up)
        spread(router, iface, packet, now);
}

bool spread_add(struct spread_router *router, const struct spread_route *route, uint64_t now)
{
    size_t kept = 0;

    begin(router, now);
    if (!is_group(route->group) || route->source >> 28 >= 14 ||
        exactly(router, route->source, route->group) != NULL ||
        router->route_count == SPREAD_ROUTES)
        return false;
    router->routes[router->route_count] = *route;
    router->routes[router->route_count].used = now;
    router->routes[router->route_count++].told = 0;
    for (size_t i = 0; i < router->waiting_count; i++) {
        const struct spread_packet one = router->waiting[i];
        struct model_packet packet;
        if (one.group != route->group || (route->source != 0 && route->source != one.source))
            router->waiting[kept++] = one;
        else if (model_packet_read((struct v4_span){one.octets, one.len}, false, &packet) == NULL)
            spread(router, one.iface, &packet, now);
    }
    router->waiting_count = kept;
    return true;
}

bool spread_remove(struct spread_router *router, uint32_t source, uint32_t group, uint64_t now)
{
    begin(router, now);
    const struct spread_route *route = exactly(router, source, group);
    if (route == NULL)
        return false;
    const size_t at = (size_t)(route - router->routes);
    router->route_count--;
    memmove(router->routes + at, router->routes + at + 1,
            (router->route_count - at) * sizeof *router->routes);
    return true;
}
