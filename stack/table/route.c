/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/route.h"
#include <stdlib.h>

struct v4_routes {
    size_t size, count;
    struct v4_route routes[];
};

struct v4_routes *v4_routes_open(size_t routes)
{
    struct v4_routes *opened;

    if (routes == 0 || routes > (SIZE_MAX - sizeof *opened) / sizeof *opened->routes)
        return NULL;
    opened = malloc(sizeof *opened + routes * sizeof *opened->routes);
    if (opened == NULL)
        return NULL;
    opened->size = routes;
    opened->count = 0;
    return opened;
}

void v4_routes_close(struct v4_routes *routes)
{
    free(routes);
}

static bool leads_to(const struct v4_route *route, uint32_t dst)
{
    uint32_t mask = route->len == 0 ? 0 : UINT32_MAX << (32 - route->len);

    return ((route->addr ^ dst) & mask) == 0;
}

/* Keeps the longest prefixes in front, so that the first that fits is the right one. */
bool v4_routes_add(struct v4_routes *routes, const struct v4_route *route)
{
    if (routes->count == routes->size || route->len > 32)
        return false;

    size_t at = routes->count++;
    for (; at > 0 && routes->routes[at - 1].len < route->len; at--)
        routes->routes[at] = routes->routes[at - 1];
    routes->routes[at] = *route;
    return true;
}

void v4_routes_clear(struct v4_routes *routes)
{
    routes->count = 0;
}

bool v4_routes_find(const struct v4_routes *routes, uint32_t dst, unsigned *ret_iface,
                    uint32_t *ret_next_hop)
{
    for (size_t i = 0; i < routes->count; i++) {
        const struct v4_route *route = &routes->routes[i];
        if (!leads_to(route, dst)) /* RFC1122-3.3.1.1-a */
            continue;
        *ret_iface = route->iface;
        *ret_next_hop = route->gateway == 0 ? dst : route->gateway;
        return true;
    }
    return false;
}
