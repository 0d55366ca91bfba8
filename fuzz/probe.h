/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The control probe: ARP, and an echo, from a neighbour that nobody has spoken of. */
#pragma once
#include <stdint.h>

static const uint8_t probe_arp[] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2,    0,   0,  0, 0,   0x77, 8, 6, 0, 1, 8, 0,   6,  4, 0,
    1,    2,    0,    0,    0,    0,    0x77, 198, 18, 0, 119, 0,    0, 0, 0, 0, 0, 198, 18, 0, 2};
static const uint8_t probe_echo[] = {2,    0, 0,    0,    0,    2,    2,  0,    0,    0,  0,
                                     0x77, 8, 0,    0x45, 0,    0,    28, 0x12, 0x34, 0,  0,
                                     64,   1, 0xdc, 0x00, 198,  18,   0,  119,  198,  18, 0,
                                     2,    8, 0,    0xe6, 0xfe, 0x11, 1,  0,    0};
