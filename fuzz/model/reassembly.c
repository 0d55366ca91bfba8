/* SPDX-License-Identifier: BSD-2-Clause */
#include "reassembly.h"
#include <string.h>

#define LENGTH_MAX 65535

void model_open(struct model_reassembly *model, size_t datagrams, size_t chunks, v4_time timeout,
                enum model_overlap overlap)
{
    model->datagrams = datagrams;
    model->chunks = chunks;
    model->timeout = timeout;
    model->overlap = overlap;
    model->fragment_count = model->started_count = model->refusals = 0;
    memset(model->exits, 0, sizeof model->exits);
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

/* What the fragments of one datagram say together. */

/* The one whose header is the datagram's: of those at 0 the first that came, or the last where the
 * last one wins. NULL: there is none. */
static const struct model_fragment *head_of(const struct model_started *datagram,
                                            enum model_overlap overlap)
{
    const struct model_fragment *head = NULL;

    for (size_t i = 0; i < datagram->count; i++)
        if (datagram->fragments[i]->first == 0 && (!head || overlap == MODEL_LAST))
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

/* How many octets from 0 on can only be those of the head. */
static size_t certain_of(const struct model_started *datagram, enum model_overlap overlap)
{
    const struct model_fragment *head = head_of(datagram, overlap);
    size_t certain = head ? head->data.len : 0;
    bool earlier = true;

    for (size_t i = 0; i < datagram->count; i++) {
        const struct model_fragment *fragment = datagram->fragments[i];
        bool beats = overlap == MODEL_LAST ? !earlier : earlier;
        if (fragment == head)
            earlier = false;
        else if (beats && fragment->first < certain)
            certain = fragment->first;
    }
    return certain;
}

static void touch(bool touched[], const struct model_fragment *fragment)
{
    for (size_t at = fragment->first / MODEL_CHUNK; at * MODEL_CHUNK < end_of(fragment); at++)
        touched[at] = true;
}

/* The chunks that they touch, and one more fragment. */
static size_t chunks_with(const struct model_started *datagram, const struct model_fragment *more)
{
    bool touched[LENGTH_MAX / MODEL_CHUNK + 1] = {false};
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

size_t model_octets(const struct model_reassembly *model)
{
    return chunks_held(model) * MODEL_CHUNK;
}

/* The one held longest, but for `spared`. */
static struct model_started *oldest(struct model_reassembly *model,
                                    const struct model_started *spared)
{
    for (size_t i = 0; i < model->started_count; i++)
        if (model->started[i].state == HELD && model->started + i != spared)
            return model->started + i;
    return NULL;
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
    if (model_held(model) + model_remembered(model) == model->datagrams) {
        struct model_started *refused = refused_longest_ago(model);
        if (refused)
            refused->state = GONE;
        else
            leave(model, oldest(model, NULL), MODEL_EVICTED);
    }
    datagram->key = *key;
    datagram->due = now + model->timeout;
    datagram->state = HELD;
    datagram->chunks = datagram->count = 0;
    return datagram;
}

static void refuse(struct model_reassembly *model, struct model_started *datagram, v4_time now)
{
    leave(model, datagram, MODEL_REFUSED);
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

    if (needed > model->chunks)
        return false;
    while (chunks_held(model) - datagram->chunks + needed > model->chunks)
        leave(model, oldest(model, datagram), MODEL_EVICTED);
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
    for (size_t i = 0; i < datagram->count; i++) {
        const struct model_fragment *other = datagram->fragments[i];
        if (!other->more && (end > end_of(other) || (!fragment->more && end != end_of(other))))
            return V4_DROP_REASS_END;
        overlaps = overlaps || meet(other, fragment);
        twice = twice || same(other, fragment);
    }
    if (fragment->first == 0 && (!head || overlap == MODEL_LAST))
        head = fragment;
    if (head && head->header.len + (end > top ? end : top) > LENGTH_MAX)
        return V4_DROP_REASS_LENGTH;
    if (overlap != MODEL_DROP || !overlaps)
        return V4_KEEP;
    return twice ? V4_DROP_FRAGMENT_TWICE : V4_DROP_REASS_OVERLAP;
}

static void paint(struct model_reassembly *model, const struct model_fragment *fragment)
{
    memcpy(model->data + fragment->first, fragment->data.octets, fragment->data.len);
}

/* The first `len` octets of a datagram, each written last by the one that wins. */
static struct model_datagram taken_out(struct model_reassembly *model,
                                       const struct model_started *datagram, size_t len)
{
    const struct model_fragment *head = head_of(datagram, model->overlap);
    struct model_datagram out = {.key = datagram->key, .has_first = head};

    for (size_t i = 0; i < datagram->count; i++) {
        size_t turn = model->overlap == MODEL_LAST ? i : datagram->count - 1 - i;
        paint(model, datagram->fragments[turn]);
        out.signs |= datagram->fragments[turn]->signs;
    }
    out.data = (struct v4_span){model->data, len};
    if (head) {
        out.header = head->header;
        out.mark = head->mark;
    }
    return out;
}

bool model_add(struct model_reassembly *model, const struct model_fragment *fragment, v4_time now,
               struct model_datagram *ret_datagram, enum v4_drop *ret_drop)
{
    *ret_drop = wrong_by_itself(fragment);
    if (*ret_drop != V4_KEEP)
        return false;

    struct model_started *datagram = find(model, &fragment->key);
    if (!datagram)
        datagram = start(model, &fragment->key, now);
    *ret_drop = datagram->state == REMEMBERED ? V4_DROP_REASS_REFUSED
                                              : contradiction(datagram, model->overlap, fragment);
    if (*ret_drop == V4_DROP_REASS_REFUSED || *ret_drop == V4_DROP_FRAGMENT_TWICE)
        return false;
    if (*ret_drop != V4_KEEP) {
        refuse(model, datagram, now);
        return false;
    }
    if (!make_room(model, datagram, fragment)) {
        leave(model, datagram, MODEL_EVICTED);
        *ret_drop = V4_DROP_REASS_ROOM;
        return false;
    }

    model->fragments[model->fragment_count] = *fragment;
    datagram->fragments[datagram->count++] = model->fragments + model->fragment_count++;
    if (!has_end(datagram) || reach_of(datagram) < top_of(datagram))
        return false;
    *ret_datagram = taken_out(model, datagram, top_of(datagram));
    leave(model, datagram, MODEL_DELIVERED);
    return true;
}

bool model_expire(struct model_reassembly *model, v4_time now, struct model_datagram *ret_datagram)
{
    for (size_t i = 0; i < model->started_count; i++)
        if (model->started[i].state == REMEMBERED && model->started[i].due <= now)
            model->started[i].state = GONE;

    struct model_started *datagram = oldest(model, NULL);
    if (!datagram || datagram->due > now)
        return false;
    *ret_datagram = taken_out(model, datagram, certain_of(datagram, model->overlap));
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
