/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Path MTU discovery (RFC 1191): what routers say that could not send on a packet of ours, and
 * whether that is to be believed. */
#pragma once
#include "proto/core.h"
#include "wire/icmp.h"

/* How long a packet to `dst` may be whose first hop carries `first_hop`. */
unsigned v4_path_mtu(const struct v4_core *core, uint32_t dst, unsigned first_hop);

/* Fragmentation Needed about the datagram that it quotes. What we cannot have sent changes nothing:
 * one to no single host, without Don't Fragment, from no open port, or with another identification
 * than we gave. */
void v4_path_report(struct v4_core *core, const struct v4_icmp *icmp, const struct v4_ip *quote,
                    unsigned first_hop);
