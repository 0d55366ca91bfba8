/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/socket.h"

struct v4_socket *v4_socket_open(struct v4_core *core)
{
    for (unsigned i = 0; i < core->config.sockets; i++) {
        struct v4_socket *sock = &core->sockets[i];
        if (sock->number != 0)
            continue;
        *sock = (struct v4_socket){.number = ++core->state.last_socket};
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
