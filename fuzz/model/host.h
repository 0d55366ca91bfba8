/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is known of a host from what it was given: what it may send, and the little that it must.
 * Written from RFC 791, 792, 826, 768 and 1122 alone; shares no code with what it judges.
 *
 * It says what must come only where that is plain: a well-formed packet whose fate is sure
 * (model/fate.h), in a frame to the host, from a neighbour whose MAC the host was told a moment
 * ago. Of all else it only says what must not come. */
#pragma once
#include "model/known.h"

/* A host with the lab's addresses, at time 0. */
void model_host_open(struct model_host *model, const struct model_iface ifaces[2]);

/* What it is given: before the call. The octets must last as long as the model. */
void model_host_frame(struct model_host *model, unsigned iface, struct v4_span frame);
void model_host_line(struct model_host *model, const char *line);
void model_host_time(struct model_host *model, uint64_t now);

/* What comes of it: NULL, or which invariant is broken and how ("cause: an answer to nobody"). */
const char *model_host_sent(struct model_host *model, unsigned iface, struct v4_span frame);
const char *model_host_said(struct model_host *model, const char *line);
/* After all that came of one call. */
const char *model_host_done(struct model_host *model);
