/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A line of the upper tester on its way out. Any that we write fits: the longest has a datagram of
 * 65,535 octets in hex. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/mac.h"
#include "base/span.h"
#include "host/request.h"

struct v4_text {
    size_t len;
    char octets[V4_LINE_MAX + 1];
};

/* Empties it. */
void v4_text_start(struct v4_text *text);
/* Each appends; `key` gets a space before it and `=` behind it. */
__attribute__((format(printf, 2, 3))) void v4_text_put(struct v4_text *text, const char *format,
                                                       ...);
void v4_text_address(struct v4_text *text, const char *key, uint32_t addr);
void v4_text_octets(struct v4_text *text, const char *key, struct v4_span octets);
void v4_text_mac(struct v4_text *text, const char *key, struct v4_mac mac);
