/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "wire/option.h"

#define RR V4_OPTION_RECORD_ROUTE
#define TS V4_OPTION_TIMESTAMP
#define LSRR V4_OPTION_LSRR
#define SSRR V4_OPTION_SSRR

static const struct {
    const char *what;
    uint8_t octets[40];
    size_t len;
    enum v4_drop want;
    uint8_t pointer; /* into the header */
} rows[] = {
    {"none", {0}, 0, V4_KEEP, 0},
    {"NOPs", {1, 1, 1, 1}, 4, V4_KEEP, 0},
    {"after EOL nothing matters", {0, RR, 1, 0}, 4, V4_KEEP, 0},
    {"NOP, EOL, rubbish", {1, 0, 255, 255}, 4, V4_KEEP, 0},

    {"a type without length", {1, 1, 1, RR}, 4, V4_DROP_OPTION_LENGTH, 23},
    {"length 0", {RR, 0, 4, 0}, 4, V4_DROP_OPTION_LENGTH, 21},
    {"length 1", {1, 77, 1, 0}, 4, V4_DROP_OPTION_LENGTH, 22},
    {"length past the header", {77, 5, 0, 0}, 4, V4_DROP_OPTION_LENGTH, 21},
    {"length up to the end", {77, 4, 0, 0}, 4, V4_KEEP, 0},
    {"an unknown one of two octets", {77, 2, 0, 0}, 4, V4_KEEP, 0},
    {"the second is too long", {77, 2, 78, 3}, 4, V4_DROP_OPTION_LENGTH, 23},
    {"record route of two octets", {RR, 2, 0, 0}, 4, V4_DROP_OPTION_LENGTH, 21},
    {"timestamp of three octets", {TS, 3, 5, 0}, 4, V4_DROP_OPTION_LENGTH, 21},
    {"security of two octets", {V4_OPTION_SECURITY, 2, 0, 0}, 4, V4_DROP_OPTION_LENGTH, 21},
    {"security of RFC 1108", {V4_OPTION_SECURITY, 3, 0xab, 0}, 4, V4_KEEP, 0},
    {"stream identifier", {V4_OPTION_STREAM_ID, 4, 0, 9}, 4, V4_KEEP, 0},
    {"router alert", {V4_OPTION_ROUTER_ALERT, 4, 0, 0}, 4, V4_KEEP, 0},
    {"router alert of three octets",
     {V4_OPTION_ROUTER_ALERT, 3, 0, 0},
     4,
     V4_DROP_OPTION_LENGTH,
     21},

    {"router alert of five octets",
     {V4_OPTION_ROUTER_ALERT, 5, 0, 0, 0, 0, 0, 0},
     8,
     V4_DROP_OPTION_LENGTH,
     21},

    {"record route of no entry", {RR, 3, 4, 0}, 4, V4_KEEP, 0},
    {"record route, pointer 3", {RR, 7, 3, 0, 0, 0, 0, 0}, 8, V4_DROP_OPTION_POINTER, 22},
    {"record route, pointer 0", {RR, 7, 0, 0, 0, 0, 0, 0}, 8, V4_DROP_OPTION_POINTER, 22},
    {"record route, pointer 4", {RR, 7, 4, 0, 0, 0, 0, 0}, 8, V4_KEEP, 0},
    {"record route, pointer 5", {RR, 7, 5, 0, 0, 0, 0, 0}, 8, V4_DROP_OPTION_POINTER, 22},
    {"record route, pointer 7", {RR, 7, 7, 0, 0, 0, 0, 0}, 8, V4_DROP_OPTION_POINTER, 22},
    {"record route, full", {RR, 7, 8, 1, 2, 3, 4, 0}, 8, V4_KEEP, 0},
    {"record route, far past the end", {RR, 7, 255, 1, 2, 3, 4, 0}, 8, V4_KEEP, 0},
    {"record route, room for half", {RR, 5, 4, 0, 0, 0, 0, 0}, 8, V4_DROP_OPTION_POINTER, 22},
    {"record route, between entries",
     {RR, 11, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0},
     12,
     V4_DROP_OPTION_POINTER,
     22},
    {"loose route, pointer 3", {1, LSRR, 7, 3, 0, 0, 0, 0}, 8, V4_DROP_OPTION_POINTER, 23},
    {"strict route, pointer 6", {SSRR, 7, 6, 0, 0, 0, 0, 0}, 8, V4_DROP_OPTION_POINTER, 22},
    {"strict route, done", {SSRR, 7, 8, 0, 0, 0, 0, 0}, 8, V4_KEEP, 0},

    {"timestamp, pointer 4", {TS, 8, 4, 0, 0, 0, 0, 0}, 8, V4_DROP_OPTION_POINTER, 22},
    {"timestamp, pointer 5", {TS, 8, 5, 0, 0, 0, 0, 0}, 8, V4_KEEP, 0},
    {"timestamp, pointer 6", {TS, 8, 6, 0, 0, 0, 0, 0}, 8, V4_DROP_OPTION_POINTER, 22},
    {"timestamp, full", {TS, 8, 9, 0, 0, 0, 0, 0}, 8, V4_KEEP, 0},
    {"timestamp, full, 14 missed", {TS, 8, 9, 0xe0, 0, 0, 0, 0}, 8, V4_KEEP, 0},
    {"timestamp, full, 15 missed", {TS, 8, 9, 0xf0, 0, 0, 0, 0}, 8, V4_DROP_OPTION_OVERFLOW, 23},
    {"timestamp, 15 missed, but room", {TS, 8, 5, 0xf0, 0, 0, 0, 0}, 8, V4_KEEP, 0},
    {"timestamp, flag 2", {TS, 8, 5, 2, 0, 0, 0, 0}, 8, V4_DROP_OPTION_FLAG, 23},
    {"timestamp, flag 4", {TS, 8, 5, 4, 0, 0, 0, 0}, 8, V4_DROP_OPTION_FLAG, 23},
    {"timestamp, flag 15", {TS, 8, 5, 15, 0, 0, 0, 0}, 8, V4_DROP_OPTION_FLAG, 23},
    {"addresses, half an entry", {TS, 8, 5, 1, 0, 0, 0, 0}, 8, V4_DROP_OPTION_POINTER, 22},
    {"addresses", {TS, 12, 5, 1}, 12, V4_KEEP, 0},
    {"addresses, pointer at the timestamp", {TS, 20, 9, 1}, 20, V4_DROP_OPTION_POINTER, 22},
    {"prespecified", {TS, 12, 5, 3}, 12, V4_KEEP, 0},
    {"prespecified, half an entry", {TS, 8, 5, 3}, 8, V4_DROP_OPTION_POINTER, 22},
    {"prespecified, done, 15 missed", {TS, 12, 13, 0xf3}, 12, V4_KEEP, 0},

    {"two record routes", {RR, 3, 4, RR, 3, 4, 0, 0}, 8, V4_DROP_OPTION_TWICE, 23},
    {"two timestamps", {TS, 4, 5, 0, TS, 4, 5, 0}, 8, V4_DROP_OPTION_TWICE, 24},
    {"loose and strict route", {LSRR, 3, 4, 1, SSRR, 3, 4, 0}, 8, V4_DROP_OPTION_TWICE, 24},
    {"two securities", {130, 3, 0, 130, 3, 0, 0, 0}, 8, V4_DROP_OPTION_TWICE, 23},
    {"two stream identifiers", {136, 4, 0, 1, 136, 4, 0, 2}, 8, V4_KEEP, 0},
    {"two router alerts", {148, 4, 0, 0, 148, 4, 0, 0}, 8, V4_KEEP, 0},
    {"two of a kind that we do not know", {77, 2, 77, 2}, 4, V4_KEEP, 0},

    {"40 octets", {RR, 39, 4, [39] = 0}, 40, V4_KEEP, 0},
    {"the last octet is a type", {RR, 39, 4, [39] = 77}, 40, V4_DROP_OPTION_LENGTH, 59},
};

Test(options_parse, names_the_one_fault)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct v4_span options = exact(rows[i].octets, rows[i].len);
        struct v4_options found = {.others = 99};
        uint8_t pointer = 0;
        enum v4_drop drop = v4_options_parse(options, &found, &pointer);

        cr_expect(drop == rows[i].want, "%s: %s", rows[i].what, v4_drop_name(drop));
        cr_expect(pointer == rows[i].pointer, "%s: pointer %u", rows[i].what, pointer);
        cr_expect((found.others == 99) == (drop != V4_KEEP), "%s: written or not", rows[i].what);
        drop_octets(options);
    }
}

static bool lies(struct v4_option option, uint8_t type, uint8_t at, uint8_t len)
{
    return option.type == type && option.at == at && option.len == len;
}

static const uint8_t all[] = {1,   RR, 3, 4, TS,  4, 5, 0, 130, 3, 0,  137, 3,  4,
                              136, 4,  0, 7, 148, 4, 0, 0, 77,  2, 78, 3,   99, 0};

Test(options_parse, finds_each_kind)
{
    struct v4_options found;
    uint8_t pointer;

    cr_assert(v4_options_parse((struct v4_span){all, sizeof all}, &found, &pointer) == V4_KEEP);
    cr_expect(lies(found.record_route, RR, 1, 3));
    cr_expect(lies(found.timestamp, TS, 4, 4));
    cr_expect(lies(found.security, 130, 8, 3));
    cr_expect(lies(found.source_route, SSRR, 11, 3));
    cr_expect(lies(found.stream_id, 136, 14, 4));
    cr_expect(lies(found.router_alert, 148, 18, 4));
    cr_expect(found.others == 2);
}

Test(option_next, steps_through_all)
{
    static const uint8_t want[][3] = {{RR, 1, 3},   {TS, 4, 4},   {130, 8, 3}, {137, 11, 3},
                                      {136, 14, 4}, {148, 18, 4}, {77, 22, 2}, {78, 24, 3}};
    struct v4_span options = {all, sizeof all};
    struct v4_option option;
    size_t at = 0;

    for (size_t i = 0; i < COUNT(want); i++) {
        cr_assert(v4_option_next(options, &at, &option));
        cr_expect(lies(option, want[i][0], want[i][1], want[i][2]), "option %zu", i);
    }
    cr_expect(!v4_option_next(options, &at, &option));
    cr_expect(!v4_option_next(options, &at, &option), "the end stays the end");
}

Test(option_next_addr, is_at_the_pointer)
{
    uint8_t option[] = {LSRR, 11, 4, 198, 18, 0, 9, 198, 19, 0, 2};
    uint32_t addr = 0;

    cr_assert(v4_option_next_addr(option, &addr));
    cr_expect(addr == 0xc6120009);
    option[2] = 8;
    cr_assert(v4_option_next_addr(option, &addr));
    cr_expect(addr == 0xc6130002);
    option[2] = 12;
    cr_expect(!v4_option_next_addr(option, &addr));
    cr_expect(addr == 0xc6130002);
}

Test(option_record, until_it_is_full)
{
    const uint8_t want[] = {RR, 11, 12, 198, 18, 0, 2, 198, 19, 0, 1};
    uint8_t option[11] = {RR, 11, 4};

    v4_option_record(option, 0xc6120002);
    cr_expect(option[2] == 8);
    v4_option_record(option, 0xc6130001);
    cr_expect(memcmp(option, want, sizeof want) == 0);
    v4_option_record(option, 0xffffffff);
    cr_expect(memcmp(option, want, sizeof want) == 0, "a full one stays");
}

#define US 198, 18, 0, 2
#define OTHER 198, 18, 0, 9
#define MS 1, 2, 3, 4

Test(option_stamp, each_flag)
{
    static const struct {
        const char *what;
        uint8_t before[20], after[20];
    } stamps[] = {
        {"timestamp only", {TS, 12, 5, 0}, {TS, 12, 9, 0, MS}},
        {"the last slot", {TS, 12, 9, 0, 9, 9, 9, 9}, {TS, 12, 13, 0, 9, 9, 9, 9, MS}},
        {"full: one missed", {TS, 8, 9, 0x00, 9, 9, 9, 9}, {TS, 8, 9, 0x10, 9, 9, 9, 9}},
        {"full: 15 missed", {TS, 8, 9, 0xe0, 9, 9, 9, 9}, {TS, 8, 9, 0xf0, 9, 9, 9, 9}},
        {"the count stays at 15", {TS, 8, 9, 0xf0, 9, 9, 9, 9}, {TS, 8, 9, 0xf0, 9, 9, 9, 9}},
        {"no slots at all", {TS, 4, 5, 0x21}, {TS, 4, 5, 0x31}},
        {"with address", {TS, 20, 5, 1}, {TS, 20, 13, 1, US, MS}},
        {"with address, second", {TS, 20, 13, 1}, {TS, 20, 21, 1, [12] = US, MS}},
        {"our turn", {TS, 20, 5, 3, US}, {TS, 20, 13, 3, US, MS}},
        {"another's turn", {TS, 20, 5, 3, OTHER, [12] = US}, {TS, 20, 5, 3, OTHER, [12] = US}},
        {"our turn, second", {TS, 20, 13, 3, [12] = US}, {TS, 20, 21, 3, [12] = US, MS}},
        {"all have stamped", {TS, 12, 13, 3, US, MS}, {TS, 12, 13, 3, US, MS}},
    };

    for (size_t i = 0; i < COUNT(stamps); i++) {
        uint8_t len = stamps[i].before[1];
        struct v4_span option = exact(stamps[i].before, len);

        v4_option_stamp((uint8_t *)option.octets, 0xc6120002, 0x01020304);
        cr_expect(memcmp(option.octets, stamps[i].after, len) == 0, "%s", stamps[i].what);
        drop_octets(option);
    }
}
