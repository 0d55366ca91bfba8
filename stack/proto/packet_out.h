/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Sending what a user gives with its whole header. */
#pragma once
#include "proto/core.h"

/* Sends it, in fragments where it is long and may be. Left to us are a total length, a checksum, an
 * identification and a source of zero. EINVAL: no sound header, a TTL of zero, the flag that is
 * reserved, a part of a datagram, or a checksum that is another; EMSGSIZE: the length is not its
 * own; and all that v4_ip_send() refuses. */
enum v4_error v4_packet_send(struct v4_core *core, struct v4_span packet);
