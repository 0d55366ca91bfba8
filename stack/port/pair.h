/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Two IUTs that are told the same, and must say the same. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "port/iut.h"

/* What an IUT has said since the last message: frames and lines, one after the other. */
struct v4_saying {
    uint8_t *octets;
    size_t len, room;
};

struct v4_pair {
    struct v4_player {
        struct v4_iut iut;
        v4_time now;
        struct v4_saying saying;
    } player[2];
};

/* Tells both the message: `S` and the settings, `F`, an interface and a frame, or `L` and a line.
 * One octet behind `message` is the caller's to lose. False when their answers differ. */
bool v4_pair_tell(struct v4_pair *pair, uint8_t *message, size_t len);

/* How the answers to the last message differ, in a line. */
void v4_pair_explain(const struct v4_pair *pair, char *ret_words, size_t room);
