/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is due to be said of the groups of table/report.h. */
#pragma once
#include "base/time.h"
#include "table/change.h"
#include "table/reports.h"

/* Something to say: in version 3 a record; else a report, or `leaves`. */
struct v4_say {
    unsigned iface, version;
    uint32_t group;
    bool leaves;
    enum v4_record_type type;
    size_t count;
    uint32_t sources[V4_CHANGE_SOURCES];
};
/* Takes out the next one that is due, interface by interface; call until false. */
bool v4_reports_take(struct v4_reports *reports, v4_time now, struct v4_say *ret_say);
/* When there is something to say; V4_NEVER: not at all, until another call. */
v4_time v4_reports_next_timeout(const struct v4_reports *reports);
