/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What an address is to this host (RFC 1122 3.2.1.3, 3.3.6). */
#pragma once
#include "proto/core.h"

/* True when it is an address of one of our interfaces; which one. */
bool v4_role_ours(const struct v4_core *core, uint32_t addr, unsigned *ret_iface);
/* True when everybody on that interface's network is meant. */
bool v4_role_broadcast(const struct v4_core *core, unsigned iface, uint32_t addr);
/* The same of the network of some interface. */
bool v4_role_broadcast_somewhere(const struct v4_core *core, uint32_t addr);
/* True when some one host may have it: a source that may be believed and answered. */
bool v4_role_single(const struct v4_core *core, uint32_t addr);
/* True when more hosts than we receive what goes to `addr` there: a broadcast, or a group that we
 * are in. */
bool v4_role_group(const struct v4_core *core, unsigned iface, uint32_t addr);

/* True where somebody tells the masks of our links: an agent (RFC1122-3.2.2.9-j), or a router
 * (RFC1812-4.3.3.9-a). */
bool v4_role_tells_masks(const struct v4_core *core);
/* True of who asks for that and has no address yet, the one source of 0.0.0.0 that is believed
 * (RFC1812-4.2.2.11-j). */
bool v4_role_nobody_asks(const struct v4_core *core, const struct v4_packet *packet);
