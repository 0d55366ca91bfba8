/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

Test(settings_iface, an_interface_that_is_down_is_deaf_and_mute)
{
    struct bench bench = bench_open(true);

    rig_meet(bench.rig);
    say(&bench, "1 set name=up value=0 iface=0");
    rig_icmp(bench.rig, rig_header(), rig_echo());
    cr_expect(rig_silent(bench.rig));
    cr_expect(rig_drops(bench.rig, V4_DROP_IFACE_DOWN) == 1);
    say(&bench, "2 ip.send dst=198.18.0.1 protocol=200 data=");
    cr_expect(rig_silent(bench.rig));
    cr_expect(rig_drops(bench.rig, V4_DROP_IFACE_DOWN) == 2);
    say(&bench, "3 set name=up value=1 iface=0");
    rig_icmp(bench.rig, rig_header(), rig_echo());
    cr_expect(!rig_silent(bench.rig));
    bench_close(&bench);
}

Test(settings_iface, mtu_and_mac_hold_at_once)
{
    struct bench bench = bench_open(true);
    struct v4_ether ether;

    rig_meet(bench.rig);
    say(&bench, "1 set name=mtu value=68 iface=0");
    say(&bench, "2 set name=mac value=020000000099 iface=0");
    say(&bench, "3 ip.send dst=198.18.0.1 protocol=200 data="
                "0000000000000000000000000000000000000000000000000000000000000000"
                "000000000000000000000000000000000000");
    cr_assert(rig_out(bench.rig, &ether));
    cr_expect(ether.data.len == 68 && ether.src.octets[5] == 0x99);
    cr_assert(rig_out(bench.rig, &ether)); /* two octets more than fit */
    cr_expect(ether.data.len == 22);
    rig_icmp(bench.rig, rig_header(), rig_echo());
    cr_expect(rig_silent(bench.rig));
    bench.rig->to = (struct v4_mac){{2, 0, 0, 0, 0, 0x99}};
    rig_icmp(bench.rig, rig_header(), rig_echo());
    cr_expect(!rig_silent(bench.rig));
    bench_close(&bench);
}

Test(settings_iface, intervals_of_a_querier)
{
    static const char *const names[] = {"igmp-query-interval", "igmp-response-interval",
                                        "igmp-last-member-interval", "igmp-last-member-count"};
    static const unsigned values[] = {60, 50, 20, 3};
    struct bench bench = bench_open(true);
    char line[96], want[32];

    for (unsigned i = 0; i < 4; i++) {
        snprintf(line, sizeof line, "1 set name=%s iface=1 value=%u", names[i], values[i]);
        say(&bench, line);
        cr_expect_str_eq(bench.said[0], "1 ok", "%s", names[i]);
    }
    for (unsigned i = 0; i < 4; i++) {
        snprintf(line, sizeof line, "1 get name=%s iface=1", names[i]);
        snprintf(want, sizeof want, "1 ok value=%u", values[i]);
        say(&bench, line);
        cr_expect_str_eq(bench.said[0], want, "%s", names[i]);
    }
    bench_close(&bench);
}
