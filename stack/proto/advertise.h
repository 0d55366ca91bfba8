/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Router discovery by a router (RFC 1256 4): where an interface forwards, and its user does not say
 * otherwise, its addresses are advertised there, each with how much it wants to be used. */
#pragma once
#include "proto/core.h"
#include "wire/icmp.h"

/* Somebody asks which routers there are: all are told, after a moment. */
enum v4_drop v4_advertise_solicited(struct v4_core *core, const struct v4_packet *packet,
                                    const struct v4_icmp *icmp);
/* Is it such a question of one who has no address yet, and are we one to answer it? */
bool v4_advertise_nobody_asks(const struct v4_core *core, const struct v4_packet *packet);

/* Begins or ends where that was told, advertises where it is due. */
void v4_advertise_tick(struct v4_core *core);
v4_time v4_advertise_next_timeout(const struct v4_core *core);

/* An interface is about to go down, or to lose an address of that value: who knows of it is told
 * (RFC1256-4.3-c). */
void v4_advertise_cease(struct v4_core *core, unsigned iface);
void v4_advertise_withdraw(struct v4_core *core, unsigned iface, uint32_t addr);

/* Whom an interface tells: all hosts' group, or everybody. EINVAL: that is neither. */
enum v4_error v4_advertise_set_address(struct v4_core *core, unsigned iface, uint32_t addr);
