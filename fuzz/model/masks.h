/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The address mask by ICMP (RFC 950 App. I, RFC 1122 3.2.2.9): asked for a few times, taken from
 * the first reply that can be one, and told by those alone who were told to. */
#pragma once
#include "model/claims.h"

void model_masks_learn(struct model_claims *claims, unsigned iface, bool on);
void model_masks_agent(struct model_claims *claims, bool on);
/* Something changes that a mask hangs on. */
void model_masks_unsure(struct model_claims *claims, unsigned iface);

void model_masks_frame(struct model_claims *claims, unsigned iface,
                       const struct model_frame *frame);
const char *model_masks_sent(struct model_claims *claims, unsigned iface,
                             const struct model_frame *frame);
const char *model_masks_done(struct model_claims *claims);
const char *model_masks_time(struct model_claims *claims);
