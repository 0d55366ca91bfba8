/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "wire/ether.h"

#define IP2 0x45, 0x00 /* two octets of data */

static const uint8_t addresses[] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};

static const struct {
    const char *what;
    uint8_t tail[16]; /* what follows the addresses */
    size_t len;       /* of the whole frame */
    enum v4_drop want;
    uint16_t type;
    bool snap;
    size_t data_at, data_len;
} frames[] = {
    {"Ethernet II", {0x08, 0x00, IP2}, 16, V4_KEEP, 0x0800, false, 14, 2},
    {"IPv6", {0x86, 0xdd, IP2}, 16, V4_DROP_ETHER_TYPE, 0, false, 0, 0},
    {"a trailer", {0x10, 0x01, IP2}, 16, V4_DROP_ETHER_TYPE, 0, false, 0, 0},
    {"no data", {0x08, 0x06}, 14, V4_KEEP, 0x0806, false, 14, 0},
    {"13 octets", {0x08}, 13, V4_DROP_ETHER_TRUNCATED, 0, false, 0, 0},
    {"nothing", {0}, 0, V4_DROP_ETHER_TRUNCATED, 0, false, 0, 0},
    {"1501 is a type", {0x05, 0xdd, IP2}, 16, V4_DROP_ETHER_TYPE, 0, false, 0, 0},
    {"1500 is a length", {0x05, 0xdc, IP2}, 16, V4_DROP_ETHER_TRUNCATED, 0, false, 0, 0},
    {"SNAP", {0, 10, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, IP2}, 24, V4_KEEP, 0x0800, true, 22, 2},
    {"SNAP, padded", {0, 9, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, IP2}, 24, V4_KEEP, 0x0800, true, 22, 1},
    {"SNAP, empty", {0, 8, 0xaa, 0xaa, 3, 0, 0, 0, 8, 6}, 22, V4_KEEP, 0x0806, true, 22, 0},
    {"SNAP, cut",
     {0, 11, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, IP2},
     24,
     V4_DROP_ETHER_TRUNCATED,
     0,
     false,
     0,
     0},
    {"too short for SNAP",
     {0, 7, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, IP2},
     24,
     V4_DROP_ETHER_FRAMING,
     0,
     false,
     0,
     0},
    {"length 0", {0, 0, 0xaa, 0xaa}, 16, V4_DROP_ETHER_FRAMING, 0, false, 0, 0},
    {"IPv6 in SNAP",
     {0, 10, 0xaa, 0xaa, 3, 0, 0, 0, 0x86, 0xdd, IP2},
     24,
     V4_DROP_ETHER_TYPE,
     0,
     false,
     0,
     0},
    {"another SAP",
     {0, 10, 0x06, 0x06, 3, 0, 0, 0, 8, 0, IP2},
     24,
     V4_DROP_ETHER_FRAMING,
     0,
     false,
     0,
     0},
    {"another control",
     {0, 10, 0xaa, 0xaa, 0xf3, 0, 0, 0, 8, 0, IP2},
     24,
     V4_DROP_ETHER_FRAMING,
     0,
     false,
     0,
     0},
    {"another organisation",
     {0, 10, 0xaa, 0xaa, 3, 0, 0, 0x0c, 8, 0, IP2},
     24,
     V4_DROP_ETHER_FRAMING,
     0,
     false,
     0,
     0},
};

Test(ether, parse)
{
    for (size_t i = 0; i < COUNT(frames); i++) {
        uint8_t octets[sizeof addresses + sizeof frames->tail];
        struct v4_ether ether;

        memcpy(octets, addresses, sizeof addresses);
        memcpy(octets + sizeof addresses, frames[i].tail, sizeof frames->tail);
        struct v4_span frame = exact(octets, frames[i].len);
        enum v4_drop drop = v4_ether_parse(frame, &ether);
        cr_expect(drop == frames[i].want, "%s: %s", frames[i].what, v4_drop_name(drop));
        if (drop == V4_KEEP) {
            cr_expect(memcmp(ether.dst.octets, addresses, 6) == 0, "%s", frames[i].what);
            cr_expect(memcmp(ether.src.octets, addresses + 6, 6) == 0, "%s", frames[i].what);
            cr_expect(ether.type == frames[i].type, "%s", frames[i].what);
            cr_expect(ether.snap == frames[i].snap, "%s", frames[i].what);
            cr_expect(ether.data.octets == frame.octets + frames[i].data_at, "%s", frames[i].what);
            cr_expect(ether.data.len == frames[i].data_len, "%s", frames[i].what);
        }
        drop_octets(frame);
    }
}

Test(ether, writes_nothing_for_a_refused_frame)
{
    struct v4_ether ether = {.type = 0x1234};

    v4_ether_parse((struct v4_span){addresses, sizeof addresses}, &ether);
    cr_expect(ether.type == 0x1234);
}

Test(ether, emit)
{
    const uint8_t want[] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x08, 0x06};
    uint8_t got[V4_ETHER_HEADER];

    v4_ether_emit(&(struct v4_ether){.dst = {{2, 0, 0, 0, 0, 2}},
                                     .src = {{2, 0, 0, 0, 0, 1}},
                                     .type = V4_ETHER_TYPE_ARP,
                                     .snap = true},
                  got);
    cr_expect(memcmp(got, want, sizeof want) == 0);
}
