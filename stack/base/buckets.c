/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/buckets.h"
#include <stdlib.h>
#include "base/hash.h"

bool v4_buckets_open(struct v4_buckets *buckets, size_t entries, uint64_t seed)
{
    size_t count = 1;

    while (count < entries && count <= SIZE_MAX / 2)
        count *= 2;
    if (count > SIZE_MAX / sizeof(struct v4_list))
        return false;
    struct v4_list *lists = malloc(count * sizeof *lists);
    if (lists == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        v4_list_open(&lists[i]);
    *buckets = (struct v4_buckets){.lists = lists, .count = count, .seed = seed};
    return true;
}

void v4_buckets_close(struct v4_buckets *buckets)
{
    free(buckets->lists);
    *buckets = (struct v4_buckets){0};
}

struct v4_list *v4_buckets_find(const struct v4_buckets *buckets, struct v4_span key)
{
    return &buckets->lists[v4_hash(buckets->seed, key) & (buckets->count - 1)];
}

struct v4_list *v4_buckets_of(const struct v4_buckets *buckets, uint32_t number)
{
    uint8_t octets[4];

    v4_put32(octets, number);
    return v4_buckets_find(buckets, (struct v4_span){octets, sizeof octets});
}
