/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/raw_out.h"
#include "proto/address.h"
#include "proto/ip_out.h"
#include "proto/role.h"
#include "proto/socket.h"

enum v4_error v4_raw_send(struct v4_core *core, unsigned number, uint8_t protocol,
                          const struct v4_send *send)
{
    const struct v4_socket *sock = v4_socket_find(core, number, true);
    struct v4_send datagram = *send;

    if (sock == NULL)
        return V4_EBADF;
    if (sock->protocol != protocol)
        return V4_EINVAL;
    if (!sock->broadcast && v4_role_broadcast_somewhere(core, send->dst))
        return V4_EACCES;
    if (sock->group_iface != 0 && v4_addr_is_multicast(send->dst) && send->src == V4_ADDR_ANY)
        datagram.src = v4_address_towards(core, sock->group_iface - 1U, send->dst);
    return v4_ip_send(core, protocol, &datagram); /* by the source's interface */
}
