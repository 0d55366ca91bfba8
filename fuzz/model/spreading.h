/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a router makes of multicasts, told again from RFC 1812 5.2.1.3 and docs/filters.md in the
 * plainest way: routes and what waits are lists that are searched whole. */
#pragma once
#include "model/frame.h"

#define SPREAD_IFACES 3
#define SPREAD_ROUTES 64
#define SPREAD_WAITING 32
#define SPREAD_OCTETS 1540
#define SPREAD_COPIES (SPREAD_WAITING * (SPREAD_IFACES - 1))

struct spread_port {
    uint32_t addr;
    unsigned bits;
    size_t mtu;
    bool up, forwards, groups;
};

struct spread_route {
    uint32_t source, group;
    unsigned iface, least[SPREAD_IFACES];
    uint64_t expiry, used, told; /* milliseconds; told: not before that */
};

struct spread_packet {
    uint32_t source, group;
    unsigned iface;
    uint64_t until;
    size_t len;
    uint8_t octets[SPREAD_OCTETS];
};

struct spread_copy {
    unsigned iface;
    size_t mtu, len;
    uint8_t octets[SPREAD_OCTETS]; /* as it leaves, before it is cut */
};

struct spread_router {
    struct spread_port ports[SPREAD_IFACES];
    bool forwards, groups;
    size_t route_count, waiting_count;
    struct spread_route routes[SPREAD_ROUTES];
    struct spread_packet waiting[SPREAD_WAITING];
    /* Of the last call. */
    size_t copy_count;
    struct spread_copy copies[SPREAD_COPIES];
    unsigned missing, wrong; /* how often the user is told */
};

/* `packet` came by `iface`; its octets are all that there are. */
void spread_comes(struct spread_router *router, unsigned iface, const struct model_packet *packet,
                  uint64_t now);
/* False: there can be no such route. What waits for it leaves. */
bool spread_add(struct spread_router *router, const struct spread_route *route, uint64_t now);
bool spread_remove(struct spread_router *router, uint32_t source, uint32_t group, uint64_t now);
