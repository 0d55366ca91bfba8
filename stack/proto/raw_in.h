/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Users of IP itself: whole datagrams of a protocol (RFC 791 3.3). */
#pragma once
#include "proto/core.h"

/* V4_ENOBUFS when no socket is left. */
enum v4_error v4_raw_bind(struct v4_core *core, uint8_t protocol, unsigned *ret_sock);
/* V4_EBADF when there is no such socket. */
enum v4_error v4_raw_close(struct v4_core *core, unsigned sock);

/* As struct v4_protocol has them: a copy for each socket of the datagram's protocol, and for each
 * of the configuration's takers. */
bool v4_raw_input(struct v4_core *core, const struct v4_packet *packet);
bool v4_taker_input(struct v4_core *core, const struct v4_packet *packet);
const struct v4_socket *v4_raw_sender(const struct v4_core *core, const struct v4_ip *quote,
                                      const struct v4_socket *after);
