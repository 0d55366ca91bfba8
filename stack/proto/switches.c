/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/switches.h"
#include <string.h>

static const struct {
    const char *name;
    size_t offset;
    uint32_t min, max;
} list[] = {
#define SWITCH(member, name, min, max, first, rule, words)                                         \
    {name, offsetof(struct v4_switches, member), min, max},
#include "proto/switch.def"
#undef SWITCH
};

#define SWITCHES (sizeof list / sizeof *list)

struct v4_switches v4_switches_first(const struct v4_profile *profile)
{
    return (struct v4_switches){
#define SWITCH(member, name, min, max, first, rule, words) .member = first,
#include "proto/switch.def"
#undef SWITCH
    };
}

const char *v4_switch_name(size_t index)
{
    return index < SWITCHES ? list[index].name : NULL;
}

/* SWITCHES when there is none of that name. */
static size_t find(const char *name)
{
    size_t i = 0;

    while (i < SWITCHES && strcmp(list[i].name, name) != 0)
        i++;
    return i;
}

bool v4_switch_is(const char *name)
{
    return find(name) < SWITCHES;
}

enum v4_error v4_switch_set(struct v4_switches *switches, const char *name, uint64_t value)
{
    size_t i = find(name);

    if (i == SWITCHES)
        return V4_EOPNOTSUPP;
    if (value < list[i].min || value > list[i].max)
        return V4_EINVAL;
    uint32_t number = (uint32_t)value;
    memcpy((char *)switches + list[i].offset, &number, sizeof number);
    return V4_OK;
}

enum v4_error v4_switch_get(const struct v4_switches *switches, const char *name,
                            uint32_t *ret_value)
{
    size_t i = find(name);

    if (i == SWITCHES)
        return V4_EOPNOTSUPP;
    memcpy(ret_value, (const char *)switches + list[i].offset, sizeof *ret_value);
    return V4_OK;
}
