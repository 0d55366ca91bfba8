/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a host's user has asked it to send, until it leaves: what stands in its header and behind
 * it, as far as its user has said. */
#pragma once
#include "model/known.h"

/* The calls that send: `udp.send` and `ip.send`, `ip.packet`, `echo.send`. */
void model_sends_datagram(struct model_host *model, const char *line);
void model_sends_packet(struct model_host *model, const char *line);
void model_sends_echo(struct model_host *model, const char *line);

/* Takes the call that asked for this packet, the first of its datagram, from those that wait, and
 * returns what it was until the next call of this; NULL: nobody asked for it. */
const struct model_send *model_sends_left(struct model_host *model, unsigned iface,
                                          const struct model_packet *packet);
