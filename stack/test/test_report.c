/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Reports of versions 1 and 2, changes from one version to another, and interfaces that come and go
 * (RFC 1112 Appendix I, RFC 2236 3, RFC 3376 7.2). */
#include "report_bench.h"

#define SINCE (100 * V4_SECOND)

static void joined(unsigned newest, uint64_t seed)
{
    reports_open(newest, seed);
    joins(A, 0);
    joins(B, 0);
    cr_expect(passes(SINCE) == 4, "each once, and again");
    cr_expect(v4_reports_next_timeout(reports) == V4_NEVER);
}

static void expect_report(unsigned version, uint32_t group)
{
    cr_expect(said.version == version && !said.leaves && said.group == group);
}

static void expect_leave(uint32_t group)
{
    cr_expect(said.version == 2 && said.leaves && said.group == group);
}

Test(report, a_join_at_once_and_again_within_ten_seconds)
{
    for (unsigned newest = 1; newest <= 2; newest++)
        for (unsigned robustness = 1; robustness <= 7; robustness++) {
            v4_time last = SINCE;
            reports_open(newest, robustness);
            v4_reports_repeat(reports, 0, robustness);
            joins(A, SINCE);
            cr_expect(hears(SINCE) == SINCE);
            for (unsigned i = 1; i < robustness && i <= 2; i++) {
                v4_time now = hears(last + MAX_10);
                expect_report(newest, A);
                cr_expect(now > last);
                last = now;
            }
            cr_expect(v4_reports_next_timeout(reports) == V4_NEVER);
            reports_close();
        }
}

Test(report, sources_mean_nothing_to_older_versions)
{
    reports_open(2, 1);
    wants(0, A, V4_FILTER_INCLUDE, S1, 0, 0, 0);
    hears(0);
    expect_report(2, A);
    passes(SINCE);
    wants(0, A, V4_FILTER_EXCLUDE, S1, 0, 0, SINCE);
    cr_expect(v4_reports_next_timeout(reports) == V4_NEVER);
    wants(0, A, V4_FILTER_INCLUDE, S2, 0, 0, SINCE);
    cr_expect(v4_reports_next_timeout(reports) == V4_NEVER);
    leaves(A, SINCE);
    hears(SINCE);
    expect_leave(A);
    reports_close();
}

Test(report, a_leave_of_version_2_alone)
{
    for (unsigned newest = 1; newest <= 2; newest++) {
        joined(newest, 1);
        leaves(A, SINCE);
        cr_expect(passes(2 * SINCE) == newest - 1);
        cr_expect(newest == 1 || (said.leaves && said.group == A));
        reports_close();
    }
}

/* RFC2236-3-f, RFC2236-3-h */
Test(report, who_was_not_the_last_leaves_without_a_word)
{
    joined(2, 1);
    asks(2, 0, MAX_10, SINCE);
    v4_reports_heard(reports, 0, A, SINCE + 1);
    cr_expect(passes(SINCE + MAX_10) == 1);
    expect_report(2, B);
    leaves(A, 2 * SINCE);
    cr_expect(passes(3 * SINCE) == 0);
    leaves(B, 3 * SINCE);
    cr_expect(passes(4 * SINCE) == 1);
    reports_close();
}

Test(report, one_that_is_heard_when_none_is_due_changes_nothing)
{
    joined(2, 1);
    v4_reports_heard(reports, 0, A, SINCE);
    v4_reports_heard(reports, 0, C, SINCE);
    leaves(A, SINCE);
    hears(SINCE);
    expect_leave(A);
    reports_close();
}

Test(report, one_that_is_heard_after_a_join_ends_its_repetition)
{
    reports_open(2, 1);
    joins(A, 0);
    hears(0);
    v4_reports_heard(reports, 1, A, 1);
    cr_expect(v4_reports_next_timeout(reports) != V4_NEVER, "on another interface");
    v4_reports_heard(reports, 0, A, 1);
    cr_expect(v4_reports_next_timeout(reports) == V4_NEVER);
    leaves(A, 2);
    cr_expect(passes(SINCE) == 0);
    reports_close();
}

/* Each group has its own moment within the time. */
Test(report, an_answer_within_the_time)
{
    unsigned together = 0;

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        joined(1 + seed % 2, seed);
        asks(2, 0, MAX_10, SINCE);
        v4_time first = hears(SINCE + MAX_10);
        uint32_t group = said.group;
        v4_time second = hears(SINCE + MAX_10);
        cr_expect(first > SINCE && group + said.group == A + B, "each once");
        together += first == second;
        cr_expect(v4_reports_next_timeout(reports) == V4_NEVER);
        reports_close();
    }
    cr_expect(together < SEEDS / 4);
}

Test(report, a_timer_is_only_made_shorter)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        joined(2, seed);
        leaves(B, SINCE);
        passes(SINCE);
        asks(2, 0, MAX_10, SINCE);
        v4_time first = v4_reports_next_timeout(reports);
        asks(2, 0, MAX_10, SINCE + 1);
        cr_expect(v4_reports_next_timeout(reports) == first, "there is no less time");
        asks(2, A, first - SINCE, SINCE);
        cr_expect(v4_reports_next_timeout(reports) == first, "just as much");
        asks(2, B, 1, SINCE);
        cr_expect(v4_reports_next_timeout(reports) == first, "for another group");
        asks(2, A, V4_MS, SINCE);
        cr_expect(v4_reports_next_timeout(reports) == SINCE + V4_MS);
        reports_close();
    }
}

Test(report, who_leaves_does_not_answer)
{
    joined(1, 1);
    asks(1, 0, MAX_10, SINCE);
    leaves(A, SINCE);
    cr_expect(passes(2 * SINCE) == 1);
    expect_report(1, B);
    reports_close();
}

/* Another version: what was to be said is not, and what comes is of that version. */
Test(report, an_older_querier)
{
    for (unsigned version = 1; version <= 2; version++) {
        joined(3, version);
        asks(3, 0, MAX_10, SINCE);
        leaves(B, SINCE);
        hears(SINCE); /* it is to be repeated */
        asks(version, 0, MAX_10, SINCE + 1);
        cr_expect(v4_reports_mode(reports, 0, SINCE + 1) == version);
        cr_expect(v4_reports_mode(reports, 1, SINCE + 1) == 3);
        cr_expect(passes(SINCE + 2 * MAX_10) == 1, "one answer, and no repetition");
        expect_report(version, A);
        joins(C, 2 * SINCE);
        hears(2 * SINCE);
        expect_report(version, C);
        leaves(C, 2 * SINCE + 1);
        cr_expect(passes(3 * SINCE) == version - 1, "and no report any more");
        cr_expect(v4_reports_mode(reports, 0, SINCE + 350 * V4_SECOND) == version);
        cr_expect(v4_reports_mode(reports, 0, SINCE + 351 * V4_SECOND) == 3);
        reports_close();
    }
}

Test(report, what_is_to_be_said_ends_with_the_querier_that_it_was_for)
{
    joined(3, 1);
    asks(2, 0, MAX_10, SINCE);
    passes(2 * SINCE);
    v4_time end = SINCE + 350 * V4_SECOND;
    asks(2, A, MAX_10, end - 1); /* which does not say that such a querier is there */
    cr_expect(v4_reports_next_timeout(reports) >= end);
    cr_expect(!takes(end + MAX_10) && v4_reports_next_timeout(reports) == V4_NEVER);
    reports_close();
}

Test(report, what_was_not_told_is_forgotten_with_the_version)
{
    reports_open(3, 1);
    joins(A, 0);
    hears(0); /* it is to be repeated */
    asks(2, 0, MAX_10, 1);
    passes(SINCE);
    v4_reports_mode(reports, 0, 4 * SINCE);
    wants(0, A, V4_FILTER_EXCLUDE, S1, 0, 0, 4 * SINCE);
    hears(4 * SINCE);
    expect_said(V4_RECORD_BLOCK, A, 1);
    reports_close();
}

Test(report, who_came_to_version_2_says_that_it_leaves)
{
    joined(3, 1);
    asks(2, C, MAX_10, SINCE);
    cr_expect(v4_reports_mode(reports, 0, SINCE) == 3, "a query for a group");
    asks(2, 0, MAX_10, SINCE);
    leaves(A, SINCE);
    hears(SINCE);
    expect_leave(A);
    reports_close();
}

Test(report, a_newest_version_of_ones_own_choice)
{
    joined(3, 1);
    v4_reports_speak(reports, 0, 2, SINCE);
    cr_expect(v4_reports_newest(reports, 0) == 2 && v4_reports_newest(reports, 1) == 3);
    asks(3, A, MAX_10, SINCE);
    hears(SINCE + MAX_10);
    expect_report(2, A);
    v4_reports_speak(reports, 0, 1, SINCE + MAX_10);
    asks(3, A, MAX_10, SINCE + MAX_10);
    hears(SINCE + 2 * MAX_10);
    expect_report(1, A);
    reports_close();
}

Test(report, an_interface_that_goes_and_comes)
{
    for (unsigned newest = 1; newest <= 3; newest++) {
        joined(newest, 1);
        asks(newest, 0, MAX_10, SINCE);
        v4_reports_up(reports, 0, false, SINCE);
        for (unsigned i = 0; i < 2 && newest > 1; i++) {
            hears(SINCE);
            cr_expect(newest == 3 ? said.type == V4_RECORD_TO_IN : said.leaves);
        }
        cr_expect(v4_reports_next_timeout(reports) == V4_NEVER);
        asks(newest, 0, MAX_10, SINCE);
        leaves(A, SINCE);
        joins(C, SINCE);
        v4_reports_up(reports, 0, false, SINCE);
        cr_expect(v4_reports_next_timeout(reports) == V4_NEVER, "down is silent");
        v4_reports_up(reports, 0, true, SINCE + 1);
        hears(SINCE + 1);
        cr_expect(said.group == B && (newest < 3 || said.type == V4_RECORD_TO_EX));
        hears(SINCE + 1);
        cr_expect(said.group == C);
        cr_expect(passes(2 * SINCE) == 2, "and again");
        v4_reports_up(reports, 0, true, 2 * SINCE);
        cr_expect(v4_reports_next_timeout(reports) == V4_NEVER, "it was up");
        reports_close();
    }
}

Test(report, the_other_link_has_another_querier)
{
    joined(3, 1);
    asks(1, 0, MAX_10, SINCE);
    v4_reports_up(reports, 0, false, SINCE);
    v4_reports_up(reports, 0, true, SINCE);
    cr_expect(v4_reports_mode(reports, 0, SINCE) == 3);
    reports_close();
}

Test(report, who_is_mute_says_it_later)
{
    reports_open(2, 1);
    v4_reports_mute(reports, 0, true);
    joins(A, 0);
    cr_expect(v4_reports_next_timeout(reports) == V4_NEVER && !takes(SINCE));
    v4_reports_mute(reports, 0, false);
    hears(SINCE);
    expect_report(2, A);
    v4_reports_mute(reports, 0, true);
    v4_reports_up(reports, 0, false, SINCE);
    v4_reports_mute(reports, 0, false);
    cr_expect(v4_reports_next_timeout(reports) == V4_NEVER);
    reports_close();
}

Test(report, all_hosts_are_nothing_to_speak_of)
{
    for (unsigned newest = 1; newest <= 3; newest++) {
        reports_open(newest, 1);
        joins(V4_GROUP_ALL, 0);
        asks(newest, 0, MAX_10, 0);
        asks(newest, V4_GROUP_ALL, MAX_10, 0);
        leaves(V4_GROUP_ALL, 0);
        cr_expect(v4_reports_next_timeout(reports) == V4_NEVER);
        reports_close();
    }
}

/* Who has left makes room for who joins, whatever stands before it. */
Test(report, a_record_for_each_group)
{
    for (unsigned last = 0; last < 2; last++) {
        groups = v4_groups_open(2, 2);
        reports = v4_reports_open(groups, 2, 1);
        cr_assert(groups != NULL && reports != NULL);
        v4_reports_reset(reports, 3, v4_rng_open(1));
        joins(A, 0);
        joins(B, 0);
        cr_expect(passes(SINCE) == 4);
        leaves(last ? B : A, SINCE);
        hears(SINCE);
        joins(C, SINCE);
        hears(SINCE);
        expect_said(V4_RECORD_TO_EX, C, 0);
        cr_expect(passes(2 * SINCE) == 1, "the end of the other is told no further");
        cr_expect(said.group == C);
        reports_close();
    }
    cr_expect(v4_reports_open(NULL, 0, 1) == NULL && v4_reports_open(NULL, 1, 0) == NULL);
    v4_reports_close(NULL);
}

Test(report, anew_after_reset)
{
    joined(3, 1);
    asks(1, 0, MAX_10, SINCE);
    v4_reports_repeat(reports, 0, 5);
    v4_reports_up(reports, 1, false, SINCE);
    v4_groups_reset(groups);
    v4_reports_reset(reports, 3, v4_rng_open(1));
    cr_expect(v4_reports_next_timeout(reports) == V4_NEVER && v4_reports_mode(reports, 0, 0) == 3);
    cr_expect(v4_reports_robustness(reports, 0) == V4_ROBUSTNESS_DEFAULT);
    wants(1, A, V4_FILTER_INCLUDE, S1, 0, 0, 0);
    hears(0);
    expect_said(V4_RECORD_ALLOW, A, 1);
    reports_close();
}
