/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a host says by TCP before a connection is open, and as whom (RFC 793 3.4; RFC 1122 4.2.2.6,
 * 4.2.3.7, 4.2.3.10): who asks and who answers with which TTL, TOS, source and size, and what
 * becomes of a segment that is of no connection. What goes on in an open connection is not judged,
 * but that its header's choices stay. */
#pragma once
#include "model/known.h"

void model_segments_open(void);

/* The reply to a call of the user's: "* ok ...", or a refusal. NULL, or what is wrong with it. */
const char *model_segments_said(struct model_host *model, const char *reply, bool ok);

/* A datagram that the host is given; `plain`: it leaves nothing open, and can be answered now. */
void model_segments_given(const struct model_host *model, const struct model_packet *packet,
                          bool plain);

/* A segment that was sent. */
const char *model_segments_sent(const struct model_host *model, unsigned iface,
                                const struct model_packet *packet);

/* After a call: a segment that was to be answered was not. */
bool model_segments_passed(const struct model_host *model);
