/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/raw_in.h"
#include "proto/event.h"
#include "proto/group.h"
#include "proto/ip_out.h"
#include "proto/socket.h"

/* RFC791-3.3_Recv-b; without its spans. */
static struct v4_event event_of(const struct v4_core *core, const struct v4_packet *packet)
{
    return (struct v4_event){.kind = V4_EVENT_IP,
                             .ip = {.iface = packet->iface,
                                    .src = packet->ip.src,
                                    .dst = packet->ip.dst,
                                    .specific = v4_ip_specific(core, packet),
                                    .protocol = packet->ip.protocol,
                                    .ttl = packet->ip.ttl,
                                    .tos = packet->ip.tos}};
}

enum v4_error v4_raw_bind(struct v4_core *core, uint8_t protocol, unsigned *ret_sock)
{
    struct v4_socket *sock = v4_socket_open(core);

    if (sock == NULL)
        return V4_ENOBUFS;
    sock->raw = true;
    sock->protocol = protocol;
    sock->broadcast = 1;
    *ret_sock = sock->number;
    return V4_OK;
}

enum v4_error v4_raw_close(struct v4_core *core, unsigned sock)
{
    return v4_socket_close(core, sock, true) ? V4_OK : V4_EBADF;
}

const struct v4_socket *v4_raw_sender(const struct v4_core *core, const struct v4_ip *quote,
                                      const struct v4_socket *after)
{
    const struct v4_socket *sock = after;

    while ((sock = v4_socket_next(core, sock)) != NULL)
        if (sock->raw && sock->protocol == quote->protocol)
            return sock;
    return NULL;
}

bool v4_raw_input(struct v4_core *core, const struct v4_packet *packet)
{
    const struct v4_ip *ip = &packet->ip;
    const struct v4_socket *sock = NULL;
    struct v4_event event = event_of(core, packet);
    bool wanted = false;

    while ((sock = v4_raw_sender(core, ip, sock)) != NULL) {
        if (!v4_group_passes(core, sock->number, packet))
            continue;
        wanted = true;
        event.ip.sock = sock->number;
        if (!v4_event_tell(core, &event, ip->options, ip->data)) {
            v4_core_drop(core, V4_DROP_USER_FULL, ip->data);
            v4_stat_count(&core->stats, V4_STAT_IP_IN_DISCARDS);
        }
    }
    return wanted;
}

bool v4_taker_input(struct v4_core *core, const struct v4_packet *packet)
{
    struct v4_event event = event_of(core, packet);
    bool wanted = false;

    event.ip.options = packet->ip.options;
    event.ip.data = packet->ip.data;
    for (unsigned i = 0; i < core->config.taker_count; i++) {
        const struct v4_taker *taker = &core->config.takers[i];
        if (taker->protocol != packet->ip.protocol)
            continue;
        taker->take(taker->user, &event.ip);
        wanted = true;
    }
    return wanted;
}
