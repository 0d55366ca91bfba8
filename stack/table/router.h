/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The routers that have been advertised (RFC 1256 5.3), each for its lifetime.
 *
 * A fixed number of them; when there are more those of higher preference are kept (RFC1256-5.3-h).
 * The caller's `now` never goes back. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/time.h"

struct v4_router {
    unsigned iface;
    uint32_t addr; /* 0: none */
    int32_t preference;
    v4_time expires;
};

struct v4_routers;

/* NULL when memory is short or `routers` is 0. */
struct v4_routers *v4_routers_open(size_t routers);
void v4_routers_close(struct v4_routers *routers); /* NULL is fine */
void v4_routers_reset(struct v4_routers *routers);

/* Enters a router that is not there. False: there is no room for one that is preferred so little.
 * `*ret_gone` is the one that made room; its address is 0 where there was some. */
bool v4_routers_enter(struct v4_routers *routers, const struct v4_router *router,
                      struct v4_router *ret_gone);
/* Takes out the router of that address; false when it is not there. */
bool v4_routers_remove(struct v4_routers *routers, unsigned iface, uint32_t addr,
                       struct v4_router *ret_router);
/* Takes out the next one whose time is over, or the next one of an interface; false when there is
 * none. */
bool v4_routers_expired(struct v4_routers *routers, v4_time now, struct v4_router *ret_router);
bool v4_routers_leave(struct v4_routers *routers, unsigned iface, struct v4_router *ret_router);

/* When the next one's time is over, or V4_NEVER. */
v4_time v4_routers_next_timeout(const struct v4_routers *routers);
