/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/neighbor.h"
#include <stdlib.h>
#include <string.h>
#include "base/buckets.h"
#include "base/pool.h"
#include "table/held.h"

enum state {
    INCOMPLETE,
    REACHABLE,
    POLLED, /* at the end of its lifetime, and used until then */
    FIXED,
    STATES
};

struct neighbor {
    struct v4_link in_bucket, in_state;
    enum state state;
    unsigned iface;
    uint32_t addr;
    struct v4_mac mac; /* unless incomplete */
    v4_time confirmed; /* when it was */
    v4_time due;       /* the next request, or the end of the lifetime */
    unsigned asked;    /* requests so far, of an incomplete or polled one */
    bool used;         /* since it was confirmed */
    bool noted;
    struct v4_list waiting; /* the oldest first */
    size_t count;           /* of those */
};

struct v4_neighbors {
    struct v4_neighbor_config config;
    v4_time lifetime;
    unsigned polls;
    struct v4_pool pool; /* of struct neighbor */
    struct v4_held waiting;
    struct v4_buckets buckets;
    /* Since lifetime and retry are the same for all, whoever came last is also due last. */
    struct v4_list states[STATES];
    struct v4_list released;  /* what waited for whoever was learned or given up last */
    struct v4_held_one *lent; /* NULL: nothing is */
};

static void end_loan(struct v4_neighbors *neighbors)
{
    if (neighbors->lent != NULL)
        v4_held_give(&neighbors->waiting, neighbors->lent);
    neighbors->lent = NULL;
}

struct v4_neighbors *v4_neighbors_open(const struct v4_neighbor_config *config)
{
    if (config->lifetime == 0 || config->retry == 0 || config->tries == 0 || config->waiting == 0)
        return NULL;
    struct v4_neighbors *neighbors = calloc(1, sizeof *neighbors);
    if (neighbors == NULL)
        return NULL;
    neighbors->config = *config;
    neighbors->lifetime = config->lifetime;
    for (size_t i = 0; i < STATES; i++)
        v4_list_open(&neighbors->states[i]);
    v4_list_open(&neighbors->released);
    if (v4_pool_open(&neighbors->pool, config->neighbors, sizeof(struct neighbor)) &&
        v4_buckets_open(&neighbors->buckets, config->neighbors, config->seed) &&
        v4_held_open(&neighbors->waiting, config->neighbors, config->waiting, config->octets))
        return neighbors;
    v4_neighbors_close(neighbors);
    return NULL;
}

void v4_neighbors_close(struct v4_neighbors *neighbors)
{
    if (neighbors == NULL)
        return;
    v4_pool_close(&neighbors->pool);
    v4_held_close(&neighbors->waiting);
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

/* Counts and shows all that waits for a neighbour; it is given back elsewhere. */
static void drop_waiting(struct v4_neighbors *neighbors, enum v4_drop why,
                         const struct neighbor *neighbor)
{
    const struct v4_list *list = &neighbor->waiting;

    for (struct v4_link *at = v4_list_first(list); at != NULL; at = v4_list_next(list, at))
        drop(neighbors, why, v4_held_octets(v4_held_at(at)));
}

static void forget(struct v4_neighbors *neighbors, struct neighbor *neighbor)
{
    v4_list_remove(&neighbor->in_bucket);
    v4_list_remove(&neighbor->in_state);
    v4_held_give_all(&neighbors->waiting, &neighbor->waiting);
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
            old = oldest(neighbors, POLLED);
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

static void flush(struct v4_neighbors *neighbors, struct neighbor *neighbor)
{
    v4_stat_count(neighbors->config.stats, V4_STAT_NEIGHBOR_EXPIRED);
    forget(neighbors, neighbor);
}

/* Forgets whoever was learned too long ago (RFC1122-2.3.2.1-a); one that is in use may be polled
 * first. */
static void flush_old(struct v4_neighbors *neighbors, v4_time now)
{
    struct neighbor *old;

    while ((old = oldest(neighbors, REACHABLE)) != NULL && old->due <= now &&
           !(old->used && neighbors->polls > 0))
        flush(neighbors, old);
}

/* Every call that takes `now` begins with this. */
static void begin(struct v4_neighbors *neighbors, v4_time now)
{
    end_loan(neighbors);
    v4_held_give_all(&neighbors->waiting, &neighbors->released);
    flush_old(neighbors, now);
}

static void drop_one(struct v4_neighbors *neighbors, struct neighbor *neighbor,
                     struct v4_held_one *kept)
{
    drop(neighbors, V4_DROP_NEIGHBOR_QUEUE, v4_held_octets(kept));
    v4_list_remove(&kept->link);
    v4_held_give(&neighbors->waiting, kept);
    neighbor->count--;
}

/* The oldest makes room, and with it what is no good without it (RFC6274-4.2.4-a). */
static void make_room(struct v4_neighbors *neighbors, struct neighbor *neighbor)
{
    struct v4_held_one *old = v4_held_first(&neighbor->waiting);
    struct v4_link *at = v4_list_next(&neighbor->waiting, &old->link), *next;

    for (; at != NULL && neighbors->config.same != NULL; at = next) {
        struct v4_held_one *kept = v4_held_at(at);
        next = v4_list_next(&neighbor->waiting, at);
        if (neighbors->config.same(v4_held_octets(old), v4_held_octets(kept)))
            drop_one(neighbors, neighbor, kept);
    }
    drop_one(neighbors, neighbor, old);
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
    if (neighbor->count == neighbors->config.waiting)
        make_room(neighbors, neighbor);
    v4_list_append(&neighbor->waiting, &v4_held_keep(&neighbors->waiting, datagram)->link);
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
        neighbor->used = true;
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
    struct v4_held_one *kept;

    while ((kept = v4_held_first(&neighbor->waiting)) != NULL) {
        v4_list_remove(&kept->link);
        v4_list_append(&neighbors->released, &kept->link);
    }
    neighbor->count = 0;
}

bool v4_neighbors_next(struct v4_neighbors *neighbors, struct v4_span *ret_datagram)
{
    end_loan(neighbors);
    struct v4_held_one *kept = v4_held_first(&neighbors->released);
    if (kept == NULL)
        return false;
    v4_list_remove(&kept->link);
    neighbors->lent = kept;
    *ret_datagram = v4_held_octets(kept);
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
    neighbor->confirmed = now;
    neighbor->asked = 0;
    neighbor->used = false;
    set_state(neighbors, neighbor, REACHABLE, v4_time_after(now, neighbors->lifetime));
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

/* One that was used is asked whether it is still there, until it has left as many questions open.
 */
static bool poll(struct v4_neighbors *neighbors, v4_time now, struct v4_neighbor_event *ret_event)
{
    struct neighbor *neighbor;

    while ((neighbor = oldest(neighbors, POLLED)) != NULL && neighbor->due <= now &&
           neighbor->asked >= neighbors->polls)
        flush(neighbors, neighbor);
    if (neighbor == NULL || neighbor->due > now)
        neighbor = oldest(neighbors, REACHABLE);
    if (neighbor == NULL || neighbor->due > now)
        return false;
    neighbor->asked++;
    set_state(neighbors, neighbor, POLLED, v4_time_after(now, neighbors->config.retry));
    *ret_event = (struct v4_neighbor_event){
        .poll = true, .iface = neighbor->iface, .addr = neighbor->addr, .mac = neighbor->mac};
    return true;
}

void v4_neighbors_set_lifetime(struct v4_neighbors *neighbors, v4_time lifetime)
{
    const struct v4_list *list = &neighbors->states[REACHABLE];

    neighbors->lifetime = lifetime;
    for (struct v4_link *at = v4_list_first(list); at != NULL; at = v4_list_next(list, at)) {
        struct neighbor *neighbor = V4_OF(at, struct neighbor, in_state);
        neighbor->due = v4_time_after(neighbor->confirmed, lifetime);
    }
}

v4_time v4_neighbors_lifetime(const struct v4_neighbors *neighbors)
{
    return neighbors->lifetime;
}

void v4_neighbors_set_polls(struct v4_neighbors *neighbors, unsigned polls)
{
    neighbors->polls = polls;
}

unsigned v4_neighbors_polls(const struct v4_neighbors *neighbors)
{
    return neighbors->polls;
}

bool v4_neighbors_doubt(struct v4_neighbors *neighbors, unsigned iface, uint32_t addr, v4_time now)
{
    begin(neighbors, now);
    struct neighbor *neighbor = find(neighbors, iface, addr);
    if (neighbor == NULL || (neighbor->state != REACHABLE && neighbor->state != POLLED) ||
        now - neighbor->confirmed < neighbors->config.retry)
        return false;
    flush(neighbors, neighbor);
    return true;
}

void v4_neighbors_note(struct v4_neighbors *neighbors, unsigned iface, uint32_t addr, bool noted)
{
    struct neighbor *neighbor = find(neighbors, iface, addr);

    if (neighbor != NULL)
        neighbor->noted = noted;
}

bool v4_neighbors_noted(const struct v4_neighbors *neighbors, unsigned iface, uint32_t addr)
{
    const struct neighbor *neighbor = find(neighbors, iface, addr);

    return neighbor != NULL && neighbor->noted;
}

bool v4_neighbors_takes(const struct v4_neighbors *neighbors, unsigned iface, uint32_t addr,
                        size_t count)
{
    const struct neighbor *neighbor = find(neighbors, iface, addr);

    return count <= neighbors->config.waiting ||
           (neighbor != NULL && neighbor->state != INCOMPLETE);
}

bool v4_neighbors_expire(struct v4_neighbors *neighbors, v4_time now,
                         struct v4_neighbor_event *ret_event)
{
    begin(neighbors, now);
    if (poll(neighbors, now, ret_event))
        return true;
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
    v4_time next = V4_NEVER;

    for (enum state state = 0; state < FIXED; state++) {
        const struct neighbor *first = oldest(neighbors, state);
        if (first != NULL && first->due < next)
            next = first->due;
    }
    return next;
}

void v4_neighbors_reset(struct v4_neighbors *neighbors)
{
    struct neighbor *neighbor;

    end_loan(neighbors);
    v4_held_give_all(&neighbors->waiting, &neighbors->released);
    neighbors->lifetime = neighbors->config.lifetime;
    neighbors->polls = 0;
    for (enum state state = 0; state < STATES; state++)
        while ((neighbor = oldest(neighbors, state)) != NULL)
            forget(neighbors, neighbor);
}

size_t v4_neighbors_count(const struct v4_neighbors *neighbors)
{
    return neighbors->pool.used;
}
