/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Datagrams as packets on their way out, in pieces where they are too long (RFC 791 3.2). */
#pragma once
#include "proto/route.h"

/* Sends `ip`, whole or as fragments that are no longer than `mtu` (RFC791-3.2_Fragmentation-b, -h,
 * -i). */
void v4_ip_fragment(struct v4_core *core, const struct v4_way *way, const struct v4_ip *ip,
                    size_t mtu);
