/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the sockets of a host want to hear of groups, and what an interface must therefore take (RFC
 * 3376 3.1 and 3.2), told again with lists that are searched whole. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MODEL_SOURCES 128
#define MODEL_FILTERS 96
#define MODEL_RANGES 32

struct model_set {
    size_t count;
    uint32_t at[MODEL_SOURCES];
};

bool model_set_has(const struct model_set *set, uint32_t addr);
/* What is there stays once; what there is no room for is lost. */
void model_set_add(struct model_set *set, uint32_t addr);
void model_set_add_all(struct model_set *set, const struct model_set *other);
bool model_set_within(const struct model_set *set, const struct model_set *other);
bool model_set_same(const struct model_set *set, const struct model_set *other);

/* INCLUDE and no source is the same as nothing at all. */
struct model_state {
    bool exclude;
    struct model_set sources;
};

bool model_state_same(const struct model_state *one, const struct model_state *other);
static inline bool model_state_none(const struct model_state *state)
{
    return !state->exclude && state->sources.count == 0;
}
/* Is it to be heard from there? */
static inline bool model_state_hears(const struct model_state *state, uint32_t source)
{
    return state->exclude != model_set_has(&state->sources, source);
}

struct model_filter {
    unsigned sock, iface;
    uint32_t group;
    struct model_state state;
};

/* Groups that are joined for named sources only (RFC 4604 2). */
struct model_range {
    uint32_t net;
    unsigned len;
};

struct model_groups {
    struct model_filter filters[MODEL_FILTERS];
    size_t count;
    struct model_range ranges[MODEL_RANGES];
    size_t range_count;
};

/* Nobody is in any, and 232/8 is for named sources. */
void model_groups_open(struct model_groups *groups);
/* False: it is there already, or is not. */
bool model_range_add(struct model_groups *groups, const struct model_range *range);
bool model_range_remove(struct model_groups *groups, const struct model_range *range);
bool model_groups_specific(const struct model_groups *groups, uint32_t group);

/* NULL: the socket wants nothing of it there. */
const struct model_filter *model_filter_find(const struct model_groups *groups, unsigned sock,
                                             unsigned iface, uint32_t group);
/* IPMulticastListen of RFC 3376 2. False: there is no room. */
bool model_filter_set(struct model_groups *groups, const struct model_filter *filter);
void model_filter_close(struct model_groups *groups, unsigned sock);

/* What the interface must take of the group. */
struct model_state model_groups_state(const struct model_groups *groups, unsigned iface,
                                      uint32_t group);
