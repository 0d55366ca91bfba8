/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What an interface that there is can be told while it runs. EINVAL: it cannot be so. */
#pragma once
#include "proto/core.h"

/* Whether what comes by it, or would leave by it, is passed on (RFC1812-5.3.11-a). */
bool v4_iface_forwards(const struct v4_core *core, unsigned iface);
/* The same of what is for groups. */
bool v4_iface_forwards_groups(const struct v4_core *core, unsigned iface);
void v4_iface_set_up(struct v4_core *core, unsigned iface, bool up);
/* Whether frames to other stations are received as well; none of them is taken for us. */
void v4_iface_set_promiscuous(struct v4_core *core, unsigned iface, bool promiscuous);
/* From 68 octets (RFC791-3.2_Fragmentation-a) to what the link was started with. */
enum v4_error v4_iface_set_mtu(struct v4_core *core, unsigned iface, uint64_t mtu);
/* In 802.3 frames with SNAP, or in Ethernet II; those carry less, so the MTU goes with it. */
void v4_iface_set_snap(struct v4_core *core, unsigned iface, bool snap);
enum v4_error v4_iface_set_mac(struct v4_core *core, unsigned iface, struct v4_mac mac);
