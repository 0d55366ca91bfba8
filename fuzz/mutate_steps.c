/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Changes to a script of steps (steps.h). */
#include "steps.h"

void mutate_script(struct draft *draft)
{
    steps_change(draft);
}
