/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/change.h"
#include <string.h>

_Static_assert(V4_CHANGE_SOURCES >= V4_FILTER_SOURCES, "a record has room for a whole filter");

static void tell_all(struct v4_change *change, unsigned robustness)
{
    change->mode_left = robustness;
    change->count = 0; /* the whole filter says of each what has become of it */
}

static bool note(struct v4_change *change, uint32_t addr, unsigned robustness)
{
    size_t at = 0;

    while (at < change->count && change->sources[at].addr != addr)
        at++;
    if (at == V4_CHANGE_SOURCES)
        return false;
    if (at == change->count)
        change->sources[change->count++].addr = addr;
    change->sources[at].left = robustness;
    return true;
}

/* Notes those of `some` that are not among `others`. */
static bool note_difference(struct v4_change *change, const struct v4_filter *some,
                            const struct v4_filter *others, unsigned robustness)
{
    for (size_t i = 0; i < some->count; i++)
        if (!v4_filter_lists(others, some->sources[i]) &&
            !note(change, some->sources[i], robustness))
            return false;
    return true;
}

void v4_change_note(struct v4_change *change, const struct v4_filter *was,
                    const struct v4_filter *is, unsigned robustness)
{
    if (was->mode == is->mode && note_difference(change, was, is, robustness) &&
        note_difference(change, is, was, robustness))
        return;
    tell_all(change, robustness);
}

static bool whole(const struct v4_filter *is, size_t *ret_count, uint32_t *ret_sources)
{
    memcpy(ret_sources, is->sources, is->count * sizeof *ret_sources);
    *ret_count = is->count;
    return true;
}

bool v4_change_record(const struct v4_change *change, const struct v4_filter *is,
                      enum v4_record_type type, size_t *ret_count,
                      uint32_t ret_sources[V4_CHANGE_SOURCES])
{
    enum v4_record_type filter = is->mode == V4_FILTER_INCLUDE ? V4_RECORD_TO_IN : V4_RECORD_TO_EX;
    size_t count = 0;

    if (change->mode_left != 0)
        return type == filter && whole(is, ret_count, ret_sources);
    if (type != V4_RECORD_ALLOW && type != V4_RECORD_BLOCK)
        return false;
    for (size_t i = 0; i < change->count; i++)
        if (v4_filter_wants(is, change->sources[i].addr) == (type == V4_RECORD_ALLOW))
            ret_sources[count++] = change->sources[i].addr;
    *ret_count = count;
    return count != 0; /* RFC3376-5.1-b */
}

void v4_change_sent(struct v4_change *change)
{
    size_t kept = 0;

    if (change->mode_left != 0)
        change->mode_left--;
    for (size_t i = 0; i < change->count; i++)
        if (--change->sources[i].left != 0)
            change->sources[kept++] = change->sources[i];
    change->count = kept;
}
