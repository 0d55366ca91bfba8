/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is said in version 3, and when (RFC 3376 5). */
#include "report_bench.h"

#define SINCE (100 * V4_SECOND) /* by then nothing is left of a join */

static void joined(uint64_t seed)
{
    reports_open(3, seed);
    joins(A, 0);
    wants(0, B, V4_FILTER_INCLUDE, S1, S2, 0, 0);
    cr_expect(passes(SINCE) == 4);
    cr_expect(v4_reports_next_timeout(reports) == V4_NEVER);
}

Test(say, a_change_at_once_and_then_within_a_second)
{
    v4_time sum = 0;

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        reports_open(3, seed);
        v4_reports_repeat(reports, 0, 3);
        joins(A, SINCE);
        v4_time last = hears(SINCE);
        for (unsigned i = 0; i < 2; i++) {
            v4_time now = hears(last + V4_SECOND);
            expect_said(V4_RECORD_TO_EX, A, 0);
            cr_expect(now > last);
            sum += now - last;
            last = now;
        }
        cr_expect(v4_reports_next_timeout(reports) == V4_NEVER);
        reports_close();
    }
    cr_expect(sum > 2 * SEEDS * V4_SECOND / 4 && sum < 2 * SEEDS * V4_SECOND * 3 / 4, "drawn");
}

Test(say, what_is_allowed_before_what_is_blocked)
{
    reports_open(3, 1);
    wants(0, A, V4_FILTER_INCLUDE, S1, S2, 0, 0);
    passes(SINCE);
    wants(0, A, V4_FILTER_INCLUDE, S2, S3, 0, SINCE);
    for (v4_time end = SINCE; end <= SINCE + V4_SECOND; end += V4_SECOND) {
        hears(end);
        expect_said(V4_RECORD_ALLOW, A, 1);
        cr_expect(said.sources[0] == S3);
        hears(end);
        expect_said(V4_RECORD_BLOCK, A, 1);
        cr_expect(said.sources[0] == S1);
    }
    cr_expect(v4_reports_next_timeout(reports) == V4_NEVER);
    reports_close();
}

Test(say, a_further_change_at_once_and_both_as_often_as_they_are_to_be)
{
    reports_open(3, 1);
    joins(A, 0);
    hears(0);
    wants(0, A, V4_FILTER_EXCLUDE, S1, 0, 0, 1); /* while the join is still to be repeated */
    hears(1);
    expect_said(V4_RECORD_TO_EX, A, 1);
    hears(1 + V4_SECOND);
    expect_said(V4_RECORD_BLOCK, A, 1);
    cr_expect(v4_reports_next_timeout(reports) == V4_NEVER);
    reports_close();
}

Test(say, one_who_is_back_before_he_has_gone)
{
    reports_open(3, 1);
    joins(A, 0);
    passes(SINCE);
    leaves(A, SINCE);
    hears(SINCE);
    expect_said(V4_RECORD_TO_IN, A, 0);
    joins(A, SINCE + 1);
    hears(SINCE + 1);
    expect_said(V4_RECORD_TO_EX, A, 0);
    cr_expect(passes(2 * SINCE) == 1);
    reports_close();
}

Test(say, who_is_asked_for_all_answers_within_the_time)
{
    v4_time sum = 0, first = V4_NEVER;

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        joined(seed);
        asks(3, 0, MAX_10, SINCE);
        v4_time now = hears(SINCE + MAX_10);
        expect_said(V4_RECORD_IS_EX, A, 0);
        cr_expect(now > SINCE, "at once");
        cr_assert(takes(now), "in the same report");
        expect_said(V4_RECORD_IS_IN, B, 2);
        cr_expect(v4_reports_next_timeout(reports) == V4_NEVER, "once");
        sum += now - SINCE;
        first = now < first ? now : first;
        reports_close();
    }
    cr_expect(sum > SEEDS * MAX_10 / 4 && sum < SEEDS * MAX_10 * 3 / 4 &&
              first < SINCE + MAX_10 / 4);
}

/* Rules 1 and 2: of the two moments the earlier one. */
Test(say, who_is_asked_for_all_again)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        joined(seed);
        asks(3, 0, MAX_10, SINCE);
        v4_time first = v4_reports_next_timeout(reports);
        asks(3, 0, MAX_10, SINCE);
        v4_time second = v4_reports_next_timeout(reports);
        cr_expect(second <= first);
        asks(3, 0, V4_SECOND, SINCE);
        cr_expect(v4_reports_next_timeout(reports) <= SINCE + V4_SECOND);
        asks(3, A, MAX_10, SINCE);
        cr_expect(passes(SINCE + 2 * MAX_10) <= 3);
        cr_expect(v4_reports_next_timeout(reports) == V4_NEVER);
        reports_close();
    }
}

/* Rule 1 for a query about a group: one for all that is answered sooner answers it too. */
Test(say, who_is_asked_for_one_after_all)
{
    unsigned absorbed = 0;

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        joined(seed);
        asks(3, 0, MAX_10, SINCE);
        v4_time all = v4_reports_next_timeout(reports);
        asks(3, A, MAX_10, SINCE);
        v4_time next = v4_reports_next_timeout(reports);
        unsigned count = passes(SINCE + MAX_10);
        cr_expect(count == (next == all ? 2 : 3));
        absorbed += next == all;
        reports_close();
    }
    cr_expect(absorbed > SEEDS / 4 && absorbed < SEEDS * 3 / 4);
}

Test(say, who_is_asked_for_a_group)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        joined(seed);
        asks(3, B, V4_SECOND, SINCE);
        v4_time now = hears(SINCE + V4_SECOND);
        expect_said(V4_RECORD_IS_IN, B, 2);
        cr_expect(now > SINCE && v4_reports_next_timeout(reports) == V4_NEVER);
        asks(3, C, V4_SECOND, now);
        cr_expect(v4_reports_next_timeout(reports) == V4_NEVER, "one that nobody is in");
        reports_close();
    }
}

/* IS_IN(A*B) and IS_IN(B-A), for each set of three that is asked for. */
Test(say, who_is_asked_for_sources)
{
    static const uint32_t all[] = {S1, S2, S3};

    for (unsigned set = 1; set < 8; set++) {
        uint32_t asked[3];
        size_t count = 0, of_a = 0, of_b = 0;
        joined(set);
        wants(0, A, V4_FILTER_EXCLUDE, S1, S2, 0, SINCE);
        passes(2 * SINCE);
        for (unsigned i = 0; i < 3; i++)
            if (set >> i & 1) {
                asked[count++] = all[i];
                of_a += i == 2; /* A excludes the first two */
                of_b += i < 2;  /* B includes them */
            }
        asks_of(A, V4_SECOND, asked, count, 2 * SINCE);
        asks_of(B, V4_SECOND, asked, count, 2 * SINCE);
        size_t answers = 0;
        while (v4_reports_next_timeout(reports) != V4_NEVER) {
            if (!takes(v4_reports_next_timeout(reports)))
                continue;
            expect_said(V4_RECORD_IS_IN, said.group, said.group == A ? of_a : of_b);
            cr_expect(said.group == B || said.sources[0] == S3);
            cr_expect(said.group == A || said.sources[0] == (set & 1 ? S1 : S2));
            answers++;
        }
        cr_expect(answers == (size_t)(of_a != 0) + (of_b != 0));
        reports_close();
    }
}

/* Rule 5: who asks for others too gets both at the earlier moment. */
Test(say, who_is_asked_for_more_sources)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        joined(seed);
        asks_of(B, MAX_10, (uint32_t[]){S1, S3}, 2, SINCE);
        v4_time first = v4_reports_next_timeout(reports);
        asks_of(B, MAX_10, (uint32_t[]){S2, S1}, 2, SINCE);
        cr_expect(v4_reports_next_timeout(reports) <= first);
        hears(SINCE + MAX_10);
        expect_said(V4_RECORD_IS_IN, B, 2);
        cr_expect(passes(2 * SINCE) == 0);
        reports_close();
    }
}

Test(say, reports_of_others_are_nothing_to_version_3)
{
    joined(5);
    asks(3, A, MAX_10, SINCE);
    v4_reports_heard(reports, 0, A, SINCE + 1);
    hears(SINCE + MAX_10);
    expect_said(V4_RECORD_IS_EX, A, 0);
    reports_close();
}

/* Rule 4: who is asked for the group as well reports it whole, whichever came first. */
Test(say, who_is_asked_for_sources_and_the_group)
{
    for (unsigned turn = 0; turn < 2; turn++) {
        joined(7);
        if (turn == 0)
            asks(3, A, MAX_10, SINCE);
        asks_of(A, MAX_10, (uint32_t[]){S1}, 1, SINCE);
        if (turn == 1)
            asks(3, A, MAX_10, SINCE);
        hears(SINCE + MAX_10);
        expect_said(V4_RECORD_IS_EX, A, 0);
        cr_expect(passes(2 * SINCE) == 0);
        reports_close();
    }
}

Test(say, more_sources_than_are_remembered_are_all)
{
    uint32_t sources[V4_REPORT_ASKED + 1];

    for (uint32_t i = 0; i < COUNT(sources); i++)
        sources[i] = 1000 + i;
    joined(1);
    asks_of(A, MAX_10, sources, V4_REPORT_ASKED, SINCE);
    hears(SINCE + MAX_10);
    expect_said(V4_RECORD_IS_IN, A, V4_REPORT_ASKED);
    asks_of(A, MAX_10, sources, V4_REPORT_ASKED, SINCE + MAX_10);
    asks_of(A, MAX_10, sources + 1, V4_REPORT_ASKED, SINCE + MAX_10);
    hears(SINCE + 2 * MAX_10);
    expect_said(V4_RECORD_IS_EX, A, 0);
    reports_close();
}

/* Once it has been reported whole nobody is owed its sources (RFC3376-5.2-k). */
Test(say, sources_are_forgotten_when_the_group_was_reported)
{
    joined(3);
    asks_of(A, MAX_10, (uint32_t[]){S1}, 1, SINCE);
    v4_time of_sources = v4_reports_next_timeout(reports);
    asks(3, 0, 2 * V4_MS, SINCE);
    cr_expect(v4_reports_next_timeout(reports) < of_sources);
    cr_expect(takes(SINCE + 2 * V4_MS) && takes(SINCE + 2 * V4_MS));
    while (takes(SINCE + MAX_10))
        cr_expect(said.type == V4_RECORD_IS_EX && said.group == A);
    reports_close();
}

Test(say, who_has_left_is_not_reported)
{
    joined(4);
    asks(3, A, MAX_10, SINCE);
    asks_of(B, MAX_10, (uint32_t[]){S1}, 1, SINCE);
    asks(3, 0, MAX_10, SINCE);
    leaves(A, SINCE + 1);
    leaves(B, SINCE + 1);
    while (v4_reports_next_timeout(reports) != V4_NEVER) {
        if (takes(v4_reports_next_timeout(reports)))
            cr_expect(said.type == V4_RECORD_TO_IN || said.type == V4_RECORD_BLOCK);
    }
    reports_close();
}

/* Reports of what does not fit one are spread: one in each part of the time (RFC3376-5.2-j). */
Test(say, an_answer_in_several_reports)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        v4_time part = MAX_10 / 4, now = SINCE;
        unsigned told = 0;

        reports_open(3, seed);
        v4_reports_fit(reports, 0, 25 * 8);
        for (uint32_t i = 0; i < 100; i++)
            joins(A + i, 0);
        passes(SINCE);
        asks(3, 0, MAX_10, SINCE);
        for (unsigned i = 0; i < 4; i++) {
            unsigned of_report = 0;
            now = v4_reports_next_timeout(reports);
            cr_expect(now > SINCE + i * part && now <= SINCE + (i + 1) * part, "part %u", i);
            while (takes(now)) {
                cr_expect(said.group == A + told);
                told++;
                of_report++;
            }
            cr_expect(of_report == 25);
        }
        cr_expect(v4_reports_next_timeout(reports) == V4_NEVER);
        reports_close();
    }
}

/* A part of a millisecond is the shortest: less than that, and all goes in one (RFC3376-5.2-j). */
Test(say, parts_of_an_answer_that_are_as_short_as_they_may_be)
{
    for (unsigned late = 0; late < 2; late++) {
        reports_open(3, 1);
        v4_reports_fit(reports, 0, 8);
        joins(A, 0);
        joins(A + 1, 0);
        passes(SINCE);
        asks(3, 0, 2 * V4_MS - late, SINCE);
        const v4_time now = v4_reports_next_timeout(reports);
        cr_assert(takes(now) && said.group == A);
        cr_expect(takes(now) == (late == 1));
        cr_expect(late == 1 || (v4_reports_next_timeout(reports) > SINCE + V4_MS &&
                                takes(SINCE + 2 * V4_MS) && said.group == A + 1));
        cr_expect(v4_reports_next_timeout(reports) == V4_NEVER);
        reports_close();
    }
}

/* What a query leaves is not lengthened by the next one (RFC3376-5.2-c, RFC3376-5.2-d). */
Test(say, an_answer_in_several_reports_and_a_further_query)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        const v4_time further = SINCE + (1 + seed % 9) * V4_SECOND;

        reports_open(3, seed);
        v4_reports_fit(reports, 0, 25 * 8);
        for (uint32_t i = 0; i < 100; i++)
            joins(A + i, 0);
        passes(SINCE);
        asks(3, 0, MAX_10, SINCE);
        const bool all = passes(further) == 100;
        asks(3, 0, MAX_10, further);
        cr_expect(passes(SINCE + MAX_10) >= (all ? 0 : 100), "seed %u", (unsigned)seed);
        cr_expect(all || v4_reports_next_timeout(reports) == V4_NEVER);
        reports_close();
    }
}

/* Nor does the one of all groups put off what is asked of one of them. */
Test(say, who_is_asked_for_a_group_before_several_reports)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        bool told = false;

        reports_open(3, seed);
        v4_reports_fit(reports, 0, 2 * 8);
        for (uint32_t i = 0; i < 100; i++)
            joins(A + i, 0);
        passes(SINCE);
        asks(3, 0, MAX_10, SINCE);
        asks(3, A + 99, V4_SECOND, SINCE);
        while (v4_reports_next_timeout(reports) <= SINCE + V4_SECOND)
            while (takes(v4_reports_next_timeout(reports)))
                told = told || said.group == A + 99;
        cr_expect(told, "seed %u", (unsigned)seed);
        reports_close();
    }
}

Test(say, sources_take_room_in_a_report_too)
{
    reports_open(3, 1);
    v4_reports_fit(reports, 0, 2 * (8 + 3 * 4) - 4);
    for (uint32_t i = 0; i < 2; i++)
        wants(0, A + i, V4_FILTER_INCLUDE, S1, S2, S3, 0);
    passes(SINCE);
    asks(3, 0, MAX_10, SINCE);
    for (uint32_t i = 0; i < 2; i++) {
        v4_time now = v4_reports_next_timeout(reports);
        cr_assert(takes(now) && said.group == A + i);
        cr_expect(!takes(now));
    }
    reports_close();
}

Test(say, each_interface_for_itself)
{
    reports_open(3, 1);
    joins(A, 0);
    wants(1, A, V4_FILTER_INCLUDE, S1, 0, 0, 0);
    passes(SINCE);
    asks(3, 0, MAX_10, SINCE);
    hears(SINCE + MAX_10);
    expect_said(V4_RECORD_IS_EX, A, 0);
    cr_expect(said.iface == 0 && passes(2 * SINCE) == 0);
    reports_close();
}
