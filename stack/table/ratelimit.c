/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/ratelimit.h"
#include <stdlib.h>
#include <string.h>
#include "base/hash.h"

#define WAYS 4 /* places that a destination can have */

struct bucket {
    uint32_t dst;
    v4_time full; /* not in the future: it is full, and nobody's */
};

struct v4_ratelimit {
    uint64_t seed;
    size_t sets;
    v4_time all; /* when that of all is full */
    struct bucket buckets[];
};

struct v4_ratelimit *v4_ratelimit_open(size_t destinations, uint64_t seed)
{
    struct v4_ratelimit *opened;
    size_t sets = destinations / WAYS + (destinations % WAYS != 0);

    if (destinations == 0 || sets > (SIZE_MAX - sizeof *opened) / sizeof(struct bucket[WAYS]))
        return NULL;
    opened = malloc(sizeof *opened + sets * sizeof(struct bucket[WAYS]));
    if (opened == NULL)
        return NULL;
    opened->seed = seed;
    opened->sets = sets;
    v4_ratelimit_reset(opened);
    return opened;
}

void v4_ratelimit_close(struct v4_ratelimit *limit)
{
    free(limit);
}

void v4_ratelimit_reset(struct v4_ratelimit *limit)
{
    limit->all = 0;
    memset(limit->buckets, 0, limit->sets * sizeof(struct bucket[WAYS]));
}

/* The bucket of `dst`; if it has none, the one of its set that is full the soonest. */
static struct bucket *bucket_of(struct v4_ratelimit *limit, uint32_t dst, v4_time now)
{
    uint64_t hash = v4_hash_number(limit->seed, dst);
    struct bucket *set = &limit->buckets[hash % limit->sets * WAYS], *soonest = set;
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].full > now && set[i].dst == dst)
            return &set[i];
        if (set[i].full < soonest->full)
            soonest = &set[i];
    }
    return soonest;
}

/* The moment at which a bucket is full again if a token is taken from it; V4_NEVER: it is empty. */
static v4_time taken(v4_time full, uint32_t rate, v4_time now)
{
    v4_time token = V4_SECOND / rate, then = v4_time_after(full > now ? full : now, token);

    return then - now > rate * token ? V4_NEVER : then;
}

bool v4_ratelimit_take(struct v4_ratelimit *limit, uint32_t dst, uint32_t each, uint32_t all,
                       v4_time now)
{
    struct bucket *bucket = bucket_of(limit, dst, now);
    bool known = bucket->full > now && bucket->dst == dst;
    v4_time one = taken(known ? bucket->full : now, each, now);
    v4_time whole = taken(limit->all, all, now);

    if (one == V4_NEVER || whole == V4_NEVER)
        return false;
    *bucket = (struct bucket){.dst = dst, .full = one};
    limit->all = whole;
    return true;
}
