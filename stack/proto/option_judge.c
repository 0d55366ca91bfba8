/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/option_judge.h"
#include "proto/option_rule.h"

#define LENGTH 1
#define ROUTE_HEADER 3 /* type, length, pointer */

static enum v4_drop judge_route(const uint8_t *option, uint16_t offset, uint8_t *ret_octet)
{
    *ret_octet = 0;
    if (offset != 0 && option[0] == V4_OPTION_RECORD_ROUTE) /* RFC6274-3.13.2.5-b */
        return V4_DROP_OPTION_FRAGMENT;
    *ret_octet = LENGTH;
    return (option[LENGTH] - ROUTE_HEADER) % 4 == 0 ? V4_KEEP : V4_DROP_OPTION_LENGTH;
}

static enum v4_drop judge_one(const struct v4_core *core, const uint8_t *option, uint16_t offset,
                              uint8_t *ret_octet)
{
    *ret_octet = 0;
    switch (v4_option_rule(option[0])->check) {
    case V4_CHECK_ROUTE:
        return core->switches.strict_options ? judge_route(option, offset, ret_octet) : V4_KEEP;
    case V4_CHECK_OBSOLETE:
        return core->switches.drop_obsolete ? V4_DROP_OBSOLETE : V4_KEEP;
    case V4_CHECK_NOTHING:
        break;
    }
    return V4_KEEP;
}

enum v4_drop v4_option_judge(const struct v4_core *core, struct v4_span options, uint16_t offset,
                             uint8_t *ret_pointer)
{
    struct v4_option option;
    uint8_t octet;
    size_t at = 0;

    while (v4_option_next(options, &at, &option)) {
        enum v4_drop why = judge_one(core, options.octets + option.at, offset, &octet);
        if (why == V4_KEEP)
            continue;
        *ret_pointer = (uint8_t)(V4_IP_HEADER_MIN + option.at + octet);
        return why;
    }
    return V4_KEEP;
}
