/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/filter.h"

/* Where it is, or would have to be. */
static size_t place(const struct v4_filter *filter, uint32_t source)
{
    size_t first = 0, end = filter->count;

    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (filter->sources[middle] < source)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

bool v4_filter_lists(const struct v4_filter *filter, uint32_t source)
{
    size_t at = place(filter, source);

    return at < filter->count && filter->sources[at] == source;
}

bool v4_filter_wants(const struct v4_filter *filter, uint32_t source)
{
    return v4_filter_lists(filter, source) == (filter->mode == V4_FILTER_INCLUDE);
}

bool v4_filter_equal(const struct v4_filter *one, const struct v4_filter *other)
{
    if (one->mode != other->mode || one->count != other->count)
        return false;
    for (size_t i = 0; i < one->count; i++)
        if (one->sources[i] != other->sources[i])
            return false;
    return true;
}

static bool insert(struct v4_filter *filter, uint32_t source)
{
    size_t at = place(filter, source);

    if (at < filter->count && filter->sources[at] == source)
        return true;
    if (filter->count == V4_FILTER_SOURCES)
        return false;
    for (size_t i = filter->count; i > at; i--)
        filter->sources[i] = filter->sources[i - 1];
    filter->sources[at] = source;
    filter->count++;
    return true;
}

bool v4_filter_make(enum v4_filter_mode mode, const uint32_t *sources, size_t count,
                    struct v4_filter *ret_filter)
{
    struct v4_filter filter = {.mode = mode};

    for (size_t i = 0; i < count; i++)
        if (!insert(&filter, sources[i]))
            return false;
    *ret_filter = filter;
    return true;
}

/* Keeps of `filter` those that `other` lists too, or those that it does not. */
static void keep(struct v4_filter *filter, const struct v4_filter *other, bool listed)
{
    size_t kept = 0;

    for (size_t i = 0; i < filter->count; i++)
        if (v4_filter_lists(other, filter->sources[i]) == listed)
            filter->sources[kept++] = filter->sources[i];
    filter->count = kept;
}

void v4_filter_add(struct v4_filter_merge *merge, const struct v4_filter *filter)
{
    if (filter->mode == V4_FILTER_INCLUDE) {
        for (size_t i = 0; i < filter->count; i++)
            merge->full = !insert(&merge->wanted, filter->sources[i]) || merge->full;
        return;
    }
    if (merge->excludes)
        keep(&merge->within, filter, true);
    else
        merge->within = *filter;
    merge->excludes = true;
}

bool v4_filter_end(const struct v4_filter_merge *merge, struct v4_filter *ret_filter)
{
    if (merge->full)
        return false;
    if (!merge->excludes) { /* RFC3376-3.2-b */
        *ret_filter = merge->wanted;
        return true;
    }
    *ret_filter = merge->within;
    keep(ret_filter, &merge->wanted, false);
    return true;
}
