/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A host as a hop of a source route (RFC 1122 3.3.5), where the switch `source-route` lets it be
 * one. */
#pragma once
#include "proto/core.h"

/* Sends on a packet whose source route leads to `next`, by the rules of gateways
 * (RFC1122-3.3.5-b): or drops it, and tells its source why. */
void v4_source_route_pass(struct v4_core *core, const struct v4_packet *packet, uint32_t next);

/* It goes no further, since its route cannot be followed. */
void v4_source_route_fail(struct v4_core *core, const struct v4_packet *packet);
