/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What comes and goes of frames, as far as it tells of a host's ways and paths (ways.h). */
#pragma once
#include "model/known.h"

/* A packet that was given. */
void model_ways_given(struct model_host *model, unsigned iface, const struct model_frame *frame);
/* ARP that was given; `plain`: the host must have heeded it. */
void model_ways_arp(struct model_host *model, unsigned iface, uint32_t sender, bool plain);
void model_ways_pass(struct model_host *model, uint64_t now);

/* Whether what is sent to its neighbour `dst` goes there by `iface`, and straight, whatever its
 * type of service. */
bool model_ways_straight(const struct model_host *model, unsigned iface, uint32_t dst);
/* To a neighbour whose MAC is known; `iface` and next hop of what is sent. */
bool model_ways_known(const struct model_host *model, uint32_t src, uint32_t dst, unsigned tos);

/* NULL, or how a frame that was sent goes wrong. */
const char *model_ways_sent(struct model_host *model, unsigned iface,
                            const struct model_frame *frame);
/* An echo request that no user has sent: NULL when it may ask a gateway. */
const char *model_ways_echo(struct model_host *model, unsigned iface,
                            const struct model_packet *packet);
/* After all that came of one call. */
const char *model_ways_done(struct model_host *model);
