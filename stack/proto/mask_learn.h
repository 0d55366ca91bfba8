/* SPDX-License-Identifier: BSD-2-Clause
 *
 * An interface that learns its address mask from whoever tells it by ICMP (RFC 950, RFC
 * 1122 3.2.2.9), where its user wants that: until then it has the mask of its address's class. */
#pragma once
#include "proto/core.h"
#include "wire/icmp.h"

/* Begins or ends it; the mask that was configured comes back with the end. EADDRNOTAVAIL: the
 * interface has no address. */
enum v4_error v4_mask_learn_set(struct v4_core *core, unsigned iface, bool on);
/* The interface has come up: what it has learned may have changed. */
void v4_mask_learn_restart(struct v4_core *core, unsigned iface);

/* A reply, asked for or not. */
enum v4_drop v4_mask_learn_heard(struct v4_core *core, const struct v4_packet *packet,
                                 const struct v4_icmp *reply);

/* Asks, and again where nobody has answered; when it is due next. */
void v4_mask_learn_tick(struct v4_core *core);
v4_time v4_mask_learn_next_timeout(const struct v4_core *core);
