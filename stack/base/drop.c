/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/drop.h"

static const struct {
    const char *name, *rule, *words;
} rows[] = {
    {"KEEP", "", "nothing wrong"},
#define DROP(name, rule, words) {#name, rule, words},
#include "base/drop.def"
#undef DROP
};

const char *v4_drop_name(enum v4_drop drop)
{
    return rows[drop].name;
}

const char *v4_drop_rule(enum v4_drop drop)
{
    return rows[drop].rule;
}

const char *v4_drop_words(enum v4_drop drop)
{
    return rows[drop].words;
}
