/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is known of the paths to destinations: how long a packet may be that nobody on the way has
 * to cut (RFC 1191).
 *
 * A fixed number of paths, none of which is here before a router has complained. An estimate only
 * ever falls by a message (RFC1191-3-j), to what the router says or, where an old one says nothing,
 * to the next plateau below what it could not send on (RFC1191-5-a); never below 68 (RFC1191-3-i).
 * A while after the last message it is raised to the next plateau above, and then from time to time
 * by another (RFC1191-3-e); once it is no less than the first hop's MTU the path is forgotten. When
 * the table is full, the path that changed longest ago makes room: a router will complain again.
 *
 * An estimate that the user has set stays as it is: no message and no time changes it, and it makes
 * no room for others.
 *
 * It sends nothing. The caller's `now` never goes back. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/time.h"

#define V4_PMTU_MIN 68

struct v4_pmtu_config {
    size_t paths;
    v4_time after_fall;  /* from a message to the first raise; V4_NEVER: none (RFC1191-6.3-a) */
    v4_time after_raise; /* from one raise to the next */
    uint64_t seed;
};

struct v4_pmtus;

/* NULL when memory is short or a number is 0. */
struct v4_pmtus *v4_pmtus_open(const struct v4_pmtu_config *config);
void v4_pmtus_close(struct v4_pmtus *pmtus); /* NULL is fine */
/* Forgets all, set ones too: the state after open, without allocating. */
void v4_pmtus_reset(struct v4_pmtus *pmtus);

/* Another time from a message to the first raise, also for what is known already. */
void v4_pmtus_age(struct v4_pmtus *pmtus, v4_time after_fall);
v4_time v4_pmtus_ages_after(const struct v4_pmtus *pmtus);

/* How long a packet to `dst` may be whose first hop carries `first_hop`: the estimate, but never
 * more than that. */
unsigned v4_pmtu_find(const struct v4_pmtus *pmtus, uint32_t dst, unsigned first_hop);

/* The same where only what the user has set counts. */
unsigned v4_pmtu_set_for(const struct v4_pmtus *pmtus, uint32_t dst, unsigned first_hop);
/* Has the user set it? */
bool v4_pmtu_is_fixed(const struct v4_pmtus *pmtus, uint32_t dst);

/* What a router said that could not send on a packet of ours. */
struct v4_pmtu_report {
    uint32_t dst;
    unsigned said;       /* what it can send on; 0: an old router, which does not say */
    unsigned length;     /* of the packet, as quoted */
    unsigned header_len; /* which some old routers add to that */
};

/* True when the estimate falls. It does not when what is said is no less than the estimate, or than
 * the packet was long: then nothing is remembered. */
bool v4_pmtu_lower(struct v4_pmtus *pmtus, const struct v4_pmtu_report *report, unsigned first_hop,
                   v4_time now);

/* Sets the estimate for good; 0: it is forgotten again. False when all others are set too. */
bool v4_pmtu_fix(struct v4_pmtus *pmtus, uint32_t dst, unsigned mtu);

/* The path whose estimate is due to be raised; false: none is. Whoever asks raises it, and asks
 * again. */
bool v4_pmtu_due(const struct v4_pmtus *pmtus, v4_time now, uint32_t *ret_dst);
/* Raises its estimate to the next plateau; a path that then carries what the first hop does is
 * forgotten. */
void v4_pmtu_raise(struct v4_pmtus *pmtus, uint32_t dst, unsigned first_hop, v4_time now);
/* When v4_pmtu_due() has something to say; V4_NEVER: not at all, until another call. */
v4_time v4_pmtu_next_timeout(const struct v4_pmtus *pmtus);

/* One that is remembered, by its place from 0 on: those that a message changed last, those that
 * time did, those that the user has set; of each who changed longest ago first. False: no more. */
struct v4_pmtu_path {
    uint32_t dst;
    unsigned mtu;
    bool fixed;
    v4_time changed; /* of no meaning for a fixed one */
};
bool v4_pmtu_at(const struct v4_pmtus *pmtus, size_t index, struct v4_pmtu_path *ret_path);

/* How many paths are remembered. */
size_t v4_pmtu_count(const struct v4_pmtus *pmtus);
