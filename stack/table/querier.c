/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/querier.h"

#define VERSION_1_PRESENT (400 * V4_SECOND) /* RFC2236-8.11-a */
/* What hosts have to take for the querier's: none of an older version says it. */
#define QUERY_INTERVAL (125 * V4_SECOND)

struct v4_querier v4_querier_start(unsigned newest, unsigned robustness)
{
    return (struct v4_querier){.newest = newest, .robustness = robustness, .mode = newest};
}

unsigned v4_querier_mode(const struct v4_querier *querier, v4_time now)
{
    if (now < querier->one_until)
        return 1;
    return now < querier->two_until && querier->newest > 2 ? 2 : querier->newest;
}

void v4_querier_heard(struct v4_querier *querier, unsigned version, bool general, v4_time max,
                      v4_time now)
{
    v4_time present = querier->robustness * QUERY_INTERVAL + 10 * max; /* RFC9776-8.12-a */

    if (version >= querier->newest || !general)
        return;
    if (querier->newest == 2) /* RFC2236-4-a */
        present = VERSION_1_PRESENT;
    if (version == 1)
        querier->one_until = v4_time_after(now, present);
    else
        querier->two_until = v4_time_after(now, present);
}
