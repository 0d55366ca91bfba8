/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a host may send: each rule names its row of the catalogue. Those of the passive checker of
 * the suite, written once more. */
#pragma once
#include "model/known.h"

/* What is wrong with a frame whoever sent it and why; NULL: nothing. */
const char *model_sent_fault(struct model_host *model, unsigned iface,
                             const struct model_frame *frame);

/* NULL: something that was given or asked for calls for it, and has not been answered before. */
const char *model_cause_fault(struct model_host *model, unsigned iface,
                              const struct model_frame *frame);
