/* SPDX-License-Identifier: BSD-2-Clause
 *
 * UDP, naively (RFC 768, RFC 1122 4.1): what a segment must be, and whose it is. */
#pragma once
#include <stdbool.h>
#include "base/drop.h"
#include "base/span.h"

/* V4_KEEP; else the first thing that is wrong. */
enum v4_drop model_udp_fault(struct v4_span segment, uint32_t src, uint32_t dst);

/* A socket as its user has described it; 0: any. */
struct model_socket {
    uint32_t addr, peer;
    uint16_t port, peer_port;
    unsigned iface; /* counted from 1 */
};

/* A segment on its way in; `iface` is counted from 1, 0: nobody knows. */
struct model_arrival {
    uint32_t src, dst;
    uint16_t src_port, dst_port;
    unsigned iface;
};

bool model_udp_is_for(const struct model_socket *sock, const struct model_arrival *arrival);
/* Which of `count` sockets gets it; `count`: none. */
size_t model_udp_whose(const struct model_socket *socks, size_t count,
                       const struct model_arrival *arrival);
