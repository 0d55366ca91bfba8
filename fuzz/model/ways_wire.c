/* SPDX-License-Identifier: BSD-2-Clause */
#include "ways_wire.h"
#include <string.h>
#include "model/ways_said.h"

#define SECOND UINT64_C(1000000000)
#define WAITS (10 * SECOND) /* longer than anything waits for a MAC */

enum {
    ICMP = 1,
    UDP = 17,
    ECHO_REPLY = 0,
    UNREACHABLE = 3,
    REDIRECT = 5,
    ECHO = 8,
    ADVERTISEMENT = 9,
    SOLICITATION = 10,
    FRAGMENTATION = 4 /* code of UNREACHABLE */
};

static bool is_gateway(const struct model_host *model, unsigned iface, uint32_t addr)
{
    return model_on_link(&model->ifaces[iface], addr) &&
           model_ways_from(model, addr) == MODEL_EVERY_IFACE;
}

/* RFC 1256 6.1: routers that are neighbours, each with its preference. */
static void on_advertisement(struct model_host *model, unsigned iface,
                             const struct model_packet *packet)
{
    const uint8_t *p = packet->data.octets;
    size_t count = p[4], words = p[5];

    if (p[1] != 0 || count == 0 || words < 2 || packet->data.len < 8 + count * words * 4)
        return;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *entry = p + 8 + i * words * 4;
        struct model_router router = {.link = {iface, v4_be32(entry)},
                                      .preference = (int32_t)v4_be32(entry + 4),
                                      .expires = model->now + v4_be16(p + 6) * SECOND};
        if (is_gateway(model, iface, router.link.addr))
            model_ways_router(&model->ways, &router, model->now);
    }
}

/* Who was dead, and speaks, is a way again. */
static void hears(struct model_host *model, unsigned iface, uint32_t addr, bool sure)
{
    if (model_is_dead(&model->ways.routing, iface, addr, model->now))
        model->ways.changed = model->now + 1;
    model_ways_heard(&model->ways, iface, addr, sure);
}

/* RFC 1122 3.2.2.2: from the gateway in use, by its link, to another one there. */
static void on_redirect(struct model_host *model, unsigned iface, const struct model_packet *packet,
                        const struct model_packet *quote)
{
    struct model_next next;
    uint32_t to = v4_be32(packet->data.octets + 4);
    unsigned from = model_ways_from(model, quote->src);

    if (from == MODEL_EVERY_IFACE || !is_gateway(model, iface, to))
        return;
    if (!model_ways_sure(&model->ways, from, quote->dst, quote->tos, model->now, &next)) {
        model->ways.lost = true;
        return;
    }
    if ((next.fate != MODEL_GOES && next.fate != MODEL_BLACKHOLE) || next.iface != iface ||
        next.hop != packet->src || packet->src == quote->dst)
        return;
    hears(model, iface, packet->src, true);
    model_ways_redirect(&model->ways, quote->dst, iface, to, model->now);
}

/* Is it known to be quoted as it has left, and can nobody else have made it up? */
static bool has_left(const struct model_host *model, const struct model_packet *quote)
{
    for (size_t i = 0; i < MODEL_LEFT; i++) {
        const struct model_left *left = &model->left[i];
        if (left->df && left->dst == quote->dst && left->src == quote->src &&
            left->id == quote->id && left->protocol == quote->protocol &&
            memcmp(left->head, quote->data.octets, 8) == 0)
            return true;
    }
    return false;
}

/* RFC 1191: of something that a user has sent so that it must not be cut. */
static void on_too_long(struct model_host *model, const struct model_packet *packet,
                        const struct model_packet *quote)
{
    struct model_ways *ways = &model->ways;
    unsigned first, said = v4_be16(packet->data.octets + 6);
    size_t count = ways->paths.count;

    if (ways->paths_unheard || !quote->df || !model_is_single(quote->dst) ||
        model_ways_from(model, quote->src) == MODEL_EVERY_IFACE)
        return;
    if (quote->protocol == UDP && quote->offset == 0 &&
        model_socket_of(model, UDP, quote->src, v4_be16(quote->data.octets)) == NULL)
        return;
    if (!has_left(model, quote) || !model_first_hop(model, quote->dst, 0, &first) ||
        count == MODEL_PATHS) {
        ways->paths_lost = true;
        return;
    }
    model_path_lower(&ways->paths, quote->dst, said, v4_be16(quote->octets.octets + 2),
                     (unsigned)quote->header.len, first, model->now);
}

/* An error whose quote leaves nothing open. */
static bool read_quote(const struct model_packet *packet, struct model_packet *ret_quote)
{
    struct v4_span octets = {packet->data.octets + 8, packet->data.len - 8};

    return octets.len >= 28 && model_packet_read(octets, true, ret_quote) == NULL &&
           ret_quote->header.len == 20 && ret_quote->data.len >= 8;
}

static void on_icmp(struct model_host *model, unsigned iface, const struct model_packet *packet,
                    bool plain, bool many)
{
    const uint8_t *p = packet->data.octets;
    struct model_packet quote;
    bool redirect = p[0] == REDIRECT && !model->ways.deaf,
         advertised = p[0] == ADVERTISEMENT && model->ways.discovery[iface].on,
         narrow = p[0] == UNREACHABLE && p[1] == FRAGMENTATION;

    if (p[0] == ECHO_REPLY)
        hears(model, iface, packet->src, plain);
    if (advertised && (plain || many))
        on_advertisement(model, iface, packet);
    else if (advertised)
        model->ways.lost = true;
    bool quoted = plain && (redirect || narrow) && read_quote(packet, &quote);
    if (redirect && quoted)
        on_redirect(model, iface, packet, &quote);
    else if (redirect)
        model->ways.lost = true;
    if (narrow && quoted)
        on_too_long(model, packet, &quote);
    else if (narrow)
        model->ways.paths_lost = true;
}

/* To all hosts of its network, in a frame that is for them. */
static bool is_for_all(const struct model_frame *frame)
{
    static const uint8_t all[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
                         hosts[] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0x01};
    uint32_t dst = frame->packet.dst;

    return frame->packet.header.len == 20 && !frame->snap && frame->packet.ttl > 0 &&
           ((dst == UINT32_MAX && memcmp(frame->dst, all, 6) == 0) ||
            (dst == 0xe0000001 && memcmp(frame->dst, hosts, 6) == 0));
}

/* To the host alone, from another, without options. */
static bool is_plain(const struct model_host *model, unsigned iface,
                     const struct model_frame *frame)
{
    const struct model_packet *packet = &frame->packet;

    return memcmp(frame->dst, model->ifaces[iface].mac, 6) == 0 && !frame->snap &&
           model_ways_from(model, packet->dst) != MODEL_EVERY_IFACE && packet->ttl > 0 &&
           packet->header.len == 20 && model_is_elsewhere(model, packet->src);
}

void model_ways_given(struct model_host *model, unsigned iface, const struct model_frame *frame)
{
    const struct model_packet *packet = &frame->packet;
    bool known = !(model->unsure & (UNSURE_OWN | UNSURE_LINK | UNSURE_OPTIONS | UNSURE_PIECES)),
         near = model_on_link(&model->ifaces[iface], packet->src);

    if (!model->must || model->ways.lost || packet->protocol != ICMP ||
        (!model_is_group_mac(frame->dst) && memcmp(frame->dst, model->ifaces[iface].mac, 6) != 0))
        return;
    if (packet->mf || packet->offset != 0) { /* what becomes of it is not looked at */
        model->ways.lost = model->ways.paths_lost = true;
        return;
    }
    if (packet->data.len < 8 || model_sum(packet->data, 0) != 0xffff)
        return;
    on_icmp(model, iface, packet, known && is_plain(model, iface, frame),
            near && known && is_for_all(frame));
}

void model_ways_arp(struct model_host *model, unsigned iface, uint32_t sender, bool plain)
{
    model->heard = (struct model_hop){iface, sender};
    if (!model->must)
        return;
    hears(model, iface, sender, plain);
    model_ways_resolved(&model->ways, iface, sender, plain);
}

/* What time has done to paths: up to the next plateau, where that is due. */
static void raise_paths(struct model_host *model, uint64_t now)
{
    struct model_paths *paths = &model->ways.paths;
    uint32_t dst;
    unsigned first;

    while (paths->count > 0 && model_path_due(paths, &dst) <= now) {
        if (!model_first_hop(model, dst, 0, &first)) {
            model->ways.paths_lost = true;
            return;
        }
        model_path_raise(paths, dst, first, now);
    }
}

void model_ways_pass(struct model_host *model, uint64_t now)
{
    if (!model->must)
        return;
    const char *wrong = model_ways_time(&model->ways, now);
    if (wrong != NULL && !(model->unsure & (UNSURE_LINK | UNSURE_OWN)))
        model->overdue = wrong;
    if (!model->ways.paths_lost)
        raise_paths(model, now);
}

static bool is_straight(const struct model_host *model, unsigned iface, uint32_t dst, unsigned tos)
{
    struct model_next next;

    return model_ways_sure(&model->ways, iface, dst, tos, model->now, &next) &&
           next.fate == MODEL_GOES && next.iface == iface && next.hop == dst;
}

bool model_ways_straight(const struct model_host *model, unsigned iface, uint32_t dst)
{
    if (!model->must)
        return true;
    for (size_t i = 0; i < model->ways.routing.way_count; i++)
        if (model->ways.routing.ways[i].tos != 0 &&
            !is_straight(model, iface, dst, model->ways.routing.ways[i].tos))
            return false;
    return is_straight(model, iface, dst, 0);
}

bool model_ways_known(const struct model_host *model, uint32_t src, uint32_t dst, unsigned tos)
{
    struct model_next next;

    if (!model->must)
        return model_find_known(model, 0, dst) != NULL || model_find_known(model, 1, dst) != NULL;
    return model_is_elsewhere(model, dst) && model_ways_from(model, dst) == MODEL_EVERY_IFACE &&
           model_ways_sure(&model->ways, model_ways_from(model, src), dst, tos, model->now,
                           &next) &&
           next.fate == MODEL_GOES && model_find_known(model, next.iface, next.hop) != NULL;
}

/* Does this MAC stand for that neighbour, as far as is known? */
static bool is_mac_of(const struct model_host *model, const struct model_next *next,
                      const uint8_t *mac)
{
    const struct model_known *known = model_find_known(model, next->iface, next->hop);

    if (model->unsure & UNSURE_NEIGHBORS)
        return true;
    if (known != NULL)
        return memcmp(known->mac, mac, 6) == 0;
    for (size_t i = 0; i < model->told_count; i++)
        if (model->told[i].iface == next->iface && model->told[i].addr == next->hop &&
            memcmp(model->told[i].mac, mac, 6) == 0)
            return true;
    return false;
}

static void remember(struct model_host *model, const struct model_packet *packet)
{
    struct model_left *left = &model->left[model->left_next++ % MODEL_LEFT];

    if (packet->data.len < 8)
        return;
    *left = (struct model_left){.src = packet->src,
                                .dst = packet->dst,
                                .id = packet->id,
                                .protocol = packet->protocol,
                                .df = packet->df};
    memcpy(left->head, packet->data.octets, 8);
}

/* It asks a gateway that may be dead, and goes straight to it. */
static bool is_question(const struct model_host *model, unsigned iface,
                        const struct model_packet *packet)
{
    const struct model_hop *due = &model->ways.due;

    return packet->protocol == ICMP && packet->data.len == 8 && packet->data.octets[0] == ECHO &&
           ((due->iface == iface && due->addr == packet->dst) ||
            model_ways_is_vague(&model->ways, iface, packet->dst));
}

/* Where a packet goes: by a way that leads there, to its gateway or to its neighbour
 * (RFC 1122 3.3.1.1), by a MAC that ARP has told. */
static const char *packet_fault(struct model_host *model, unsigned iface,
                                const struct model_frame *frame)
{
    const struct model_packet *packet = &frame->packet;
    const struct model_iface *self = &model->ifaces[iface];
    struct model_next next[MODEL_NEXTS];
    uint32_t dst = packet->dst, host = ~model_mask(self->len);

    if (dst == (self->addr | host) && !model_is_group_mac(frame->dst) && self->len < 31)
        return "where: RFC1122-3.3.6-e: a broadcast in a frame for one";
    if (model_is_group_mac(frame->dst) || !model_is_single(dst) || dst >> 16 == 0xa9fe ||
        is_question(model, iface, packet))
        return NULL;
    bool waited = model->heard.addr != 0,
         moved = model->ways.changed != 0 && model->now < model->ways.changed + WAITS;
    size_t count = model_ways_find(&model->ways, model_ways_from(model, packet->src), dst,
                                   packet->tos, model->now, next);
    if (count == 0 || model->told_count == MODEL_TOLD || (waited && moved))
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (next[i].fate != MODEL_GOES || next[i].iface != iface ||
            !is_mac_of(model, &next[i], frame->dst))
            continue;
        if (model_ways_from(model, packet->src) == MODEL_EVERY_IFACE) /* passed on */
            model_ways_resolved(&model->ways, iface, next[i].hop, false);
        else if (!waited && packet->offset == 0 && next[i].hop != dst)
            model_ways_used(&model->ways, iface, next[i].hop, model->now);
        return NULL;
    }
    return "where: RFC1122-3.3.1.1: to another than the next hop, or where nothing may go";
}

/* Who is asked for his MAC when a user sends: the next hop. */
static const char *request_fault(struct model_host *model, unsigned iface,
                                 const struct model_frame *frame)
{
    const struct model_send *send = model->sends + model->last_send - 1;
    const struct model_arp *arp = &frame->arp;
    struct model_next next[MODEL_NEXTS];

    if (arp->operation != 1 || arp->spa == 0 || arp->tpa == arp->spa)
        return NULL;
    model_ways_resolves(&model->ways, iface, arp->tpa, model_is_group_mac(frame->dst), model->now);
    if (model->last_send == 0 || send->any || send->options_len > 0 || send->rules.security ||
        !model_is_single(send->dst) || send->dst >> 16 == 0xa9fe ||
        model->unsure & (UNSURE_HEADER | UNSURE_SOCKETS))
        return NULL;
    size_t count = model_ways_find(&model->ways, model_ways_from(model, send->src), send->dst,
                                   send->tos, model->now, next);
    for (size_t i = 0; i < count; i++)
        if (next[i].fate == MODEL_GOES && next[i].iface == iface && next[i].hop == arp->tpa)
            return NULL;
    return count == 0 ? NULL : "where: RFC1122-3.3.1.1: another than the next hop is asked for";
}

const char *model_ways_sent(struct model_host *model, unsigned iface,
                            const struct model_frame *frame)
{
    if (frame->kind == MODEL_IP && frame->packet.offset == 0)
        remember(model, &frame->packet);
    if (model->ways.lost || model->unsure & (UNSURE_LINK | UNSURE_WAYS))
        return NULL;
    if (frame->kind == MODEL_ARP)
        return request_fault(model, iface, frame);
    return frame->kind == MODEL_IP ? packet_fault(model, iface, frame) : NULL;
}

const char *model_ways_echo(struct model_host *model, unsigned iface,
                            const struct model_packet *packet)
{
    if (packet->data.octets[0] == SOLICITATION)
        return model_ways_solicits(&model->ways, iface, packet->dst, packet->ttl, model->now);
    return model->heard.addr != 0 ? NULL : model_ways_asked(&model->ways, iface, packet->dst);
}

/* Of whom nobody can say whether he was asked: his MAC is not known. */
static void lose_sight(struct model_host *model)
{
    struct model_routing *routing = &model->ways.routing;

    for (size_t i = routing->trouble_count; i-- > 0;) {
        const struct model_trouble trouble = routing->troubles[i];
        if (!model_is_dead(routing, trouble.iface, trouble.gateway, model->now) &&
            (model->unsure & UNSURE_NEIGHBORS ||
             model_find_known(model, trouble.iface, trouble.gateway) == NULL))
            model_ways_vague(&model->ways, trouble.iface, trouble.gateway);
    }
}

const char *model_ways_done(struct model_host *model)
{
    struct model_ways *ways = &model->ways;
    bool due = ways->due.addr != 0 && model_find_known(model, ways->due.iface, ways->due.addr);
    const char *late = model->overdue;

    model->heard.addr = ways->due.addr = 0;
    model->overdue = NULL;
    if (!model->must || ways->lost || model->unsure & (UNSURE_LINK | UNSURE_OWN | UNSURE_WAYS))
        return NULL;
    if (late != NULL)
        return late;
    if (due && !(model->unsure & UNSURE_NEIGHBORS))
        return "answer: RFC1122-3.3.1.4-d: a gateway that is doubted is not asked";
    lose_sight(model);
    return NULL;
}
