/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>
#include "octets.h"
#include "wire/checksum.h"
#include "wire/icmp_extension.h"

#define AT (V4_ICMP_HEADER + V4_ICMP_QUOTE_MIN) /* where the structure begins */
#define LEN (AT + 16)                           /* a header, and objects of 8 and of 4 octets */

/* A Destination Unreachable that is extended; the quote is a header and zeros. */
static void build(uint8_t message[LEN])
{
    static const uint8_t objects[] = {0, 8, 1, 1, 0xaa, 0xbb, 0xcc, 0xdd, 0, 4, 200, 9};

    memset(message, 0, LEN);
    message[0] = V4_ICMP_UNREACHABLE;
    message[5] = V4_ICMP_QUOTE_MIN / 4;
    message[8] = 0x45;
    message[AT] = 0x20;
    memcpy(message + AT + 4, objects, sizeof objects);
}

static bool read_message(const uint8_t *message, size_t len, struct v4_span *ret_extension)
{
    struct v4_icmp icmp = {.type = message[0],
                           .rest = v4_be32(message + 4),
                           .data = {message + V4_ICMP_HEADER, len - V4_ICMP_HEADER}};

    return v4_icmp_extension(&icmp, ret_extension);
}

/* `sum`: the checksum is right, or left out. */
static const struct {
    const char *what;
    size_t octet, len;
    uint8_t value;
    bool sum, want;
} rows[] = {
    {"nothing wrong", 5, LEN, 32, true, true},
    {"no checksum", 5, LEN, 32, false, true},
    {"of time exceeded", 0, LEN, 11, true, true},
    {"of a parameter problem", 0, LEN, 12, true, true},
    {"of a source quench", 0, LEN, 4, true, false},
    {"of a redirect", 0, LEN, 5, true, false},
    {"of an echo reply", 0, LEN, 0, true, false},
    {"no length", 5, LEN, 0, true, false},
    {"a quote of 124 octets", 5, LEN, 31, true, false},
    {"a quote that ends with the message", 5, LEN, 36, true, false},
    {"a quote that is longer than the message", 5, LEN, 37, true, false},
    {"a quote of 1020 octets", 5, LEN, 255, true, false},
    {"version 1", AT, LEN, 0x10, true, false},
    {"version 3", AT, LEN, 0x30, true, false},
    {"reserved bits are ignored", AT + 1, LEN, 0xff, true, true},
    {"a wrong checksum", AT + 3, LEN, 1, false, false},
    {"an object of a class that nobody knows", AT + 6, LEN, 255, true, true},
    {"an object of 3 octets", AT + 5, LEN, 3, true, false},
    {"an object of 0 octets", AT + 5, LEN, 0, true, false},
    {"a ragged object", AT + 5, LEN, 7, true, false},
    {"an object over both", AT + 5, LEN, 12, true, true},
    {"an object past the end", AT + 5, LEN, 16, true, false},
    {"the last object past the end", AT + 13, LEN, 8, true, false},
    {"one object", 5, LEN - 4, 32, true, true},
    {"half an object", 5, LEN - 2, 32, true, false},
    {"no object", 5, AT + 4, 32, true, false},
    {"half a header", 5, AT + 2, 32, false, false},
    {"no structure", 5, AT, 32, false, false},
};

Test(icmp_extension, is_read_when_it_is_whole)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t message[LEN];
        struct v4_span extension = {0};

        build(message);
        message[rows[i].octet] = rows[i].value;
        if (rows[i].sum)
            v4_put16(message + AT + 2,
                     v4_checksum((struct v4_span){message + AT, rows[i].len - AT}));
        struct v4_span held = exact(message, rows[i].len);
        cr_expect(read_message(held.octets, held.len, &extension) == rows[i].want, "%s",
                  rows[i].what);
        if (rows[i].want)
            cr_expect(extension.octets == held.octets + AT && extension.len == held.len - AT, "%s",
                      rows[i].what);
        drop_octets(held);
    }
}

/* The quote may be longer than it has to be. */
Test(icmp_extension, begins_where_the_length_says)
{
    uint8_t message[V4_ICMP_HEADER + 256 + 8] = {V4_ICMP_TIME_EXCEEDED, 0, 0, 0, 0, 64};
    struct v4_span extension = {0};

    message[V4_ICMP_HEADER] = 0x45;
    message[V4_ICMP_HEADER + 256] = 0x20;
    message[V4_ICMP_HEADER + 256 + 5] = 4;
    cr_assert(read_message(message, sizeof message, &extension));
    cr_expect(extension.octets == message + V4_ICMP_HEADER + 256);
    cr_expect(extension.len == 8);
}
