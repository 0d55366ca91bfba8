/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Where multicasts go on (RFC 1812 5.2.1.3): routes by source and group, and the packets that wait
 * for one.
 *
 * A fixed number of routes, and of packets with no more than `octets`, a few of each source and
 * group; nothing is evicted, what finds no room is refused. A route that has not been used for as
 * long as it says is forgotten, and packets do not wait longer than V4_MROUTE_WAIT. The caller's
 * `now` never goes back. */
#pragma once
#include <stdbool.h>
#include "base/span.h"
#include "table/mroute_entry.h"

#define V4_MROUTES 64
#define V4_MROUTE_QUEUES 8  /* sources and groups that packets wait of */
#define V4_MROUTE_PACKETS 4 /* of each */
#define V4_MROUTE_WAIT (10 * V4_SECOND)

struct v4_mroutes;

struct v4_mroutes *v4_mroutes_open(size_t octets); /* NULL: memory is short */
void v4_mroutes_close(struct v4_mroutes *mroutes); /* NULL is fine */
void v4_mroutes_reset(struct v4_mroutes *mroutes);

enum v4_mroute_added {
    V4_MROUTE_ADDED,
    V4_MROUTE_TWICE, /* there is one of that source and group */
    V4_MROUTE_FULL,
};
enum v4_mroute_added v4_mroutes_add(struct v4_mroutes *mroutes, const struct v4_mroute *route,
                                    v4_time now);
bool v4_mroutes_remove(struct v4_mroutes *mroutes, uint32_t source, uint32_t group, v4_time now);
/* In the order in which they came, borrowed until the next change; NULL behind the last. `ret_use`
 * may be NULL. */
const struct v4_mroute *v4_mroutes_at(struct v4_mroutes *mroutes, size_t index, v4_time now,
                                      const struct v4_mroute_use **ret_use);

/* The route of what this source sends to the group, borrowed likewise; NULL: there is none. What is
 * made of it is entered in `*ret_use`. */
const struct v4_mroute *v4_mroutes_find(struct v4_mroutes *mroutes, uint32_t source, uint32_t group,
                                        v4_time now, struct v4_mroute_use **ret_use);

/* A packet that waits, or has waited. */
struct v4_mroute_packet {
    uint32_t source, group;
    unsigned iface; /* by which it came */
    struct v4_span octets;
};
enum v4_mroute_wait {
    V4_MROUTE_FIRST, /* it waits, the first of its source and group */
    V4_MROUTE_WAITS,
    V4_MROUTE_CROWDED, /* it does not */
};
enum v4_mroute_wait v4_mroutes_wait(struct v4_mroutes *mroutes,
                                    const struct v4_mroute_packet *packet, v4_time now);
/* Takes out the oldest packet that waits for this route, or that has waited long enough; its octets
 * are borrowed until the next call of either. False: there is none. */
bool v4_mroutes_take(struct v4_mroutes *mroutes, const struct v4_mroute *route,
                     struct v4_mroute_packet *ret_packet);
bool v4_mroutes_expire(struct v4_mroutes *mroutes, v4_time now,
                       struct v4_mroute_packet *ret_packet);
/* When a packet has waited long enough, or V4_NEVER. */
v4_time v4_mroutes_next_timeout(const struct v4_mroutes *mroutes);
