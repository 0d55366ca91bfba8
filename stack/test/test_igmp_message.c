/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "wire/addr.h"
#include "wire/checksum.h"
#include "wire/igmp.h"

#define G 233, 252, 0, 1

static const struct {
    const char *what;
    unsigned newest;
    size_t len;
    uint8_t octets[24];
    enum v4_drop want;
    unsigned version;
    uint32_t tenths;
    size_t sources; /* octets of them */
    bool general;
} messages[] = {
    {"version 1", 3, 8, {0x11, 0}, V4_KEEP, 1, 100, 0, true},
    {"version 1 with a group", 3, 8, {0x11, 0, 0, 0, G}, V4_KEEP, 1, 100, 0, true},
    {"version 2", 3, 8, {0x11, 1}, V4_KEEP, 2, 1, 0, true},
    {"version 2, 25.5 s", 3, 8, {0x11, 255}, V4_KEEP, 2, 255, 0, true},
    {"version 2 for a group", 3, 8, {0x11, 9, 0, 0, G}, V4_KEEP, 2, 9, 0, false},
    {"of 9 octets", 3, 9, {0x11, 9}, V4_DROP_IGMP_QUERY, 0, 0, 0, false},
    {"of 11 octets", 3, 11, {0x11, 0}, V4_DROP_IGMP_QUERY, 0, 0, 0, false},
    {"version 3", 3, 12, {0x11, 0}, V4_KEEP, 3, 0, 0, true},
    {"version 3, 12.7 s", 3, 12, {0x11, 127}, V4_KEEP, 3, 127, 0, true},
    {"version 3, 12.8 s", 3, 12, {0x11, 128}, V4_KEEP, 3, 128, 0, true},
    {"version 3, 24.8 s", 3, 12, {0x11, 0x8f}, V4_KEEP, 3, 248, 0, true},
    {"version 3, 3,174.4 s", 3, 12, {0x11, 255}, V4_KEEP, 3, 31744, 0, true},
    {"version 3 and all reserved", 3, 12, {0x11, 9, 0, 0, G, 0xff, 9}, V4_KEEP, 3, 9, 0, false},
    {"a source", 3, 16, {0x11, 9, 0, 0, G, 0, 0, 0, 1, 192, 0, 2, 1}, V4_KEEP, 3, 9, 4, false},
    {"a source and more", 3, 20, {0x11, 9, 0, 0, G, 0, 0, 0, 1, 9}, V4_KEEP, 3, 9, 4, false},
    {"half a source",
     3,
     14,
     {0x11, 9, 0, 0, G, 0, 0, 0, 1},
     V4_DROP_IGMP_TRUNCATED,
     0,
     0,
     0,
     false},
    {"of many sources one",
     3,
     16,
     {0x11, 9, 0, 0, G, 0, 0, 255, 255, 1},
     V4_DROP_IGMP_TRUNCATED,
     0,
     0,
     0,
     false},
    {"sources of no group",
     3,
     16,
     {0x11, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
     V4_DROP_IGMP_QUERY,
     0,
     0,
     0,
     false},
    {"for a host", 3, 8, {0x11, 9, 0, 0, 198, 18, 0, 2}, V4_DROP_IGMP_QUERY, 0, 0, 0, false},
    {"version 3 for a host",
     3,
     12,
     {0x11, 9, 0, 0, 223, 255, 255, 255},
     V4_DROP_IGMP_QUERY,
     0,
     0,
     0,
     false},
    {"for class E", 3, 12, {0x11, 9, 0, 0, 240, 0, 0, 1}, V4_DROP_IGMP_QUERY, 0, 0, 0, false},
    {"to who knows 2", 2, 12, {0x11, 200, 0, 0, G, 0, 0, 0, 9}, V4_KEEP, 2, 200, 0, false},
    {"of 11 octets, to who knows 2", 2, 11, {0x11, 9}, V4_KEEP, 2, 9, 0, true},
    {"version 1 of 20 octets, to who knows 2", 2, 20, {0x11, 0, 0, 0, G}, V4_KEEP, 1, 100, 0, true},
    {"to who knows 1", 1, 12, {0x11, 5, 0, 0, G}, V4_KEEP, 1, 100, 0, true},
    {"for a host, to who knows 1", 1, 8, {0x11, 5, 0, 0, 198, 18, 0, 2}, V4_KEEP, 1, 100, 0, true},
    {"of 7 octets", 3, 7, {0x11}, V4_DROP_IGMP_TRUNCATED, 0, 0, 0, false},
    {"of none", 1, 0, {0}, V4_DROP_IGMP_TRUNCATED, 0, 0, 0, false},
    {"a report of version 1", 1, 8, {0x12, 7, 0, 0, G}, V4_KEEP, 0, 0, 0, false},
    {"a longer one", 1, 20, {0x12, 7, 0, 0, G}, V4_KEEP, 0, 0, 0, false},
    {"a report of version 2", 2, 8, {0x16, 7, 0, 0, G}, V4_KEEP, 0, 0, 0, false},
    {"to who knows 1", 1, 8, {0x16, 0, 0, 0, G}, V4_DROP_IGMP_TYPE, 0, 0, 0, false},
    {"a leave", 2, 8, {0x17, 0, 0, 0, G}, V4_KEEP, 0, 0, 0, false},
    {"a leave to who knows 1", 1, 8, {0x17, 0, 0, 0, G}, V4_DROP_IGMP_TYPE, 0, 0, 0, false},
    {"a report of version 3", 3, 8, {0x22}, V4_KEEP, 0, 0, 0, true},
    {"to who knows 2", 2, 8, {0x22}, V4_DROP_IGMP_TYPE, 0, 0, 0, false},
    {"DVMRP", 3, 8, {0x13}, V4_DROP_IGMP_TYPE, 0, 0, 0, false},
    {"version 2 of 1112", 1, 8, {0x21}, V4_DROP_IGMP_TYPE, 0, 0, 0, false},
    {"no type", 3, 8, {0}, V4_DROP_IGMP_TYPE, 0, 0, 0, false},
};

Test(igmp_message, is_read_as_the_version_that_it_has)
{
    for (size_t i = 0; i < COUNT(messages); i++) {
        uint8_t octets[24];
        struct v4_igmp igmp = {.tenths = 4242};

        memcpy(octets, messages[i].octets, sizeof octets);
        if (messages[i].len >= 8)
            v4_put16(octets + 2, v4_checksum((struct v4_span){octets, messages[i].len}));
        struct v4_span message = exact(octets, messages[i].len);
        enum v4_drop why = v4_igmp_parse(message, messages[i].newest, &igmp);
        cr_expect(why == messages[i].want, "%s: %s", messages[i].what, v4_drop_name(why));
        if (why != V4_KEEP) {
            cr_expect(igmp.tenths == 4242, "%s: written", messages[i].what);
        } else {
            cr_expect(igmp.type == octets[0] && igmp.version == messages[i].version &&
                          igmp.tenths == messages[i].tenths &&
                          igmp.sources.len == messages[i].sources &&
                          (igmp.group == 0) == messages[i].general,
                      "%s: version %u, %u, %zu", messages[i].what, igmp.version, igmp.tenths,
                      igmp.sources.len);
            cr_expect(igmp.sources.len == 0 || igmp.sources.octets == message.octets + 12);
        }
        drop_octets(message);
    }
}

Test(igmp_message, has_a_checksum_over_all_of_it)
{
    for (size_t i = 0; i < 16 * 8; i++) {
        uint8_t octets[16] = {0x11, 9, 0, 0, G, 0, 0, 0, 1, 192, 0, 2, 1};
        struct v4_igmp igmp;

        v4_put16(octets + 2, v4_checksum((struct v4_span){octets, sizeof octets}));
        octets[i / 8] ^= (uint8_t)(1 << i % 8);
        cr_expect(v4_igmp_parse((struct v4_span){octets, sizeof octets}, 3, &igmp) ==
                  V4_DROP_IGMP_CHECKSUM);
    }
}

/* RFC 3376 4.1.1 as arithmetic: 16 to 31 times a power of two from 8 on. */
Test(igmp_message, times)
{
    for (unsigned code = 0; code < 256; code++) {
        uint32_t want = code;
        if (code >= 128) {
            want = 16 + code % 16;
            for (unsigned i = 0; i < 3 + code / 16 % 8; i++)
                want *= 2;
        }
        cr_expect(v4_igmp_time((uint8_t)code) == want, "%u", code);
    }
}

Test(igmp_message, older_ones_are_written)
{
    static const uint8_t want[] = {0x16, 0, 0x00, 0x02, G};
    uint8_t octets[8];

    memset(octets, 0xff, sizeof octets);
    v4_igmp_emit(V4_IGMP_REPORT_2, V4_ADDR(233, 252, 0, 1), octets);
    octets[2] = 0;
    octets[3] = 2;
    cr_expect(memcmp(octets, want, sizeof want) == 0);
    v4_igmp_emit(V4_IGMP_LEAVE, V4_ADDR(233, 252, 0, 1), octets);
    cr_expect(octets[0] == 0x17 && v4_checksum((struct v4_span){octets, 8}) == 0);
}

Test(igmp_message, a_report_is_written_record_by_record)
{
    static const uint32_t sources[] = {0xc0000201, 0xc0000202, 0xc0000203};
    static const uint8_t want[] = {0x22, 0, 0, 0, 0, 0,   0, 2, 4, 0,   0, 0, G,
                                   6,    0, 0, 2, G, 192, 0, 2, 1, 192, 0, 2, 2};
    uint8_t *octets = malloc(sizeof want);
    struct v4_igmp_report report;

    cr_assert(octets != NULL);
    memset(octets, 0xff, sizeof want);
    v4_igmp_begin(&report, octets, sizeof want);
    cr_expect(v4_igmp_append(&report, 4, V4_ADDR(233, 252, 0, 1), NULL, 0) == 0);
    cr_expect(v4_igmp_append(&report, 6, V4_ADDR(233, 252, 0, 1), sources, 3) == 2);
    cr_expect(v4_igmp_append(&report, 6, V4_ADDR(233, 252, 0, 1), sources, 0) == SIZE_MAX);
    v4_igmp_end(&report);
    cr_assert(report.len == sizeof want && report.records == 2);
    cr_expect(v4_checksum((struct v4_span){octets, sizeof want}) == 0);
    octets[2] = octets[3] = 0;
    cr_expect(memcmp(octets, want, sizeof want) == 0);
    free(octets);
}

Test(igmp_message, records_end_with_the_message)
{
    uint8_t octets[] = {0x22, 0, 0, 0, 0, 0, 0, 2, 4, 0, 0, 0, G};
    struct v4_igmp igmp;

    v4_put16(octets + 2, v4_checksum((struct v4_span){octets, sizeof octets}));
    struct v4_span message = exact(octets, sizeof octets);
    cr_assert(v4_igmp_parse(message, 3, &igmp) == V4_KEEP && igmp.record_count == 2);
    cr_expect(igmp.records.octets == message.octets + 8 && igmp.records.len == 8);
    drop_octets(message);
}

Test(igmp_message, a_record_has_one_source_or_is_not_there)
{
    static const uint32_t source = 0xc0000201;
    uint8_t octets[20];
    struct v4_igmp_report report;

    for (size_t room = 8; room <= 20; room++) {
        v4_igmp_begin(&report, octets, room);
        cr_expect(v4_igmp_append(&report, 1, 0xe9fc0001, &source, 1) == (room < 20 ? SIZE_MAX : 1));
        v4_igmp_begin(&report, octets, room);
        cr_expect(v4_igmp_append(&report, 2, 0xe9fc0001, NULL, 0) == (room < 16 ? SIZE_MAX : 0));
    }
}

Test(igmp_message, codes_are_of_the_longest_time_that_is_not_longer)
{
    static const struct {
        uint32_t value;
        uint8_t code;
    } codes[] = {{0, 0},        {1, 1},        {127, 127},   {128, 0x80}, {135, 0x80},
                 {136, 0x81},   {255, 0x8f},   {256, 0x90},  {257, 0x90}, {600, 0xa2},
                 {31744, 0xff}, {31745, 0xff}, {31743, 0xfe}};

    for (size_t i = 0; i < COUNT(codes); i++)
        cr_expect(v4_igmp_code(codes[i].value) == codes[i].code, "%u: %#x", codes[i].value,
                  v4_igmp_code(codes[i].value));
    for (unsigned code = 0; code < 256; code++)
        cr_expect(v4_igmp_code(v4_igmp_time((uint8_t)code)) == code);
}

Test(igmp_message, records_one_by_one)
{
    static const uint8_t octets[] = {1, 1, 0, 1, 233, 252, 0, 1,   192, 0, 2, 1, 9,
                                     9, 9, 9, 6, 0,   0,   0, 233, 252, 0, 2, 5};
    struct v4_span records = exact(octets, sizeof octets), rest = records;
    struct v4_igmp_record record;

    cr_assert(v4_igmp_record_next(&rest, &record));
    cr_expect(record.type == 1 && record.group == V4_ADDR(233, 252, 0, 1));
    cr_expect(record.sources.len == 4 && v4_be32(record.sources.octets) == V4_ADDR(192, 0, 2, 1));
    cr_assert(v4_igmp_record_next(&rest, &record));
    cr_expect(record.type == 6 && record.group == V4_ADDR(233, 252, 0, 2));
    cr_expect(record.sources.len == 0 && rest.len == 1);
    cr_expect(!v4_igmp_record_next(&rest, &record));
    for (size_t len = 0; len < 16; len++) {
        rest = (struct v4_span){records.octets, len};
        cr_expect(!v4_igmp_record_next(&rest, &record), "%zu", len);
    }
    drop_octets(records);
}
