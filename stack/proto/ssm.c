/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/ssm.h"

struct v4_ssm v4_ssm_first(bool knows)
{
    return (struct v4_ssm){.ranges = {{V4_ADDR(232, 0, 0, 0), 8}}, .count = knows ? 1 : 0};
}

bool v4_ssm_has(const struct v4_ssm *ssm, uint32_t group)
{
    for (size_t i = 0; i < ssm->count; i++)
        if (v4_prefix_contains(ssm->ranges[i], group))
            return true;
    return false;
}

const struct v4_prefix *v4_ssm_find(const struct v4_ssm *ssm, struct v4_prefix range)
{
    for (size_t i = 0; i < ssm->count; i++)
        if (ssm->ranges[i].addr == range.addr && ssm->ranges[i].len == range.len)
            return &ssm->ranges[i];
    return NULL;
}

bool v4_ssm_add(struct v4_ssm *ssm, struct v4_prefix range)
{
    if (ssm->count == V4_SSM_RANGES)
        return false;
    ssm->ranges[ssm->count++] = range;
    return true;
}

void v4_ssm_remove(struct v4_ssm *ssm, const struct v4_prefix *found)
{
    size_t at = (size_t)(found - ssm->ranges);

    for (ssm->count--; at < ssm->count; at++)
        ssm->ranges[at] = ssm->ranges[at + 1];
}
