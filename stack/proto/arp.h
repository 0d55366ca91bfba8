/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ARP (RFC 826, RFC 1122 2.3.2): finds the neighbours of the packets that leave, answers those who
 * look for us. */
#pragma once
#include "proto/core.h"

/* An ARP packet from a link: its sender is learned, and answered if it asks for us. */
void v4_arp_input(struct v4_core *core, unsigned iface, struct v4_span packet);
/* Sends an IP packet to a neighbour, now or once its address is known. */
void v4_arp_send(struct v4_core *core, unsigned iface, uint32_t next_hop, struct v4_span packet);
/* Asks again, and gives up where nobody answers. */
void v4_arp_tick(struct v4_core *core);
