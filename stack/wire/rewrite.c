/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/rewrite.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/ip.h"

#define IP_SUM 10 /* where these are */
#define IP_SRC 12
#define IP_DST 16
#define UDP_SUM 6
#define TCP_SUM 16
#define ICMP_SUM 2

#define PORTS 4 /* octets of both */

bool v4_ports(const struct v4_ip *ip, uint16_t *ret_src, uint16_t *ret_dst)
{
    bool has = ip->protocol == V4_PROTOCOL_UDP || ip->protocol == V4_PROTOCOL_TCP;

    if (!has || ip->offset != 0 || ip->data.len < PORTS)
        return false;
    *ret_src = v4_be16(ip->data.octets);
    *ret_dst = v4_be16(ip->data.octets + 2);
    return true;
}

/* The transport's checksum, over a pseudo header too, in `data`; NULL: none, or in another
 * fragment. */
static uint8_t *transport_sum(const struct v4_ip *ip, uint8_t *data)
{
    bool udp = ip->protocol == V4_PROTOCOL_UDP;
    size_t at = udp ? UDP_SUM : TCP_SUM, first = (size_t)ip->offset * 8;

    if (!udp && ip->protocol != V4_PROTOCOL_TCP)
        return NULL;
    if (at < first || ip->data.len < at - first + 2)
        return NULL;
    uint8_t *sum = data + at - first;
    return udp && v4_be16(sum) == 0 ? NULL : sum; /* RFC768-Fields-e */
}

/* What a word's change does to a sum over it. */
static void amend(uint8_t *sum, bool udp, uint16_t was, uint16_t is)
{
    uint16_t now = v4_checksum_update(v4_be16(sum), was, is);

    v4_put16(sum, now == 0 && udp ? UINT16_MAX : now); /* RFC768-Fields-d */
}

void v4_rewrite(uint8_t *packet, size_t len, const struct v4_rewrite *to)
{
    const uint16_t halves[] = {(uint16_t)(to->addr >> 16), (uint16_t)to->addr};
    uint8_t *end = packet + (to->src ? IP_SRC : IP_DST);
    uint16_t src, dst;
    struct v4_ip ip;

    if (v4_ip_parse_quote((struct v4_span){packet, len}, &ip) != V4_KEEP)
        return;
    bool udp = ip.protocol == V4_PROTOCOL_UDP, ports = v4_ports(&ip, &src, &dst);
    uint8_t *data = packet + V4_IP_HEADER_MIN + ip.options.len, *sum = transport_sum(&ip, data);
    for (size_t i = 0; i < 2; i++) {
        uint16_t was = v4_be16(end + 2 * i);
        amend(packet + IP_SUM, false, was, halves[i]);
        if (sum != NULL)
            amend(sum, udp, was, halves[i]);
    }
    v4_put32(end, to->addr);
    if (to->port == 0 || !ports)
        return;
    if (sum != NULL)
        amend(sum, udp, to->src ? src : dst, to->port);
    v4_put16(data + (to->src ? 0 : 2), to->port);
}

bool v4_rewrite_quote(uint8_t *message, size_t len, const struct v4_rewrite *to)
{
    struct v4_ip quote;

    if (len < V4_ICMP_HEADER)
        return false;
    struct v4_span data = {message + V4_ICMP_HEADER, len - V4_ICMP_HEADER};
    if (v4_ip_parse_quote(data, &quote) != V4_KEEP)
        return false;
    uint16_t was = (uint16_t)~v4_checksum(data);
    v4_rewrite(message + V4_ICMP_HEADER, data.len, to);
    amend(message + ICMP_SUM, false, was, (uint16_t)~v4_checksum(data));
    return true;
}
