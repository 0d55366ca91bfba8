/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A route, as the table has it (table/route.h) and as users give it. */
#pragma once
#include <stdint.h>

/* What becomes of a datagram that goes there. All but the first end there, and say so to the user,
 * or not (BLACKHOLE). */
enum v4_route_type {
    V4_ROUTE_UNICAST,
    V4_ROUTE_UNREACHABLE,
    V4_ROUTE_BLACKHOLE,
    V4_ROUTE_PROHIBIT,
};

struct v4_route {
    uint32_t addr; /* of the network; host bits do not matter */
    uint8_t len;   /* of its prefix; 0 for the default route */
    uint8_t tos;   /* for this type of service only (V4_ROUTE_TOS of it); 0: for each */
    unsigned iface;
    uint32_t gateway;    /* 0: connected, the next hop is the destination itself */
    uint32_t preference; /* the lowest is tried first (RFC1122-3.3.1.6-a) */
    enum v4_route_type type;
};

/* The bits of the TOS octet that choose a way: neither precedence nor the last one. */
#define V4_ROUTE_TOS 0x1e
