/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ARP packets that we receive (RFC 826, RFC 1122 2.3.2). */
#pragma once
#include "proto/core.h"

/* An ARP packet from a link: its sender is learned, and answered if it asks for us. */
void v4_arp_input(struct v4_core *core, unsigned iface, bool snap, struct v4_span packet);
