/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Datagrams for groups that a host was given, and which of its sockets they reach: those that have
 * joined the group on that interface, and whose filter lets the source through (RFC 1112 7.2,
 * RFC 3376 3.2). */
#pragma once
#include "model/groups.h"
#include "model/known.h"

void model_multicast_open(void);

/* One is given. `groups` NULL: nobody knows who has joined what. `down`: its interface is. */
void model_multicast_frame(const struct model_host *model, unsigned iface,
                           const struct model_frame *frame, const struct model_groups *groups,
                           bool down);
/* From now on more decides what gets in (RFC 1108). */
void model_multicast_guarded(void);
/* The socket is there no more. */
void model_multicast_close(unsigned sock);

/* NULL, or which invariant is broken: a user is told of one by this event; all were told. */
const char *model_multicast_event(const struct model_host *model, const char *event);
const char *model_multicast_all(const struct model_host *model);
