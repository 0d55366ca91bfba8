/* SPDX-License-Identifier: BSD-2-Clause */
#include "reass_bench.h"

#define A32 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B28 "bbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define OVERLAP "REASS_OVERLAP"
#define END "REASS_END"
#define TWICE "FRAGMENT_TWICE"
#define HELD "KEEP"
#define LATE "REASS_REFUSED"

static const enum v4_overlap columns[] = {V4_OVERLAP_DROP, V4_OVERLAP_FIRST, V4_OVERLAP_LAST,
                                          V4_OVERLAP_LINUX};

/* The blocks that are delivered, or what becomes of the last fragment. */
static const struct {
    const char *what, *fragments, *want[COUNT(columns)];
} scripts[] = {
    {"in order", "A@0+ B@1+ C@2", {"ABC", "ABC", "ABC", "ABC"}},
    {"reversed", "C@2 B@1+ A@0+", {"ABC", "ABC", "ABC", "ABC"}},
    {"a hole", "A@0+ C@2", {HELD, HELD, HELD, HELD}},
    {"no end", "A@0+ B@1+", {HELD, HELD, HELD, HELD}},
    {"no beginning", "B@1+ C@2", {HELD, HELD, HELD, HELD}},
    {"alone", "AB@0", {"AB", "AB", "AB", "AB"}},
    {"over the edge of a chunk",
     A32 "@0+ " B28 "@32+ cccccccc@60+ dddd@62+ e@68",
     {LATE, A32 B28 "cccccccce", A32 B28 "ccddddcce", A32 B28 "cccccccce"}},
    {"over the edge, from the left",
     A32 "@0+ " B28 "@32+ cccc@63+ dddd@60+ e@67",
     {LATE, A32 B28 "dddcccce", A32 B28 "ddddccce", HELD}},
    {"a duplicate over the edge",
     A32 "@0+ " B28 "@32+ cccccccc@60+ cccccccc@60+",
     {TWICE, HELD, HELD, TWICE}},
    {"a part of it beyond the edge", "cccccccc@60+ cccc@64+", {OVERLAP, HELD, HELD, TWICE}},
    {"two that meet at the edge, as one",
     "cccc@60+ cccc@64+ cccccccc@60+",
     {OVERLAP, HELD, HELD, TWICE}},
    {"a duplicate", "A@0+ A@0+", {TWICE, HELD, HELD, TWICE}},
    {"a duplicate, then the rest", "A@0+ A@0+ B@1", {"AB", "AB", "AB", "AB"}},
    {"a duplicate end", "B@1 B@1", {TWICE, HELD, HELD, TWICE}},
    {"a duplicate in the middle",
     "AA@0+ BB@2+ CC@4+ BB@2+ D@6",
     {"AABBCCD", "AABBCCD", "AABBCCD", "AABBCCD"}},
    {"same place, other octets", "A@0+ B@0+ C@1", {LATE, "AC", "BC", "AC"}},
    {"same octets, no MF", "A@0+ B@1+ B@1", {OVERLAP, "AB", "AB", TWICE}},
    {"same octets, but MF", "B@1 B@1+ A@0+", {LATE, "AB", "AB", "AB"}},
    {"two held at once", "A@0+ B@1+ AB@0+", {OVERLAP, HELD, HELD, TWICE}},
    {"half of one held", "AB@0+ A@0+", {OVERLAP, HELD, HELD, TWICE}},
    {"the other half", "AB@0+ B@1+", {OVERLAP, HELD, HELD, TWICE}},
    {"longer by one", "A@0+ AB@0+", {OVERLAP, HELD, HELD, OVERLAP}},
    {"over the left edge", "BC@1+ XY@0+ D@3", {LATE, "XBCD", "XYCD", HELD}},
    {"over the right edge", "AB@0+ XY@1+ D@3", {LATE, "ABYD", "AXYD", HELD}},
    {"all around", "B@1+ XYZ@0+ D@3", {LATE, "XBZD", "XYZD", HELD}},
    {"within", "ABC@0+ X@1+ D@3", {LATE, "ABCD", "AXCD", "ABCD"}},
    {"over two, and the gap", "A@0+ C@2+ XYZ@0+ D@3", {LATE, "AYCD", "XYZD", HELD}},
    {"the six of Shankar and Paxson",
     "111@0+ 22@4+ 333@6+ 4444@1+ 555@6+ 666@9",
     {LATE, "111422333666", "144442555666", HELD}},
    {"the end a second time, elsewhere", "C@2 B@1", {END, END, END, END}},
    {"a second end further on", "B@1 C@2", {END, END, END, END}},
    {"data beyond the end", "B@1 C@2+", {END, END, END, END}},
    {"data over the end", "B@1 BC@1+", {END, END, END, END}},
    {"the end, when data beyond it are held", "C@2+ B@1", {END, END, END, END}},
    {"data up to the end, with MF", "B@1 A@0+", {"AB", "AB", "AB", "AB"}},
    {"late for a refused one", "B@1 C@2 A@0+", {LATE, LATE, LATE, HELD}},
};

static void expect(enum v4_overlap rule, const char *what, const char *text, const char *want)
{
    const char *name = v4_overlap_name(rule);

    open_with(rule, 4, 8);
    if (fragments(7, text, 0))
        cr_expect(blocks_are(datagram.data, want), "%s under %s: %.*s", what, name,
                  (int)datagram.data.len, (const char *)datagram.data.octets);
    else
        cr_expect(strcmp(v4_drop_name(drop), want) == 0, "%s under %s: %s", what, name,
                  v4_drop_name(drop));
    close_all();
}

Test(reass_overlap, scripts_by_choice)
{
    for (size_t i = 0; i < COUNT(scripts); i++)
        for (size_t column = 0; column < COUNT(columns); column++)
            expect(columns[column], scripts[i].what, scripts[i].fragments, scripts[i].want[column]);
}

/* Published: Shankar and Paxson's table, to which newer systems were added under these names. */
Test(reass_overlap, the_six_of_shankar_and_paxson)
{
    static const char *const want[V4_OVERLAP_COUNT] = {
        [V4_OVERLAP_FIRST] = "111422333666",
        [V4_OVERLAP_LAST] = "144442555666",
        [V4_OVERLAP_BSD] = "111442333666",
        [V4_OVERLAP_BSD_RIGHT] = "144422555666",
        [V4_OVERLAP_LINUX_2] = "111442555666",
        [V4_OVERLAP_WINDOWS] = "111422333666",
        [V4_OVERLAP_SOLARIS] = "111422333666",
        [V4_OVERLAP_LINUX] = HELD,
        [V4_OVERLAP_DROP] = LATE,
    };

    for (enum v4_overlap rule = 0; rule < V4_OVERLAP_COUNT; rule++)
        expect(rule, "the six", "111@0+ 22@4+ 333@6+ 4444@1+ 555@6+ 666@9", want[rule]);
}

/* An old fragment and a new one in each of the nine ways that starts and ends can lie; `o`: the old
 * octets stay. */
Test(reass_overlap, every_way_that_two_can_lie)
{
    static const struct {
        enum v4_overlap rule;
        const char *wins; /* the new starts before, with, after the old; of each: ends so */
    } rows[] = {
        {V4_OVERLAP_FIRST, "ooo ooo ooo"},   {V4_OVERLAP_LAST, "nnn nnn nnn"},
        {V4_OVERLAP_BSD, "nnn ooo ooo"},     {V4_OVERLAP_BSD_RIGHT, "ooo nnn nnn"},
        {V4_OVERLAP_LINUX_2, "nnn nnn ooo"}, {V4_OVERLAP_WINDOWS, "oon ooo ooo"},
        {V4_OVERLAP_SOLARIS, "onn ooo ooo"}, {V4_OVERLAP_LINUX, "ooo ooo ooo"},
        {V4_OVERLAP_DROP, "ooo ooo ooo"},
    };
    const struct v4_place old = {5, 8};

    for (size_t i = 0; i < COUNT(rows); i++)
        for (uint16_t start = 0; start < 3; start++)
            for (uint16_t end = 0; end < 3; end++) {
                struct v4_place new = {(uint16_t)(4 + start), (uint16_t)(7 + end)};
                cr_expect(v4_overlap_stays(rows[i].rule, old, new) ==
                              (rows[i].wins[start * 4 + end] == 'o'),
                          "%s: %u to %u", v4_overlap_name(rows[i].rule), new.first, new.end);
            }
    cr_expect(v4_overlap_name(V4_OVERLAP_COUNT) == NULL);
}

/* The old fragment is the one as it came, also where only a part of it is left; and each octet has
 * its own. */
Test(reass_overlap, a_fragment_that_was_cut_is_as_it_came)
{
    static const struct {
        const char *what, *fragments;
        enum v4_overlap rule;
        const char *want;
    } rows[] = {
        {"its end was replaced", "AAA@0+ BB@2+ CC@1+ D@4", V4_OVERLAP_LAST, "ACCBD"},
        {"its start was replaced", "BBB@1+ AA@0+ CC@2+ D@4", V4_OVERLAP_BSD, "AABBD"},
        {"its start was replaced, with the same start", "BBB@1+ AA@0+ CCC@1+ D@4", V4_OVERLAP_BSD,
         "AABBD"},
        {"two of two kinds", "A@0+ BB@1+ DD@3+ CCC@2+ E@5", V4_OVERLAP_BSD, "ABBCCE"},
        {"two of two kinds", "A@0+ BB@1+ DD@3+ CCC@2+ E@5", V4_OVERLAP_WINDOWS, "ABBDDE"},
        {"all around one of two", "A@0+ BB@1+ D@3+ CCCC@2+ E@6", V4_OVERLAP_WINDOWS, "ABBCCCE"},
        {"to the end of one", "A@0+ BB@2+ CCC@1+ D@4", V4_OVERLAP_SOLARIS, "ACCCD"},
        {"to the end of one", "A@0+ BB@2+ CCC@1+ D@4", V4_OVERLAP_WINDOWS, "ACBBD"},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        expect(rows[i].rule, rows[i].what, rows[i].fragments, rows[i].want);
}

/* Header and mark are those of the fragment whose octets lie at 0. */
Test(reass_overlap, the_header_comes_with_the_octets_at_0)
{
    static const char *const want[V4_OVERLAP_COUNT] = {"ABC", "XYC", "ABC", "XYC", "XYC",
                                                       "ABC", "ABC", "ABC", NULL};

    for (enum v4_overlap rule = 0; rule < V4_OVERLAP_COUNT; rule++) {
        open_with(rule, 1, 4);
        bool whole = fragments(7, "AB@0+ XY@0+ C@2", 0);
        cr_expect(whole == (want[rule] != NULL), "%s", v4_overlap_name(rule));
        if (whole)
            cr_expect(blocks_are(datagram.data, want[rule]) &&
                          datagram.mark == (uint8_t)*want[rule],
                      "%s", v4_overlap_name(rule));
        close_all();
    }
}

Test(reass_overlap, what_todays_linux_does)
{
    static const struct {
        const char *what, *fragments, *want;
    } rows[] = {
        {"two that were not held in order", "B@1+ A@0+ AB@0+", OVERLAP},
        {"within one of those", "BC@1+ A@0+ X@2+ D@3", "ABCD"},
        {"a run that others follow", "A@0+ D@3+ B@1+ AB@0+", OVERLAP},
        {"a run at the end", "A@0+ C@2+ D@3+ XX@2+ B@1+ E@4", "ABCDE"},
        {"the end is told by a duplicate", "A@0+ C@2+ C@2 B@1+", "ABC"},
        {"and completes nothing", "A@0+ B@1+ B@1", TWICE},
        {"and is believed", "A@0+ B@1+ B@1 C@2+", END},
        {"what was refused is forgotten", "A@0+ AB@0+ A@0+ B@1", "AB"},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        expect(V4_OVERLAP_LINUX, rows[i].what, rows[i].fragments, rows[i].want);
}

/* One octet count a fragment, at a place, with MF or not; `want` of each. */
Test(reass_overlap, what_todays_linux_makes_of_odd_lengths)
{
    static const uint8_t octets[65512];
    static const struct {
        const char *what;
        struct {
            uint16_t first;
            size_t len;
            bool more;
            const char *want;
        } sent[3];
    } rows[] = {
        {"a middle one is cut", {{0, 8, true, HELD}, {8, 15, true, HELD}, {16, 5, false, "whole"}}},
        {"to nothing", {{0, 8, true, HELD}, {8, 7, true, "FRAGMENT_EMPTY"}, {8, 5, false, HELD}}},
        {"none at all", {{8, 5, false, HELD}, {0, 0, true, "FRAGMENT_EMPTY"}, {0, 8, true, HELD}}},
        {"too long, and not yet complete", {{65528, 16, false, HELD}, {65528, 8, true, TWICE}}},
        {"too long, and complete", {{0, 65512, true, HELD}, {65512, 5, false, "REASS_LENGTH"}}},
        {"too long, and the end before",
         {{65528, 8, true, HELD}, {0, 8, true, HELD}, {8, 8, false, END}}},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        open_with(V4_OVERLAP_LINUX, 4, 200);
        for (size_t n = 0; n < 3 && rows[i].sent[n].want != NULL; n++) {
            struct v4_span data = {octets, rows[i].sent[n].len};
            bool whole = add(KEY, rows[i].sent[n].first, data, rows[i].sent[n].more, 20, 0);
            const char *got = whole ? "whole" : v4_drop_name(drop);
            cr_expect(strcmp(got, rows[i].sent[n].want) == 0, "%s: %zu: %s", rows[i].what, n, got);
        }
        close_all();
    }
}

/* Whoever wins the octets at 0: the header and the mark that come with the datagram are of the same
 * fragment. */
Test(reass_overlap, the_header_is_of_whose_octets_lie_at_0)
{
    static const char *const pairs[] = {"AB@0+ X@0+", "A@0+ XY@0+", "AB@0+ XY@0+", "X@0+ AB@0+"};

    for (unsigned rule = V4_OVERLAP_FIRST; rule < V4_OVERLAP_LINUX; rule++)
        for (size_t i = 0; i < COUNT(pairs); i++) {
            open_with((enum v4_overlap)rule, 1, 4);
            cr_expect(!fragments(1, pairs[i], 0));
            cr_assert(fragments(1, "Z@2", 0), "%u", rule);
            cr_expect(datagram.mark == datagram.data.octets[0], "%s under %s", pairs[i],
                      v4_overlap_name((enum v4_overlap)rule));
            close_all();
        }
}
