/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Changes to a script of two hosts: to the steps of those with a router between them (between.h),
 * which begin with a frame that is too short to be one, or to the conversation of those on one
 * wire. */
#include "fuzz.h"
#include "igmp_steps.h"
#include "steps.h"

void mutate_script(struct draft *draft)
{
    const struct draft_record *first = draft->records;

    if (draft->count > 0 && first->is.kind == SCRIPT_FRAME && first->len < FUZZ_ETHERNET)
        steps_change(draft);
    else
        igmp_change(draft);
}
