/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The commands of 802.2 that every host answers, XID and TEST, and what it says to them (RFC 1042;
 * IEEE 802.2 5.4.1). */
#pragma once
#include "model/known.h"

/* A response that was sent. NULL: it answers the command that has just come, once. */
const char *model_response_fault(struct model_host *model, unsigned iface,
                                 const struct model_frame *frame);

/* After a call: the command that came was to be answered, and was not. */
bool model_command_passed(struct model_host *model);
