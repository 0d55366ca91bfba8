/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "wire/checksum.h"
#include "wire/icmp.h"

static void repair(uint8_t *message, size_t len)
{
    if (len < 4)
        return;
    v4_put16(message + 2, 0);
    v4_put16(message + 2, v4_checksum((struct v4_span){message, len}));
}

static const struct {
    const char *what;
    uint8_t type, quoted; /* the first octet of the data */
    size_t len;
    enum v4_drop want;
} lengths[] = {
    {"nothing", 8, 0, 0, V4_DROP_ICMP_TRUNCATED},
    {"7 octets", 8, 0, 7, V4_DROP_ICMP_TRUNCATED},
    {"echo without data", 8, 0, 8, V4_KEEP},
    {"echo reply, odd", 0, 0, 9, V4_KEEP},
    {"information request", 15, 0, 8, V4_KEEP},
    {"a type that nobody knows", 255, 0, 8, V4_KEEP},
    {"timestamp, 11 octets", 13, 0, 19, V4_DROP_ICMP_TRUNCATED},
    {"timestamp, 12 octets", 13, 0, 20, V4_KEEP},
    {"timestamp reply, 11 octets", 14, 0, 19, V4_DROP_ICMP_TRUNCATED},
    {"timestamp reply, 12 octets", 14, 0, 20, V4_KEEP},
    {"mask request, 3 octets", 17, 0, 11, V4_DROP_ICMP_TRUNCATED},
    {"mask request, 4 octets", 17, 0, 12, V4_KEEP},
    {"mask reply, 3 octets", 18, 0, 11, V4_DROP_ICMP_TRUNCATED},
    {"unreachable, nothing quoted", 3, 0, 8, V4_DROP_ICMP_TRUNCATED},
    {"unreachable, 19 octets quoted", 3, 0x45, 27, V4_DROP_ICMP_TRUNCATED},
    {"unreachable, 20 octets quoted", 3, 0x45, 28, V4_KEEP},
    {"unreachable, 20 of 24 octets of header", 3, 0x46, 28, V4_DROP_ICMP_TRUNCATED},
    {"unreachable, 24 of 24 octets of header", 3, 0x46, 32, V4_KEEP},
    {"unreachable, IHL 0: that is the quotation's own fault", 3, 0x40, 28, V4_KEEP},
    {"source quench, 19 octets quoted", 4, 0x45, 27, V4_DROP_ICMP_TRUNCATED},
    {"redirect, 19 octets quoted", 5, 0x45, 27, V4_DROP_ICMP_TRUNCATED},
    {"time exceeded, 19 octets quoted", 11, 0x45, 27, V4_DROP_ICMP_TRUNCATED},
    {"parameter problem, 19 octets quoted", 12, 0x45, 27, V4_DROP_ICMP_TRUNCATED},
};

Test(icmp_parse, wants_what_the_type_needs)
{
    for (size_t i = 0; i < COUNT(lengths); i++) {
        uint8_t octets[40] = {lengths[i].type};
        struct v4_icmp icmp;

        octets[8] = lengths[i].quoted;
        repair(octets, lengths[i].len);
        struct v4_span message = exact(octets, lengths[i].len);
        enum v4_drop drop = v4_icmp_parse(message, &icmp);
        cr_expect(drop == lengths[i].want, "%s: %s", lengths[i].what, v4_drop_name(drop));
        drop_octets(message);
    }
}

/* An echo request, identifier 7, sequence number 3, "abc". The checksum by hand: 0800 + 0007 + 0003
 * + 6162 + 6300 are cc6c, complemented 3393. */
static const uint8_t echo[] = {8, 0, 0x33, 0x93, 0, 7, 0, 3, 'a', 'b', 'c'};

Test(icmp_parse, sees_every_flipped_bit)
{
    for (size_t bit = 0; bit < sizeof echo * 8; bit++) {
        uint8_t message[sizeof echo];
        struct v4_icmp icmp;

        memcpy(message, echo, sizeof echo);
        message[bit / 8] ^= (uint8_t)(1 << bit % 8);
        cr_expect(v4_icmp_parse((struct v4_span){message, sizeof message}, &icmp) ==
                      V4_DROP_ICMP_CHECKSUM,
                  "bit %zu", bit);
    }
}

Test(icmp_parse, reads_each_field)
{
    struct v4_icmp icmp;

    cr_assert(v4_icmp_parse((struct v4_span){echo, sizeof echo}, &icmp) == V4_KEEP);
    cr_expect(icmp.type == V4_ICMP_ECHO && icmp.code == 0);
    cr_expect(icmp.rest == v4_icmp_rest(7, 3) && icmp.rest == 0x00070003);
    cr_expect(icmp.data.octets == echo + 8 && icmp.data.len == 3);
}

Test(icmp_emit, gives_the_same_octets_back)
{
    uint8_t again[sizeof echo];
    struct v4_icmp icmp;

    cr_assert(v4_icmp_parse((struct v4_span){echo, sizeof echo}, &icmp) == V4_KEEP);
    cr_expect(v4_icmp_emit(&icmp, again) == sizeof echo);
    cr_expect(memcmp(again, echo, sizeof echo) == 0);
    icmp.data.octets = again + V4_ICMP_HEADER;
    cr_expect(v4_icmp_emit(&icmp, again) == sizeof echo, "data in their place");
    cr_expect(memcmp(again, echo, sizeof echo) == 0);
}

Test(icmp, errors_are_five)
{
    for (unsigned type = 0; type <= 255; type++) {
        bool want = type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
        cr_expect(v4_icmp_is_error((uint8_t)type) == want, "type %u", type);
    }
}

Test(icmp, a_pointer_is_the_first_octet)
{
    uint8_t octets[8];

    v4_icmp_emit(&(struct v4_icmp){.type = 12, .rest = v4_icmp_pointer(21)}, octets);
    cr_expect(octets[4] == 21 && octets[5] == 0 && octets[6] == 0 && octets[7] == 0);
}
