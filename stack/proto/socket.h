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
