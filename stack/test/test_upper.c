/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"
#include "host/text.h"

static const struct {
    const char *line, *reply;
} session[] = {
    /* in this order, on one host */
    {"1 sync", "1 ok"},
    {"01 sync", "01 ok"},
    {"2 sync key=1", "2 err code=EINVAL"},
    {"3 syn", "3 err code=ENOSYS"},
    {"3 syn key=1", "3 err code=ENOSYS"},
    {"4 advance ms=1", "4 err code=ENOSYS"}, /* whoever has the clock takes it out before */
    {"", "0 err code=EPROTO"},
    {"sync", "0 err code=EPROTO"},
    {"5 sync ", "0 err code=EPROTO"},
    {"5 hello version=2", "5 err code=EINVAL"},
    {"6 counters", "6 ok"},
    {"7 udp.bind port=4000", "7 ok sock=1"},
    {"8 udp.bind port=4000", "8 err code=EADDRINUSE"},
    {"9 udp.bind port=4000 addr=198.18.0.3", "9 err code=EADDRNOTAVAIL"},
    {"10 udp.bind port=4001 addr=198.18.1.2", "10 ok sock=2"},
    {"11 udp.bind", "11 err code=EINVAL"},
    {"12 udp.bind port=1 port=2", "12 err code=EINVAL"},
    {"13 udp.bind port=65536", "13 err code=EINVAL"},
    {"14 ip.bind protocol=200", "14 ok sock=3"},
    {"15 ip.bind protocol=256", "15 err code=EINVAL"},
    {"16 udp.send sock=3 dst=198.18.0.1 dport=9 data=", "16 err code=EBADF"},
    {"17 udp.send sock=1 dst=198.18.0.1 dport=9 data=0", "17 err code=EINVAL"},
    {"18 udp.send sock=1 dst=198.18.0.1 dport=9", "18 err code=EINVAL"},
    {"19 udp.send sock=1 dst=198.18.0.1 dport=9 data= src=198.18.0.9", "19 err code=EADDRNOTAVAIL"},
    {"20 udp.send sock=1 dst=198.18.0.1 dport=9 data= ttl=0", "20 err code=EINVAL"},
    {"21 udp.send sock=1 dst=198.18.0.1 dport=9 data= df=3", "21 err code=EINVAL"},
    {"22 udp.send sock=1 dst=198.18.0.1 dport=9 data= options=010101", "22 err code=EINVAL"},
    {"23 udp.send sock=1 dst=198.18.0.1 dport=9 data= id=1", "23 err code=EINVAL"},
    {"24 udp.send sock=1 dst=198.18.0.1 dport=9 data=", "24 ok"},
    {"25 ip.send dst=198.18.0.1 protocol=200 data=00 id=65536", "25 err code=EINVAL"},
    {"26 ip.send dst=198.18.0.1 protocol=200 data=00 id=65535 df=1 options=01010100", "26 ok"},
    {"27 echo.send dst=198.18.0.1 id=1 seq=65536 data=", "27 err code=EINVAL"},
    {"28 echo.send dst=198.18.0.1 id=1 seq=2 data= df=1", "28 err code=EINVAL"},
    {"29 echo.send dst=198.18.0.1 id=1 seq=2 data=", "29 ok"},
    {"29 udp.send sock=1 dst=198.18.0.1 dport=0 data= tos=0", "29 ok"}, /* as little as there is */
    {"29 counters now=1", "29 err code=EINVAL"},
    {"30 ip.close sock=1", "30 err code=EBADF"},
    {"30 ip.close sock=0", "30 err code=EBADF"}, /* a number that no socket ever has */
    {"31 ip.close sock=3 now=1", "31 err code=EINVAL"},
    {"31 ip.close sock=3", "31 ok"},
    {"32 udp.close sock=3", "32 err code=EBADF"},
    {"33 udp.close sock=1", "33 ok"},
    {"34 udp.close sock=1", "34 err code=EBADF"},
    {"34 udp.close sock=0", "34 err code=EBADF"},
    {"35 reset now=1", "35 err code=EINVAL"},
    {"36 udp.close sock=2", "36 ok"},
    {"37 udp.bind port=4000", "37 ok sock=4"},
    {"38 reset", "38 ok"},
    {"39 udp.close sock=4", "39 err code=EBADF"},
    {"40 counters", "40 ok"},
    {"41 udp.bind port=4000", "41 ok sock=1"},
};

Test(upper, a_session)
{
    struct bench bench = bench_open(true);

    for (size_t i = 0; i < COUNT(session); i++)
        expect_reply(&bench, session[i].line, session[i].reply);
    bench_close(&bench);
}

Test(upper, capabilities)
{
    struct bench virtual = bench_open(true), real = bench_open(false);
    const char *common =
        "1 ok version=1 name=reference release=" V4_RELEASE
        " caps=udp,ip,echo,tcp,counters,icmp-errors,conflict,igmp-warning,mroute-events,"
        "ip-packet,ip-sock,udp-options,udp-ttl";

    say(&virtual, "1 hello version=1");
    cr_expect(strncmp(virtual.said[0], common, strlen(common)) == 0);
    cr_expect(strncmp(virtual.said[0] + strlen(common), ",vtime,ttl,", 11) == 0);
    say(&real, "1 hello version=1");
    cr_expect(strncmp(real.said[0], common, strlen(common)) == 0);
    cr_expect(strncmp(real.said[0] + strlen(common), ",ttl,", 5) == 0); /* and each other name */
    bench_close(&virtual);
    bench_close(&real);
}

Test(upper, what_is_asked_for_is_what_leaves)
{
    struct bench bench = bench_open(true);
    struct v4_ip ip;
    struct v4_udp udp;

    rig_meet(bench.rig);
    say(&bench, "1 udp.bind port=4000");
    expect_reply(
        &bench,
        "2 udp.send sock=1 dst=198.18.0.1 dport=9 data=01ff ttl=3 tos=16 df=1 options=01010100",
        "2 ok");
    cr_assert(rig_out_ip(bench.rig, &ip));
    cr_expect(ip.ttl == 3 && ip.tos == 16 && ip.df && ip.src == US && ip.dst == THEM);
    cr_expect(same(ip.options, OPTIONS(1, 1, 1, 0)));
    cr_assert(v4_udp_parse(ip.data, ip.src, ip.dst, &udp) == V4_KEEP);
    cr_expect(udp.src_port == 4000 && udp.dst_port == 9);
    cr_expect(same(udp.data, OPTIONS(0x01, 0xff)));

    expect_reply(&bench, "3 ip.send dst=198.18.0.1 protocol=200 data=ab id=4321 src=198.18.1.2",
                 "3 ok");
    cr_assert(rig_out_ip(bench.rig, &ip));
    cr_expect(ip.protocol == 200 && ip.id == 4321 && ip.src == US_TOO && ip.df);
    cr_expect(same(ip.data, OPTIONS(0xab)));
    bench_close(&bench);
}

Test(upper, events_come_before_the_reply_and_once)
{
    struct bench bench = bench_open(true);
    const uint8_t data[] = {0x68, 0x69};
    struct v4_ip ip = rig_header();

    say(&bench, "1 udp.bind port=4000");
    say(&bench, "2 ip.bind protocol=200");
    rig_udp(bench.rig, ip,
            &(struct v4_udp){.src_port = 999, .dst_port = 4000, .data = {data, sizeof data}});
    ip.protocol = 200;
    ip.tos = 8;
    ip.options = OPTIONS(1, 1, 1, 0);
    rig_ip(bench.rig, &ip);
    say(&bench, "3 sync");
    cr_assert(bench.count == 3, "%zu lines", bench.count);
    cr_expect_str_eq(bench.said[0], "* udp.recv sock=1 src=198.18.0.1 sport=999 dst=198.18.0.2 "
                                    "dport=4000 data=6869 ttl=64 tos=0 options= "
                                    "specdst=198.18.0.2 iface=0");
    cr_expect_str_eq(bench.said[1], "* ip.recv sock=2 src=198.18.0.1 dst=198.18.0.2 protocol=200 "
                                    "data= ttl=64 tos=8 options=01010100 specdst=198.18.0.2 "
                                    "iface=0");
    cr_expect_str_eq(bench.said[2], "3 ok");
    expect_reply(&bench, "4 sync", "4 ok");
    bench_close(&bench);
}

Test(upper, errors_reach_the_user_with_the_socket)
{
    struct bench bench = bench_open(true);
    struct v4_ip sent;
    char want[256];
    size_t at;

    rig_meet(bench.rig);
    say(&bench, "1 udp.bind port=4000");
    say(&bench, "2 udp.send sock=1 dst=198.18.0.1 dport=9 data=");
    cr_assert(rig_out_ip(bench.rig, &sent));
    const uint8_t *quote = bench.rig->out + V4_ETHER_HEADER;
    at = (size_t)snprintf(want, sizeof want, "* icmp.error type=3 code=4 src=198.18.0.1 data=");
    for (size_t i = 0; i < 28; i++)
        at += (size_t)snprintf(want + at, sizeof want - at, "%02x", quote[i]);
    snprintf(want + at, sizeof want - at, " rest=00000400 sock=1");
    rig_icmp(bench.rig, rig_header(),
             &(struct v4_icmp){.type = 3, .code = 4, .rest = 0x400, .data = {quote, 28}});
    say(&bench, "3 sync");
    cr_assert(bench.count == 2, "%zu lines", bench.count);
    cr_expect_str_eq(bench.said[0], want);
    bench_close(&bench);
}

/* 65,507 octets of UDP data with 40 octets of options do not fit one datagram; 65,467 do. */
Test(upper, the_longest_datagram_fits_a_line)
{
    struct bench bench = bench_open(true);
    uint8_t *data = calloc(1, 65467), options[40];
    struct v4_ip ip = rig_header();

    cr_assert(data != NULL);
    memset(data, 0xa5, 65467);
    memset(options, V4_OPTION_NOP, sizeof options);
    ip.options = (struct v4_span){options, sizeof options};
    say(&bench, "1 udp.bind port=4000");
    rig_udp(bench.rig, ip,
            &(struct v4_udp){.src_port = 65535, .dst_port = 4000, .data = {data, 65467}});
    say(&bench, "2 sync");
    cr_assert(bench.count == 2);
    cr_expect(strlen(bench.said[0]) <= V4_LINE_MAX);
    const char *hex = strstr(bench.said[0], " data=");
    cr_assert(hex != NULL);
    cr_expect(strspn(hex + 6, "a5") == (size_t)2 * 65467);
    cr_expect(strstr(hex, " ttl=64 tos=0 options=01010101") != NULL);
    free(data);
    bench_close(&bench);
}

Test(upper, a_conflict_is_told)
{
    struct bench bench = bench_open(true);

    rig_arp(bench.rig, V4_ARP_REPLY, (struct v4_mac){{2, 0, 0, 0xab, 0, 9}}, US, US);
    say(&bench, "1 sync");
    cr_assert(bench.count == 2, "%zu lines", bench.count);
    cr_expect_str_eq(bench.said[0], "* conflict iface=0 addr=198.18.0.2 mac=020000ab0009");
    bench_close(&bench);
}

Test(upper, counters_by_name)
{
    struct bench bench = bench_open(true);
    struct v4_ip ip = rig_header();

    ip.protocol = 99;
    rig_ip(bench.rig, &ip);
    say(&bench, "1 counters");
    cr_expect(strstr(bench.said[0], " ether.in=1 ") != NULL, "%s", bench.said[0]);
    cr_expect(strstr(bench.said[0], " ipInReceives=1 ") != NULL, "%s", bench.said[0]);
    cr_expect(strstr(bench.said[0], " drop.PROTOCOL=1") != NULL, "%s", bench.said[0]);
    cr_expect(strstr(bench.said[0], "=0") == NULL, "%s", bench.said[0]);
    bench_close(&bench);
}

Test(upper, what_is_discarded_is_logged_while_it_is_asked_for)
{
    struct bench bench = bench_open(true);
    const uint8_t packet[20] = {0x55, 0, 0, 20};

    rig_packet(bench.rig, V4_ETHER_TYPE_IP, packet, sizeof packet);
    say(&bench, "1 sync");
    cr_expect(bench.count == 1, "not before");
    say(&bench, "2 set name=log value=1");
    rig_packet(bench.rig, V4_ETHER_TYPE_IP, packet, sizeof packet);
    say(&bench, "3 sync");
    cr_assert(bench.count == 2);
    cr_expect_str_eq(bench.said[0], "* log reason=VERSION at=1000 "
                                    "data=5500001400000000000000000000000000000000");
    say(&bench, "4 reset");
    rig_packet(bench.rig, V4_ETHER_TYPE_IP, packet, sizeof packet);
    say(&bench, "5 sync");
    cr_expect(bench.count == 1, "reset has ended it");
    bench_close(&bench);
}

Test(text, is_empty_until_something_is_put)
{
    static struct v4_text text;

    v4_text_start(&text);
    v4_text_put(&text, " %s=%u", "a", 1U);
    v4_text_octets(&text, "b", (struct v4_span){(const uint8_t *)"\x01\xfe", 2});
    cr_expect_str_eq(text.octets, " a=1 b=01fe");
    v4_text_start(&text);
    cr_expect(text.len == 0);
    cr_expect_str_eq(text.octets, "");
}
