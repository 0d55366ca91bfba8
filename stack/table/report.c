/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/report.h"
#include "table/record.h"

#define REPEATS_2 2 /* reports that nobody asked for, after the first (RFC2236-3-e) */

void v4_reports_speak(struct v4_reports *reports, unsigned iface, unsigned newest, v4_time now)
{
    reports->places[iface].querier.newest = newest;
    v4_report_look(reports, iface, now);
}

void v4_reports_repeat(struct v4_reports *reports, unsigned iface, unsigned robustness)
{
    reports->places[iface].querier.robustness = robustness;
}

unsigned v4_reports_newest(const struct v4_reports *reports, unsigned iface)
{
    return reports->places[iface].querier.newest;
}

unsigned v4_reports_robustness(const struct v4_reports *reports, unsigned iface)
{
    return reports->places[iface].querier.robustness;
}

unsigned v4_reports_mode(struct v4_reports *reports, unsigned iface, v4_time now)
{
    return v4_report_look(reports, iface, now);
}

void v4_reports_mute(struct v4_reports *reports, unsigned iface, bool mute)
{
    reports->places[iface].mute = mute;
}

void v4_reports_fit(struct v4_reports *reports, unsigned iface, size_t room)
{
    reports->places[iface].room = room;
}

/* Versions 1 and 2: a group is joined or left, whatever its sources. */
static void tell_older(struct v4_reports *reports, struct v4_report_record *record, unsigned times,
                       v4_time now)
{
    const struct v4_querier *querier = &reports->places[record->iface].querier;
    bool joins = !v4_filter_is_none(v4_report_state(reports, record));
    bool leaves = !joins && record->last && querier->mode == 2; /* RFC2236-3-f, RFC2236-6-b */

    v4_report_calm(record); /* RFC1112-App.I-n */
    if (!joins && !leaves) {
        if (!v4_report_is_wanted(reports, record))
            v4_report_forget(reports, record);
        return;
    }
    record->leaves = leaves;
    record->answer_at = now;
    record->repeats = times - 1 < REPEATS_2 ? times - 1 : REPEATS_2;
}

/* The filter was `was` and is what is there now; it is said so often. */
static void tell(struct v4_reports *reports, struct v4_report_record *record,
                 const struct v4_filter *was, unsigned times, v4_time now)
{
    const struct v4_filter *is = v4_report_state(reports, record);

    if (v4_filter_equal(was, is))
        return;
    if (reports->places[record->iface].querier.mode < 3) {
        if (v4_filter_is_none(was) != v4_filter_is_none(is))
            tell_older(reports, record, times, now);
        return;
    }
    v4_change_note(&record->change, was, is, times);
    record->change_at = now; /* RFC3376-5.1-a, RFC3376-5.1-d */
    if (!v4_filter_is_none(is))
        return;
    record->answer_at = V4_NEVER;
    record->asked_count = 0;
    record->told_of = false;
}

void v4_reports_changed(struct v4_reports *reports, unsigned iface, uint32_t group,
                        const struct v4_filter *was, v4_time now)
{
    const struct v4_report_place *place = &reports->places[iface];

    if (group == V4_GROUP_ALL) /* RFC1112-App.I-f, RFC2236-6-a */
        return;
    v4_report_look(reports, iface, now);
    struct v4_report_record *record = v4_report_find(reports, iface, group);
    if (record == NULL && v4_groups_wanted(reports->groups, iface, group) != NULL)
        record = v4_report_enter(reports, iface, group);
    if (record == NULL)
        return;
    if (!place->down)
        tell(reports, record, was, place->querier.robustness, now);
    else if (!v4_report_is_wanted(reports, record))
        v4_report_forget(reports, record);
}

void v4_reports_up(struct v4_reports *reports, unsigned iface, bool up, v4_time now)
{
    struct v4_report_place *place = &reports->places[iface];
    struct v4_report_record *record, *next;

    v4_report_look(reports, iface, now);
    if (place->down == !up)
        return;
    v4_report_cancel(reports, iface);
    if (up) /* to a link that nobody knows */
        place->querier = v4_querier_start(place->querier.newest, place->querier.robustness);
    place->down = !up;
    if (place->mute && !up)
        return;
    for (record = v4_report_next(reports, iface, NULL); record != NULL; record = next) {
        next = v4_report_next(reports, iface, record);
        tell(reports, record,
             up ? &v4_report_nothing : v4_groups_wanted(reports->groups, iface, record->group),
             up ? place->querier.robustness : 1, now);
    }
}

/* Versions 1 and 2: each group has a timer, which a query only makes shorter (RFC1112-App.I-c,
 * RFC2236-3-b). */
static void answer_older(struct v4_reports *reports, unsigned iface, const struct v4_query *query,
                         v4_time now)
{
    struct v4_report_record *record = NULL;

    while ((record = v4_report_next(reports, iface, record)) != NULL) {
        bool asked = query->group == 0 || query->group == record->group; /* RFC2236-3-c */
        if (asked && !record->leaves && v4_time_after(now, query->max) < record->answer_at)
            record->answer_at = v4_report_drawn(reports, now, query->max);
    }
}

/* Remembers who is asked for. Nobody, or more than there is room for: all are. */
static void ask(struct v4_report_record *record, const struct v4_query *query)
{
    bool all = query->count == 0 || (record->answer_at != V4_NEVER && record->asked_count == 0);

    for (size_t i = 0; i < query->count && !all; i++) {
        size_t at = 0;
        while (at < record->asked_count && record->asked[at] != query->sources[i])
            at++;
        all = at == V4_REPORT_ASKED;
        if (at == record->asked_count && !all)
            record->asked[record->asked_count++] = query->sources[i];
    }
    if (all)
        record->asked_count = 0;
}

/* In how many reports so many octets of records go. */
static size_t reports_for(const struct v4_reports *reports, unsigned iface)
{
    const struct v4_report_record *record = NULL;
    size_t octets = 0, room = reports->places[iface].room;

    while ((record = v4_report_next(reports, iface, record)) != NULL)
        octets += V4_REPORT_OCTETS + 4 * v4_report_state(reports, record)->count;
    return room == 0 || octets <= room ? 1 : (octets + room - 1) / room;
}

/* Is the answer to a general query to come, or only a part of it given? When the next of it is. */
static v4_time answer_comes(const struct v4_reports *reports, unsigned iface)
{
    const struct v4_report_place *place = &reports->places[iface];
    const struct v4_report_record *record = NULL;

    while ((record = v4_report_next(reports, iface, record)) != NULL)
        if (record->told_of)
            return place->burst_at < place->general_at ? place->burst_at : place->general_at;
    return place->general_at;
}

/* 1 and 2 of RFC 3376 5.2 (RFC3376-5.2-c, RFC3376-5.2-d). The sooner of two answers is for both
 * queries, to its last report. */
static void answer_all(struct v4_reports *reports, unsigned iface, v4_time max, v4_time now)
{
    struct v4_report_place *place = &reports->places[iface];
    v4_time due = answer_comes(reports, iface), over = v4_time_after(now, max);

    if (due != V4_NEVER && place->over < over)
        over = place->over;
    place->over = over;
    place->slot = over <= now ? 0 : (over - now) / reports_for(reports, iface);
    place->slot_end = v4_time_after(now, place->slot);
    place->general_at = v4_report_drawn(reports, now, place->slot);
    if (due < place->general_at)
        place->general_at = due;
}

/* The rules of RFC 3376 5.2, by their numbers. */
static void answer_newer(struct v4_reports *reports, unsigned iface, const struct v4_query *query,
                         v4_time now)
{
    struct v4_report_place *place = &reports->places[iface];
    struct v4_report_record *record = query->group == 0
                                          ? v4_report_next(reports, iface, NULL)
                                          : v4_report_find(reports, iface, query->group);

    if (record == NULL || (query->group != 0 && !v4_report_is_wanted(reports, record)))
        return; /* RFC3376-5.2-h */
    if (query->group == 0) {
        answer_all(reports, iface, query->max, now);
        return;
    }
    v4_time at = v4_report_drawn(reports, now, query->max);
    bool whole = place->slot_end >= place->over; /* in one report, else nobody knows which */
    if (place->general_at <= at && (whole || place->over <= at)) /* 1 */
        return;
    ask(record, query); /* 3 to 5 (RFC3376-5.2-e) */
    if (at < record->answer_at)
        record->answer_at = at;
}

void v4_reports_query(struct v4_reports *reports, unsigned iface, const struct v4_query *query,
                      v4_time now)
{
    struct v4_report_place *place = &reports->places[iface];

    if (place->down)
        return;
    v4_querier_heard(&place->querier, query->version, query->group == 0, query->max, now);
    if (v4_report_look(reports, iface, now) < 3) /* RFC3376-7.2.1-c */
        answer_older(reports, iface, query, now);
    else
        answer_newer(reports, iface, query, now);
}

void v4_reports_heard(struct v4_reports *reports, unsigned iface, uint32_t group, v4_time now)
{
    unsigned mode = v4_report_look(reports, iface, now);
    struct v4_report_record *record = v4_report_find(reports, iface, group);

    /* Records of version 3 are never suppressed (RFC3376-7.2.2-a). */
    if (mode == 3 || record == NULL || record->leaves || record->answer_at == V4_NEVER)
        return;
    record->answer_at = V4_NEVER; /* RFC1112-App.I-e, RFC2236-3-d */
    record->repeats = 0;
    record->last = false;
}
