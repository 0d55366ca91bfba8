/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Version 3 as a host speaks it: what is said, and when. */
#include "igmp_bench.h"

static struct bench bench;

static void set_up(void)
{
    bench = bench_open(true);
    igmp_do(&bench, "udp.bind port=4000");
    igmp_do(&bench, "udp.bind port=4001");
    igmp_do(&bench, "ip.bind protocol=200");
}

static void tear_down(void)
{
    bench_close(&bench);
}

TestSuite(igmp, .init = set_up, .fini = tear_down);

Test(igmp, a_join_is_said_twice_and_a_leave_too)
{
    PLAY(&bench, {"add kind=group sock=1 addr=" G1, "0:TO_EX(" G1 ")"},
         {"+1000", "0:TO_EX(" G1 ")"}, {"+100000", ""},
         {"del kind=group sock=1 addr=" G1, "0:TO_IN(" G1 ")"}, {"+1000", "0:TO_IN(" G1 ")"},
         {"+100000", ""});
}

Test(igmp, what_is_not_understood_joins_nothing)
{
    expect_reply(&bench, "7 add kind=group sock=1 addr=" G1 " hops=1", "7 err code=EINVAL");
    PLAY(&bench, {"add kind=group sock=1 addr=" G1, "0:TO_EX(" G1 ")"});
}

Test(igmp, the_first_who_joins_and_the_last_who_leaves_count)
{
    PLAY(&bench, {"add kind=group sock=1 addr=" G1, "0:TO_EX(" G1 ")"},
         {"+1000", "0:TO_EX(" G1 ")"}, {"add kind=group sock=3 addr=" G1, ""},
         {"udp.close sock=1", ""}, {"+20000", ""}, {"ip.close sock=3", "0:TO_IN(" G1 ")"});
}

Test(igmp, who_is_closed_leaves_all)
{
    PLAY(&bench, {"set name=igmp-robustness iface=0 value=1", ""},
         {"add kind=group sock=1 addr=" G1, "0:TO_EX(" G1 ")"},
         {"add kind=group sock=1 addr=" G2, "0:TO_EX(" G2 ")"},
         {"udp.close sock=1", "0:TO_IN(" G1 ")+TO_IN(" G2 ")"});
}

Test(igmp, all_sources_that_a_query_asks_for)
{
    PLAY(&bench, {"set name=igmp-robustness iface=0 value=1", ""},
         {"set name=group-filter sock=1 addr=" G1 " value=include,192.0.2.1,192.0.2.3",
          "0:ALLOW(" G1 ",192.0.2.1,192.0.2.3)"},
         {"?3 " G1 " 10 192.0.2.3 192.0.2.2 192.0.2.1", ""},
         {"+1000", "0:IS_IN(" G1 ",192.0.2.3,192.0.2.1)"});
}

Test(igmp, each_interface_for_itself)
{
    PLAY(&bench, {"add kind=group sock=1 addr=" G1 " iface=1", "1:TO_EX(" G1 ")"},
         {"+1000", "1:TO_EX(" G1 ")"}, {"add kind=group sock=1 addr=" G1, "0:TO_EX(" G1 ")"},
         {"+1000", "0:TO_EX(" G1 ")"}, {"del kind=group sock=1 addr=" G1, "0:TO_IN(" G1 ")"},
         {"set name=multicast-iface sock=1 value=1", ""}, {"+1000", "0:TO_IN(" G1 ")"},
         {"del kind=group sock=1 addr=" G1, "1:TO_IN(" G1 ")"});
}

Test(igmp, robustness)
{
    PLAY(&bench, {"set name=igmp-robustness iface=0 value=1", ""},
         {"add kind=group sock=1 addr=" G1, "0:TO_EX(" G1 ")"}, {"+20000", ""},
         {"set name=igmp-robustness iface=0 value=4", ""},
         {"del kind=group sock=1 addr=" G1, "0:TO_IN(" G1 ")"},
         {"+3000", "0:TO_IN(" G1 ") 0:TO_IN(" G1 ") 0:TO_IN(" G1 ")"}, {"+20000", ""});
}

Test(igmp, nothing_is_said_of_all_hosts)
{
    PLAY(&bench, {"add kind=group sock=1 addr=224.0.0.1", ""}, {"+20000", ""},
         {"?3 0.0.0.0 10", ""}, {"+1000", ""}, {"?3 224.0.0.1 10", ""}, {"+1000", ""},
         {"del kind=group sock=1 addr=224.0.0.1", ""}, {"+20000", ""});
}

/* Of what is joined after the query too, as all that it takes more reports (RFC3376-5.2-a). */
Test(igmp, an_answer_in_several_reports_ends_in_time)
{
#define SIX ",192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4,192.0.2.5,192.0.2.6"
    PLAY(&bench, {"set name=igmp-robustness iface=0 value=1", ""},
         {"set name=mtu iface=0 value=68", ""},
         {"set name=group-filter sock=1 addr=" G1 " value=include" SIX, "0:ALLOW(" G1 SIX ")"},
         {"?3 0.0.0.0 100", ""},
         {"set name=group-filter sock=1 addr=" G2 " value=include" SIX, "0:ALLOW(" G2 SIX ")"},
         {"+10000", "0:IS_IN(" G1 SIX ") 0:IS_IN(" G2 SIX ")"}, {"+100000", ""});
}

Test(igmp, a_general_query_is_answered_in_one_report)
{
    PLAY(&bench, {"set name=igmp-robustness iface=0 value=1", ""},
         {"add kind=group sock=1 addr=" G1, "0:TO_EX(" G1 ")"},
         {"set name=group-filter sock=1 addr=" G2 " value=include,192.0.2.2,192.0.2.1",
          "0:ALLOW(" G2 ",192.0.2.1,192.0.2.2)"},
         {"?3 0.0.0.0 100", ""}, {"+10000", "0:IS_EX(" G1 ")+IS_IN(" G2 ",192.0.2.1,192.0.2.2)"},
         {"+100000", ""});
}

/* A set name=mtu that leaves room for so few sources, and a filter of ten. */
#define TEN                                                                                        \
    ",192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4,192.0.2.5,192.0.2.6,192.0.2.7,192.0.2.8,192.0.2.9,"  \
    "192.0.2.10"

Test(igmp, what_fits_no_report)
{
    PLAY(&bench, {"set name=igmp-robustness iface=0 value=1", ""},
         {"set name=mtu iface=0 value=68", ""}, /* 44 octets: 7 sources */
         {"set name=group-filter sock=1 addr=" G1 " value=include" TEN,
          "0:ALLOW(" G1 ",192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4,192.0.2.5,192.0.2.6,192.0.2.7) "
          "0:ALLOW(" G1 ",192.0.2.8,192.0.2.9,192.0.2.10)"},
         {"set name=group-filter sock=1 addr=" G1 " value=exclude" TEN,
          "0:TO_EX(" G1 ",192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4,192.0.2.5,192.0.2.6,192.0.2.7)"},
         {"?3 " G1 " 10", ""},
         {"+1000",
          "0:IS_EX(" G1 ",192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4,192.0.2.5,192.0.2.6,192.0.2.7)"},
         {"add kind=group sock=2 addr=" G2, "0:TO_EX(" G2 ")"},
         {"add kind=group sock=2 addr=" G1, "0:ALLOW(" G1 ",192.0.2.1,192.0.2.2,192.0.2.3,"
                                            "192.0.2.4,192.0.2.5,192.0.2.6,192.0.2.7) "
                                            "0:ALLOW(" G1 ",192.0.2.8,192.0.2.9,192.0.2.10)"});
}

Test(igmp, without_an_address_in_version_3)
{
    struct v4_ip ip;

    igmp_do(&bench, "del kind=address iface=0 addr=198.18.0.2");
    igmp_do(&bench, "add kind=group sock=1 addr=" G1);
    cr_assert(rig_out_ip(bench.rig, &ip) && ip.protocol == V4_PROTOCOL_IGMP);
    cr_expect(ip.src == 0);
}

Test(igmp, without_an_address_in_version_2)
{
    PLAY(&bench, {"set name=igmp-version iface=0 value=2", ""},
         {"del kind=address iface=0 addr=198.18.0.2", ""}, {"add kind=group sock=1 addr=" G1, ""},
         {"+20000", ""}, {"add kind=address iface=0 addr=198.18.0.5 len=24", "0:v2(" G1 ")"},
         {"+10000", "0:v2(" G1 ")"});
}

Test(igmp, an_interface_that_goes_down_and_comes_up)
{
    PLAY(&bench, {"add kind=group sock=1 addr=" G1, "0:TO_EX(" G1 ")"},
         {"+1000", "0:TO_EX(" G1 ")"},
         {"set name=group-filter sock=2 addr=" G2 " value=include,192.0.2.1",
          "0:ALLOW(" G2 ",192.0.2.1)"},
         {"+1000", "0:ALLOW(" G2 ",192.0.2.1)"},
         {"set name=up iface=0 value=0", "0:TO_IN(" G1 ")+BLOCK(" G2 ",192.0.2.1)"}, {"+20000", ""},
         {"del kind=group sock=1 addr=" G1, ""},
         {"set name=up iface=0 value=1", "0:ALLOW(" G2 ",192.0.2.1)"},
         {"+1000", "0:ALLOW(" G2 ",192.0.2.1)"});
}

static bool has_alert(struct rig *rig, uint8_t type)
{
    struct v4_ip ip;

    cr_assert(rig_out_ip(rig, &ip) && ip.protocol == V4_PROTOCOL_IGMP && ip.data.octets[0] == type);
    return ip.options.len == 4 && ip.options.octets[0] == V4_OPTION_ROUTER_ALERT;
}

Test(igmp, which_messages_alert_routers)
{
    igmp_do(&bench, "add kind=group sock=1 addr=" G1);
    cr_expect(has_alert(bench.rig, V4_IGMP_REPORT_3));
    igmp_do(&bench, "set name=igmp-version iface=0 value=2");
    igmp_do(&bench, "add kind=group sock=1 addr=" G2);
    cr_expect(has_alert(bench.rig, V4_IGMP_REPORT_2));
    igmp_do(&bench, "del kind=group sock=1 addr=" G2);
    cr_expect(has_alert(bench.rig, V4_IGMP_LEAVE));
    igmp_do(&bench, "?1 0.0.0.0 0");
    igmp_do(&bench, "add kind=group sock=1 addr=" G2);
    cr_expect(has_alert(bench.rig, V4_IGMP_REPORT_1), "of a host that knows the option");
    igmp_do(&bench, "set name=igmp-version iface=0 value=1");
    igmp_do(&bench, "add kind=group sock=2 addr=239.1.1.1");
    cr_expect(!has_alert(bench.rig, V4_IGMP_REPORT_1), "of one that does not");
}
