/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdalign.h>
#include "base/poison.h"
#include "base/pool.h"
#include "octets.h"

static const struct {
    size_t count, size;
} shapes[] = {{1, 1}, {3, 7}, {4, 8}, {5, 16}, {2, 24}, {7, 100}, {3, 512}};

Test(pool, hands_out_each_slot_once)
{
    for (size_t i = 0; i < COUNT(shapes); i++) {
        struct v4_pool pool;
        uint8_t *taken[8];
        size_t count = shapes[i].count, size = shapes[i].size;

        cr_assert(v4_pool_open(&pool, count, size));
        for (size_t n = 0; n < count; n++) {
            cr_expect(v4_pool_left(&pool) == count - n);
            taken[n] = v4_pool_take(&pool);
            cr_assert(taken[n] != NULL);
            cr_expect((uintptr_t)taken[n] % alignof(max_align_t) == 0);
            memset(taken[n], (int)n + 1, size);
        }
        cr_expect(v4_pool_take(&pool) == NULL, "%zu slots of %zu: one too many", count, size);
        for (size_t n = 0; n < count; n++)
            for (size_t at = 0; at < size; at++)
                cr_assert(taken[n][at] == n + 1, "slot %zu of size %zu shares octets", n, size);
        for (size_t n = 0; n < count; n++)
            v4_pool_give(&pool, taken[n]);
        cr_expect(v4_pool_left(&pool) == count);
        v4_pool_close(&pool);
    }
}

Test(pool, takes_last_what_was_given_back_last)
{
    struct v4_pool pool;
    void *taken[3];

    cr_assert(v4_pool_open(&pool, 3, 8));
    for (size_t n = 0; n < 3; n++)
        taken[n] = v4_pool_take(&pool);
    v4_pool_give(&pool, taken[1]);
    v4_pool_give(&pool, taken[2]);
    v4_pool_give(&pool, taken[0]);
    cr_expect(v4_pool_take(&pool) == taken[1]);
    cr_expect(v4_pool_take(&pool) == taken[2]);
    cr_expect(v4_pool_take(&pool) == taken[0]);
    v4_pool_close(&pool);
}

Test(pool, refuses_what_it_cannot_allocate)
{
    static const struct {
        const char *what;
        size_t count, size;
    } numbers[] = {
        {"no slots", 0, 8},
        {"slots of nothing", 8, 0},
        {"a size that wraps around", 1, SIZE_MAX},
        {"a product that wraps around", SIZE_MAX / 16, 32},
    };

    for (size_t i = 0; i < COUNT(numbers); i++) {
        struct v4_pool pool;
        cr_expect(!v4_pool_open(&pool, numbers[i].count, numbers[i].size), "%s", numbers[i].what);
    }
}

Test(pool, closes_twice)
{
    struct v4_pool pool = {0};

    v4_pool_close(&pool);
    cr_assert(v4_pool_open(&pool, 2, 8));
    v4_pool_close(&pool);
    v4_pool_close(&pool);
    cr_expect(pool.slots == NULL && v4_pool_left(&pool) == 0);
}

#if V4_ASAN
static void write_octet(void *octet)
{
    *(volatile uint8_t *)octet = 1;
}

static void give_again(void *context)
{
    struct v4_pool *pool = context;

    v4_pool_give(pool, pool->slots);
}

Test(pool, poisons_free_slots_and_gaps)
{
    for (size_t i = 0; i < COUNT(shapes); i++) {
        struct v4_pool pool;
        uint8_t *taken[8];
        size_t count = shapes[i].count, size = shapes[i].size;

        cr_assert(v4_pool_open(&pool, count, size));
        for (size_t at = 0; at < count * pool.stride; at++)
            cr_assert(__asan_address_is_poisoned(pool.slots + at), "octet %zu before use", at);
        for (size_t n = 0; n < count; n++)
            taken[n] = v4_pool_take(&pool);
        for (size_t n = 0; n < count; n++) {
            cr_expect(__asan_region_is_poisoned(taken[n], size) == NULL, "size %zu", size);
            cr_expect(__asan_address_is_poisoned(taken[n] + size), "gap after %zu octets", size);
        }
        for (size_t n = 0; n < count; n++)
            v4_pool_give(&pool, taken[n]);
        for (size_t at = 0; at < count * pool.stride; at++)
            cr_assert(__asan_address_is_poisoned(pool.slots + at), "octet %zu after use", at);
        v4_pool_close(&pool);
    }
}

Test(pool, reports_misuse)
{
    struct v4_pool pool;

    cr_assert(v4_pool_open(&pool, 2, 13));
    uint8_t *slot = v4_pool_take(&pool);
    cr_expect(!dies(write_octet, slot + 12));
    cr_expect(dies(write_octet, slot + 13), "written behind a slot");
    v4_pool_give(&pool, slot);
    cr_expect(dies(write_octet, slot), "written to a free slot");
    cr_expect(dies(give_again, &pool), "given back twice");
    v4_pool_close(&pool);
}
#endif
