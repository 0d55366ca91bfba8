/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ICMP messages that we receive (RFC 792, RFC 1122 3.2.2): requests are answered, replies and
 * errors told to the user. */
#pragma once
#include "proto/core.h"

/* A whole message, as struct v4_protocol has it; every one is wanted (RFC792-general-a). */
bool v4_icmp_input(struct v4_core *core, const struct v4_packet *packet);
