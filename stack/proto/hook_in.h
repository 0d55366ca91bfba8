/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The rules (table/rule.h) for what has come in. */
#pragma once
#include "proto/core.h"

/* A packet at one of the first three hooks; `out`: the interface that it is to leave by, counted
 * from 1, or 0. False: it ends here, counted, and reported where the rule says so. What a rule
 * rewrites lies in core->entering from then on. */
bool v4_hook_in(struct v4_core *core, enum v4_hook hook, struct v4_packet *packet, unsigned out);
