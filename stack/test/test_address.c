/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"
#include "host/inside.h"
#include "proto/address.h"

#define NEW V4_ADDR(198, 18, 0, 77)
#define OTHER_NET V4_ADDR(203, 0, 113, 9)

static const struct {
    const char *line, *reply;
} session[] = {
    /* in this order, on one host; interface 0 has 198.18.0.2/24, interface 1 198.18.1.2/24 */
    {"1 add kind=address iface=0 addr=198.18.0.77 len=24", "1 ok"},
    {"2 add kind=address iface=0 addr=198.18.0.77 len=24", "2 err code=EEXIST"},
    {"3 add kind=address iface=1 addr=198.18.0.77 len=24", "3 err code=EEXIST"},
    {"4 add kind=address iface=0 addr=203.0.113.9 len=32 deprecated=1", "4 ok"},
    {"5 add kind=address iface=1 addr=203.0.113.16 len=31", "5 ok"},
    {"6 add kind=address iface=0 addr=192.0.2.0 len=24", "6 err code=EINVAL"},
    {"7 add kind=address iface=0 addr=192.0.2.255 len=24", "7 err code=EINVAL"},
    {"8 add kind=address iface=0 addr=127.0.0.1 len=8", "8 err code=EINVAL"},
    {"9 add kind=address iface=0 addr=224.0.0.5 len=24", "9 err code=EINVAL"},
    {"10 add kind=address iface=2 addr=192.0.2.1 len=24", "10 err code=EINVAL"},
    {"11 add kind=address iface=0 addr=192.0.2.1 len=33", "11 err code=EINVAL"},
    {"12 add kind=address iface=0 addr=192.0.2.1", "12 err code=EINVAL"},
    {"13 add kind=address iface=0 addr=192.0.2.1 len=24 florp=1", "13 err code=EINVAL"},
    {"14 del kind=address iface=1 addr=198.18.0.77", "14 err code=ENOENT"},
    {"15 del kind=address iface=0 addr=192.0.2.1", "15 err code=ENOENT"},
    {"16 del kind=address iface=0", "16 err code=EINVAL"},
    {"17 list kind=address iface=9", "17 err code=EINVAL"},
};

Test(address, a_session)
{
    struct bench bench = bench_open(true);

    for (size_t i = 0; i < COUNT(session); i++)
        expect_reply(&bench, session[i].line, session[i].reply);
    say(&bench, "20 list kind=address iface=0");
    cr_assert(bench.count == 4, "%zu", bench.count);
    cr_expect_str_eq(bench.said[0],
                     "* address iface=0 addr=198.18.0.2 len=24 primary=1 deprecated=0");
    cr_expect_str_eq(bench.said[1],
                     "* address iface=0 addr=198.18.0.77 len=24 primary=0 deprecated=0");
    cr_expect_str_eq(bench.said[2],
                     "* address iface=0 addr=203.0.113.9 len=32 primary=1 deprecated=1");
    say(&bench, "21 list kind=address");
    cr_expect(bench.count == 6, "%zu", bench.count);
    expect_reply(&bench, "22 del kind=address iface=0 addr=198.18.0.2", "22 ok");
    say(&bench, "23 list kind=address iface=0");
    cr_expect_str_eq(bench.said[0],
                     "* address iface=0 addr=198.18.0.77 len=24 primary=1 deprecated=0");
    expect_reply(&bench, "24 reset", "24 ok");
    say(&bench, "25 list kind=address");
    cr_expect(bench.count == 3, "%zu", bench.count);
    bench_close(&bench);
}

static bool echoes(struct bench *bench, uint32_t addr)
{
    struct v4_ip ip = rig_header();

    ip.dst = addr;
    rig_icmp(bench->rig, ip, &(struct v4_icmp){.type = V4_ICMP_ECHO});
    return rig_out_ip(bench->rig, &ip) && ip.src == addr;
}

Test(address, an_added_one_answers_and_a_removed_one_does_not)
{
    struct bench bench = bench_open(true);

    rig_meet(bench.rig);
    cr_expect(!echoes(&bench, NEW));
    expect_reply(&bench, "1 add kind=address iface=0 addr=198.18.0.77 len=24", "1 ok");
    cr_expect(echoes(&bench, NEW));
    cr_expect(echoes(&bench, US));
    expect_reply(&bench, "2 del kind=address iface=0 addr=198.18.0.2", "2 ok");
    cr_expect(!echoes(&bench, US));
    cr_expect(echoes(&bench, NEW));
    bench_close(&bench);
}

static const struct {
    const char *add, *dst, *src; /* NULL: no address is added */
} sources[] = {
    {NULL, "198.18.0.1", "198.18.0.2"},
    {NULL, "192.0.2.1", "198.18.0.2"}, /* by the gateway */
    {NULL, "198.18.1.1", "198.18.1.2"},
    {"addr=198.18.0.77 len=24", "198.18.0.1", "198.18.0.2"}, /* a secondary one is not the first */
    {"addr=198.18.0.77 len=24 primary=1", "198.18.0.1", "198.18.0.77"},
    {"addr=198.18.0.77 len=24 primary=1 deprecated=1", "198.18.0.1", "198.18.0.2"},
    {"addr=203.0.113.9 len=24", "203.0.113.1", "203.0.113.9"},
    {"addr=203.0.113.9 len=24", "198.18.0.1", "198.18.0.2"},
    {"addr=203.0.113.8 len=31", "203.0.113.9", "203.0.113.8"},
};

Test(address, which_one_speaks)
{
    for (size_t i = 0; i < COUNT(sources); i++) {
        struct bench bench = bench_open(true);
        char line[128], reply[64];
        if (sources[i].add != NULL) {
            snprintf(line, sizeof line, "1 add kind=address iface=0 %s", sources[i].add);
            expect_reply(&bench, line, "1 ok");
        }
        snprintf(line, sizeof line, "2 get name=source dst=%s", sources[i].dst);
        snprintf(reply, sizeof reply, "2 ok value=%s", sources[i].src);
        expect_reply(&bench, line, reply);
        bench_close(&bench);
    }
}

/* A network of another address of the interface is as good as that of its first. */
Test(address, each_network_is_near)
{
    struct bench bench = bench_open(true);
    struct v4_core *core = v4_host_enter(bench.rig->host, bench.rig->now);

    expect_reply(&bench, "1 add kind=address iface=0 addr=203.0.113.9 len=25", "1 ok");
    cr_expect(v4_address_is_near(core, 0, OTHER_NET + 1) &&
              !v4_address_is_near(core, 1, OTHER_NET));
    cr_expect(v4_address_is_broadcast(core, 0, V4_ADDR(203, 0, 113, 127)));
    cr_expect(!v4_address_is_broadcast(core, 0, V4_ADDR(203, 0, 113, 255)));
    cr_expect(v4_address_is_zero_host(core, 0, V4_ADDR(203, 0, 113, 0)));
    expect_reply(&bench, "2 add kind=route net=192.0.2.0 len=24 gateway=203.0.113.77", "2 ok");
    bench_close(&bench);
}

Test(address, the_table_is_bounded)
{
    struct bench bench = bench_open(true);
    char line[128];

    for (unsigned i = 0; i < V4_ADDRESSES - 2; i++) {
        snprintf(line, sizeof line, "1 add kind=address iface=0 addr=10.0.%u.1 len=24", i);
        expect_reply(&bench, line, "1 ok");
    }
    expect_reply(&bench, "2 add kind=address iface=0 addr=10.1.0.1 len=24", "2 err code=ENOBUFS");
    bench_close(&bench);
}

Test(address, an_interface_without_one_sends_nothing)
{
    struct bench bench = bench_open(true);

    expect_reply(&bench, "1 del kind=address iface=0 addr=198.18.0.2", "1 ok");
    expect_reply(&bench, "2 ip.send dst=198.18.0.1 protocol=200 data=", "2 err code=EADDRNOTAVAIL");
    expect_reply(&bench,
                 "3 ip.send dst=255.255.255.255 protocol=200 data=", "3 err code=EADDRNOTAVAIL");
    cr_expect(rig_silent(bench.rig));
    bench_close(&bench);
}

static bool out_arp(struct bench *bench, struct v4_arp *ret_arp)
{
    struct v4_ether ether;

    return rig_out(bench->rig, &ether) && v4_arp_parse(ether.data, ret_arp) == V4_KEEP;
}

Test(address, arp_speaks_of_each)
{
    struct bench bench = bench_open(true);
    struct v4_arp arp;

    expect_reply(&bench, "1 add kind=address iface=0 addr=203.0.113.9 len=24", "1 ok");
    rig_arp(bench.rig, V4_ARP_REQUEST, THEIR_MAC, V4_ADDR(203, 0, 113, 1), OTHER_NET);
    cr_assert(out_arp(&bench, &arp));
    cr_expect(arp.operation == V4_ARP_REPLY && arp.sender == OTHER_NET);
    expect_reply(&bench, "2 ip.send dst=203.0.113.2 protocol=200 data=", "2 ok");
    cr_assert(out_arp(&bench, &arp));
    cr_expect(arp.operation == V4_ARP_REQUEST && arp.sender == OTHER_NET);
    bench_close(&bench);
}
