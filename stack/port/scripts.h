/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Scripts that are made at random of messages that somebody has sent before: runs of them, mixed,
 * with clock steps in between, and with octets changed. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "base/rng.h"
#include "port/iut.h"

#define V4_MESSAGE_MAX 140002 /* a kind, the longest line, NUL */

struct v4_message {
    const uint8_t *octets;
    size_t len;
};

/* Writes the next message of a script, one of `count` or one like it; returns its length. `*at` is
 * where the run of messages goes on. */
size_t v4_script_next(struct v4_rng *rng, const struct v4_message *messages, size_t count,
                      size_t *at, uint8_t ret_message[V4_MESSAGE_MAX]);
