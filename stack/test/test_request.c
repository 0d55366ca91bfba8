/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/request.h"

static const struct {
    const char *line;
    bool good;
    size_t keys;
} lines[] = {
    {"1 sync", true, 0},
    {"0123456789 a-b_c.D9", true, 0},
    {"7 udp.send data=", true, 1},
    {"7 op a=1 b==!~ c=x,y", true, 3},
    {"", false, 0},
    {"1", false, 0},
    {"1 ", false, 0},
    {" 1 sync", false, 0},
    {"sync", false, 0},
    {"-1 sync", false, 0},
    {"12345678901 sync", false, 0}, /* eleven digits */
    {"1  sync", false, 0},
    {"1 sync ", false, 0},
    {"1 sync\r", false, 0},
    {"1 sy\tnc", false, 0},
    {"1 op key", false, 0},
    {"1 op =value", false, 0},
    {"1 op k=a\x80", false, 0},
    {"1 op k/l=a", false, 0},
};

Test(request, grammar)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct v4_request request = {.key_count = 99};

        cr_expect_eq(v4_request_parse(lines[i].line, &request), lines[i].good, "%s", lines[i].line);
        cr_expect_eq(request.key_count, lines[i].good ? lines[i].keys : 99, "%s", lines[i].line);
    }
}

Test(request, words_are_those_of_the_line)
{
    struct v4_request request;

    cr_assert(v4_request_parse("42 udp.bind port=4000", &request));
    cr_expect(v4_word_is(request.seq, "42"));
    cr_expect(v4_word_is(request.op, "udp.bind"));
    cr_expect(!v4_word_is(request.op, "udp.bin"));
    cr_expect(!v4_word_is(request.op, "udp.bind2"));
    cr_expect(v4_word_is(request.keys[0].name, "port"));
    cr_expect(v4_word_is(request.keys[0].value, "4000"));
}

Test(request, longest_line)
{
    char *line = malloc(V4_LINE_MAX + 2);
    struct v4_request request;

    cr_assert_not_null(line);
    memset(line, 'a', V4_LINE_MAX + 1);
    memcpy(line, "1 op k=", 7);
    line[V4_LINE_MAX] = '\0';
    cr_expect(v4_request_parse(line, &request), "139,999 octets");
    line[V4_LINE_MAX] = 'a';
    line[V4_LINE_MAX + 1] = '\0';
    cr_expect(!v4_request_parse(line, &request), "140,000 octets");
    free(line);
}

/* What a value is read as, by each kind of read; a fault where it cannot be. */
static const struct {
    const char *value;
    bool number; /* of 2 to 300 */
    bool address;
    bool octets; /* at most 3 */
} values[] = {
    {"2", true, false, false},
    {"300", true, false, false},
    {"0300", true, false, true},
    {"1", false, false, false},
    {"301", false, false, false},
    {"18446744073709551618", false, false, false}, /* 2 modulo 2^64 */
    {"+5", false, false, false},
    {"0x5", false, false, false},
    {"", false, false, true},
    {"198.18.0.2", false, true, false},
    {"255.255.255.255", false, true, false},
    {"198.18.0.256", false, false, false},
    {"198.18.0", false, false, false},
    {"198.18.0.2.", false, false, false},
    {"198.18..2", false, false, false},
    {"198.18.0.0002", false, false, false},
    {"00fa", false, false, true},
    {"00fA", false, false, false},
    {"00f", false, false, false},
    {"00112233", false, false, false}, /* four */
};

Test(request, values)
{
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct v4_request request, again;
        uint8_t octets[3];
        char line[64];

        snprintf(line, sizeof line, "1 op key=%s", values[i].value);
        cr_assert(v4_request_parse(line, &request), "%s", line);

        again = request;
        v4_request_number(&again, "key", 2, 300);
        cr_expect_eq(v4_request_understood(&again), values[i].number, "number %s", line);
        again = request;
        v4_request_address(&again, "key");
        cr_expect_eq(v4_request_understood(&again), values[i].address, "address %s", line);
        again = request;
        v4_request_octets(&again, "key", octets, sizeof octets);
        cr_expect_eq(v4_request_understood(&again), values[i].octets, "octets %s", line);
    }
}

Test(request, values_arrive)
{
    struct v4_request request;
    uint8_t octets[3];

    cr_assert(v4_request_parse("1 op n=300 a=198.18.0.2 d=00fe7a", &request));
    cr_expect_eq(v4_request_number(&request, "n", 2, 300), 300);
    cr_expect_eq(v4_request_address(&request, "a"), 0xc6120002);
    struct v4_span span = v4_request_octets(&request, "d", octets, sizeof octets);
    cr_expect_eq(span.len, 3);
    cr_expect_arr_eq(span.octets, "\x00\xfe\x7a", 3);
    cr_expect(v4_request_understood(&request));
}

Test(request, absent_keys)
{
    struct v4_request request;
    uint8_t octets[1];

    cr_assert(v4_request_parse("1 op", &request));
    cr_expect_eq(v4_request_number_or(&request, "n", 0, 1, 77), 77);
    cr_expect_eq(v4_request_address_or(&request, "a", 78), 78);
    cr_expect_eq(v4_request_octets_or_none(&request, "d", octets, 1).len, 0);
    cr_expect(v4_request_understood(&request), "what may be absent is no fault");
    v4_request_number(&request, "n", 0, 1);
    cr_expect(!v4_request_understood(&request), "what may not is one");
}

static bool understood_with_n(const char *line)
{
    struct v4_request request;

    cr_assert(v4_request_parse(line, &request), "%s", line);
    v4_request_number(&request, "n", 0, 9);
    return v4_request_understood(&request);
}

Test(request, each_key_once_and_known)
{
    cr_expect(understood_with_n("1 op n=1"));
    cr_expect(!understood_with_n("1 op n=1 m=1"), "a key that nobody knows");
    cr_expect(!understood_with_n("1 op n=1 n=1"), "twice");
    cr_expect(!understood_with_n("1 op n=1 n=1 n=1 n=1 n=1 n=1 n=1 n=1 n=1 n=1 n=1 n=1 n=1 n=1 n=1 "
                                 "n=1 n=1 n=1"),
              "more keys than any operation has");
}
