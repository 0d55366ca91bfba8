/* SPDX-License-Identifier: BSD-2-Clause */
#include "reass_bench.h"

Test(reass_shares, when_octets_run_out_another_sender_loses_its_oldest)
{
    open_with(V4_OVERLAP_DROP, 8, 3);
    cr_expect(!fragments(1, "A@0+", 0) && !fragments(2, "A@0+", 1));
    sender = 1;
    cr_expect(!fragments(1, "A@0+ B@64+", 2) && drop == V4_KEEP);
    cr_expect(counted(V4_STAT_IP_REASS_EVICTED) == 1);
    cr_expect(v4_reass_use(reass).octets == 3 * V4_REASS_CHUNK);
    sender = 0;
    cr_expect(fragments(2, "B@1", 3) && !fragments(1, "B@1", 3));
    close_all();
}

Test(reass_shares, one_sender_has_a_share_of_the_datagrams)
{
    open_shared(V4_OVERLAP_DROP, 5, 8, 2, 0);
    cr_expect(!fragments(1, "A@0+", 0));
    sender = 1;
    cr_expect(!fragments(1, "A@0+", 1) && !fragments(2, "A@0+", 2) && !fragments(3, "A@0+", 3));
    cr_expect(counted(V4_STAT_IP_REASS_EVICTED) == 1 && v4_reass_use(reass).datagrams == 3);
    cr_expect(!fragments(1, "B@1", 4) && drop == V4_KEEP, "its own oldest is gone");
    cr_expect(counted(V4_STAT_IP_REASS_EVICTED) == 2, "and began anew, for the next");
    cr_expect(fragments(3, "B@1", 5) && fragments(1, "A@0+", 5));
    sender = 0;
    cr_expect(fragments(1, "B@1", 6), "nobody else's");
    for (sender = 0; sender < 6; sender++)
        cr_expect(!fragments(1, "A@0+", 7));
    cr_expect(counted(V4_STAT_IP_REASS_EVICTED) == 3, "of six senders the oldest");
    close_all();
}

/* Though some of them share a bucket. */
Test(reass_shares, neighbours_have_shares_of_their_own)
{
    open_shared(V4_OVERLAP_DROP, 64, 64, 1, 0);
    for (sender = 0; sender < 64; sender++)
        cr_expect(!fragments(1, "A@0+", 0));
    cr_expect(counted(V4_STAT_IP_REASS_EVICTED) == 0);
    sender = 0;
    close_all();
}

/* Block 64 is the first of the second chunk. */
Test(reass_shares, one_sender_has_a_share_of_the_octets)
{
    open_shared(V4_OVERLAP_DROP, 8, 8, 0, 3);
    cr_expect(!fragments(1, "A@0+", 0) && !fragments(2, "A@0+", 1));
    sender = 1;
    cr_expect(!fragments(1, "A@0+", 2) && !fragments(2, "A@0+", 3) && !fragments(3, "A@0+", 4));
    cr_expect(!fragments(3, "B@64+", 5) && drop == V4_KEEP);
    cr_expect(counted(V4_STAT_IP_REASS_EVICTED) == 1 && v4_reass_use(reass).datagrams == 4);
    cr_expect(!fragments(2, "B@64+", 6) && counted(V4_STAT_IP_REASS_EVICTED) == 2, "not itself");
    cr_expect(!fragments(2, "C@128+", 7) && !fragments(2, "D@192+", 8));
    cr_expect(drop == V4_DROP_REASS_ROOM && counted(V4_STAT_IP_REASS_EVICTED) == 3);
    sender = 0;
    cr_expect(fragments(1, "B@1", 9) && fragments(2, "B@1", 9), "nobody else's");
    close_all();
}

Test(reass_shares, what_was_refused_is_no_part_of_a_share)
{
    open_shared(V4_OVERLAP_DROP, 4, 8, 1, 0);
    cr_expect(!fragments(1, "B@1 C@2", 0) && drop == V4_DROP_REASS_END);
    cr_expect(!fragments(2, "A@0+", 1) && v4_reass_use(reass).refused == 1);
    cr_expect(fragments(2, "B@1", 2) && counted(V4_STAT_IP_REASS_EVICTED) == 0);
    close_all();
}
