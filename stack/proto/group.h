/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Groups of hosts (RFC 1112 level 2): who joins and leaves, and who receives. */
#pragma once
#include "proto/core.h"

/* Whether we are in the group on the interface; in that of all hosts we are everywhere
 * (RFC1112-7.2-i). */
bool v4_group_member(const struct v4_core *core, unsigned iface, uint32_t addr);
/* Whether somebody wants what comes from there to a group that we are in. */
bool v4_group_wants(const struct v4_core *core, const struct v4_packet *packet);
/* Whether this socket does. */
bool v4_group_passes(const struct v4_core *core, unsigned sock, const struct v4_packet *packet);
/* IGMP from 0.0.0.0: a host speaks so that has no address yet (RFC 3376 4.2.13). */
bool v4_group_nobody_speaks(const struct v4_packet *packet);

/* By which interface what goes to a group leaves, and where it is joined, if nobody says: that of a
 * route to groups, else the first one (RFC1112-6.1-f, RFC1112-7.1-e). */
unsigned v4_group_iface(const struct v4_core *core, uint32_t addr);

/* Of a socket, for a group on an interface: it joins, leaves, or has this filter from now on. What
 * is to be said of that is due at once. EINVAL: no group that it could join so; EEXIST, ENOENT: it
 * is in it already, or not; ENOBUFS: a table is full. */
enum v4_error v4_group_join(struct v4_core *core, const struct v4_listener *who);
enum v4_error v4_group_leave(struct v4_core *core, const struct v4_listener *who);
enum v4_error v4_group_filter(struct v4_core *core, const struct v4_listener *who,
                              const struct v4_filter *filter);
/* It leaves all. */
void v4_group_quit(struct v4_core *core, unsigned sock);
