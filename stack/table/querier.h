/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which version of IGMP is spoken on an interface: the newest that the host may speak, unless a
 * querier of an older one has been heard lately (RFC 2236 4, RFC 3376 7.2.1).
 *
 * A value, of one interface (RFC3376-7.2.1-b). The caller's `now` never goes back. */
#pragma once
#include <stdbool.h>
#include "base/time.h"

struct v4_querier {
    unsigned newest, robustness;
    unsigned mode;                /* the version that is spoken, when somebody last looked */
    v4_time one_until, two_until; /* how long queriers of versions 1 and 2 count as present */
};

/* Nobody has been heard. */
struct v4_querier v4_querier_start(unsigned newest, unsigned robustness);
/* What is spoken by now. */
unsigned v4_querier_mode(const struct v4_querier *querier, v4_time now);
/* A query of this version was heard, which leaves `max` for answers. */
void v4_querier_heard(struct v4_querier *querier, unsigned version, bool general, v4_time max,
                      v4_time now);
