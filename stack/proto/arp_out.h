/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The neighbours of the packets that leave, and the ARP packets that we send (RFC 826, RFC
 * 1122 2.3.2). */
#pragma once
#include "proto/core.h"
#include "wire/arp.h"

/* Sends an IP packet to a neighbour, now or once its address is known. */
void v4_arp_send(struct v4_core *core, unsigned iface, uint32_t next_hop, struct v4_span packet);
/* Whether so many packets in a row go there or wait; where not it is asked for. */
bool v4_arp_takes(struct v4_core *core, unsigned iface, uint32_t next_hop, size_t count);
/* Tells who asks for us, in the kind of frame that it has asked in. */
void v4_arp_answer(struct v4_core *core, unsigned iface, const struct v4_arp *request,
                   bool ethernet);
/* Asks whether somebody has an address that we want (RFC 5227 1.1). */
void v4_arp_probe(struct v4_core *core, unsigned iface, uint32_t addr);
/* Says that an address is ours. */
void v4_arp_announce(struct v4_core *core, unsigned iface, uint32_t addr);
/* Enters a neighbour that is not asked for. EINVAL: none that there could be; EEXIST: it is
 * entered; ENOBUFS: the table is full of such. */
enum v4_error v4_arp_fix(struct v4_core *core, unsigned iface, uint32_t addr, struct v4_mac mac);
/* Asks again, and gives up where nobody answers. What waited there and is not from us goes to
 * `passed_on`, the oldest first, until that says that it has told somebody. */
void v4_arp_tick(struct v4_core *core,
                 bool (*passed_on)(struct v4_core *core, struct v4_span datagram));
