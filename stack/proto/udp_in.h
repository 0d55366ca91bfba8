/* SPDX-License-Identifier: BSD-2-Clause
 *
 * UDP datagrams that we receive (RFC 768, RFC 1122 4.1). */
#pragma once
#include "proto/core.h"

/* A datagram for whoever is bound to its port; where nobody is, its sender is told. As struct
 * v4_protocol has it; every one is wanted. */
bool v4_udp_input(struct v4_core *core, const struct v4_packet *packet);

/* The socket that a datagram was sent from, as struct v4_protocol has it: one at most. */
const struct v4_socket *v4_udp_sender(const struct v4_core *core, const struct v4_ip *quote,
                                      const struct v4_socket *after);
