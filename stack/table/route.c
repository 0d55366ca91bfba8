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

static uint32_t mask_of(uint8_t len)
{
    return len == 0 ? 0 : UINT32_MAX << (32 - len);
}

/* Is `a` tried before `b`, where both lead to a destination? */
static bool is_better(const struct v4_route *a, const struct v4_route *b)
{
    if (a->len != b->len) /* RFC1122-3.3.1.1-a */
        return a->len > b->len;
    if ((a->tos != 0) != (b->tos != 0)) /* RFC1349-7-a */
        return a->tos != 0;
    return a->preference < b->preference;
}

static bool is_same(const struct v4_route *a, const struct v4_route *b)
{
    return a->len == b->len && ((a->addr ^ b->addr) & mask_of(a->len)) == 0 && a->tos == b->tos &&
           a->iface == b->iface && a->gateway == b->gateway && a->preference == b->preference &&
           a->type == b->type;
}

static size_t place_of(const struct v4_routes *routes, const struct v4_route *route)
{
    size_t at = 0;

    while (at < routes->count && !is_same(&routes->routes[at], route))
        at++;
    return at;
}

/* Keeps the better ones in front, so that the first that fits is the right one. */
enum v4_route_added v4_routes_add(struct v4_routes *routes, const struct v4_route *route)
{
    if (route->len > 32 || (route->tos & ~V4_ROUTE_TOS) != 0)
        return V4_ROUTE_WRONG;
    if (place_of(routes, route) < routes->count)
        return V4_ROUTE_TWICE;
    if (routes->count == routes->size)
        return V4_ROUTE_FULL;

    size_t at = routes->count++;
    for (; at > 0 && is_better(route, &routes->routes[at - 1]); at--)
        routes->routes[at] = routes->routes[at - 1];
    routes->routes[at] = *route;
    return V4_ROUTE_ADDED;
}

bool v4_routes_remove(struct v4_routes *routes, const struct v4_route *route)
{
    size_t at = place_of(routes, route);

    if (at == routes->count)
        return false;
    routes->count--;
    for (; at < routes->count; at++)
        routes->routes[at] = routes->routes[at + 1];
    return true;
}

void v4_routes_clear(struct v4_routes *routes)
{
    routes->count = 0;
}

const struct v4_route *v4_routes_at(const struct v4_routes *routes, size_t index)
{
    return index < routes->count ? &routes->routes[index] : NULL;
}

static bool leads_to(const struct v4_route *route, uint32_t dst, uint8_t tos)
{
    return ((route->addr ^ dst) & mask_of(route->len)) == 0 &&
           (route->tos == 0 || route->tos == (tos & V4_ROUTE_TOS));
}

const struct v4_route *v4_routes_next(const struct v4_routes *routes, uint32_t dst, uint8_t tos,
                                      const struct v4_route *after)
{
    size_t at = after == NULL ? 0 : (size_t)(after - routes->routes) + 1;

    while (at < routes->count && !leads_to(&routes->routes[at], dst, tos))
        at++;
    return at < routes->count ? &routes->routes[at] : NULL;
}
