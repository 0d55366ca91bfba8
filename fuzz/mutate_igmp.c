/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Changes to the script of a host and its groups (igmp_steps.h). */
#include "igmp_steps.h"

void mutate_script(struct draft *draft)
{
    igmp_change(draft);
}
