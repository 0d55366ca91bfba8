/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What a user may switch while the stack runs: switch.def is the list. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "proto/profile.h"
#include "proto/user.h"

struct v4_switches {
#define SWITCH(member, name, min, max, first, rule, words) uint32_t member;
#include "proto/switch.def"
#undef SWITCH
};

/* As they are after open and after reset. */
struct v4_switches v4_switches_first(const struct v4_profile *profile);
/* The names, in the list's order; NULL after the last. */
const char *v4_switch_name(size_t index);
/* Whether it is the name of one. */
bool v4_switch_is(const char *name);

/* EOPNOTSUPP: there is none of that name; EINVAL: it cannot have this value. */
enum v4_error v4_switch_set(struct v4_switches *switches, const char *name, uint64_t value);
enum v4_error v4_switch_get(const struct v4_switches *switches, const char *name,
                            uint32_t *ret_value);
