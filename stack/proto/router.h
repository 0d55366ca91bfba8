/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Router discovery by a host (RFC 1256 5): where its user wants that on an interface it asks which
 * routers there are, three times at most, and what they advertise becomes default routes. Those
 * that were configured, and what redirects have taught, stay as they are (RFC1256-5.3-g). */
#pragma once
#include "proto/core.h"
#include "wire/icmp.h"

enum v4_drop v4_router_advertised(struct v4_core *core, const struct v4_packet *packet,
                                  const struct v4_icmp *icmp);

/* Begins or ends where that was told, asks where it is due, forgets whose time is over. */
void v4_router_tick(struct v4_core *core);
v4_time v4_router_next_timeout(const struct v4_core *core);

/* Whether routers are discovered on an interface, and whom it asks for them: all routers' group, or
 * everybody (RFC1256-5.1-b). EINVAL: that is neither. */
void v4_router_set_discovery(struct v4_core *core, unsigned iface, bool on);
enum v4_error v4_router_set_solicited(struct v4_core *core, unsigned iface, uint32_t addr);
