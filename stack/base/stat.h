/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What happened how often. stat.def is the one list; discards are counted by their reason beside
 * it. */
#pragma once
#include <stdint.h>
#include "base/drop.h"

enum v4_stat {
#define STAT(name, key, words) V4_STAT_##name,
#include "base/stat.def"
#undef STAT
    V4_STAT_COUNT
};

struct v4_stats {
    uint64_t value[V4_STAT_COUNT];
    uint64_t drops[V4_DROP_COUNT]; /* drops[V4_KEEP] stays 0 */
};

/* "ip.in", and what it counts, in words. */
const char *v4_stat_name(enum v4_stat stat);
const char *v4_stat_words(enum v4_stat stat);

/* A discard, and what it counts as beside (mib.def). */
void v4_stat_drop(struct v4_stats *stats, enum v4_drop why);

static inline void v4_stat_count(struct v4_stats *stats, enum v4_stat stat)
{
    stats->value[stat]++;
}
