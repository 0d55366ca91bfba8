/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the members on each link want, as a router knows it (RFC 3376 6.2 to 6.6 and 7.3.2, RFC 2236
 * 3 and 5): groups with a filter mode and a timer, sources with timers, and the specific queries
 * that ask before something is given up.
 *
 * A fixed number of groups, of all interfaces together, with V4_MEMBERSHIP_SOURCES each; nothing is
 * evicted. A group that finds no room is not entered (the answer says so). A source that finds none
 * is wanted for as long as it would be if it had found some: the group excludes from then on, which
 * forwards more than was asked for, never less.
 *
 * It sends nothing: v4_membership_take() says what to ask. The caller's `now` never goes back. */
#pragma once
#include <stdbool.h>
#include "base/list.h"
#include "base/span.h"
#include "base/time.h"
#include "table/change.h"

#define V4_MEMBERSHIP_SOURCES 64

struct v4_membership_source {
    uint32_t addr;
    v4_time until; /* it is wanted; past: it is not */
    unsigned left; /* queries about it that are still to be sent */
    bool due;      /* in those that are being sent */
};

struct v4_membership_group {
    struct v4_link link;
    unsigned iface;
    uint32_t group;
    bool excludes;
    v4_time until;                /* EXCLUDE: the mode holds */
    v4_time one_until, two_until; /* hosts of versions 1 and 2 count as present */
    unsigned left;                /* queries for the group that are still to be sent, */
    v4_time at;                   /* the next one then */
    v4_time sources_at;           /* the next ones about sources; V4_NEVER: there are none */
    size_t count;
    struct v4_membership_source sources[V4_MEMBERSHIP_SOURCES];
};

/* How an interface takes part. Zero: not at all. */
struct v4_membership_part {
    bool querier;  /* who is not asks nothing, and gives nothing up on his own (RFC2236-3-m) */
    bool suppress; /* queries have the flag that says so: those of version 3 */
    v4_time membership, last;
    unsigned count; /* of specific queries, `last` apart */
};

struct v4_membership;

enum v4_membership_answer {
    V4_MEMBERSHIP_DONE,
    V4_MEMBERSHIP_IGNORED, /* an older member is in the group, or nobody */
    V4_MEMBERSHIP_CROWDED, /* there was no room for a source */
    V4_MEMBERSHIP_FULL,    /* ... for the group, which is not entered */
};

/* What a member says in version 3. */
struct v4_member_record {
    unsigned iface;
    uint32_t group;
    enum v4_record_type type;
    struct v4_span sources; /* four octets each, as on the wire */
};

/* NULL when memory is short or a number is 0; the interfaces' numbers are below `ifaces`. */
struct v4_membership *v4_membership_open(size_t groups, unsigned ifaces);
void v4_membership_close(struct v4_membership *membership); /* NULL is fine */
void v4_membership_reset(struct v4_membership *membership);

/* What the interface is from now on; who is querier no more has nothing left to ask. */
void v4_membership_play(struct v4_membership *membership, unsigned iface,
                        const struct v4_membership_part *part);
/* All that is known of an interface is forgotten. */
void v4_membership_forget(struct v4_membership *membership, unsigned iface);

/* The tables of RFC 3376 6.4. */
enum v4_membership_answer v4_membership_record(struct v4_membership *membership,
                                               const struct v4_member_record *record, v4_time now);
/* A report of version 1 or 2, and a leave (RFC3376-7.3.2-b). */
enum v4_membership_answer v4_membership_report(struct v4_membership *membership, unsigned iface,
                                               uint32_t group, unsigned version, v4_time now);
enum v4_membership_answer v4_membership_leave(struct v4_membership *membership, unsigned iface,
                                              uint32_t group, v4_time now);

/* Another router has asked, with its flag S clear: what is not reported until `last` is over goes
 * (RFC3376-6.6.1-a). No sources: of all of the group. */
void v4_membership_asked(struct v4_membership *membership, unsigned iface, uint32_t group,
                         struct v4_span sources, v4_time last, v4_time now);

/* A specific query; no sources: for the group. */
struct v4_membership_ask {
    unsigned iface;
    uint32_t group;
    bool suppress; /* the flag S */
    size_t count;
    uint32_t sources[V4_MEMBERSHIP_SOURCES];
};
/* Gives up what nobody has renewed, then takes out the next query that is due, with as many of its
 * sources as `most`, which is not 0, lets in; call until false. */
bool v4_membership_take(struct v4_membership *membership, size_t most, v4_time now,
                        struct v4_membership_ask *ret_ask);
/* When there is something to do; V4_NEVER: not at all, until another call. */
v4_time v4_membership_next_timeout(const struct v4_membership *membership);

/* Does somebody on the link want what this source sends to the group (RFC 3376 6.3)? */
bool v4_membership_wants(const struct v4_membership *membership, unsigned iface, uint32_t group,
                         uint32_t source, v4_time now);
/* The group after `after`, the first after NULL, in the order in which they came; NULL: no more.
 * Borrowed until the next change. */
const struct v4_membership_group *v4_membership_next(const struct v4_membership *membership,
                                                     const struct v4_membership_group *after);
/* The version of the oldest member that counts as present in it (RFC3376-7.3.2-a). */
unsigned v4_membership_version(const struct v4_membership_group *group, v4_time now);
