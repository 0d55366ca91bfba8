/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Where a datagram may go next (RFC 1122 3.3.1): connected networks and gateways, the longest
 * prefix first, then those for its own type of service, then the preferred.
 *
 * A small fixed table, searched from end to end. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "table/route_entry.h"

struct v4_routes;

/* NULL when memory is short or `routes` is 0. */
struct v4_routes *v4_routes_open(size_t routes);
void v4_routes_close(struct v4_routes *routes); /* NULL is fine */

enum v4_route_added {
    V4_ROUTE_ADDED,
    V4_ROUTE_WRONG, /* a prefix longer than 32 bits, or a TOS of other bits */
    V4_ROUTE_TWICE, /* the very same is there */
    V4_ROUTE_FULL
};

/* Of equal ones the one added first is tried first. */
enum v4_route_added v4_routes_add(struct v4_routes *routes, const struct v4_route *route);
/* Removes the very same route; false when there is none. */
bool v4_routes_remove(struct v4_routes *routes, const struct v4_route *route);
/* Forgets all routes. */
void v4_routes_clear(struct v4_routes *routes);

/* The routes in the order in which they are tried; NULL behind the last. Borrowed until a route is
 * added or removed. */
const struct v4_route *v4_routes_at(const struct v4_routes *routes, size_t index);

/* The next route that leads to `dst` for a datagram of that TOS, behind `after`; the best one after
 * NULL. NULL: no more of them. */
const struct v4_route *v4_routes_next(const struct v4_routes *routes, uint32_t dst, uint8_t tos,
                                      const struct v4_route *after);
