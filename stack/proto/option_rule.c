/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/option_rule.h"
#include "wire/option.h"

#define OPTION(type, check, sent, received, passed, replied, reported)                             \
    {type,                                                                                         \
     V4_CHECK_##check,                                                                             \
     {V4_ACT_##sent, V4_ACT_##received, V4_ACT_##passed, V4_ACT_##replied, V4_ACT_##reported}},
static const struct v4_option_rule rules[] = {
#include "proto/option_rule.def"
};
#undef OPTION

#define OTHERS (sizeof rules / sizeof *rules - 1)

const struct v4_option_rule *v4_option_rule(uint8_t type)
{
    for (size_t i = 0; i < OTHERS; i++)
        if (rules[i].type == type)
            return &rules[i];
    return &rules[OTHERS];
}
