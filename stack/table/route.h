/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Where a datagram goes next (RFC 1122 3.3.1): connected networks and gateways, the longest prefix
 * first.
 *
 * A small fixed table, searched from end to end. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct v4_route {
    uint32_t addr; /* of the network; host bits do not matter */
    uint8_t len;   /* of its prefix; 0 for the default route */
    unsigned iface;
    uint32_t gateway; /* 0: connected, the next hop is the destination itself */
};

struct v4_routes;

/* NULL when memory is short or `routes` is 0. */
struct v4_routes *v4_routes_open(size_t routes);
void v4_routes_close(struct v4_routes *routes); /* NULL is fine */

/* False when the table is full or the prefix is longer than 32. Of equal prefixes the one added
 * first is used. */
bool v4_routes_add(struct v4_routes *routes, const struct v4_route *route);
/* Forgets all routes. */
void v4_routes_clear(struct v4_routes *routes);

/* False when no route leads to `dst`. */
bool v4_routes_find(const struct v4_routes *routes, uint32_t dst, unsigned *ret_iface,
                    uint32_t *ret_next_hop);
