/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/advertiser.h"

/* RFC 1256 4.1, in seconds. */
#define MAX_LEAST 4
#define MAX_MOST 1800
#define MIN_LEAST 3
#define LIFETIME_MOST 9000

#define SOONER 3                                    /* MAX_INITIAL_ADVERTISEMENTS */
#define SOONER_WITHIN (16 * V4_SECOND)              /* MAX_INITIAL_ADVERT_INTERVAL */
#define ANSWER_WITHIN (2 * V4_SECOND)               /* MAX_RESPONSE_DELAY */
#define MICROSECOND (V4_SECOND / UINT64_C(1000000)) /* what is drawn is in these */

struct v4_advertiser v4_advertiser_first(void)
{
    return (struct v4_advertiser){.max = V4_ADVERTISEMENT_MAX_FIRST};
}

unsigned v4_advertiser_min(const struct v4_advertiser *advertiser)
{
    return advertiser->min == 0 ? advertiser->max * 3 / 4 : advertiser->min;
}

unsigned v4_advertiser_lifetime(const struct v4_advertiser *advertiser)
{
    return advertiser->lifetime == 0 ? advertiser->max * 3 : advertiser->lifetime;
}

/* From `least` to `most`, each equally likely. */
static v4_time draw(struct v4_rng *rng, v4_time least, v4_time most)
{
    uint32_t choices = (uint32_t)((most - least) / MICROSECOND + 1);

    return least + v4_rng_below(rng, choices) * MICROSECOND;
}

static v4_time draw_interval(const struct v4_advertiser *advertiser, struct v4_rng *rng)
{
    v4_time interval =
        draw(rng, v4_advertiser_min(advertiser) * V4_SECOND, advertiser->max * V4_SECOND);

    return advertiser->sent < SOONER && interval > SOONER_WITHIN ? SOONER_WITHIN
                                                                 : interval; /* RFC1256-4.3-b */
}

bool v4_advertiser_set(struct v4_advertiser *advertiser, unsigned max, unsigned min,
                       unsigned lifetime, v4_time now, struct v4_rng *rng)
{
    struct v4_advertiser changed = *advertiser;

    changed.max = max;
    changed.min = min;
    changed.lifetime = lifetime;
    if (max < MAX_LEAST || max > MAX_MOST || v4_advertiser_min(&changed) < MIN_LEAST ||
        v4_advertiser_min(&changed) > max || v4_advertiser_lifetime(&changed) < max ||
        v4_advertiser_lifetime(&changed) > LIFETIME_MOST)
        return false;
    *advertiser = changed;
    if (!advertiser->on)
        return true;
    v4_time next = v4_time_after(now, draw_interval(advertiser, rng));
    advertiser->at = next < advertiser->at ? next : advertiser->at;
    return true;
}

void v4_advertiser_start(struct v4_advertiser *advertiser, v4_time now, struct v4_rng *rng)
{
    advertiser->on = true;
    advertiser->asked = false;
    advertiser->sent = 0;
    advertiser->at = v4_time_after(now, draw(rng, 0, SOONER_WITHIN));
}

bool v4_advertiser_stop(struct v4_advertiser *advertiser)
{
    bool told = advertiser->on && advertiser->sent > 0;

    advertiser->on = false;
    return told;
}

/* One answer for all who ask until it is sent. */
void v4_advertiser_asked(struct v4_advertiser *advertiser, v4_time now, struct v4_rng *rng)
{
    if (advertiser->asked)
        return;
    advertiser->asked = true;
    v4_time answer = v4_time_after(now, draw(rng, 0, ANSWER_WITHIN));
    advertiser->at = answer < advertiser->at ? answer : advertiser->at;
}

bool v4_advertiser_due(struct v4_advertiser *advertiser, v4_time now, struct v4_rng *rng)
{
    if (!advertiser->on || advertiser->at > now)
        return false;
    advertiser->asked = false;
    advertiser->sent += advertiser->sent < SOONER;
    advertiser->at = v4_time_after(now, draw_interval(advertiser, rng));
    return true;
}

v4_time v4_advertiser_next_timeout(const struct v4_advertiser *advertiser)
{
    return advertiser->on ? advertiser->at : V4_NEVER;
}
