/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Packets that are for others, where we are a router (RFC 1812 5.2, 5.3): by an interface that
 * forwards they come, and by one they leave, or their source is told why not. */
#pragma once
#include "proto/route.h"

/* RFC1812-5.3.8-a: is the source reached by the interface that the packet came by (strict), or by
 * any at all (loose)? V4_KEEP, or what it is dropped for. */
enum v4_drop v4_forward_judge_path(const struct v4_core *core, const struct v4_packet *packet);

/* RFC1812-5.3.7-a to -d, RFC3927-7-a: what has this address at one end goes no further. */
bool v4_forward_barred(uint32_t addr);
/* Sends a packet on, which may go that way, with us in its options and less to live. */
void v4_forward_send(struct v4_core *core, const struct v4_packet *packet, const struct v4_way *way,
                     size_t mtu);

/* Passes on a packet that is not for us, and is no group's. True: it is also for us, as a broadcast
 * for all on another of our networks (RFC1812-5.2.3-c). */
bool v4_ip_forward(struct v4_core *core, struct v4_packet *packet);

/* The neighbour that this packet waits for, which we have passed on, never answered: a router tells
 * its source (RFC1812-3.3.2-c). False: of this one nobody may be told. */
bool v4_forward_failed(struct v4_core *core, struct v4_span packet);
