/* SPDX-License-Identifier: BSD-2-Clause */
#include "entries.h"
#include <string.h>
#include "model/heard.h"
#include "model/line.h"

enum {
    ICMP = 1,
    IGMP = 2,
    TCP = 6,
    UDP = 17,
    HEADER = 14,
    TYPE_IP = 0x0800,
    TYPE_ARP = 0x0806,
    LONGEST = 1500 /* that a field of 802.3 says; beyond it is a type */
};

static const char *const names[ENTRY_COUNT] = {
    [ENTRY_NOT_OURS] = "drop.ETHER_NOT_OURS",
    [ENTRY_TYPE] = "drop.ETHER_TYPE",
    [ENTRY_ARP_REQUEST] = "arp.in.request",
    [ENTRY_ARP_REPLY] = "arp.in.reply",
    [ENTRY_IP] = "ipInReceives",
    [ENTRY_HDR_ERROR] = "ipInHdrErrors",
    [ENTRY_ADDR_ERROR] = "ipInAddrErrors",
    [ENTRY_UNKNOWN_PROTO] = "ipInUnknownProtos",
    [ENTRY_DELIVERED] = "ipInDelivers",
    [ENTRY_UDP] = "udp.in",
    [ENTRY_UDP_ERROR] = "udpInErrors",
    [ENTRY_UDP_NO_PORT] = "udpNoPorts",
    [ENTRY_REASSEMBLED] = "ipReasmOKs",
    [ENTRY_ICMP] = "icmpInMsgs",
    [ENTRY_ICMP_ERROR] = "icmpInErrors",
    [ENTRY_ECHO] = "icmpInEchos",
    [ENTRY_TIMESTAMP] = "icmpInTimestamps",
    [ENTRY_TIMESTAMP_REPLY] = "icmpInTimestampReps",
    [ENTRY_MASK] = "icmpInAddrMasks",
    [ENTRY_MASK_REPLY] = "icmpInAddrMaskReps",
    [ENTRY_OUT_MASK] = "icmpOutAddrMasks",
    [ENTRY_OUT_MASK_REPLY] = "icmpOutAddrMaskReps",
    [ENTRY_ECHO_REPLY] = "icmpInEchoReps",
    [ENTRY_UNREACHABLE] = "icmpInDestUnreachs",
    [ENTRY_QUENCH] = "icmpInSrcQuenchs",
    [ENTRY_REDIRECT] = "icmpInRedirects",
    [ENTRY_TIME_EXCEEDED] = "icmpInTimeExcds",
    [ENTRY_PROBLEM] = "icmpInParmProbs",
    [ENTRY_SUPPRESSED] = "icmp.suppressed",
    [ENTRY_DROP_TRUNCATED] = "drop.TRUNCATED",
    [ENTRY_DROP_VERSION] = "drop.VERSION",
    [ENTRY_DROP_IHL] = "drop.IHL",
    [ENTRY_DROP_CHECKSUM] = "drop.CHECKSUM",
    [ENTRY_DROP_LENGTH] = "drop.LENGTH",
    [ENTRY_DROP_SOURCE] = "drop.SOURCE",
    [ENTRY_DROP_SOURCE_OURS] = "drop.SOURCE_OURS",
    [ENTRY_DROP_PROTOCOL] = "drop.PROTOCOL",
    [ENTRY_ARP_OUT_REQUEST] = "arp.out.request",
    [ENTRY_ARP_OUT_REPLY] = "arp.out.reply",
    [ENTRY_UDP_OUT] = "udpOutDatagrams",
    [ENTRY_IP_OUT] = "ipOutRequests",
    [ENTRY_OUT_ECHO_REPLY] = "icmpOutEchoReps",
    [ENTRY_OUT_UNREACHABLE] = "icmpOutDestUnreachs",
    [ENTRY_OUT_TIME_EXCEEDED] = "icmpOutTimeExcds",
    [ENTRY_OUT_PROBLEM] = "icmpOutParmProbs",
    [ENTRY_OUT_TIMESTAMP_REPLY] = "icmpOutTimestampReps",
};

/* Of the types of ICMP; ENTRY_COUNT and ENTRY_IP_OUT: none of its own. */
static const struct {
    uint8_t type;
    enum model_entry in, out;
} types[] = {
    {0, ENTRY_ECHO_REPLY, ENTRY_OUT_ECHO_REPLY},
    {3, ENTRY_UNREACHABLE, ENTRY_OUT_UNREACHABLE},
    {4, ENTRY_QUENCH, ENTRY_IP_OUT},
    {5, ENTRY_REDIRECT, ENTRY_IP_OUT},
    {8, ENTRY_ECHO, ENTRY_IP_OUT},
    {11, ENTRY_TIME_EXCEEDED, ENTRY_OUT_TIME_EXCEEDED},
    {12, ENTRY_PROBLEM, ENTRY_OUT_PROBLEM},
    {14, ENTRY_TIMESTAMP_REPLY, ENTRY_OUT_TIMESTAMP_REPLY},
    {17, ENTRY_MASK, ENTRY_OUT_MASK},
    {18, ENTRY_MASK_REPLY, ENTRY_OUT_MASK_REPLY},
};

#define TYPES (sizeof types / sizeof *types)

/* What changes nothing in what is for the host, and from whom. */
static bool is_of_no_account(const char *line)
{
    static const char *const kinds[] = {"route", "path", "neighbor", "advice"};
    static const char *const settings[] = {
        "ttl",
        "tos",
        "df",
        "mtu",
        "checksum",
        "neighbor-lifetime",
        "ident-wait",
        "neighbor-polls",
        "pmtu-age",
        "pmtu-discovery",
        "source-quench",
        "broadcast",
        "peer",
        "peer-port",
        "by-iface",
        "reports",
        "multicast-ttl",
        "multicast-iface",
        "icmp-rate",
        "accept-redirects",
        "log",
        "echo-broadcast",
    };
    size_t len;
    bool item = !model_begins(line, "set ");
    const char *const *known = item ? kinds : settings;
    size_t count = item ? sizeof kinds / sizeof *kinds : sizeof settings / sizeof *settings;
    const char *named = model_value(line, item ? "kind" : "name", &len);

    for (size_t i = 0; i < count && named != NULL; i++)
        if (strlen(known[i]) == len && strncmp(known[i], named, len) == 0)
            return true;
    return false;
}

bool model_entries_end(const struct model_host *model, const char *line)
{
    uint32_t dst = model_address(line, "dst");
    size_t len;

    if (model_begins(line, "udp.send ") || model_begins(line, "ip.send ") ||
        model_begins(line, "echo.send "))
        return model_is_ours(model, dst) || !model_is_one(model, dst) ||
               model_value(line, "options", &len) != NULL;
    if (model_begins(line, "tcp.connect "))
        return model_is_ours(model, dst) || !model_is_one(model, dst);
    if (model_begins(line, "set ") || model_begins(line, "add ") || model_begins(line, "del "))
        return !is_of_no_account(line);
    return model_begins(line, "ip.packet ");
}

/* The station itself, all, or the group of all hosts (RFC 1112 6.4). */
static bool is_listened_to(const struct model_iface *self, const uint8_t *mac)
{
    static const uint8_t all[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t hosts[] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0x01};

    return memcmp(mac, self->mac, 6) == 0 || memcmp(mac, all, 6) == 0 || memcmp(mac, hosts, 6) == 0;
}

/* All that may follow a packet of which nothing more is sure. */
static void add_anything(struct model_entries *entries)
{
    for (unsigned entry = ENTRY_HDR_ERROR; entry < ENTRY_ARP_OUT_REQUEST; entry++)
        entries->maybe[entry]++;
}

static void add_arp(struct model_entries *entries, const struct model_host *model, unsigned iface,
                    const struct model_arp *arp)
{
    bool known = arp->operation == 1 || arp->operation == 2;

    if (!known || model_is_group_mac(arp->sha) ||
        memcmp(arp->sha, model->ifaces[iface].mac, 6) == 0)
        return;
    if (arp->spa == 0 || (model_is_one(model, arp->spa) && !model_is_ours(model, arp->spa)))
        entries->sure[arp->operation == 1 ? ENTRY_ARP_REQUEST : ENTRY_ARP_REPLY]++;
}

static void add_udp(struct model_entries *entries, struct model_host *model, unsigned iface,
                    const struct model_packet *packet, bool many)
{
    const uint8_t *p = packet->data.octets;
    size_t len = packet->data.len < 8 ? 0 : v4_be16(p + 4);
    struct model_packet whole = *packet;

    entries->sure[ENTRY_UDP]++;
    whole.data.len = len;
    if (len < 8 || len > packet->data.len ||
        (v4_be16(p + 6) != 0 && model_sum(whole.data, model_pseudo(&whole)) != 0xffff)) {
        entries->sure[ENTRY_UDP_ERROR]++;
        return;
    }
    bool bound = model_heard_owner(model, iface, packet->dst, v4_be16(p + 2), packet->src,
                                   v4_be16(p)) != NULL;
    if (many) {
        entries->maybe[ENTRY_UDP_NO_PORT]++;
        entries->maybe[ENTRY_SUPPRESSED]++;
        return;
    }
    entries->sure[ENTRY_UDP_NO_PORT] += !bound;
}

/* Octets behind the first eight: RFC 792 has three timestamps, RFC 950 a mask. */
static size_t needs(uint8_t type)
{
    if (type == 13 || type == 14)
        return 12;
    return type == 17 || type == 18 ? 4 : 0;
}

static void add_icmp(struct model_entries *entries, const struct model_packet *packet)
{
    const uint8_t *p = packet->data.octets;

    entries->sure[ENTRY_ICMP]++;
    if (packet->data.len < 8 || model_sum(packet->data, 0) != 0xffff) {
        entries->sure[ENTRY_ICMP_ERROR]++;
        return;
    }
    size_t needed = needs(p[0]);
    if (packet->data.len < 8 + needed) {
        entries->sure[ENTRY_ICMP_ERROR]++;
        return;
    }
    bool plain = p[0] == 0 || p[0] == 8 || needed > 0;
    entries->sure[ENTRY_TIMESTAMP] += p[0] == 13;
    for (size_t i = 0; i < TYPES; i++)
        if (types[i].type == p[0] && types[i].in != ENTRY_COUNT)
            (plain ? entries->sure : entries->maybe)[types[i].in]++; /* errors by their quote */
    if (!plain)
        entries->maybe[ENTRY_ICMP_ERROR]++;
}

void model_entries_sent(struct model_entries *entries, const struct model_host *model,
                        struct v4_span octets)
{
    struct model_frame frame;
    const struct model_packet *packet = &frame.packet;

    if (model_frame_read(octets, &frame) != NULL)
        return;
    if (frame.kind == MODEL_ARP)
        entries->sure[frame.arp.operation == 1 ? ENTRY_ARP_OUT_REQUEST : ENTRY_ARP_OUT_REPLY]++;
    if (frame.kind != MODEL_IP || packet->offset != 0)
        return;
    entries->sure[ENTRY_IP_OUT]++;
    if (model->writes[packet->protocol]) /* a user's own: to IP it is none of these */
        return;
    entries->sure[ENTRY_UDP_OUT] += packet->protocol == UDP;
    for (size_t i = 0; i < TYPES; i++)
        if (packet->protocol == ICMP && packet->data.len > 0 &&
            types[i].type == packet->data.octets[0] && types[i].out != ENTRY_IP_OUT)
            entries->sure[types[i].out]++;
}

/* A datagram for the host. */
static void add_datagram(struct model_entries *entries, struct model_host *model, unsigned iface,
                         const struct model_packet *packet, bool many)
{
    bool user = model_socket_of(model, packet->protocol, 0, 0) != NULL;
    if (packet->protocol == TCP && model->connects) { /* they are somebody's, or not yet */
        entries->maybe[ENTRY_DELIVERED]++;
        entries->maybe[ENTRY_UNKNOWN_PROTO]++;
        entries->maybe[ENTRY_SUPPRESSED]++;
        entries->maybe[ENTRY_DROP_PROTOCOL]++;
        return;
    }
    bool served =
        packet->protocol == ICMP || packet->protocol == IGMP || packet->protocol == UDP || user;

    entries->sure[served ? ENTRY_DELIVERED : ENTRY_UNKNOWN_PROTO]++;
    entries->sure[ENTRY_DROP_PROTOCOL] += !served;
    entries->sure[ENTRY_SUPPRESSED] += !served && many; /* RFC 1122 3.2.2 */
    if (packet->protocol == UDP)
        add_udp(entries, model, iface, packet, many);
    if (packet->protocol == ICMP)
        add_icmp(entries, packet);
}

static void add_packet(struct model_entries *entries, struct model_host *model, unsigned iface,
                       bool link_group, const struct model_packet *packet)
{
    const struct model_iface *self = model->ifaces + iface;
    uint32_t host = UINT32_MAX >> self->len;
    bool many = packet->dst == UINT32_MAX || packet->dst == (self->addr | host) ||
                packet->dst == 0xe0000001; /* 224.0.0.1 */
    bool nobody = packet->src == 0 && packet->protocol == IGMP;

    if ((!model_is_one(model, packet->src) && !nobody) || model_is_ours(model, packet->src)) {
        entries->sure[ENTRY_HDR_ERROR]++; /* RFC 1122 3.2.1.3, RFC 6274 3.12 */
        entries->sure[model_is_ours(model, packet->src) ? ENTRY_DROP_SOURCE_OURS
                                                        : ENTRY_DROP_SOURCE]++;
        return;
    }
    if (!many && (!model_is_ours(model, packet->dst) || link_group)) { /* RFC 1122 3.2.1.3, 3.3.6 */
        entries->sure[ENTRY_ADDR_ERROR]++;
        return;
    }
    const struct model_given *given = model->last_given;
    bool fragment = packet->mf || packet->offset != 0;
    entries->maybe[ENTRY_SUPPRESSED] += fragment; /* when its time is over */
    if (!fragment && packet->header.len == 20) {
        add_datagram(entries, model, iface, packet, many);
        return;
    }
    if (given == NULL || !given->fate.known ||
        (!fragment && given->fate.end != FATE_TAKEN)) { /* for its options */
        add_anything(entries);
        return;
    }
    const struct model_packet *whole = model_datagram(given);
    entries->sure[ENTRY_REASSEMBLED] += fragment && whole != NULL;
    if (whole != NULL)
        add_datagram(entries, model, iface, whole, many);
    else if (given->fate.end != FATE_HELD)
        add_anything(entries);
}

/* What is wrong first in a header, in the order in which a host may believe it. */
static enum model_entry wrong_in(struct v4_span octets)
{
    const uint8_t *p = octets.octets;

    if (octets.len < 20)
        return ENTRY_DROP_TRUNCATED;
    if (p[0] >> 4 != 4)
        return ENTRY_DROP_VERSION;
    size_t header = (p[0] & 15) * 4u;
    if (header < 20)
        return ENTRY_DROP_IHL;
    if (header > octets.len)
        return ENTRY_DROP_TRUNCATED;
    if (model_sum((struct v4_span){p, header}, 0) != 0xffff)
        return ENTRY_DROP_CHECKSUM;
    return v4_be16(p + 2) < header ? ENTRY_DROP_LENGTH : ENTRY_DROP_TRUNCATED;
}

void model_entries_add(struct model_entries *entries, struct model_host *model, unsigned iface,
                       struct v4_span octets)
{
    struct model_frame frame;
    const char *fault = model_frame_read(octets, &frame);
    unsigned type = octets.len < HEADER ? 0 : v4_be16(octets.octets + 12);

    if (octets.len < HEADER)
        return;
    if (type <= LONGEST) { /* behind 802.2: any */
        for (unsigned entry = 0; entry < ENTRY_ARP_OUT_REQUEST; entry++)
            entries->maybe[entry]++;
        return;
    }
    if (type != TYPE_IP && type != TYPE_ARP) {
        entries->sure[ENTRY_TYPE]++;
        return;
    }
    if (!is_listened_to(model->ifaces + iface, octets.octets)) {
        entries->sure[ENTRY_NOT_OURS]++;
        return;
    }
    entries->sure[ENTRY_IP] += type == TYPE_IP;
    if (fault != NULL && type == TYPE_IP) {
        entries->sure[ENTRY_HDR_ERROR]++;
        entries->sure[wrong_in((struct v4_span){octets.octets + HEADER, octets.len - HEADER})]++;
    } else if (fault != NULL)
        return;
    else if (type == TYPE_ARP)
        add_arp(entries, model, iface, &frame.arp);
    else
        add_packet(entries, model, iface, model_is_group_mac(frame.dst), &frame.packet);
}

const char *model_entries_fault(const struct model_entries *entries, const char *counters)
{
    for (unsigned entry = 0; entry < ENTRY_COUNT; entry++) {
        size_t counted = model_number(counters, names[entry]);
        if (counted < entries->sure[entry] ||
            (entry < ENTRY_OUT && counted > entries->sure[entry] + entries->maybe[entry]))
            return names[entry];
    }
    return NULL;
}
