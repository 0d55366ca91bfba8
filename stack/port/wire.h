/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Where frames come from and go to: a TAP, or an inherited SOCK_SEQPACKET descriptor (docs/iut.md).
 * Reading never waits; writing waits while the other side does not read, as a wire in use would. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/iut.h"

/* What a read came to; a number from 0 on is a frame's length. */
#define V4_WIRE_NOTHING (-1)
#define V4_WIRE_ENDED (-2)

struct v4_wire {
    int fd;
    /* A frame into `frame`, which has room for V4_FRAME_MAX octets. */
    long (*read)(int fd, uint8_t *frame);
    /* False when the other side is gone. */
    bool (*write)(int fd, const uint8_t *frame, size_t len);
};

/* Joins the existing TAP of that name in this network namespace. False: errno says why. */
bool v4_tap_open(const char *name, struct v4_wire *ret_wire);

/* Takes over an inherited descriptor. False when it is no SOCK_SEQPACKET socket. */
bool v4_fd_open(int fd, struct v4_wire *ret_wire);
