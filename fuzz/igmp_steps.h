/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Changes to a script that are about groups: queriers of all versions ask, neighbours report,
 * sockets join, filter and leave, time passes. The groups and sources are few, so that they meet;
 * the checksums are made right again nearly always. */
#pragma once
#include "mutate.h"

/* One change, somewhere, to a script of nothing else. */
void igmp_step(struct draft *draft);
/* Some, one after the other most of the time, to the script of a whole host. */
void igmp_talk(struct draft *draft);
/* Some, to the script of a host and its groups, and of two on a wire that loses frames
 * (igmp_changes.c). */
void igmp_change(struct draft *draft);
