/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Why a packet was refused. drop.def is the one list. */
#pragma once

enum v4_drop {
    V4_KEEP = 0,
#define DROP(name, rule, words) V4_DROP_##name,
#include "base/drop.def"
#undef DROP
    V4_DROP_COUNT
};

/* The row's name ("IHL"), the section that asks for it, and what was wrong, in words. V4_KEEP is
 * "KEEP". */
const char *v4_drop_name(enum v4_drop drop);
const char *v4_drop_rule(enum v4_drop drop);
const char *v4_drop_words(enum v4_drop drop);
