/* SPDX-License-Identifier: BSD-2-Clause */
#include "security.h"
#include "model/options.h"

enum {
    BASIC = 130,
    EXTENDED = 133,
    COMMERCIAL = 134,
    RANKS = 4
};

/* RFC 1108 2.3: unclassified, confidential, secret, top secret. */
uint8_t model_security_level(unsigned rank)
{
    static const uint8_t levels[RANKS] = {0xab, 0x96, 0x5a, 0x3d};

    return levels[rank % RANKS];
}

/* RFC 1108 2.4: the last bit of each octet says whether another follows; only the first has
 * authorities, in its five upper bits, and all else is zero. */
static bool flags_are_right(const uint8_t *flags, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((flags[i] & 1) != (i + 1 < len))
            return false;
        if ((flags[i] & 0xfe) != 0 && (i > 0 || (flags[i] & 0x06) != 0))
            return false;
    }
    return true;
}

static enum v4_drop judge_basic(const struct model_rules *rules, const uint8_t *option)
{
    unsigned rank = 0;

    while (rank < RANKS && model_security_level(rank) != option[2])
        rank++;
    if (rank == RANKS || !flags_are_right(option + 3, option[1] - 3u))
        return V4_DROP_LABEL;
    unsigned authorities = option[1] > 3 ? option[3] & 0xf8u : 0;
    return rank < rules->low || rank > rules->high || authorities & ~rules->authorities
               ? V4_DROP_LABEL_RANGE
               : V4_KEEP;
}

/* RFC 1108 3: an extended option has a basic one beside it, and a format that we know: none. */
static bool is_wrong(const uint8_t *option, bool basic)
{
    if (option[0] == COMMERCIAL)
        return option[1] < 6;
    return option[0] == EXTENDED && (!basic || option[1] < 3 || option[2] != 0);
}

enum v4_drop model_security(const struct model_rules *rules, struct v4_span options, size_t *ret_at)
{
    struct model_option found[MODEL_OPTIONS_MAX];
    size_t count = model_options(options.octets, options.len, found);
    bool basic = false;

    for (size_t i = 0; i < count; i++)
        basic |= found[i].type == BASIC;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *option = options.octets + found[i].at;
        enum v4_drop drop = found[i].type == BASIC    ? judge_basic(rules, option)
                            : is_wrong(option, basic) ? V4_DROP_LABEL
                                                      : V4_KEEP;
        *ret_at = found[i].at;
        if (drop != V4_KEEP)
            return drop;
    }
    return basic ? V4_KEEP : V4_DROP_LABEL_NONE;
}
