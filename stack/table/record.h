/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The records behind table/report.h: who has which, and what each has to say. Not for others. */
#pragma once
#include "base/list.h"
#include "base/pool.h"
#include "table/change.h"
#include "table/querier.h"
#include "table/reports.h"

#define V4_REPORT_OCTETS 8 /* of a record in a report, and four for each source */

struct v4_report_record {
    struct v4_link link;
    unsigned iface;
    uint32_t group;

    v4_time change_at; /* version 3: when the change is told next; V4_NEVER: it is told */
    struct v4_change change;
    bool blocks; /* of this report's records the one that allows has been taken */

    v4_time answer_at; /* of a query for the group; versions 1 and 2: any report; V4_NEVER: none */
    size_t asked_count;
    uint32_t asked[V4_REPORT_ASKED];
    bool told_of; /* in the answer to a general query that is being given */

    unsigned repeats; /* versions 1 and 2: reports that nobody asked for */
    bool last;        /* we were the last to report it */
    bool leaves;
};

struct v4_report_place {
    struct v4_querier querier;
    bool down, mute;
    size_t room, spent; /* octets of records in a report, and in this one */
    v4_time general_at; /* when the answer to a general query begins */
    v4_time burst_at, slot, slot_end, over; /* over: when all of it must have been given */
};

struct v4_reports {
    const struct v4_groups *groups;
    struct v4_pool pool;
    struct v4_list records;
    struct v4_rng rng;
    unsigned ifaces;
    struct v4_report_place places[];
};

extern const struct v4_filter v4_report_nothing;

/* The record after `after` of the interface, the first after NULL; that of a group; NULL: none. */
struct v4_report_record *v4_report_next(const struct v4_reports *reports, unsigned iface,
                                        const struct v4_report_record *after);
struct v4_report_record *v4_report_find(const struct v4_reports *reports, unsigned iface,
                                        uint32_t group);
/* A record for the group. Where there is none left somebody's end is told no further; NULL: there
 * are fewer records than groups. */
struct v4_report_record *v4_report_enter(struct v4_reports *reports, unsigned iface,
                                         uint32_t group);
void v4_report_forget(struct v4_reports *reports, struct v4_report_record *record);

bool v4_report_is_wanted(const struct v4_reports *reports, const struct v4_report_record *record);
/* What the querier is to believe that the interface wants. */
const struct v4_filter *v4_report_state(const struct v4_reports *reports,
                                        const struct v4_report_record *record);

/* The moment after `now` that is drawn, at `max` after it at the latest (RFC3376-5.2-a). */
v4_time v4_report_drawn(struct v4_reports *reports, v4_time now, v4_time max);
/* The record has nothing to say. */
void v4_report_calm(struct v4_report_record *record);
/* Whatever was to be said on the interface is not (RFC3376-7.2.1-f). */
void v4_report_cancel(struct v4_reports *reports, unsigned iface);
/* Follows the queriers that are heard; which version is spoken. */
unsigned v4_report_look(struct v4_reports *reports, unsigned iface, v4_time now);
