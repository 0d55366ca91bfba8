/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What redirects have taught: a better gateway for one destination (RFC 1122 3.3.1.2, 3.3.1.3), for
 * each type of service or for one (RFC 1349 7.1).
 *
 * A fixed number of entries, each for `lifetime` since it was learned; when there is no room the
 * one that was learned longest ago is forgotten. The caller's `now` never goes back. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/time.h"

#define V4_ROUTE_CACHE_EACH (-1) /* as a TOS: for each */

struct v4_cached_route {
    uint32_t dst, gateway;
    int tos; /* of V4_ROUTE_TOS's bits, or V4_ROUTE_CACHE_EACH */
    unsigned iface;
};

struct v4_route_cache;

/* NULL when memory is short or `entries` is 0. */
struct v4_route_cache *v4_route_cache_open(size_t entries, v4_time lifetime);
void v4_route_cache_close(struct v4_route_cache *cache); /* NULL is fine */
void v4_route_cache_reset(struct v4_route_cache *cache);

/* One for each TOS ends those of the same destination for a single one (RFC1349-7.1-b); one for a
 * single TOS leaves that for each (RFC1349-7.1-c). True when the one that was learned longest ago
 * made room. */
bool v4_route_cache_learn(struct v4_route_cache *cache, const struct v4_cached_route *route,
                          v4_time now);
/* Nothing leads over that gateway any more; false when nothing did. */
bool v4_route_cache_forget(struct v4_route_cache *cache, unsigned iface, uint32_t gateway);

/* What was learned for that destination, and for that very TOS if there is such an entry
 * (RFC1349-7.1-a); NULL when nothing was. Borrowed until the next call that changes something. */
const struct v4_cached_route *v4_route_cache_find(const struct v4_route_cache *cache, uint32_t dst,
                                                  int tos, v4_time now);

/* How many there are, aged ones among them. */
size_t v4_route_cache_count(const struct v4_route_cache *cache);
