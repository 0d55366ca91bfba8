/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/security.h"
#include <string.h>

#define LENGTH 1
#define LEVEL 2
#define FLAGS 3
#define ASSIGNED 0xf8 /* authorities, in the first octet of flags; none in others */
#define MORE 0x01     /* another octet of flags follows */
#define COMMERCIAL_MIN 6
#define UNKNOWN_LEVEL 4

/* By rank, unclassified first: RFC1108-2.3-a. */
static const uint8_t levels[] = {0xab, 0x96, 0x5a, 0x3d};

static unsigned rank_of(uint8_t level)
{
    unsigned rank = 0;

    while (rank < UNKNOWN_LEVEL && levels[rank] != level)
        rank++;
    return rank;
}

/* RFC1108-2.4-a: each octet says whether it is the last, and only the first has authorities. */
static bool flags_are_right(const uint8_t *flags, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool more = flags[i] & MORE;
        uint8_t authorities = i == 0 ? ASSIGNED : 0;
        if (more != (i + 1 < len) || (flags[i] & ~authorities & ~MORE) != 0)
            return false;
    }
    return true;
}

static enum v4_drop judge_basic(const struct v4_core *core, const uint8_t *option)
{
    const struct v4_switches *switches = &core->switches;
    size_t len = option[LENGTH] - (size_t)FLAGS;
    unsigned rank = rank_of(option[LEVEL]);
    uint8_t authorities = len == 0 ? 0 : option[FLAGS] & ASSIGNED;

    if (rank == UNKNOWN_LEVEL || !flags_are_right(option + FLAGS, len))
        return V4_DROP_LABEL;
    if (rank < switches->security_low || rank > switches->security_high ||
        (authorities & ~switches->security_authorities) != 0)
        return V4_DROP_LABEL_RANGE;
    return V4_KEEP;
}

/* What is neither basic nor extended has no format that we know (RFC1108-3.6-b). */
static bool is_wrong_beside(const struct v4_option *option, const uint8_t *octets, bool basic)
{
    if (option->type == V4_OPTION_COMMERCIAL_SECURITY) /* RFC6274-3.13.2.14-a */
        return option->len < COMMERCIAL_MIN;
    if (option->type != V4_OPTION_EXTENDED_SECURITY)
        return false;
    return option->len < 3 || !basic || octets[2] != 0; /* RFC1108-3-a, RFC1108-3.6-a */
}

static bool has_basic(struct v4_span options)
{
    struct v4_option option;
    size_t at = 0;

    while (v4_option_next(options, &at, &option))
        if (option.type == V4_OPTION_SECURITY)
            return true;
    return false;
}

enum v4_drop v4_security_judge(const struct v4_core *core, struct v4_span options, uint8_t *ret_at)
{
    bool basic = has_basic(options);
    struct v4_option option;
    enum v4_drop why;
    size_t at = 0;

    while (v4_option_next(options, &at, &option)) {
        const uint8_t *octets = options.octets + option.at;
        why = option.type == V4_OPTION_SECURITY         ? judge_basic(core, octets)
              : is_wrong_beside(&option, octets, basic) ? V4_DROP_LABEL
                                                        : V4_KEEP;
        *ret_at = option.at;
        if (why != V4_KEEP)
            return why;
    }
    return basic ? V4_KEEP : V4_DROP_LABEL_NONE;
}

enum v4_error v4_security_send(const struct v4_core *core, struct v4_span options)
{
    uint8_t at;

    if (!core->switches.security)
        return V4_OK;
    switch (v4_security_judge(core, options, &at)) {
    case V4_DROP_LABEL_RANGE:
        return V4_EACCES;
    case V4_DROP_LABEL:
        return V4_EINVAL;
    default:
        return V4_OK;
    }
}

void v4_security_label(const struct v4_core *core, bool report, struct v4_option_list *list)
{
    const struct v4_switches *switches = &core->switches;
    bool wanted = switches->security && (report || switches->security_label);

    if (!wanted || has_basic(v4_option_list_span(list)) ||
        list->len > V4_IP_OPTIONS_MAX - V4_SECURITY_LABEL)
        return;
    /* In front: what ends the list would hide it. No flags (RFC1108-2.4-c). */
    memmove(list->octets + V4_SECURITY_LABEL, list->octets, list->len);
    const uint8_t label[V4_SECURITY_LABEL] = {V4_OPTION_SECURITY, 3, levels[switches->security_low],
                                              V4_OPTION_NOP};
    memcpy(list->octets, label, sizeof label);
    list->len += sizeof label;
}
