/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The commands XID and TEST of 802.2, by which stations of 802.3 frames find each other, and the
 * responses to them (RFC 1042). */
#pragma once
#include <stdbool.h>
#include "base/mac.h"
#include "base/span.h"

#define V4_LLC_HEADER 17 /* of the frame, and of 802.2 without data */
#define V4_LLC_NULL 0x00 /* the station itself */
#define V4_LLC_SNAP 0xaa

struct v4_llc {
    struct v4_mac dst, src;
    uint8_t to, from; /* service access points */
    bool test;        /* or XID */
    bool poll;        /* of a response: final */
    struct v4_span info;
};

/* False: it is no such command. `ret_llc->info` is borrowed from the frame. */
bool v4_llc_parse(struct v4_span frame, struct v4_llc *ret_llc);
/* Writes all but the information. */
void v4_llc_emit(const struct v4_llc *llc, uint8_t ret_octets[V4_LLC_HEADER]);
/* What the command is answered with, by the station `mac` (RFC1042-LLC-c, RFC1042-LLC-d,
 * RFC1042-LLC-e). */
struct v4_llc v4_llc_response(const struct v4_llc *command, struct v4_mac mac);
