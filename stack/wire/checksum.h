/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The Internet checksum (RFC 1071) and its update for one changed word (RFC 1624). */
#pragma once
#include "base/span.h"

/* The checksum of `data`, whose checksum field is either zero (then this is what belongs there) or
 * filled in (then 0 says that it verifies). An odd last octet counts as the high half of a word. */
uint16_t v4_checksum(struct v4_span data);

/* The same for data in several pieces, all but the last of even length: start from 0, add each,
 * then finish. */
uint64_t v4_checksum_add(uint64_t sum, struct v4_span data);
uint16_t v4_checksum_finish(uint64_t sum);

/* The sum to start from for UDP and TCP: their pseudo header. */
uint64_t v4_checksum_pseudo(uint32_t src, uint32_t dst, uint8_t protocol, size_t len);

/* The checksum after one of the words under it changed from `was` to `is`. */
uint16_t v4_checksum_update(uint16_t checksum, uint16_t was, uint16_t is);
