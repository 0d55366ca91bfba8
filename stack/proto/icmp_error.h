/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ICMP errors that we send (RFC 792, RFC 1122 3.2.2). */
#pragma once
#include "proto/core.h"

/* Tells the source of `packet` what was wrong with it, unless a rule forbids that: then it is only
 * counted. */
void v4_icmp_error(struct v4_core *core, const struct v4_packet *packet, uint8_t type, uint8_t code,
                   uint32_t rest);
