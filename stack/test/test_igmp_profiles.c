/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What the profiles have otherwise about groups. */
#include "igmp_bench.h"

static struct bench open_in(const char *profile)
{
    struct bench bench = {.rig = rig_open(profile)};

    bench.upper = v4_upper_open(bench.rig->host, true);
    cr_assert(bench.upper != NULL);
    igmp_do(&bench, "udp.bind port=4000");
    igmp_do(&bench, "udp.bind port=4001");
    return bench;
}

static const char *const older[] = {"rfc791", "rfc1122", "rfc1812"};

Test(igmp_profiles, version_1_is_older_than_2)
{
    for (size_t i = 0; i < COUNT(older); i++) {
        struct bench bench = open_in(older[i]);
        PLAY(&bench, {"add kind=group sock=1 addr=" G1, "0:v1(" G1 ")"}, {"+10000", "0:v1(" G1 ")"},
             {"del kind=group sock=1 addr=" G1, ""}, {"+20000", ""},
             {"add kind=group sock=1 addr=232.1.2.3", "0:v1(232.1.2.3)"});
        bench_close(&bench);
    }
}

Test(igmp_profiles, a_group_of_named_sources)
{
    struct bench bench = open_in("modern");

    expect_reply(&bench, "1 add kind=group sock=1 addr=232.1.2.3", "1 err code=EINVAL");
    expect_reply(&bench, "1 set name=group-filter sock=1 addr=232.1.2.3 value=exclude,192.0.2.1",
                 "1 err code=EINVAL");
    PLAY(&bench, {"set name=group-filter sock=1 addr=232.1.2.3 value=include,192.0.2.1",
                  "0:ALLOW(232.1.2.3,192.0.2.1)"});
    bench_close(&bench);
}

static void hear_datagram(struct bench *bench, const char *group, uint16_t port)
{
    struct v4_ip ip = rig_header();
    uint32_t addr = igmp_addr(group);

    ip.dst = addr;
    bench->rig->to = (struct v4_mac){
        {1, 0, 0x5e, (uint8_t)(addr >> 16 & 0x7f), (uint8_t)(addr >> 8), (uint8_t)addr}};
    rig_udp(bench->rig, ip, &(struct v4_udp){.src_port = 9, .dst_port = port});
    say(bench, "2 sync");
}

Test(igmp_profiles, who_has_not_asked)
{
    struct bench bench = open_in("modern"), before = open_in("rfc1122");

    igmp_do(&bench, "add kind=group sock=1 addr=" G1);
    igmp_do(&before, "add kind=group sock=1 addr=" G1);
    hear_datagram(&bench, G1, 4000);
    cr_expect(bench.count == 2, "who is in it");
    hear_datagram(&bench, G1, 4001);
    cr_expect(bench.count == 1, "who is not");
    hear_datagram(&before, G1, 4001);
    cr_expect(before.count == 2, "who is not, when nobody asked for himself");
    hear_datagram(&bench, "224.0.0.1", 4001);
    cr_expect(bench.count == 2, "all hosts");
    hear_datagram(&before, G2, 4000);
    cr_expect(before.count == 1, "a group that nobody is in");
    bench_close(&bench);
    bench_close(&before);
}
