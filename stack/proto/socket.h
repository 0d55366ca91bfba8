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
