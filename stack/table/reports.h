/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The table behind table/report.h and table/say.h, from its beginning to its end. */
#pragma once
#include "base/rng.h"
#include "table/group.h"

#define V4_REPORT_ASKED 64 /* sources of queries that are remembered (RFC3376-9.1-d) */
#define V4_ROBUSTNESS_DEFAULT 2
#define V4_ROBUSTNESS_MAX 7

struct v4_reports;

/* `groups` outlives it; the interfaces' numbers are below `ifaces`. NULL when memory is short or a
 * number is 0. It is reset before it is used: then every interface is up, and speaks no later
 * version than `newest`. */
struct v4_reports *v4_reports_open(const struct v4_groups *groups, size_t records, unsigned ifaces);
void v4_reports_close(struct v4_reports *reports); /* NULL is fine */
void v4_reports_reset(struct v4_reports *reports, unsigned newest, struct v4_rng rng);
