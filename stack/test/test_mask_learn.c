/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

static struct bench bench;

static void open_bench(void)
{
    bench = bench_open(true);
    rig_meet(bench.rig);
}

static void close_bench(void)
{
    bench_close(&bench);
}

TestSuite(mask_learn, .init = open_bench, .fini = close_bench);

static const char *ours(void)
{
    say(&bench, "9 list kind=address iface=0");
    return bench.said[0];
}

static void tell(uint32_t mask)
{
    uint8_t octets[4];

    v4_put32(octets, mask);
    rig_icmp(bench.rig, rig_header(),
             &(struct v4_icmp){.type = V4_ICMP_MASK_REPLY, .data = {octets, sizeof octets}});
}

static bool asks(void)
{
    struct v4_ip ip;
    struct v4_icmp request;

    return rig_out_icmp(bench.rig, &ip, &request) && request.type == V4_ICMP_MASK && ip.src == US &&
           ip.dst == V4_ADDR_BROADCAST && request.data.len == 4 &&
           v4_be32(request.data.octets) == 0;
}

Test(mask_learn, asks_three_times)
{
    say(&bench, "1 set name=mask-learn iface=0 value=1");
    cr_expect(asks() && rig_silent(bench.rig));
    cr_expect(v4_host_next_timeout(bench.rig->host) == bench.rig->now + 2 * V4_SECOND);
    for (unsigned i = 1; i < 3; i++) {
        rig_advance(bench.rig, 2 * V4_SECOND - 1);
        cr_expect(rig_silent(bench.rig));
        rig_advance(bench.rig, 1);
        cr_expect(asks() && rig_silent(bench.rig));
    }
    rig_advance(bench.rig, 60 * V4_SECOND);
    cr_expect(rig_silent(bench.rig));
}

Test(mask_learn, the_class_then_the_first_reply)
{
    tell(UINT32_C(0xfffff000)); /* nobody wants it */
    cr_expect(strstr(ours(), "len=24") != NULL);
    say(&bench, "1 add kind=address iface=0 addr=10.0.0.2 len=24 primary=1");
    say(&bench, "2 set name=mask-learn iface=0 value=1");
    cr_expect(strstr(ours(), "addr=10.0.0.2 len=8") != NULL, "%s", ours());
    tell(UINT32_C(0xffffffff));
    tell(UINT32_C(0xff00ff00));
    tell(0);
    cr_expect(strstr(ours(), "addr=10.0.0.2 len=8") != NULL);
    tell(UINT32_C(0xfffff000));
    tell(UINT32_C(0xffffff80));
    cr_expect(strstr(ours(), "addr=10.0.0.2 len=20") != NULL, "%s", ours());
    say(&bench, "3 set name=up iface=0 value=0");
    say(&bench, "4 set name=up iface=0 value=1");
    cr_expect(strstr(ours(), "addr=10.0.0.2 len=8") != NULL, "it begins anew");
    say(&bench, "5 set name=mask-learn iface=0 value=0");
    cr_expect(strstr(ours(), "addr=10.0.0.2 len=24") != NULL, "%s", ours());
}

Test(mask_learn, class_b_has_sixteen_bits)
{
    say(&bench, "1 add kind=address iface=0 addr=172.16.0.2 len=24 primary=1");
    say(&bench, "2 set name=mask-learn iface=0 value=1");
    cr_expect(strstr(ours(), "addr=172.16.0.2 len=16") != NULL, "%s", ours());
}

Test(mask_learn, who_is_told_asks_no_more_until_it_begins_anew)
{
    say(&bench, "1 set name=mask-learn iface=0 value=1");
    cr_expect(asks());
    tell(UINT32_C(0xfffff000));
    rig_advance(bench.rig, 60 * V4_SECOND);
    cr_expect(rig_silent(bench.rig));
    say(&bench, "2 set name=mask-learn iface=0 value=0");
    say(&bench, "3 set name=mask-learn iface=0 value=1");
    for (unsigned i = 0; i < 3; i++) {
        cr_expect(asks() && rig_silent(bench.rig), "request %u", i);
        rig_advance(bench.rig, 2 * V4_SECOND);
    }
    cr_expect(rig_silent(bench.rig));
}

Test(mask_learn, each_interface_asks_for_its_own)
{
    say(&bench, "1 set name=mask-learn iface=1 value=1");
    for (unsigned i = 0; i < 3; i++) {
        struct v4_ip ip;
        struct v4_icmp request;
        cr_assert(rig_out_icmp(bench.rig, &ip, &request), "request %u", i);
        cr_expect(request.type == V4_ICMP_MASK && ip.src == US_TOO && bench.rig->out_iface == 1);
        rig_advance(bench.rig, 2 * V4_SECOND);
    }
    cr_expect(rig_silent(bench.rig));
}

Test(mask_learn, what_cannot_be)
{
    say(&bench, "1 set name=mask-learn iface=2 value=1");
    cr_expect_str_eq(bench.said[0], "1 err code=EINVAL");
    say(&bench, "2 get name=mask-learn iface=0");
    cr_expect_str_eq(bench.said[0], "2 ok value=0");
    say(&bench, "3 del kind=address iface=0 addr=198.18.0.2");
    say(&bench, "4 set name=mask-learn iface=0 value=1");
    cr_expect_str_eq(bench.said[0], "4 err code=EADDRNOTAVAIL");
}
