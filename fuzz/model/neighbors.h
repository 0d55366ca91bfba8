/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Who has which address, by RFC 826 and RFC 1122 2.3.2 and the bounds that table/neighbor.h states,
 * in the plainest way: everything in one array, looked through from end to end. Shares no code with
 * what it judges. */
#pragma once
#include <stdbool.h>
#include "base/drop.h"
#include "base/span.h"
#include "base/time.h"

#define MODEL_NEIGHBORS 64
#define MODEL_WAITING 4

enum model_state {
    MODEL_ASKED,
    MODEL_KNOWN,
    MODEL_FIXED
};

struct model_neighbor {
    enum model_state state;
    unsigned iface;
    uint32_t addr;
    uint8_t mac[6];
    v4_time due;
    uint64_t turn; /* when it came into its state, in calls */
    unsigned asked;
    struct v4_span waiting[MODEL_WAITING]; /* the oldest first; theirs whose the datagrams are */
    size_t count;
};

enum model_count {
    MODEL_ADDED,
    MODEL_EXPIRED,
    MODEL_EVICTED,
    MODEL_FAILED,
    MODEL_COUNTS
};

struct model_neighbors {
    size_t size, octets, waiting;
    v4_time lifetime, retry;
    unsigned tries;

    struct model_neighbor held[MODEL_NEIGHBORS];
    size_t count;
    uint64_t turn, counts[MODEL_COUNTS], drops[V4_DROP_COUNT];
    struct v4_span released[MODEL_WAITING]; /* of the last call, in order */
    size_t released_count;
};

enum model_answer {
    MODEL_SEND,
    MODEL_ASK,
    MODEL_WAIT,
    MODEL_FULL
};

enum model_answer model_resolve(struct model_neighbors *model, unsigned iface, uint32_t addr,
                                struct v4_span datagram, v4_time now, uint8_t ret_mac[6]);
void model_learn(struct model_neighbors *model, unsigned iface, uint32_t addr, const uint8_t mac[6],
                 bool add, v4_time now);
bool model_fix(struct model_neighbors *model, unsigned iface, uint32_t addr, const uint8_t mac[6]);
bool model_remove(struct model_neighbors *model, unsigned iface, uint32_t addr);
/* One event that is due: `ret_neighbor` as it was, `*ret_failed` whether it was given up. */
bool model_tick(struct model_neighbors *model, v4_time now, struct model_neighbor *ret_neighbor,
                bool *ret_failed);
v4_time model_next(const struct model_neighbors *model);
