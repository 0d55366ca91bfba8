/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/reass.h"
#include <stdlib.h>
#include <string.h>
#include "base/buckets.h"
#include "base/heap.h"
#include "base/poison.h"
#include "base/pool.h"
#include "base/rng.h"
#include "table/senders.h"

struct datagram {
    struct v4_link in_bucket, in_age; /* in_age: among those held, or among those refused */
    struct v4_link of_sender;
    struct v4_sender *sender; /* of what is held */
    struct v4_timer timer;
    struct v4_reass_key key;
    bool refused;
    struct v4_assembly made; /* of its fragments */
};

struct v4_reass {
    struct v4_reass_config config;
    struct v4_pool datagrams, chunks;
    struct v4_buckets buckets;
    struct v4_senders senders;
    struct v4_heap timers;        /* of those held */
    struct v4_list held, refused; /* oldest first; of those refused the first whose time is over */
    size_t refused_count;
    uint64_t started;
    struct v4_rng rng;
    size_t lent;                /* octets of `out` that the caller may read */
    uint8_t out[V4_LENGTH_MAX]; /* where a datagram is put together */
};

struct v4_reass *v4_reass_open(const struct v4_reass_config *config)
{
    if (config->octets / V4_REASS_CHUNK < 2 || config->timeout == 0)
        return NULL;

    struct v4_reass *reass = calloc(1, sizeof *reass);
    if (reass == NULL)
        return NULL;
    reass->config = *config;
    reass->rng = v4_rng_open(config->seed);
    v4_list_open(&reass->held);
    v4_list_open(&reass->refused);
    v4_poison(reass->out, sizeof reass->out);
    if (v4_pool_open(&reass->datagrams, config->datagrams, sizeof(struct datagram)) &&
        v4_pool_open(&reass->chunks, config->octets / V4_REASS_CHUNK, sizeof(struct v4_chunk)) &&
        v4_buckets_open(&reass->buckets, config->datagrams, config->seed) &&
        v4_senders_open(&reass->senders, config->datagrams + 1, config->seed) &&
        v4_heap_open(&reass->timers, config->datagrams))
        return reass;
    v4_reass_close(reass);
    return NULL;
}

void v4_reass_close(struct v4_reass *reass)
{
    if (reass == NULL)
        return;
    v4_pool_close(&reass->datagrams);
    v4_pool_close(&reass->chunks);
    v4_buckets_close(&reass->buckets);
    v4_senders_close(&reass->senders);
    v4_heap_close(&reass->timers);
    v4_unpoison(reass->out, sizeof reass->out);
    free(reass);
}

static void end_loan(struct v4_reass *reass)
{
    v4_poison(reass->out, reass->lent);
    reass->lent = 0;
}

static void count(struct v4_reass *reass, enum v4_stat stat)
{
    v4_stat_count(reass->config.stats, stat);
}

/* RFC791-3.2_Fragmentation-a */
static struct v4_list *bucket(const struct v4_reass *reass, const struct v4_reass_key *key)
{
    uint8_t octets[11];

    v4_put32(octets, key->src);
    v4_put32(octets + 4, key->dst);
    v4_put16(octets + 8, key->id);
    octets[10] = key->protocol;
    return v4_buckets_find(&reass->buckets, (struct v4_span){octets, sizeof octets});
}

static struct datagram *find(const struct v4_reass *reass, const struct v4_reass_key *key)
{
    const struct v4_list *list = bucket(reass, key);

    for (struct v4_link *at = v4_list_first(list); at != NULL; at = v4_list_next(list, at)) {
        struct datagram *datagram = V4_OF(at, struct datagram, in_bucket);
        if (datagram->key.src == key->src && datagram->key.dst == key->dst &&
            datagram->key.protocol == key->protocol && datagram->key.id == key->id)
            return datagram;
    }
    return NULL;
}

static struct datagram *oldest(const struct v4_list *list)
{
    struct v4_link *first = v4_list_first(list);

    return first == NULL ? NULL : V4_OF(first, struct datagram, in_age);
}

/* The room that it took is free, and nobody waits for it any more. */
static void let_go(struct v4_reass *reass, struct datagram *datagram)
{
    struct v4_sender *sender = datagram->sender;

    sender->chunks -= datagram->made.chunks.count;
    sender->datagrams--;
    v4_list_remove(&datagram->of_sender);
    v4_senders_release(&reass->senders, sender);
    v4_chunks_give(&datagram->made.chunks, &reass->chunks);
    v4_heap_remove(&reass->timers, &datagram->timer);
    v4_list_remove(&datagram->in_age);
}

static void forget(struct v4_reass *reass, struct datagram *datagram)
{
    if (datagram->refused) {
        reass->refused_count--;
        v4_list_remove(&datagram->in_age);
    } else {
        let_go(reass, datagram);
    }
    v4_list_remove(&datagram->in_bucket);
    v4_pool_give(&reass->datagrams, datagram);
}

static void evict(struct v4_reass *reass, struct datagram *datagram)
{
    count(reass, V4_STAT_IP_REASS_EVICTED);
    count(reass, V4_STAT_IP_REASM_FAILS);
    forget(reass, datagram);
}

static void refuse(struct v4_reass *reass, struct datagram *datagram, v4_time now)
{
    count(reass, V4_STAT_IP_REASS_REFUSED);
    count(reass, V4_STAT_IP_REASM_FAILS);
    if (reass->config.overlap == V4_OVERLAP_LINUX) {
        forget(reass, datagram);
        return;
    }
    let_go(reass, datagram);
    v4_list_append(&reass->refused, &datagram->in_age);
    datagram->refused = true;
    datagram->timer.due = v4_time_after(now, reass->config.timeout);
    reass->refused_count++;
}

static struct datagram *oldest_of(const struct v4_sender *sender)
{
    return V4_OF(v4_list_first(&sender->held), struct datagram, of_sender);
}

/* One of the oldest held but for `spared`, of which there is one: who fills the table cannot tell
 * which goes (RFC6274-4.1.2.2-b). */
static struct datagram *one_of_the_oldest(struct v4_reass *reass, const struct datagram *spared)
{
    size_t draws = reass->config.drawn, others = reass->timers.count - (spared != NULL);
    size_t pick =
        draws > 0 ? v4_rng_below(&reass->rng, (uint32_t)(others < draws ? others : draws)) : 0;
    struct v4_link *at = v4_list_first(&reass->held);

    for (;; at = v4_list_next(&reass->held, at)) {
        struct datagram *datagram = V4_OF(at, struct datagram, in_age);
        if (datagram != spared && pick-- == 0)
            return datagram;
    }
}

/* Makes room for one more datagram: within the sender's share, then in the table. */
static void make_place(struct v4_reass *reass, uint32_t src)
{
    struct v4_sender *sender = v4_senders_of(&reass->senders, src);
    size_t share = reass->config.sender_datagrams;

    if (share > 0 && sender->datagrams >= share)
        evict(reass, oldest_of(sender));
    else
        v4_senders_release(&reass->senders, sender);
    if (v4_pool_left(&reass->datagrams) == 0 && reass->refused_count > 0)
        forget(reass, oldest(&reass->refused));
    if (v4_pool_left(&reass->datagrams) == 0)
        evict(reass, one_of_the_oldest(reass, NULL));
}

static struct datagram *start(struct v4_reass *reass, const struct v4_reass_key *key, v4_time now)
{
    make_place(reass, key->src);

    struct datagram *datagram = v4_pool_take(&reass->datagrams);
    /* RFC1122-3.3.2-g: the time is the same for all. */
    *datagram = (struct datagram){
        .key = *key,
        .made.rule = reass->config.overlap,
        .sender = v4_senders_of(&reass->senders, key->src),
        .timer = {.due = v4_time_after(now, reass->config.timeout), .number = reass->started++},
    };
    datagram->sender->datagrams++;
    v4_list_append(&datagram->sender->held, &datagram->of_sender);
    v4_list_append(bucket(reass, key), &datagram->in_bucket);
    v4_list_append(&reass->held, &datagram->in_age);
    v4_heap_put(&reass->timers, &datagram->timer);
    count(reass, V4_STAT_IP_REASS_STARTED);
    return datagram;
}

/* The oldest one of a sender, but for that which needs room. */
static struct datagram *oldest_of_but(const struct v4_sender *sender, const struct datagram *spared)
{
    struct v4_link *old = v4_list_first(&sender->held);

    return V4_OF(old == &spared->of_sender ? v4_list_next(&sender->held, old) : old,
                 struct datagram, of_sender);
}

/* The chunks that one sender may have. */
static size_t share_of_chunks(const struct v4_reass *reass)
{
    size_t share = reass->config.sender_octets / V4_REASS_CHUNK;

    return share > 0 && share < reass->chunks.count ? share : reass->chunks.count;
}

/* Takes the chunks that the fragment needs; false when there are not so many. */
static bool make_room(struct v4_reass *reass, struct datagram *datagram,
                      const struct v4_reass_fragment *fragment)
{
    size_t first = fragment->first, len = fragment->data.len, share = share_of_chunks(reass);
    size_t missing = v4_chunks_missing(&datagram->made.chunks, first, len);

    if (datagram->made.chunks.count + missing > share)
        return false;
    while (datagram->sender->chunks + missing > share)
        evict(reass, oldest_of_but(datagram->sender, datagram));
    while (v4_pool_left(&reass->chunks) < missing)
        evict(reass, one_of_the_oldest(reass, datagram));
    v4_chunks_take(&datagram->made.chunks, &reass->chunks, first, len);
    datagram->sender->chunks += missing;
    return true;
}

/* Puts the header and the first `len` octets, which are held, together in `out`. */
static struct v4_reass_datagram put_together(struct v4_reass *reass,
                                             const struct datagram *datagram, size_t len)
{
    const struct v4_assembly *made = &datagram->made;
    uint8_t *data = reass->out + made->header_len;

    reass->lent = made->header_len + len;
    v4_unpoison(reass->out, reass->lent);
    memcpy(reass->out, made->header, made->header_len);
    v4_chunks_copy(&made->chunks, len, data);
    return (struct v4_reass_datagram){
        .key = datagram->key,
        .has_first = made->has_first,
        .header = {reass->out, made->header_len},
        .data = {data, len},
        .mark = made->mark,
        .signs = made->signs,
    };
}

/* Takes the fragment in; when the answer is V4_KEEP, `*ret_datagram` is the one that holds it. */
static enum v4_drop take(struct v4_reass *reass, const struct v4_reass_fragment *fragment,
                         v4_time now, struct datagram **ret_datagram)
{
    enum v4_drop drop = v4_fragment_fault(fragment);
    if (drop != V4_KEEP && reass->config.overlap != V4_OVERLAP_LINUX)
        return drop;

    struct datagram *datagram = find(reass, &fragment->key);
    if (datagram == NULL)
        datagram = start(reass, &fragment->key, now);
    if (datagram->refused)
        return V4_DROP_REASS_REFUSED;
    drop = v4_assembly_judge(&datagram->made, fragment);
    if (drop == V4_DROP_FRAGMENT_TWICE)
        return drop;
    if (drop != V4_KEEP) {
        refuse(reass, datagram, now);
        return drop;
    }
    if (!make_room(reass, datagram, fragment)) {
        evict(reass, datagram);
        return V4_DROP_REASS_ROOM;
    }
    v4_assembly_hold(&datagram->made, fragment);
    if (v4_time_after(now, fragment->lifetime) > datagram->timer.due)
        v4_heap_put_off(&reass->timers, &datagram->timer, v4_time_after(now, fragment->lifetime));
    *ret_datagram = datagram;
    return V4_KEEP;
}

bool v4_reass_add(struct v4_reass *reass, const struct v4_reass_fragment *fragment, v4_time now,
                  struct v4_reass_datagram *ret_datagram, enum v4_drop *ret_drop)
{
    const struct v4_reass_fragment whole = v4_fragment_cut(fragment, reass->config.overlap);
    struct datagram *datagram;

    end_loan(reass);
    count(reass, V4_STAT_IP_REASS_FRAGMENTS);
    enum v4_drop drop = take(reass, &whole, now, &datagram);
    if (drop != V4_KEEP || !v4_assembly_is_complete(&datagram->made)) {
        *ret_drop = drop;
        return false;
    }
    if (datagram->made.header_len + datagram->made.top > V4_LENGTH_MAX) {
        refuse(reass, datagram, now);
        *ret_drop = V4_DROP_REASS_LENGTH;
        return false;
    }
    *ret_datagram = put_together(reass, datagram, datagram->made.top);
    count(reass, V4_STAT_IP_REASS_DELIVERED);
    forget(reass, datagram);
    return true;
}

/* The one held whose time is over first. */
static struct datagram *next_held(const struct v4_reass *reass)
{
    struct v4_timer *first = v4_heap_first(&reass->timers);

    return first == NULL ? NULL : V4_OF(first, struct datagram, timer);
}

bool v4_reass_expire(struct v4_reass *reass, v4_time now, struct v4_reass_datagram *ret_datagram)
{
    struct datagram *datagram;

    end_loan(reass);
    while ((datagram = oldest(&reass->refused)) != NULL && datagram->timer.due <= now)
        forget(reass, datagram);
    datagram = next_held(reass);
    if (datagram == NULL || datagram->timer.due > now)
        return false;
    *ret_datagram = put_together(reass, datagram, v4_assembly_own(&datagram->made));
    count(reass, V4_STAT_IP_REASS_TIMED_OUT);
    count(reass, V4_STAT_IP_REASM_FAILS);
    forget(reass, datagram); /* RFC791-3.2_Reassembly-g */
    return true;
}

v4_time v4_reass_next_timeout(const struct v4_reass *reass)
{
    const struct datagram *held = next_held(reass), *refused = oldest(&reass->refused);
    v4_time next = held == NULL ? V4_NEVER : held->timer.due;

    return refused != NULL && refused->timer.due < next ? refused->timer.due : next;
}

void v4_reass_choose(struct v4_reass *reass, enum v4_overlap overlap)
{
    if (overlap == reass->config.overlap)
        return;
    end_loan(reass);
    while (oldest(&reass->held) != NULL)
        evict(reass, oldest(&reass->held));
    while (oldest(&reass->refused) != NULL)
        forget(reass, oldest(&reass->refused));
    reass->config.overlap = overlap;
}

size_t v4_reass_longest(const struct v4_reass *reass)
{
    size_t room = share_of_chunks(reass) * V4_REASS_CHUNK, longest = V4_LENGTH_MAX - 20;

    return room < longest ? room : longest;
}

enum v4_overlap v4_reass_choice(const struct v4_reass *reass)
{
    return reass->config.overlap;
}

void v4_reass_reset(struct v4_reass *reass)
{
    struct datagram *datagram;

    end_loan(reass);
    reass->rng = v4_rng_open(reass->config.seed);
    while ((datagram = oldest(&reass->held)) != NULL)
        forget(reass, datagram);
    while ((datagram = oldest(&reass->refused)) != NULL)
        forget(reass, datagram);
}

struct v4_reass_use v4_reass_use(const struct v4_reass *reass)
{
    return (struct v4_reass_use){
        .datagrams = reass->datagrams.used - reass->refused_count,
        .refused = reass->refused_count,
        .octets = reass->chunks.used * V4_REASS_CHUNK,
    };
}
