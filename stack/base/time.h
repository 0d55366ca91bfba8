/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Virtual time: nanoseconds that are passed in and never go back. Nothing below port/ reads a
 * clock. */
#pragma once
#include <stdint.h>

typedef uint64_t v4_time;

#define V4_NEVER UINT64_MAX
#define V4_MS UINT64_C(1000000)
#define V4_SECOND (1000 * V4_MS)

/* The moment `span` after `now`; V4_NEVER where the sum would not fit. */
static inline v4_time v4_time_after(v4_time now, v4_time span)
{
    return span > V4_NEVER - now ? V4_NEVER : now + span;
}

/* Milliseconds since midnight UT, as ICMP and the timestamp option count them (RFC791-3.1_TS-f), of
 * a moment given in nanoseconds since any midnight UT. */
static inline uint32_t v4_time_of_day(v4_time since_midnight)
{
    return (uint32_t)(since_midnight / V4_MS % (24 * 60 * 60 * 1000));
}
