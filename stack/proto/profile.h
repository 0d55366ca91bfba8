/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which rule holds where RFCs disagree (docs/profiles.md). Every row names the sections that
 * differ; what they agree on is no row. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "table/overlap.h"

enum v4_tos_rule {
    V4_TOS_ZERO,
    V4_TOS_CONTROL, /* the offender's TOS under precedence 6 */
};

#define V4_TOS_OF_1349 0xfe /* its last bit is unused */
#define V4_TOS_DSCP 0xfc

enum v4_pmtu_rule {
    V4_PMTU_IGNORED, /* what routers say is told to the user only */
    V4_PMTU_ASKED,   /* Don't Fragment is set where the user asks for it */
    V4_PMTU_ALWAYS,  /* and unless the user does not want it; in the fragments that we make, too */
};

struct v4_profile {
    const char *name;

    /* RFC 792 echo: every request is answered; RFC 1122 3.2.2.6: those to a group may be discarded,
     * as is usual today. */
    bool group_echo;
    /* Which bits of the request's TOS a reply has. RFC 792: none; RFC 1812 4.3.2.5: precedence and
     * TOS; what has become of those is the DSCP (RFC 2474). ECN is not copied: nobody would take
     * the loss of a reply for congestion (RFC 3168 5.2). */
    uint8_t reply_tos;
    /* RFC 792 and RFC 1122 3.2.2: errors have TOS 0; RFC 1812 4.3.2.5: the offender's, under
     * precedence 6. */
    enum v4_tos_rule error_tos;
    /* RFC 1812 4.3.2.4 to 4.3.2.6: what a router reports comes from the interface that it leaves
     * by, goes back along a source route, and has TOS_CONTROL. */
    bool router_reports;
    /* RFC 1812 4.3.3.9: a router tells the masks of its links; RFC 6918: nobody does. */
    bool router_masks;
    /* RFC 792: an error is at most this long. Header and 64 bits are quoted; RFC 1812 4.3.2.3: what
     * fits 576 octets. */
    bool long_quotes;

    /* RFC 1122 3.3.6: discards unicast in a link broadcast; RFC 791 knows no such rule. */
    bool link_broadcast_must_match;
    /* RFC 1122 3.3.6: {net, 0} and {0, 0} are received as broadcasts; RFC 1812 4.2.3.1: they are
     * discarded. */
    bool zero_broadcasts;
    /* RFC 1122 3.3.6: the broadcast of the classful network and of all its subnets; RFC
     * 1812 5.3.5.3: only prefixes count. */
    bool classful_broadcasts;

    /* RFC 922 7, RFC 1812 5.3.5.2: a router passes on what is a broadcast on another of its
     * networks; RFC 2644: not unless somebody has configured that. */
    bool directed_broadcasts;
    /* RFC 791 3.1, RFC 1812 5.3.13.4: a router is a hop of source routes; RFC 7126 4.3: not unless
     * somebody has configured that. */
    bool routers_are_hops;

    /* RFC 1122 3.3.1.3 and RFC 1349 7.1: a redirect for a type of service moves that one only; RFC
     * 2474 4 has done away with them. */
    bool redirects_by_tos;
    /* RFC 791 3.1: a datagram whose TTL is zero is destroyed, wherever; RFC 1122 3.2.1.7: not by
     * the host that it is for. */
    bool ttl_0_destroyed;
    /* RFC 6274 3.13.2: routes of 3 octets and whole addresses, record routes in no later fragment;
     * RFC 791 lets a hop find that out. */
    bool strict_options;
    /* RFC 7126: a router drops what has one of many options (proto/option_filter.def); RFC 1812
     * 5.3.13: it passes them, and does what they ask for. */
    bool filters_options;

    /* The newest version of IGMP. RFC 1112 has version 1 (RFC 791 knows no groups, and forbids
     * none), RFC 2236 version 2, RFC 3376 version 3. */
    unsigned igmp;
    /* RFC 1112 7.1: whoever takes the protocol, or has the port, receives what the host has joined;
     * RFC 3376 3.2: whoever has asked for it. */
    bool group_by_user;
    /* RFC 4604 2.1: nobody joins a group of 232/8 without saying which sources. What is set says
     * which groups are such ones (proto/ssm.h). */
    bool source_specific;

    /* RFC 792 information request: it is answered; RFC 1122 3.2.2.7: it should not be. */
    bool information;
    /* RFC 1122 3.2.2.3: Source Quench is told to the user; RFC 6633: it is discarded. */
    bool source_quench;

    /* RFC 791 3.1 and RFC 1122 3.3.3: nothing over 576 octets to another network, unless it is
     * known to pass; RFC 1191 and practice: what the link carries. */
    bool far_576;
    /* RFC 1122 knows no path MTU; RFC 1191 6.1: who asks for Don't Fragment discovers it; RFC
     * 4821 8: no datagram should leave without, nor a fragment that a host has made. */
    enum v4_pmtu_rule pmtu;
    /* RFC 791 3.2: each datagram has an identification of its own; RFC 6864 4: only those that may
     * be fragments, and none again within the lifetime of a datagram. */
    bool ident_6864;
    /* Seconds until reassembly gives up. RFC 791 3.2: 15; RFC 1122 3.3.2: 60 to 120. */
    unsigned reassembly_seconds;
    /* RFC 791 3.2: each fragment raises that to its time to live; RFC 1122 3.3.2: it is fixed. */
    bool reassembly_by_ttl;
    /* RFC 791 3.2: the later octets win an overlap; RFC 815 and practice leave other choices
     * (table/overlap.h). */
    enum v4_overlap overlap;
    /* RFC 6274 4.1.2.6: a datagram is dropped whose first fragment ends within the header of the
     * protocol above; RFC 791 knows no fragment that is too short. */
    bool tiny_refused;
};

/* NULL when there is no such profile. */
const struct v4_profile *v4_profile_find(const char *name);
/* The names, for messages; NULL after the last. */
const char *v4_profile_name(size_t index);
