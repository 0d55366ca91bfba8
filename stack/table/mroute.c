/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/mroute.h"
#include <stdlib.h>
#include <string.h>
#include "table/held.h"

/* Packets of one source to one group; none: it is free. */
struct queue {
    uint32_t source, group;
    v4_time until;
    size_t count;
    unsigned ifaces[V4_MROUTE_PACKETS]; /* by which each came, the oldest first */
    struct v4_list packets;
};

struct v4_mroutes {
    size_t count;
    struct v4_mroute routes[V4_MROUTES];
    struct v4_mroute_use uses[V4_MROUTES];
    struct queue queues[V4_MROUTE_QUEUES];
    struct v4_held held;
    struct v4_held_one *lent; /* was taken out last */
};

struct v4_mroutes *v4_mroutes_open(size_t octets)
{
    struct v4_mroutes *mroutes = calloc(1, sizeof *mroutes);

    if (mroutes == NULL)
        return NULL;
    for (size_t i = 0; i < V4_MROUTE_QUEUES; i++)
        v4_list_open(&mroutes->queues[i].packets);
    /* One more: what is taken out goes back when the next one is. */
    if (v4_held_open(&mroutes->held, V4_MROUTE_QUEUES * V4_MROUTE_PACKETS + 1, 1, octets))
        return mroutes;
    v4_mroutes_close(mroutes);
    return NULL;
}

void v4_mroutes_close(struct v4_mroutes *mroutes)
{
    if (mroutes == NULL)
        return;
    v4_held_close(&mroutes->held);
    free(mroutes);
}

static void give_back(struct v4_mroutes *mroutes)
{
    if (mroutes->lent != NULL)
        v4_held_give(&mroutes->held, mroutes->lent);
    mroutes->lent = NULL;
}

void v4_mroutes_reset(struct v4_mroutes *mroutes)
{
    give_back(mroutes);
    for (size_t i = 0; i < V4_MROUTE_QUEUES; i++) {
        v4_held_give_all(&mroutes->held, &mroutes->queues[i].packets);
        mroutes->queues[i].count = 0;
    }
    mroutes->count = 0;
}

static void remove_at(struct v4_mroutes *mroutes, size_t at)
{
    size_t behind = --mroutes->count - at;

    memmove(mroutes->routes + at, mroutes->routes + at + 1, behind * sizeof *mroutes->routes);
    memmove(mroutes->uses + at, mroutes->uses + at + 1, behind * sizeof *mroutes->uses);
}

static void forget_unused(struct v4_mroutes *mroutes, v4_time now)
{
    for (size_t i = mroutes->count; i > 0; i--) {
        v4_time expiry = mroutes->routes[i - 1].expiry;
        if (expiry != 0 && v4_time_after(mroutes->uses[i - 1].used, expiry) <= now)
            remove_at(mroutes, i - 1);
    }
}

/* Its place, or `count`. */
static size_t place(const struct v4_mroutes *mroutes, uint32_t source, uint32_t group)
{
    size_t i = 0;

    while (i < mroutes->count &&
           (mroutes->routes[i].source != source || mroutes->routes[i].group != group))
        i++;
    return i;
}

enum v4_mroute_added v4_mroutes_add(struct v4_mroutes *mroutes, const struct v4_mroute *route,
                                    v4_time now)
{
    forget_unused(mroutes, now);
    if (place(mroutes, route->source, route->group) < mroutes->count)
        return V4_MROUTE_TWICE;
    if (mroutes->count == V4_MROUTES)
        return V4_MROUTE_FULL;
    mroutes->routes[mroutes->count] = *route;
    mroutes->uses[mroutes->count] = (struct v4_mroute_use){.used = now};
    mroutes->count++;
    return V4_MROUTE_ADDED;
}

bool v4_mroutes_remove(struct v4_mroutes *mroutes, uint32_t source, uint32_t group, v4_time now)
{
    forget_unused(mroutes, now);
    size_t at = place(mroutes, source, group);
    if (at == mroutes->count)
        return false;
    remove_at(mroutes, at);
    return true;
}

const struct v4_mroute *v4_mroutes_at(struct v4_mroutes *mroutes, size_t index, v4_time now,
                                      const struct v4_mroute_use **ret_use)
{
    forget_unused(mroutes, now);
    if (index >= mroutes->count)
        return NULL;
    if (ret_use != NULL)
        *ret_use = &mroutes->uses[index];
    return &mroutes->routes[index];
}

const struct v4_mroute *v4_mroutes_find(struct v4_mroutes *mroutes, uint32_t source, uint32_t group,
                                        v4_time now, struct v4_mroute_use **ret_use)
{
    forget_unused(mroutes, now);
    size_t at = place(mroutes, source, group);
    if (at == mroutes->count)
        at = place(mroutes, 0, group);
    if (at == mroutes->count)
        return NULL;
    *ret_use = &mroutes->uses[at];
    return &mroutes->routes[at];
}

/* The queue of the packet, or a free one; NULL: there is none. */
static struct queue *queue_of(struct v4_mroutes *mroutes, const struct v4_mroute_packet *packet)
{
    struct queue *empty = NULL;

    for (size_t i = 0; i < V4_MROUTE_QUEUES; i++) {
        struct queue *queue = &mroutes->queues[i];
        if (queue->count == 0)
            empty = queue;
        else if (queue->source == packet->source && queue->group == packet->group)
            return queue;
    }
    return empty;
}

enum v4_mroute_wait v4_mroutes_wait(struct v4_mroutes *mroutes,
                                    const struct v4_mroute_packet *packet, v4_time now)
{
    struct queue *queue = queue_of(mroutes, packet);

    if (queue == NULL || queue->count == V4_MROUTE_PACKETS ||
        packet->octets.len > mroutes->held.octets)
        return V4_MROUTE_CROWDED;
    bool first = queue->count == 0;
    if (first) {
        queue->source = packet->source;
        queue->group = packet->group;
        queue->until = v4_time_after(now, V4_MROUTE_WAIT);
    }
    queue->ifaces[queue->count++] = packet->iface;
    v4_list_append(&queue->packets, &v4_held_keep(&mroutes->held, packet->octets)->link);
    return first ? V4_MROUTE_FIRST : V4_MROUTE_WAITS;
}

static void take(struct v4_mroutes *mroutes, struct queue *queue,
                 struct v4_mroute_packet *ret_packet)
{
    mroutes->lent = v4_held_first(&queue->packets);
    v4_list_remove(&mroutes->lent->link);
    *ret_packet = (struct v4_mroute_packet){queue->source, queue->group, queue->ifaces[0],
                                            v4_held_octets(mroutes->lent)};
    queue->count--;
    memmove(queue->ifaces, queue->ifaces + 1, queue->count * sizeof *queue->ifaces);
}

bool v4_mroutes_take(struct v4_mroutes *mroutes, const struct v4_mroute *route,
                     struct v4_mroute_packet *ret_packet)
{
    give_back(mroutes);
    for (size_t i = 0; i < V4_MROUTE_QUEUES; i++) {
        struct queue *queue = &mroutes->queues[i];
        if (queue->count == 0 || queue->group != route->group ||
            (route->source != 0 && queue->source != route->source))
            continue;
        take(mroutes, queue, ret_packet);
        return true;
    }
    return false;
}

bool v4_mroutes_expire(struct v4_mroutes *mroutes, v4_time now, struct v4_mroute_packet *ret_packet)
{
    give_back(mroutes);
    for (size_t i = 0; i < V4_MROUTE_QUEUES; i++) {
        if (mroutes->queues[i].count == 0 || mroutes->queues[i].until > now)
            continue;
        take(mroutes, &mroutes->queues[i], ret_packet);
        return true;
    }
    return false;
}

v4_time v4_mroutes_next_timeout(const struct v4_mroutes *mroutes)
{
    v4_time next = V4_NEVER;

    for (size_t i = 0; i < V4_MROUTE_QUEUES; i++)
        if (mroutes->queues[i].count != 0 && mroutes->queues[i].until < next)
            next = mroutes->queues[i].until;
    return next;
}
