/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "wire/udp.h"

#define SRC UINT32_C(0xc6120001)
#define DST UINT32_C(0xc6120002)

/* Ports 4000 and 7, "hi!" and padding. The checksum by hand: c612 + 0001 + c612 + 0002 + 0011 +
 * 000b of the pseudo header, 0fa0 + 0007 + 000b of the header, 6869 + 2100 of the data are 2255e,
 * folded 2560, complemented da9f. */
static const uint8_t segment[] = {0x0f, 0xa0, 0, 7, 0, 11, 0xda, 0x9f, 'h', 'i', '!', 0xee};

static const struct {
    const char *what;
    size_t octet, len; /* which octet is changed, how much arrives */
    uint8_t value;
    enum v4_drop want;
} faults[] = {
    {"nothing wrong", 0, 11, 0x0f, V4_KEEP},
    {"padded", 0, 12, 0x0f, V4_KEEP},
    {"7 octets", 0, 7, 0x0f, V4_DROP_UDP_TRUNCATED},
    {"nothing", 0, 0, 0x0f, V4_DROP_UDP_TRUNCATED},
    {"length 7", 5, 11, 7, V4_DROP_UDP_LENGTH},
    {"length 0", 5, 11, 0, V4_DROP_UDP_LENGTH},
    {"length 12 of 11", 5, 11, 12, V4_DROP_UDP_LENGTH},
    {"length 267 of 11", 4, 11, 1, V4_DROP_UDP_LENGTH},
    {"cut", 0, 10, 0x0f, V4_DROP_UDP_LENGTH},
    {"another source port", 0, 11, 0x0e, V4_DROP_UDP_CHECKSUM},
    {"another destination port", 3, 11, 8, V4_DROP_UDP_CHECKSUM},
    {"another length", 5, 12, 12, V4_DROP_UDP_CHECKSUM},
    {"another checksum", 7, 11, 0x0d, V4_DROP_UDP_CHECKSUM},
    {"other data", 10, 11, '?', V4_DROP_UDP_CHECKSUM},
};

Test(udp_parse, names_the_one_fault)
{
    for (size_t i = 0; i < COUNT(faults); i++) {
        uint8_t octets[sizeof segment];
        struct v4_udp udp;

        memcpy(octets, segment, sizeof segment);
        octets[faults[i].octet] = faults[i].value;
        struct v4_span arrived = exact(octets, faults[i].len);
        enum v4_drop drop = v4_udp_parse(arrived, SRC, DST, &udp);
        cr_expect(drop == faults[i].want, "%s: %s", faults[i].what, v4_drop_name(drop));
        drop_octets(arrived);
    }
}

Test(udp_parse, covers_the_addresses)
{
    struct v4_span arrived = {segment, 11};
    struct v4_udp udp;

    cr_expect(v4_udp_parse(arrived, DST, SRC, &udp) == V4_KEEP, "a sum has no order");
    cr_expect(v4_udp_parse(arrived, SRC + 1, DST, &udp) == V4_DROP_UDP_CHECKSUM);
    cr_expect(v4_udp_parse(arrived, SRC, DST + 1, &udp) == V4_DROP_UDP_CHECKSUM);
}

Test(udp_parse, reads_each_field)
{
    struct v4_udp udp;

    cr_assert(v4_udp_parse((struct v4_span){segment, sizeof segment}, SRC, DST, &udp) == V4_KEEP);
    cr_expect(udp.src_port == 4000 && udp.dst_port == 7 && !udp.unchecked);
    cr_expect(udp.data.octets == segment + 8 && udp.data.len == 3);
}

Test(udp_parse, believes_a_segment_without_checksum)
{
    const uint8_t octets[] = {0x0f, 0xa0, 0, 7, 0, 9, 0, 0, 'x'};
    struct v4_udp udp;

    cr_assert(v4_udp_parse((struct v4_span){octets, sizeof octets}, SRC, DST, &udp) == V4_KEEP);
    cr_expect(udp.unchecked && udp.data.len == 1);
}

Test(udp_emit, gives_the_same_octets_back)
{
    uint8_t again[11];
    struct v4_udp udp;

    cr_assert(v4_udp_parse((struct v4_span){segment, 11}, SRC, DST, &udp) == V4_KEEP);
    cr_expect(v4_udp_emit(&udp, SRC, DST, again) == sizeof again);
    cr_expect(memcmp(again, segment, sizeof again) == 0);
    udp.data.octets = again + V4_UDP_HEADER;
    cr_expect(v4_udp_emit(&udp, SRC, DST, again) == sizeof again, "data in their place");
    cr_expect(memcmp(again, segment, sizeof again) == 0);
    udp.unchecked = true;
    cr_expect(v4_udp_emit(&udp, SRC, DST, again) == sizeof again);
    cr_expect(v4_be16(again + 6) == 0);
}

/* Source and destination 0.0.0.0, 17 + 10 + 10 of lengths and protocol: data of ffff - 25 add up to
 * the other zero, whose complement is zero. */
Test(udp_emit, sends_zero_as_all_ones)
{
    const uint8_t data[] = {0xff, 0xda};
    uint8_t octets[10];
    struct v4_udp udp = {.data = {data, sizeof data}};

    v4_udp_emit(&udp, 0, 0, octets);
    cr_expect(v4_be16(octets + 6) == 0xffff);
    cr_expect(v4_udp_parse((struct v4_span){octets, sizeof octets}, 0, 0, &udp) == V4_KEEP);
    cr_expect(!udp.unchecked);
}
