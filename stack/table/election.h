/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which of the routers on a link asks there, and with which times (RFC 3376 6.6.2 and 8, RFC 2236 3
 * and 8): the one with the lowest address, until it has not been heard for long.
 *
 * A value, of one interface. What the querier says of its own times is followed as long as there is
 * another (RFC3376-4.1.6-a, RFC3376-4.1.7-a); who is querier himself has those that he was given.
 * The caller's `now` never goes back. */
#pragma once
#include <stdbool.h>
#include "base/time.h"

/* As somebody has set them. */
struct v4_election_times {
    v4_time interval; /* between general queries */
    v4_time response; /* that they leave for answers; shorter than the interval (RFC3376-8.3-a) */
    v4_time last;     /* that specific queries leave, and between them (RFC3376-8.8-a) */
    unsigned count;   /* of those; 0: as the robustness says (RFC3376-8.9-a) */
    unsigned robustness;
};

struct v4_election {
    struct v4_election_times times;
    bool on;
    v4_time other_until; /* how long another is the querier; 0: we are */
    uint32_t other;
    unsigned other_robustness; /* 0: it has not said */
    v4_time other_interval;
    v4_time general_at; /* when the next general query is due; V4_NEVER: none is */
    unsigned startup;   /* queries of the beginning that are left */
};

/* With the times of RFC 3376 8, of who takes no part yet. */
struct v4_election v4_election_first(void);
/* Takes part from now on, as querier (RFC2236-3-i); takes none any more. */
void v4_election_begin(struct v4_election *election, v4_time now);
void v4_election_end(struct v4_election *election);
/* Other times from now on. */
void v4_election_set(struct v4_election *election, const struct v4_election_times *times,
                     v4_time now);

/* What a query has said of its sender. */
struct v4_election_voice {
    uint32_t addr;
    unsigned robustness; /* 0: nothing, or the usual one */
    v4_time interval;    /* 0: the same */
};
/* A query was heard by who has the address `ours`. True: its sender is the querier from now on, or
 * still is. */
bool v4_election_heard(struct v4_election *election, uint32_t ours,
                       const struct v4_election_voice *voice, v4_time now);
/* True: a general query is to be sent. */
bool v4_election_due(struct v4_election *election, v4_time now);
v4_time v4_election_next(const struct v4_election *election);

static inline bool v4_election_is_querier(const struct v4_election *election)
{
    return election->on && election->other_until == 0;
}

/* What is in force: ours, or the querier's. */
unsigned v4_election_robustness(const struct v4_election *election);
v4_time v4_election_interval(const struct v4_election *election);
unsigned v4_election_count(const struct v4_election *election);
/* How long a member counts that is not heard again (RFC3376-8.4-a, RFC2236-8.4-a), and an older
 * one (RFC3376-8.13-a). */
v4_time v4_election_membership(const struct v4_election *election);
/* How long a querier does (RFC3376-8.5-a). */
v4_time v4_election_presence(const struct v4_election *election);
