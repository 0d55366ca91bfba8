/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Messages of IGMP that we send: reports of our groups, and leaves. */
#pragma once
#include "proto/core.h"

/* Sends what is due. */
void v4_igmp_tick(struct v4_core *core);
/* An interface goes up or down: its groups are joined anew, or left while that can be said. */
void v4_igmp_bring(struct v4_core *core, unsigned iface, bool up);
