/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/time.h"
#include "octets.h"

Test(time, after)
{
    cr_expect(v4_time_after(5, 7) == 12);
    cr_expect(v4_time_after(V4_NEVER - 5, 4) == V4_NEVER - 1);
    cr_expect(v4_time_after(V4_NEVER - 5, 5) == V4_NEVER);
    cr_expect(v4_time_after(V4_NEVER - 5, 6) == V4_NEVER, "the sum does not fit");
    cr_expect(v4_time_after(1, V4_NEVER) == V4_NEVER && v4_time_after(V4_NEVER, 1) == V4_NEVER);
}

Test(time, of_day)
{
    const v4_time day = 24 * 60 * 60 * V4_SECOND;

    cr_expect(v4_time_of_day(0) == 0);
    cr_expect(v4_time_of_day(V4_MS - 1) == 0 && v4_time_of_day(V4_MS) == 1);
    cr_expect(v4_time_of_day(day - 1) == 86399999);
    cr_expect(v4_time_of_day(day) == 0);
    cr_expect(v4_time_of_day(20000 * day + 3 * V4_SECOND) == 3000);
}
