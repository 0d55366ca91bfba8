/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The lists of a hash table: what has equal keys is in the same one. Which one that is, nobody can
 * choose who does not know the seed. */
#pragma once
#include "base/list.h"
#include "base/span.h"

struct v4_buckets {
    struct v4_list *lists;
    size_t count; /* a power of two */
    uint64_t seed;
};

/* At least as many lists as `entries`. False, and nothing allocated, when memory is short. */
bool v4_buckets_open(struct v4_buckets *buckets, size_t entries, uint64_t seed);
/* Also of buckets that are all zero. */
void v4_buckets_close(struct v4_buckets *buckets);

struct v4_list *v4_buckets_find(const struct v4_buckets *buckets, struct v4_span key);
struct v4_list *v4_buckets_of(const struct v4_buckets *buckets, uint32_t number);
