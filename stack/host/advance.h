/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The operation `advance`, which whoever owns the clock carries out: every timer on the way fires,
 * in order. */
#pragma once
#include "base/time.h"

enum v4_advance {
    V4_ADVANCE_NOT,
    V4_ADVANCE,
    V4_ADVANCE_INVALID
};

#define V4_ADVANCE_SYNC 64

/* Is `line` an `advance`? Then V4_ADVANCE, when it ends, and a line `SEQ sync`: the IUT's answer to
 * it serves as the answer to `advance`, events first. V4_ADVANCE_INVALID: `ret_sync` is the reply
 * that says so. */
enum v4_advance v4_advance_parse(const char *line, v4_time now, v4_time *ret_until,
                                 char ret_sync[V4_ADVANCE_SYNC]);

/* Moves `*now` to `until`; `tick` is called with each moment that `next_timeout` names on the way.
 */
void v4_advance(v4_time *now, v4_time until, v4_time (*next_timeout)(void *context),
                void (*tick)(void *context, v4_time now), void *context);
