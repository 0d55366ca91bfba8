/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The way of a datagram that we send (RFC 1122 3.3.1): what redirects taught, then the routes, over
 * gateways that are not dead. */
#pragma once
#include "proto/core.h"

/* Where a datagram goes. */
struct v4_way {
    unsigned iface;
    bool local;        /* to ourselves */
    bool lost;         /* to nobody: a route says so */
    bool built;        /* what goes there has a transport's header of our own */
    bool group;        /* to everybody on the link, or to a multicast group there */
    bool heard;        /* to such a group, and by users of our own too */
    bool by_tos;       /* by a route for one type of service */
    uint32_t next_hop; /* else */
};

/* V4_EINVAL: no interface of ours, or a gateway that is on its network and another's it is not. */
enum v4_error v4_route_add(struct v4_core *core, const struct v4_route *route);

/* Could `addr` lead further: a neighbour by that interface who is not we? */
bool v4_route_is_gateway(const struct v4_core *core, unsigned iface, uint32_t addr);

/* The way to `dst`, which is neither ours nor a group; in the strong model by the interface of
 * `src`, where that is one of our addresses (RFC1122-3.3.4.2-e). V4_ENETUNREACH: there is none;
 * V4_EHOSTUNREACH, V4_EACCES: a route forbids it. */
enum v4_error v4_route_find(const struct v4_core *core, uint32_t src, uint32_t dst, uint8_t tos,
                            struct v4_way *ret_way);

/* The route of a packet that is passed on to `dst`, which is not ours: of those by an interface
 * that is up (RFC1812-5.3.12.3-a); what redirects say counts for nothing (RFC1812-5.2.7.2-e). NULL:
 * there is none. */
const struct v4_route *v4_route_onward(const struct v4_core *core, uint32_t dst, uint8_t tos);
/* The best one there for any type of service at all. */
const struct v4_route *v4_route_any(const struct v4_core *core, uint32_t dst);
/* The route that leads back to who has sent a packet; NULL: none. */
const struct v4_route *v4_route_back(const struct v4_core *core, uint32_t src);

/* A datagram to `dst` leaves that way. True: the gateway is to be asked whether it lives, by an
 * echo request whose identifier and number are `*ret_rest`. */
bool v4_route_asks(struct v4_core *core, const struct v4_way *way, uint32_t dst,
                   uint32_t *ret_rest);
/* An echo reply came; true when it answers such a question. */
bool v4_route_answered(struct v4_core *core, unsigned iface, uint32_t src, uint32_t rest);

/* Advice from above on whoever leads to `dst` now: what goes there arrives, or does not
 * (RFC1122-3.3.1.4-f). */
void v4_route_advise(struct v4_core *core, uint32_t dst, bool good);
/* Who is there has sent something of its own. */
void v4_route_heard(struct v4_core *core, unsigned iface, uint32_t gateway);
/* Nobody there has that address: what led there goes another way (RFC1122-3.3.1.4-a). */
void v4_route_failed(struct v4_core *core, unsigned iface, uint32_t gateway);
