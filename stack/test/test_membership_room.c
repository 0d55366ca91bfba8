/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Members of older versions, tables that are full, several interfaces. */
#include "member_bench.h"

static enum v4_membership_answer reports(unsigned version)
{
    return v4_membership_report(bench.table, 0, GROUP, version, bench.now);
}

static enum v4_membership_answer leaves(void)
{
    return v4_membership_leave(bench.table, 0, GROUP, bench.now);
}

Test(membership_older, a_report_is_is_ex_and_a_leave_to_in)
{
    bench_open(true);
    bench_group(true, "ab", "cd");
    cr_expect(reports(2) == V4_MEMBERSHIP_DONE);
    cr_expect_str_eq(state(), "");
    cr_expect(group_timer() == 'G');
    cr_expect(leaves() == V4_MEMBERSHIP_DONE);
    cr_expect(group_timer() == 'L');
    cr_expect_str_eq(asks(), "Q");
    passes(V4_SECOND);
    cr_expect_str_eq(asks(), "Q");
    passes(V4_SECOND);
    cr_expect_str_eq(words(), "none");
    bench_close();
}

static const struct {
    unsigned version;
    enum v4_record_type type;
    bool ignored;
    const char *then;
} beside[] = {
    {3, V4_RECORD_BLOCK, false, "aL"}, {2, V4_RECORD_BLOCK, true, ""},
    {1, V4_RECORD_BLOCK, true, ""},    {3, V4_RECORD_TO_EX, false, "aL"},
    {2, V4_RECORD_TO_EX, false, ""},   {1, V4_RECORD_TO_EX, false, ""},
    {3, V4_RECORD_TO_IN, false, "aG"}, {2, V4_RECORD_TO_IN, false, "aG"},
    {1, V4_RECORD_TO_IN, true, ""},    {2, V4_RECORD_ALLOW, false, "aG"},
    {1, V4_RECORD_ALLOW, false, "aG"}, {2, V4_RECORD_IS_IN, false, "aG"},
    {2, V4_RECORD_IS_EX, false, "aG"}, {1, V4_RECORD_IS_EX, false, "aG"},
};

Test(membership_older, what_is_heeded_beside_older_members)
{
    for (size_t i = 0; i < COUNT(beside); i++) {
        bench_open(true);
        if (beside[i].version < 3)
            reports(beside[i].version);
        else
            hears(V4_RECORD_IS_EX, "");
        enum v4_membership_answer answer = hears(beside[i].type, "a");
        cr_expect((answer == V4_MEMBERSHIP_IGNORED) == beside[i].ignored, "%zu", i);
        cr_expect_str_eq(state(), beside[i].then, "%zu: %s", i, state());
        bench_close();
    }
}

Test(membership_older, leaves_mean_nothing_beside_version_1)
{
    bench_open(true);
    reports(2);
    reports(1);
    cr_expect(leaves() == V4_MEMBERSHIP_IGNORED);
    cr_expect_str_eq(asks(), "");
    passes(GMI - 1);
    reports(2); /* so that it lasts longer */
    cr_expect(leaves() == V4_MEMBERSHIP_IGNORED);
    passes(1);
    cr_expect(v4_membership_version(the_group(), bench.now) == 2);
    cr_expect(leaves() == V4_MEMBERSHIP_DONE);
    cr_expect_str_eq(asks(), "Q");
    bench_close();
}

Test(membership_older, each_version_for_its_own_time)
{
    bench_open(true);
    reports(1);
    cr_expect(v4_membership_version(the_group(), bench.now) == 1);
    passes(100 * V4_SECOND);
    reports(2);
    cr_expect(v4_membership_version(the_group(), bench.now) == 1);
    passes(GMI - 100 * V4_SECOND);
    cr_expect(v4_membership_version(the_group(), bench.now - 1) == 1);
    cr_expect(v4_membership_version(the_group(), bench.now) == 2);
    passes(100 * V4_SECOND);
    cr_expect(v4_membership_version(the_group(), bench.now - 1) == 2);
    cr_expect(v4_membership_version(the_group(), bench.now) == 3);
    bench_close();
}

Test(membership_older, who_is_not_querier_ignores_leaves)
{
    bench_open(false);
    reports(2);
    cr_expect(leaves() == V4_MEMBERSHIP_IGNORED);
    cr_expect(group_timer() == 'G');
    bench_close();
}

/* A querier of version 1 has no specific queries. */
Test(membership_older, who_cannot_ask_gives_nothing_up)
{
    bench_open(true);
    bench.part.count = 0;
    v4_membership_play(bench.table, 0, &bench.part);
    bench_group(true, "ab", "");
    hears(V4_RECORD_TO_IN, "b");
    cr_expect_str_eq(state(), "a=bG");
    cr_expect(group_timer() == 'g');
    cr_expect_str_eq(asks(), "");
    bench_close();
}

Test(membership_room, a_group_too_many_is_not_entered)
{
    struct v4_member_record record = {.type = V4_RECORD_IS_EX};

    bench_open(true);
    for (unsigned i = 0; i < GROUPS; i++) {
        record.group = GROUP + i;
        cr_expect(v4_membership_record(bench.table, &record, bench.now) == V4_MEMBERSHIP_DONE);
    }
    record.group = GROUP + GROUPS;
    cr_expect(v4_membership_record(bench.table, &record, bench.now) == V4_MEMBERSHIP_FULL);
    cr_expect(v4_membership_report(bench.table, 0, record.group, 2, bench.now) ==
              V4_MEMBERSHIP_FULL);
    cr_expect(is_wanted('a'), "what is there stays");
    passes(GMI);
    cr_expect_str_eq(asks(), "");
    cr_expect(v4_membership_record(bench.table, &record, bench.now) == V4_MEMBERSHIP_DONE);
    bench_close();
}

static struct v4_span many(size_t count)
{
    static uint8_t octets[4 * 128];

    for (size_t i = 0; i < count; i++)
        v4_put32(octets + 4 * i, addr_of('a') + (uint32_t)i);
    return (struct v4_span){octets, 4 * count};
}

static enum v4_membership_answer hears_many(enum v4_record_type type, size_t count)
{
    return v4_membership_record(bench.table,
                                &(struct v4_member_record){0, GROUP, type, many(count)}, bench.now);
}

/* Room for all but one: that one is wanted like all others. */
Test(membership_room, a_source_too_many_is_wanted_all_the_same)
{
    const uint32_t last = addr_of('a') + V4_MEMBERSHIP_SOURCES;

    bench_open(true);
    cr_expect(hears_many(V4_RECORD_IS_IN, V4_MEMBERSHIP_SOURCES) == V4_MEMBERSHIP_DONE);
    cr_expect(!mode() && !v4_membership_wants(bench.table, 0, GROUP, last, bench.now));
    cr_expect(hears_many(V4_RECORD_IS_IN, V4_MEMBERSHIP_SOURCES + 1) == V4_MEMBERSHIP_CROWDED);
    cr_expect(mode() && group_timer() == 'G');
    cr_expect(v4_membership_wants(bench.table, 0, GROUP, last, bench.now));
    passes(GMI - V4_SECOND);
    cr_expect(hears_many(V4_RECORD_TO_IN, V4_MEMBERSHIP_SOURCES + 1) == V4_MEMBERSHIP_CROWDED);
    cr_expect(group_timer() == 'G');
    cr_expect_str_eq(asks(), "");
    bench_close();
}

Test(membership_room, what_is_not_wanted_may_be_forwarded)
{
    const uint32_t last = addr_of('a') + V4_MEMBERSHIP_SOURCES;

    bench_open(true);
    cr_expect(hears_many(V4_RECORD_TO_EX, V4_MEMBERSHIP_SOURCES + 1) == V4_MEMBERSHIP_CROWDED);
    cr_expect(!is_wanted('a') && v4_membership_wants(bench.table, 0, GROUP, last, bench.now));
    cr_expect(hears_many(V4_RECORD_BLOCK, V4_MEMBERSHIP_SOURCES + 1) == V4_MEMBERSHIP_CROWDED);
    cr_expect(v4_membership_wants(bench.table, 0, GROUP, last, bench.now));
    bench_close();
}

/* What one query does not hold goes into the next. */
Test(membership_room, queries_of_few_sources)
{
    static const size_t sizes[] = {3, 3, 1};
    struct v4_membership_ask ask;

    bench_open(true);
    bench_group(false, "abcdefg", "");
    hears(V4_RECORD_TO_IN, "");
    for (unsigned round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT(sizes); i++) {
            cr_assert(v4_membership_take(bench.table, 3, bench.now, &ask));
            cr_expect(ask.count == sizes[i] && ask.sources[0] == addr_of((char)('a' + 3 * i)));
        }
        cr_expect(!v4_membership_take(bench.table, 3, bench.now, &ask));
        passes(V4_SECOND);
    }
    bench_close();
}

Test(membership_room, each_interface_has_its_own)
{
    bench_open(true);
    hears(V4_RECORD_IS_EX, "");
    v4_membership_report(bench.table, 1, GROUP, 2, bench.now);
    v4_membership_forget(bench.table, 0);
    cr_expect(!is_wanted('a'));
    cr_expect(v4_membership_wants(bench.table, 1, GROUP, addr_of('a'), bench.now));
    cr_expect(v4_membership_next(bench.table, NULL)->iface == 1);
    cr_expect(v4_membership_next(bench.table, v4_membership_next(bench.table, NULL)) == NULL);
    v4_membership_reset(bench.table);
    cr_expect(v4_membership_next(bench.table, NULL) == NULL);
    bench_close();
}

Test(membership_room, many_groups_ask_in_their_order)
{
    struct v4_membership_ask ask;

    bench_open(true);
    for (unsigned i = 0; i < GROUPS; i++)
        v4_membership_report(bench.table, i % 2, GROUP + i, 2, bench.now);
    for (unsigned i = 0; i < GROUPS; i++)
        v4_membership_leave(bench.table, i % 2, GROUP + i, bench.now);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < GROUPS; i++) {
            cr_assert(v4_membership_take(bench.table, 9, bench.now, &ask));
            cr_expect(ask.group == GROUP + i && ask.iface == i % 2 && ask.count == 0);
        }
        cr_expect(!v4_membership_take(bench.table, 9, bench.now, &ask));
        passes(V4_SECOND);
    }
    cr_expect(!v4_membership_take(bench.table, 9, bench.now, &ask));
    cr_expect(v4_membership_next(bench.table, NULL) == NULL);
    bench_close();
}
