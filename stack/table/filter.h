/* SPDX-License-Identifier: BSD-2-Clause
 *
 * From which sources datagrams to a group are wanted (RFC 3376 2 and 3): a mode and a list.
 *
 * Values of a fixed size. A list is in order and has nobody twice, so that equal filters are equal
 * to the octet. Who wants nothing includes nobody. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define V4_FILTER_SOURCES 128 /* RFC3376-2-e: not below 64 */

enum v4_filter_mode {
    V4_FILTER_INCLUDE, /* from these */
    V4_FILTER_EXCLUDE, /* from all but these */
};

struct v4_filter {
    enum v4_filter_mode mode;
    size_t count;
    uint32_t sources[V4_FILTER_SOURCES];
};

/* A filter of these sources, in whatever order and however often. False: they are too many
 * (RFC3376-2-c). */
bool v4_filter_make(enum v4_filter_mode mode, const uint32_t *sources, size_t count,
                    struct v4_filter *ret_filter);

static inline bool v4_filter_is_none(const struct v4_filter *filter)
{
    return filter->mode == V4_FILTER_INCLUDE && filter->count == 0;
}

bool v4_filter_lists(const struct v4_filter *filter, uint32_t source);
/* Does it want what comes from there? */
bool v4_filter_wants(const struct v4_filter *filter, uint32_t source);
bool v4_filter_equal(const struct v4_filter *one, const struct v4_filter *other);

/* Merges filters into the one of their interface (RFC3376-3.2-a): start with a fallow one, add
 * those of the users one by one, and end. False: there are too many sources (RFC3376-3.2-c). */
struct v4_filter_merge {
    bool excludes;           /* some filter does */
    struct v4_filter within; /* EXCLUDE: what all of these exclude */
    struct v4_filter wanted; /* INCLUDE: what some of these include */
    bool full;               /* that has no room for all of it */
};

void v4_filter_add(struct v4_filter_merge *merge, const struct v4_filter *filter);
bool v4_filter_end(const struct v4_filter_merge *merge, struct v4_filter *ret_filter);
