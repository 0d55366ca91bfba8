/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Address masks by ICMP (RFC 950, RFC 1122 3.2.2.9), of which we are an authority when our user
 * says so, and never because we have heard of one (RFC1122-3.2.2.9-n). */
#pragma once
#include "proto/core.h"
#include "wire/icmp.h"

/* A request for the mask of the network that it came from. */
enum v4_drop v4_mask_answer(struct v4_core *core, const struct v4_packet *packet,
                            const struct v4_icmp *request);

/* Whoever has become an agent says the mask of each network there (RFC1122-3.2.2.9-l). */
void v4_mask_tick(struct v4_core *core);
