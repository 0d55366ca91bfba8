/* SPDX-License-Identifier: BSD-2-Clause */
#include "reass_bench.h"

Test(reass, gathers_the_signs_of_its_fragments)
{
    open_with(V4_OVERLAP_DROP, 4, 8);
    cr_assert(fragments(1, "A@0+ C@2 B@1+", 0)); /* A is 1 more than a multiple of 8 */
    cr_expect(datagram.signs == (1 << 1 | 1 << 2 | 1 << 3));
    cr_expect(!fragments(2, "F@0+ D@1+", 0));
    cr_assert(fragments(3, "D@0+ D@1", 0)); /* another datagram's are not among them */
    cr_expect(datagram.signs == 1 << 4);
    close_all();
}

/* Five fragments, the last one of 3 octets, in each of their 120 orders. */
Test(reass, any_order_delivers_the_same)
{
    static const uint16_t cuts[] = {0, 8, 520, 1024, 1544, 1547};
    uint8_t octets[1547];

    for (size_t i = 0; i < sizeof octets; i++)
        octets[i] = (uint8_t)(i * 7 + i / 256);
    open_with(V4_OVERLAP_DROP, 1, 4);
    for (unsigned order = 0; order < 120; order++) {
        unsigned left[] = {0, 1, 2, 3, 4}, rest = order;
        bool whole = false;

        for (unsigned n = 5; n > 0; n--) {
            cr_assert(!whole);
            unsigned pick = rest % n, i = left[pick];
            rest /= n;
            memmove(left + pick, left + pick + 1, (n - pick - 1) * sizeof *left);
            struct v4_span data = {octets + cuts[i], (size_t)cuts[i + 1] - cuts[i]};
            whole = add(KEY, cuts[i], data, i < 4, 20, order);
        }
        cr_assert(whole, "order %u", order);
        cr_expect(datagram.data.len == sizeof octets &&
                      memcmp(datagram.data.octets, octets, sizeof octets) == 0,
                  "order %u", order);
        cr_expect(v4_reass_use(reass).octets == 0);
    }
    cr_expect(counted(V4_STAT_IP_REASS_FRAGMENTS) == 600);
    cr_expect(counted(V4_STAT_IP_REASS_DELIVERED) == 120);
    close_all();
}

Test(reass, comes_with_the_header_of_the_first)
{
    open_with(V4_OVERLAP_DROP, 1, 4);
    cr_expect(!add(KEY, 16, (struct v4_span){(const uint8_t *)"last", 4}, false, 24, 0));
    cr_expect(!add(KEY, 0, (struct v4_span){(const uint8_t *)"12345678", 8}, true, 28, 1));
    cr_assert(add(KEY, 8, (struct v4_span){(const uint8_t *)"90123456", 8}, true, 20, 2));
    cr_expect(keys_equal(datagram.key, KEY) && datagram.has_first);
    cr_expect(datagram.header.len == 28 && datagram.header.octets[0] == 0x47);
    cr_expect(datagram.header.octets[27] == 100 && datagram.mark == '1');
    cr_expect(datagram.data.octets == datagram.header.octets + 28, "right behind the header");
    cr_expect(datagram.data.len == 20 &&
              memcmp(datagram.data.octets, "1234567890123456last", 20) == 0);
    close_all();
}

static const uint8_t zeros[65535];

Test(reass, a_fragment_wrong_by_itself_changes_nothing)
{
    static const struct {
        const char *what;
        uint16_t first;
        size_t len;
        bool more;
        enum v4_drop want;
    } rows[] = {
        {"no data", 8, 0, true, V4_DROP_FRAGMENT_EMPTY},
        {"no data, the end", 8, 0, false, V4_DROP_FRAGMENT_EMPTY},
        {"9 octets and more to come", 8, 9, true, V4_DROP_FRAGMENT_RAGGED},
        {"7 octets and more to come", 8, 7, true, V4_DROP_FRAGMENT_RAGGED},
        {"9 octets, the end", 8, 9, false, V4_KEEP},
        {"up to 65,515", 65512, 3, false, V4_KEEP},
        {"up to 65,516", 65512, 4, false, V4_DROP_FRAGMENT_LENGTH},
        {"up to 65,520, more to come", 65512, 8, true, V4_DROP_FRAGMENT_LENGTH},
        {"the last offset", 65528, 1, false, V4_DROP_FRAGMENT_LENGTH},
        {"the Ping of Death", 65528, 1480, false, V4_DROP_FRAGMENT_LENGTH},
        {"up to 131,063", 65528, 65535, false, V4_DROP_FRAGMENT_LENGTH},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        open_with(V4_OVERLAP_DROP, 1, 128);
        cr_expect(
            !add(KEY, rows[i].first, (struct v4_span){zeros, rows[i].len}, rows[i].more, 20, 0));
        cr_expect(drop == rows[i].want, "%s: %s", rows[i].what, v4_drop_name(drop));
        cr_expect(counted(V4_STAT_IP_REASS_STARTED) == (drop == V4_KEEP), "%s", rows[i].what);
        cr_expect(v4_reass_use(reass).octets == (drop == V4_KEEP) * V4_REASS_CHUNK, "%s",
                  rows[i].what);
        close_all();
    }
}

Test(reass, the_header_counts_for_the_length)
{
    static const struct {
        const char *what;
        size_t header_len, end;
        bool kept;
    } rows[] = {
        {"20 and 65,515", 20, 65515, true},  {"24 and 65,511", 24, 65511, true},
        {"24 and 65,512", 24, 65512, false}, {"60 and 65,475", 60, 65475, true},
        {"60 and 65,476", 60, 65476, false},
    };
    const uint16_t cut = 32768;

    for (size_t i = 0; i < COUNT(rows); i++)
        for (unsigned first_comes = 0; first_comes < 2; first_comes++) {
            struct v4_span front = {zeros, cut}, back = {zeros, rows[i].end - cut};
            open_with(V4_OVERLAP_DROP, 1, 128);
            if (first_comes == 0)
                cr_expect(!add(KEY, 0, front, true, rows[i].header_len, 0) && drop == V4_KEEP);
            bool whole = add(KEY, cut, back, false, 20, 1);
            if (first_comes == 1)
                whole = add(KEY, 0, front, true, rows[i].header_len, 2);
            cr_expect(whole == rows[i].kept, "%s", rows[i].what);
            if (!whole)
                cr_expect(drop == V4_DROP_REASS_LENGTH && v4_reass_use(reass).refused == 1 &&
                              v4_reass_use(reass).octets == 0,
                          "%s: %s", rows[i].what, v4_drop_name(drop));
            else
                cr_expect(datagram.data.len == rows[i].end, "%s", rows[i].what);
            close_all();
        }
}

/* Today's Linux finds it when all is there, and holds nothing of it then. */
Test(reass, what_is_too_long_with_its_header_is_refused_when_it_is_complete)
{
    const uint16_t cut = 32768;

    open_with(V4_OVERLAP_LINUX, 1, 128);
    cr_expect(!add(KEY, 0, (struct v4_span){zeros, cut}, true, 24, 0) && drop == V4_KEEP);
    cr_expect(!add(KEY, cut, (struct v4_span){zeros, 65512 - cut}, false, 20, 1));
    cr_expect(drop == V4_DROP_REASS_LENGTH && counted(V4_STAT_IP_REASS_REFUSED) == 1);
    cr_expect(v4_reass_use(reass).datagrams == 0 && v4_reass_use(reass).octets == 0);
    close_all();
}

Test(reass, the_largest_from_the_smallest)
{
    bool whole = false;

    open_with(V4_OVERLAP_DROP, 1, 128);
    for (int at = 65512; at >= 0; at -= 8) {
        cr_assert(!whole);
        whole = add(KEY, (uint16_t)at, (struct v4_span){zeros, at == 65512 ? 3 : 8}, at != 65512,
                    20, 0);
    }
    cr_expect(whole && datagram.data.len == 65515);
    close_all();
}

/* So many keys that some share a bucket. */
Test(reass, each_part_of_the_key_counts)
{
    struct v4_span block = {zeros, 8};

    for (unsigned field = 0; field < 4; field++) {
        open_with(V4_OVERLAP_DROP, 64, 64);
        for (unsigned end = 0; end < 2; end++)
            for (uint8_t i = 0; i < 64; i++) {
                struct v4_reass_key key = KEY;
                key.src += field == 0 ? i : 0;
                key.dst += field == 1 ? i : 0;
                key.protocol = (uint8_t)(key.protocol + (field == 2 ? i : 0));
                key.id = (uint16_t)(key.id + (field == 3 ? i : 0));
                bool whole = add(key, end ? 8 : 0, block, !end, 20, 0);
                cr_expect(whole == end, "field %u + %u", field, i);
                if (whole)
                    cr_expect(keys_equal(datagram.key, key), "field %u + %u", field, i);
            }
        close_all();
    }
}

Test(reass, time_runs_from_the_first_arrival)
{
    open_with(V4_OVERLAP_DROP, 2, 4);
    cr_expect(v4_reass_next_timeout(reass) == V4_NEVER);
    cr_expect(!fragments(7, "AB@0+", 5));
    cr_expect(!fragments(7, "C@2+", 5 + TIMEOUT / 2));
    cr_expect(!fragments(8, "Z@9", 6));
    cr_expect(v4_reass_next_timeout(reass) == 5 + TIMEOUT);
    cr_expect(!v4_reass_expire(reass, 4 + TIMEOUT, &datagram));
    cr_assert(v4_reass_expire(reass, 5 + TIMEOUT, &datagram));
    cr_expect(datagram.key.id == 7 && datagram.has_first && datagram.mark == 'A');
    cr_expect(datagram.header.len == 20 && datagram.header.octets[19] == 100);
    cr_expect(blocks_are(datagram.data, "AB"), "what the fragment at 0 brought");
    cr_expect(!v4_reass_expire(reass, 5 + TIMEOUT, &datagram));
    cr_assert(v4_reass_expire(reass, 7 + TIMEOUT, &datagram));
    cr_expect(datagram.key.id == 8 && !datagram.has_first && datagram.data.len == 0);
    cr_expect(counted(V4_STAT_IP_REASS_TIMED_OUT) == 2 && v4_reass_use(reass).octets == 0);
    cr_expect(v4_reass_next_timeout(reass) == V4_NEVER);
    close_all();
}

Test(reass, a_timeout_gives_what_is_certainly_the_first_fragments)
{
    static const enum v4_overlap rules[] = {V4_OVERLAP_DROP, V4_OVERLAP_FIRST, V4_OVERLAP_LAST,
                                            V4_OVERLAP_LINUX};
    static const struct {
        const char *what, *fragments, *want[COUNT(rules)];
    } rows[] = {
        {"no overlap", "AB@0+ C@2+", {"AB", "AB", "AB", "AB"}},
        {"one from before", "C@2+ ABD@0+", {NULL, "AB", "ABD", NULL}},
        {"all but the first block from before", "BC@1+ XYZ@0+", {NULL, "X", "XYZ", NULL}},
        {"one from later", "ABC@0+ X@1+", {NULL, "ABC", "A", "ABC"}},
        {"two from later", "ABC@0+ X@2+ Y@1+", {NULL, "ABC", "A", "ABC"}},
        {"another first, shorter", "ABC@0+ X@0+", {NULL, "ABC", "X", "ABC"}},
        {"another first, longer", "A@0+ XYZ@0+", {NULL, "A", "XYZ", NULL}},
        {"the same once more", "AB@0+ AB@0+", {"AB", "AB", "AB", "AB"}},
    };

    for (size_t rule = 0; rule < COUNT(rules); rule++)
        for (size_t i = 0; i < COUNT(rows); i++) {
            const char *want = rows[i].want[rule];
            open_with(rules[rule], 1, 4);
            cr_expect(!fragments(7, rows[i].fragments, 0));
            cr_assert(v4_reass_expire(reass, TIMEOUT, &datagram) == (want != NULL), "%s",
                      rows[i].what);
            if (want != NULL)
                cr_expect(blocks_are(datagram.data, want) && datagram.mark == (uint32_t)want[0],
                          "%s under %s", rows[i].what, v4_overlap_name(rules[rule]));
            close_all();
        }
}

Test(reass, what_was_refused_is_remembered_for_one_timeout)
{
    open_with(V4_OVERLAP_DROP, 2, 4);
    cr_expect(!fragments(7, "B@1", 0));
    cr_expect(!fragments(7, "C@2+", 10) && drop == V4_DROP_REASS_END);
    cr_expect(counted(V4_STAT_IP_REASS_REFUSED) == 1);
    cr_expect(v4_reass_use(reass).octets == 0 && v4_reass_use(reass).datagrams == 0);
    cr_expect(v4_reass_use(reass).refused == 1);
    cr_expect(!fragments(7, "A@0+", 9 + TIMEOUT) && drop == V4_DROP_REASS_REFUSED);
    cr_expect(v4_reass_next_timeout(reass) == 10 + TIMEOUT, "a late fragment prolongs nothing");
    cr_expect(!v4_reass_expire(reass, 9 + TIMEOUT, &datagram));
    cr_expect(v4_reass_use(reass).refused == 1);
    cr_expect(!v4_reass_expire(reass, 10 + TIMEOUT, &datagram), "it left before");
    cr_expect(v4_reass_use(reass).refused == 0);
    cr_expect(fragments(7, "A@0+ B@1", 10 + TIMEOUT), "a new datagram");
    close_all();
}

Test(reass, when_datagrams_run_out)
{
    open_with(V4_OVERLAP_DROP, 3, 8);
    cr_expect(!fragments(1, "A@0+", 0));
    cr_expect(!fragments(2, "B@1 C@2", 1));
    cr_expect(!fragments(3, "B@1 C@2", 2));
    cr_expect(v4_reass_use(reass).refused == 2);

    cr_expect(!fragments(4, "A@0+", 3) && drop == V4_KEEP);
    cr_expect(v4_reass_use(reass).refused == 1 && v4_reass_use(reass).datagrams == 2);
    cr_expect(!fragments(3, "A@0+", 4) && drop == V4_DROP_REASS_REFUSED, "2 was refused before 3");
    cr_expect(!fragments(5, "A@0+", 5));
    cr_expect(v4_reass_use(reass).refused == 0 && v4_reass_use(reass).datagrams == 3);
    cr_expect(counted(V4_STAT_IP_REASS_EVICTED) == 0);

    cr_expect(!fragments(6, "A@0+", 6));
    cr_expect(counted(V4_STAT_IP_REASS_EVICTED) == 1);
    cr_expect(fragments(4, "B@1", 7) && fragments(5, "B@1", 7) && fragments(6, "B@1", 7));
    cr_expect(!fragments(1, "B@1", 7), "the oldest was evicted");
    close_all();
}

/* Block 64 is the first of the second chunk. */
Test(reass, when_octets_run_out)
{
    open_with(V4_OVERLAP_DROP, 8, 3);
    cr_expect(!fragments(1, "A@0+", 0) && !fragments(2, "A@0+", 1) && !fragments(3, "A@0+", 2));
    cr_expect(v4_reass_use(reass).octets == 3 * V4_REASS_CHUNK);
    cr_expect(!fragments(2, "B@1+", 3) && drop == V4_KEEP, "room in a chunk that it has");
    cr_expect(counted(V4_STAT_IP_REASS_EVICTED) == 0);

    cr_expect(!fragments(1, "B@64+", 4) && drop == V4_KEEP);
    cr_expect(counted(V4_STAT_IP_REASS_EVICTED) == 1 && v4_reass_use(reass).datagrams == 2);
    cr_expect(fragments(3, "B@1", 5), "3 is still there");
    cr_expect(!fragments(2, "C@2", 5), "2 was the oldest but for 1 itself");
    close_all();
}

/* Thirty times a table of eight is filled, and one comes more: which one is new when it comes
 * again? */
Test(reass, one_of_the_oldest_is_drawn)
{
    for (drawn = 0; drawn < 5; drawn++) {
        bool gone[8] = {false};
        v4_time now = 0;

        open_with(V4_OVERLAP_DROP, 8, 8);
        for (unsigned round = 0; round < 30; round++, now += TIMEOUT) {
            uint16_t id = 0;
            for (uint16_t i = 0; i < 9; i++)
                cr_expect(!fragments(i, "A@0+", now) && drop == V4_KEEP);
            while (!fragments(id, "A@0+", now) && drop == V4_DROP_FRAGMENT_TWICE)
                id++;
            gone[id] = true;
            while (v4_reass_expire(reass, now + TIMEOUT, &datagram))
                continue;
        }
        for (unsigned i = 0; i < 8; i++)
            cr_expect(gone[i] == (i < drawn || i == 0), "%u of %u", i, drawn);
        close_all();
    }
}

Test(reass, a_lifetime_raises_the_time_and_never_shortens_it)
{
    v4_time out;

    open_with(V4_OVERLAP_DROP, 4, 4);
    cr_expect(!fragments(1, "A@0+", 0));
    lifetime = 2 * TIMEOUT;
    cr_expect(!fragments(2, "A@0+", 1));
    lifetime = TIMEOUT - 7;
    cr_expect(!fragments(1, "B@1+", 6) && v4_reass_next_timeout(reass) == TIMEOUT);
    cr_expect(!fragments(1, "C@2+", 8) && v4_reass_next_timeout(reass) == TIMEOUT + 1);
    lifetime = 0;
    cr_expect(!fragments(3, "A@0+", 9) && !fragments(4, "A@0+", 9));
    for (unsigned i = 0; i < 4; i++) { /* by time, and of one time by age */
        static const uint16_t want[] = {1, 3, 4, 2};
        out = v4_reass_next_timeout(reass);
        cr_expect(!v4_reass_expire(reass, out - 1, &datagram));
        cr_expect(v4_reass_expire(reass, out, &datagram) && datagram.key.id == want[i], "%u", i);
    }
    cr_expect(out == 2 * TIMEOUT + 1);
    close_all();
}

Test(reass, another_choice_evicts_what_is_held)
{
    open_with(V4_OVERLAP_DROP, 4, 8);
    cr_expect(!fragments(1, "A@0+", 0) && !fragments(2, "B@1 C@2", 0));
    v4_reass_choose(reass, V4_OVERLAP_DROP);
    cr_expect(v4_reass_use(reass).datagrams == 1, "the same as before");
    v4_reass_choose(reass, V4_OVERLAP_FIRST);
    cr_expect(v4_reass_choice(reass) == V4_OVERLAP_FIRST);
    cr_expect(v4_reass_use(reass).datagrams + v4_reass_use(reass).refused == 0);
    cr_expect(counted(V4_STAT_IP_REASS_EVICTED) == 1);
    cr_expect(!fragments(2, "A@0+ X@0+", 1) && fragments(2, "B@1", 1));
    cr_expect(blocks_are(datagram.data, "AB"));
    close_all();
}

/* Block 64 is the first of the second chunk. Of three others one goes, never the one that needs it.
 */
Test(reass, what_is_drawn_is_another)
{
    for (drawn = 1; drawn < 5; drawn++)
        for (unsigned round = 0; round < 30; round++) {
            open_with(V4_OVERLAP_DROP, 8, 4);
            for (uint16_t id = 0; id < 4; id++)
                cr_expect(!fragments(id, "A@0+", 0));
            for (uint16_t id = 0; id < round % 4; id++)
                cr_expect(fragments(id, "B@1", 0) && !fragments(id, "A@0+", 0));
            cr_expect(!fragments((uint16_t)(round % 4), "B@64+", 1) && drop == V4_KEEP);
            cr_expect(!fragments((uint16_t)(round % 4), "A@0+", 1) &&
                          drop == V4_DROP_FRAGMENT_TWICE,
                      "%u of %u", round, drawn);
            close_all();
        }
}

/* Block 64 is the first of the second chunk. */
Test(reass, what_is_drawn_of_many_senders_is_another)
{
    for (drawn = 0; drawn < 6; drawn++) {
        open_with(V4_OVERLAP_DROP, 8, 4);
        for (unsigned round = 0; round < 40; round++) {
            v4_time now = round * 2 * TIMEOUT;
            for (sender = 0; sender < 4; sender++)
                cr_expect(!fragments(1, "A@0+", now) && drop == V4_KEEP);
            sender = round % 4;
            cr_assert(!fragments(1, "B@64+", now) && drop == V4_KEEP);
            cr_expect(!fragments(1, "A@0+", now) && drop == V4_DROP_FRAGMENT_TWICE);
            cr_expect(v4_reass_use(reass).datagrams == 3);
            while (v4_reass_expire(reass, now + TIMEOUT, &datagram))
                continue;
        }
        close_all();
    }
}

Test(reass, needs_more_octets_than_there_are)
{
    open_with(V4_OVERLAP_DROP, 8, 3);
    cr_expect(!fragments(9, "A@0+", 0));
    cr_expect(!fragments(1, "A@0+ B@64+", 1));
    cr_expect(!add(KEY, 0, (struct v4_span){zeros, 2048}, true, 20, 2));
    cr_expect(drop == V4_DROP_REASS_ROOM && counted(V4_STAT_IP_REASS_EVICTED) == 1);
    cr_expect(v4_reass_use(reass).octets == 3 * V4_REASS_CHUNK, "the others did not suffer");

    cr_expect(!fragments(1, "C@128+", 3) && drop == V4_KEEP, "9 makes room");
    cr_expect(!fragments(1, "D@192+", 4) && drop == V4_DROP_REASS_ROOM);
    cr_expect(v4_reass_use(reass).octets == 0 && counted(V4_STAT_IP_REASS_EVICTED) == 3);
    cr_expect(!fragments(1, "E@193", 5) && drop == V4_KEEP, "it is not remembered");
    close_all();
}

Test(reass, reset_forgets_all)
{
    open_with(V4_OVERLAP_DROP, 3, 3);
    cr_expect(!fragments(1, "A@0+", 0) && !fragments(2, "B@1 C@2", 0));
    v4_reass_reset(reass);
    cr_expect(v4_reass_use(reass).datagrams == 0 && v4_reass_use(reass).refused == 0);
    cr_expect(v4_reass_use(reass).octets == 0 && v4_reass_next_timeout(reass) == V4_NEVER);
    cr_expect(counted(V4_STAT_IP_REASS_STARTED) == 2, "it counts nothing");
    cr_expect(counted(V4_STAT_IP_REASS_EVICTED) == 0);
    stats = (struct v4_stats){0};
    cr_expect(fragments(2, "A@0+ B@1", 0));
    close_all();
}

Test(reass, opens_only_with_usable_numbers)
{
    static const struct {
        const char *what;
        size_t datagrams, octets;
        v4_time timeout;
        bool usable;
    } rows[] = {
        {"usable", 1, 1024, 1, true},
        {"not two chunks", 1, 1023, 1, false},
        {"no datagrams", 0, 1024, 1, false},
        {"no timeout", 1, 1024, 0, false},
        {"more octets than there is memory", 1, SIZE_MAX, 1, false},
        {"more datagrams than there is memory", SIZE_MAX, 1024, 1, false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct v4_reass *opened = v4_reass_open(&(struct v4_reass_config){
            .datagrams = rows[i].datagrams,
            .octets = rows[i].octets,
            .timeout = rows[i].timeout,
            .stats = &stats,
        });
        cr_expect((opened != NULL) == rows[i].usable, "%s", rows[i].what);
        v4_reass_close(opened);
    }
}

#if V4_ASAN
Test(reass, a_loan_ends_with_the_next_call)
{
    open_with(V4_OVERLAP_DROP, 2, 4);
    cr_assert(fragments(1, "A@0+ B@1", 0));
    const uint8_t *lent = datagram.header.octets;
    cr_expect(__asan_region_is_poisoned((void *)lent, 36) == NULL);
    cr_expect(__asan_address_is_poisoned(lent + 36), "slack");
    cr_expect(!fragments(2, "A@0+", 1));
    cr_expect(__asan_address_is_poisoned(lent), "after v4_reass_add()");
    cr_assert(v4_reass_expire(reass, 1 + TIMEOUT, &datagram));
    cr_expect(__asan_region_is_poisoned((void *)lent, 28) == NULL);
    cr_expect(__asan_address_is_poisoned(lent + 28));
    cr_expect(!v4_reass_expire(reass, 1 + TIMEOUT, &datagram));
    cr_expect(__asan_address_is_poisoned(lent), "after v4_reass_expire()");
    cr_assert(fragments(3, "A@0+ B@1", 2 + TIMEOUT));
    v4_reass_choose(reass, V4_OVERLAP_FIRST);
    cr_expect(__asan_address_is_poisoned(lent), "after another choice");
    cr_assert(fragments(3, "A@0+ B@1", 2 + TIMEOUT));
    v4_reass_reset(reass);
    cr_expect(__asan_address_is_poisoned(lent), "after v4_reass_reset()");
    close_all();
}
#endif
