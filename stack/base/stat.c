/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/stat.h"

static const struct {
    const char *name, *words;
} rows[] = {
#define STAT(name, key, words) {key, words},
#include "base/stat.def"
#undef STAT
};

const char *v4_stat_name(enum v4_stat stat)
{
    return rows[stat].name;
}

const char *v4_stat_words(enum v4_stat stat)
{
    return rows[stat].words;
}
