/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Frames on their way out to the Ethernet below. */
#pragma once
#include "proto/core.h"

/* How a packet is framed. */
struct v4_link_to {
    struct v4_mac dst;
    uint16_t type;
    bool ethernet; /* Ethernet II whatever the interface is used to: so does this neighbour */
};

/* Queues a frame for the interface. */
void v4_link_send(struct v4_core *core, unsigned iface, const struct v4_link_to *to,
                  struct v4_span packet);
/* The same with a header that is there already. */
void v4_link_emit(struct v4_core *core, unsigned iface, struct v4_span header, struct v4_span data);
/* Where packets to a group go: a multicast has an address made of its own (RFC1112-6.4-a), all else
 * is broadcast. */
struct v4_mac v4_link_group(uint32_t dst);
