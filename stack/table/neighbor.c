/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/neighbor.h"
#include <stdlib.h>
#include <string.h>
#include "base/buckets.h"
#include "base/poison.h"
#include "base/pool.h"

enum state {
    INCOMPLETE,
    REACHABLE,
    FIXED,
    STATES
};

struct waiting {
    struct v4_link link;
    size_t len;
    uint8_t octets[];
};

struct neighbor {
    struct v4_link in_bucket, in_state;
    enum state state;
    unsigned iface;
    uint32_t addr;
    struct v4_mac mac;      /* unless incomplete */
    v4_time due;            /* the next request, or the end of the lifetime */
    unsigned asked;         /* requests so far, of an incomplete one */
    struct v4_list waiting; /* the oldest first */
    size_t count;           /* of those */
};

struct v4_neighbors {
    struct v4_neighbor_config config;
    struct v4_pool pool;    /* of struct neighbor */
    struct v4_pool waiting; /* of struct waiting, each with room for a datagram */
    struct v4_buckets buckets;
    /* Since lifetime and retry are the same for all, whoever came last is also due last. */
    struct v4_list states[STATES];
    struct v4_list released; /* what waited for whoever was learned or given up last */
    struct waiting *lent;    /* NULL: nothing is */
};

/* The slack behind a datagram is not the caller's to read. */
static struct waiting *keep(struct v4_neighbors *neighbors, struct v4_span datagram)
{
    struct waiting *kept = v4_pool_take(&neighbors->waiting);

    kept->len = datagram.len;
    memcpy(kept->octets, datagram.octets, datagram.len);
    v4_poison(kept->octets + datagram.len, neighbors->config.octets - datagram.len);
    return kept;
}

static struct waiting *first_of(const struct v4_list *list)
{
    struct v4_link *first = v4_list_first(list);

    return first == NULL ? NULL : V4_OF(first, struct waiting, link);
}

static void give_up(struct v4_neighbors *neighbors, struct v4_list *list)
{
    struct waiting *kept;

    while ((kept = first_of(list)) != NULL) {
        v4_list_remove(&kept->link);
        v4_pool_give(&neighbors->waiting, kept);
    }
}

static void end_loan(struct v4_neighbors *neighbors)
{
    if (neighbors->lent != NULL)
        v4_pool_give(&neighbors->waiting, neighbors->lent);
    neighbors->lent = NULL;
}

/* As many as there are neighbours and may wait for each; false when that is more than there can be.
 */
static bool open_waiting(struct v4_neighbors *neighbors)
{
    const struct v4_neighbor_config *config = &neighbors->config;

    if (config->octets == 0)
        return true;
    if (config->waiting > SIZE_MAX / config->neighbors ||
        config->octets > SIZE_MAX - sizeof(struct waiting))
        return false;
    return v4_pool_open(&neighbors->waiting, config->neighbors * config->waiting,
                        sizeof(struct waiting) + config->octets);
}

struct v4_neighbors *v4_neighbors_open(const struct v4_neighbor_config *config)
{
    if (config->lifetime == 0 || config->retry == 0 || config->tries == 0 || config->waiting == 0)
        return NULL;

    struct v4_neighbors *neighbors = calloc(1, sizeof *neighbors);
    if (neighbors == NULL)
        return NULL;
    neighbors->config = *config;
    for (size_t i = 0; i < STATES; i++)
        v4_list_open(&neighbors->states[i]);
    v4_list_open(&neighbors->released);
    if (v4_pool_open(&neighbors->pool, config->neighbors, sizeof(struct neighbor)) &&
        v4_buckets_open(&neighbors->buckets, config->neighbors, config->seed) &&
        open_waiting(neighbors))
        return neighbors;
    v4_neighbors_close(neighbors);
    return NULL;
}

void v4_neighbors_close(struct v4_neighbors *neighbors)
{
    if (neighbors == NULL)
        return;
    v4_pool_close(&neighbors->pool);
    v4_pool_close(&neighbors->waiting);
    v4_buckets_close(&neighbors->buckets);
    free(neighbors);
}

static struct v4_list *bucket(const struct v4_neighbors *neighbors, unsigned iface, uint32_t addr)
{
    uint8_t key[8];

    v4_put32(key, iface);
    v4_put32(key + 4, addr);
    return v4_buckets_find(&neighbors->buckets, (struct v4_span){key, sizeof key});
}

static void drop(struct v4_neighbors *neighbors, enum v4_drop why, struct v4_span datagram)
{
    v4_stat_drop(neighbors->config.stats, why);
    if (neighbors->config.trace != NULL)
        v4_trace_drop(neighbors->config.trace, why, datagram);
}

static struct v4_span datagram_of(const struct waiting *kept)
{
    return (struct v4_span){kept->octets, kept->len};
}

/* Counts and shows all that waits for a neighbour; it is given back elsewhere. */
static void drop_waiting(struct v4_neighbors *neighbors, enum v4_drop why,
                         const struct neighbor *neighbor)
{
    const struct v4_list *list = &neighbor->waiting;

    for (struct v4_link *at = v4_list_first(list); at != NULL; at = v4_list_next(list, at))
        drop(neighbors, why, datagram_of(V4_OF(at, struct waiting, link)));
}

static void forget(struct v4_neighbors *neighbors, struct neighbor *neighbor)
{
    v4_list_remove(&neighbor->in_bucket);
    v4_list_remove(&neighbor->in_state);
    give_up(neighbors, &neighbor->waiting);
    v4_pool_give(&neighbors->pool, neighbor);
}

static void evict(struct v4_neighbors *neighbors, struct neighbor *neighbor)
{
    v4_stat_count(neighbors->config.stats, V4_STAT_NEIGHBOR_EVICTED);
    drop_waiting(neighbors, V4_DROP_NEIGHBOR_FULL, neighbor);
    forget(neighbors, neighbor);
}

static struct neighbor *oldest(const struct v4_neighbors *neighbors, enum state state)
{
    struct v4_link *first = v4_list_first(&neighbors->states[state]);

    return first == NULL ? NULL : V4_OF(first, struct neighbor, in_state);
}

static struct neighbor *find(const struct v4_neighbors *neighbors, unsigned iface, uint32_t addr)
{
    const struct v4_list *list = bucket(neighbors, iface, addr);

    for (struct v4_link *at = v4_list_first(list); at != NULL; at = v4_list_next(list, at)) {
        struct neighbor *neighbor = V4_OF(at, struct neighbor, in_bucket);
        if (neighbor->iface == iface && neighbor->addr == addr)
            return neighbor;
    }
    return NULL;
}

static void set_state(struct v4_neighbors *neighbors, struct neighbor *neighbor, enum state state,
                      v4_time due)
{
    v4_list_remove(&neighbor->in_state);
    v4_list_append(&neighbors->states[state], &neighbor->in_state);
    neighbor->state = state;
    neighbor->due = due;
}

/* A new entry, in a state that the caller changes at once; NULL when all others are fixed. */
static struct neighbor *add(struct v4_neighbors *neighbors, unsigned iface, uint32_t addr)
{
    if (v4_pool_left(&neighbors->pool) == 0) {
        struct neighbor *old = oldest(neighbors, INCOMPLETE);
        if (old == NULL)
            old = oldest(neighbors, REACHABLE);
        if (old == NULL)
            return NULL;
        evict(neighbors, old);
    }

    struct neighbor *neighbor = v4_pool_take(&neighbors->pool);
    *neighbor = (struct neighbor){.iface = iface, .addr = addr};
    v4_list_open(&neighbor->waiting);
    v4_list_append(bucket(neighbors, iface, addr), &neighbor->in_bucket);
    v4_list_append(&neighbors->states[INCOMPLETE], &neighbor->in_state);
    v4_stat_count(neighbors->config.stats, V4_STAT_NEIGHBOR_ADDED);
    return neighbor;
}

/* Forgets whoever was learned too long ago (RFC1122-2.3.2.1-a). */
static void flush(struct v4_neighbors *neighbors, v4_time now)
{
    struct neighbor *old;

    while ((old = oldest(neighbors, REACHABLE)) != NULL && old->due <= now) {
        v4_stat_count(neighbors->config.stats, V4_STAT_NEIGHBOR_EXPIRED);
        forget(neighbors, old);
    }
}

/* Every call that takes `now` begins with this. */
static void begin(struct v4_neighbors *neighbors, v4_time now)
{
    end_loan(neighbors);
    give_up(neighbors, &neighbors->released);
    flush(neighbors, now);
}

/* The newest datagrams wait (RFC1122-2.3.2.2-a). */
static void wait_for(struct v4_neighbors *neighbors, struct neighbor *neighbor,
                     struct v4_span datagram)
{
    if (datagram.len > neighbors->config.octets) {
        drop(neighbors, V4_DROP_NEIGHBOR_LENGTH, datagram);
        return;
    }
    if (datagram.len == 0)
        return;
    if (neighbor->count == neighbors->config.waiting) {
        struct waiting *oldest_one = first_of(&neighbor->waiting);
        drop(neighbors, V4_DROP_NEIGHBOR_QUEUE, datagram_of(oldest_one));
        v4_list_remove(&oldest_one->link);
        v4_pool_give(&neighbors->waiting, oldest_one);
        neighbor->count--;
    }
    v4_list_append(&neighbor->waiting, &keep(neighbors, datagram)->link);
    neighbor->count++;
}

/* Says when the request that the caller is about to send may be repeated (RFC1122-2.3.2.1-b). */
static void ask(struct v4_neighbors *neighbors, struct neighbor *neighbor, v4_time now)
{
    neighbor->asked++;
    set_state(neighbors, neighbor, INCOMPLETE, v4_time_after(now, neighbors->config.retry));
}

enum v4_neighbor_answer v4_neighbors_resolve(struct v4_neighbors *neighbors, unsigned iface,
                                             uint32_t addr, struct v4_span datagram, v4_time now,
                                             struct v4_mac *ret_mac)
{
    begin(neighbors, now);
    struct neighbor *neighbor = find(neighbors, iface, addr);
    if (neighbor != NULL && neighbor->state != INCOMPLETE) {
        *ret_mac = neighbor->mac;
        return V4_NEIGHBOR_KNOWN;
    }
    if (neighbor != NULL) {
        wait_for(neighbors, neighbor, datagram);
        return V4_NEIGHBOR_WAIT;
    }

    neighbor = add(neighbors, iface, addr);
    if (neighbor == NULL) {
        drop(neighbors, V4_DROP_NEIGHBOR_FULL, datagram);
        return V4_NEIGHBOR_FULL;
    }
    ask(neighbors, neighbor, now);
    wait_for(neighbors, neighbor, datagram);
    return V4_NEIGHBOR_ASK;
}

/* Takes all that waits away from its neighbour, for v4_neighbors_next(). */
static void release(struct v4_neighbors *neighbors, struct neighbor *neighbor)
{
    struct waiting *kept;

    while ((kept = first_of(&neighbor->waiting)) != NULL) {
        v4_list_remove(&kept->link);
        v4_list_append(&neighbors->released, &kept->link);
    }
    neighbor->count = 0;
}

bool v4_neighbors_next(struct v4_neighbors *neighbors, struct v4_span *ret_datagram)
{
    end_loan(neighbors);
    struct waiting *kept = first_of(&neighbors->released);
    if (kept == NULL)
        return false;
    v4_list_remove(&kept->link);
    neighbors->lent = kept;
    *ret_datagram = datagram_of(kept);
    return true;
}

bool v4_neighbors_learn(struct v4_neighbors *neighbors, unsigned iface, uint32_t addr,
                        struct v4_mac mac, bool add_it, v4_time now, struct v4_span *ret_datagram)
{
    begin(neighbors, now);
    struct neighbor *neighbor = find(neighbors, iface, addr);
    if (neighbor == NULL && add_it)
        neighbor = add(neighbors, iface, addr); /* RFC826-Reception-e */
    if (neighbor == NULL || neighbor->state == FIXED)
        return false;

    neighbor->mac = mac; /* RFC826-Reception-d */
    set_state(neighbors, neighbor, REACHABLE, v4_time_after(now, neighbors->config.lifetime));
    release(neighbors, neighbor);
    return v4_neighbors_next(neighbors, ret_datagram);
}

bool v4_neighbors_fix(struct v4_neighbors *neighbors, unsigned iface, uint32_t addr,
                      struct v4_mac mac)
{
    struct neighbor *neighbor = find(neighbors, iface, addr);

    end_loan(neighbors);
    if (neighbor != NULL)
        evict(neighbors, neighbor);
    neighbor = add(neighbors, iface, addr);
    if (neighbor == NULL)
        return false;
    neighbor->mac = mac;
    set_state(neighbors, neighbor, FIXED, V4_NEVER);
    return true;
}

bool v4_neighbors_is_fixed(const struct v4_neighbors *neighbors, unsigned iface, uint32_t addr)
{
    const struct neighbor *neighbor = find(neighbors, iface, addr);

    return neighbor != NULL && neighbor->state == FIXED;
}

bool v4_neighbors_remove(struct v4_neighbors *neighbors, unsigned iface, uint32_t addr)
{
    struct neighbor *neighbor = find(neighbors, iface, addr);

    if (neighbor == NULL)
        return false;
    end_loan(neighbors);
    drop_waiting(neighbors, V4_DROP_NEIGHBOR_FULL, neighbor);
    forget(neighbors, neighbor);
    return true;
}

bool v4_neighbors_at(const struct v4_neighbors *neighbors, size_t index,
                     struct v4_neighbor_entry *ret_entry)
{
    for (enum state state = REACHABLE; state < STATES; state++) {
        const struct v4_list *list = &neighbors->states[state];
        for (struct v4_link *at = v4_list_first(list); at != NULL; at = v4_list_next(list, at)) {
            const struct neighbor *neighbor = V4_OF(at, struct neighbor, in_state);
            if (index-- > 0)
                continue;
            *ret_entry = (struct v4_neighbor_entry){neighbor->iface, neighbor->addr, neighbor->mac,
                                                    state == FIXED};
            return true;
        }
    }
    return false;
}

bool v4_neighbors_expire(struct v4_neighbors *neighbors, v4_time now,
                         struct v4_neighbor_event *ret_event)
{
    begin(neighbors, now);
    struct neighbor *neighbor = oldest(neighbors, INCOMPLETE);
    if (neighbor == NULL || neighbor->due > now)
        return false;

    struct v4_neighbor_event event = {.iface = neighbor->iface, .addr = neighbor->addr};
    if (neighbor->asked < neighbors->config.tries) {
        ask(neighbors, neighbor, now);
        *ret_event = event;
        return true;
    }
    event.failed = true;
    v4_stat_count(neighbors->config.stats, V4_STAT_NEIGHBOR_FAILED);
    drop_waiting(neighbors, V4_DROP_NEIGHBOR_FAILED, neighbor);
    release(neighbors, neighbor);
    v4_neighbors_next(neighbors, &event.datagram);
    forget(neighbors, neighbor);
    *ret_event = event;
    return true;
}

v4_time v4_neighbors_next_timeout(const struct v4_neighbors *neighbors)
{
    const struct neighbor *asked = oldest(neighbors, INCOMPLETE);
    const struct neighbor *learned = oldest(neighbors, REACHABLE);
    v4_time next = asked == NULL ? V4_NEVER : asked->due;

    return learned != NULL && learned->due < next ? learned->due : next;
}

void v4_neighbors_reset(struct v4_neighbors *neighbors)
{
    struct neighbor *neighbor;

    end_loan(neighbors);
    give_up(neighbors, &neighbors->released);
    for (enum state state = 0; state < STATES; state++)
        while ((neighbor = oldest(neighbors, state)) != NULL)
            forget(neighbors, neighbor);
}

size_t v4_neighbors_count(const struct v4_neighbors *neighbors)
{
    return neighbors->pool.used;
}
