/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What fate.h goes by, and what it remembers of a host and of a packet. */
#pragma once
#include "base/drop.h"
#include "model/frame.h"

/* The settings that decide it, each as it is now. */
struct model_rules {
    unsigned source_route, drop_routed, drop_obsolete, strict, report, timestamp;
    unsigned security, low, high, authorities, required, label;
    unsigned by_ttl, overlap; /* of enum model_overlap */
    bool passed;              /* source routes were followed at some time */
};

struct model_fate {
    bool known; /* the rest is sure */
    enum {
        FATE_GONE,  /* refused, or for somebody else */
        FATE_HELD,  /* a fragment of which others are missing, or that was dropped */
        FATE_TAKEN, /* it is delivered, or completes what is */
        FATE_PASSED /* it goes on along its source route */
    } end;
    bool many;           /* for more than this host: nobody is told of what is wrong */
    uint8_t error, code; /* what is said of it by ICMP; 0: nothing */
    uint8_t pointers[3]; /* of a Parameter Problem: one of these */
};

/* What a host has discarded by its rules. */
struct model_tally {
    size_t drops[V4_DROP_COUNT], maybe[V4_DROP_COUNT], pieces;
    size_t open; /* packets of which nothing is sure */
    bool unsure;
};

/* A datagram whose time was over, and what its sender is told of it. */
struct model_late {
    uint32_t dst;
    struct v4_span quote;
    bool told;
};
