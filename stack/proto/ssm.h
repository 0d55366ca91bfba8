/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Which groups are source-specific (RFC 4604 2): of those only the traffic of named sources can be
 * asked for. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "wire/addr.h"

#define V4_SSM_RANGES 8

struct v4_ssm {
    struct v4_prefix ranges[V4_SSM_RANGES];
    size_t count;
};

/* As long as nothing is set: 232/8, or none for a host that knows of no such groups. */
struct v4_ssm v4_ssm_first(bool knows);
/* Whether the group is in one of the ranges. */
bool v4_ssm_has(const struct v4_ssm *ssm, uint32_t group);
/* The very range; NULL: it is not there. */
const struct v4_prefix *v4_ssm_find(const struct v4_ssm *ssm, struct v4_prefix range);
/* False: there is no room. */
bool v4_ssm_add(struct v4_ssm *ssm, struct v4_prefix range);
/* One that was found. */
void v4_ssm_remove(struct v4_ssm *ssm, const struct v4_prefix *found);
