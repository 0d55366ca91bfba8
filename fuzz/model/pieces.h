/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the pieces of a packet must be (RFC 791 3.2, RFC 1122 3.3.3), read from the octets as they
 * leave. Shares no code with what it judges. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The packet that is cut, and how much of it was seen. It stays where it is. */
struct model_cut {
    const uint8_t *packet;
    size_t len, mtu;
    size_t seen;  /* octets of its data in the pieces so far */
    size_t count; /* of those */
};

/* NULL when this may be the next piece; else the invariant that is broken, and how. */
const char *model_piece(struct model_cut *cut, const uint8_t *piece, size_t len);
/* NULL when nothing is missing. */
const char *model_pieces_end(const struct model_cut *cut);
