/* SPDX-License-Identifier: BSD-2-Clause */
#include "reassembly.h"
#include <string.h>

#define LENGTH_MAX 65535

void model_open(struct model_reassembly *model, size_t datagrams, size_t chunks, size_t share,
                size_t share_chunks, v4_time timeout, enum model_overlap overlap)
{
    model_draws(model, 1, 0);
    model->share = share;
    model->share_chunks = share_chunks;
    model->datagrams = datagrams;
    model->chunks = chunks;
    model->timeout = timeout;
    model->overlap = overlap;
    model->fragment_count = model->started_count = model->refusals = 0;
    memset(model->exits, 0, sizeof model->exits);
}

void model_draws(struct model_reassembly *model, unsigned drawn, uint64_t seed)
{
    model->drawn = drawn;
    model->rng = v4_rng_open(seed);
}

static size_t end_of(const struct model_fragment *fragment)
{
    return fragment->first + fragment->data.len;
}

static bool meet(const struct model_fragment *a, const struct model_fragment *b)
{
    return a->first < end_of(b) && b->first < end_of(a);
}

static bool same(const struct model_fragment *a, const struct model_fragment *b)
{
    return a->first == b->first && a->data.len == b->data.len && a->more == b->more &&
           memcmp(a->data.octets, b->data.octets, a->data.len) == 0;
}

static bool same_key(const struct model_key *a, const struct model_key *b)
{
    return a->src == b->src && a->dst == b->dst && a->protocol == b->protocol && a->id == b->id;
}

/* Whose octets are at a place where a fragment meets one that came before, by how the later one
 * lies: it starts before, with or after the earlier (the three groups), and ends so (the three in
 * each). */
static const char winners[][12] = {
    [MODEL_DROP] = "eee eee eee",      [MODEL_FIRST] = "eee eee eee",
    [MODEL_LAST] = "lll lll lll",      [MODEL_BSD] = "lll eee eee",
    [MODEL_BSD_RIGHT] = "eee lll lll", [MODEL_LINUX_2] = "lll lll eee",
    [MODEL_WINDOWS] = "eel eee eee",   [MODEL_SOLARIS] = "ell eee eee",
    [MODEL_LINUX] = "eee eee eee",
};

static int sign(size_t a, size_t b)
{
    return a < b ? 0 : a == b ? 1 : 2;
}

static bool later_wins(enum model_overlap overlap, const struct model_fragment *earlier,
                       const struct model_fragment *later)
{
    int start = sign(later->first, earlier->first), end = sign(end_of(later), end_of(earlier));

    return winners[overlap][start * 4 + end] == 'l';
}

/* What the fragments of one datagram say together. */

/* The one whose header is the datagram's: it has won the octet at 0. NULL: there is none. */
static const struct model_fragment *head_of(const struct model_started *datagram,
                                            enum model_overlap overlap)
{
    const struct model_fragment *head = NULL;

    for (size_t i = 0; i < datagram->count; i++)
        if (datagram->fragments[i]->first == 0 &&
            (!head || later_wins(overlap, head, datagram->fragments[i])))
            head = datagram->fragments[i];
    return head;
}

static size_t top_of(const struct model_started *datagram)
{
    size_t top = 0;

    for (size_t i = 0; i < datagram->count; i++)
        if (end_of(datagram->fragments[i]) > top)
            top = end_of(datagram->fragments[i]);
    return top;
}

static bool has_end(const struct model_started *datagram)
{
    if (datagram->told)
        return true;
    for (size_t i = 0; i < datagram->count; i++)
        if (!datagram->fragments[i]->more)
            return true;
    return false;
}

/* From 0 on, as far as they go without a hole. */
static size_t reach_of(const struct model_started *datagram)
{
    size_t reach = 0;

    for (size_t i = 0; i < datagram->count; i++) {
        const struct model_fragment *fragment = datagram->fragments[i];
        if (fragment->first > reach || end_of(fragment) <= reach)
            continue;
        reach = end_of(fragment);
        i = SIZE_MAX; /* the ones before may now go on from there: look at all again */
    }
    return reach;
}

/* Which fragment has won each of the first `len` octets. */
static void find_owners(struct model_reassembly *model, const struct model_started *datagram,
                        size_t len)
{
    memset(model->owners, 0, len * sizeof *model->owners);
    for (size_t i = 0; i < datagram->count; i++) {
        const struct model_fragment *fragment = datagram->fragments[i];
        for (size_t at = fragment->first; at < end_of(fragment) && at < len; at++)
            if (!model->owners[at] || later_wins(model->overlap, model->owners[at], fragment))
                model->owners[at] = fragment;
    }
}

/* How many octets from 0 on are the head's. */
static size_t certain_of(struct model_reassembly *model, const struct model_started *datagram)
{
    const struct model_fragment *head = head_of(datagram, model->overlap);
    size_t certain = 0;

    find_owners(model, datagram, head ? head->data.len : 0);
    while (head && certain < head->data.len && model->owners[certain] == head)
        certain++;
    return certain;
}

/* Where the run begins that a fragment is in: with it, or with that of one from before whose end
 * was the end of all then, and is where it begins itself. */
static size_t run_of(const struct model_started *datagram, size_t which)
{
    const struct model_fragment *fragment = datagram->fragments[which];
    size_t top = 0;

    for (size_t i = 0; i < which; i++)
        top = end_of(datagram->fragments[i]) > top ? end_of(datagram->fragments[i]) : top;
    for (size_t i = 0; i < which; i++)
        if (end_of(datagram->fragments[i]) == top && fragment->first == top)
            return run_of(datagram, i);
    return fragment->first;
}

static bool within_one_run(const struct model_started *datagram,
                           const struct model_fragment *fragment)
{
    for (size_t i = 0; i < datagram->count; i++) {
        size_t run = run_of(datagram, i);
        if (run <= fragment->first && end_of(fragment) <= end_of(datagram->fragments[i]))
            return true;
    }
    return false;
}

static void touch(bool touched[], const struct model_fragment *fragment)
{
    for (size_t at = fragment->first / MODEL_CHUNK; at * MODEL_CHUNK < end_of(fragment); at++)
        touched[at] = true;
}

/* The chunks that they touch, and one more fragment. */
static size_t chunks_with(const struct model_started *datagram, const struct model_fragment *more)
{
    bool touched[2 * (LENGTH_MAX / MODEL_CHUNK + 1)] = {false}; /* Linux holds data beyond */
    size_t count = 0;

    touch(touched, more);
    for (size_t i = 0; i < datagram->count; i++)
        touch(touched, datagram->fragments[i]);
    for (size_t at = 0; at < sizeof touched; at++)
        count += touched[at];
    return count;
}

/* What is held. */

static size_t count(const struct model_reassembly *model, int state)
{
    size_t n = 0;

    for (size_t i = 0; i < model->started_count; i++)
        n += (int)model->started[i].state == state;
    return n;
}

size_t model_held(const struct model_reassembly *model)
{
    return count(model, HELD);
}

size_t model_remembered(const struct model_reassembly *model)
{
    return count(model, REMEMBERED);
}

static size_t chunks_held(const struct model_reassembly *model)
{
    size_t n = 0;

    for (size_t i = 0; i < model->started_count; i++)
        n += model->started[i].state == HELD ? model->started[i].chunks : 0;
    return n;
}

size_t model_octets_held(const struct model_reassembly *model)
{
    return chunks_held(model) * MODEL_CHUNK;
}

static size_t held_by(const struct model_reassembly *model, uint32_t src)
{
    size_t n = 0;

    for (size_t i = 0; i < model->started_count; i++)
        n += model->started[i].state == HELD && model->started[i].key.src == src;
    return n;
}

static size_t chunks_held_by(const struct model_reassembly *model, uint32_t src)
{
    size_t n = 0;

    for (size_t i = 0; i < model->started_count; i++)
        if (model->started[i].state == HELD && model->started[i].key.src == src)
            n += model->started[i].chunks;
    return n;
}

/* Of one sender the one held longest, but for `spared`. */
static struct model_started *oldest_by(struct model_reassembly *model, uint32_t src,
                                       const struct model_started *spared)
{
    for (size_t i = 0; i < model->started_count; i++)
        if (model->started[i].state == HELD && model->started[i].key.src == src &&
            model->started + i != spared)
            return model->started + i;
    return NULL;
}

/* The one to be given up, never `spared`. */
static struct model_started *unlucky(struct model_reassembly *model,
                                     const struct model_started *spared)
{
    struct model_started *old[MODEL_FRAGMENTS];
    size_t count = 0;

    for (size_t i = 0; i < model->started_count && count < model->drawn; i++)
        if (model->started[i].state == HELD && model->started + i != spared)
            old[count++] = model->started + i;
    return old[model->drawn > 1 ? v4_rng_below(&model->rng, (uint32_t)count) : 0];
}

static struct model_started *refused_longest_ago(struct model_reassembly *model)
{
    struct model_started *found = NULL;

    for (size_t i = 0; i < model->started_count; i++)
        if (model->started[i].state == REMEMBERED &&
            (!found || model->started[i].refusal < found->refusal))
            found = model->started + i;
    return found;
}

static struct model_started *find(struct model_reassembly *model, const struct model_key *key)
{
    for (size_t i = 0; i < model->started_count; i++)
        if (model->started[i].state != GONE && same_key(&model->started[i].key, key))
            return model->started + i;
    return NULL;
}

static void leave(struct model_reassembly *model, struct model_started *datagram,
                  enum model_exit by)
{
    model->exits[by]++;
    datagram->state = GONE;
}

static struct model_started *start(struct model_reassembly *model, const struct model_key *key,
                                   v4_time now)
{
    struct model_started *datagram = model->started + model->started_count++;

    datagram->state = GONE;
    if (held_by(model, key->src) == model->share)
        leave(model, oldest_by(model, key->src, NULL), MODEL_EVICTED);
    if (model_held(model) + model_remembered(model) == model->datagrams) {
        struct model_started *refused = refused_longest_ago(model);
        if (refused)
            refused->state = GONE;
        else
            leave(model, unlucky(model, NULL), MODEL_EVICTED);
    }
    datagram->key = *key;
    datagram->due = now + model->timeout;
    datagram->state = HELD;
    datagram->chunks = datagram->count = 0;
    datagram->told = false;
    return datagram;
}

static void refuse(struct model_reassembly *model, struct model_started *datagram, v4_time now)
{
    leave(model, datagram, MODEL_REFUSED);
    if (model->overlap == MODEL_LINUX)
        return;
    datagram->state = REMEMBERED;
    datagram->due = now + model->timeout;
    datagram->refusal = model->refusals++;
}

/* Evicts others until there are the chunks for one more fragment; false when there are not so many.
 */
static bool make_room(struct model_reassembly *model, struct model_started *datagram,
                      const struct model_fragment *fragment)
{
    size_t needed = chunks_with(datagram, fragment);

    if (needed > model->chunks || needed > model->share_chunks)
        return false;
    while (chunks_held_by(model, datagram->key.src) - datagram->chunks + needed >
           model->share_chunks)
        leave(model, oldest_by(model, datagram->key.src, datagram), MODEL_EVICTED);
    while (chunks_held(model) - datagram->chunks + needed > model->chunks)
        leave(model, unlucky(model, datagram), MODEL_EVICTED);
    datagram->chunks = needed;
    return true;
}

static enum v4_drop wrong_by_itself(const struct model_fragment *fragment)
{
    if (fragment->data.len == 0)
        return V4_DROP_FRAGMENT_EMPTY;
    if (fragment->more && fragment->data.len % 8 != 0)
        return V4_DROP_FRAGMENT_RAGGED;
    return end_of(fragment) > MODEL_DATA_MAX ? V4_DROP_FRAGMENT_LENGTH : V4_KEEP;
}

/* What a fragment says against those that are held. */
static enum v4_drop contradiction(const struct model_started *datagram, enum model_overlap overlap,
                                  const struct model_fragment *fragment)
{
    const struct model_fragment *head = head_of(datagram, overlap);
    size_t top = top_of(datagram), end = end_of(fragment);
    bool overlaps = false, twice = false;

    if (!fragment->more && end < top)
        return V4_DROP_REASS_END;
    if (has_end(datagram) && end > top)
        return V4_DROP_REASS_END;
    if (fragment->data.len == 0)
        return V4_DROP_FRAGMENT_EMPTY;
    for (size_t i = 0; i < datagram->count; i++) {
        const struct model_fragment *other = datagram->fragments[i];
        overlaps = overlaps || meet(other, fragment);
        twice = twice || same(other, fragment);
    }
    if (overlap == MODEL_LINUX)
        return !overlaps                            ? V4_KEEP
               : within_one_run(datagram, fragment) ? V4_DROP_FRAGMENT_TWICE
                                                    : V4_DROP_REASS_OVERLAP;
    if (fragment->first == 0 && (!head || later_wins(overlap, head, fragment)))
        head = fragment;
    if (head && head->header.len + (end > top ? end : top) > LENGTH_MAX)
        return V4_DROP_REASS_LENGTH;
    if (overlap != MODEL_DROP || !overlaps)
        return V4_KEEP;
    return twice ? V4_DROP_FRAGMENT_TWICE : V4_DROP_REASS_OVERLAP;
}

/* The first `len` octets of a datagram, each from the one that wins. */
static struct model_datagram taken_out(struct model_reassembly *model,
                                       const struct model_started *datagram, size_t len)
{
    const struct model_fragment *head = head_of(datagram, model->overlap);
    struct model_datagram out = {.key = datagram->key, .has_first = head};

    find_owners(model, datagram, len);
    for (size_t at = 0; at < len; at++)
        model->data[at] = model->owners[at]->data.octets[at - model->owners[at]->first];
    for (size_t i = 0; i < datagram->count; i++)
        out.signs |= datagram->fragments[i]->signs;
    out.data = (struct v4_span){model->data, len};
    if (head) {
        out.header = head->header;
        out.mark = head->mark;
    }
    return out;
}

/* Takes it in, unless it is said why not. */
static enum v4_drop taken_in(struct model_reassembly *model, const struct model_fragment *fragment,
                             v4_time now, struct model_started **ret_datagram)
{
    enum v4_drop drop = wrong_by_itself(fragment);
    if (drop != V4_KEEP && model->overlap != MODEL_LINUX)
        return drop;

    struct model_started *datagram = find(model, &fragment->key);
    if (!datagram)
        datagram = start(model, &fragment->key, now);
    if (datagram->state == REMEMBERED)
        return V4_DROP_REASS_REFUSED;
    drop = contradiction(datagram, model->overlap, fragment);
    if (drop == V4_DROP_FRAGMENT_TWICE)
        datagram->told |= !fragment->more;
    else if (drop != V4_KEEP)
        refuse(model, datagram, now);
    if (drop != V4_KEEP)
        return drop;
    if (!make_room(model, datagram, fragment)) {
        leave(model, datagram, MODEL_EVICTED);
        return V4_DROP_REASS_ROOM;
    }
    model->fragments[model->fragment_count] = *fragment;
    datagram->fragments[datagram->count++] = model->fragments + model->fragment_count++;
    if (now + fragment->lifetime > datagram->due)
        datagram->due = now + fragment->lifetime;
    *ret_datagram = datagram;
    return V4_KEEP;
}

bool model_add(struct model_reassembly *model, const struct model_fragment *fragment, v4_time now,
               struct model_datagram *ret_datagram, enum v4_drop *ret_drop)
{
    struct model_fragment whole = *fragment;
    struct model_started *datagram;

    if (model->overlap == MODEL_LINUX && whole.more)
        whole.data.len = whole.data.len / 8 * 8;
    *ret_drop = taken_in(model, &whole, now, &datagram);
    if (*ret_drop != V4_KEEP || !has_end(datagram) || reach_of(datagram) < top_of(datagram))
        return false;
    if (head_of(datagram, model->overlap)->header.len + top_of(datagram) > LENGTH_MAX) {
        refuse(model, datagram, now);
        *ret_drop = V4_DROP_REASS_LENGTH;
        return false;
    }
    *ret_datagram = taken_out(model, datagram, top_of(datagram));
    leave(model, datagram, MODEL_DELIVERED);
    return true;
}

bool model_expire(struct model_reassembly *model, v4_time now, struct model_datagram *ret_datagram)
{
    for (size_t i = 0; i < model->started_count; i++)
        if (model->started[i].state == REMEMBERED && model->started[i].due <= now)
            model->started[i].state = GONE;

    struct model_started *datagram = NULL; /* due first, and of those the oldest */
    for (size_t i = 0; i < model->started_count; i++)
        if (model->started[i].state == HELD && (!datagram || model->started[i].due < datagram->due))
            datagram = model->started + i;
    if (!datagram || datagram->due > now)
        return false;
    *ret_datagram = taken_out(model, datagram, certain_of(model, datagram));
    leave(model, datagram, MODEL_TIMED_OUT);
    return true;
}

v4_time model_next_timeout(const struct model_reassembly *model)
{
    v4_time next = V4_NEVER;

    for (size_t i = 0; i < model->started_count; i++)
        if (model->started[i].state != GONE && model->started[i].due < next)
            next = model->started[i].due;
    return next;
}
