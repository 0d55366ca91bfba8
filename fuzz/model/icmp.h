/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What RFC 792, 950, 1122 3.2.2, 1256 and 4884 say of a message, once more and plainly. `m` is a
 * message of `len` octets; frames are whole. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/span.h"

#define MODEL_ICMP_LEFT 0xc6120002u /* our addresses, on networks of 20 and 26 bits */
#define MODEL_ICMP_RIGHT 0xc6124042u
#define MODEL_ICMP_GATEWAY 0xc6120001u

bool model_icmp_ours(uint32_t addr);
bool model_icmp_sums(const uint8_t *m, size_t len);
bool model_icmp_accepts(const uint8_t *m, size_t len);
/* Where the structure begins that is behind the quote; 0: there is none that is whole. */
size_t model_icmp_extension(const uint8_t *m, size_t len);
bool model_icmp_advertises(const uint8_t *m, size_t len);

/* Is the quote the beginning of the packet in this frame, and enough of it? */
bool model_icmp_quotes(struct v4_span frame, const uint8_t *quote, size_t len);
/* NULL: an error may be about this frame; else what it breaks. */
const char *model_icmp_forbids(struct v4_span frame);
/* Does the echo reply answer this frame, so far as one can see? */
bool model_icmp_answers(struct v4_span frame, const uint8_t *m, size_t len);
