/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "wire/ether.h"

#define IP2 0x45, 0x00 /* two octets of data */

static const uint8_t addresses[] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};

/* A frame of `len` octets: the addresses, then `tail`. */
static struct v4_span frame_of(const uint8_t tail[16], size_t len)
{
    uint8_t octets[sizeof addresses + 16];

    memcpy(octets, addresses, sizeof addresses);
    memcpy(octets + sizeof addresses, tail, 16);
    return exact(octets, len);
}

static const struct {
    const char *what;
    uint8_t tail[16];
    size_t len;
    enum v4_drop want;
} faults[] = {
    {"nothing", {0}, 0, V4_DROP_ETHER_TRUNCATED},
    {"13 octets", {0x08}, 13, V4_DROP_ETHER_TRUNCATED},
    {"IPv6", {0x86, 0xdd, IP2}, 16, V4_DROP_ETHER_TYPE},
    {"a trailer", {0x10, 0x01, IP2}, 16, V4_DROP_ETHER_TYPE},
    {"1501 is a type", {0x05, 0xdd, IP2}, 16, V4_DROP_ETHER_TYPE},
    {"1500 is a length", {0x05, 0xdc, IP2}, 16, V4_DROP_ETHER_TRUNCATED},
    {"SNAP, cut", {0, 11, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, IP2}, 24, V4_DROP_ETHER_TRUNCATED},
    {"too short for SNAP", {0, 7, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, IP2}, 24, V4_DROP_ETHER_FRAMING},
    {"length 0", {0, 0, 0xaa, 0xaa}, 16, V4_DROP_ETHER_FRAMING},
    {"another SAP", {0, 10, 6, 6, 3, 0, 0, 0, 8, 0, IP2}, 24, V4_DROP_ETHER_FRAMING},
    {"another control", {0, 10, 0xaa, 0xaa, 4, 0, 0, 0, 8, 0, IP2}, 24, V4_DROP_ETHER_FRAMING},
    {"another organisation", {0, 10, 0xaa, 0xaa, 3, 0, 0, 1, 8, 0, IP2}, 24, V4_DROP_ETHER_FRAMING},
    {"IPv6 in SNAP", {0, 10, 0xaa, 0xaa, 3, 0, 0, 0, 0x86, 0xdd, IP2}, 24, V4_DROP_ETHER_TYPE},
};

Test(ether_parse, names_the_one_fault)
{
    for (size_t i = 0; i < COUNT(faults); i++) {
        struct v4_ether ether = {.type = 0x1234};
        struct v4_span frame = frame_of(faults[i].tail, faults[i].len);
        enum v4_drop drop = v4_ether_parse(frame, &ether);

        cr_expect(drop == faults[i].want, "%s: %s", faults[i].what, v4_drop_name(drop));
        cr_expect(ether.type == 0x1234, "%s: written for a refused frame", faults[i].what);
        drop_octets(frame);
    }
}

static const struct {
    const char *what;
    uint8_t tail[16];
    size_t len;
    uint16_t type;
    bool snap;
    size_t data_at, data_len;
} kept[] = {
    {"Ethernet II", {0x08, 0x00, IP2}, 16, 0x0800, false, 14, 2},
    {"no data", {0x08, 0x06}, 14, 0x0806, false, 14, 0},
    {"SNAP", {0, 10, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, IP2}, 24, 0x0800, true, 22, 2},
    {"SNAP, padded", {0, 9, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0, IP2}, 24, 0x0800, true, 22, 1},
    {"SNAP, no data", {0, 8, 0xaa, 0xaa, 3, 0, 0, 0, 8, 6}, 22, 0x0806, true, 22, 0},
};

Test(ether_parse, reads_each_field)
{
    for (size_t i = 0; i < COUNT(kept); i++) {
        struct v4_ether ether;
        struct v4_span frame = frame_of(kept[i].tail, kept[i].len);

        cr_assert(v4_ether_parse(frame, &ether) == V4_KEEP, "%s", kept[i].what);
        cr_expect(memcmp(ether.dst.octets, addresses, 6) == 0, "%s", kept[i].what);
        cr_expect(memcmp(ether.src.octets, addresses + 6, 6) == 0, "%s", kept[i].what);
        cr_expect(ether.type == kept[i].type && ether.snap == kept[i].snap, "%s", kept[i].what);
        cr_expect(ether.data.octets == frame.octets + kept[i].data_at, "%s", kept[i].what);
        cr_expect(ether.data.len == kept[i].data_len, "%s", kept[i].what);
        drop_octets(frame);
    }
}

Test(ether_emit, is_ethernet_ii)
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
