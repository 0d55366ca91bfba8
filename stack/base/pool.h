/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A fixed number of slots of one size, all allocated when the pool is opened.
 *
 * A sanitizer sees it as it would see malloc(): free slots and the gaps between slots are poisoned
 * for ASan, a slot given back twice is reported, what is taken is uninitialised for MSan, and the
 * slot given back last is taken last. Without a sanitizer there are no gaps. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct v4_pool {
    uint8_t *slots;
    void **free; /* a ring of the free slots */
    size_t count, size, stride;
    size_t first, used;
};

/* False, and nothing allocated, when memory is short or a number is 0. */
bool v4_pool_open(struct v4_pool *pool, size_t count, size_t size);
/* Also of a pool that is all zero, or was closed. */
void v4_pool_close(struct v4_pool *pool);

/* An uninitialised slot, aligned for any type; NULL when all are taken. */
void *v4_pool_take(struct v4_pool *pool);
void v4_pool_give(struct v4_pool *pool, void *slot);

static inline size_t v4_pool_left(const struct v4_pool *pool)
{
    return pool->count - pool->used;
}
