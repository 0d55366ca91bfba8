/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/reass.h"
#include <stdlib.h>
#include <string.h>
#include "base/buckets.h"
#include "base/poison.h"
#include "base/pool.h"

#define LENGTH_MAX 65535
#define DATA_MAX (LENGTH_MAX - 20) /* behind the smallest header */

struct datagram {
    struct v4_link in_bucket, in_age; /* in_age: among those held, or among those refused */
    struct v4_reass_key key;
    bool refused;
    bool has_first, has_end; /* the fragment at 0, and the one without MF, arrived */
    v4_time due;
    uint8_t signs;
    size_t top; /* where the data that are held end; with has_end, where the datagram ends */
    struct v4_chunks chunks;

    /* Of the fragment at 0: */
    uint8_t header[V4_REASS_HEADER_MAX];
    size_t header_len;
    uint32_t mark;
};

struct v4_reass {
    struct v4_reass_config config;
    struct v4_pool datagrams, chunks;
    struct v4_buckets buckets;
    struct v4_list held, refused; /* oldest first, which is also the first whose time is over */
    size_t refused_count;
    size_t lent;             /* octets of `out` that the caller may read */
    uint8_t out[LENGTH_MAX]; /* where a datagram is put together */
};

struct v4_reass *v4_reass_open(const struct v4_reass_config *config)
{
    if (config->octets / V4_REASS_CHUNK < 2 || config->timeout == 0)
        return NULL;

    struct v4_reass *reass = calloc(1, sizeof *reass);
    if (reass == NULL)
        return NULL;
    reass->config = *config;
    v4_list_open(&reass->held);
    v4_list_open(&reass->refused);
    v4_poison(reass->out, sizeof reass->out);
    if (v4_pool_open(&reass->datagrams, config->datagrams, sizeof(struct datagram)) &&
        v4_pool_open(&reass->chunks, config->octets / V4_REASS_CHUNK, sizeof(struct v4_chunk)) &&
        v4_buckets_open(&reass->buckets, config->datagrams, config->seed))
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

static void forget(struct v4_reass *reass, struct datagram *datagram)
{
    v4_chunks_give(&datagram->chunks, &reass->chunks);
    reass->refused_count -= datagram->refused;
    v4_list_remove(&datagram->in_bucket);
    v4_list_remove(&datagram->in_age);
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
    v4_chunks_give(&datagram->chunks, &reass->chunks);
    v4_list_remove(&datagram->in_age);
    v4_list_append(&reass->refused, &datagram->in_age);
    datagram->refused = true;
    datagram->due = v4_time_after(now, reass->config.timeout);
    reass->refused_count++;
}

static struct datagram *start(struct v4_reass *reass, const struct v4_reass_key *key, v4_time now)
{
    if (v4_pool_left(&reass->datagrams) == 0 && reass->refused_count > 0)
        forget(reass, oldest(&reass->refused));
    if (v4_pool_left(&reass->datagrams) == 0)
        evict(reass, oldest(&reass->held));

    struct datagram *datagram = v4_pool_take(&reass->datagrams);
    /* RFC1122-3.3.2-g: the time is the same for all. */
    *datagram = (struct datagram){.key = *key, .due = v4_time_after(now, reass->config.timeout)};
    v4_list_append(bucket(reass, key), &datagram->in_bucket);
    v4_list_append(&reass->held, &datagram->in_age);
    count(reass, V4_STAT_IP_REASS_STARTED);
    return datagram;
}

static size_t end_of(const struct v4_reass_fragment *fragment)
{
    return fragment->first + fragment->data.len;
}

static enum v4_drop wrong_by_itself(const struct v4_reass_fragment *fragment)
{
    if (fragment->data.len == 0) /* RFC791-3.2_Reassembly-k */
        return V4_DROP_FRAGMENT_EMPTY;
    if (fragment->more && fragment->data.len % V4_BLOCK != 0) /* RFC791-3.2_Reassembly-i */
        return V4_DROP_FRAGMENT_RAGGED;
    if (end_of(fragment) > DATA_MAX) /* RFC791-3.2_Reassembly-h */
        return V4_DROP_FRAGMENT_LENGTH;
    return V4_KEEP;
}

/* True when one of the fragments held has the same place, the same octets and the same MF; asked
 * only where no two overlap. */
static bool is_duplicate(const struct datagram *datagram, const struct v4_reass_fragment *fragment)
{
    bool ends_it = datagram->has_end && end_of(fragment) == datagram->top;

    return fragment->more != ends_it &&
           v4_chunks_have(&datagram->chunks, fragment->first, fragment->data);
}

/* True when the header and mark of a fragment are to be kept: those of whose octets lie at 0. */
static bool gives_header(const struct v4_reass *reass, const struct datagram *datagram,
                         const struct v4_reass_fragment *fragment)
{
    return fragment->first == 0 &&
           (!datagram->has_first ||
            !v4_overlap_stays(reass->config.overlap, v4_chunks_from(&datagram->chunks, 0),
                              v4_place_of(0, fragment->data.len)));
}

/* What a fragment does that meets octets held, where nobody wins. */
static enum v4_drop overlap(enum v4_overlap rule, const struct datagram *datagram,
                            const struct v4_reass_fragment *fragment)
{
    bool spared = rule == V4_OVERLAP_LINUX
                      ? v4_chunks_one_run(&datagram->chunks, fragment->first, fragment->data.len)
                      : is_duplicate(datagram, fragment);

    return spared ? V4_DROP_FRAGMENT_TWICE : V4_DROP_REASS_OVERLAP;
}

/* What the fragment says against those that are held. */
static enum v4_drop contradiction(const struct v4_reass *reass, const struct datagram *datagram,
                                  const struct v4_reass_fragment *fragment)
{
    const enum v4_overlap rule = reass->config.overlap;
    size_t end = end_of(fragment);
    size_t top = end > datagram->top ? end : datagram->top;
    size_t header_len =
        gives_header(reass, datagram, fragment) ? fragment->header.len : datagram->header_len;

    if (datagram->has_end && (end > datagram->top || (!fragment->more && end != datagram->top)))
        return V4_DROP_REASS_END; /* RFC791-3.2_Reassembly-j */
    if (!fragment->more && end < datagram->top)
        return V4_DROP_REASS_END;
    if (fragment->data.len == 0)
        return V4_DROP_FRAGMENT_EMPTY;
    if (rule != V4_OVERLAP_LINUX && header_len + top > LENGTH_MAX)
        return V4_DROP_REASS_LENGTH;
    if ((rule != V4_OVERLAP_LINUX && rule != V4_OVERLAP_DROP) ||
        !v4_chunks_overlap(&datagram->chunks, fragment->first, fragment->data.len))
        return V4_KEEP;
    return overlap(rule, datagram, fragment);
}

/* Takes the chunks that the fragment needs; false when there are not so many. */
static bool make_room(struct v4_reass *reass, struct datagram *datagram,
                      const struct v4_reass_fragment *fragment)
{
    size_t first = fragment->first, len = fragment->data.len;
    size_t missing = v4_chunks_missing(&datagram->chunks, first, len);

    if (datagram->chunks.count + missing > reass->chunks.count)
        return false;
    while (v4_pool_left(&reass->chunks) < missing) {
        struct v4_link *old = v4_list_first(&reass->held);
        if (old == &datagram->in_age)
            old = v4_list_next(&reass->held, old);
        evict(reass, V4_OF(old, struct datagram, in_age));
    }
    v4_chunks_take(&datagram->chunks, &reass->chunks, first, len);
    return true;
}

/* Where the fragment lies; with V4_OVERLAP_LINUX, where its run begins. */
static struct v4_place place_of(const struct v4_reass *reass, const struct datagram *datagram,
                                const struct v4_reass_fragment *fragment)
{
    struct v4_place place = v4_place_of(fragment->first, fragment->data.len);

    if (reass->config.overlap == V4_OVERLAP_LINUX && fragment->first > 0 &&
        fragment->first == datagram->top)
        place.first = v4_chunks_from(&datagram->chunks, datagram->top - 1).first;
    return place;
}

static void hold(struct v4_reass *reass, struct datagram *datagram,
                 const struct v4_reass_fragment *fragment)
{
    if (gives_header(reass, datagram, fragment)) { /* RFC791-3.2_Reassembly-d */
        memcpy(datagram->header, fragment->header.octets, fragment->header.len);
        datagram->header_len = fragment->header.len;
        datagram->mark = fragment->mark;
        datagram->has_first = true;
    }
    v4_chunks_put(&datagram->chunks, fragment->first, fragment->data,
                  place_of(reass, datagram, fragment), reass->config.overlap);
    if (end_of(fragment) > datagram->top)
        datagram->top = end_of(fragment);
    if (!fragment->more) /* RFC791-3.2_Reassembly-c */
        datagram->has_end = true;
    datagram->signs |= fragment->signs;
}

/* Puts the header and the first `len` octets, which are held, together in `out`. */
static struct v4_reass_datagram put_together(struct v4_reass *reass,
                                             const struct datagram *datagram, size_t len)
{
    uint8_t *data = reass->out + datagram->header_len;

    reass->lent = datagram->header_len + len;
    v4_unpoison(reass->out, reass->lent);
    memcpy(reass->out, datagram->header, datagram->header_len);
    v4_chunks_copy(&datagram->chunks, len, data);
    return (struct v4_reass_datagram){
        .key = datagram->key,
        .has_first = datagram->has_first,
        .header = {reass->out, datagram->header_len},
        .data = {data, len},
        .mark = datagram->mark,
        .signs = datagram->signs,
    };
}

/* RFC791-3.2_Reassembly-e */
static bool is_complete(const struct datagram *datagram)
{
    return datagram->has_end &&
           datagram->chunks.blocks == (datagram->top + V4_BLOCK - 1) / V4_BLOCK;
}

/* Takes the fragment in; when the answer is V4_KEEP, `*ret_datagram` is the one that holds it. */
static enum v4_drop take(struct v4_reass *reass, const struct v4_reass_fragment *fragment,
                         v4_time now, struct datagram **ret_datagram)
{
    enum v4_drop drop = wrong_by_itself(fragment);
    if (drop != V4_KEEP && reass->config.overlap != V4_OVERLAP_LINUX)
        return drop;

    struct datagram *datagram = find(reass, &fragment->key);
    if (datagram == NULL)
        datagram = start(reass, &fragment->key, now);
    if (datagram->refused)
        return V4_DROP_REASS_REFUSED;
    drop = contradiction(reass, datagram, fragment);
    if (drop == V4_DROP_FRAGMENT_TWICE) {
        datagram->has_end |= !fragment->more;
        return drop;
    }
    if (drop != V4_KEEP) {
        refuse(reass, datagram, now);
        return drop;
    }
    if (!make_room(reass, datagram, fragment)) {
        evict(reass, datagram);
        return V4_DROP_REASS_ROOM;
    }
    hold(reass, datagram, fragment);
    *ret_datagram = datagram;
    return V4_KEEP;
}

/* Linux takes the blocks of a fragment that are whole, where more is to come. */
static struct v4_reass_fragment cut(const struct v4_reass *reass,
                                    const struct v4_reass_fragment *fragment)
{
    struct v4_reass_fragment cut = *fragment;

    if (reass->config.overlap == V4_OVERLAP_LINUX && cut.more)
        cut.data.len -= cut.data.len % V4_BLOCK;
    return cut;
}

bool v4_reass_add(struct v4_reass *reass, const struct v4_reass_fragment *fragment, v4_time now,
                  struct v4_reass_datagram *ret_datagram, enum v4_drop *ret_drop)
{
    const struct v4_reass_fragment whole = cut(reass, fragment);
    struct datagram *datagram;

    end_loan(reass);
    count(reass, V4_STAT_IP_REASS_FRAGMENTS);
    enum v4_drop drop = take(reass, &whole, now, &datagram);
    if (drop != V4_KEEP || !is_complete(datagram)) {
        *ret_drop = drop;
        return false;
    }
    if (datagram->header_len + datagram->top > LENGTH_MAX) {
        refuse(reass, datagram, now);
        *ret_drop = V4_DROP_REASS_LENGTH;
        return false;
    }
    *ret_datagram = put_together(reass, datagram, datagram->top);
    count(reass, V4_STAT_IP_REASS_DELIVERED);
    forget(reass, datagram);
    return true;
}

/* So many octets from 0 on are those of the fragment whose header is kept. */
static size_t own(const struct datagram *datagram)
{
    size_t len = datagram->has_first ? v4_chunks_own(&datagram->chunks) * V4_BLOCK : 0;

    return len < datagram->top ? len : datagram->top;
}

bool v4_reass_expire(struct v4_reass *reass, v4_time now, struct v4_reass_datagram *ret_datagram)
{
    struct datagram *datagram;

    end_loan(reass);
    while ((datagram = oldest(&reass->refused)) != NULL && datagram->due <= now)
        forget(reass, datagram);
    datagram = oldest(&reass->held);
    if (datagram == NULL || datagram->due > now)
        return false;
    *ret_datagram = put_together(reass, datagram, own(datagram));
    count(reass, V4_STAT_IP_REASS_TIMED_OUT);
    count(reass, V4_STAT_IP_REASM_FAILS);
    forget(reass, datagram); /* RFC791-3.2_Reassembly-g */
    return true;
}

v4_time v4_reass_next_timeout(const struct v4_reass *reass)
{
    const struct datagram *held = oldest(&reass->held), *refused = oldest(&reass->refused);
    v4_time next = held == NULL ? V4_NEVER : held->due;

    return refused != NULL && refused->due < next ? refused->due : next;
}

void v4_reass_reset(struct v4_reass *reass)
{
    struct datagram *datagram;

    end_loan(reass);
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
