/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a router makes of a packet, told again from RFC 1812 5.2 and 5.3 in the plainest way: every
 * list is searched whole, and nothing is remembered of the packet before. */
#pragma once
#include "model/frame.h"
#include "model/routing.h"

#define PASSING_IFACES 3

struct model_port {
    uint32_t addr;
    unsigned bits;
    size_t mtu;
    bool up, forwards, broadcasts;
};

struct model_router {
    struct model_port ports[PASSING_IFACES];
    struct model_routing routing; /* its list of ways only */
    bool forwards, broadcasts, redirects, by_tos;
    unsigned validation;
};

enum model_outcome {
    PASSING_VAGUE, /* a hop of a source route: another's matter */
    PASSING_LOCAL, /* it is for the router alone */
    PASSING_SILENT,
    PASSING_TOLD,
    PASSING_GOES
};

struct model_message {
    uint8_t type, code; /* type 0: there is none */
    uint32_t rest;
    unsigned iface; /* by which it leaves, from which address and to which neighbour */
    uint32_t src, hop;
};

struct model_passing {
    enum model_outcome outcome;
    unsigned iface;
    uint32_t hop; /* 0: all there */
    size_t mtu;
    struct model_message said;
    uint8_t packet[1500]; /* as it leaves, before it is cut */
    size_t len;
};

bool model_port_has(const struct model_port *port, uint32_t addr);
bool model_router_is(const struct model_router *router, uint32_t addr);
/* `packet` came by `iface`, in a frame to many or not, at that time of day (RFC 792). */
void model_pass(const struct model_router *router, unsigned iface, bool to_many,
                const struct model_packet *packet, uint32_t time,
                struct model_passing *ret_passing);
