/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/socket.h"
#include "proto/group.h"
#include "wire/icmp.h"

struct v4_socket *v4_socket_open(struct v4_core *core)
{
    for (unsigned i = 0; i < core->config.sockets; i++) {
        struct v4_socket *sock = &core->sockets[i];
        if (sock->number != 0)
            continue;
        *sock = (struct v4_socket){.number = ++core->state.last_socket, .group_ttl = 1};
        return sock;
    }
    return NULL;
}

struct v4_socket *v4_socket_find(struct v4_core *core, unsigned number, bool raw)
{
    for (unsigned i = 0; i < core->config.sockets; i++) {
        struct v4_socket *sock = &core->sockets[i];
        if (number != 0 && sock->number == number && sock->raw == raw)
            return sock;
    }
    return NULL;
}

const struct v4_socket *v4_socket_next(const struct v4_core *core, const struct v4_socket *sock)
{
    const struct v4_socket *end = core->sockets + core->config.sockets;

    for (sock = sock == NULL ? core->sockets : sock + 1; sock != end; sock++)
        if (sock->number != 0)
            return sock;
    return NULL;
}

bool v4_socket_close(struct v4_core *core, unsigned number, bool raw)
{
    struct v4_socket *sock = v4_socket_find(core, number, raw);

    if (sock == NULL)
        return false;
    v4_group_quit(core, number);
    *sock = (struct v4_socket){0};
    return true;
}

const struct v4_socket *v4_socket_bound(const struct v4_core *core, uint32_t addr, uint16_t port)
{
    const struct v4_socket *sock = NULL;

    while ((sock = v4_socket_next(core, sock)) != NULL)
        if (!sock->raw && sock->port == port && sock->addr == addr)
            return sock;
    return NULL;
}

const struct v4_socket *v4_socket_for(const struct v4_core *core, uint32_t addr, uint16_t port)
{
    const struct v4_socket *sock = v4_socket_bound(core, addr, port);

    return sock != NULL ? sock : v4_socket_bound(core, V4_ADDR_ANY, port);
}

bool v4_socket_takes(const struct v4_socket *sock, const struct v4_flow *flow)
{
    bool here =
        flow->iface == V4_IFACES_MAX || sock->by_iface == 0 || sock->by_iface == flow->iface + 1;

    return !sock->raw && sock->port == flow->port && here &&
           (sock->addr == V4_ADDR_ANY || sock->addr == flow->addr) && /* RFC1122-4.1.3.5-c */
           (sock->peer == V4_ADDR_ANY || sock->peer == flow->peer) &&
           (sock->peer_port == 0 || sock->peer_port == flow->peer_port);
}

/* How much of a datagram the socket has named, what tells most first. */
static unsigned closeness(const struct v4_socket *sock)
{
    return (sock->peer != V4_ADDR_ANY ? 8U : 0) + (sock->peer_port != 0 ? 4U : 0) +
           (sock->addr != V4_ADDR_ANY ? 2U : 0) + (sock->by_iface != 0 ? 1U : 0);
}

const struct v4_socket *v4_socket_of(const struct v4_core *core, const struct v4_flow *flow)
{
    const struct v4_socket *sock = NULL, *best = NULL;

    while ((sock = v4_socket_next(core, sock)) != NULL)
        if (v4_socket_takes(sock, flow) && (best == NULL || closeness(sock) > closeness(best)))
            best = sock;
    return best;
}

/* What an error means to whoever sent the datagram. */
static enum v4_error error_of(uint8_t type, uint8_t code)
{
    if (type == V4_ICMP_PARAMETER_PROBLEM)
        return V4_EPROTO;
    if (type != V4_ICMP_UNREACHABLE)
        return type == V4_ICMP_TIME_EXCEEDED ? V4_EHOSTUNREACH : V4_OK;
    switch (code) {
    case V4_ICMP_PROTOCOL:
    case V4_ICMP_PORT:
        return V4_ECONNREFUSED;
    case V4_ICMP_FRAGMENTATION:
        return V4_EMSGSIZE;
    case V4_ICMP_NET:
        return V4_ENETUNREACH;
    default:
        return V4_EHOSTUNREACH;
    }
}

void v4_socket_failed(struct v4_core *core, unsigned number, uint8_t type, uint8_t code)
{
    struct v4_socket *sock = v4_socket_find(core, number, false);
    enum v4_error error = error_of(type, code);

    if (sock == NULL)
        sock = v4_socket_find(core, number, true);

    if (sock != NULL && error != V4_OK)
        sock->error = error;
}
