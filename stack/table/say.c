/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/say.h"
#include <string.h>
#include "table/record.h"

#define INTERVAL_3 V4_SECOND        /* RFC3376-8.11-a: between reports that nobody asked for */
#define INTERVAL_2 (10 * V4_SECOND) /* RFC2236-3-e */

static bool say_older(struct v4_reports *reports, struct v4_report_record *record, v4_time now,
                      struct v4_say *say)
{
    if (record->answer_at > now)
        return false;
    say->leaves = record->leaves;
    record->answer_at = V4_NEVER;
    if (record->leaves) {
        record->leaves = record->last = false;
        if (!v4_report_is_wanted(reports, record))
            v4_report_forget(reports, record);
        return true;
    }
    record->last = true;
    if (record->repeats != 0) {
        record->repeats--;
        record->answer_at = v4_report_drawn(reports, now, INTERVAL_2);
    }
    return true;
}

static bool has_record(const struct v4_reports *reports, const struct v4_report_record *record,
                       enum v4_record_type type, struct v4_say *say)
{
    say->type = type;
    return v4_change_record(&record->change, v4_report_state(reports, record), type, &say->count,
                            say->sources);
}

/* A report of the change has been said: when the next one is, or that there is none. */
static void said_change(struct v4_reports *reports, struct v4_report_record *record, v4_time now)
{
    v4_change_sent(&record->change);
    record->change_at =
        v4_change_is_told(&record->change) ? V4_NEVER : v4_report_drawn(reports, now, INTERVAL_3);
    record->blocks = false;
    if (record->change_at == V4_NEVER && !v4_report_is_wanted(reports, record))
        v4_report_forget(reports, record);
}

/* One record, or two: ALLOW first, and BLOCK when that has been taken. */
static bool say_change(struct v4_reports *reports, struct v4_report_record *record, v4_time now,
                       struct v4_say *say)
{
    if (record->change_at > now)
        return false;
    if (!record->blocks && has_record(reports, record, V4_RECORD_ALLOW, say)) {
        struct v4_say next;
        record->blocks = true;
        if (!has_record(reports, record, V4_RECORD_BLOCK, &next))
            said_change(reports, record, now);
        return true;
    }
    bool any = has_record(reports, record, V4_RECORD_BLOCK, say) ||
               has_record(reports, record, V4_RECORD_TO_IN, say) ||
               has_record(reports, record, V4_RECORD_TO_EX, say);
    said_change(reports, record, now);
    return any;
}

static bool say_state(const struct v4_reports *reports, struct v4_report_record *record,
                      struct v4_say *say)
{
    const struct v4_filter *is = v4_report_state(reports, record);

    record->asked_count = 0; /* RFC3376-5.2-k */
    say->type = is->mode == V4_FILTER_INCLUDE ? V4_RECORD_IS_IN : V4_RECORD_IS_EX;
    say->count = is->count;
    memcpy(say->sources, is->sources, is->count * sizeof *is->sources);
    return !v4_filter_is_none(is);
}

/* The answer to queries for the group (RFC3376-5.2-i). */
static bool say_answer(const struct v4_reports *reports, struct v4_report_record *record,
                       v4_time now, struct v4_say *say)
{
    const struct v4_filter *is = v4_report_state(reports, record);

    if (record->answer_at > now)
        return false;
    record->answer_at = V4_NEVER;
    if (record->asked_count == 0)
        return say_state(reports, record, say);
    say->type = V4_RECORD_IS_IN;
    say->count = 0;
    for (size_t i = 0; i < record->asked_count; i++)
        if (v4_filter_wants(is, record->asked[i]))
            say->sources[say->count++] = record->asked[i];
    record->asked_count = 0;
    return say->count != 0;
}

/* The answer to a general query, as much as goes into one report at a time. */
static bool say_general(struct v4_reports *reports, struct v4_report_record *record, v4_time now,
                        struct v4_say *say)
{
    struct v4_report_place *place = &reports->places[record->iface];

    if (!record->told_of || place->burst_at > now)
        return false;
    size_t cost = V4_REPORT_OCTETS + 4 * v4_report_state(reports, record)->count;
    bool fits = place->room == 0 || place->spent == 0 || place->spent + cost <= place->room;
    bool later = place->slot >= V4_MS && /* else it goes with the last */
                 place->over - place->slot_end >= place->slot;
    if (!fits && later) {
        place->spent = 0;
        place->burst_at = v4_report_drawn(reports, place->slot_end, place->slot);
        place->slot_end = v4_time_after(place->slot_end, place->slot);
        return false;
    }
    place->spent += cost;
    record->told_of = false;
    return say_state(reports, record, say);
}

/* The time of an answer to a general query has come. */
static void begin_general(struct v4_reports *reports, unsigned iface, v4_time now)
{
    struct v4_report_place *place = &reports->places[iface];
    struct v4_report_record *record = NULL;

    if (place->general_at > now)
        return;
    place->burst_at = place->general_at;
    place->general_at = V4_NEVER;
    place->spent = 0;
    while ((record = v4_report_next(reports, iface, record)) != NULL)
        record->told_of = v4_report_is_wanted(reports, record);
}

static bool say_of(struct v4_reports *reports, struct v4_report_record *record, v4_time now,
                   struct v4_say *say)
{
    say->iface = record->iface;
    say->group = record->group;
    if (say->version < 3)
        return say_older(reports, record, now, say);
    /* A change that is told may be the record's end, and then there is nothing else to say. */
    return say_general(reports, record, now, say) || say_answer(reports, record, now, say) ||
           say_change(reports, record, now, say);
}

bool v4_reports_take(struct v4_reports *reports, v4_time now, struct v4_say *ret_say)
{
    struct v4_report_record *record, *next;
    struct v4_say say = {0};

    for (unsigned i = 0; i < reports->ifaces; i++) {
        say.version = v4_report_look(reports, i, now);
        begin_general(reports, i, now);
        for (record = v4_report_next(reports, i, NULL); record != NULL; record = next) {
            next = v4_report_next(reports, i, record);
            if (reports->places[i].mute || !say_of(reports, record, now, &say))
                continue;
            *ret_say = say;
            return true;
        }
    }
    return false;
}

static v4_time least(v4_time one, v4_time other)
{
    return one < other ? one : other;
}

v4_time v4_reports_next_timeout(const struct v4_reports *reports)
{
    const struct v4_link *link = v4_list_first(&reports->records);
    v4_time next = V4_NEVER;

    for (unsigned i = 0; i < reports->ifaces; i++)
        if (!reports->places[i].mute)
            next = least(next, reports->places[i].general_at);
    for (; link != NULL; link = v4_list_next(&reports->records, link)) {
        const struct v4_report_record *record = V4_OF(link, struct v4_report_record, link);
        const struct v4_report_place *place = &reports->places[record->iface];
        if (place->mute)
            continue;
        next = least(next, least(record->change_at, record->answer_at));
        if (record->told_of)
            next = least(next, place->burst_at);
    }
    return next;
}
