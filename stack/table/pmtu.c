/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/pmtu.h"
#include <stdlib.h>
#include "base/buckets.h"
#include "base/pool.h"

enum state {
    FALLEN, /* last changed by a message */
    RAISED, /* by time */
    FIXED,  /* by the user */
    STATES
};

struct path {
    struct v4_link in_bucket, in_state;
    enum state state;
    uint32_t dst;
    unsigned mtu;
    v4_time changed;
    uint64_t change; /* which of all changes that was */
};

struct v4_pmtus {
    struct v4_pmtu_config config;
    v4_time after_fall;
    struct v4_pool pool; /* of struct path */
    struct v4_buckets buckets;
    struct v4_list states[STATES]; /* in each, who changed longest ago is first, and due first */
    uint64_t changes;
};

/* RFC 1191 7: MTUs of links that there are, and no two so near each other that it would not pay. */
static const unsigned plateaus[] = {V4_PMTU_MIN, 296,  508,   1006,  1492, 2002,
                                    4352,        8166, 17914, 32000, 65535};

#define PLATEAUS (sizeof plateaus / sizeof *plateaus)

static unsigned plateau_below(unsigned length)
{
    unsigned found = V4_PMTU_MIN;

    for (size_t i = 0; i < PLATEAUS && plateaus[i] < length; i++)
        found = plateaus[i];
    return found;
}

static unsigned plateau_above(unsigned mtu)
{
    for (size_t i = 0; i < PLATEAUS; i++)
        if (plateaus[i] > mtu)
            return plateaus[i];
    return plateaus[PLATEAUS - 1];
}

struct v4_pmtus *v4_pmtus_open(const struct v4_pmtu_config *config)
{
    if (config->paths == 0 || config->after_fall == 0 || config->after_raise == 0)
        return NULL;

    struct v4_pmtus *pmtus = calloc(1, sizeof *pmtus);
    if (pmtus == NULL)
        return NULL;
    pmtus->config = *config;
    pmtus->after_fall = config->after_fall;
    for (size_t i = 0; i < STATES; i++)
        v4_list_open(&pmtus->states[i]);
    if (v4_pool_open(&pmtus->pool, config->paths, sizeof(struct path)) &&
        v4_buckets_open(&pmtus->buckets, config->paths, config->seed))
        return pmtus;
    v4_pmtus_close(pmtus);
    return NULL;
}

void v4_pmtus_close(struct v4_pmtus *pmtus)
{
    if (pmtus == NULL)
        return;
    v4_pool_close(&pmtus->pool);
    v4_buckets_close(&pmtus->buckets);
    free(pmtus);
}

static struct path *oldest(const struct v4_pmtus *pmtus, enum state state)
{
    struct v4_link *first = v4_list_first(&pmtus->states[state]);

    return first == NULL ? NULL : V4_OF(first, struct path, in_state);
}

static void forget(struct v4_pmtus *pmtus, struct path *path)
{
    v4_list_remove(&path->in_bucket);
    v4_list_remove(&path->in_state);
    v4_pool_give(&pmtus->pool, path);
}

void v4_pmtus_reset(struct v4_pmtus *pmtus)
{
    struct path *path;

    for (enum state state = 0; state < STATES; state++)
        while ((path = oldest(pmtus, state)) != NULL)
            forget(pmtus, path);
    pmtus->changes = 0;
    pmtus->after_fall = pmtus->config.after_fall;
}

void v4_pmtus_age(struct v4_pmtus *pmtus, v4_time after_fall)
{
    pmtus->after_fall = after_fall;
}

v4_time v4_pmtus_ages_after(const struct v4_pmtus *pmtus)
{
    return pmtus->after_fall;
}

static struct v4_list *bucket(const struct v4_pmtus *pmtus, uint32_t dst)
{
    return v4_buckets_of(&pmtus->buckets, dst);
}

static struct path *find(const struct v4_pmtus *pmtus, uint32_t dst)
{
    const struct v4_list *list = bucket(pmtus, dst);

    for (struct v4_link *at = v4_list_first(list); at != NULL; at = v4_list_next(list, at)) {
        struct path *path = V4_OF(at, struct path, in_bucket);
        if (path->dst == dst)
            return path;
    }
    return NULL;
}

/* Of those that messages and time change, the one that changed longest ago. */
static struct path *stalest(const struct v4_pmtus *pmtus)
{
    struct path *fallen = oldest(pmtus, FALLEN), *raised = oldest(pmtus, RAISED);

    if (fallen == NULL || (raised != NULL && raised->change < fallen->change))
        return raised;
    return fallen;
}

/* A new path, in a state that the caller changes at once; NULL when all others are set. */
static struct path *add(struct v4_pmtus *pmtus, uint32_t dst)
{
    if (v4_pool_left(&pmtus->pool) == 0) {
        struct path *old = stalest(pmtus);
        if (old == NULL)
            return NULL;
        forget(pmtus, old);
    }

    struct path *path = v4_pool_take(&pmtus->pool);
    *path = (struct path){.dst = dst};
    v4_list_append(bucket(pmtus, dst), &path->in_bucket);
    v4_list_append(&pmtus->states[FALLEN], &path->in_state);
    return path;
}

static void change(struct v4_pmtus *pmtus, struct path *path, enum state state, unsigned mtu,
                   v4_time now)
{
    v4_list_remove(&path->in_state);
    v4_list_append(&pmtus->states[state], &path->in_state);
    path->state = state;
    path->mtu = mtu;
    path->changed = now;
    path->change = pmtus->changes++;
}

static unsigned estimate(const struct path *path, unsigned first_hop)
{
    return path == NULL || path->mtu > first_hop ? first_hop : path->mtu;
}

unsigned v4_pmtu_find(const struct v4_pmtus *pmtus, uint32_t dst, unsigned first_hop)
{
    return estimate(find(pmtus, dst), first_hop);
}

bool v4_pmtu_is_fixed(const struct v4_pmtus *pmtus, uint32_t dst)
{
    const struct path *path = find(pmtus, dst);

    return path != NULL && path->state == FIXED;
}

unsigned v4_pmtu_set_for(const struct v4_pmtus *pmtus, uint32_t dst, unsigned first_hop)
{
    return v4_pmtu_is_fixed(pmtus, dst) ? v4_pmtu_find(pmtus, dst, first_hop) : first_hop;
}

/* What can be sent on, by a report. Whether an old router has added the header's length to the
 * packet's, nobody can tell: where it may have, it has (RFC1191-5-a). */
static unsigned reported(const struct v4_pmtu_report *report, unsigned mtu)
{
    unsigned length = report->length;

    if (report->said != 0)
        return report->said < V4_PMTU_MIN ? V4_PMTU_MIN : report->said; /* RFC1191-3-i */
    if (length >= mtu)
        length -= report->header_len < length ? report->header_len : length;
    return plateau_below(length);
}

bool v4_pmtu_lower(struct v4_pmtus *pmtus, const struct v4_pmtu_report *report, unsigned first_hop,
                   v4_time now)
{
    struct path *path = find(pmtus, report->dst);
    unsigned mtu = estimate(path, first_hop);
    unsigned lower = reported(report, mtu);

    /* RFC1191-3-j; and what is that short was not too long. */
    if (lower >= mtu || lower >= report->length)
        return false;
    if (path != NULL && path->state == FIXED)
        return false;
    if (path == NULL)
        path = add(pmtus, report->dst);
    if (path == NULL)
        return false;
    change(pmtus, path, FALLEN, lower, now);
    return true;
}

bool v4_pmtu_fix(struct v4_pmtus *pmtus, uint32_t dst, unsigned mtu)
{
    struct path *path = find(pmtus, dst);

    if (mtu == 0) {
        if (path != NULL)
            forget(pmtus, path);
        return true;
    }
    if (path == NULL)
        path = add(pmtus, dst);
    if (path == NULL)
        return false;
    change(pmtus, path, FIXED, mtu < V4_PMTU_MIN ? V4_PMTU_MIN : mtu, 0);
    return true;
}

static v4_time due(const struct v4_pmtus *pmtus, const struct path *path)
{
    if (path == NULL)
        return V4_NEVER;
    return v4_time_after(path->changed,
                         path->state == FALLEN ? pmtus->after_fall : pmtus->config.after_raise);
}

static const struct path *next(const struct v4_pmtus *pmtus)
{
    const struct path *fallen = oldest(pmtus, FALLEN), *raised = oldest(pmtus, RAISED);

    return due(pmtus, raised) < due(pmtus, fallen) ? raised : fallen;
}

bool v4_pmtu_due(const struct v4_pmtus *pmtus, v4_time now, uint32_t *ret_dst)
{
    const struct path *path = next(pmtus);
    v4_time when = due(pmtus, path);

    if (when == V4_NEVER || when > now)
        return false;
    *ret_dst = path->dst;
    return true;
}

void v4_pmtu_raise(struct v4_pmtus *pmtus, uint32_t dst, unsigned first_hop, v4_time now)
{
    struct path *path = find(pmtus, dst);

    if (path == NULL || path->state == FIXED)
        return;
    unsigned mtu = plateau_above(path->mtu);
    if (mtu >= first_hop)
        forget(pmtus, path);
    else
        change(pmtus, path, RAISED, mtu, now);
}

v4_time v4_pmtu_next_timeout(const struct v4_pmtus *pmtus)
{
    return due(pmtus, next(pmtus));
}

bool v4_pmtu_at(const struct v4_pmtus *pmtus, size_t index, struct v4_pmtu_path *ret_path)
{
    for (enum state state = 0; state < STATES; state++) {
        const struct v4_list *list = &pmtus->states[state];
        for (struct v4_link *at = v4_list_first(list); at != NULL; at = v4_list_next(list, at)) {
            const struct path *path = V4_OF(at, struct path, in_state);
            if (index-- > 0)
                continue;
            *ret_path = (struct v4_pmtu_path){path->dst, path->mtu, state == FIXED, path->changed};
            return true;
        }
    }
    return false;
}

size_t v4_pmtu_count(const struct v4_pmtus *pmtus)
{
    return pmtus->pool.used;
}
