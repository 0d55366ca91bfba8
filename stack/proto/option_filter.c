/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/option_filter.h"
#include "wire/option.h"

#define FILTER(type, act, section) {type, V4_TRANSIT_##act},
static const struct {
    uint8_t type;
    enum v4_transit act;
} rows[] = {
#include "proto/option_filter.def"
};
#undef FILTER

#define ROWS (sizeof rows / sizeof *rows)

static bool is_route(uint8_t type)
{
    return type == V4_OPTION_LSRR || type == V4_OPTION_SSRR;
}

static enum v4_transit usual(const struct v4_option_filter *filter, bool routes, uint8_t type)
{
    bool open = !filter->drops || (is_route(type) && routes);

    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].type == type)
            return open ? V4_TRANSIT_PROCESS : rows[i].act;
    return V4_TRANSIT_UNSAID;
}

struct v4_option_filter v4_option_filter_first(bool drops)
{
    return (struct v4_option_filter){.drops = drops};
}

enum v4_transit v4_option_transit(const struct v4_option_filter *filter, bool routes, uint8_t type)
{
    enum v4_transit act = (enum v4_transit)filter->acts[type];

    if (act == V4_TRANSIT_UNSAID)
        act = usual(filter, routes, type);
    if (act == V4_TRANSIT_UNSAID) /* RFC7126-4.23-a */
        act = (enum v4_transit)filter->acts[V4_TRANSIT_OTHERS];
    return act == V4_TRANSIT_UNSAID ? V4_TRANSIT_PROCESS : act;
}

/* Whether the packet has another one of this type before `end`: it is one packet all the same. */
static bool has_before(struct v4_span options, uint8_t type, size_t end)
{
    struct v4_option option;
    size_t at = 0;

    while (v4_option_next(options, &at, &option) && option.at < end)
        if (option.type == type)
            return true;
    return false;
}

enum v4_drop v4_option_filtered(struct v4_option_filter *filter, bool routes, unsigned iface,
                                struct v4_span options)
{
    enum v4_drop why = V4_KEEP;
    struct v4_option option;
    size_t at = 0;

    while (v4_option_next(options, &at, &option)) {
        if (!has_before(options, option.type, option.at))
            filter->seen[iface][option.type]++;
        if (v4_option_transit(filter, routes, option.type) == V4_TRANSIT_DROP)
            why = V4_DROP_OPTION_FILTERED;
    }
    return why;
}
