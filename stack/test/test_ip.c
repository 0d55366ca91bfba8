/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "wire/checksum.h"
#include "wire/ip.h"

/* The first of RFC 791's examples (appendix A), between our own addresses. */
static const uint8_t example[] = {0x45, 0,   0,  21, 0, 111, 0,  0, 123, 1, 0,
                                  0,    198, 18, 0,  1, 198, 18, 0, 2,   7};

/* Makes the header checksum right again, so that one fault is one fault. A header of less than five
 * words is repaired over what it claims to be. */
static void repair(uint8_t *packet, size_t len)
{
    size_t header_len = len == 0 ? 0 : (size_t)(packet[0] & 0x0f) * 4;

    if (len < 12 || header_len < 12)
        return;
    v4_put16(packet + 10, 0);
    v4_put16(packet + 10,
             v4_checksum((struct v4_span){packet, header_len < len ? header_len : len}));
}

static const struct {
    const char *what;
    size_t octet, len; /* which octet is changed, how much of the packet arrives */
    uint8_t value;
    enum v4_drop want, want_of_quote;
} faults[] = {
    {"nothing wrong", 0, 28, 0x45, V4_KEEP, V4_KEEP},
    {"version 0", 0, 28, 0x05, V4_DROP_VERSION, V4_DROP_VERSION},
    {"version 6", 0, 28, 0x65, V4_DROP_VERSION, V4_DROP_VERSION},
    {"version 15", 0, 28, 0xf5, V4_DROP_VERSION, V4_DROP_VERSION},
    {"IHL 0", 0, 28, 0x40, V4_DROP_IHL, V4_DROP_IHL},
    {"IHL 4", 0, 28, 0x44, V4_DROP_IHL, V4_DROP_IHL},
    {"IHL up to the end", 0, 28, 0x47, V4_KEEP, V4_KEEP},
    {"IHL past the packet", 0, 28, 0x4f, V4_DROP_TRUNCATED, V4_DROP_TRUNCATED},
    {"IHL past the total length", 0, 32, 0x48, V4_DROP_LENGTH, V4_DROP_LENGTH},
    {"total length 0", 3, 28, 0, V4_DROP_LENGTH, V4_DROP_LENGTH},
    {"total length 19", 3, 28, 19, V4_DROP_LENGTH, V4_DROP_LENGTH},
    {"total length 20", 3, 28, 20, V4_KEEP, V4_KEEP},
    {"total length 29 of 28", 3, 28, 29, V4_DROP_TRUNCATED, V4_KEEP},
    {"total length 284 of 28", 2, 28, 1, V4_DROP_TRUNCATED, V4_KEEP},
    {"padded", 0, 46, 0x45, V4_KEEP, V4_KEEP},
    {"20 octets of 28", 0, 20, 0x45, V4_DROP_TRUNCATED, V4_KEEP},
    {"19 octets", 0, 19, 0x45, V4_DROP_TRUNCATED, V4_DROP_TRUNCATED},
    {"one octet", 0, 1, 0x45, V4_DROP_TRUNCATED, V4_DROP_TRUNCATED},
    {"nothing", 0, 0, 0x45, V4_DROP_TRUNCATED, V4_DROP_TRUNCATED},
};

Test(ip_parse, names_the_one_fault)
{
    for (size_t i = 0; i < COUNT(faults); i++) {
        uint8_t octets[46] = {0x45, 0, 0,   28, 0, 1, 0,   0,  64, 1,
                              0,    0, 198, 18, 0, 1, 198, 18, 0,  2};
        struct v4_ip ip;

        octets[faults[i].octet] = faults[i].value;
        repair(octets, faults[i].len);
        struct v4_span packet = exact(octets, faults[i].len);
        enum v4_drop drop = v4_ip_parse(packet, &ip);
        cr_expect(drop == faults[i].want, "%s: %s", faults[i].what, v4_drop_name(drop));
        drop = v4_ip_parse_quote(packet, &ip);
        cr_expect(drop == faults[i].want_of_quote, "%s, quoted: %s", faults[i].what,
                  v4_drop_name(drop));
        drop_octets(packet);
    }
}

Test(ip_parse, sees_every_flipped_bit)
{
    for (size_t bit = 0; bit < sizeof example * 8; bit++) {
        uint8_t packet[sizeof example];
        struct v4_ip ip = {.id = 0x1234};

        memcpy(packet, example, sizeof example);
        repair(packet, sizeof packet);
        packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
        bool kept = v4_ip_parse((struct v4_span){packet, sizeof packet}, &ip) == V4_KEEP;
        cr_expect(kept == (bit >= 20 * 8), "bit %zu", bit);
        if (!kept)
            cr_expect(ip.id == 0x1234, "bit %zu: written for a refused packet", bit);
    }
}

Test(ip_parse, reads_each_field)
{
    static const uint8_t octets[] = {
        0x46, 0xb8, 0, 26, 0x12, 0x34, 0xbf, 0xfe, 9, 253, 0, 0, /* DF, MF, reserved is set */
        198,  18,   0, 1,  198,  19,   255,  254,  1, 1,   1, 0, 'h', 'i', 0, 0,
    };
    uint8_t packet[sizeof octets];
    struct v4_ip ip;

    memcpy(packet, octets, sizeof octets);
    repair(packet, sizeof packet);
    cr_assert(v4_ip_parse((struct v4_span){packet, sizeof packet}, &ip) == V4_KEEP);
    cr_expect(ip.tos == 0xb8 && ip.id == 0x1234 && ip.ttl == 9 && ip.protocol == 253);
    cr_expect(ip.reserved && !ip.df && ip.mf && ip.offset == 0x1ffe);
    cr_expect(ip.src == 0xc6120001 && ip.dst == 0xc613fffe);
    cr_expect(ip.options.octets == packet + 20 && ip.options.len == 4);
    cr_expect(ip.data.octets == packet + 24 && ip.data.len == 2, "padding belongs to the link");
}

Test(ip_parse, a_quotation_ends_where_it_ends)
{
    static const struct {
        const char *what;
        uint8_t total;
        size_t len, data_len;
    } rows[] = {
        {"cut", 60, 28, 8},
        {"whole", 28, 28, 8},
        {"followed by what is not its own", 24, 28, 4},
        {"only a header", 60, 20, 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t octets[28] = {
            0x45, 0, 0, rows[i].total, [8] = 1, [9] = 17, [10] = 0xba, [11] = 0xd0};
        struct v4_ip ip;

        cr_assert(v4_ip_parse_quote((struct v4_span){octets, rows[i].len}, &ip) == V4_KEEP, "%s",
                  rows[i].what);
        cr_expect(ip.data.octets == octets + 20 && ip.data.len == rows[i].data_len, "%s",
                  rows[i].what);
    }
}

Test(ip_emit, gives_the_same_octets_back)
{
    for (size_t words = 5; words <= 15; words++) {
        uint8_t packet[72], again[V4_IP_HEADER_MAX];
        struct v4_ip ip;

        for (size_t i = 0; i < sizeof packet; i++)
            packet[i] = (uint8_t)(i * 37 + words);
        packet[0] = (uint8_t)(0x40 | words);
        v4_put16(packet + 2, (uint16_t)(words * 4 + 11));
        repair(packet, sizeof packet);
        cr_assert(v4_ip_parse((struct v4_span){packet, sizeof packet}, &ip) == V4_KEEP);
        cr_expect(v4_ip_emit(&ip, again) == words * 4);
        cr_expect(memcmp(again, packet, words * 4) == 0, "%zu words", words);
    }
}

/* The example's checksum, added up by hand: 4500 + 0015 + 006f + 7b01 + c612 + 0001 + c612 + 0002
 * is 24cac, folded 4cae, complemented b351. */
Test(ip_emit, of_the_example)
{
    uint8_t want[V4_IP_HEADER_MIN], got[V4_IP_HEADER_MAX];
    struct v4_ip ip = {
        .id = 111,
        .ttl = 123,
        .protocol = V4_PROTOCOL_ICMP,
        .src = 0xc6120001,
        .dst = 0xc6120002,
        .data = {example + 20, 1},
    };

    memcpy(want, example, sizeof want);
    v4_put16(want + 10, 0xb351);
    cr_expect(v4_ip_emit(&ip, got) == V4_IP_HEADER_MIN);
    cr_expect(memcmp(got, want, sizeof want) == 0);
}

Test(ip_emit, pads_options_with_zeros)
{
    static const uint8_t options[] = {148, 4, 0, 0, 7};

    for (size_t len = 0; len <= sizeof options; len++) {
        uint8_t got[V4_IP_HEADER_MAX];
        size_t words = (len + 3) / 4;

        memset(got, 0xee, sizeof got);
        cr_expect(v4_ip_emit(&(struct v4_ip){.options = {options, len}}, got) == 20 + 4 * words);
        cr_expect(got[0] == 0x45 + words);
        cr_expect(memcmp(got + 20, options, len) == 0);
        for (size_t at = 20 + len; at < 20 + 4 * words; at++)
            cr_expect(got[at] == 0, "%zu octets of options, octet %zu", len, at);
        cr_expect(v4_checksum((struct v4_span){got, 20 + 4 * words}) == 0);
    }
}
