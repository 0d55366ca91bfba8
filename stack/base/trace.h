/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Tells an observer of each discard. No I/O here: what becomes of it is the observer's matter. */
#pragma once
#include "base/drop.h"
#include "base/span.h"

struct v4_trace {
    /* NULL: nobody looks. `packet` is borrowed for the call. */
    void (*drop)(void *context, enum v4_drop why, struct v4_span packet);
    void *context;
};

static inline void v4_trace_drop(const struct v4_trace *trace, enum v4_drop why,
                                 struct v4_span packet)
{
    if (trace->drop != NULL)
        trace->drop(trace->context, why, packet);
}
