/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The tables of RFC 3376 6.4.1 and 6.4.2, row by row, for sets that overlap in every way. */
#include "member_bench.h"

/* Sources are letters, each with its timer: `=` what it had (100 s), `G` the Group Membership
 * Interval, `g` what the group had (200 s), `L` the Last Member Query Time, `0`. */
static const struct {
    const char *what;
    bool excludes;
    const char *x, *y; /* that are wanted, that are not */
    enum v4_record_type type;
    const char *sources;
    bool then_excludes;
    char group; /* its timer; ` `: it has none */
    const char *then, *asked;
} tables[] = {
    /* 6.4.1 */
    {"INCLUDE, IS_IN", false, "ab", "", V4_RECORD_IS_IN, "bc", false, ' ', "a=bGcG", ""},
    {"INCLUDE, IS_IN nobody", false, "ab", "", V4_RECORD_IS_IN, "", false, ' ', "a=b=", ""},
    {"nothing, IS_IN", false, "", "", V4_RECORD_IS_IN, "bc", false, ' ', "bGcG", ""},
    {"INCLUDE, IS_EX", false, "ab", "", V4_RECORD_IS_EX, "bc", true, 'G', "b=c0", ""},
    {"INCLUDE, IS_EX nobody", false, "ab", "", V4_RECORD_IS_EX, "", true, 'G', "", ""},
    {"nothing, IS_EX", false, "", "", V4_RECORD_IS_EX, "bc", true, 'G', "b0c0", ""},
    {"EXCLUDE, IS_IN", true, "ab", "cd", V4_RECORD_IS_IN, "bce", true, 'g', "a=bGcGd0eG", ""},
    {"EXCLUDE, IS_EX", true, "ab", "cd", V4_RECORD_IS_EX, "bce", true, 'G', "b=c0eG", ""},
    {"EXCLUDE, IS_EX nobody", true, "ab", "cd", V4_RECORD_IS_EX, "", true, 'G', "", ""},
    /* 6.4.2 */
    {"INCLUDE, ALLOW", false, "ab", "", V4_RECORD_ALLOW, "bc", false, ' ', "a=bGcG", ""},
    {"nothing, ALLOW", false, "", "", V4_RECORD_ALLOW, "bc", false, ' ', "bGcG", ""},
    {"INCLUDE, BLOCK", false, "ab", "", V4_RECORD_BLOCK, "bc", false, ' ', "a=bL", "b"},
    {"INCLUDE, BLOCK of others", false, "ab", "", V4_RECORD_BLOCK, "cd", false, ' ', "a=b=", ""},
    {"INCLUDE, TO_EX", false, "ab", "", V4_RECORD_TO_EX, "bc", true, 'G', "bLc0", "b"},
    {"INCLUDE, TO_EX nobody", false, "ab", "", V4_RECORD_TO_EX, "", true, 'G', "", ""},
    {"nothing, TO_EX", false, "", "", V4_RECORD_TO_EX, "bc", true, 'G', "b0c0", ""},
    {"INCLUDE, TO_IN", false, "ab", "", V4_RECORD_TO_IN, "bc", false, ' ', "aLbGcG", "a"},
    {"INCLUDE, TO_IN nobody", false, "ab", "", V4_RECORD_TO_IN, "", false, ' ', "aLbL", "ab"},
    {"nothing, TO_IN", false, "", "", V4_RECORD_TO_IN, "bc", false, ' ', "bGcG", ""},
    {"EXCLUDE, ALLOW", true, "ab", "cd", V4_RECORD_ALLOW, "bce", true, 'g', "a=bGcGd0eG", ""},
    {"EXCLUDE, BLOCK", true, "ab", "cd", V4_RECORD_BLOCK, "bce", true, 'g', "a=bLc0d0eL", "be"},
    {"EXCLUDE, TO_EX", true, "ab", "cd", V4_RECORD_TO_EX, "bce", true, 'G', "bLc0eL", "be"},
    {"EXCLUDE, TO_EX nobody", true, "ab", "cd", V4_RECORD_TO_EX, "", true, 'G', "", ""},
    {"EXCLUDE, TO_IN", true, "ab", "cd", V4_RECORD_TO_IN, "bce", true, 'L', "aLbGcGd0eG", "Q a"},
    {"EXCLUDE, TO_IN nobody", true, "ab", "cd", V4_RECORD_TO_IN, "", true, 'L', "aLbLc0d0", "Q ab"},
    {"EXCLUDE, TO_IN, all wanted", true, "", "", V4_RECORD_TO_IN, "", true, 'L', "", "Q"},
};

Test(membership, tables_of_rfc_3376)
{
    for (size_t i = 0; i < COUNT(tables); i++) {
        bench_open(true);
        bench_group(tables[i].excludes, tables[i].x, tables[i].y);
        hears(tables[i].type, tables[i].sources);
        cr_expect_str_eq(state(), tables[i].then, "%s", tables[i].what);
        cr_expect(mode() == tables[i].then_excludes, "%s", tables[i].what);
        cr_expect(group_timer() == tables[i].group, "%s: %c", tables[i].what, group_timer());
        cr_expect_str_eq(asks(), tables[i].asked, "%s", tables[i].what);
        bench_close();
    }
}

/* Who is not querier does the same but for queries, and for what they lower. */
Test(membership, who_is_not_querier_gives_nothing_up)
{
    for (size_t i = 0; i < COUNT(tables); i++) {
        char then[64];
        bench_open(false);
        bench_group(tables[i].excludes, tables[i].x, tables[i].y);
        hears(tables[i].type, tables[i].sources);
        snprintf(then, sizeof then, "%s", tables[i].then);
        for (char *c = then; *c != '\0'; c++)
            if (*c == 'L')
                *c = strchr(tables[i].x, c[-1]) != NULL ? '=' : 'g';
        cr_expect_str_eq(state(), then, "%s", tables[i].what);
        cr_expect(group_timer() == (tables[i].group == 'L' ? 'g' : tables[i].group), "%s",
                  tables[i].what);
        cr_expect_str_eq(asks(), "", "%s", tables[i].what);
        bench_close();
    }
}

Test(membership, what_nobody_wants_is_not_entered)
{
    static const enum v4_record_type types[] = {V4_RECORD_IS_IN, V4_RECORD_TO_IN, V4_RECORD_ALLOW};

    bench_open(true);
    for (size_t i = 0; i < COUNT(types); i++)
        cr_expect(hears(types[i], "") == V4_MEMBERSHIP_IGNORED);
    cr_expect(hears(V4_RECORD_BLOCK, "ab") == V4_MEMBERSHIP_IGNORED);
    cr_expect(v4_membership_leave(bench.table, 0, GROUP, bench.now) == V4_MEMBERSHIP_IGNORED);
    cr_expect(v4_membership_next(bench.table, NULL) == NULL);
    cr_expect(v4_membership_next_timeout(bench.table) == V4_NEVER);
    bench_close();
}

/* 6.5: INCLUDE of the sources that somebody wants, or nothing. */
Test(membership, when_the_timer_of_the_group_is_over)
{
    bench_open(true);
    bench_group(true, "ab", "cd");
    passes(50 * V4_SECOND);
    hears(V4_RECORD_IS_IN, "b");
    passes(149 * V4_SECOND);
    cr_expect_str_eq(words(), "ex b"); /* a is not wanted any more, but not forgotten */
    cr_expect(is_wanted('b') && is_wanted('z') && !is_wanted('a') && !is_wanted('c'));
    passes(V4_SECOND);
    cr_expect_str_eq(words(), "in b");
    cr_expect(is_wanted('b') && !is_wanted('z') && !is_wanted('a') && !is_wanted('c'));
    passes(110 * V4_SECOND);
    cr_expect_str_eq(words(), "none");
    cr_expect(!is_wanted('b'));
    cr_expect(v4_membership_next_timeout(bench.table) == V4_NEVER);
    bench_close();
}

Test(membership, without_sources_the_group_goes)
{
    bench_open(true);
    bench_group(true, "", "cd");
    passes(200 * V4_SECOND - 1);
    cr_expect_str_eq(words(), "ex ");
    passes(1);
    cr_expect_str_eq(words(), "none");
    bench_close();
}

/* 6.3 */
Test(membership, what_is_wanted)
{
    bench_open(true);
    cr_expect(!is_wanted('a'), "no group");
    bench_group(false, "a", "");
    cr_expect(is_wanted('a') && !is_wanted('b'));
    cr_expect(!v4_membership_wants(bench.table, 1, GROUP, addr_of('a'), bench.now));
    cr_expect(!v4_membership_wants(bench.table, 0, GROUP + 1, addr_of('a'), bench.now));
    passes(100 * V4_SECOND - 1);
    cr_expect(is_wanted('a'));
    bench.now++;
    cr_expect(!is_wanted('a'), "before anybody has looked at its timer");
    passes(0);
    cr_expect_str_eq(words(), "none");
    bench_close();
}

/* 6.6.3: as often as it is said, so far apart. */
Test(membership, specific_queries_are_repeated)
{
    for (unsigned count = 1; count <= 3; count++) {
        bench_open(true);
        bench.part.count = count;
        v4_membership_play(bench.table, 0, &bench.part);
        bench_group(true, "ab", "");
        hears(V4_RECORD_TO_IN, "b");
        for (unsigned i = 0; i < count; i++) {
            cr_expect_str_eq(asks(), "Q a", "%u of %u", i, count);
            cr_expect(is_wanted('a') && is_wanted('z'));
            if (i + 1 < count)
                cr_expect(v4_membership_next_timeout(bench.table) == bench.now + V4_SECOND);
            passes(V4_SECOND);
        }
        cr_expect_str_eq(asks(), "");
        cr_expect_str_eq(words(), "in b");
        cr_expect(!is_wanted('a') && !is_wanted('z'));
        bench_close();
    }
}

/* What has been renewed meanwhile is asked for with S. */
Test(membership, renewed_meanwhile)
{
    bench_open(true);
    bench_group(true, "abc", "");
    hears(V4_RECORD_TO_IN, "c");
    cr_expect_str_eq(asks(), "Q ab");
    hears(V4_RECORD_IS_IN, "a");
    passes(V4_SECOND);
    cr_expect_str_eq(asks(), "Q Sa b");
    hears(V4_RECORD_TO_IN, "c"); /* a is doubted again, b is in doubt */
    cr_expect_str_eq(asks(), "Q a");
    hears(V4_RECORD_IS_EX, "abc");
    passes(V4_SECOND);
    cr_expect_str_eq(asks(), "SQ a");
    passes(10 * V4_SECOND);
    cr_expect_str_eq(asks(), "");
    cr_expect_str_eq(words(), "ex c");
    bench_close();
}

Test(membership, a_renewed_group_is_asked_for_with_s)
{
    bench_open(true);
    bench_group(true, "", "");
    hears(V4_RECORD_TO_IN, "");
    cr_expect_str_eq(asks(), "Q");
    hears(V4_RECORD_IS_EX, "");
    passes(V4_SECOND);
    cr_expect_str_eq(asks(), "SQ");
    passes(100 * V4_SECOND);
    cr_expect_str_eq(words(), "ex ");
    bench_close();
}

/* Version 2 has no such flag. */
Test(membership, a_querier_of_version_2_asks_no_further)
{
    bench_open(true);
    bench.part.suppress = false;
    v4_membership_play(bench.table, 0, &bench.part);
    v4_membership_report(bench.table, 0, GROUP, 2, bench.now);
    v4_membership_leave(bench.table, 0, GROUP, bench.now);
    cr_expect_str_eq(asks(), "Q");
    v4_membership_report(bench.table, 0, GROUP, 2, bench.now);
    passes(V4_SECOND);
    cr_expect_str_eq(asks(), "");
    passes(100 * V4_SECOND);
    cr_expect_str_eq(words(), "ex ");
    bench_close();
}

/* Nor has it queries of sources: what is under way ends. */
Test(membership, a_querier_of_version_2_asks_for_no_sources)
{
    bench_open(true);
    bench_group(false, "ab", "");
    hears(V4_RECORD_BLOCK, "a");
    bench.part.suppress = false;
    v4_membership_play(bench.table, 0, &bench.part);
    cr_expect_str_eq(asks(), "");
    bench_close();
}

/* Queries that are under way are merged with new ones (6.4.2). */
Test(membership, merged_with_what_is_under_way)
{
    bench_open(true);
    bench_group(false, "abc", "");
    hears(V4_RECORD_BLOCK, "a");
    cr_expect_str_eq(asks(), "a");
    passes(V4_SECOND / 2);
    hears(V4_RECORD_BLOCK, "ab");
    cr_expect_str_eq(asks(), "ab");
    passes(V4_SECOND / 2);
    cr_expect_str_eq(asks(), "");
    passes(V4_SECOND / 2);
    cr_expect_str_eq(asks(), "b");
    passes(V4_SECOND / 2);
    cr_expect_str_eq(words(), "in bc");
    passes(V4_SECOND / 2);
    cr_expect_str_eq(words(), "in c");
    bench_close();
}

/* What is not in it goes from the middle of the list, and the others stay. */
Test(membership, who_excludes_two_of_three_forgets_the_third)
{
    bench_open(true);
    bench_group(false, "abc", "");
    hears(V4_RECORD_IS_EX, "ac");
    cr_expect_str_eq(words(), "ex ac");
    bench_close();
}

/* 6.6.1: another has asked. */
Test(membership, what_another_asks_for_is_in_doubt)
{
    bench_open(false);
    bench_group(true, "ab", "cd");
    hear_query("");
    cr_expect(group_timer() == 'L');
    cr_expect_str_eq(state(), "a=b=c0d0");
    hear_query("ac");
    cr_expect_str_eq(state(), "aLb=c0d0");
    cr_expect_str_eq(asks(), "");
    passes(2 * V4_SECOND);
    cr_expect_str_eq(words(), "in b");
    bench_close();
}

Test(membership, who_is_querier_no_more_has_no_questions)
{
    bench_open(true);
    bench_group(true, "ab", "");
    hears(V4_RECORD_TO_IN, "b");
    cr_expect_str_eq(asks(), "Q a");
    bench.part.querier = false;
    v4_membership_play(bench.table, 0, &bench.part);
    passes(V4_SECOND);
    cr_expect_str_eq(asks(), "");
    passes(V4_SECOND);
    cr_expect_str_eq(words(), "in b");
    bench_close();
}
