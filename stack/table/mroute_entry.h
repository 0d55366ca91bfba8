/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A route of multicasts, as whoever adds one writes it. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/time.h"

#define V4_MROUTE_IFACES 8

struct v4_mroute {
    uint32_t source; /* 0: any for which there is no other route */
    uint32_t group;
    unsigned iface; /* by which it comes */
    /* By which it leaves, of what has so long to live at least; 0: not by that one. */
    uint8_t least[V4_MROUTE_IFACES];
    bool members;   /* only where somebody is in the group */
    v4_time expiry; /* unused for so long it is forgotten; 0: never */
};

/* What a route has to tell. */
struct v4_mroute_use {
    v4_time used; /* when it was last, or else when it came */
    uint64_t hits;
    v4_time warn_at; /* when its user may be told again that something came by another interface */
};
