/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What its users must hear of what came in, each event with all that it says: whose a datagram is
 * (RFC 1122 4.1.3.5, RFC 919), what is told of it (RFC 1122 3.4, 4.1.4), and to whom an error is
 * told, by what it quotes (RFC 1122 3.2.2, RFC 4884). What is
 * put together, and its options, are as model/fate.h has them. */
#pragma once
#include "model/known.h"

/* Forgets all. */
void model_heard_open(void);

/* A frame, whatever is in it. */
void model_heard_arrived(const struct model_host *model, size_t octets);

/* A frame with a packet that the host is given. */
void model_heard_frame(struct model_host *model, unsigned iface, const struct model_frame *frame);

/* An event of a packet. NULL: it was to come, or nothing is known of it. */
const char *model_heard_event(struct model_host *model, const char *line);

/* The reply to the model's line: what was to come before it has. */
const char *model_heard_reply(struct model_host *model, const char *line);

/* Whose a datagram of UDP is: of those that may have it the one that has named most of it. `iface`
 * of 2 or more: by none. */
struct model_socket *model_heard_owner(struct model_host *model, unsigned iface, uint32_t addr,
                                       uint16_t port, uint32_t peer, uint16_t peer_port);
