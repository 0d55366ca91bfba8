/* SPDX-License-Identifier: BSD-2-Clause */
#include "table/record.h"
#include <stdlib.h>

const struct v4_filter v4_report_nothing = {.mode = V4_FILTER_INCLUDE};

struct v4_reports *v4_reports_open(const struct v4_groups *groups, size_t records, unsigned ifaces)
{
    struct v4_reports *opened;

    if (ifaces == 0)
        return NULL;
    opened = calloc(1, sizeof *opened + ifaces * sizeof *opened->places);
    if (opened == NULL)
        return NULL;
    opened->groups = groups;
    opened->ifaces = ifaces;
    v4_list_open(&opened->records);
    if (v4_pool_open(&opened->pool, records, sizeof(struct v4_report_record)))
        return opened;
    free(opened);
    return NULL;
}

void v4_reports_close(struct v4_reports *reports)
{
    if (reports == NULL)
        return;
    v4_pool_close(&reports->pool);
    free(reports);
}

void v4_report_forget(struct v4_reports *reports, struct v4_report_record *record)
{
    v4_list_remove(&record->link);
    v4_pool_give(&reports->pool, record);
}

void v4_reports_reset(struct v4_reports *reports, unsigned newest, struct v4_rng rng)
{
    struct v4_link *link;

    while ((link = v4_list_first(&reports->records)) != NULL)
        v4_report_forget(reports, V4_OF(link, struct v4_report_record, link));
    for (unsigned i = 0; i < reports->ifaces; i++)
        reports->places[i] =
            (struct v4_report_place){.querier = v4_querier_start(newest, V4_ROBUSTNESS_DEFAULT),
                                     .general_at = V4_NEVER,
                                     .burst_at = V4_NEVER};
    reports->rng = rng;
}

struct v4_report_record *v4_report_next(const struct v4_reports *reports, unsigned iface,
                                        const struct v4_report_record *after)
{
    struct v4_link *link = after == NULL ? v4_list_first(&reports->records)
                                         : v4_list_next(&reports->records, &after->link);

    while (link != NULL && V4_OF(link, struct v4_report_record, link)->iface != iface)
        link = v4_list_next(&reports->records, link);
    return link == NULL ? NULL : V4_OF(link, struct v4_report_record, link);
}

struct v4_report_record *v4_report_find(const struct v4_reports *reports, unsigned iface,
                                        uint32_t group)
{
    struct v4_report_record *record = NULL;

    while ((record = v4_report_next(reports, iface, record)) != NULL && record->group != group)
        ;
    return record;
}

bool v4_report_is_wanted(const struct v4_reports *reports, const struct v4_report_record *record)
{
    return v4_groups_wanted(reports->groups, record->iface, record->group) != NULL;
}

const struct v4_filter *v4_report_state(const struct v4_reports *reports,
                                        const struct v4_report_record *record)
{
    const struct v4_filter *wanted =
        v4_groups_wanted(reports->groups, record->iface, record->group);

    return wanted == NULL || reports->places[record->iface].down ? &v4_report_nothing : wanted;
}

v4_time v4_report_drawn(struct v4_reports *reports, v4_time now, v4_time max)
{
    uint32_t most = (uint32_t)(max / V4_MS);

    return v4_time_after(now,
                         (1 + (v4_time)v4_rng_below(&reports->rng, most == 0 ? 1 : most)) * V4_MS);
}

void v4_report_calm(struct v4_report_record *record)
{
    record->change_at = record->answer_at = V4_NEVER;
    record->change.mode_left = 0;
    record->change.count = record->asked_count = 0;
    record->repeats = 0;
    record->blocks = record->told_of = record->leaves = false;
}

void v4_report_cancel(struct v4_reports *reports, unsigned iface)
{
    struct v4_report_record *record = v4_report_next(reports, iface, NULL), *next;

    reports->places[iface].general_at = reports->places[iface].burst_at = V4_NEVER;
    for (; record != NULL; record = next) {
        next = v4_report_next(reports, iface, record);
        v4_report_calm(record);
        if (!v4_report_is_wanted(reports, record))
            v4_report_forget(reports, record);
    }
}

/* Who begins to speak version 2 has to believe that it was the last to report what it wants
 * (RFC2236-3-h). */
unsigned v4_report_look(struct v4_reports *reports, unsigned iface, v4_time now)
{
    struct v4_querier *querier = &reports->places[iface].querier;
    unsigned mode = v4_querier_mode(querier, now);
    struct v4_report_record *record = NULL;

    if (mode == querier->mode)
        return mode;
    querier->mode = mode;
    v4_report_cancel(reports, iface);
    while ((record = v4_report_next(reports, iface, record)) != NULL)
        record->last = true;
    return mode;
}

struct v4_report_record *v4_report_enter(struct v4_reports *reports, unsigned iface, uint32_t group)
{
    struct v4_link *link = v4_list_first(&reports->records);

    while (v4_pool_left(&reports->pool) == 0 && link != NULL) {
        struct v4_report_record *old = V4_OF(link, struct v4_report_record, link);
        link = v4_list_next(&reports->records, link);
        if (!v4_report_is_wanted(reports, old))
            v4_report_forget(reports, old);
    }
    struct v4_report_record *record = v4_pool_take(&reports->pool);
    if (record == NULL) /* there are fewer records than groups */
        return NULL;
    record->iface = iface;
    record->group = group;
    record->last = false;
    v4_report_calm(record);
    v4_list_append(&reports->records, &record->link);
    return record;
}
