/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/transit.h"
#include <string.h>
#include "model/line.h"

enum {
    ICMP = 1,
    UDP = 17,
    UDP_HEADER = 8,
    ICMP_HEADER = 8
};

static struct transit_packet packets[TRANSIT_PACKETS];

uint8_t transit_octet(size_t n, size_t i)
{
    if (i < 2)
        return (uint8_t)(i == 0 ? n : ~n);
    return (uint8_t)(i * 7 + n * 31 + i / 256);
}

static bool is_router(const struct transit *transit, uint32_t addr)
{
    return addr == transit->sides[0].router || addr == transit->sides[1].router;
}

static bool is_of(const struct transit_sent *sent, const struct transit *transit,
                  const struct model_packet *packet)
{
    const struct transit_side *from = transit->sides + sent->from,
                              *to = transit->sides + !sent->from;
    const bool src = packet->src == from->host || packet->src == from->known_as;
    const bool dst =
        packet->dst == sent->dst || (sent->to == TRANSIT_OTHER && packet->dst == to->host);

    return src && dst && packet->protocol == sent->protocol &&
           (!sent->left || packet->id == sent->id);
}

/* Whose piece it is, or whose beginning a quote: the first says so itself, the others by their
 * identification. */
static struct transit_sent *find(struct transit *transit, const struct model_packet *packet)
{
    const size_t head = packet->protocol == UDP ? UDP_HEADER : 0;
    const uint8_t *data = packet->data.octets + head;

    if (packet->offset == 0) {
        if (packet->data.len < head + 2 || (data[0] ^ data[1]) != 0xff || data[0] >= transit->count)
            return NULL;
        struct transit_sent *sent = transit->sent + data[0];
        return is_of(sent, transit, packet) ? sent : NULL;
    }
    for (size_t i = 0; i < transit->count; i++)
        if (transit->sent[i].left && !transit->sent[i].atomic &&
            is_of(transit->sent + i, transit, packet))
            return transit->sent + i;
    return NULL;
}

/* The datagram that an error of ICMP is about. */
static struct transit_sent *quoted(struct transit *transit, const struct model_packet *packet)
{
    const struct v4_span rest = {packet->data.octets + ICMP_HEADER, packet->data.len - ICMP_HEADER};
    struct model_packet quote;

    if (packet->protocol != ICMP || packet->offset != 0 || packet->data.len < ICMP_HEADER + 20 ||
        model_packet_read(rest, true, &quote) != NULL)
        return NULL;
    return find(transit, &quote);
}

/* What a station may say of a datagram: the one who it is for, or the router. */
static bool may_say(const struct transit_sent *sent, unsigned type, unsigned code, bool router)
{
    const bool through = sent->to == TRANSIT_OTHER || sent->to == TRANSIT_SILENT;
    const bool local = sent->to <= TRANSIT_FAR && router == (sent->to != TRANSIT_OTHER);

    if (type == 11 && code == 0)
        return router && through && sent->ttl == 1;
    if (type == 11) /* a piece is lost, late, or there once more */
        return code == 1 && local && (sent->doubtful || sent->octets != sent->arrived);
    if (type != 3 || code > 4)
        return false;
    const bool may[] = {
        router && sent->to == TRANSIT_NOWHERE,
        router && sent->to == TRANSIT_SILENT && sent->ttl > 1,
        local && !sent->heard && sent->protocol != UDP,
        local && !sent->heard && sent->protocol == UDP,
        router && sent->refused,
    };
    return may[code];
}

static const char *check_error(struct transit *transit, unsigned from, unsigned wire,
                               const struct model_packet *packet)
{
    const uint8_t *message = packet->data.octets;
    struct transit_sent *sent;

    if (packet->offset != 0)
        return NULL;
    if (packet->data.len < ICMP_HEADER)
        return "told: a message of ICMP without its header";
    if (!packet->mf && model_sum(packet->data, 0) != 0xffff)
        return "told: a message of ICMP whose checksum is wrong";
    sent = quoted(transit, packet);
    if (sent == NULL)
        return "told: an error about what nobody has sent";
    if (!may_say(sent, message[0], message[1], from == TRANSIT_ROUTER))
        return "told: an error that is not due";
    if (from == TRANSIT_ROUTER && (wire != sent->from || packet->dst != sent->src))
        return "told: an error to somebody else than the sender";
    if (from == TRANSIT_ROUTER && message[0] == 3 && message[1] == 4 &&
        v4_be16(message + 6) != transit->sides[!wire].mtu)
        return "told: another MTU than that of the next wire";
    if (++sent->errors > (from == TRANSIT_ROUTER ? sent->judged : sent->firsts))
        return "told: more errors than packets";
    return NULL;
}

/* Is this among what the packet has still to leave as? */
static bool is_part(const struct transit_packet *was, const struct model_packet *packet)
{
    const struct model_packet *is = &was->is;

    return is->src == packet->src && is->dst == packet->dst && is->id == packet->id &&
           is->protocol == packet->protocol && packet->offset >= is->offset &&
           packet->offset + packet->data.len <= is->offset + is->data.len &&
           was->out + packet->data.len <= is->data.len;
}

static bool has_octets(const struct transit_packet *was, const struct model_packet *packet)
{
    const size_t at = packet->offset - was->is.offset;

    for (size_t i = 0; i < packet->data.len; i++) {
        const size_t place = packet->offset + i;
        const bool sum = was->translated &&
                         (was->is.protocol == ICMP || (was->is.protocol == UDP && place / 2 == 3));
        if (!sum && packet->data.octets[i] != was->is.data.octets[at + i])
            return false;
    }
    return true;
}

/* The packet that this is a part of. Where several have one identification (RFC 6864 4.1) their
 * octets decide. */
static struct transit_packet *which(const struct transit *transit, unsigned wire,
                                    const struct model_packet *packet)
{
    struct transit_packet *was = NULL;

    for (size_t i = 0; i < transit->packets; i++) {
        if (packets[i].wire == wire || !is_part(packets + i, packet))
            continue;
        was = packets + i;
        if (has_octets(was, packet))
            return was;
    }
    return was;
}

static const char *check_passed(struct transit *transit, unsigned wire,
                                const struct model_packet *packet)
{
    struct transit_packet *was = which(transit, wire, packet);

    if (was == NULL || (transit->full && !has_octets(was, packet)))
        return transit->full ? NULL : "nothing: it was not on the other wire, or not as often";
    if (!has_octets(was, packet))
        return "same: other octets are passed on";
    const struct model_packet *is = &was->is;
    const size_t end = packet->offset + packet->data.len;
    const bool last = end == is->offset + is->data.len;
    if (is->ttl <= 1)
        return "ttl: its time was over";
    if (packet->ttl != is->ttl - 1)
        return "ttl: it is not lower by one";
    if (packet->tos != is->tos || packet->df != is->df || packet->mf != (is->mf || !last))
        return "same: another type of service, or another flag";
    if (packet->data.len < is->data.len && is->df)
        return "same: it is cut, and must not be";
    if (packet->offset == is->offset && packet->header.len != is->header.len)
        return "same: other options";
    was->out += packet->data.len;
    transit->forwarded += was->count == 0;
    was->count++;
    transit->cut[TRANSIT_ROUTER] += was->count == 2;
    transit->pieces[TRANSIT_ROUTER] += was->count == 2 ? 2 : was->count > 2;
    return NULL;
}

/* A datagram leaves its sender. */
static const char *check_sent(struct transit *transit, unsigned from,
                              const struct model_packet *packet)
{
    struct transit_sent *sent = find(transit, packet);

    if (sent == NULL || sent->from != from)
        return "nothing: a host sends what its user has not sent";
    sent->left = true;
    sent->id = packet->id;
    sent->pieces |= packet->mf || packet->offset != 0;
    sent->atomic = packet->df && !sent->pieces;
    sent->octets += packet->data.len;
    if (sent->octets > sent->len + (sent->protocol == UDP ? UDP_HEADER : 0))
        return "nothing: a host sends it twice";
    if (packet->src != sent->src || packet->dst != sent->dst)
        return "same: other addresses than its user's";
    return packet->ttl != sent->ttl || packet->tos != sent->tos
               ? "same: another time to live, or type of service, than its user's"
               : NULL;
}

const char *transit_leaves(struct transit *transit, unsigned from, unsigned wire,
                           const struct model_packet *packet)
{
    const bool own = from == TRANSIT_ROUTER ? is_router(transit, packet->src)
                                            : packet->src == transit->sides[from].host;

    if (packet->dst >> 28 == 14)
        return own && packet->ttl == 1 ? NULL : "nothing: a group is passed on";
    if (packet->octets.len > transit->sides[wire].mtu)
        return "fits: it is longer than the MTU of the wire";
    if (from != TRANSIT_ROUTER && !own)
        return "nothing: a host sends as somebody else";
    if (from == TRANSIT_ROUTER && !own)
        return check_passed(transit, wire, packet);
    if (packet->mf || packet->offset != 0) {
        transit->cut[from] += packet->offset == 0;
        transit->pieces[from]++;
    }
    return packet->protocol == ICMP ? check_error(transit, from, wire, packet)
                                    : check_sent(transit, from, packet);
}

/* With the addresses that the router must give it: by the rules of its user, if there are any. */
static void keep(struct transit *transit, unsigned wire, const struct model_packet *packet)
{
    const struct transit_side *near = transit->sides + wire, *far = transit->sides + !wire;

    if (transit->packets == TRANSIT_PACKETS || packet->octets.len > TRANSIT_OCTETS) {
        transit->full = true;
        return;
    }
    struct transit_packet *kept = packets + transit->packets++;
    *kept = (struct transit_packet){.wire = wire};
    memcpy(kept->octets, packet->octets.octets, packet->octets.len);
    model_packet_read((struct v4_span){kept->octets, packet->octets.len}, true, &kept->is);
    kept->translated = near->known_as != near->host || far->known_as != far->host;
    kept->is.src = packet->src == near->host ? near->known_as : packet->src;
    kept->is.dst = packet->dst == far->known_as ? far->host : packet->dst;
}

static void arrive(struct transit_sent *sent, const struct model_packet *packet)
{
    sent->firsts += packet->offset == 0;
    sent->arrived += packet->data.len;
}

void transit_arrives(struct transit *transit, unsigned to, unsigned wire,
                     const struct model_packet *packet)
{
    struct transit_sent *sent = find(transit, packet);
    const bool stuck = packet->df && packet->octets.len > transit->sides[!wire].mtu;

    if (packet->dst >> 28 == 14)
        return;
    if (to == TRANSIT_ROUTER) {
        if (!is_router(transit, packet->dst))
            keep(transit, wire, packet);
        if (sent != NULL) {
            const bool on = sent->to == TRANSIT_OTHER || sent->to == TRANSIT_SILENT;
            sent->judged += packet->offset == 0;
            if (is_router(transit, packet->dst))
                arrive(sent, packet);
            sent->refused |= on && stuck && packet->ttl > 1;
        } else if (stuck || packet->ttl <= 1) {
            transit_lost(transit, packet); /* of errors nobody is told */
        }
        return;
    }
    if (sent != NULL)
        arrive(sent, packet);
}

void transit_lost(struct transit *transit, const struct model_packet *packet)
{
    struct transit_sent *sent = find(transit, packet);

    sent = sent != NULL ? sent : quoted(transit, packet);
    if (sent != NULL)
        sent->doubtful = true;
    for (size_t i = 0; sent == NULL && i < transit->count; i++)
        transit->sent[i].doubtful = true;
}

void transit_doubts(struct transit *transit)
{
    for (size_t i = 0; i < transit->count; i++) {
        struct transit_sent *sent = transit->sent + i;
        sent->doubtful |= sent->to != TRANSIT_SILENT && sent->delivered + sent->told == 0;
    }
}
