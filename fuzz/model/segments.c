/* SPDX-License-Identifier: BSD-2-Clause */
#include "segments.h"
#include <string.h>
#include "model/line.h"

#define CONNECTIONS 32
#define FEW 4 /* for which every host has room */

enum {
    TCP = 6,
    FIN = 0x01,
    SYN = 0x02,
    RST = 0x04,
    ACK = 0x10
};

/* Who waits, or one that somebody asked for. */
struct connection {
    unsigned sock;
    uint32_t addr, peer;      /* 0: any */
    uint16_t port, peer_port; /* 0: any */
    uint8_t ttl, tos;         /* a TTL of 0: the host's */
    bool listens, ended;
};

struct segment {
    uint32_t src, dst, seq, ack;
    uint16_t from, to;
    uint8_t flags;
    size_t length; /* with its SYN and FIN */
};

static struct {
    struct connection list[CONNECTIONS];
    size_t count;
    bool wants;
    struct segment wanted;
} known;

void model_segments_open(void)
{
    known.count = 0;
    known.wants = false;
}

/* RFC 793 3.1, with a checksum that verifies. */
static bool parse(const struct model_packet *packet, struct segment *ret_segment)
{
    const uint8_t *p = packet->data.octets;
    size_t len = packet->data.len;

    if (packet->protocol != TCP || packet->mf || packet->offset != 0 || len < 20)
        return false;
    size_t header = (size_t)(p[12] >> 4) * 4;
    if (header < 20 || header > len || model_sum(packet->data, model_pseudo(packet)) != 0xffff)
        return false;
    *ret_segment = (struct segment){
        .src = packet->src,
        .dst = packet->dst,
        .from = v4_be16(p),
        .to = v4_be16(p + 2),
        .seq = v4_be32(p + 4),
        .ack = v4_be32(p + 8),
        .flags = p[13],
        .length = len - header + (p[13] & SYN ? 1u : 0) + (p[13] & FIN ? 1u : 0),
    };
    return true;
}

/* The next connection between these ends, ours first; `begun`: its port is known, for the host has
 * sent something. */
static struct connection *between(const struct connection *after, uint32_t addr, uint16_t port,
                                  uint32_t peer, uint16_t peer_port, bool begun)
{
    for (size_t i = after == NULL ? 0 : (size_t)(after - known.list) + 1; i < known.count; i++) {
        struct connection *each = known.list + i;
        if (!each->listens && (each->addr == 0 || each->addr == addr) &&
            each->port == (begun ? port : 0) && each->peer == peer && each->peer_port == peer_port)
            return each;
    }
    return NULL;
}

static struct connection *listener(uint32_t addr, uint16_t port)
{
    struct connection *any = NULL;

    for (size_t i = 0; i < known.count; i++) {
        struct connection *each = known.list + i;
        if (!each->listens || each->ended || each->port != port)
            continue;
        if (each->addr == addr)
            return each;
        if (each->addr == 0)
            any = each;
    }
    return any;
}

static bool is_full(void)
{
    return known.count == CONNECTIONS;
}

static bool is_to_many(const struct model_host *model, uint32_t addr)
{
    for (unsigned i = 0; i < 2; i++)
        if (addr == (model->ifaces[i].addr | UINT32_MAX >> model->ifaces[i].len))
            return true;
    return addr >> 28 >= 14 || addr >> 24 == 0;
}

/* A setting of a socket that is none of UDP or IP. */
static bool is_set_otherwise(const struct model_host *model, const char *line)
{
    size_t len;

    if (!model_begins(line, "set ") || model_value(line, "sock", &len) == NULL)
        return false;
    for (size_t i = 0; i < model->socket_count; i++)
        if (model->sockets[i].number == model_number(line, "sock"))
            return false;
    return true;
}

const char *model_segments_said(struct model_host *model, const char *reply, bool ok)
{
    const char *line = model->line;
    bool listens = model_begins(line, "tcp.listen "), asks = model_begins(line, "tcp.connect ");

    for (size_t i = 0; i < known.count && model_begins(line, "tcp.close "); i++)
        if (ok && known.list[i].sock == model_number(line, "sock"))
            known.list[i].ended = true;
    if (ok && is_set_otherwise(model, line))
        known.count = CONNECTIONS; /* its ends are others, and nothing is known any more */
    if (!ok || (!listens && !asks) || is_full())
        return NULL;
    known.list[known.count++] = (struct connection){
        .sock = model_number(reply, "sock"),
        .addr = model_address(line, "addr"),
        .peer = model_address(line, "dst"),
        .port = (uint16_t)model_number(line, "port"),
        .peer_port = (uint16_t)model_number(line, "dport"),
        .ttl = (uint8_t)model_number(line, "ttl"),
        .tos = (uint8_t)model_number(line, "tos"),
        .listens = listens,
    };
    return asks && !(model->unsure & UNSURE_OWN) && is_to_many(model, model_address(line, "dst"))
               ? "reply: RFC1122-4.2.3.10-a: a connection to many, or to nobody"
               : NULL;
}

/* What refuses a segment, or accepts it (RFC 793 3.4). */
static struct segment answer_to(const struct segment *s, bool accepts)
{
    struct segment answer = {.src = s->dst, .dst = s->src, .from = s->to, .to = s->from};
    bool acks = s->flags & ACK;

    answer.flags = accepts ? SYN | ACK : acks ? RST : RST | ACK;
    answer.seq = acks ? s->ack : 0;
    answer.ack = acks && !accepts ? 0 : s->seq + (uint32_t)s->length;
    if (accepts)
        answer.ack = s->seq + 1;
    return answer;
}

static bool asks(const struct segment *segment)
{
    return (segment->flags & (SYN | ACK | RST)) == SYN;
}

/* Is it for a connection that somebody has asked for? */
static bool is_of_one(const struct segment *s)
{
    return between(NULL, s->dst, s->to, s->src, s->from, true) != NULL ||
           between(NULL, s->dst, s->to, s->src, s->from, false) != NULL;
}

void model_segments_given(const struct model_host *model, const struct model_packet *packet,
                          bool plain)
{
    struct segment segment;

    known.wants = plain && known.count > 0 && !is_full() && !model->writes[TCP] &&
                  parse(packet, &segment) && !(segment.flags & RST) && !is_of_one(&segment);
    if (!known.wants)
        return;
    bool accepts = asks(&segment) && listener(segment.dst, segment.to) != NULL;
    known.wants = !accepts || known.count < FEW;
    known.wanted = answer_to(&segment, accepts);
}

static bool is_same(const struct segment *a, const struct segment *b)
{
    return a->src == b->src && a->dst == b->dst && a->from == b->from && a->to == b->to &&
           a->flags == b->flags && a->ack == b->ack && (a->flags & SYN || a->seq == b->seq);
}

/* A segment that came has called for it; one in pieces may have. */
static bool was_called_for(const struct model_host *model, const struct segment *said)
{
    struct segment segment, answer;

    for (size_t i = 0; i < model->given_count; i++) {
        const struct model_packet *packet = &model->given[i].packet;
        if (packet->src != said->dst || packet->protocol != TCP)
            continue;
        if (packet->mf || packet->offset != 0 || packet->header.len > 20)
            return true;
        if (!parse(packet, &segment))
            continue;
        answer = answer_to(&segment, said->flags & SYN);
        if ((said->flags & SYN ? asks(&segment) : !(segment.flags & RST)) && is_same(&answer, said))
            return true;
    }
    return model->given_count == MODEL_GIVEN;
}

/* RFC 1122 4.2.2.6: as much as the interface carries, in the first segment. */
static bool offers_right(const struct model_host *model, unsigned iface,
                         const struct model_packet *packet)
{
    const uint8_t *p = packet->data.octets;

    return model->unsure & (UNSURE_SIZES | UNSURE_LINK) ||
           (p[12] >> 4 >= 6 && p[20] == 2 && p[21] == 4 &&
            v4_be16(p + 22) == model->ifaces[iface].mtu - 40);
}

static bool has_choices(const struct model_host *model, const struct model_packet *packet,
                        uint8_t ttl, uint8_t tos)
{
    return model->unsure & (UNSURE_HEADER | UNSURE_OPTIONS) ||
           (packet->tos == tos &&
            (packet->ttl == (ttl != 0 ? ttl : model->ttl) || (ttl == 0 && model->ttl_was_set)));
}

/* The first word of a connection that somebody has asked for; remembers it. */
static const char *invites(const struct model_host *model, const struct segment *said,
                           const struct model_packet *packet)
{
    const struct connection *waits = NULL;

    for (size_t i = 0; i < known.count; i++) { /* be it closed by now */
        const struct connection *each = known.list + i;
        if (each->listens && each->port == said->from &&
            (each->addr == 0 || each->addr == said->src) &&
            (waits == NULL || has_choices(model, packet, each->ttl, each->tos)))
            waits = each;
    }
    if (waits == NULL)
        return "cause: RFC 793 3.4: a connection is accepted for which nobody waits";
    if (!was_called_for(model, said))
        return "cause: RFC 793 3.4: a connection is accepted for which nobody has asked";
    if (!has_choices(model, packet, waits->ttl, waits->tos))
        return "sent: RFC1122-4.2.4.2-a: a segment without its user's TTL or TOS";
    known.list[known.count++] = (struct connection){.addr = said->src,
                                                    .peer = said->dst,
                                                    .port = said->from,
                                                    .peer_port = said->to,
                                                    .ttl = waits->ttl,
                                                    .tos = waits->tos};
    return NULL;
}

/* The connection whose segment it is: the first whose TTL and TOS it has, of those that have begun
 * if it can be, for there may be an older one, which is over. */
static struct connection *whose(const struct model_host *model, const struct segment *s,
                                const struct model_packet *packet)
{
    struct connection *first = NULL;

    for (int begun = 1; begun >= 0; begun--) {
        struct connection *next = NULL;
        while ((next = between(next, s->src, s->from, s->dst, s->to, begun)) != NULL) {
            if (has_choices(model, packet, next->ttl, next->tos))
                return next;
            first = first == NULL ? next : first;
        }
    }
    return first;
}

const char *model_segments_sent(const struct model_host *model, unsigned iface,
                                const struct model_packet *packet)
{
    struct segment said;

    if (!model->must || model->writes[TCP] || model->unsure & UNSURE_OWN || is_full() ||
        !parse(packet, &said))
        return NULL;
    if (known.wants && is_same(&said, &known.wanted))
        known.wants = false;
    if (packet->header.len >
        20) { /* along a route, or with a label: whose it is, is not followed */
        known.count = said.flags & SYN ? CONNECTIONS : known.count;
        return NULL;
    }
    struct connection *here = whose(model, &said, packet);
    bool first = (said.flags & (SYN | ACK)) == SYN;
    bool accepts = (said.flags & (SYN | ACK)) == (SYN | ACK);
    if (here != NULL && accepts && !has_choices(model, packet, here->ttl, here->tos))
        here = NULL; /* what has not begun, or is over, is not it */
    if (here != NULL && first) {
        here->port = said.from; /* the host's choices */
        here->addr = said.src;
    }
    if (here != NULL && here->port == 0)
        here = NULL;
    if (said.flags & SYN && !offers_right(model, iface, packet))
        return "sent: RFC1122-4.2.2.6-b: a SYN that offers another size than the interface's";
    if (here != NULL)
        return said.flags & RST || has_choices(model, packet, here->ttl, here->tos)
                   ? NULL
                   : "sent: RFC1122-4.2.4.2-a: a segment without its user's TTL or TOS";
    if (accepts)
        return invites(model, &said, packet);
    if (!(said.flags & RST))
        return "cause: RFC 793 3.4: a segment of no connection, or with another source";
    if (!was_called_for(model, &said))
        return "cause: RFC 793 3.4: a reset that nothing called for";
    return has_choices(model, packet, 0, 0) ? NULL
                                            : "sent: RFC1122-3.2.1.7-a: a reset with another TTL";
}

bool model_segments_passed(const struct model_host *model)
{
    bool passed = known.wants && !(model->unsure & UNSURE_ANSWERS);

    known.wants = false;
    return passed;
}
