/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Multicasts that go on to other networks, where we are a multicast router (RFC 1812 5.2.1.3): by
 * the routes of table/mroute.h. What has no route yet waits a while, and the user is told. No error
 * of ICMP is ever sent about one. */
#pragma once
#include "proto/core.h"

/* Something for a group that may lie beyond the link that it came by. */
bool v4_forward_group_travels(const struct v4_core *core, const struct v4_packet *packet);

/* Passes on a packet that travels. `*why` is what it is dropped for here, V4_KEEP if users of ours
 * want it too. False: it is gone, or has been taken care of; true: it is for those users, or
 * `*why` is what it is to be dropped for. */
bool v4_ip_forward_group(struct v4_core *core, struct v4_packet *packet, enum v4_drop *why);

/* A new route, by which goes at once what has waited for it. EINVAL: not of a group that is passed
 * on, from no host, or of interfaces that are not there; EEXIST, ENOBUFS. */
enum v4_error v4_forward_group_add(struct v4_core *core, const struct v4_mroute *route);

/* What has waited in vain is dropped. */
void v4_forward_group_tick(struct v4_core *core);
