/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Receiving packets, in the order in which RFC 1122 3.2 judges them: header, addresses, options,
 * reassembly, delivery. What fails is discarded by a name; where the sender is told, it says so. */
#pragma once
#include "proto/core.h"

/* A packet from a link; `link_group`: in a frame to more than one station. Octets after it are
 * padding. */
void v4_ip_input(struct v4_core *core, unsigned iface, bool link_group, struct v4_span packet);
/* One that we sent ourselves. */
void v4_ip_input_looped(struct v4_core *core, unsigned iface, bool built, struct v4_span packet);
