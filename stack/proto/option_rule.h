/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a host does with each option, in each use that it has for one: option_rule.def as a table.
 */
#pragma once
#include <stdint.h>

enum v4_option_check {
    V4_CHECK_NOTHING,
    V4_CHECK_ROUTE,    /* RFC6274-3.13.2.3-d, RFC6274-3.13.2.5-a: 3 octets and whole addresses */
    V4_CHECK_OBSOLETE, /* RFC6274-3.13.2.9-a: nobody has had a use for it for long */
};

enum v4_option_use {
    V4_OPTION_SENT,
    V4_OPTION_RECEIVED,
    V4_OPTION_PASSED,
    V4_OPTION_REPLIED,
    V4_OPTION_REPORTED,
    V4_OPTION_USES,
    V4_OPTION_TRANSIT = V4_OPTION_USES, /* for others: as PASSED, but routes lead on elsewhere */
};

enum v4_option_act {
    V4_ACT_KEEP,
    V4_ACT_OMIT,
    V4_ACT_ENTER,
    V4_ACT_TURN,
    V4_ACT_LEAD,
    V4_ACT_LABEL,
};

struct v4_option_rule {
    uint8_t type;
    enum v4_option_check check;
    enum v4_option_act acts[V4_OPTION_USES];
};

/* The row of this type, or that of all others. */
const struct v4_option_rule *v4_option_rule(uint8_t type);
