/* SPDX-License-Identifier: BSD-2-Clause
 *
 * When a router advertises itself on an interface (RFC 1256 4.1, 4.3): from time to time, the first
 * times sooner, and soon where somebody asks.
 *
 * It sends nothing: it says when the caller has to. The caller's `now` never goes back. */
#pragma once
#include <stdbool.h>
#include "base/rng.h"
#include "base/time.h"

#define V4_ADVERTISEMENT_MAX_FIRST 600 /* MaxAdvertisementInterval, in seconds */

struct v4_advertiser {
    unsigned max, min, lifetime; /* seconds; `min` and `lifetime` 0: what follows from `max` */
    bool on;
    unsigned sent; /* since it is on, up to those that come sooner */
    bool asked;    /* `at` is early because somebody has asked */
    v4_time at;    /* when the next one is due */
};

/* As RFC 1256 4.1 has its variables at first; it is off. */
struct v4_advertiser v4_advertiser_first(void);

/* The seconds between two advertisements, at least, and for how many each holds. */
unsigned v4_advertiser_min(const struct v4_advertiser *advertiser);
unsigned v4_advertiser_lifetime(const struct v4_advertiser *advertiser);
/* False: it is out of its bounds, or would put another out of those. Where it is on the next one
 * comes no later than it would by these values. */
bool v4_advertiser_set(struct v4_advertiser *advertiser, unsigned max, unsigned min,
                       unsigned lifetime, v4_time now, struct v4_rng *rng);

/* Begins, of what is off. */
void v4_advertiser_start(struct v4_advertiser *advertiser, v4_time now, struct v4_rng *rng);
/* Ends; true: somebody may have heard that there was one, and should be told. */
bool v4_advertiser_stop(struct v4_advertiser *advertiser);
/* Somebody asks for an advertisement; it is on. */
void v4_advertiser_asked(struct v4_advertiser *advertiser, v4_time now, struct v4_rng *rng);
/* True: one has to be sent now, and the next one's time is drawn. */
bool v4_advertiser_due(struct v4_advertiser *advertiser, v4_time now, struct v4_rng *rng);
/* When the next one is due, or V4_NEVER. */
v4_time v4_advertiser_next_timeout(const struct v4_advertiser *advertiser);
