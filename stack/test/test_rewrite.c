/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"
#include "wire/addr.h"
#include "wire/checksum.h"
#include "wire/icmp.h"
#include "wire/ip.h"
#include "wire/rewrite.h"

#define A V4_ADDR(192, 0, 2, 1)
#define B V4_ADDR(198, 51, 100, 7)
#define C V4_ADDR(203, 0, 113, 9)
#define UDP_SUM 6
#define TCP_SUM 16

/* From A to B, ports 4000 and 53, with `len` octets of a segment whose sum is right. */
static size_t build(uint8_t packet[80], uint8_t protocol, size_t len)
{
    uint8_t segment[40] = {0x0f, 0xa0, 0, 53};
    size_t at = protocol == V4_PROTOCOL_UDP ? UDP_SUM : TCP_SUM;

    for (size_t i = 4; i < sizeof segment; i++)
        segment[i] = (uint8_t)(i * 7);
    v4_put16(segment + at, 0);
    uint64_t pseudo = v4_checksum_pseudo(A, B, protocol, sizeof segment);
    v4_put16(segment + at, v4_checksum_finish(
                               v4_checksum_add(pseudo, (struct v4_span){segment, sizeof segment})));
    struct v4_ip ip = {.id = 7,
                       .ttl = 64,
                       .protocol = protocol,
                       .src = A,
                       .dst = B,
                       .data = {segment, sizeof segment}};
    size_t header = v4_ip_emit(&ip, packet);
    memcpy(packet + header, segment, len);
    return header + len;
}

static bool is_right(const uint8_t *packet, size_t len)
{
    struct v4_ip ip;

    if (v4_ip_parse((struct v4_span){packet, len}, &ip) != V4_KEEP)
        return false;
    uint64_t pseudo = v4_checksum_pseudo(ip.src, ip.dst, ip.protocol, ip.data.len);
    return v4_checksum_finish(v4_checksum_add(pseudo, ip.data)) == 0;
}

static const struct v4_rewrite changes[] = {
    {.src = true, .addr = C},
    {.src = false, .addr = C},
    {.src = true, .addr = C, .port = 5},
    {.src = false, .addr = C, .port = 65535},
    {.src = false, .addr = B, .port = 5},
};

Test(rewrite, changes_one_end_and_its_sums)
{
    static const uint8_t protocols[] = {V4_PROTOCOL_UDP, V4_PROTOCOL_TCP};

    for (size_t i = 0; i < COUNT(changes) * 2; i++) {
        const struct v4_rewrite *to = &changes[i / 2];
        uint8_t packet[80], before[80];
        uint16_t ports[2], was[2];
        struct v4_ip ip, old;

        size_t len = build(packet, protocols[i % 2], 40);
        cr_assert(is_right(packet, len));
        memcpy(before, packet, len);
        v4_rewrite(packet, len, to);
        cr_expect(is_right(packet, len), "%zu", i);
        cr_assert(v4_ip_parse((struct v4_span){packet, len}, &ip) == V4_KEEP);
        cr_assert(v4_ip_parse((struct v4_span){before, len}, &old) == V4_KEEP);
        cr_expect(ip.src == (to->src ? to->addr : A) && ip.dst == (to->src ? B : to->addr));
        cr_assert(v4_ports(&ip, &ports[0], &ports[1]) && v4_ports(&old, &was[0], &was[1]));
        cr_expect(ports[!to->src] == (to->port == 0 ? was[!to->src] : to->port), "%zu", i);
        cr_expect(ports[to->src] == was[to->src], "%zu", i);
        cr_expect(memcmp(packet, before, 10) == 0, "%zu", i);
    }
}

/* RFC 768: no checksum stays none, and one that comes to zero is written as all ones. */
Test(rewrite, keeps_the_zeros_of_udp_apart)
{
    uint8_t packet[80];
    size_t len = build(packet, V4_PROTOCOL_UDP, 40);

    v4_put16(packet + 20 + UDP_SUM, 0);
    v4_rewrite(packet, len, &changes[3]);
    cr_expect(v4_be16(packet + 20 + UDP_SUM) == 0);

    len = build(packet, V4_PROTOCOL_UDP, 40);
    uint16_t sum = v4_be16(packet + 20 + UDP_SUM); /* this much more is nothing */
    uint32_t port = 53u + sum;
    v4_rewrite(packet, len,
               &(struct v4_rewrite){.addr = B, .port = (uint16_t)(port + (port >> 16))});
    cr_expect(v4_be16(packet + 20 + UDP_SUM) == 0xffff);
    cr_expect(is_right(packet, len));
}

/* A wrong sum is not put right by the way. */
Test(rewrite, repairs_nothing)
{
    uint8_t packet[80];
    size_t len = build(packet, V4_PROTOCOL_TCP, 40);

    packet[50] ^= 1;
    packet[8]--; /* the time to live */
    v4_rewrite(packet, len, &changes[2]);
    cr_expect(!is_right(packet, len));
    packet[50] ^= 1;
    cr_expect(!is_right(packet, len));
    packet[8]++;
    cr_expect(is_right(packet, len));
}

static const struct {
    const char *what;
    uint8_t protocol;
    uint16_t offset; /* of the fragment, in units of 8 octets */
    size_t len;      /* that are there of it */
    size_t sum;      /* where the sum is in it; 0: it is not */
    bool ports;
} pieces[] = {
    {"TCP, as much as an error quotes", V4_PROTOCOL_TCP, 0, 8, 0, true},
    {"TCP, all but half of its sum", V4_PROTOCOL_TCP, 0, 17, 0, true},
    {"TCP, with its sum", V4_PROTOCOL_TCP, 0, 18, 16, true},
    {"TCP, the second eight", V4_PROTOCOL_TCP, 1, 8, 0, false},
    {"TCP, the second sixteen", V4_PROTOCOL_TCP, 1, 16, 8, false},
    {"TCP, from its sum on", V4_PROTOCOL_TCP, 2, 8, 0xff, false},
    {"TCP, behind its sum", V4_PROTOCOL_TCP, 3, 8, 0, false},
    {"UDP, no more than its header", V4_PROTOCOL_UDP, 0, 8, 6, true},
    {"UDP, cut short", V4_PROTOCOL_UDP, 0, 7, 0, true},
    {"UDP, one port", V4_PROTOCOL_UDP, 0, 3, 0, false},
    {"UDP, behind its header", V4_PROTOCOL_UDP, 1, 8, 0, false},
    {"another protocol", 132, 0, 32, 0, false},
};

Test(rewrite, changes_what_lies_in_a_piece)
{
    for (size_t i = 0; i < COUNT(pieces); i++) {
        uint8_t data[40], packet[80];
        size_t sum = pieces[i].sum == 0xff ? 0 : pieces[i].sum;
        bool has_sum = pieces[i].sum != 0;
        struct v4_ip ip = {.ttl = 9,
                           .protocol = pieces[i].protocol,
                           .offset = pieces[i].offset,
                           .src = A,
                           .dst = B,
                           .data = {data, pieces[i].len}};

        memset(data, 0x55, sizeof data);
        size_t header = v4_ip_emit(&ip, packet);
        memcpy(packet + header, data, ip.data.len);
        struct v4_span piece = exact(packet, header + ip.data.len);
        v4_rewrite((uint8_t *)piece.octets, piece.len, &changes[2]);
        cr_expect(v4_ip_parse(piece, &ip) == V4_KEEP && ip.src == C, "%s", pieces[i].what);
        uint16_t want = v4_checksum_update(0x5555, A >> 16, C >> 16);
        want = v4_checksum_update(want, A & 0xffff, C & 0xffff);
        for (size_t at = 0; at + 1 < ip.data.len; at++) {
            uint8_t is = ip.data.octets[at];
            if (has_sum && (at == sum || at == sum + 1) && !pieces[i].ports)
                cr_expect(is == (uint8_t)(at == sum ? want >> 8 : want), "%s", pieces[i].what);
            else if (!has_sum || (at != sum && at != sum + 1))
                cr_expect(is == (pieces[i].ports && at < 2 ? at * 5 : 0x55), "%s: octet %zu",
                          pieces[i].what, at);
        }
        drop_octets(piece);
    }
}

Test(rewrite, of_a_quotation_keeps_the_message_right)
{
    for (size_t i = 0; i < COUNT(changes); i++)
        for (size_t quoted = 0; quoted <= 40; quoted++) {
            uint8_t message[100], packet[80];
            struct v4_icmp icmp = {.type = V4_ICMP_UNREACHABLE, .code = 3};
            struct v4_ip ip;

            icmp.data = (struct v4_span){packet, build(packet, V4_PROTOCOL_UDP, quoted)};
            size_t len = v4_icmp_emit(&icmp, message);
            struct v4_span whole = exact(message, len);
            cr_expect(v4_rewrite_quote((uint8_t *)whole.octets, len, &changes[i]));
            cr_expect(v4_checksum(whole) == 0, "%zu, %zu octets", i, quoted);
            cr_assert(v4_icmp_parse(whole, &icmp) == V4_KEEP);
            cr_expect(v4_ip_parse_quote(icmp.data, &ip) == V4_KEEP);
            cr_expect((changes[i].src ? ip.src : ip.dst) == changes[i].addr);
            cr_expect(v4_checksum((struct v4_span){icmp.data.octets, 20}) == 0);
            cr_expect(quoted < 40 || is_right(icmp.data.octets, icmp.data.len));
            drop_octets(whole);
        }
}

Test(rewrite, of_what_is_no_quotation_changes_nothing)
{
    uint8_t message[100] = {3, 3}, packet[80], before[100];
    size_t len = 8 + build(packet, V4_PROTOCOL_UDP, 8);

    memcpy(message + 8, packet, len - 8);
    message[8] = 0x44; /* a header of four words */
    memcpy(before, message, sizeof message);
    cr_expect(!v4_rewrite_quote(message, len, &changes[0]));
    cr_expect(!v4_rewrite_quote(message, 27, &changes[0]));
    cr_expect(!v4_rewrite_quote(message, 7, &changes[0]));
    cr_expect(memcmp(message, before, sizeof message) == 0);
}
