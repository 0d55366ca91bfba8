/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include "model/line.h"
#include "model/transit.h"

enum {
    UDP = 17,
    QUOTE = 600
};

/* Router Alert and no-operation come as they were sent. */
static const char *check_data(const struct transit_sent *sent, size_t number, const char *event)
{
    uint8_t data[8192];
    size_t len = 0;

    if (!model_octets(event, "data", data, sizeof data, &len) || len != sent->len)
        return "same: its length";
    for (size_t i = 0; i < len; i++)
        if (data[i] != transit_octet(number, i))
            return "same: other octets are delivered";
    return model_is_hex(event, "options", sent->options) ? NULL : "same: other options";
}

static const char *check_delivered(struct transit *transit, unsigned who, const char *event)
{
    uint8_t data[8192];
    size_t len = 0;

    if (!model_octets(event, "data", data, sizeof data, &len) || len < 2 ||
        data[0] >= transit->count)
        return "nothing: nobody has sent it";
    struct transit_sent *sent = transit->sent + data[0];
    const struct transit_side *from = transit->sides + sent->from,
                              *to = transit->sides + !sent->from;
    const bool through = sent->to == TRANSIT_OTHER;
    const unsigned whom = through ? !sent->from : TRANSIT_ROUTER;
    const uint32_t dst = through ? to->host : sent->dst;
    if (whom != who || sent->to > TRANSIT_FAR || !sent->heard)
        return "nothing: it was for somebody else, or for nobody";
    if (model_address(event, "src") != (through ? from->known_as : sent->src) ||
        model_address(event, "dst") != dst)
        return "same: other addresses";
    if (model_number(event, "tos") != sent->tos)
        return "same: another type of service";
    if (model_number(event, "ttl") != sent->ttl - through)
        return "ttl: it is not lower by one for each router";
    if (sent->protocol == UDP ? model_number(event, "sport") != sent->sport ||
                                    model_number(event, "dport") != sent->dport
                              : model_number(event, "protocol") != sent->protocol)
        return "same: other ports, or another protocol";
    if (++sent->delivered > sent->firsts)
        return "once: it is delivered more often than it has come";
    return check_data(sent, data[0], event);
}

/* Its sender is told by who he thinks that has it, about what he has sent. */
static const char *check_told(struct transit *transit, unsigned who, const char *event)
{
    const unsigned type = model_number(event, "type"), code = model_number(event, "code");
    const uint32_t src = model_address(event, "src");
    uint8_t octets[QUOTE];
    struct model_packet quote;
    size_t len = 0;

    if (!model_octets(event, "data", octets, sizeof octets, &len) ||
        model_packet_read((struct v4_span){octets, len}, true, &quote) != NULL)
        return "told: a user, of what is no packet";
    const size_t at = quote.protocol == UDP ? 8 : 0;
    if (who == TRANSIT_ROUTER || quote.data.len < at + 2 || quote.offset != 0 ||
        quote.data.octets[at] >= transit->count)
        return "told: a user, of what nobody has sent";
    struct transit_sent *sent = transit->sent + quote.data.octets[at];
    const bool whom =
        sent->to == TRANSIT_OTHER && (type == 11 ? code == 1 : code == 2 || code == 3);
    if (sent->from != who || quote.src != sent->src || quote.dst != sent->dst)
        return "told: a user, of another datagram than his";
    /* Whom it was for, or the router by the address that it has on this wire (RFC 1812 4.3.2.4). */
    if (src != (whom ? sent->dst : transit->sides[who].router))
        return "told: a user, by somebody else";
    size_t *path = &transit->sides[who].path;
    const size_t next = transit->sides[!who].mtu;
    if (type == 3 && code == 4 && sent->to == TRANSIT_OTHER && next < *path)
        *path = next; /* RFC1191-3-a */
    sent->told++;
    return NULL;
}

const char *transit_told(struct transit *transit, unsigned who, const char *event)
{
    if (model_begins(event, "* udp.recv") || model_begins(event, "* ip.recv"))
        return check_delivered(transit, who, event);
    return model_begins(event, "* icmp.error") ? check_told(transit, who, event) : NULL;
}

/* One of those for whom nobody answers is reported, where all of them are whole. */
static bool is_silence_told(const struct transit *transit, unsigned from)
{
    unsigned waited = 0, told = 0;

    for (size_t i = 0; i < transit->count; i++) {
        const struct transit_sent *sent = transit->sent + i;
        if (sent->from != from || sent->to != TRANSIT_SILENT || !sent->left)
            continue;
        const size_t size = 20 + sent->options.len + sent->octets;
        if (sent->doubtful || sent->pieces || size > transit->sides[!from].mtu)
            return true; /* there may be no room for all its pieces to wait */
        waited += sent->ttl > 1 && !sent->refused;
        told += sent->ttl > 1 && !sent->refused && sent->told > 0;
    }
    return waited == 0 || told > 0;
}

const char *transit_end(const struct transit *transit)
{
    for (size_t i = 0; i < transit->count; i++) {
        const struct transit_sent *sent = transit->sent + i;
        const bool over = sent->to == TRANSIT_OTHER && sent->ttl == 1;
        if (!sent->left || sent->doubtful || sent->to == TRANSIT_SILENT)
            continue;
        const bool arrives = sent->heard && !over && !sent->refused && sent->to <= TRANSIT_FAR;
        if (arrives && sent->delivered == 0)
            return "all: it has not arrived";
        if (!arrives && sent->told == 0)
            return "told: its sender does not know that it cannot arrive";
    }
    for (unsigned from = 0; from < 2; from++)
        if (!is_silence_told(transit, from))
            return "told: nobody answers there, and its sender does not know";
    return NULL;
}

/* Where a packet ends: for us, for others, or for nobody. */
static unsigned ends(const char *counters)
{
    static const char *const names[] = {"ipInHdrErrors",   "ipInAddrErrors",  "ipInUnknownProtos",
                                        "ipInDelivers",    "ipForwDatagrams", "ipReasmReqds",
                                        "drop.DF",         "drop.NO_ROUTE",   "drop.PROHIBITED",
                                        "drop.SOURCE_PATH"};
    unsigned sum = 0;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        sum += model_number(counters, names[i]);
    return sum - model_number(counters, "ipReasmOKs");
}

const char *transit_books(const struct transit *transit, unsigned who, const char *counters)
{
    const unsigned waited = model_number(counters, "drop.NEIGHBOR_QUEUE") +
                            model_number(counters, "drop.NEIGHBOR_FULL") +
                            model_number(counters, "drop.NEIGHBOR_FAILED") +
                            model_number(counters, "drop.NEIGHBOR_LENGTH");
    const unsigned forwarded = model_number(counters, "ipForwDatagrams");

    if (model_number(counters, "ipInReceives") != ends(counters))
        return "books: of packets that came some ended in no way, or in two";
    if (transit->full)
        return NULL;
    if (who == TRANSIT_ROUTER
            ? forwarded < transit->forwarded || forwarded > transit->forwarded + waited
            : forwarded != 0)
        return "books: others are counted as passed on than were";
    if (waited == 0 && (model_number(counters, "ipFragOKs") != transit->cut[who] ||
                        model_number(counters, "ipFragCreates") != transit->pieces[who]))
        return "books: other fragments are counted than were sent";
    return NULL;
}
