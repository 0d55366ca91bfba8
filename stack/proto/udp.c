/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/udp.h"
#include "proto/icmp_error.h"
#include "proto/ip_out.h"
#include "proto/role.h"
#include "proto/socket.h"
#include "wire/icmp.h"
#include "wire/udp.h"

#define PORT_FIRST 49152 /* those that we choose from */
#define PORT_COUNT 16384
#define UDP_DATA_MAX (V4_IP_LENGTH_MAX - V4_IP_HEADER_MIN - V4_UDP_HEADER)

/* True when what comes to `addr` and `port` is this socket's. */
static bool is_bound(const struct v4_socket *sock, uint32_t addr, uint16_t port)
{
    return !sock->raw && sock->port == port &&
           (sock->addr == addr || sock->addr == V4_ADDR_ANY); /* RFC1122-4.1.3.5-c */
}

/* The socket that is bound just so, or NULL. */
static const struct v4_socket *bound(const struct v4_core *core, uint32_t addr, uint16_t port)
{
    const struct v4_socket *sock = NULL;

    while ((sock = v4_socket_next(core, sock)) != NULL)
        if (!sock->raw && sock->port == port && sock->addr == addr)
            return sock;
    return NULL;
}

/* The one for a datagram to one host: a socket with that address before one with any. */
static const struct v4_socket *find(const struct v4_core *core, uint32_t addr, uint16_t port)
{
    const struct v4_socket *sock = bound(core, addr, port);

    return sock != NULL ? sock : bound(core, V4_ADDR_ANY, port);
}

/* A port that no socket has, from a random one on; 0 when there is none. */
static uint16_t choose_port(struct v4_core *core, uint32_t addr)
{
    uint32_t start = v4_rng_below(&core->rng, PORT_COUNT);

    for (uint32_t i = 0; i < PORT_COUNT; i++) {
        uint16_t port = (uint16_t)(PORT_FIRST + (start + i) % PORT_COUNT);
        if (find(core, addr, port) == NULL)
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
    if (bound(core, addr, port) != NULL)
        return V4_EADDRINUSE;
    struct v4_socket *sock = v4_socket_open(core);
    if (sock == NULL)
        return V4_ENOBUFS;
    sock->addr = addr;
    sock->port = port;
    *ret_sock = sock->number;
    *ret_port = port;
    return V4_OK;
}

enum v4_error v4_udp_close(struct v4_core *core, unsigned sock)
{
    return v4_socket_close(core, sock, false) ? V4_OK : V4_EBADF;
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
    if (datagram.src == V4_ADDR_ANY)
        datagram.src = sock->addr;
    /* The checksum is over the source, which has to be known here. */
    enum v4_error error = v4_ip_source(core, datagram.dst, &datagram.src);
    if (error != V4_OK)
        return error;
    struct v4_udp udp = {.src_port = sock->port, .dst_port = dst_port, .data = send->data};
    datagram.data = (struct v4_span){
        core->message, v4_udp_emit(&udp, datagram.src, v4_ip_final(send), core->message)};
    error = v4_ip_send(core, V4_PROTOCOL_UDP, &datagram);
    if (error == V4_OK)
        v4_stat_count(&core->stats, V4_STAT_UDP_OUT);
    return error;
}

static void tell(struct v4_core *core, const struct v4_packet *packet, const struct v4_udp *udp,
                 const struct v4_socket *sock)
{
    struct v4_event event = {.kind = V4_EVENT_UDP,
                             .udp = {.sock = sock->number,
                                     .iface = packet->iface,
                                     .src = packet->ip.src,
                                     .dst = packet->ip.dst, /* RFC1122-4.1.3.5-a */
                                     .src_port = udp->src_port,
                                     .dst_port = udp->dst_port,
                                     .ttl = packet->ip.ttl,
                                     .tos = packet->ip.tos}};

    if (!v4_core_tell(core, &event, packet->ip.options, udp->data)) { /* RFC1122-4.1.3.2-a */
        v4_core_drop(core, V4_DROP_USER_FULL, packet->ip.data);
        return;
    }
    v4_stat_count(&core->stats, V4_STAT_UDP_DELIVERED);
}

/* What comes to a group is everybody's who is bound to the port (RFC919-5-b). */
static bool tell_all(struct v4_core *core, const struct v4_packet *packet, const struct v4_udp *udp)
{
    uint32_t specific = v4_ip_specific(core, packet);
    const struct v4_socket *sock = NULL;
    bool told = false;

    while ((sock = v4_socket_next(core, sock)) != NULL) {
        if (!is_bound(sock, specific, udp->dst_port))
            continue;
        tell(core, packet, udp, sock);
        told = true;
    }
    return told;
}

static bool tell_one(struct v4_core *core, const struct v4_packet *packet, const struct v4_udp *udp)
{
    const struct v4_socket *sock = find(core, packet->ip.dst, udp->dst_port);

    if (sock == NULL)
        return false;
    tell(core, packet, udp, sock);
    return true;
}

void v4_udp_input(struct v4_core *core, const struct v4_packet *packet)
{
    const struct v4_ip *ip = &packet->ip;
    struct v4_span whole = {packet->header.octets, packet->header.len + ip->data.len};
    struct v4_udp udp;

    v4_stat_count(&core->stats, V4_STAT_UDP_IN);
    enum v4_drop why = v4_udp_parse(ip->data, ip->src, ip->dst, &udp);
    if (why != V4_KEEP) { /* RFC1122-4.1.3.4-b */
        v4_core_drop(core, why, whole);
        return;
    }
    if (packet->group ? tell_all(core, packet, &udp) : tell_one(core, packet, &udp))
        return;
    v4_core_drop(core, V4_DROP_UDP_PORT, whole);
    v4_icmp_error(core, packet, V4_ICMP_UNREACHABLE, V4_ICMP_PORT, 0); /* RFC1122-4.1.3.1-a */
}

const struct v4_socket *v4_udp_sender(const struct v4_core *core, const struct v4_ip *quote)
{
    bool has_ports = quote->offset == 0 && quote->data.len >= 2;

    return has_ports ? find(core, quote->src, v4_be16(quote->data.octets)) : NULL;
}
