/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Sending by a socket of IP itself (proto/raw_in.h has the rest of it). */
#pragma once
#include "proto/core.h"

/* V4_EBADF when there is no such socket, V4_EINVAL when it is another protocol's, V4_EACCES when it
 * may not send to broadcast addresses and this is one. What it has been told to send with is in
 * v4_udp_default() (proto/udp_out.h). */
enum v4_error v4_raw_send(struct v4_core *core, unsigned number, uint8_t protocol,
                          const struct v4_send *send);
