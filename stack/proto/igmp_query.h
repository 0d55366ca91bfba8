/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The routers' part of IGMP (RFC 3376 6 and 7.3, RFC 2236 3 to 5), on interfaces that forward and
 * where it is wanted: queries, and what is made of those and of reports.
 *
 * It speaks the version that the interface is told to, or, if that is 3, the oldest that was heard
 * there lately (RFC3376-6.6.2-a). On an interface that forwards we are in the group of all routers,
 * and where queries of version 3 may be sent in that of who takes its reports. */
#pragma once
#include "proto/core.h"
#include "wire/igmp.h"

bool v4_igmp_routes(const struct v4_core *core, unsigned iface);
/* A datagram of IGMP to a group of which nobody here is: routers hear all of them. */
bool v4_igmp_overhears(const struct v4_core *core, const struct v4_packet *packet);

/* EINVAL: the interval is no longer than what is left for answers (RFC3376-8.14.2-a). */
enum v4_error v4_igmp_query_set(struct v4_core *core, unsigned iface,
                                const struct v4_election_times *times);

/* Follows the settings, and sends what is due. */
void v4_igmp_query_tick(struct v4_core *core);
v4_time v4_igmp_query_next_timeout(const struct v4_core *core);

/* What another router asks, and what members say, where v4_igmp_routes(). */
void v4_igmp_query_heard(struct v4_core *core, const struct v4_packet *packet,
                         const struct v4_igmp *igmp);
enum v4_drop v4_igmp_member_heard(struct v4_core *core, const struct v4_packet *packet,
                                  const struct v4_igmp *igmp);
