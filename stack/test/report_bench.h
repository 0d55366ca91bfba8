/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Groups and what is said of them on a bench, with no message and no host. */
#pragma once
#include "octets.h"
#include "table/report.h"
#include "table/say.h"

#define A UINT32_C(0xe9fc0001)
#define B UINT32_C(0xe9fc0002)
#define C UINT32_C(0xe9fc0003)
#define S1 UINT32_C(0xc0000201)
#define S2 UINT32_C(0xc0000202)
#define S3 UINT32_C(0xc0000203)
#define MAX_10 (10 * V4_SECOND)
#define SEEDS 40

static struct v4_groups *groups;
static struct v4_reports *reports;
static struct v4_say said;

static inline void reports_open(unsigned newest, uint64_t seed)
{
    groups = v4_groups_open(300, 300);
    reports = v4_reports_open(groups, 300, 2);
    cr_assert(groups != NULL && reports != NULL);
    v4_reports_reset(reports, newest, v4_rng_open(seed));
}

static inline void reports_close(void)
{
    v4_reports_close(reports);
    v4_groups_close(groups);
}

/* The one user's filter: a mode and up to three sources, the rest 0. */
static inline void wants(unsigned iface, uint32_t group, enum v4_filter_mode mode, uint32_t one,
                         uint32_t two, uint32_t three, v4_time now)
{
    const uint32_t sources[] = {one, two, three};
    const struct v4_filter *wanted = v4_groups_wanted(groups, iface, group);
    struct v4_filter was = wanted == NULL ? (struct v4_filter){0} : *wanted, filter;
    size_t count = 0;

    while (count < 3 && sources[count] != 0)
        count++;
    cr_assert(v4_filter_make(mode, sources, count, &filter));
    cr_assert(v4_groups_listen(groups, &(struct v4_listener){1, iface, group}, &filter) ==
              V4_LISTEN_DONE);
    v4_reports_changed(reports, iface, group, &was, now);
}

static inline void joins(uint32_t group, v4_time now)
{
    wants(0, group, V4_FILTER_EXCLUDE, 0, 0, 0, now);
}

static inline void leaves(uint32_t group, v4_time now)
{
    wants(0, group, V4_FILTER_INCLUDE, 0, 0, 0, now);
}

static inline bool takes(v4_time now)
{
    return v4_reports_take(reports, now, &said);
}

/* All that is due until then, none of it looked at. */
static inline unsigned passes(v4_time end)
{
    unsigned count = 0;
    v4_time next;

    while ((next = v4_reports_next_timeout(reports)) <= end)
        while (takes(next))
            count++;
    return count;
}

/* The next thing that is said, at its own time; before `end`. */
static inline v4_time hears(v4_time end)
{
    v4_time next = v4_reports_next_timeout(reports);

    cr_assert(next <= end, "nothing is said by %llu", (unsigned long long)end);
    cr_assert(next == 0 || !takes(next - 1), "before its time");
    cr_assert(takes(next));
    return next;
}

static inline void expect_said(enum v4_record_type type, uint32_t group, size_t count)
{
    cr_expect(said.version == 3 && said.type == type && said.group == group && said.count == count,
              "version %u, type %d, %zu sources", said.version, (int)said.type, said.count);
}

static inline void asks(unsigned version, uint32_t group, v4_time max, v4_time now)
{
    v4_reports_query(reports, 0, &(struct v4_query){.version = version, .group = group, .max = max},
                     now);
}

static inline void asks_of(uint32_t group, v4_time max, const uint32_t *sources, size_t count,
                           v4_time now)
{
    v4_reports_query(
        reports, 0,
        &(struct v4_query){
            .version = 3, .group = group, .max = max, .sources = sources, .count = count},
        now);
}
