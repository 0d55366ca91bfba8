/* SPDX-License-Identifier: BSD-2-Clause */
#include "reass_bench.h"

#define A32 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B28 "bbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define OVERLAP "REASS_OVERLAP"
#define END "REASS_END"
#define TWICE "FRAGMENT_TWICE"
#define HELD "KEEP"
#define LATE "REASS_REFUSED"

/* The blocks that are delivered, or what becomes of the last fragment. */
static const struct {
    const char *what, *fragments, *want[3]; /* V4_REASS_DROP, _FIRST, _LAST */
} scripts[] = {
    {"in order", "A@0+ B@1+ C@2", {"ABC", "ABC", "ABC"}},
    {"reversed", "C@2 B@1+ A@0+", {"ABC", "ABC", "ABC"}},
    {"a hole", "A@0+ C@2", {HELD, HELD, HELD}},
    {"no end", "A@0+ B@1+", {HELD, HELD, HELD}},
    {"no beginning", "B@1+ C@2", {HELD, HELD, HELD}},
    {"alone", "AB@0", {"AB", "AB", "AB"}},
    {"over the edge of a chunk",
     A32 "@0+ " B28 "@32+ cccccccc@60+ dddd@62+ e@68",
     {LATE, A32 B28 "cccccccce", A32 B28 "ccddddcce"}},
    {"over the edge, from the left",
     A32 "@0+ " B28 "@32+ cccc@63+ dddd@60+ e@67",
     {LATE, A32 B28 "dddcccce", A32 B28 "ddddccce"}},
    {"a duplicate over the edge",
     A32 "@0+ " B28 "@32+ cccccccc@60+ cccccccc@60+",
     {TWICE, HELD, HELD}},
    {"a part of it beyond the edge", "cccccccc@60+ cccc@64+", {OVERLAP, HELD, HELD}},
    {"two that meet at the edge, as one", "cccc@60+ cccc@64+ cccccccc@60+", {OVERLAP, HELD, HELD}},
    {"a duplicate", "A@0+ A@0+", {TWICE, HELD, HELD}},
    {"a duplicate, then the rest", "A@0+ A@0+ B@1", {"AB", "AB", "AB"}},
    {"a duplicate end", "B@1 B@1", {TWICE, HELD, HELD}},
    {"a duplicate in the middle", "AA@0+ BB@2+ CC@4+ BB@2+ D@6", {"AABBCCD", "AABBCCD", "AABBCCD"}},
    {"same place, other octets", "A@0+ B@0+ C@1", {LATE, "AC", "BC"}},
    {"same octets, no MF", "A@0+ B@1+ B@1", {OVERLAP, "AB", "AB"}},
    {"same octets, but MF", "B@1 B@1+ A@0+", {LATE, "AB", "AB"}},
    {"two held at once", "A@0+ B@1+ AB@0+", {OVERLAP, HELD, HELD}},
    {"half of one held", "AB@0+ A@0+", {OVERLAP, HELD, HELD}},
    {"the other half", "AB@0+ B@1+", {OVERLAP, HELD, HELD}},
    {"longer by one", "A@0+ AB@0+", {OVERLAP, HELD, HELD}},
    {"over the left edge", "BC@1+ XY@0+ D@3", {LATE, "XBCD", "XYCD"}},
    {"over the right edge", "AB@0+ XY@1+ D@3", {LATE, "ABYD", "AXYD"}},
    {"all around", "B@1+ XYZ@0+ D@3", {LATE, "XBZD", "XYZD"}},
    {"within", "ABC@0+ X@1+ D@3", {LATE, "ABCD", "AXCD"}},
    {"over two, and the gap", "A@0+ C@2+ XYZ@0+ D@3", {LATE, "AYCD", "XYZD"}},
    {"the six of Shankar and Paxson",
     "111@0+ 22@4+ 333@6+ 4444@1+ 555@6+ 666@9",
     {LATE, "111422333666", "144442555666"}},
    {"the end a second time, elsewhere", "C@2 B@1", {END, END, END}},
    {"a second end further on", "B@1 C@2", {END, END, END}},
    {"data beyond the end", "B@1 C@2+", {END, END, END}},
    {"data over the end", "B@1 BC@1+", {END, END, END}},
    {"the end, when data beyond it are held", "C@2+ B@1", {END, END, END}},
    {"data up to the end, with MF", "B@1 A@0+", {"AB", "AB", "AB"}},
    {"late for a refused one", "B@1 C@2 A@0+", {LATE, LATE, LATE}},
};

static void run(enum v4_reass_overlap overlap)
{
    for (size_t i = 0; i < COUNT(scripts); i++) {
        const char *want = scripts[i].want[overlap];

        open_with(overlap, 4, 8);
        bool whole = fragments(7, scripts[i].fragments, 0);
        if (whole)
            cr_expect(blocks_are(datagram.data, want), "%s: %.*s", scripts[i].what,
                      (int)datagram.data.len, (const char *)datagram.data.octets);
        else
            cr_expect(strcmp(v4_drop_name(drop), want) == 0, "%s: %s", scripts[i].what,
                      v4_drop_name(drop));
        close_all();
    }
}

Test(reass_overlap, scripts_when_overlaps_are_refused)
{
    run(V4_REASS_DROP);
}

Test(reass_overlap, scripts_when_the_first_wins)
{
    run(V4_REASS_FIRST);
}

Test(reass_overlap, scripts_when_the_last_wins)
{
    run(V4_REASS_LAST);
}
