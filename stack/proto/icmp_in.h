/* SPDX-License-Identifier: BSD-2-Clause
 *
 * ICMP messages that we receive (RFC 792, RFC 1122 3.2.2): requests are answered, replies and
 * errors told to the user. */
#pragma once
#include "proto/core.h"

/* A whole message. */
void v4_icmp_input(struct v4_core *core, const struct v4_packet *packet);

/* Asks for an echo. */
enum v4_error v4_icmp_echo_send(struct v4_core *core, uint16_t id, uint16_t seq,
                                const struct v4_send *send);
