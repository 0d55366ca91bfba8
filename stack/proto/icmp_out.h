/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ICMP messages that we send (RFC 792, RFC 1122 3.2.2). */
#pragma once
#include "proto/core.h"
#include "wire/icmp.h"

/* Tells the source of `packet` what was wrong with it, unless a rule forbids that: then it is only
 * counted, and false returned. */
bool v4_icmp_error(struct v4_core *core, const struct v4_packet *packet, uint8_t type, uint8_t code,
                   uint32_t rest);

/* Answers `packet`. */
void v4_icmp_reply(struct v4_core *core, const struct v4_packet *packet,
                   const struct v4_icmp *reply);

/* Asks for an echo. */
enum v4_error v4_icmp_echo_send(struct v4_core *core, uint16_t id, uint16_t seq,
                                const struct v4_send *send);
