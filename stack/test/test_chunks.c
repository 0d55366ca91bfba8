/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/poison.h"
#include "octets.h"
#include "table/chunks.h"

static struct v4_pool pool;
static struct v4_chunks chunks;

static void open_pool(void)
{
    cr_assert(v4_pool_open(&pool, V4_CHUNKS_MAX, sizeof(struct v4_chunk)));
}

static void close_pool(void)
{
    v4_chunks_give(&chunks, &pool);
    cr_expect(v4_pool_left(&pool) == V4_CHUNKS_MAX && chunks.count == 0 && chunks.blocks == 0);
    v4_pool_close(&pool);
}

TestSuite(chunks, .init = open_pool, .fini = close_pool);

/* Puts `len` times `letter` at octet `first`. */
static void put(size_t first, size_t len, char letter, enum v4_overlap rule)
{
    uint8_t octets[2048];

    memset(octets, letter, sizeof octets);
    struct v4_span data = exact(octets, len);
    v4_chunks_take(&chunks, &pool, first, len);
    v4_chunks_put(&chunks, first, data, v4_place_of(first, len), rule);
    drop_octets(data);
}

static bool have(size_t first, size_t len, char letter)
{
    uint8_t octets[2048];

    memset(octets, letter, sizeof octets);
    struct v4_span data = exact(octets, len);
    bool had = v4_chunks_have(&chunks, first, data);
    drop_octets(data);
    return had;
}

Test(chunks, as_many_as_the_octets_touch)
{
    static const size_t rows[][3] = {
        {0, 1, 1},     {0, 512, 1},     {0, 513, 2},         {504, 8, 1},
        {504, 9, 2},   {512, 8, 1},     {8, 1024, 3},        {65528, 1, 1},
        {65528, 7, 1}, {0, 65535, 128}, {65528, 65515, 129},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_expect(v4_chunks_missing(&chunks, rows[i][0], rows[i][1]) == rows[i][2], "row %zu", i);
        v4_chunks_take(&chunks, &pool, rows[i][0], rows[i][1]);
        cr_expect(chunks.count == rows[i][2], "row %zu", i);
        cr_expect(v4_pool_left(&pool) == V4_CHUNKS_MAX - rows[i][2], "row %zu", i);
        cr_expect(v4_chunks_missing(&chunks, rows[i][0], rows[i][1]) == 0, "row %zu", i);
        v4_chunks_give(&chunks, &pool);
    }
}

Test(chunks, know_what_they_hold)
{
    put(504, 16, 'a', V4_OVERLAP_FIRST);
    cr_expect(chunks.blocks == 2);
    cr_expect(!v4_chunks_overlap(&chunks, 496, 8) && !v4_chunks_overlap(&chunks, 520, 8));
    cr_expect(v4_chunks_overlap(&chunks, 496, 9) && v4_chunks_overlap(&chunks, 512, 8));
    cr_expect(!v4_chunks_overlap(&chunks, 1024, 2048), "where there are no chunks");
    put(488, 48, 'b', V4_OVERLAP_FIRST);
    cr_expect(chunks.blocks == 6);
    cr_expect(v4_chunks_from(&chunks, 496).first == 61 && v4_chunks_from(&chunks, 535).end == 67);
    cr_expect(v4_chunks_from(&chunks, 504).first == 63 && v4_chunks_from(&chunks, 519).end == 65);
}

Test(chunks, keep_or_replace)
{
    static const struct {
        enum v4_overlap rule;
        const char *want;
    } rows[] = {{V4_OVERLAP_FIRST, "bbbbbbbbaaaaaaaabbb"},
                {V4_OVERLAP_LAST, "bbbbbbbbbbbbbbbbbbb"}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t got[19];

        put(8, 8, 'a', rows[i].rule);
        put(0, 19, 'b', rows[i].rule);
        cr_expect(chunks.blocks == 3);
        v4_chunks_copy(&chunks, sizeof got, got);
        cr_expect(memcmp(got, rows[i].want, sizeof got) == 0, "row %zu", i);
        v4_chunks_give(&chunks, &pool);
    }
}

Test(chunks, know_which_are_the_first_ones_own)
{
    put(0, 1024, 'a', V4_OVERLAP_LAST);
    cr_expect(v4_chunks_own(&chunks) == 128, "all");
    put(520, 8, 'b', V4_OVERLAP_LAST);
    cr_expect(v4_chunks_own(&chunks) == 65, "up to what another has replaced");
    put(1024, 8, 'c', V4_OVERLAP_LAST);
    put(0, 8, 'd', V4_OVERLAP_LAST);
    cr_expect(v4_chunks_own(&chunks) == 1);
}

Test(chunks, one_run_begins_with_one_block)
{
    put(504, 16, 'a', V4_OVERLAP_FIRST);
    put(528, 8, 'c', V4_OVERLAP_FIRST);
    cr_expect(v4_chunks_one_run(&chunks, 504, 16) && v4_chunks_one_run(&chunks, 512, 8));
    cr_expect(!v4_chunks_one_run(&chunks, 496, 16) && !v4_chunks_one_run(&chunks, 512, 9));
    put(520, 8, 'b', V4_OVERLAP_FIRST);
    cr_expect(!v4_chunks_one_run(&chunks, 512, 16), "one that is held beside it");
    cr_expect(!v4_chunks_one_run(&chunks, 2048, 8), "where there are no chunks");
}

Test(chunks, have_the_very_same)
{
    put(496, 32, 'a', V4_OVERLAP_FIRST); /* over the edge of a chunk */
    put(528, 8, 'a', V4_OVERLAP_FIRST);  /* right behind it */
    put(544, 3, 'a', V4_OVERLAP_FIRST);
    cr_expect(have(496, 32, 'a') && have(528, 8, 'a') && have(544, 3, 'a'));
    cr_expect(!have(496, 32, 'b'), "other octets");
    cr_expect(!have(496, 16, 'a') && !have(512, 16, 'a'), "a part");
    cr_expect(!have(496, 40, 'a'), "two at once");
    cr_expect(!have(488, 40, 'a') && !have(528, 16, 'a'), "more than is held");
    cr_expect(!have(2048, 8, 'a'), "where nothing is held");
}

#if V4_ASAN
Test(chunks, poison_what_is_not_held)
{
    put(8, 11, 'a', V4_OVERLAP_FIRST);
    const uint8_t *octets = chunks.chunks[0]->octets;
    for (size_t at = 0; at < V4_REASS_CHUNK; at++)
        cr_expect(__asan_address_is_poisoned(octets + at) == (at < 8 || at >= 19), "octet %zu", at);
}
#endif
