/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What becomes of a packet that a host is given, by its options and its place in a datagram: RFC
 * 791 3.1 and 3.2, RFC 1108, RFC 1122 3.2.1.8, 3.3.2 and 3.3.5, RFC 3168 5.3, RFC 6274 3.13. */
#pragma once
#include "base/drop.h"
#include "model/frame.h"

struct model_host;
struct model_given;

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

void model_rules_open(struct model_rules *rules);
/* A `set` that was not refused; false: of no name that is known here. */
bool model_rules_set(struct model_host *model, const char *line);

/* The packet of a frame that was read well, before the host has it. */
void model_fate(struct model_host *model, struct model_given *given, bool snap, const uint8_t *to);
/* A frame in 802.3 that cannot be read, or more than can be remembered. */
void model_fate_unread(struct model_host *model);
/* A call that may bring the host packets of its own. */
void model_fate_line(struct model_host *model, const char *line);
/* Time passes: what reassembly gives up now. */
void model_fate_time(struct model_host *model);

/* The datagram that comes of it: the packet, or what it has completed. NULL: none. */
const struct model_packet *model_datagram(const struct model_given *given);
/* May it have come back to the host, along its route? */
bool model_fate_loops(const struct model_given *given);
/* May the host send this error about it? */
bool model_fate_allows(const struct model_given *given, const struct model_packet *error);
/* May it say that this has taken too long? */
bool model_fate_late(struct model_host *model, const struct model_packet *error);
/* How many octets an error quotes of a datagram, its header and as much as there is room for. */
size_t model_quoted_by(const struct model_rules *rules, const struct model_packet *packet);
size_t model_quoted(const struct model_host *model, const struct model_packet *packet);

/* Holds the answer to `counters` against what was given. NULL, or the name of one that is wrong. */
const char *model_tally_fault(const struct model_host *model, const char *counters);
