/* SPDX-License-Identifier: BSD-2-Clause */
#include "host.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model/command.h"
#include "model/entered.h"
#include "model/fate.h"
#include "model/heard.h"
#include "model/joined.h"
#include "model/leaving.h"
#include "model/nearby.h"
#include "model/options.h"
#include "model/segments.h"
#include "model/sent.h"
#include "model/user.h"
#include "model/ways_said.h"
#include "model/ways_wire.h"

#define SECOND UINT64_C(1000000000)

enum {
    ICMP = 1,
    UDP = 17,
    ECHO_REPLY = 0,
    UNREACHABLE = 3,
    ECHO = 8,
    EXCEEDED = 11,
    PROBLEM = 12,
    TIMESTAMP = 13,
    TIMESTAMP_REPLY = 14
};

static const char *fault(struct model_host *model, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static const char *fault(struct model_host *model, const char *format, ...)
{
    va_list words;

    va_start(words, format);
    vsnprintf(model->fault, sizeof model->fault, format, words);
    va_end(words);
    return model->fault;
}

void model_host_open(struct model_host *model, const struct model_iface ifaces[2])
{
    struct model_way networks[2];

    memset(model, 0, sizeof *model);
    model_heard_open();
    model_segments_open();
    model_rules_open(&model->rules);
    model->error_rate = 1000; /* of the reference */
    model->ttl = 64;          /* of the reference, by the Assigned Numbers (RFC 1700) */
    for (unsigned i = 0; i < 2; i++) {
        model->ifaces[i] = ifaces[i];
        model->own[model->own_count++] = ifaces[i].addr;
        networks[i] = (struct model_way){
            .net = ifaces[i].addr & model_mask(ifaces[i].len), .bits = ifaces[i].len, .iface = i};
    }
    model_joined_open(ifaces);
    model_ways_open(&model->ways, networks, MODEL_GATEWAY);
    for (unsigned i = 0; i < 2; i++)
        model->ways.mtu[i] = (unsigned)ifaces[i].mtu;
}

void model_host_time(struct model_host *model, uint64_t now)
{
    model->now = now;
    /* What is sent again has told IP that it does not get through (RFC 1122 4.2.3.5). */
    if (model->connects && now - model->connects_since > 3 * SECOND) {
        model->unsure |= UNSURE_WAYS | UNSURE_NEIGHBORS;
        model->ways.lost = true;
    }
    model_fate_time(model);
    model_joined_time(now);
    model_ways_pass(model, now);
}

static void want_report(struct model_host *model, const struct model_packet *packet, uint8_t code)
{
    if (model->must)
        model_want_error(model, (struct model_wanted){
                                    .kind = WANT_ICMP,
                                    .type = UNREACHABLE,
                                    .code = code,
                                    .dst = packet->src,
                                    .src = packet->dst,
                                    .data = {packet->octets.octets, model_quoted(model, packet)}});
}

static bool is_whole_udp(const struct model_packet *packet)
{
    const uint8_t *p = packet->data.octets;
    size_t len = packet->data.len < 8 ? 0 : v4_be16(p + 4);

    return len >= 8 && len == packet->data.len &&
           (v4_be16(p + 6) == 0 || model_sum(packet->data, model_pseudo(packet)) == 0xffff);
}

static void want_event(struct model_host *model, const struct model_packet *packet, unsigned sock)
{
    model_want(model,
               (struct model_wanted){.kind = WANT_EVENT,
                                     .sock = sock,
                                     .src = packet->src,
                                     .data = {packet->data.octets + 8, packet->data.len - 8}});
}

static void on_udp(struct model_host *model, unsigned iface, const struct model_packet *packet,
                   bool known)
{
    const uint8_t *p = packet->data.octets;

    if (!is_whole_udp(packet))
        return;
    const struct model_socket *socket =
        model_heard_owner(model, iface, packet->dst, v4_be16(p + 2), packet->src, v4_be16(p));
    if (socket != NULL && !model->must)
        want_event(model, packet, socket->number);
    else if (socket == NULL && known)
        want_report(model, packet, 3); /* RFC 1122 4.1.3.1 */
}

/* Options that a host may write into, and that change nothing else; without a fault. */
static bool are_plain(const struct model_packet *packet)
{
    struct model_option options[MODEL_OPTIONS_MAX];
    const uint8_t *p = packet->header.octets + 20;
    size_t count = model_options(p, packet->header.len - 20, options);

    for (size_t i = 0; i < count; i++) {
        uint8_t type = options[i].type;
        if (options[i].fault_count > 0 || (type != 7 && type != 68 && type != 148) ||
            (type == 68 && p[options[i].at + 3] >> 4 == 15))
            return false;
    }
    return true;
}

/* With the options of what it answers, and back along its route (RFC 1122 3.2.2.6). */
static void want_reply(struct model_host *model, struct model_wanted wanted)
{
    struct model_list options = {.len = 0};

    if (!model->must) {
        model_want(model, wanted);
        return;
    }
    if (!model_reply_options(model, model->last_given, &options, &wanted.dst) ||
        !model_reaches(model, wanted.dst))
        return;
    memcpy(wanted.options, options.octets, options.len);
    wanted.options_len = options.len;
    model_want(model, wanted);
}

/* RFC 1122 3.2.2.6, and 3.2.2.8, which is a MAY. By RFC 2474 the reply is of the same class. */
static void on_query(struct model_host *model, const struct model_packet *packet)
{
    const uint8_t *p = packet->data.octets;
    struct model_wanted wanted = {.kind = WANT_ICMP,
                                  .tos = packet->tos & 0xfc,
                                  .dst = packet->src,
                                  .src = packet->dst,
                                  .data = {p + 4, packet->data.len - 4}};

    if (p[0] == ECHO) {
        wanted.type = ECHO_REPLY;
        want_reply(model, wanted);
    }
    if (p[0] == TIMESTAMP && packet->data.len >= 20 && model->must) {
        wanted.type = TIMESTAMP_REPLY;
        wanted.data.len = 8; /* identifier, number and originate */
        want_reply(model, wanted);
    }
}

/* A datagram that leaves nothing open. */
static void on_plain(struct model_host *model, unsigned iface, const struct model_packet *packet)
{
    bool known = model->must ? model_reaches(model, packet->src)
                             : model_find_known(model, iface, packet->src) != NULL;
    const uint8_t *p = packet->data.octets;

    model_segments_given(model, packet, known && packet->header.len == 20);
    if (packet->protocol == UDP)
        on_udp(model, iface, packet, known);
    else if (packet->protocol == ICMP && packet->data.len >= 8 && p[1] == 0 && known &&
             model_sum(packet->data, 0) == 0xffff)
        on_query(model, packet);
    else if ((packet->protocol > 100 || packet->protocol == 0) && packet->data.len >= 8 && known &&
             model_socket_of(model, packet->protocol, 0, 0) == NULL)
        want_report(model, packet, 2);
}

/* A Redirect or a router's advertisement: where answers go is not known any more. */
static bool changes_ways(uint8_t type)
{
    return type == 5 || type == 9;
}

static bool same_datagram(const struct model_given *a, const struct model_given *b)
{
    return a->packet.src == b->packet.src && a->packet.dst == b->packet.dst &&
           a->packet.id == b->packet.id && a->packet.protocol == b->packet.protocol;
}

/* The datagram of which the last that was given is one of two fragments, with nothing else of it
 * and no time between them: what every host puts together (RFC 1122 3.3.2). */
static bool put_together(struct model_host *model, struct model_packet *ret_packet)
{
    const struct model_given *last = model->given + model->given_count - 1, *other = NULL;
    size_t count = 0;

    for (size_t i = 0; i + 1 < model->given_count; i++)
        if (same_datagram(model->given + i, last)) {
            other = model->given + i;
            count++;
        }
    if (count != 1 || !other->plain || other->iface != last->iface ||
        model->now - other->at > SECOND || other->packet.tos != last->packet.tos)
        return false;
    const struct model_packet *head = &(last->packet.offset == 0 ? last : other)->packet,
                              *tail = &(last->packet.offset == 0 ? other : last)->packet;
    size_t len = head->data.len + tail->data.len;
    if (head->offset != 0 || !head->mf || head->data.len % 8 != 0 || tail->mf ||
        tail->offset != head->data.len || tail->data.len == 0 || head->df || tail->df ||
        len > sizeof model->octets - model->octets_used)
        return false;
    uint8_t *to = model->octets + model->octets_used;
    memcpy(to, head->data.octets, head->data.len);
    memcpy(to + head->data.len, tail->data.octets, tail->data.len);
    model->octets_used += len;
    *ret_packet = *head;
    ret_packet->mf = false;
    ret_packet->data = (struct v4_span){to, len};
    return true;
}

/* An address of the interface, or of the other one for a host of the weak model (RFC 1122 3.3.4.2).
 */
static bool is_for(const struct model_host *model, unsigned iface, uint32_t addr)
{
    return addr == model->ifaces[iface].addr || (model->must && addr == model->ifaces[!iface].addr);
}

/* What must come of a packet whose fate is sure. */
static void on_fate(struct model_host *model, const struct model_given *given)
{
    const struct model_fate *fate = &given->fate;
    const struct model_packet *packet = model_datagram(given);
    const struct model_wanted wanted = {
        .kind = WANT_ICMP,
        .type = fate->error,
        .code = fate->code,
        .dst = given->packet.src,
        .src = given->packet.dst,
        .pointers = {fate->pointers[0], fate->pointers[1], fate->pointers[2]},
        .data = {given->packet.octets.octets, model_quoted(model, &given->packet)}};

    if (fate->error != 0 && model_reaches(model, given->packet.src))
        model_want_error(model, wanted);
    if (fate->end == FATE_PASSED)
        model_want_passed(model, given);
    if (packet != NULL && fate->end == FATE_TAKEN && !fate->many &&
        model_on_link(model->ifaces + given->iface, packet->src))
        on_plain(model, given->iface, packet);
}

/* What is known of it without its fate, for any host. */
static void on_whole(struct model_host *model, const struct model_given *given)
{
    const struct model_packet *packet = &given->packet;
    struct model_packet whole;

    if (!packet->mf && packet->offset == 0 && are_plain(packet))
        on_plain(model, given->iface, packet);
    else if (packet->header.len == 20 && put_together(model, &whole))
        on_plain(model, given->iface, &whole);
}

void model_host_frame(struct model_host *model, unsigned iface, struct v4_span octets)
{
    const struct model_iface *self = model->ifaces + iface;
    struct model_frame frame;
    bool read = model_frame_read(octets, &frame) == NULL;

    model_heard_arrived(model, octets.len);
    model->command = (struct v4_span){NULL, 0};
    model->last_given = NULL;
    if (!read && octets.len > 14 && v4_be16(octets.octets + 12) <= 1500)
        model_fate_unread(model);
    if (!read)
        return;
    if (frame.kind == MODEL_ARP)
        model_on_arp(model, iface, &frame);
    if (frame.kind == MODEL_IP)
        model_joined_frame(model, iface, &frame, octets);
    if (frame.kind == MODEL_COMMAND)
        model->command = octets, model->command_iface = iface;
    if (frame.kind != MODEL_IP)
        return;
    if (model->given_count == MODEL_GIVEN) {
        model_fate_unread(model);
        model_heard_frame(model, iface, &frame);
        return;
    }
    const struct model_packet *packet = &frame.packet;
    if (!model->must && packet->protocol == ICMP && packet->data.len > 0 &&
        changes_ways(packet->data.octets[0]))
        model->unsure |= UNSURE_WAYS;
    bool plain = !frame.snap && packet->ttl > 0 && model_on_link(self, packet->src) &&
                 memcmp(frame.dst, self->mac, 6) == 0 && is_for(model, iface, packet->dst);
    model_ways_given(model, iface, &frame);
    model->errors_wait |= model_find_known(model, iface, packet->src) == NULL;
    struct model_given *given = model->given + model->given_count++;
    *given = (struct model_given){.iface = iface,
                                  .at = model->now,
                                  .packet = *packet,
                                  .link_group = model_is_group_mac(frame.dst),
                                  .plain = plain && packet->header.len == 20,
                                  .rules = model->rules};
    model->last_given = given;
    model_fate(model, given, frame.snap, frame.dst);
    model_heard_frame(model, iface, &frame);
    if (model->unsure & UNSURE_ANSWERS)
        return;
    if (model->must && given->fate.known)
        on_fate(model, given);
    else if (!model->must && plain)
        on_whole(model, given);
}

void model_host_line(struct model_host *model, const char *line)
{
    model_fate_line(model, line);
    model_ways_line(model);
    model_user_line(model, line);
    model_joined_line(model, line);
}

const char *model_host_said(struct model_host *model, const char *line)
{
    const char *why = model_joined_said(model, line), *other = model_user_said(model, line);

    return why != NULL ? why : other;
}

static bool has_options(const struct model_packet *packet, const struct model_wanted *wanted)
{
    struct v4_span options = model_options_of(packet);

    return options.len == wanted->options_len &&
           (options.len == 0 || memcmp(options.octets, wanted->options, options.len) == 0);
}

static bool meets(const struct model_host *model, const struct model_wanted *wanted,
                  const struct model_frame *frame)
{
    const struct model_packet *packet = &frame->packet;
    const struct model_arp *arp = &frame->arp;

    if (wanted->kind == WANT_ARP_REPLY)
        return frame->kind == MODEL_ARP && arp->operation == 2 && arp->spa == wanted->src &&
               arp->tpa == wanted->dst && memcmp(arp->tha, wanted->mac, 6) == 0;
    if (wanted->kind == WANT_PASSED)
        return frame->kind == MODEL_IP && model_is_passed(model, wanted->given, packet);
    if (wanted->kind == WANT_PACKET)
        return frame->kind == MODEL_IP && memcmp(frame->dst, wanted->mac, 6) == 0;
    if (frame->kind != MODEL_IP || packet->protocol != ICMP || packet->dst != wanted->dst ||
        packet->src != wanted->src || packet->offset != 0 || packet->data.len < 8)
        return false;
    const uint8_t *p = packet->data.octets;
    bool error = wanted->type == UNREACHABLE || wanted->type == PROBLEM || wanted->type == EXCEEDED;
    size_t at = error ? 8 : 4, len = packet->data.len - at;
    if (p[0] != wanted->type || p[1] != wanted->code)
        return false;
    if (wanted->type == PROBLEM && memchr(wanted->pointers, p[4], 3) == NULL)
        return false;
    if (wanted->type == ECHO_REPLY && !packet->mf && len != wanted->data.len)
        return false;
    if (model->must &&
        (packet->ttl != model->ttl || packet->tos != wanted->tos || !has_options(packet, wanted) ||
         (error && !packet->mf && len != wanted->data.len)))
        return false;
    size_t compared = len < wanted->data.len ? len : wanted->data.len;
    return (packet->mf || compared == wanted->data.len) &&
           memcmp(p + at, wanted->data.octets, compared) == 0;
}

const char *model_host_sent(struct model_host *model, unsigned iface, struct v4_span octets)
{
    struct model_frame frame;
    const char *why = model_frame_read(octets, &frame);

    if (why != NULL)
        return fault(model, "sent: %s", why);
    why = model_sent_fault(model, iface, &frame);
    if (why == NULL)
        why = model_where_fault(model, iface, &frame);
    if (why == NULL && model->must)
        why = model_ways_sent(model, iface, &frame);
    if (why == NULL)
        why = model_cause_fault(model, iface, &frame);
    if (why == NULL)
        why = model_joined_sent(model, iface, &frame, octets);
    if (why == NULL && frame.kind == MODEL_IP)
        why = model_leaving_piece(model, iface, &frame.packet);
    if (why != NULL)
        return fault(model, "%s", why);
    for (size_t i = 0; i < model->frame_count; i++) {
        if (!meets(model, model->frames + i, &frame))
            continue;
        model->frames[i] = model->frames[--model->frame_count];
        break;
    }
    return NULL;
}

/* A user's datagram leaves in the call that sends it where the neighbour is known. */
static bool has_stayed(const struct model_host *model)
{
    const struct model_send *send = model->sends + model->last_send - 1;

    return model->last_send != 0 && send->went && !send->any &&
           !(model->unsure & (UNSURE_ANSWERS | UNSURE_HEADER)) &&
           model_ways_known(model, send->src, send->dst, send->tos);
}

const char *model_host_done(struct model_host *model)
{
    static const char *const names[] = {[WANT_ARP_REPLY] = "an ARP reply",
                                        [WANT_ICMP] = "an ICMP message",
                                        [WANT_PACKET] = "what waited for the neighbour",
                                        [WANT_PASSED] = "what its source route leads on",
                                        [WANT_EVENT] = ""};
    bool stayed = has_stayed(model), passed = model_command_passed(model);
    const char *why = model_joined_done();
    const char *wrong = model_ways_done(model), *left = model_leaving_done(model);

    if (why != NULL)
        return fault(model, "groups: %s", why);
    model->last_send = 0;
    if (stayed)
        return fault(model, "answer: what a user has sent to a known neighbour did not leave");
    if (model_segments_passed(model))
        return fault(model, "answer: RFC 793 3.4: a segment was neither accepted nor refused");
    if (passed)
        return fault(model, "answer: RFC1042-LLC-a: a command of 802.2 was not answered");
    if (wrong != NULL || left != NULL)
        return fault(model, "%s", wrong != NULL ? wrong : left);
    if (model->frame_count == 0 || model->unsure & UNSURE_ANSWERS)
        return NULL;
    const struct model_wanted *wanted = model->frames;
    model->frame_count = 0;
    return fault(model, "answer: %s (type %u, code %u) did not come, or is another",
                 names[wanted->kind], wanted->type, wanted->code);
}
