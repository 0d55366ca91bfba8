/* SPDX-License-Identifier: BSD-2-Clause
 *
 * UDP's users and what they send (RFC 768, RFC 1122 4.1). */
#pragma once
#include "proto/core.h"

/* `addr` 0: any of ours. `port` 0: one is chosen. */
enum v4_error v4_udp_bind(struct v4_core *core, uint32_t addr, uint16_t port, unsigned *ret_sock,
                          uint16_t *ret_port);
/* `send` with what the socket, be it a raw one, was told of all that it sends; as it is when there
 * is no such socket. */
struct v4_send v4_udp_default(const struct v4_core *core, unsigned sock, struct v4_send send);
/* From the socket's port, and from its address where `send` names none. The datagram is built in
 * core->message. V4_EACCES: it may not send to broadcast addresses. */
enum v4_error v4_udp_send(struct v4_core *core, unsigned sock, const struct v4_send *send,
                          uint16_t dst_port);
/* V4_EBADF when there is no such socket. */
enum v4_error v4_udp_close(struct v4_core *core, unsigned sock);
