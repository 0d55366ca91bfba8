/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Datagrams as packets on their way out, in pieces where they are too long (RFC 791 3.2). */
#pragma once
#include "proto/ip_option.h"
#include "proto/route.h"

/* A datagram, or a fragment of one, that is being cut. */
struct v4_cut {
    struct v4_ip ip;
    size_t mtu, at;
    bool done;
    struct v4_option_list copied;
};

/* Pieces no longer than `mtu`, which is 68 at least; `ip` and its spans stay where they are. A
 * fragment with more behind it has a multiple of 8 octets. */
void v4_cut_begin(struct v4_cut *cut, const struct v4_ip *ip, size_t mtu);
/* The next piece; false when there is none. What fits is one piece, and left as it is. */
bool v4_cut_next(struct v4_cut *cut, struct v4_ip *ret_piece);

/* Sends `ip`, whole or as fragments that are no longer than `mtu` (RFC791-3.2_Fragmentation-b, -h,
 * -i). */
void v4_ip_fragment(struct v4_core *core, const struct v4_way *way, const struct v4_ip *ip,
                    size_t mtu);
