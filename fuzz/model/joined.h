/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The groups of a whole host: what its users have joined, what it says of that by IGMP (watch.h),
 * and which datagrams of groups reach whom: RFC 1112, 2236, 3376 and docs/upper-tester.md. A line
 * or a frame of which the RFCs leave open what follows ends that, of one interface until it has
 * been down.
 *
 * The calls that return words return NULL, or which invariant is broken and how. */
#pragma once
#include "model/known.h"

void model_joined_open(const struct model_iface ifaces[2]);

/* The clock goes on; a fault is told by model_joined_done(). */
void model_joined_time(uint64_t now);
/* A step of the clock is over. */
void model_joined_passed(void);
/* `until`, or a moment later (see model_watch_moment). */
uint64_t model_joined_moment(uint64_t until);

/* What the host is given, before the call. */
void model_joined_frame(const struct model_host *model, unsigned iface,
                        const struct model_frame *frame, struct v4_span octets);
void model_joined_line(const struct model_host *model, const char *line);

/* What comes of it. */
const char *model_joined_said(const struct model_host *model, const char *line);
const char *model_joined_sent(const struct model_host *model, unsigned iface,
                              const struct model_frame *frame, struct v4_span octets);
const char *model_joined_done(void);

/* Filters that there are, and sources in them. */
size_t model_joined_sources(void);

/* Questions whose answers show more of what has happened: a line, or NULL when there is none left
 * to ask. */
const char *model_joined_asks(void);
