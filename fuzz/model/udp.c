/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp.h"

/* Adding in ones-complement is adding modulo 65535: what is summed up with its right checksum is a
 * multiple of that. The octets count alternately by 256 and by 1. */
static uint64_t sum(struct v4_span octets)
{
    uint64_t total = 0;

    for (size_t i = 0; i < octets.len; i++)
        total += i % 2 == 0 ? 256u * octets.octets[i] : octets.octets[i];
    return total;
}

enum v4_drop model_udp_fault(struct v4_span segment, uint32_t src, uint32_t dst)
{
    const uint8_t *p = segment.octets;

    if (segment.len < 8)
        return V4_DROP_UDP_TRUNCATED;
    size_t len = p[4] * 256u + p[5];
    if (len < 8 || len > segment.len)
        return V4_DROP_UDP_LENGTH;
    if (p[6] == 0 && p[7] == 0)
        return V4_KEEP;
    uint64_t pseudo = (src >> 16) + (src & 0xffff) + (dst >> 16) + (dst & 0xffff) + 17 + len;
    return (pseudo + sum((struct v4_span){p, len})) % 65535 == 0 ? V4_KEEP : V4_DROP_UDP_CHECKSUM;
}

bool model_udp_is_for(const struct model_socket *sock, const struct model_arrival *arrival)
{
    if (sock->port != arrival->dst_port)
        return false;
    if (sock->addr != 0 && sock->addr != arrival->dst)
        return false;
    if (sock->peer != 0 && sock->peer != arrival->src)
        return false;
    if (sock->peer_port != 0 && sock->peer_port != arrival->src_port)
        return false;
    return sock->iface == 0 || arrival->iface == 0 || sock->iface == arrival->iface;
}

/* By the four things that a socket may name, what matters most first. */
static bool is_closer(const struct model_socket *a, const struct model_socket *b)
{
    if ((a->peer != 0) != (b->peer != 0))
        return a->peer != 0;
    if ((a->peer_port != 0) != (b->peer_port != 0))
        return a->peer_port != 0;
    if ((a->addr != 0) != (b->addr != 0))
        return a->addr != 0;
    return a->iface != 0 && b->iface == 0;
}

size_t model_udp_whose(const struct model_socket *socks, size_t count,
                       const struct model_arrival *arrival)
{
    size_t best = count;

    for (size_t i = 0; i < count; i++)
        if (model_udp_is_for(socks + i, arrival) &&
            (best == count || is_closer(socks + i, socks + best)))
            best = i;
    return best;
}
