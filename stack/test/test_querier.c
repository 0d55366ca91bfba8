/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "table/querier.h"

static const struct {
    const char *what;
    unsigned newest, robustness, version;
    bool general;
    v4_time max, until; /* that another version is spoken; 0: none is */
    unsigned mode;
} heard[] = {
    {"of version 1", 3, 2, 1, true, 10 * V4_SECOND, 350 * V4_SECOND, 1},
    {"of version 2", 3, 2, 2, true, 10 * V4_SECOND, 350 * V4_SECOND, 2},
    {"that leaves less time", 3, 2, 2, true, V4_SECOND, 260 * V4_SECOND, 2},
    {"on a bad link", 3, 7, 2, true, 10 * V4_SECOND, 975 * V4_SECOND, 2},
    {"on a good link", 3, 1, 1, true, 10 * V4_SECOND, 225 * V4_SECOND, 1},
    {"of version 3", 3, 2, 3, true, 10 * V4_SECOND, 0, 3},
    {"of version 2 for a group", 3, 2, 2, false, 10 * V4_SECOND, 0, 3},
    {"of version 1, by who knows 2", 2, 2, 1, true, 10 * V4_SECOND, 400 * V4_SECOND, 1},
    {"of version 1, by who knows 2 on a bad link", 2, 7, 1, true, V4_SECOND, 400 * V4_SECOND, 1},
    {"of version 2, by who knows 2", 2, 2, 2, true, 10 * V4_SECOND, 0, 2},
    {"of version 1, by who knows no other", 1, 2, 1, true, 10 * V4_SECOND, 0, 1},
};

Test(querier, which_version_is_spoken_and_how_long)
{
    for (size_t i = 0; i < COUNT(heard); i++) {
        struct v4_querier querier = v4_querier_start(heard[i].newest, heard[i].robustness);
        v4_time now = 7 * V4_SECOND, end = now + heard[i].until;

        cr_expect(v4_querier_mode(&querier, 0) == heard[i].newest);
        v4_querier_heard(&querier, heard[i].version, heard[i].general, heard[i].max, now);
        cr_expect(v4_querier_mode(&querier, now) == heard[i].mode, "%s", heard[i].what);
        cr_expect(heard[i].until == 0 || v4_querier_mode(&querier, end - 1) == heard[i].mode, "%s",
                  heard[i].what);
        cr_expect(v4_querier_mode(&querier, end) == heard[i].newest, "%s", heard[i].what);
    }
}

Test(querier, of_two_the_older_counts_until_it_is_gone)
{
    struct v4_querier querier = v4_querier_start(3, 2);
    v4_time ten = 10 * V4_SECOND;

    v4_querier_heard(&querier, 1, true, ten, 0);
    v4_querier_heard(&querier, 2, true, ten, 100 * V4_SECOND);
    cr_expect(v4_querier_mode(&querier, 349 * V4_SECOND) == 1);
    cr_expect(v4_querier_mode(&querier, 350 * V4_SECOND) == 2);
    cr_expect(v4_querier_mode(&querier, 449 * V4_SECOND) == 2);
    cr_expect(v4_querier_mode(&querier, 450 * V4_SECOND) == 3);
}

Test(querier, each_query_of_it_begins_the_time_anew)
{
    struct v4_querier querier = v4_querier_start(3, 2);

    v4_querier_heard(&querier, 2, true, 10 * V4_SECOND, 0);
    v4_querier_heard(&querier, 3, true, 10 * V4_SECOND, 100 * V4_SECOND);
    v4_querier_heard(&querier, 2, true, 10 * V4_SECOND, 200 * V4_SECOND);
    cr_expect(v4_querier_mode(&querier, 549 * V4_SECOND) == 2);
    cr_expect(v4_querier_mode(&querier, 550 * V4_SECOND) == 3);
}

Test(querier, who_may_speak_no_newer_version)
{
    struct v4_querier querier = v4_querier_start(3, 2);

    v4_querier_heard(&querier, 2, true, 10 * V4_SECOND, 0);
    querier.newest = 1;
    cr_expect(v4_querier_mode(&querier, V4_SECOND) == 1);
    querier.newest = 2;
    cr_expect(v4_querier_mode(&querier, 300 * V4_SECOND) == 2);
}
