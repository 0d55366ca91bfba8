/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/icmp_count.h"
#include <stddef.h>
#include "wire/icmp.h"

static const struct {
    uint8_t type;
    enum v4_stat in, out;
} rows[] = {
    {V4_ICMP_UNREACHABLE, V4_STAT_ICMP_IN_DEST_UNREACHS, V4_STAT_ICMP_OUT_DEST_UNREACHS},
    {V4_ICMP_TIME_EXCEEDED, V4_STAT_ICMP_IN_TIME_EXCDS, V4_STAT_ICMP_OUT_TIME_EXCDS},
    {V4_ICMP_PARAMETER_PROBLEM, V4_STAT_ICMP_IN_PARM_PROBS, V4_STAT_ICMP_OUT_PARM_PROBS},
    {V4_ICMP_SOURCE_QUENCH, V4_STAT_ICMP_IN_SRC_QUENCHS, V4_STAT_ICMP_OUT_SRC_QUENCHS},
    {V4_ICMP_REDIRECT, V4_STAT_ICMP_IN_REDIRECTS, V4_STAT_ICMP_OUT_REDIRECTS},
    {V4_ICMP_ECHO, V4_STAT_ICMP_IN_ECHOS, V4_STAT_ICMP_OUT_ECHOS},
    {V4_ICMP_ECHO_REPLY, V4_STAT_ICMP_IN_ECHO_REPS, V4_STAT_ICMP_OUT_ECHO_REPS},
    {V4_ICMP_TIMESTAMP, V4_STAT_ICMP_IN_TIMESTAMPS, V4_STAT_ICMP_OUT_TIMESTAMPS},
    {V4_ICMP_TIMESTAMP_REPLY, V4_STAT_ICMP_IN_TIMESTAMP_REPS, V4_STAT_ICMP_OUT_TIMESTAMP_REPS},
    {V4_ICMP_MASK, V4_STAT_ICMP_IN_ADDR_MASKS, V4_STAT_ICMP_OUT_ADDR_MASKS},
    {V4_ICMP_MASK_REPLY, V4_STAT_ICMP_IN_ADDR_MASK_REPS, V4_STAT_ICMP_OUT_ADDR_MASK_REPS},
};

#define ROWS (sizeof rows / sizeof *rows)

void v4_icmp_count_in(struct v4_stats *stats, uint8_t type)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].type == type)
            v4_stat_count(stats, rows[i].in);
}

void v4_icmp_count_out(struct v4_stats *stats, uint8_t type)
{
    v4_stat_count(stats, V4_STAT_ICMP_OUT);
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].type == type)
            v4_stat_count(stats, rows[i].out);
}
