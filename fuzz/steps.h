/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Changes to short steps of a few octets each: another kind, another octet, done again, in another
 * order, with time in between. There is nothing to repair. */
#pragma once
#include "mutate.h"

void steps_change(struct draft *draft);
