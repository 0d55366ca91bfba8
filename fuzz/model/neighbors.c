/* SPDX-License-Identifier: BSD-2-Clause */
#include "neighbors.h"
#include <string.h>

static struct model_neighbor *find(struct model_neighbors *model, unsigned iface, uint32_t addr)
{
    for (size_t i = 0; i < model->count; i++)
        if (model->held[i].iface == iface && model->held[i].addr == addr)
            return model->held + i;
    return NULL;
}

/* Whoever has been longest in a state. */
static struct model_neighbor *oldest(struct model_neighbors *model, enum model_state state)
{
    struct model_neighbor *found = NULL;

    for (size_t i = 0; i < model->count; i++)
        if (model->held[i].state == state && (found == NULL || model->held[i].turn < found->turn))
            found = model->held + i;
    return found;
}

static void drop_waiting(struct model_neighbors *model, const struct model_neighbor *neighbor,
                         enum v4_drop why)
{
    model->drops[why] += neighbor->count;
}

static void take_out(struct model_neighbors *model, struct model_neighbor *neighbor)
{
    *neighbor = model->held[--model->count];
}

static void begin(struct model_neighbors *model, v4_time now)
{
    model->released_count = 0;
    for (size_t i = 0; i < model->count; i++) {
        if (model->held[i].state != MODEL_KNOWN || model->held[i].due > now)
            continue;
        take_out(model, model->held + i--);
        model->counts[MODEL_EXPIRED]++;
    }
}

static void evict(struct model_neighbors *model, struct model_neighbor *neighbor)
{
    drop_waiting(model, neighbor, V4_DROP_NEIGHBOR_FULL);
    model->counts[MODEL_EVICTED]++;
    take_out(model, neighbor);
}

static void enter(struct model_neighbors *model, struct model_neighbor *neighbor,
                  enum model_state state, v4_time due)
{
    neighbor->state = state;
    neighbor->due = due;
    neighbor->turn = ++model->turn;
}

static struct model_neighbor *add(struct model_neighbors *model, unsigned iface, uint32_t addr)
{
    if (model->count == model->size) {
        struct model_neighbor *old = oldest(model, MODEL_ASKED);
        if (old == NULL)
            old = oldest(model, MODEL_KNOWN);
        if (old == NULL)
            return NULL;
        evict(model, old);
    }
    struct model_neighbor *neighbor = model->held + model->count++;
    *neighbor = (struct model_neighbor){.iface = iface, .addr = addr};
    model->counts[MODEL_ADDED]++;
    return neighbor;
}

static void wait_for(struct model_neighbors *model, struct model_neighbor *neighbor,
                     struct v4_span datagram)
{
    if (datagram.len > model->octets) {
        model->drops[V4_DROP_NEIGHBOR_LENGTH]++;
        return;
    }
    if (datagram.len == 0)
        return;
    if (neighbor->count == model->waiting) { /* the newest wait */
        model->drops[V4_DROP_NEIGHBOR_QUEUE]++;
        for (size_t i = 1; i < neighbor->count; i++)
            neighbor->waiting[i - 1] = neighbor->waiting[i];
        neighbor->count--;
    }
    neighbor->waiting[neighbor->count++] = datagram;
}

enum model_answer model_resolve(struct model_neighbors *model, unsigned iface, uint32_t addr,
                                struct v4_span datagram, v4_time now, uint8_t ret_mac[6])
{
    begin(model, now);
    struct model_neighbor *neighbor = find(model, iface, addr);
    if (neighbor != NULL && neighbor->state != MODEL_ASKED) {
        memcpy(ret_mac, neighbor->mac, 6);
        return MODEL_SEND;
    }
    if (neighbor != NULL) {
        wait_for(model, neighbor, datagram);
        return MODEL_WAIT;
    }
    neighbor = add(model, iface, addr);
    if (neighbor == NULL) {
        model->drops[V4_DROP_NEIGHBOR_FULL]++;
        return MODEL_FULL;
    }
    neighbor->asked = 1;
    enter(model, neighbor, MODEL_ASKED, now + model->retry);
    wait_for(model, neighbor, datagram);
    return MODEL_ASK;
}

static void release(struct model_neighbors *model, struct model_neighbor *neighbor)
{
    memcpy(model->released, neighbor->waiting, sizeof neighbor->waiting);
    model->released_count = neighbor->count;
    neighbor->count = 0;
}

void model_learn(struct model_neighbors *model, unsigned iface, uint32_t addr, const uint8_t mac[6],
                 bool add_it, v4_time now)
{
    begin(model, now);
    struct model_neighbor *neighbor = find(model, iface, addr);
    if (neighbor == NULL && add_it)
        neighbor = add(model, iface, addr);
    if (neighbor == NULL || neighbor->state == MODEL_FIXED)
        return;
    memcpy(neighbor->mac, mac, 6);
    enter(model, neighbor, MODEL_KNOWN, now + model->lifetime);
    release(model, neighbor);
}

bool model_fix(struct model_neighbors *model, unsigned iface, uint32_t addr, const uint8_t mac[6])
{
    struct model_neighbor *neighbor = find(model, iface, addr);

    model->released_count = 0;
    if (neighbor != NULL)
        evict(model, neighbor);
    neighbor = add(model, iface, addr);
    if (neighbor == NULL)
        return false;
    memcpy(neighbor->mac, mac, 6);
    enter(model, neighbor, MODEL_FIXED, V4_NEVER);
    return true;
}

bool model_remove(struct model_neighbors *model, unsigned iface, uint32_t addr)
{
    struct model_neighbor *neighbor = find(model, iface, addr);

    model->released_count = 0;
    if (neighbor == NULL)
        return false;
    drop_waiting(model, neighbor, V4_DROP_NEIGHBOR_FULL);
    take_out(model, neighbor);
    return true;
}

bool model_tick(struct model_neighbors *model, v4_time now, struct model_neighbor *ret_neighbor,
                bool *ret_failed)
{
    begin(model, now);
    struct model_neighbor *neighbor = oldest(model, MODEL_ASKED);
    if (neighbor == NULL || neighbor->due > now)
        return false;
    *ret_neighbor = *neighbor;
    *ret_failed = neighbor->asked == model->tries;
    if (!*ret_failed) {
        neighbor->asked++;
        enter(model, neighbor, MODEL_ASKED, now + model->retry);
        return true;
    }
    model->counts[MODEL_FAILED]++;
    drop_waiting(model, neighbor, V4_DROP_NEIGHBOR_FAILED);
    release(model, neighbor);
    take_out(model, neighbor);
    return true;
}

v4_time model_next(const struct model_neighbors *model)
{
    v4_time next = V4_NEVER;

    for (size_t i = 0; i < model->count; i++)
        if (model->held[i].due < next)
            next = model->held[i].due;
    return next;
}
