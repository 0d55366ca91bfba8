/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a host says of its groups, and when (RFC 1112 Appendix I, RFC 2236 3, RFC 3376 5 and 7.2).
 *
 * It has a record for each group that an interface wants by a table of groups, which it only reads,
 * and for some that are not wanted any more until that has been told. A fixed number of records, at
 * least as many as groups; where there is no room, what is not wanted any more is told no further.
 *
 * It sends nothing: v4_reports_take() of table/say.h says what to send. All delays are drawn from
 * its own generator. The caller's `now` never goes back. */
#pragma once
#include "base/time.h"
#include "table/reports.h"

/* 224.0.0.1: nothing is ever said of it (RFC3376-5-a) */
#define V4_GROUP_ALL UINT32_C(0xe0000001)

/* Of an interface: the newest version that is spoken there, 1 to 3, and how often things are said;
 * what is spoken by now (RFC3376-7.2.1-a). */
void v4_reports_speak(struct v4_reports *reports, unsigned iface, unsigned newest, v4_time now);
void v4_reports_repeat(struct v4_reports *reports, unsigned iface, unsigned robustness);
unsigned v4_reports_newest(const struct v4_reports *reports, unsigned iface);
unsigned v4_reports_robustness(const struct v4_reports *reports, unsigned iface);
unsigned v4_reports_mode(struct v4_reports *reports, unsigned iface, v4_time now);

/* An interface goes down, and all that it wants is left at once; or comes up, and that is joined
 * anew. While it is down nothing is said or heard. */
void v4_reports_up(struct v4_reports *reports, unsigned iface, bool up, v4_time now);
/* What is to be said on an interface waits for as long as it is mute. */
void v4_reports_mute(struct v4_reports *reports, unsigned iface, bool mute);
/* How many octets of records fit a report there: more are told one report after the other, in the
 * time that a general query leaves (RFC3376-5.2-j). 0: they fit whatever they are. */
void v4_reports_fit(struct v4_reports *reports, unsigned iface, size_t room);

/* The table of groups was changed: the interface wanted `was` of this group, and wants what is
 * there now. */
void v4_reports_changed(struct v4_reports *reports, unsigned iface, uint32_t group,
                        const struct v4_filter *was, v4_time now);

struct v4_query {
    unsigned version;
    uint32_t group; /* 0: of all */
    v4_time max;    /* within which it is to be answered */
    const uint32_t *sources;
    size_t count; /* 0: of all */
};
void v4_reports_query(struct v4_reports *reports, unsigned iface, const struct v4_query *query,
                      v4_time now);
/* Another host has reported the group, in version 1 or 2. */
void v4_reports_heard(struct v4_reports *reports, unsigned iface, uint32_t group, v4_time now);
