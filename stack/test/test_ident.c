/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "table/ident.h"

#define LIFETIME (120 * V4_SECOND)

static const struct v4_ident_key peer = {.src = 0xc6120002, .dst = 0xc6120001, .protocol = 17};
static const struct v4_ident_key other = {.src = 0xc6120002, .dst = 0xc6120009, .protocol = 17};

static struct v4_idents idents;

static void start(void)
{
    v4_idents_start(&idents, 7, LIFETIME);
}

static uint16_t take(const struct v4_ident_key *key, v4_time now)
{
    uint16_t id;

    v4_ident_next(&idents, key, false, now, &id);
    return id;
}

/* How many it gives before it says that one is used again. */
static unsigned fresh_ones(v4_time now)
{
    uint16_t id;
    unsigned count = 0;

    while (v4_ident_next(&idents, &peer, true, now, &id) == V4_IDENT_FRESH)
        count++;
    return count;
}

Test(ident, none_is_given_twice_while_it_says_that_they_are_fresh, .init = start)
{
    static bool seen[65536];
    uint16_t id;
    unsigned count = 0;

    while (v4_ident_next(&idents, &peer, true, 5, &id) == V4_IDENT_FRESH) {
        cr_assert(!seen[id], "%u after %u", id, count);
        seen[id] = true;
        count++;
    }
    cr_expect(count > 65536 / V4_IDENT_STEP - 4096, "only %u", count);
}

Test(ident, those_of_a_lifetime_ago_are_fresh_again, .init = start)
{
    uint16_t id = 1, before = id;

    fresh_ones(0);
    cr_expect(v4_ident_next(&idents, &peer, true, LIFETIME - 1, &id) == V4_IDENT_AGAIN);
    cr_expect(id == before, "what is not given is not written");
    cr_expect(v4_ident_next(&idents, &peer, true, LIFETIME, &id) == V4_IDENT_FRESH);
    cr_expect(fresh_ones(LIFETIME) > 10000, "the whole round is fresh, not its first part only");
}

Test(ident, part_of_a_round_waits_for_its_own_time, .init = start)
{
    unsigned first = 0;

    for (; first < 8192; first++)
        take(&peer, 0);
    unsigned rest = fresh_ones(60 * V4_SECOND);
    unsigned again = fresh_ones(LIFETIME);
    cr_expect(rest > 8192, "%u", rest);
    cr_expect(again < 65536 / 2, "%u: what was used a minute ago is not fresh", again);
    cr_expect(again > 4096, "%u", again);
}

Test(ident, who_does_not_wait_is_told_that_it_is_used_again, .init = start)
{
    uint16_t id;
    unsigned again = 0;

    fresh_ones(0);
    for (int i = 0; i < 1000; i++)
        again += v4_ident_next(&idents, &peer, false, 1, &id) == V4_IDENT_AGAIN;
    cr_expect(again == 1000, "%u", again);
}

Test(ident, peers_have_counters_of_their_own, .init = start)
{
    uint16_t first = take(&peer, 0);
    unsigned different = 0;

    for (int i = 0; i < 100; i++)
        take(&other, 0);
    uint16_t second = take(&peer, 0);
    cr_expect((uint16_t)(second - first) <= V4_IDENT_STEP, "another's datagrams count");
    for (uint32_t i = 0; i < 64; i++) {
        struct v4_ident_key key = {.src = peer.src, .dst = 0xc0000200 + i, .protocol = 17};
        different += (uint16_t)(take(&key, 0) - second) > 512;
    }
    cr_expect(different > 48, "%u of 64 begin elsewhere", different);
}

Test(ident, steps_and_starts_are_the_seeds)
{
    bool steps[V4_IDENT_STEP + 1] = {false};
    unsigned starts = 0;

    for (uint64_t seed = 0; seed < 32; seed++) {
        v4_idents_start(&idents, seed, LIFETIME);
        uint16_t first = take(&peer, 0), second = take(&peer, 0);
        v4_idents_start(&idents, seed, LIFETIME);
        cr_expect(take(&peer, 0) == first && take(&peer, 0) == second, "same seed, same numbers");
        cr_assert((uint16_t)(second - first) >= 1 && (uint16_t)(second - first) <= V4_IDENT_STEP);
        steps[(uint16_t)(second - first)] = true;
        starts += first > 1024;
    }
    for (unsigned step = 1; step <= V4_IDENT_STEP; step++)
        cr_expect(steps[step], "never a step of %u", step);
    cr_expect(starts > 24, "%u", starts);
}

Test(ident, an_atomic_one_follows_from_what_is_quoted, .init = start)
{
    uint8_t data[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    uint16_t id = v4_ident_atomic(&idents, &peer, (struct v4_span){data, 12});

    cr_expect(v4_ident_atomic(&idents, &peer, (struct v4_span){data, 8}) == id);
    cr_expect(v4_ident_is_ours(&idents, &peer, id, (struct v4_span){data, 8}));
    cr_expect(!v4_ident_is_ours(&idents, &other, id, (struct v4_span){data, 8}));
    data[7]++;
    cr_expect(!v4_ident_is_ours(&idents, &peer, id, (struct v4_span){data, 8}));
    cr_expect(v4_ident_atomic(&idents, &peer, (struct v4_span){data, 7}) !=
              v4_ident_atomic(&idents, &peer, (struct v4_span){data, 8}));
    cr_expect(v4_ident_atomic(&idents, &peer, (struct v4_span){NULL, 0}) ==
              v4_ident_atomic(&idents, &peer, (struct v4_span){data, 0}));
    data[7]--;
    v4_idents_start(&idents, 8, LIFETIME);
    cr_expect(!v4_ident_is_ours(&idents, &peer, id, (struct v4_span){data, 8}), "another key");
}

/* 16 bits in common happen: of what nobody sent a few may look as if. */
static unsigned taken_for_ours(uint16_t from, unsigned count)
{
    unsigned ours = 0;

    for (unsigned i = 0; i < count; i++)
        ours += v4_ident_is_ours(&idents, &peer, (uint16_t)(from + i), (struct v4_span){NULL, 0});
    return ours;
}

Test(ident, only_what_the_counter_gave_is_ours, .init = start)
{
    uint16_t first = take(&peer, 0), last = first;
    const struct v4_span none = {NULL, 0};

    for (int i = 0; i < 20; i++)
        last = take(&peer, 0);
    cr_expect(v4_ident_is_ours(&idents, &peer, first, none));
    cr_expect(v4_ident_is_ours(&idents, &peer, last, none));
    cr_expect(taken_for_ours((uint16_t)(first - 1000), 1000) <= 2, "before the first");
    cr_expect(taken_for_ours((uint16_t)(last + V4_IDENT_STEP), 30000) <= 4, "after the last");
    for (int i = 0; i < 4096; i++)
        take(&peer, 0);
    cr_expect(!v4_ident_is_ours(&idents, &peer, first, none), "too long ago");
}

Test(ident, what_users_chose_is_ours_for_a_while, .init = start)
{
    const struct v4_span none = {NULL, 0};

    cr_expect(!v4_ident_is_ours(&idents, &peer, 0xbeef, none));
    v4_ident_note(&idents, &peer, 0xbeef);
    cr_expect(v4_ident_is_ours(&idents, &peer, 0xbeef, none));
    cr_expect(!v4_ident_is_ours(&idents, &other, 0xbeef, none));
    for (uint16_t i = 0; i < V4_IDENT_CHOSEN; i++)
        v4_ident_note(&idents, &other, i);
    cr_expect(!v4_ident_is_ours(&idents, &peer, 0xbeef, none));
}

Test(ident, a_start_forgets_all)
{
    const struct v4_span data = {(const uint8_t *)"12345678", 8};

    start();
    uint16_t first = take(&peer, 0);
    v4_ident_note(&idents, &other, 0x1234);
    cr_assert(v4_ident_is_ours(&idents, &other, 0x1234, data));
    start();
    cr_expect(!v4_ident_is_ours(&idents, &other, 0x1234, data), "what a user chose");
    cr_expect(take(&peer, 0) == first, "what was given");
}
