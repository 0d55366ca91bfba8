/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The upper tester of the reference: protocol version 1 (docs/upper-tester.md) over a host's own
 * calls. `advance` is not here: whoever owns the clock carries it out. */
#pragma once
#include <stdbool.h>

#include "base/time.h"
#include "host/host.h"

#define V4_RELEASE "0.1.0"

struct v4_upper;

/* `vtime`: somebody carries out `advance`, so the capability is announced. NULL when memory is
 * short. */
struct v4_upper *v4_upper_open(struct v4_host *host, bool vtime);
void v4_upper_close(struct v4_upper *upper); /* NULL is fine */

/* Carries out one line, given without its LF. `emit` gets each line of the answer, likewise: the
 * events that the host holds, then the reply. */
void v4_upper_line(struct v4_upper *upper, const char *line, v4_time now,
                   void (*emit)(void *context, const char *line), void *context);
