/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A line of the upper tester's protocol (docs/upper-tester.md), as far as a model needs it. */
#pragma once
#include <stdbool.h>
#include "base/span.h"

bool model_begins(const char *line, const char *with);

/* The value of a key, with its length; NULL when there is none. */
const char *model_value(const char *line, const char *key, size_t *ret_len);
/* Is it about what only a router does? That has targets of its own. */
bool model_makes_router(const char *line);
/* 0 when there is none. */
unsigned model_number(const char *line, const char *key);
unsigned model_number_or(const char *line, const char *key, unsigned fallback);
uint32_t model_address(const char *line, const char *key);
/* Four numbers up to 255, of three digits at most. */
bool model_is_address(const char *value, size_t len);

/* True when the key's hex is that of these octets, or there is no such key. */
bool model_is_hex(const char *line, const char *key, struct v4_span octets);
/* The octets that a key's hex says, in `to`, which has room for `room`. False: no such key, or no
 * room. */
bool model_octets(const char *line, const char *key, uint8_t *to, size_t room, size_t *ret_len);
