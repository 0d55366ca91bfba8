/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"
#include "user/segment.h"

#define WE 4000
#define THEY 40000

static struct bench bench;
static uint32_t ours, theirs; /* the next number of each side */

static void open_bench(void)
{
    bench = bench_open(true);
    rig_meet(bench.rig);
    ours = 0;
    theirs = 1000;
}

static void close_bench(void)
{
    bench_close(&bench);
}

TestSuite(tcp, .init = open_bench, .fini = close_bench);

/* They send a segment. */
static void give_by(struct v4_ip ip, struct v4_segment segment)
{
    uint8_t octets[4096];

    segment.window = segment.window != 0 ? segment.window : 8192;
    ip.protocol = V4_PROTOCOL_TCP;
    ip.data = (struct v4_span){octets, v4_segment_emit(&segment, ip.src, ip.dst, octets)};
    rig_ip(bench.rig, &ip);
    theirs += v4_segment_length(&segment);
}

static void give(uint8_t flags, uint16_t mss, struct v4_span data)
{
    give_by(rig_header(), (struct v4_segment){.src_port = THEY,
                                              .dst_port = WE,
                                              .seq = theirs,
                                              .ack = ours,
                                              .flags = flags,
                                              .mss = mss,
                                              .data = data});
}

/* We have sent one. */
static struct v4_segment got(struct v4_ip *ret_ip)
{
    struct v4_segment segment = {0};

    cr_assert(rig_out_ip(bench.rig, ret_ip) && ret_ip->protocol == V4_PROTOCOL_TCP);
    cr_assert(v4_segment_parse(ret_ip->data, ret_ip->src, THEM, &segment));
    return segment;
}

static struct v4_segment get(void)
{
    struct v4_ip ip;

    return got(&ip);
}

static void connect(const char *more, uint16_t mss)
{
    char line[200];

    snprintf(line, sizeof line, "1 tcp.connect dst=198.18.0.1 dport=40000 port=4000%s", more);
    expect_reply(&bench, line, "1 ok sock=1");
    struct v4_segment syn = get();
    cr_assert(syn.flags == V4_SEGMENT_SYN);
    ours = syn.seq + 1;
    give(V4_SEGMENT_SYN | V4_SEGMENT_ACK, mss, V4_NOTHING);
    struct v4_segment ack = get();
    cr_assert(ack.flags == V4_SEGMENT_ACK && ack.seq == ours && ack.ack == theirs);
    say(&bench, "2 sync");
    cr_assert_str_eq(bench.said[0], "* tcp.open sock=1 src=198.18.0.1 sport=40000 dst=198.18.0.2 "
                                    "dport=4000");
}

static void said(const char *line)
{
    say(&bench, "3 sync");
    cr_expect(bench.count == 2, "%zu", bench.count);
    cr_expect_str_eq(bench.said[0], line);
}

Test(tcp, nobody_takes_it_before_it_is_used)
{
    struct v4_ip ip;
    struct v4_icmp icmp;

    give(V4_SEGMENT_SYN, 0, V4_NOTHING);
    cr_assert(rig_out_icmp(bench.rig, &ip, &icmp) && icmp.code == V4_ICMP_PROTOCOL);
    say(&bench, "1 tcp.listen port=9");
    give(V4_SEGMENT_SYN, 0, V4_NOTHING);
    struct v4_segment reset = get();
    cr_expect(reset.flags == (V4_SEGMENT_RST | V4_SEGMENT_ACK) && reset.ack == theirs);
    say(&bench, "2 reset");
    rig_meet(bench.rig);
    give(V4_SEGMENT_SYN, 0, V4_NOTHING);
    cr_assert(rig_out_icmp(bench.rig, &ip, &icmp) && icmp.code == V4_ICMP_PROTOCOL);
}

Test(tcp, a_connection_from_here)
{
    struct v4_segment segment;

    connect("", 1460);
    expect_reply(&bench, "3 tcp.send sock=1 data=616263", "3 ok");
    segment = get();
    cr_expect(segment.seq == ours && same(segment.data, OPTIONS('a', 'b', 'c')));
    ours += 3;
    give(V4_SEGMENT_ACK, 0, OPTIONS('x'));
    segment = get();
    cr_expect(segment.seq == ours && segment.ack == theirs && segment.data.len == 0);
    said("* tcp.recv sock=1 data=78 ttl=64 tos=0 options=");
    theirs--; /* once more: acknowledged, not delivered */
    give(V4_SEGMENT_ACK, 0, OPTIONS('x'));
    cr_expect(get().ack == theirs);
    expect_reply(&bench, "3 tcp.close sock=1", "3 ok");
    segment = get();
    cr_expect(segment.flags == (V4_SEGMENT_FIN | V4_SEGMENT_ACK) && segment.seq == ours);
    ours++;
    give(V4_SEGMENT_ACK | V4_SEGMENT_FIN, 0, V4_NOTHING);
    cr_expect(get().ack == theirs && rig_silent(bench.rig));
    expect_reply(&bench, "4 tcp.send sock=1 data=", "4 err code=EBADF");
    give(V4_SEGMENT_ACK, 0, V4_NOTHING); /* of nobody's now */
    cr_expect(get().flags == V4_SEGMENT_RST);
}

Test(tcp, a_connection_from_there)
{
    struct v4_segment segment;

    expect_reply(&bench, "1 tcp.listen port=4000 ttl=9 tos=16", "1 ok sock=1");
    expect_reply(&bench, "1 tcp.listen port=4000", "1 err code=EADDRINUSE");
    expect_reply(&bench, "1 tcp.listen port=4001 hops=9", "1 err code=EINVAL");
    give(V4_SEGMENT_SYN, 0, V4_NOTHING);
    struct v4_ip ip;
    segment = got(&ip);
    cr_expect(ip.ttl == 9 && ip.tos == 16 && segment.mss == 1460);
    cr_expect(segment.flags == (V4_SEGMENT_SYN | V4_SEGMENT_ACK) && segment.ack == theirs);
    ours = segment.seq + 1;
    theirs--; /* its answer was lost */
    give(V4_SEGMENT_SYN, 0, V4_NOTHING);
    cr_expect(get().seq == segment.seq);
    give(V4_SEGMENT_ACK, 0, V4_NOTHING);
    said("* tcp.open sock=2 src=198.18.0.1 sport=40000 dst=198.18.0.2 dport=4000 listen=1");
    give(V4_SEGMENT_ACK | V4_SEGMENT_FIN, 0, V4_NOTHING);
    said("* tcp.closed sock=2 reason=peer");
    cr_expect(get().flags == V4_SEGMENT_ACK);
    cr_expect(get().flags == (V4_SEGMENT_FIN | V4_SEGMENT_ACK));
}

Test(tcp, segments_are_as_long_as_the_peer_takes)
{
    char line[6100] = "3 tcp.send sock=1 data=";

    connect(" options=01010101", 1000);
    memset(line + strlen(line), '0', 6000);
    expect_reply(&bench, line, "3 ok");
    for (unsigned i = 0; i < 3; i++)
        cr_expect(get().data.len == 996);
    cr_expect(get().data.len == 12 && rig_silent(bench.rig));
}

Test(tcp, without_an_option_536_octets)
{
    char line[6100] = "3 tcp.send sock=1 data=";

    connect("", 0);
    memset(line + strlen(line), '0', 1100);
    expect_reply(&bench, line, "3 ok");
    cr_expect(get().data.len == 536 && get().data.len == 14);
}

Test(tcp, what_is_lost_is_sent_again)
{
    v4_time waited = V4_SECOND;

    connect("", 1460);
    say(&bench, "3 tcp.send sock=1 data=61");
    cr_expect(get().seq == ours);
    for (unsigned i = 0; i < 9; i++, waited *= 2) {
        v4_time wait = waited < 64 * V4_SECOND ? waited : 64 * V4_SECOND;
        rig_advance(bench.rig, wait - 1);
        cr_expect(rig_silent(bench.rig));
        rig_meet(bench.rig);
        rig_advance(bench.rig, 1);
        struct v4_segment again = get();
        cr_expect(again.seq == ours && again.data.len == 1, "%u", i);
    }
    rig_advance(bench.rig, 64 * V4_SECOND);
    said("* tcp.closed sock=1 reason=timeout");
}

static void fail(uint8_t type, uint8_t code, uint32_t less)
{
    uint8_t quote[V4_IP_HEADER_MAX];
    struct v4_ip ip = {.ttl = 3, .protocol = 6, .src = US, .dst = THEM, .data = {NULL, 8}};

    v4_ip_emit(&ip, quote);
    v4_put16(quote + 20, WE);
    v4_put16(quote + 22, THEY);
    v4_put32(quote + 24, ours - less);
    rig_icmp(bench.rig, rig_header(),
             &(struct v4_icmp){.type = type, .code = code, .data = {quote, 28}});
}

Test(tcp, errors_are_told_and_only_hard_ones_end)
{
    connect("", 1460);
    fail(3, 1, 0);
    said("* tcp.error sock=1 type=3 code=1 src=198.18.0.1");
    fail(3, 1, 1); /* of a number that is not under way */
    say(&bench, "3 sync");
    cr_expect(strncmp(bench.said[0], "* icmp.error ", 13) == 0);
    expect_reply(&bench, "3 set name=reports sock=1 value=0", "3 ok");
    fail(11, 0, 0);
    expect_reply(&bench, "3 sync", "3 ok");
    fail(3, 3, 0);
    said("* tcp.closed sock=1 reason=unreachable");
}

Test(tcp, whom_nobody_can_connect_to)
{
    const char *const nobody[] = {"255.255.255.255", "198.18.0.255", "224.0.0.1", "0.0.0.0"};
    char line[80];

    for (size_t i = 0; i < COUNT(nobody); i++) {
        snprintf(line, sizeof line, "1 tcp.connect dst=%s dport=9", nobody[i]);
        expect_reply(&bench, line, "1 err code=ENETUNREACH");
    }
    expect_reply(&bench, "1 tcp.connect dst=198.18.0.1 dport=9 addr=198.18.0.9",
                 "1 err code=EADDRNOTAVAIL");
    expect_reply(&bench, "1 tcp.connect dst=198.18.0.1 dport=9 options=0103", "1 err code=EINVAL");
    for (unsigned i = 1; i <= 8; i++) {
        snprintf(line, sizeof line, "1 tcp.listen port=%u", i);
        say(&bench, line);
    }
    expect_reply(&bench, "1 tcp.listen port=9", "1 err code=ENOBUFS");
    expect_reply(&bench, "1 tcp.close sock=8", "1 ok");
    expect_reply(&bench, "1 tcp.listen port=9", "1 ok sock=9");
}

Test(tcp, a_route_of_the_user_leads_over_its_hops)
{
    struct v4_ip ip;

    say(&bench, "1 tcp.connect dst=192.0.2.1 dport=9 options=830704c612000101");
    cr_assert(rig_out_ip(bench.rig, &ip));
    cr_expect(ip.dst == THEM && same(ip.options, OPTIONS(131, 7, 4, 192, 0, 2, 1, 1)));
}

Test(tcp, the_way_back_of_a_route_is_kept)
{
    struct v4_ip ip = rig_header(), sent;

    say(&bench, "1 tcp.listen port=4000");
    ip.src = FAR;
    ip.options = OPTIONS(131, 7, 8, 198, 18, 0, 1, 0);
    give_by(ip, (struct v4_segment){
                    .src_port = THEY, .dst_port = WE, .seq = 7, .flags = V4_SEGMENT_SYN});
    cr_assert(rig_out_ip(bench.rig, &sent));
    cr_expect(sent.dst == THEM && same(sent.options, OPTIONS(131, 7, 4, 192, 0, 2, 1, 0)));
}

Test(tcp, to_ourselves)
{
    say(&bench, "1 tcp.listen port=4000");
    say(&bench, "2 tcp.connect dst=198.18.0.2 dport=4000");
    cr_expect(bench.count == 3 && strstr(bench.said[0], "tcp.open") != NULL);
}

Test(tcp, a_wrong_checksum_is_dropped)
{
    uint8_t octets[20];
    struct v4_segment syn = {.src_port = THEY, .dst_port = WE, .flags = V4_SEGMENT_SYN}, read;
    struct v4_ip ip = rig_header();

    say(&bench, "1 tcp.listen port=4000");
    v4_segment_emit(&syn, ip.src, ip.dst, octets);
    octets[17] ^= 1;
    ip.protocol = V4_PROTOCOL_TCP;
    ip.data = (struct v4_span){octets, sizeof octets};
    rig_ip(bench.rig, &ip);
    cr_expect(rig_silent(bench.rig) && rig_reason(bench.rig) == V4_DROP_TCP_SEGMENT);
    cr_expect(!v4_segment_parse((struct v4_span){octets, 19}, ip.src, ip.dst, &read));
}
