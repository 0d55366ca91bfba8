/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/pool.h"
#include <stdalign.h>
#include <stdlib.h>
#include "base/poison.h"

#define ALIGN alignof(max_align_t)
#define GAP (V4_ASAN ? ALIGN : 0)

bool v4_pool_open(struct v4_pool *pool, size_t count, size_t size)
{
    if (count == 0 || size == 0 || size > SIZE_MAX - 2 * ALIGN)
        return false;

    size_t stride = (size + ALIGN - 1) / ALIGN * ALIGN + GAP;
    if (count > SIZE_MAX / stride)
        return false;
    uint8_t *slots = malloc(count * stride);
    void **free_slots = malloc(count * sizeof *free_slots);
    if (slots == NULL || free_slots == NULL) {
        free(slots);
        free(free_slots);
        return false;
    }

    for (size_t i = 0; i < count; i++)
        free_slots[i] = slots + i * stride;
    *pool = (struct v4_pool){
        .slots = slots,
        .free = free_slots,
        .count = count,
        .size = size,
        .stride = stride,
    };
    v4_poison(pool->slots, count * stride);
    return true;
}

void v4_pool_close(struct v4_pool *pool)
{
    if (pool->slots != NULL)
        v4_unpoison(pool->slots, pool->count * pool->stride);
    free(pool->slots);
    free(pool->free);
    *pool = (struct v4_pool){0};
}

void *v4_pool_take(struct v4_pool *pool)
{
    if (pool->used == pool->count)
        return NULL;

    void *slot = pool->free[pool->first];
    pool->first = (pool->first + 1) % pool->count;
    pool->used++;
    v4_unpoison(slot, pool->size);
    return slot;
}

void v4_pool_give(struct v4_pool *pool, void *slot)
{
    /* A slot that is free already is poisoned: ASan reports this read. */
    (void)*(volatile uint8_t *)slot;

    pool->free[(pool->first + pool->count - pool->used) % pool->count] = slot;
    pool->used--;
    v4_poison(slot, pool->size);
}
