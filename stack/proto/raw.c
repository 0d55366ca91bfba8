/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/raw.h"
#include "proto/socket.h"

enum v4_error v4_raw_bind(struct v4_core *core, uint8_t protocol, unsigned *ret_sock)
{
    struct v4_socket *sock = v4_socket_open(core);

    if (sock == NULL)
        return V4_ENOBUFS;
    sock->raw = true;
    sock->protocol = protocol;
    *ret_sock = sock->number;
    return V4_OK;
}

enum v4_error v4_raw_close(struct v4_core *core, unsigned sock)
{
    return v4_socket_close(core, sock, true) ? V4_OK : V4_EBADF;
}

const struct v4_socket *v4_raw_sender(const struct v4_core *core, uint8_t protocol,
                                      const struct v4_socket *sock)
{
    while ((sock = v4_socket_next(core, sock)) != NULL)
        if (sock->raw && sock->protocol == protocol)
            return sock;
    return NULL;
}

bool v4_raw_input(struct v4_core *core, const struct v4_packet *packet)
{
    const struct v4_ip *ip = &packet->ip;
    const struct v4_socket *sock = NULL;
    bool wanted = false;

    while ((sock = v4_raw_sender(core, ip->protocol, sock)) != NULL) {
        struct v4_event event = {.kind = V4_EVENT_IP, /* RFC791-3.3_Recv-b */
                                 .ip = {.sock = sock->number,
                                        .iface = packet->iface,
                                        .src = ip->src,
                                        .dst = ip->dst,
                                        .protocol = ip->protocol,
                                        .ttl = ip->ttl,
                                        .tos = ip->tos}};
        wanted = true;
        if (!v4_core_tell(core, &event, ip->options, ip->data))
            v4_core_drop(core, V4_DROP_USER_FULL, ip->data);
    }
    return wanted;
}
