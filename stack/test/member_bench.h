/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A table of members, whose sources are letters. */
#pragma once
#include <stdio.h>
#include <string.h>
#include "octets.h"
#include "table/members.h"

#define GROUP UINT32_C(0xe9fc0001) /* 233.252.0.1 */
#define GROUPS 8
#define GMI (260 * V4_SECOND)
#define LMQT (2 * V4_SECOND)
#define START (1000 * V4_SECOND)
#define SOURCE_TIME (100 * V4_SECOND)
#define GROUP_TIME (200 * V4_SECOND)

static struct {
    struct v4_membership *table;
    struct v4_membership_part part;
    v4_time now;
} bench;

static inline uint32_t addr_of(char letter)
{
    return UINT32_C(0xc0000200) + (uint8_t)letter;
}

static inline void bench_open(bool querier)
{
    bench.table = v4_membership_open(GROUPS, 2);
    bench.now = START;
    bench.part = (struct v4_membership_part){
        .querier = querier, .suppress = true, .membership = GMI, .last = V4_SECOND, .count = 2};
    cr_assert(bench.table != NULL);
    v4_membership_reset(bench.table);
    v4_membership_play(bench.table, 0, &bench.part);
    v4_membership_play(bench.table, 1, &bench.part);
}

static inline void bench_close(void)
{
    v4_membership_close(bench.table);
}

static inline struct v4_span octets_of(const char *letters)
{
    static uint8_t octets[4 * 128];

    for (size_t i = 0; letters[i] != '\0'; i++)
        v4_put32(octets + 4 * i, addr_of(letters[i]));
    return (struct v4_span){octets, 4 * strlen(letters)};
}

/* A group as it stands before a record comes; none where nobody wants anything. */
static inline void bench_group(bool excludes, const char *x, const char *y)
{
    struct v4_membership_group *group;

    if (!excludes && *x == '\0')
        return;
    group = v4_members_enter(bench.table, 0, GROUP);
    group->excludes = excludes;
    group->until = excludes ? bench.now + GROUP_TIME : 0;
    for (size_t i = 0; x[i] != '\0'; i++)
        group->sources[group->count++] =
            (struct v4_membership_source){.addr = addr_of(x[i]), .until = bench.now + SOURCE_TIME};
    for (size_t i = 0; y[i] != '\0'; i++)
        group->sources[group->count++] = (struct v4_membership_source){.addr = addr_of(y[i])};
    v4_members_changed(bench.table, group);
}

static inline enum v4_membership_answer hears(enum v4_record_type type, const char *sources)
{
    return v4_membership_record(
        bench.table, &(struct v4_member_record){0, GROUP, type, octets_of(sources)}, bench.now);
}

static inline void hear_query(const char *sources)
{
    v4_membership_asked(bench.table, 0, GROUP, octets_of(sources), LMQT, bench.now);
}

static inline const struct v4_membership_group *the_group(void)
{
    return v4_members_find(bench.table, 0, GROUP);
}

static inline char timer(v4_time until, bool of_source)
{
    if (until <= bench.now)
        return '0';
    if (until == bench.now + GMI)
        return 'G';
    if (until == bench.now + LMQT)
        return 'L';
    if (until == bench.now + GROUP_TIME)
        return 'g';
    return of_source && until == bench.now + SOURCE_TIME ? '=' : '?';
}

/* Letters in their order, each with its timer. */
static inline const char *state(void)
{
    static char text[256];
    size_t len = 0;

    for (char letter = 'a'; letter <= 'z'; letter++)
        for (size_t i = 0; the_group() != NULL && i < the_group()->count; i++)
            if (the_group()->sources[i].addr == addr_of(letter)) {
                text[len++] = letter;
                text[len++] = timer(the_group()->sources[i].until, true);
            }
    text[len] = '\0';
    return text;
}

static inline bool mode(void)
{
    return the_group() != NULL && the_group()->excludes;
}

static inline char group_timer(void)
{
    return mode() ? timer(the_group()->until, false) : ' ';
}

/* What is asked by now: `Q` for the group, sources as letters in their order, `S` before what has
 * the flag. */
static inline const char *asks(void)
{
    static char text[256];
    struct v4_membership_ask ask;
    size_t len = 0;

    while (v4_membership_take(bench.table, V4_MEMBERSHIP_SOURCES, bench.now, &ask)) {
        cr_assert(ask.group == GROUP && ask.iface == 0 && len < 200);
        if (len > 0)
            text[len++] = ' ';
        if (ask.suppress)
            text[len++] = 'S';
        if (ask.count == 0)
            text[len++] = 'Q';
        for (char letter = 'a'; letter <= 'z'; letter++)
            for (size_t i = 0; i < ask.count; i++)
                if (ask.sources[i] == addr_of(letter))
                    text[len++] = letter;
    }
    text[len] = '\0';
    return text;
}

/* Time passes, without questions to be taken before its end. */
static inline void passes(v4_time span)
{
    bench.now += span;
}

/* The mode and who is wanted, what is over being over. */
static inline const char *words(void)
{
    static char text[256];
    size_t len;

    cr_expect_str_eq(asks(), "");
    if (the_group() == NULL)
        return "none";
    len = (size_t)snprintf(text, sizeof text, "%s ", mode() ? "ex" : "in");
    for (char letter = 'a'; letter <= 'z'; letter++)
        for (size_t i = 0; i < the_group()->count; i++)
            if (the_group()->sources[i].addr == addr_of(letter) &&
                the_group()->sources[i].until > bench.now)
                text[len++] = letter;
    text[len] = '\0';
    return text;
}

static inline bool is_wanted(char letter)
{
    return v4_membership_wants(bench.table, 0, GROUP, addr_of(letter), bench.now);
}
