/* SPDX-License-Identifier: BSD-2-Clause */
#include "sent.h"
#include <string.h>
#include "model/command.h"
#include "model/entered.h"
#include "model/fate.h"
#include "model/leaving.h"
#include "model/reply.h"
#include "model/segments.h"
#include "model/sends.h"
#include "model/ways_wire.h"

enum {
    ICMP = 1,
    IGMP = 2,
    TCP = 6,
    UDP = 17
};

#define LIFETIME (120 * UINT64_C(1000000000)) /* of a datagram (RFC 6864 3) */

static bool is_error(uint8_t type)
{
    return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

static bool is_own(const struct model_host *model, uint32_t addr)
{
    return model_is_own(model, addr) || (model->chooses && addr >> 16 == 0xa9fe);
}

static bool is_group(const struct model_host *model, uint32_t addr)
{
    if (addr >> 28 == 14 || addr == UINT32_MAX || addr == 0)
        return true;
    for (unsigned i = 0; i < 2 && !model->moves; i++) {
        uint32_t host = UINT32_MAX >> model->ifaces[i].len;
        if (model->ifaces[i].len < 31 && (addr | host) == addr &&
            ((addr ^ model->ifaces[i].addr) & ~host) == 0)
            return true;
    }
    return false;
}

static bool has_source_route(const struct model_packet *packet)
{
    return model_route(model_options_of(packet)) != NULL;
}

/* Somebody else's, on its route; his address may have become ours while it waited for a MAC. */
static bool is_passed_on(const struct model_host *model, const struct model_packet *packet)
{
    bool passed = has_source_route(packet) && !is_own(model, packet->src);

    for (size_t i = 0; i < model->given_count; i++) {
        const struct model_given *given = model->given + i;
        passed |= given->fate.known && given->fate.end == FATE_PASSED &&
                  given->packet.src == packet->src && given->packet.id == packet->id;
    }
    return passed;
}

/* RFC1122-2.3.2.1-b: a neighbour that does not answer is asked once a second at most. */
static bool is_asked_again(struct model_host *model, unsigned iface, uint32_t addr)
{
    for (size_t i = 0; i < model->asked_count; i++) {
        struct model_asked *asked = model->asked + i;
        if (asked->addr != addr || asked->iface != iface)
            continue;
        bool soon = model->now - asked->at < UINT64_C(1000000000);
        asked->at = model->now;
        return soon;
    }
    if (model->asked_count < MODEL_KNOWN)
        model->asked[model->asked_count++] =
            (struct model_asked){iface, addr, model->now, model->now};
    return false;
}

static const char *arp_fault(struct model_host *model, unsigned iface,
                             const struct model_frame *frame)
{
    const struct model_iface *self = model->ifaces + iface;
    const struct model_arp *arp = &frame->arp;

    if (arp->operation != 1 && arp->operation != 2)
        return "sent: RFC826-Format-b: an ARP packet that neither asks nor answers";
    if (model->unsure & (UNSURE_OWN | UNSURE_LINK))
        return NULL;
    if (memcmp(arp->sha, self->mac, 6) != 0)
        return "sent: RFC826-Format-a: ARP from another MAC than the interface's";
    if (arp->spa != 0 && arp->spa != self->addr)
        return "sent: RFC826-Generation-a: ARP that tells of an address that is not the "
               "interface's";
    if (arp->operation == 1 && arp->tpa != self->addr && !(model->unsure & UNSURE_NEIGHBORS) &&
        is_asked_again(model, iface, arp->tpa))
        return "sent: RFC1122-2.3.2.1-b: a neighbour is asked again within a second";
    return NULL;
}

static const char *icmp_fault(const struct model_host *model, const struct model_packet *packet)
{
    const uint8_t *p = packet->data.octets;
    struct model_packet quote;

    if (packet->offset != 0)
        return NULL;
    if (packet->data.len < 8)
        return packet->mf ? NULL : "sent: RFC792-format-a: an ICMP message of less than 8 octets";
    if (!packet->mf && model_sum(packet->data, 0) != 0xffff)
        return "sent: RFC792-general-g: an ICMP checksum that does not verify";
    if (!is_error(p[0]))
        return NULL;
    if (p[0] == 4 || p[0] == 5)
        return "sent: RFC6633-3-a, RFC1122-3.2.2.2-a: a Source Quench or a Redirect";
    if (packet->data.len > 576 - packet->header.len)
        return "sent: RFC1812-4.3.2.3-a: an ICMP error of more than 576 octets";
    struct v4_span quoted = {p + 8, packet->data.len - 8};
    if (model_packet_read(quoted, true, &quote) != NULL)
        return packet->mf ? NULL : "sent: RFC1122-3.2.2-k: an ICMP error that quotes no packet";
    if (quote.offset != 0)
        return "sent: RFC1122-3.2.2-i: an error about a fragment other than the first";
    if (quote.protocol == ICMP && quote.data.len > 0 && is_error(quote.data.octets[0]))
        return "sent: RFC1122-3.2.2-f: an error about an error";
    if (quote.protocol == ICMP && p[0] == 3 && (p[1] == 2 || p[1] == 3))
        return "sent: RFC1122-3.2.2-a: ICMP is no protocol that is missing";
    if (is_group(model, quote.dst))
        return "sent: RFC1122-3.2.2-g: an error about what was sent to many";
    if (!model_is_single(quote.src) || is_group(model, quote.src))
        return "sent: RFC1122-3.2.2-j: an error to a source that is not one host";
    if (model->must && !model_error_says_no_more(packet, &quote))
        return "sent: RFC792-unreach-b: an ICMP error whose unused octets are not zero, or whose "
               "pointer is behind the header";
    if (packet->dst != quote.src && !has_source_route(&quote))
        return "sent: RFC792-general-k: an error to somebody else than who sent what it is about";
    return NULL;
}

/* What a transport's sum is over: with the last hop as the destination (RFC 1122 3.2.1.8). */
static uint32_t pseudo_of(const struct model_packet *packet)
{
    struct model_packet last = *packet;
    const uint8_t *route = model_route(model_options_of(packet));

    if (route != NULL && route[2] <= route[1] && route[1] >= 7)
        last.dst = v4_be32(route + route[1] - 4);
    return model_pseudo(&last);
}

/* RFC 793 3.1 */
static const char *tcp_fault(const struct model_packet *packet)
{
    const uint8_t *p = packet->data.octets;

    if (packet->offset != 0 || packet->mf)
        return NULL;
    if (packet->data.len < 20 || p[12] >> 4 < 5 || (size_t)(p[12] >> 4) * 4 > packet->data.len)
        return "sent: RFC 793 3.1: a segment with a header that is none";
    return model_sum(packet->data, pseudo_of(packet)) == 0xffff
               ? NULL
               : "sent: RFC1122-4.2.2.7-a: a TCP checksum that does not verify";
}

static const char *udp_fault(const struct model_packet *packet)
{
    const uint8_t *p = packet->data.octets;

    if (packet->offset != 0 || packet->mf)
        return NULL;
    if (packet->data.len < 8 || v4_be16(p + 4) != packet->data.len)
        return "sent: RFC768-Fields-c: a UDP length that is not the datagram's";
    if (v4_be16(p + 6) != 0 && model_sum(packet->data, pseudo_of(packet)) != 0xffff)
        return "sent: RFC1122-4.1.3.4-a: a UDP checksum that does not verify";
    return NULL;
}

/* RFC 791 3.1: each option has its length, and all end with the header. */
static bool options_are_whole(const struct model_packet *packet)
{
    const uint8_t *p = packet->header.octets;

    for (size_t at = 20; at < packet->header.len && p[at] != 0;) {
        if (p[at] == 1) {
            at++;
            continue;
        }
        if (at + 1 == packet->header.len || p[at + 1] < 2 || p[at + 1] > packet->header.len - at)
            return false;
        at += p[at + 1];
    }
    return true;
}

static bool are_copied(const struct model_sent *first, const struct model_packet *packet)
{
    struct model_list copied;

    model_copied((struct v4_span){first->options, first->options_len}, &copied);
    return model_list_is(&copied, model_options_of(packet));
}

/* Datagrams that may be cut have identifications of their own (RFC 6864), and fragments that of the
 * datagram; ours leave in order. */
static const char *identification_fault(struct model_host *model, const struct model_packet *packet)
{
    struct model_sent *sent = model->sent;
    size_t i = 0;

    if (model->sent_count == MODEL_SENT || !model->must ||
        (packet->df && !packet->mf && packet->offset == 0))
        return NULL;
    while (i < model->sent_count &&
           (sent[i].src != packet->src || sent[i].dst != packet->dst || sent[i].id != packet->id ||
            sent[i].protocol != packet->protocol))
        i++;
    if (packet->offset > 0 && i == model->sent_count)
        return NULL; /* those before it have waited for a MAC, and found no room */
    if (packet->offset > 0 && !sent[i].more)
        return "sent: RFC791-3.2_Fragmentation-a: a fragment behind the last";
    if (packet->offset > 0 && sent[i].next != packet->offset)
        return "sent: RFC791-3.2_Fragmentation-b: a fragment that does not follow the one before";
    if (packet->offset > 0 && !are_copied(sent + i, packet))
        return "sent: RFC791-3.1_Options-c: a later fragment with other options than those copied";
    if (packet->offset == 0 && i < model->sent_count && model->id_count == 0 &&
        model->now - sent[i].at < LIFETIME)
        return "sent: RFC6864-4.3-a: an identification is used again";
    model->sent_count += i == model->sent_count;
    sent[i].src = packet->src;
    sent[i].dst = packet->dst;
    sent[i].protocol = packet->protocol;
    sent[i].id = packet->id;
    sent[i].more = packet->mf;
    sent[i].next = packet->offset + packet->data.len;
    sent[i].at = model->now;
    if (packet->offset == 0) {
        sent[i].options_len = packet->header.len - 20;
        memcpy(sent[i].options, packet->header.octets + 20, sent[i].options_len);
    }
    model->open_cut = packet->mf ? i + 1 : model->open_cut == i + 1 ? 0 : model->open_cut;
    return NULL;
}

static bool is_mac_of(const uint8_t *mac, uint32_t group)
{
    const uint8_t of[] = {1, 0, 0x5e, group >> 16 & 0x7f, group >> 8 & 255, group & 255};

    return memcmp(mac, of, 6) == 0;
}

static const char *packet_fault(struct model_host *model, unsigned iface,
                                const struct model_frame *frame)
{
    const struct model_packet *packet = &frame->packet;
    bool passed_on = is_passed_on(model, packet); /* as it came */

    if (packet->octets.octets[6] & 0x80 && !passed_on)
        return "sent: RFC791-3.1_Flags-a: the reserved flag is set";
    if (packet->ttl == 0)
        return "sent: RFC1122-3.2.1.7-a: a TTL of zero";
    if (packet->octets.len > model->ifaces[iface].mtu)
        return "sent: RFC791-3.2_Fragmentation-f: a packet beyond the MTU";
    if (packet->mf && packet->data.len % 8 != 0 && !passed_on)
        return "sent: RFC791-3.2_Fragmentation-c: a fragment that does not end with a block";
    if (packet->offset + packet->data.len + packet->header.len > 65535 && !passed_on)
        return "sent: RFC791-3.1_TotalLength-a: a fragment of more than the longest datagram";
    if (!options_are_whole(packet))
        return "sent: RFC791-3.1_Options-a: options that are not whole";
    if (packet->src >> 24 == 127 || packet->dst >> 24 == 127)
        return "sent: RFC1122-3.2.1.3-i: 127/8 on a link";
    if (packet->dst >> 24 == 0)
        return "sent: RFC1122-3.2.1.3-e, RFC1122-3.2.1.3-f: a destination in 0/8";
    if (!is_own(model, packet->src) && !(packet->src == 0 && packet->protocol != UDP) &&
        !has_source_route(packet))
        return "sent: RFC1122-3.2.1.3-b: a source that is not the host's own";
    if (packet->dst >> 28 == 14 && !is_mac_of(frame->dst, packet->dst))
        return "sent: RFC1112-6.4-a: a group's datagram to another MAC than the group's";
    if (model_is_group_mac(frame->dst) && !is_group(model, packet->dst) && !model->moves &&
        !(model->unsure & (UNSURE_NEIGHBORS | UNSURE_OWN | UNSURE_LINK)))
        return "sent: RFC1122-3.3.6-e: a packet for one in a frame for many";
    if (passed_on)
        return NULL;
    const char *fault = identification_fault(model, packet);
    if (model->writes[packet->protocol]) /* what is in it is not the host's */
        return fault;
    if (fault == NULL && packet->protocol == ICMP)
        fault = icmp_fault(model, packet);
    if (fault == NULL && packet->protocol == UDP)
        fault = udp_fault(packet);
    if (fault == NULL && packet->protocol == TCP && model->connects)
        fault = tcp_fault(packet);
    return fault;
}

const char *model_sent_fault(struct model_host *model, unsigned iface,
                             const struct model_frame *frame)
{
    if (!(model->unsure & UNSURE_LINK) && memcmp(frame->src, model->ifaces[iface].mac, 6) != 0)
        return "sent: RFC894-Frame-a: a frame from another MAC than the interface's";
    if (frame->kind == MODEL_ARP)
        return arp_fault(model, iface, frame);
    if (frame->kind == MODEL_RESPONSE)
        return model_response_fault(model, iface, frame);
    return frame->kind == MODEL_IP ? packet_fault(model, iface, frame)
                                   : "sent: RFC894-Frame-a: a frame of another protocol";
}

static bool begins_alike(struct v4_span a, struct v4_span b)
{
    size_t len = a.len < b.len ? a.len : b.len;

    return len == 0 || memcmp(a.octets, b.octets, len) == 0;
}

/* It was for us, and from one host that is not us. */
static bool may_answer(const struct model_host *model, const struct model_packet *packet)
{
    return model->unsure & UNSURE_OWN ||
           ((is_own(model, packet->dst) || is_group(model, packet->dst)) &&
            model_is_single(packet->src) && !is_group(model, packet->src) &&
            !is_own(model, packet->src));
}

/* Of which query the reply's type is. */
static int asked_by(uint8_t type)
{
    switch (type) {
    case 0:
        return 8;
    case 14:
        return 13;
    case 16:
        return 15;
    case 18:
        return 17;
    default:
        return -1;
    }
}

/* The options of a reply to it. */
static bool has_options(const struct model_host *model, const struct model_given *given,
                        const struct model_packet *reply)
{
    struct model_list options;
    uint32_t hop;

    return given->fate.many ||
           (model_reply_options(model, given, &options, &hop) && hop == reply->dst &&
            model_list_is(&options, model_options_of(reply)));
}

/* A query that came whole answers once; of one in fragments nothing is known but that it came. */
static bool was_asked(struct model_host *model, const struct model_packet *reply)
{
    const uint8_t *p = reply->data.octets;

    for (size_t i = 0; i < model->given_count; i++) {
        struct model_given *given = model->given + i;
        const struct model_packet *query = model_datagram(given);
        if (given->packet.protocol != ICMP || given->answered ||
            !may_answer(model, &given->packet) ||
            (given->link_group && !is_group(model, given->packet.dst) && model->must))
            continue;
        if ((query == NULL && !given->fate.known) || model_may_loop(given))
            return true; /* put together, perhaps */
        if (query == NULL)
            continue;
        const uint8_t *q = query->data.octets;
        if (query->data.len < 8 || q[0] != asked_by(p[0]) || memcmp(p + 4, q + 4, 4) != 0)
            continue;
        if (p[0] == 0 && !begins_alike((struct v4_span){p + 8, reply->data.len - 8},
                                       (struct v4_span){q + 8, query->data.len - 8}))
            continue;
        if (reply->dst != query->src && !has_source_route(query))
            continue;
        if (given->fate.known && !has_options(model, given, reply))
            continue;
        if (model->must && !(model->unsure & (UNSURE_OWN | UNSURE_ERRORS)) &&
            reply->src != query->dst) /* nor is a group's */
            continue;
        bool to_many = is_group(model, query->dst) && !(model->unsure & UNSURE_ERRORS);
        if (model->must && (to_many || !model_reply_fits(model, reply, query, given->at)))
            continue;
        given->answered = true;
        return true;
    }
    return false;
}

/* A packet that an error may be about: octet by octet, or, of a datagram put together, by what its
 * fragments have in common with the rebuilt header. */
static struct model_given *find_given(struct model_host *model, const struct model_packet *error,
                                      const struct model_packet *quote, bool rebuilt)
{
    const bool exact = model->must && !error->mf; /* RFC 1812 4.3.2.3: as much as there is */

    for (size_t i = 0; i < model->given_count; i++) {
        struct model_given *given = model->given + i;
        const struct model_packet *packet = &given->packet;
        bool same = packet->src == quote->src && packet->dst == quote->dst &&
                    packet->id == quote->id && packet->protocol == quote->protocol;
        if (model_may_loop(given) && packet->src == quote->src)
            return given;
        if (!same || given->reported || given->link_group || !may_answer(model, packet) ||
            !model_fate_allows(given, error) || !model_error_is_deserved(error, packet))
            continue;
        if (rebuilt ? packet->mf || packet->offset != 0
                    : begins_alike(packet->octets, quote->octets) &&
                          (exact ? quote->octets.len == model_quoted_by(&given->rules, packet)
                                 : quote->octets.len <= packet->octets.len))
            return given;
    }
    return NULL;
}

/* What an error is about has come, from a link, and no error was sent about it. */
static bool was_given(struct model_host *model, const struct model_packet *error)
{
    struct model_packet quote;

    if (model_packet_read((struct v4_span){error->data.octets + 8, error->data.len - 8}, true,
                          &quote) != NULL)
        return error->mf; /* its header is cut */
    if (error->data.octets[0] == 11 && error->data.octets[1] == 1 && model->must)
        return model_fate_late(model, error);
    struct model_given *given = find_given(model, error, &quote, false);
    if (given == NULL)
        given = find_given(model, error, &quote, true);
    if (given == NULL)
        return false;
    given->reported = true;
    return true;
}

/* It may have passed it on. */
static bool was_passed(struct model_host *model, const struct model_packet *packet)
{
    bool perhaps = !model->must;

    for (size_t i = 0; i < model->given_count; i++) {
        const struct model_given *given = model->given + i;
        perhaps |= !given->fate.known;
        if (given->fate.known && given->fate.end == FATE_PASSED &&
            model_is_passed(model, given, packet))
            return true;
    }
    return perhaps;
}

const char *model_cause_fault(struct model_host *model, unsigned iface,
                              const struct model_frame *frame)
{
    const struct model_packet *packet = &frame->packet;

    if (frame->kind != MODEL_IP || packet->offset != 0 || model->given_count == MODEL_GIVEN)
        return NULL;
    const struct model_send *send = model_sends_left(model, iface, packet);
    if (send != NULL && send->any) { /* it may have been the host's own, too */
        model->ways.lost = true;
        (void)model_segments_sent(model, iface, packet);
    }
    if (send != NULL)
        return model_leaving_first(model, iface, packet, send);
    if (packet->protocol == IGMP)
        return NULL;
    if ((model->rules.passed || (!model->must && model->unsure & UNSURE_OPTIONS)) &&
        is_passed_on(model, packet))
        return was_passed(model, packet) ? NULL : "cause: what no source route has led here, or so";
    if (packet->protocol == TCP && model->connects)
        return model_segments_sent(model, iface, packet);
    if (packet->protocol != ICMP)
        return "cause: a datagram that no user has sent";
    if (packet->data.len < 8)
        return NULL;
    uint8_t type = packet->data.octets[0];
    if (is_error(type) && !was_given(model, packet))
        return "cause: an error about what did not come, or a second one";
    if (is_error(type))
        return model_reports(model, packet->dst);
    if ((type == 8 || type == 10) && model->must &&
        !(model->unsure & (UNSURE_WAYS | UNSURE_OWN | UNSURE_LINK)))
        return model_ways_echo(model, iface, packet);
    if (type == 8 && (model->echo_count > 0 || model->unsure != 0))
        return NULL;
    if (type == 8 && packet->dst == MODEL_GATEWAY) /* does it live? RFC1122-3.3.1.4-d */
        return NULL;
    if (type == 9 && model->routes) /* RFC 1256 4.3 */
        return NULL;
    if (type == 18 && !model_mask_is_right(model, iface, packet))
        return "cause: RFC950-App.I-a: an address mask that is not the network's";
    if (type == 10 && model->ways.discovery[iface].on)
        return NULL;
    if ((type == 10 || type == 17 || type == 18) &&
        model->unsure & (UNSURE_WAYS | UNSURE_OWN | UNSURE_ERRORS)) /* RFC 1256, RFC 950 */
        return NULL;
    return asked_by(type) >= 0 && was_asked(model, packet)
               ? NULL
               : "cause: a message that nothing called for";
}
