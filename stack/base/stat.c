/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/stat.h"

static const struct {
    const char *name, *words;
} rows[] = {
#define STAT(name, key, words) {key, words},
#include "base/stat.def"
#undef STAT
};

/* Of a discard, the counter that counts it as well, plus one; 0: none. */
static const unsigned also[V4_DROP_COUNT] = {
#define ALSO(drop, stat) [V4_DROP_##drop] = V4_STAT_##stat + 1,
#include "base/mib.def"
#undef ALSO
};

const char *v4_stat_name(enum v4_stat stat)
{
    return rows[stat].name;
}

const char *v4_stat_words(enum v4_stat stat)
{
    return rows[stat].words;
}

void v4_stat_drop(struct v4_stats *stats, enum v4_drop why)
{
    stats->drops[why]++;
    if (also[why] != 0)
        stats->value[also[why] - 1]++;
}
