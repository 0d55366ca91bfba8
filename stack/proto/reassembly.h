/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Fragments that we receive, and what becomes of them (RFC 791 3.2, RFC 1122 3.3.2). */
#pragma once
#include "proto/core.h"

/* True when `packet` is a whole datagram: as it came, or now that its last fragment was added; then
 * it is the datagram. */
bool v4_reassembled(struct v4_core *core, struct v4_packet *packet);
/* Gives up what was not whole in time. */
void v4_reassembly_tick(struct v4_core *core);
