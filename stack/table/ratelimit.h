/* SPDX-License-Identifier: BSD-2-Clause
 *
 * How often something is sent, to each destination and in all: token buckets (RFC1812-4.3.2.8-a).
 *
 * A bucket holds as many tokens as are given back in a second, and sending takes one of each of two
 * buckets, that of the destination and that of all. A bucket is no more than the moment at which it
 * will be full again, so that nothing runs, and one that is full need not be remembered.
 *
 * A fixed number of destinations; where all the places that one can have are taken it gets that of
 * the one that is full the soonest. So whoever speaks for many may be given more than its share,
 * but not more than is given in all. The work does not grow with the number of destinations. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/time.h"

struct v4_ratelimit;

/* NULL when memory is short or `destinations` is 0; it is rounded up to whole sets of places. */
struct v4_ratelimit *v4_ratelimit_open(size_t destinations, uint64_t seed);
void v4_ratelimit_close(struct v4_ratelimit *limit); /* NULL is fine */
/* All buckets are full. */
void v4_ratelimit_reset(struct v4_ratelimit *limit);

/* May one be sent to `dst` now? `each` and `all` are how many a second, at least 1. False takes no
 * token. */
bool v4_ratelimit_take(struct v4_ratelimit *limit, uint32_t dst, uint32_t each, uint32_t all,
                       v4_time now);
