/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/ip_option.h"
#include <string.h>
#include "proto/role.h"

#define ROUTE_HEADER 3 /* type, length, pointer */
#define ROUTE_FIRST 4  /* the pointer to the first address */

/* Whose address a timestamp stands for. The next of a prespecified list may be any of ours. */
static uint32_t stamp_addr(const struct v4_core *core, const uint8_t *option, uint32_t addr)
{
    uint32_t next;
    unsigned iface;

    if ((option[3] & 0x0f) == V4_TIMESTAMP_PRESPECIFIED && v4_option_next_addr(option, &next) &&
        v4_role_ours(core, next, &iface))
        return next;
    return addr;
}

/* What is done with this option: by its row, and by what the host was told to support. */
static enum v4_option_act act_of(const struct v4_core *core, uint8_t type, enum v4_option_use use)
{
    bool transit = use == V4_OPTION_TRANSIT;
    bool ignored = (type == V4_OPTION_TIMESTAMP && !core->switches.timestamp_option) ||
                   (transit && v4_core_transit(core, type) == V4_TRANSIT_IGNORE);
    enum v4_option_act act = /* RFC6274-3.13.2.7-a */
        v4_option_rule(ignored ? V4_OPTION_EOL : type)->acts[transit ? V4_OPTION_PASSED : use];

    if (transit && act == V4_ACT_LEAD)
        return V4_ACT_KEEP;

    if (act == V4_ACT_LABEL)
        return core->switches.security ? V4_ACT_KEEP : V4_ACT_OMIT;
    return act;
}

static void enter(const struct v4_core *core, uint8_t *option, uint32_t addr)
{
    if (option[0] == V4_OPTION_TIMESTAMP) /* RFC1122-3.2.1.8e-b, RFC1122-3.2.1.8e-c */
        v4_option_stamp(option, stamp_addr(core, option, addr), v4_core_timestamp(core));
    else /* RFC791-3.1_RR-b, RFC791-3.1_LSRR-b */
        v4_option_record(option, addr);
}

void v4_option_enter(const struct v4_core *core, enum v4_option_use use, struct v4_span options,
                     uint32_t addr, struct v4_option_list *ret_list)
{
    struct v4_option option;
    size_t at = 0;

    ret_list->len = options.len;
    if (options.len != 0)
        memcpy(ret_list->octets, options.octets, options.len);
    while (v4_option_next(options, &at, &option)) {
        enum v4_option_act act = act_of(core, option.type, use);
        if (act == V4_ACT_ENTER || act == V4_ACT_LEAD)
            enter(core, ret_list->octets + option.at, addr);
    }
}

static void append(struct v4_option_list *list, const uint8_t *octets, size_t len)
{
    memcpy(list->octets + list->len, octets, len);
    list->len += len;
}

/* Appends the way back along the first `count` addresses of the route `option` to `src`; returns
 * its first hop.
 *
 * The route back lists the recorded gateways from the last but one to the first, then `src`; the
 * last is the first hop. Where the sender wrongly recorded itself first it is left out, since it is
 * the end anyway (RFC1122-3.2.1.8c-c). */
static uint32_t append_reversed(struct v4_option_list *list, const uint8_t *option, size_t count,
                                uint32_t src)
{
    const uint8_t *first = option + ROUTE_HEADER;

    if (count != 0 && v4_be32(first) == src) {
        first += 4;
        count--;
    }
    if (count == 0)
        return src;

    append(list, (uint8_t[]){option[0], (uint8_t)(ROUTE_HEADER + 4 * count), ROUTE_FIRST},
           ROUTE_HEADER);
    for (size_t i = count - 1; i > 0; i--)
        append(list, first + 4 * (i - 1), 4);
    uint8_t last[4];
    v4_put32(last, src);
    append(list, last, sizeof last);
    return v4_be32(first + 4 * (count - 1));
}

/* EOL and what follows it are zeros (RFC791-3.1_Padding-a). */
static void pad(struct v4_option_list *list)
{
    while (list->len % 4 != 0)
        list->octets[list->len++] = V4_OPTION_EOL;
}

/* Whoever sent the recorded route chose its addresses: none of them may make us send to many, or to
 * ourselves. */
static bool leads_to_hosts(const struct v4_core *core, const uint8_t *option, size_t count)
{
    unsigned iface;

    for (size_t at = ROUTE_HEADER; at < ROUTE_HEADER + 4 * count; at += 4) {
        uint32_t hop = v4_be32(option + at);
        if (!v4_role_single(core, hop) || v4_role_ours(core, hop, &iface))
            return false;
    }
    return true;
}

bool v4_option_reply(const struct v4_core *core, const struct v4_packet *packet,
                     struct v4_option_list *ret_list, uint32_t *ret_first_hop)
{
    uint32_t first_hop = packet->ip.src;
    struct v4_option option;
    size_t at = 0;

    ret_list->len = 0;
    while (v4_option_next(packet->ip.options, &at, &option)) {
        const uint8_t *octets = packet->ip.options.octets + option.at;
        enum v4_option_act act = act_of(core, option.type, V4_OPTION_REPLIED);
        size_t hops = act == V4_ACT_TURN ? (size_t)(octets[1] - ROUTE_HEADER) / 4 : 0;
        if (act == V4_ACT_TURN && !leads_to_hosts(core, octets, hops))
            return false;
        if (act == V4_ACT_TURN)
            first_hop = append_reversed(ret_list, octets, hops, packet->ip.src);
        if (act == V4_ACT_KEEP)
            append(ret_list, octets, option.len);
    }
    pad(ret_list);
    *ret_first_hop = first_hop;
    return true;
}

bool v4_option_travelled(const struct v4_core *core, const struct v4_packet *packet, uint8_t fault,
                         struct v4_option_list *ret_list, uint32_t *ret_first_hop)
{
    struct v4_options found;
    uint8_t pointer;

    ret_list->len = 0;
    if (v4_options_parse(packet->ip.options, &found, &pointer) != V4_KEEP ||
        found.source_route.len == 0)
        return false;
    const uint8_t *route = packet->ip.options.octets + found.source_route.at;
    size_t at = V4_IP_HEADER_MIN + found.source_route.at,
           hops = (size_t)(route[1] - ROUTE_HEADER) / 4;
    if (route[2] <= route[1])
        hops = (size_t)(route[2] - ROUTE_FIRST) / 4;
    if ((fault >= at && fault < at + route[1]) || hops == 0 || !leads_to_hosts(core, route, hops))
        return false;
    *ret_first_hop = append_reversed(ret_list, route, hops, packet->ip.src);
    pad(ret_list);
    return true;
}

void v4_option_copied(struct v4_span options, struct v4_option_list *ret_list)
{
    struct v4_option option;
    size_t at = 0;

    ret_list->len = 0;
    while (v4_option_next(options, &at, &option))
        if (option.type & V4_OPTION_COPIED)
            append(ret_list, options.octets + option.at, option.len);
    pad(ret_list);
}
