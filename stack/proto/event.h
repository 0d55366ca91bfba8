/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the user is told: a queue of events with their octets. */
#pragma once
#include "proto/core.h"

/* Tells the user; `event` without its spans. False: the queue is full, and the caller has a packet
 * to drop. */
bool v4_event_tell(struct v4_core *core, const struct v4_event *event, struct v4_span options,
                   struct v4_span data);
/* The oldest event, if any. */
bool v4_event_take(struct v4_core *core, struct v4_event *ret_event);
