/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire/ip.h"
#include <string.h>
#include "wire/checksum.h"

#define RESERVED 0x8000
#define DF 0x4000
#define MF 0x2000
#define OFFSET 0x1fff

/* What a header and a quotation of one have in common; `*ret_len` is the header's length. */
static enum v4_drop measure(struct v4_span packet, size_t *ret_len)
{
    const uint8_t *p = packet.octets;

    if (packet.len < V4_IP_HEADER_MIN)
        return V4_DROP_TRUNCATED;
    if (p[0] >> 4 != 4) /* RFC1122-3.2.1.1-a */
        return V4_DROP_VERSION;

    size_t header_len = (size_t)(p[0] & 0x0f) * 4;
    if (header_len < V4_IP_HEADER_MIN) /* RFC791-3.1_IHL-a */
        return V4_DROP_IHL;
    if (packet.len < header_len)
        return V4_DROP_TRUNCATED;
    *ret_len = header_len;
    return V4_KEEP;
}

/* The fields, of a packet that has `len` octets, the first `header_len` of them header. */
static struct v4_ip fields(const uint8_t *p, size_t header_len, size_t len)
{
    uint16_t frag = v4_be16(p + 6);

    return (struct v4_ip){
        .tos = p[1],
        .id = v4_be16(p + 4),
        .reserved = frag & RESERVED, /* RFC791-3.1_Flags-b */
        .df = frag & DF,
        .mf = frag & MF,
        .offset = frag & OFFSET,
        .ttl = p[8],
        .protocol = p[9],
        .src = v4_be32(p + 12),
        .dst = v4_be32(p + 16),
        .options = {p + V4_IP_HEADER_MIN, header_len - V4_IP_HEADER_MIN},
        .data = {p + header_len, len - header_len},
    };
}

enum v4_drop v4_ip_parse(struct v4_span packet, struct v4_ip *ret_ip)
{
    const uint8_t *p = packet.octets;
    size_t header_len;
    enum v4_drop drop = measure(packet, &header_len);

    if (drop != V4_KEEP)
        return drop;
    if (v4_checksum((struct v4_span){p, header_len}) != 0) /* RFC1122-3.2.1.2-a */
        return V4_DROP_CHECKSUM;

    /* Only now is a length believed: before the checksum it is noise. */
    size_t total_len = v4_be16(p + 2);
    if (total_len < header_len) /* RFC791-3.1_TotalLength-b */
        return V4_DROP_LENGTH;
    if (packet.len < total_len) /* RFC791-3.1_TotalLength-c */
        return V4_DROP_TRUNCATED;

    *ret_ip = fields(p, header_len, total_len); /* RFC791-3.1_TotalLength-a */
    return V4_KEEP;
}

enum v4_drop v4_ip_parse_quote(struct v4_span quote, struct v4_ip *ret_ip)
{
    const uint8_t *p = quote.octets;
    size_t header_len;
    enum v4_drop drop = measure(quote, &header_len);

    if (drop != V4_KEEP)
        return drop;

    size_t total_len = v4_be16(p + 2);
    if (total_len < header_len)
        return V4_DROP_LENGTH;

    *ret_ip = fields(p, header_len, quote.len < total_len ? quote.len : total_len);
    return V4_KEEP;
}

size_t v4_ip_emit(const struct v4_ip *ip, uint8_t ret_octets[V4_IP_HEADER_MAX])
{
    size_t header_len = V4_IP_HEADER_MIN + (ip->options.len + 3) / 4 * 4;
    uint8_t *p = ret_octets;

    p[0] = (uint8_t)(0x40 | header_len / 4);
    p[1] = ip->tos;
    v4_put16(p + 2, (uint16_t)(header_len + ip->data.len));
    v4_put16(p + 4, ip->id);
    v4_put16(p + 6, (uint16_t)((ip->reserved ? RESERVED : 0) | (ip->df ? DF : 0) |
                               (ip->mf ? MF : 0) | (ip->offset & OFFSET)));
    p[8] = ip->ttl;
    p[9] = ip->protocol;
    v4_put16(p + 10, 0);
    v4_put32(p + 12, ip->src);
    v4_put32(p + 16, ip->dst);
    memset(p + V4_IP_HEADER_MIN, 0, header_len - V4_IP_HEADER_MIN); /* RFC791-3.1_Padding-a */
    if (ip->options.len != 0)
        memcpy(p + V4_IP_HEADER_MIN, ip->options.octets, ip->options.len);
    v4_put16(p + 10, v4_checksum((struct v4_span){p, header_len})); /* RFC791-3.1_Checksum-a */
    return header_len;
}
