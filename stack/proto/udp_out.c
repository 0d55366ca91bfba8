/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/udp_out.h"
#include "proto/address.h"
#include "proto/ip_out.h"
#include "proto/role.h"
#include "proto/socket.h"
#include "wire/udp.h"

#define PORT_FIRST 49152 /* those that we choose from */
#define PORT_COUNT 16384
#define UDP_DATA_MAX (V4_IP_LENGTH_MAX - V4_IP_HEADER_MIN - V4_UDP_HEADER)

/* A port that no socket has, from a random one on; 0 when there is none. */
static uint16_t choose_port(struct v4_core *core, uint32_t addr)
{
    uint32_t start = v4_rng_below(&core->rng, PORT_COUNT);

    for (uint32_t i = 0; i < PORT_COUNT; i++) {
        uint16_t port = (uint16_t)(PORT_FIRST + (start + i) % PORT_COUNT);
        if (v4_socket_for(core, addr, port) == NULL)
            return port;
    }
    return 0;
}

enum v4_error v4_udp_bind(struct v4_core *core, uint32_t addr, uint16_t port, unsigned *ret_sock,
                          uint16_t *ret_port)
{
    unsigned iface;

    if (addr != V4_ADDR_ANY && !v4_addr_is_loopback(addr) && !v4_role_ours(core, addr, &iface))
        return V4_EADDRNOTAVAIL;
    if (port == 0)
        port = choose_port(core, addr);
    if (port == 0)
        return V4_ENOBUFS;
    if (v4_socket_bound(core, addr, port) != NULL)
        return V4_EADDRINUSE;
    struct v4_socket *sock = v4_socket_open(core);
    if (sock == NULL)
        return V4_ENOBUFS;
    sock->addr = addr;
    sock->port = port;
    sock->broadcast = 1;
    *ret_sock = sock->number;
    *ret_port = port;
    return V4_OK;
}

enum v4_error v4_udp_close(struct v4_core *core, unsigned sock)
{
    return v4_socket_close(core, sock, false) ? V4_OK : V4_EBADF;
}

struct v4_send v4_udp_default(const struct v4_core *core, unsigned number, struct v4_send send)
{
    const struct v4_socket *sock = NULL;

    while ((sock = v4_socket_next(core, sock)) != NULL && sock->number != number)
        ;
    if (sock == NULL)
        return send;
    if (v4_addr_is_multicast(send.dst))
        send.ttl = sock->group_ttl; /* RFC1112-6.1-a */
    else if (sock->ttl != 0)
        send.ttl = sock->ttl;
    send.unheard = sock->group_unheard;
    send.tos = sock->tos;
    if (sock->df != 0)
        send.df = v4_df_meant(sock->df - 1U);
    send.options = (struct v4_span){sock->options, sock->options_len};
    return send;
}

/* Where the socket may send: to its peer, to broadcast addresses if it has leave, by its interface.
 */
static enum v4_error may_send(const struct v4_core *core, const struct v4_socket *sock,
                              struct v4_send *datagram, uint16_t dst_port)
{
    struct v4_way way;

    if ((sock->peer != V4_ADDR_ANY && sock->peer != datagram->dst) ||
        (sock->peer_port != 0 && sock->peer_port != dst_port))
        return V4_EINVAL;
    if (!sock->broadcast && v4_role_broadcast_somewhere(core, datagram->dst))
        return V4_EACCES;
    if (datagram->src == V4_ADDR_ANY)
        datagram->src = sock->addr;
    bool group = v4_addr_is_multicast(datagram->dst);
    unsigned by = group && sock->group_iface != 0 ? sock->group_iface : sock->by_iface;
    if (by == 0)
        return V4_OK;
    unsigned iface = by - 1U;
    if (datagram->src == V4_ADDR_ANY)
        datagram->src = v4_address_towards(core, iface, datagram->dst);
    enum v4_error error = v4_ip_way(core, datagram->src, datagram->dst, datagram->tos, &way);
    return error == V4_OK && !way.local && way.iface != iface ? V4_ENETUNREACH : error;
}

enum v4_error v4_udp_send(struct v4_core *core, unsigned number, const struct v4_send *send,
                          uint16_t dst_port)
{
    const struct v4_socket *sock = v4_socket_find(core, number, false);
    struct v4_send datagram = *send;

    if (sock == NULL)
        return V4_EBADF;
    if (send->data.len > UDP_DATA_MAX)
        return V4_EMSGSIZE;
    enum v4_error error = may_send(core, sock, &datagram, dst_port);
    /* The checksum is over the source, which has to be known here. */
    if (error == V4_OK)
        error = v4_ip_source(core, datagram.dst, send->tos, &datagram.src);
    if (error != V4_OK)
        return error;
    struct v4_udp udp = {.src_port = sock->port,
                         .dst_port = dst_port,
                         .unchecked = sock->unchecked,
                         .data = send->data};
    datagram.data = (struct v4_span){
        core->message, v4_udp_emit(&udp, datagram.src, v4_ip_final(send), core->message)};
    error = v4_ip_send_built(core, V4_PROTOCOL_UDP, &datagram);
    if (error == V4_OK)
        v4_stat_count(&core->stats, V4_STAT_UDP_OUT);
    return error;
}
