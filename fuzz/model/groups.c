/* SPDX-License-Identifier: BSD-2-Clause */
#include "groups.h"

bool model_set_has(const struct model_set *set, uint32_t addr)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->at[i] == addr)
            return true;
    return false;
}

void model_set_add(struct model_set *set, uint32_t addr)
{
    if (!model_set_has(set, addr) && set->count < MODEL_SOURCES)
        set->at[set->count++] = addr;
}

void model_set_add_all(struct model_set *set, const struct model_set *other)
{
    for (size_t i = 0; i < other->count; i++)
        model_set_add(set, other->at[i]);
}

bool model_set_within(const struct model_set *set, const struct model_set *other)
{
    for (size_t i = 0; i < set->count; i++)
        if (!model_set_has(other, set->at[i]))
            return false;
    return true;
}

bool model_set_same(const struct model_set *set, const struct model_set *other)
{
    return set->count == other->count && model_set_within(set, other);
}

bool model_state_same(const struct model_state *one, const struct model_state *other)
{
    return one->exclude == other->exclude && model_set_same(&one->sources, &other->sources);
}

void model_groups_open(struct model_groups *groups)
{
    groups->count = 0;
    groups->ranges[0] = (struct model_range){0xe8000000, 8};
    groups->range_count = 1;
}

static uint32_t mask_of(const struct model_range *range)
{
    return range->len == 0 ? 0 : UINT32_MAX << (32 - range->len);
}

static size_t range_at(const struct model_groups *groups, const struct model_range *range)
{
    size_t i = 0;

    while (i < groups->range_count &&
           (groups->ranges[i].len != range->len ||
            ((groups->ranges[i].net ^ range->net) & mask_of(range)) != 0))
        i++;
    return i;
}

bool model_range_add(struct model_groups *groups, const struct model_range *range)
{
    if (range_at(groups, range) < groups->range_count || groups->range_count == MODEL_RANGES)
        return false;
    groups->ranges[groups->range_count++] = *range;
    return true;
}

bool model_range_remove(struct model_groups *groups, const struct model_range *range)
{
    const size_t at = range_at(groups, range);

    if (at == groups->range_count)
        return false;
    groups->ranges[at] = groups->ranges[--groups->range_count];
    return true;
}

bool model_groups_specific(const struct model_groups *groups, uint32_t group)
{
    for (size_t i = 0; i < groups->range_count; i++)
        if (((groups->ranges[i].net ^ group) & mask_of(groups->ranges + i)) == 0)
            return true;
    return false;
}

static size_t place(const struct model_groups *groups, unsigned sock, unsigned iface,
                    uint32_t group)
{
    size_t i = 0;

    while (i < groups->count &&
           (groups->filters[i].sock != sock || groups->filters[i].iface != iface ||
            groups->filters[i].group != group))
        i++;
    return i;
}

const struct model_filter *model_filter_find(const struct model_groups *groups, unsigned sock,
                                             unsigned iface, uint32_t group)
{
    size_t at = place(groups, sock, iface, group);

    return at < groups->count ? groups->filters + at : NULL;
}

bool model_filter_set(struct model_groups *groups, const struct model_filter *filter)
{
    size_t at = place(groups, filter->sock, filter->iface, filter->group);

    if (model_state_none(&filter->state)) {
        if (at < groups->count)
            groups->filters[at] = groups->filters[--groups->count];
        return true;
    }
    if (at == MODEL_FILTERS)
        return false;
    groups->count += at == groups->count;
    groups->filters[at] = *filter;
    return true;
}

void model_filter_close(struct model_groups *groups, unsigned sock)
{
    for (size_t i = groups->count; i-- > 0;)
        if (groups->filters[i].sock == sock)
            groups->filters[i] = groups->filters[--groups->count];
}

/* Any socket's filter on that interface for that group. */
static const struct model_filter *next(const struct model_groups *groups, unsigned iface,
                                       uint32_t group, size_t *at)
{
    while (*at < groups->count) {
        const struct model_filter *filter = groups->filters + (*at)++;
        if (filter->iface == iface && filter->group == group)
            return filter;
    }
    return NULL;
}

static bool is_heard(const struct model_groups *groups, unsigned iface, uint32_t group,
                     uint32_t source)
{
    const struct model_filter *filter;
    bool heard = false;

    for (size_t at = 0; (filter = next(groups, iface, group, &at)) != NULL;)
        heard |= model_state_hears(&filter->state, source);
    return heard;
}

/* One that shuts out its sources, and with which no other disagrees, leaves those shut out. */
struct model_state model_groups_state(const struct model_groups *groups, unsigned iface,
                                      uint32_t group)
{
    struct model_state state = {false, {0, {0}}};
    const struct model_filter *filter;

    for (size_t at = 0; (filter = next(groups, iface, group, &at)) != NULL;)
        state.exclude |= filter->state.exclude;
    for (size_t at = 0; (filter = next(groups, iface, group, &at)) != NULL;)
        for (size_t i = 0; i < filter->state.sources.count; i++) {
            uint32_t source = filter->state.sources.at[i];
            if (is_heard(groups, iface, group, source) != state.exclude)
                model_set_add(&state.sources, source);
        }
    return state;
}
