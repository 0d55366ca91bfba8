/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The table of sockets, of both kinds. */
#pragma once
#include "proto/core.h"

/* A free socket, with a number of its own; NULL when there is none. */
struct v4_socket *v4_socket_open(struct v4_core *core);
/* The socket of that number and kind, or NULL. */
struct v4_socket *v4_socket_find(struct v4_core *core, unsigned number, bool raw);
/* The next open socket after `sock` (the first after NULL), or NULL. */
const struct v4_socket *v4_socket_next(const struct v4_core *core, const struct v4_socket *sock);
/* False when there is no such socket. */
bool v4_socket_close(struct v4_core *core, unsigned number, bool raw);

/* The UDP socket that is bound just so, or NULL. */
const struct v4_socket *v4_socket_bound(const struct v4_core *core, uint32_t addr, uint16_t port);
/* The one for a datagram to one host: a socket with that address before one with any. */
const struct v4_socket *v4_socket_for(const struct v4_core *core, uint32_t addr, uint16_t port);

/* Between whom a datagram goes, seen from us. */
struct v4_flow {
    unsigned iface; /* V4_IFACES_MAX: by whichever */
    uint32_t addr, peer;
    uint16_t port, peer_port;
};

/* May a UDP socket have it? */
bool v4_socket_takes(const struct v4_socket *sock, const struct v4_flow *flow);
/* Whose it is: that of a socket with this peer before one with any, then of one with this address,
 * then of one with this interface; of equal ones the first in the table. NULL: nobody's. */
const struct v4_socket *v4_socket_of(const struct v4_core *core, const struct v4_flow *flow);

/* An ICMP error about what the socket sent: its user may ask for it (RFC1122-4.1.3.3-a). */
void v4_socket_failed(struct v4_core *core, unsigned number, uint8_t type, uint8_t code);
