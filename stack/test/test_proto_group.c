/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Who receives what is sent to groups, and how it leaves (RFC 1112 6 and 7). */
#include "igmp_bench.h"
#include "proto/ssm.h"

static struct bench bench;

static void set_up(void)
{
    bench = bench_open(true);
    for (unsigned i = 0; i < 2; i++)
        igmp_do(&bench, i == 0 ? "udp.bind port=4000" : "udp.bind port=4001");
    igmp_do(&bench, "ip.bind protocol=200");
}

static void tear_down(void)
{
    bench_close(&bench);
}

TestSuite(proto_group, .init = set_up, .fini = tear_down);

static void aim(const char *group)
{
    uint32_t addr = igmp_addr(group);

    bench.rig->to = (struct v4_mac){
        {1, 0, 0x5e, (uint8_t)(addr >> 16 & 0x7f), (uint8_t)(addr >> 8), (uint8_t)addr}};
}

/* How many of our users hear a datagram to the group and the port, or of protocol 200. */
static size_t heard(unsigned iface, const char *from, const char *group, uint16_t port)
{
    struct v4_ip ip = {.ttl = 1, .src = igmp_addr(from), .dst = igmp_addr(group), .protocol = 200};

    aim(group);
    bench.rig->iface = iface;
    if (port != 0)
        rig_udp(bench.rig, ip, &(struct v4_udp){.src_port = 9, .dst_port = port});
    else
        rig_ip(bench.rig, &ip);
    say(&bench, "1 sync");
    return bench.count - 1;
}

/* The destination MAC of the one frame that a line brings out by an interface. */
static void expect_frame(const char *line, unsigned iface, const char *group, unsigned ttl,
                         size_t events)
{
    struct v4_ether ether;
    struct v4_ip ip;

    igmp_do(&bench, line);
    cr_expect(bench.count == 1 + events, "%s: %zu lines", line, bench.count);
    cr_assert(rig_out(bench.rig, &ether), "%s: no frame", line);
    cr_assert(v4_ip_parse(ether.data, &ip) == V4_KEEP);
    aim(group);
    cr_expect(v4_mac_equal(ether.dst, bench.rig->to) && bench.rig->out_iface == iface, "%s", line);
    cr_expect(ip.ttl == ttl && ip.dst == igmp_addr(group) && ip.src == (iface == 0 ? US : US_TOO),
              "%s: ttl %u", line, ip.ttl);
    cr_expect(rig_silent(bench.rig), "%s: once", line);
}

Test(proto_group, whoever_has_joined_on_the_interface)
{
    igmp_do(&bench, "add kind=group sock=1 addr=" G1);
    igmp_do(&bench, "add kind=group sock=3 addr=" G1);
    cr_expect(heard(0, "198.18.0.1", G1, 4000) == 1);
    cr_expect(heard(0, "198.18.0.1", G1, 4001) == 0, "who has not");
    cr_expect(heard(0, "198.18.0.1", G1, 0) == 1, "a protocol's user");
    cr_expect(heard(1, "198.18.1.1", G1, 4000) == 0, "by another interface");
    cr_expect(heard(0, "198.18.0.1", G2, 4000) == 0, "another group");
    cr_expect(heard(0, "198.18.0.1", "224.0.0.1", 4001) == 1, "all hosts");
    igmp_do(&bench, "del kind=group sock=1 addr=" G1);
    cr_expect(heard(0, "198.18.0.1", G1, 4000) == 0, "after leaving");
    igmp_do(&bench, "ip.close sock=3");
    cr_expect(heard(0, "198.18.0.1", G1, 0) == 0);
}

Test(proto_group, of_two_groups_with_one_ethernet_address)
{
    igmp_do(&bench, "add kind=group sock=1 addr=233.252.0.1");
    cr_expect(heard(0, "198.18.0.1", "233.124.0.1", 4000) == 0);
    cr_expect(rig_reason(bench.rig) == V4_DROP_GROUP);
    cr_expect(heard(0, "198.18.0.1", "233.252.0.1", 4000) == 1);
}

Test(proto_group, each_by_its_own_filter)
{
    igmp_do(&bench, "set name=group-filter sock=1 addr=" G1 " value=include,192.0.2.1,192.0.2.2");
    igmp_do(&bench, "set name=group-filter sock=3 addr=" G1 " value=exclude,192.0.2.1,192.0.2.3");
    for (unsigned i = 1; i <= 4; i++) {
        char from[16];
        snprintf(from, sizeof from, "192.0.2.%u", i);
        cr_expect(heard(0, from, G1, 4000) == (i <= 2), "%s", from);
        cr_expect(heard(0, from, G1, 0) == (i == 2 || i == 4), "%s", from);
    }
    cr_expect(rig_drops(bench.rig, V4_DROP_GROUP_SOURCE) == 2, "what nobody wants");
    igmp_do(&bench, "set name=group-filter sock=1 addr=" G1 " value=exclude,192.0.2.1");
    cr_expect(heard(0, "192.0.2.3", G1, 4000) == 1 && heard(0, "192.0.2.1", G1, 4000) == 0);
    igmp_do(&bench, "set name=group-filter sock=1 addr=" G1 " value=include");
    cr_expect(heard(0, "192.0.2.3", G1, 4000) == 0);
    igmp_do(&bench, "set name=group-filter sock=1 addr=224.0.0.1 value=include,192.0.2.1");
    cr_expect(heard(0, "192.0.2.3", "224.0.0.1", 4000) == 0);
    cr_expect(heard(0, "192.0.2.1", "224.0.0.1", 4000) == 1);
    cr_expect(heard(0, "192.0.2.3", "224.0.0.1", 4001) == 1, "another user");
}

Test(proto_group, igmp_itself_is_not_filtered)
{
    igmp_do(&bench, "ip.bind protocol=2");
    igmp_do(&bench, "set name=group-filter sock=1 addr=" G1 " value=include,192.0.2.1");
    igmp_sent(bench.rig);
    igmp_do(&bench, "?3 " G1 " 1");
    igmp_pass(&bench, V4_SECOND);
    cr_expect(strstr(igmp_sent(bench.rig), "IS_IN") != NULL);
}

Test(proto_group, sends_straight_to_the_link)
{
    expect_frame("udp.send sock=1 dst=" G1 " dport=9 data=", 0, G1, 1, 0);
    expect_frame("udp.send sock=1 dst=239.255.255.255 dport=9 data=", 0, "239.255.255.255", 1, 0);
    expect_frame("ip.send dst=" G1 " protocol=200 data=", 0, G1, 1, 0);
    igmp_do(&bench, "add kind=route net=192.0.0.0 len=2 iface=1"); /* to hosts, as it is so short */
    expect_frame("udp.send sock=1 dst=" G1 " dport=9 data=", 0, G1, 1, 0);
    igmp_do(&bench, "set name=multicast-ttl sock=1 value=9");
    igmp_do(&bench, "set name=ttl sock=1 value=7");
    expect_frame("udp.send sock=1 dst=" G1 " dport=9 data=", 0, G1, 9, 0);
    expect_frame("udp.send sock=1 dst=" G1 " dport=9 data= ttl=5", 0, G1, 5, 0);
    igmp_do(&bench, "set name=multicast-iface sock=1 value=1");
    expect_frame("udp.send sock=1 dst=" G1 " dport=9 data=", 1, G1, 9, 0);
    expect_frame("udp.send sock=2 dst=" G1 " dport=9 data=", 0, G1, 1, 0);
    igmp_do(&bench, "add kind=route net=224.0.0.0 len=4 iface=1");
    expect_frame("udp.send sock=2 dst=" G1 " dport=9 data=", 1, G1, 1, 0);
    expect_frame("udp.send sock=2 dst=" G1 " src=198.18.0.2 dport=9 data=", 0, G1, 1, 0);
    igmp_do(&bench, "set name=multicast-iface sock=1 value=0");
    expect_frame("udp.send sock=1 dst=" G1 " dport=9 data=", 0, G1, 9, 0);
}

Test(proto_group, joins_where_it_sends)
{
    PLAY(&bench, {"add kind=route net=233.252.0.0 len=24 iface=1", ""},
         {"add kind=group sock=1 addr=" G1, "1:TO_EX(" G1 ")"},
         {"add kind=group sock=1 addr=239.0.0.1", "0:TO_EX(239.0.0.1)"});
    expect_reply(&bench, "1 get name=multicast-iface sock=1", "1 ok value=0");
}

Test(proto_group, members_here_hear_it_too)
{
    igmp_do(&bench, "add kind=group sock=1 addr=" G1);
    igmp_sent(bench.rig);
    expect_frame("udp.send sock=2 dst=" G1 " dport=4000 data=", 0, G1, 1, 1);
    expect_frame("udp.send sock=2 dst=" G2 " dport=4000 data=", 0, G2, 1, 0);
    igmp_do(&bench, "set name=multicast-iface sock=2 value=1");
    expect_frame("udp.send sock=2 dst=" G1 " dport=4000 data=", 1, G1, 1, 0);
    igmp_do(&bench, "set name=multicast-iface sock=2 value=0");
    igmp_do(&bench, "set name=multicast-loop sock=2 value=0");
    expect_frame("udp.send sock=2 dst=" G1 " dport=4000 data=", 0, G1, 1, 0);
    expect_frame("udp.send sock=1 dst=" G1 " dport=4000 data=", 0, G1, 1, 1);
}

Test(proto_group, a_time_to_live_of_nothing_stays_inside)
{
    igmp_do(&bench, "add kind=group sock=1 addr=" G1);
    igmp_sent(bench.rig);
    igmp_do(&bench, "set name=multicast-ttl sock=2 value=0");
    igmp_do(&bench, "udp.send sock=2 dst=" G1 " dport=4000 data=");
    cr_expect(bench.count == 2 && rig_silent(bench.rig));
    igmp_do(&bench, "udp.send sock=2 dst=" G2 " dport=4000 data=");
    cr_expect(bench.count == 1 && rig_silent(bench.rig));
}

Test(proto_group, no_group_in_a_route)
{
    expect_reply(&bench, "1 udp.send sock=1 dst=198.18.0.1 dport=9 data= options=830704e9fc000100",
                 "1 err code=EINVAL");
    expect_reply(&bench, "1 ip.send dst=198.18.0.1 protocol=200 data= options=070708e9fc000100",
                 "1 err code=EINVAL");
    expect_reply(&bench, "1 ip.send dst=198.18.0.1 protocol=200 data= options=8307040000020100",
                 "1 ok");
}

static const struct {
    const char *line, *reply;
} session[] = {
    {"add kind=group sock=1 addr=224.0.0.0", "EINVAL"},
    {"add kind=group sock=1 addr=223.255.255.255", "EINVAL"},
    {"add kind=group sock=1 addr=240.0.0.0", "EINVAL"},
    {"add kind=group sock=1 addr=" G1 " iface=2", "EINVAL"},
    {"add kind=group sock=1", "EINVAL"},
    {"add kind=group addr=" G1, "EINVAL"},
    {"add kind=group sock=9 addr=" G1, "EBADF"},
    {"del kind=group sock=1 addr=" G1, "ENOENT"},
    {"del kind=group sock=1 addr=224.0.0.0", "EINVAL"},
    {"add kind=group sock=1 addr=" G1, NULL},
    {"add kind=group sock=1 addr=" G1, "EEXIST"},
    {"add kind=group sock=1 addr=" G1 " iface=1", NULL},
    {"add kind=group sock=3 addr=" G1, NULL},
    {"del kind=group sock=2 addr=" G1, "ENOENT"},
    {"del kind=group sock=1 addr=" G1 " iface=1", NULL},
    {"set name=group-filter sock=1 addr=" G1 " value=florp", "EINVAL"},
    {"set name=group-filter sock=1 addr=" G1 " value=", "EINVAL"},
    {"set name=group-filter sock=1 addr=" G1 " value=include,", "EINVAL"},
    {"set name=group-filter sock=1 addr=" G1 " value=include,192.0.2", "EINVAL"},
    {"set name=group-filter sock=1 addr=" G1, "EINVAL"},
    {"set name=group-filter sock=1 addr=224.0.0.0 value=exclude", "EINVAL"},
    {"set name=group-filter sock=9 addr=" G1 " value=exclude", "EBADF"},
    {"set name=multicast-iface sock=1 value=2", "EINVAL"},
    {"set name=igmp-version iface=0 value=0", "EINVAL"},
    {"set name=igmp-version iface=0 value=4", "EINVAL"},
    {"set name=igmp-version iface=2 value=1", "EINVAL"},
    {"set name=igmp-robustness iface=0 value=0", "EINVAL"},
    {"set name=igmp-robustness iface=0 value=8", "EINVAL"},
    {"set name=igmp-mode iface=0 value=1", "EINVAL"},
    {"get name=igmp-mode iface=2", "EINVAL"},
};

Test(proto_group, what_is_asked_for)
{
    char line[128], reply[64];

    for (size_t i = 0; i < COUNT(session); i++) {
        snprintf(line, sizeof line, "1 %s", session[i].line);
        snprintf(reply, sizeof reply, session[i].reply == NULL ? "1 ok" : "1 err code=%s",
                 session[i].reply);
        expect_reply(&bench, line, reply);
    }
}

static const struct {
    const char *set, *get, *reply;
} values[] = {
    {NULL, "multicast-ttl sock=1", "1"},
    {"multicast-ttl value=255 sock=1", "multicast-ttl sock=1", "255"},
    {"multicast-ttl value=0 sock=1", "multicast-ttl sock=1", "0"},
    {NULL, "multicast-loop sock=1", "1"},
    {"multicast-loop value=0 sock=1", "multicast-loop sock=1", "0"},
    {NULL, "multicast-loop sock=2", "1"},
    {"multicast-iface value=1 sock=1", "multicast-iface sock=1", "1"},
    {"multicast-iface value=0 sock=1", "multicast-iface sock=1", "0"},
    {NULL, "group-filter sock=1 addr=" G1, "include"},
    {"group-filter value=exclude sock=1 addr=" G1, "group-filter sock=1 addr=" G1, "exclude"},
    {"group-filter value=include,192.0.2.9,192.0.2.1 sock=1 addr=" G1,
     "group-filter sock=1 addr=" G1, "include,192.0.2.1,192.0.2.9"},
    {NULL, "group-filter sock=1 iface=1 addr=" G1, "include"},
    {NULL, "igmp-version iface=0", "3"},
    {"igmp-version iface=1 value=2", "igmp-version iface=1", "2"},
    {NULL, "igmp-version iface=0", "3"},
    {NULL, "igmp-mode iface=1", "2"},
    {NULL, "igmp-robustness iface=0", "2"},
    {"igmp-robustness iface=1 value=7", "igmp-robustness iface=1", "7"},
    {NULL, "igmp-robustness iface=0", "2"},
};

Test(proto_group, settings)
{
    char line[128], reply[64];

    for (size_t i = 0; i < COUNT(values); i++) {
        snprintf(line, sizeof line, "set name=%s", values[i].set);
        if (values[i].set != NULL)
            igmp_do(&bench, line);
        snprintf(line, sizeof line, "1 get name=%s", values[i].get);
        snprintf(reply, sizeof reply, "1 ok value=%s", values[i].reply);
        expect_reply(&bench, line, reply);
    }
}

Test(proto_group, is_listed)
{
    static const char *const want[] = {
        "* group iface=0 addr=224.0.0.1 mode=exclude sources=",
        "* group iface=0 addr=" G2 " mode=include sources=192.0.2.1,192.0.2.2",
        "* group iface=1 addr=224.0.0.1 mode=exclude sources=",
        "* group iface=1 addr=" G1 " mode=exclude sources=192.0.2.1",
        "1 ok",
    };

    igmp_do(&bench, "set name=group-filter sock=1 addr=" G1 " iface=1 value=exclude,192.0.2.1");
    igmp_do(&bench, "set name=group-filter sock=1 addr=" G2 " value=include,192.0.2.2,192.0.2.1");
    igmp_do(&bench, "add kind=group sock=1 addr=224.0.0.1");
    say(&bench, "1 list kind=group");
    cr_assert(bench.count == COUNT(want));
    for (size_t i = 0; i < COUNT(want); i++)
        cr_expect(strcmp(bench.said[i], want[i]) == 0, "%s", bench.said[i]);
    say(&bench, "1 list kind=group iface=1");
    cr_expect(bench.count == 3);
    igmp_do(&bench, "reset");
    say(&bench, "1 list kind=group");
    cr_expect(bench.count == 3);
}

Test(proto_group, more_sources_than_there_is_room_for)
{
    char line[4096] = "1 set name=group-filter sock=1 addr=" G1 " value=include";

    for (unsigned i = 0; i < V4_FILTER_SOURCES; i++)
        snprintf(line + strlen(line), sizeof line - strlen(line), ",192.0.2.%u", i);
    expect_reply(&bench, line, "1 ok");
    strcat(line, ",192.0.3.1");
    expect_reply(&bench, line, "1 err code=ENOBUFS");
    expect_reply(&bench, "1 set name=group-filter sock=2 addr=" G1 " value=include,192.0.3.1",
                 "1 err code=ENOBUFS");
    expect_reply(&bench, "1 get name=group-filter sock=2 addr=" G1, "1 ok value=include");
}

Test(proto_group, more_groups_than_there_is_room_for)
{
    char line[128];
    unsigned joined = 0;

    do {
        snprintf(line, sizeof line, "1 add kind=group sock=1 addr=239.1.%u.%u", joined >> 8,
                 joined & 255);
        say(&bench, line);
        joined++;
    } while (strcmp(bench.said[0], "1 ok") == 0 && joined < 1000);
    cr_expect(strcmp(bench.said[0], "1 err code=ENOBUFS") == 0 && joined > 64);
    igmp_do(&bench, "udp.close sock=1");
    igmp_do(&bench, "add kind=group sock=2 addr=" G1);
}

/* RFC 4604 2. */
Test(proto_group, which_are_source_specific_is_set)
{
    static const char *const lines[][2] = {
        {"1 add kind=ssm-range net=233.252.0.7 len=24", "1 ok"},
        {"1 add kind=ssm-range net=233.252.0.0 len=24", "1 err code=EEXIST"},
        {"1 add kind=ssm-range net=198.18.0.0 len=24", "1 err code=EINVAL"},
        {"1 add kind=ssm-range net=224.0.0.0 len=3", "1 err code=EINVAL"},
        {"1 del kind=ssm-range net=224.0.0.0 len=4", "1 err code=ENOENT"},
        {"1 del kind=ssm-range net=224.0.0.0 len=3", "1 err code=EINVAL"},
        {"1 list kind=ssm-range iface=0", "1 err code=EINVAL"},
        {"1 add kind=group sock=1 addr=233.252.0.255", "1 err code=EINVAL"},
        {"1 add kind=group sock=1 addr=233.252.1.0", "1 ok"},
        {"1 add kind=group sock=1 addr=232.1.2.3", "1 err code=EINVAL"},
        {"1 del kind=ssm-range net=232.0.0.0 len=8", "1 ok"},
        {"1 add kind=group sock=1 addr=232.1.2.3", "1 ok"},
    };

    for (size_t i = 0; i < COUNT(lines); i++)
        expect_reply(&bench, lines[i][0], lines[i][1]);
    say(&bench, "1 list kind=ssm-range");
    cr_assert(bench.count == 2);
    cr_expect(strcmp(bench.said[0], "* ssm-range net=233.252.0.0 len=24") == 0);
    for (unsigned i = 0; i < V4_SSM_RANGES - 1; i++) {
        char line[80];
        snprintf(line, sizeof line, "1 add kind=ssm-range net=239.0.0.%u len=32", i);
        expect_reply(&bench, line, "1 ok");
    }
    expect_reply(&bench, "1 add kind=ssm-range net=239.0.0.9 len=32", "1 err code=ENOBUFS");
    igmp_do(&bench, "reset");
    say(&bench, "1 list kind=ssm-range");
    cr_assert(bench.count == 2);
    cr_expect(strcmp(bench.said[0], "* ssm-range net=232.0.0.0 len=8") == 0);
}

Test(proto_group, an_embedder_does_the_same)
{
    struct v4_filter filter = {.mode = V4_FILTER_INCLUDE, .count = 1, .sources = {0xc0000201}};
    struct v4_host *host = bench.rig->host;
    v4_time now = bench.rig->now;
    uint32_t group = igmp_addr(G1);

    cr_expect(v4_host_group_join(host, 9, 0, group, now) == V4_EBADF);
    cr_expect(v4_host_group_leave(host, 9, 0, group, now) == V4_EBADF);
    cr_expect(v4_host_group_filter(host, 9, 0, group, &filter, now) == V4_EBADF);
    cr_expect(v4_host_group_join(host, 3, 1, group, now) == V4_OK);
    cr_expect(strcmp(igmp_sent(bench.rig), "1:TO_EX(" G1 ")") == 0);
    cr_expect(v4_host_group_filter(host, 3, 1, group, &filter, now) == V4_OK);
    cr_expect(strcmp(igmp_sent(bench.rig), "1:TO_IN(" G1 ",192.0.2.1)") == 0);
    cr_expect(v4_host_group_leave(host, 3, 1, group, now) == V4_OK);
    cr_expect(strcmp(igmp_sent(bench.rig), "1:TO_IN(" G1 ")") == 0);
}
