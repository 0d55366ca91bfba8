/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a host says of its groups on one interface, and when: RFC 1112 App. I, RFC 2236 3 and 6, RFC
 * 3376 5 and 7.2. Nobody but the host knows the delays that it draws, so that there are no timers
 * here but windows: what was asked must be answered before one closes, and nothing is said outside
 * of one.
 *
 * The calls that return words return NULL, or what is wrong with what the host did. */
#pragma once
#include "base/time.h"
#include "model/igmp.h"

#define MODEL_MEMBERS 64
#define MODEL_FAULT 200

/* One report may come in (from, until], and one must before that ends. */
struct model_window {
    bool open, must;
    v4_time from, until;
};

struct model_member {
    uint32_t group;
    struct model_state state; /* none: what was left, as long as there is something to say */

    /* Version 3: a change. */
    bool due; /* its first report must leave before the call is over */
    unsigned mode_left, left[MODEL_SOURCES]; /* reports of the mode, and of each source */
    struct model_set changed;
    v4_time said;

    /* Version 3: answers. `least` and `most` bound the sources that are asked for; `whole`: it may
     * be about all of them, as `only_whole` says it must. */
    struct model_window general, specific;
    struct model_set least, most;
    bool whole, only_whole;
    bool either; /* only one of the two windows is open, and nobody knows which */
    bool behind; /* asked only after a general query that has no answer yet */

    /* Versions 1 and 2. */
    struct model_window delay;
    unsigned repeats;
    bool last, unsure; /* was it the last to report? */
};

struct model_link {
    struct model_hearer self;
    unsigned robustness;
    bool must;          /* it does as the reference does where an RFC leaves it a choice */
    size_t mtu, octets; /* octets: of the last report of this call */
    bool down;
    v4_time now, old[3]; /* old[n]: until when a querier of version n is there */
    v4_time general_until;
    v4_time bits_until; /* so long an answer may come bit by bit though it would fit by now */
    struct model_member members[MODEL_MEMBERS];
    size_t count;
    struct model_record said[MODEL_MEMBERS * 2]; /* in this call */
    size_t said_count;
    enum {
        MODEL_PERHAPS,
        MODEL_NOW,
        MODEL_NOT_NOW
    } generally; /* answers a general query */
    char fault[MODEL_FAULT];
};

void model_link_open(struct model_link *link, const struct model_hearer *self);

/* The clock is about to go on to `now`. */
const char *model_link_time(struct model_link *link, v4_time now);
/* The interface's state of the group is now this. */
void model_link_change(struct model_link *link, uint32_t group, const struct model_state *state);
/* It goes down, and what it takes is left with one report each; or comes up, to a link that nobody
 * knows: then what it takes is a change. */
void model_link_up(struct model_link *link, bool up);
void model_link_mtu(struct model_link *link, size_t mtu);
/* The newest version is another. */
void model_link_version(struct model_link *link, unsigned version);
void model_link_heard(struct model_link *link, const struct model_igmp *igmp);

/* Has it reception state for the group? */
bool model_link_takes(const struct model_link *link, uint32_t group);
size_t model_link_groups(const struct model_link *link);

/* The host sends this frame, and, when a call has returned and all its frames are there, is done
 * (model/said.c). */
const char *model_link_sent(struct model_link *link, struct v4_span frame);
const char *model_link_done(struct model_link *link);

/* For those two. */
struct model_member *model_link_find(struct model_link *link, uint32_t group);
bool model_member_pends(const struct model_member *member);
#define MODEL_UNSOLICITED_3 V4_SECOND        /* RFC 3376 8.11 */
#define MODEL_UNSOLICITED_2 (10 * V4_SECOND) /* RFC 2236 8.10 */
