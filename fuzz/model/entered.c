/* SPDX-License-Identifier: BSD-2-Clause */
#include "entered.h"
#include <string.h>
#include "model/leaving.h"
#include "model/nearby.h"
#include "model/options.h"
#include "model/security.h"

#define MILLISECOND UINT64_C(1000000)
#define DAY UINT32_C(86400000)
#define NOT_STANDARD UINT32_C(0x80000000) /* RFC 792: not since midnight UT */

enum {
    RECORD_ROUTE = 7,
    TIMESTAMP = 68,
    SECURITY = 130,
    LOOSE = 131,
    EXTENDED = 133,
    STRICT = 137,
    COPIED = 128
};

struct v4_span model_options_of(const struct model_packet *packet)
{
    return (struct v4_span){packet->header.octets + 20, packet->header.len - 20};
}

bool model_list_is(const struct model_list *list, struct v4_span options)
{
    return list->len == options.len &&
           (options.len == 0 || memcmp(list->octets, options.octets, options.len) == 0);
}

static bool is_ours(const struct model_host *model, uint32_t addr)
{
    return addr == model->ifaces[0].addr || addr == model->ifaces[1].addr;
}

static void append(struct model_list *list, const uint8_t *octets, size_t len)
{
    memcpy(list->octets + list->len, octets, len);
    list->len += len;
}

static void pad(struct model_list *list)
{
    while (list->len % 4 != 0)
        list->octets[list->len++] = 0;
}

/* Steps to the next option, whatever is written in it; false at the end. */
static bool next_option(struct v4_span options, size_t *at, const uint8_t **ret_option)
{
    const uint8_t *p = options.octets;

    while (*at < options.len && p[*at] == 1)
        ++*at;
    if (*at >= options.len || p[*at] == 0 || options.len - *at < 2 || p[*at + 1] < 2 ||
        p[*at + 1] > options.len - *at)
        return false;
    *ret_option = p + *at;
    *at += p[*at + 1];
    return true;
}

const uint8_t *model_route(struct v4_span options)
{
    struct model_option found[MODEL_OPTIONS_MAX];
    size_t count = model_options(options.octets, options.len, found);

    for (size_t i = 0; i < count; i++)
        if (found[i].fault_count == 0 && (found[i].type == LOOSE || found[i].type == STRICT))
            return options.octets + found[i].at;
    return NULL;
}

/* RFC 791 3.1: a prespecified list has the address of whoever is next, which may be any of ours. */
static void pass(const struct model_host *model, uint8_t *option, uint32_t addr, uint64_t at)
{
    uint32_t ms = (uint32_t)(at / MILLISECOND % DAY) | NOT_STANDARD;

    if (option[0] == TIMESTAMP && option[3] % 16 == 3 && model_option_has_room(option) &&
        is_ours(model, model_option_next(option)))
        addr = model_option_next(option);
    model_option_pass(option, addr, ms);
}

static void enter(const struct model_host *model, const struct model_rules *rules,
                  struct v4_span options, uint32_t addr, uint64_t at, bool lead,
                  struct model_list *ret_list)
{
    struct model_option found[MODEL_OPTIONS_MAX];
    size_t count = model_options(options.octets, options.len, found);

    ret_list->len = 0;
    append(ret_list, options.octets, options.len);
    for (size_t i = 0; i < count; i++) {
        uint8_t type = found[i].type;
        if (type == RECORD_ROUTE || (type == TIMESTAMP && rules->timestamp) ||
            (lead && (type == LOOSE || type == STRICT)))
            pass(model, ret_list->octets + found[i].at, addr, at);
    }
}

void model_enter(const struct model_host *model, const struct model_rules *rules,
                 struct v4_span options, uint32_t addr, uint64_t at, struct model_list *ret_list)
{
    enter(model, rules, options, addr, at, false, ret_list);
}

static void lead(const struct model_host *model, const struct model_rules *rules,
                 struct v4_span options, uint32_t addr, uint64_t at, struct model_list *ret_list)
{
    enter(model, rules, options, addr, at, true, ret_list);
}

/* RFC 1122 3.2.1.8 (c): the gateways from the last to the first, then the source, which may have
 * recorded itself; the last gateway is where it goes first. */
static bool turn_route(const struct model_host *model, const uint8_t *option, uint32_t src,
                       struct model_list *list, uint32_t *ret_hop)
{
    size_t first = 0, count = (option[1] - 3u) / 4;
    uint8_t back[40] = {option[0], 0, 4};
    size_t len = 3;

    for (size_t i = 0; i < count; i++) {
        uint32_t hop = v4_be32(option + 3 + 4 * i);
        if (!model_is_single(hop) || is_ours(model, hop))
            return false;
        for (unsigned k = 0; k < 2; k++) { /* a network's own number, or its broadcast */
            uint32_t host = UINT32_MAX >> model->ifaces[k].len;
            if (((hop ^ model->ifaces[k].addr) & ~host) == 0 &&
                ((hop & host) == 0 || (hop & host) == host))
                return false;
        }
    }
    first = count > 0 && v4_be32(option + 3) == src;
    if (count == first)
        return true;
    *ret_hop = v4_be32(option + 3 + 4 * (count - 1));
    for (size_t i = count - 1; i-- > first;) {
        memcpy(back + len, option + 3 + 4 * i, 4);
        len += 4;
    }
    v4_put32(back + len, src);
    len += 4;
    back[1] = (uint8_t)len;
    append(list, back, len);
    return true;
}

static bool turn(const struct model_host *model, const struct model_rules *rules,
                 struct v4_span options, uint32_t src, struct model_list *ret_list,
                 uint32_t *ret_hop)
{
    const uint8_t *option;
    size_t at = 0;

    ret_list->len = 0;
    *ret_hop = src;
    while (next_option(options, &at, &option)) {
        uint8_t type = option[0];
        if ((type == LOOSE || type == STRICT) && !turn_route(model, option, src, ret_list, ret_hop))
            return false;
        if (type == RECORD_ROUTE || (type == TIMESTAMP && rules->timestamp) ||
            ((type == SECURITY || type == EXTENDED) && rules->security))
            append(ret_list, option, option[1]);
    }
    pad(ret_list);
    return true;
}

void model_copied(struct v4_span options, struct model_list *ret_list)
{
    const uint8_t *option;
    size_t at = 0;

    ret_list->len = 0;
    while (next_option(options, &at, &option))
        if (option[0] & COPIED)
            append(ret_list, option, option[1]);
    pad(ret_list);
}

void model_label(uint8_t level, struct model_list *list)
{
    const uint8_t *option;
    size_t at = 0;

    while (next_option((struct v4_span){list->octets, list->len}, &at, &option))
        if (option[0] == SECURITY)
            return;
    if (list->len > 36)
        return;
    memmove(list->octets + 4, list->octets, list->len);
    memcpy(list->octets, (uint8_t[]){SECURITY, 3, level, 1}, 4);
    list->len += 4;
}

bool model_reply_options(const struct model_host *model, const struct model_given *given,
                         struct model_list *ret_list, uint32_t *ret_hop)
{
    const struct model_packet *packet = model_datagram(given);
    const struct model_rules *rules = &given->rules;
    struct model_list entered;

    model_enter(model, rules, model_options_of(packet), packet->dst, given->at, &entered);
    if (!turn(model, rules, (struct v4_span){entered.octets, entered.len}, packet->src, ret_list,
              ret_hop))
        return false;
    if (rules->security && rules->label)
        model_label(model_security_level(rules->low), ret_list);
    return true;
}

/* By which interface it goes on: that of the next hop, or of the gateway. */
static const struct model_iface *way_of(const struct model_host *model, uint32_t next)
{
    return model->ifaces + (model_on_link(model->ifaces + 1, next) ? 1 : 0);
}

void model_want_passed(struct model_host *model, const struct model_given *given)
{
    uint32_t next = model_option_next(model_route(model_options_of(&given->packet)));

    if (model_reaches(model, next))
        model_want(model, (struct model_wanted){.kind = WANT_PASSED, .given = given});
}

bool model_is_passed(const struct model_host *model, const struct model_given *given,
                     const struct model_packet *packet)
{
    const struct model_packet *from = &given->packet;
    struct v4_span options = model_options_of(from);
    uint32_t next = model_option_next(model_route(options));
    struct model_list first, later;

    lead(model, &given->rules, options, way_of(model, next)->addr, given->at, &first);
    model_copied((struct v4_span){first.octets, first.len}, &later);
    if (packet->offset < from->offset)
        return false;
    size_t at = packet->offset - from->offset;
    return packet->src == from->src && packet->dst == next && packet->id == from->id &&
           packet->protocol == from->protocol && packet->tos == from->tos &&
           packet->ttl + 1 == from->ttl && packet->df == from->df &&
           model_list_is(at == 0 ? &first : &later, model_options_of(packet)) &&
           at + packet->data.len <= from->data.len &&
           packet->mf == (from->mf || at + packet->data.len < from->data.len) &&
           memcmp(from->data.octets + at, packet->data.octets, packet->data.len) == 0;
}

void model_want_error(struct model_host *model, struct model_wanted wanted)
{
    struct model_list options = {.len = 0};

    if (!model_may_report(model, wanted.dst))
        return;
    if (model->rules.security)
        model_label(model_security_level(model->rules.low), &options);
    memcpy(wanted.options, options.octets, options.len);
    wanted.options_len = options.len;
    model_want(model, wanted);
}
