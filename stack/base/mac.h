/* SPDX-License-Identifier: BSD-2-Clause
 *
 * An Ethernet address. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct v4_mac {
    uint8_t octets[6];
};

#define V4_MAC_BROADCAST ((struct v4_mac){{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}})

static inline bool v4_mac_equal(struct v4_mac a, struct v4_mac b)
{
    return memcmp(a.octets, b.octets, sizeof a.octets) == 0;
}

/* True for every address of more than one station: multicast and broadcast. */
static inline bool v4_mac_is_group(struct v4_mac mac)
{
    return mac.octets[0] & 1;
}
