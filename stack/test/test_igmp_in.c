/* SPDX-License-Identifier: BSD-2-Clause
 *
 * What is heard of IGMP, and what is not. */
#include "igmp_bench.h"

#define ALERT                                                                                      \
    {                                                                                              \
        V4_OPTION_ROUTER_ALERT, 4, 0, 0                                                            \
    }
#define LABEL                                                                                      \
    {                                                                                              \
        0, 0, 0, 0                                                                                 \
    }
#define G 233, 252, 0, 1
#define GROUP UINT32_C(0xe9fc0001)

static const struct {
    const char *what;
    const char *version, *alert; /* settings */
    uint32_t src, dst;
    size_t len;
    uint8_t octets[16], options[4];
    enum v4_drop want;
    bool answered;
} messages[] = {
    {"for all", "3", "1", THEM, V4_ADDR_ALL_HOSTS, 12, {0x11, 10}, ALERT, V4_KEEP, true},
    {"for all, to us", "3", "1", THEM, US, 12, {0x11, 10}, ALERT, V4_KEEP, true},
    {"for all, to our other interface",
     "3",
     "1",
     THEM,
     US_TOO,
     12,
     {0x11, 10},
     ALERT,
     V4_DROP_IGMP_DESTINATION,
     false},
    {"for all, to everybody",
     "3",
     "1",
     THEM,
     V4_ADDR_BROADCAST,
     12,
     {0x11, 10},
     ALERT,
     V4_DROP_IGMP_DESTINATION,
     false},
    {"for all, to the network",
     "3",
     "1",
     THEM,
     V4_ADDR(198, 18, 0, 255),
     12,
     {0x11, 10},
     ALERT,
     V4_DROP_IGMP_DESTINATION,
     false},
    {"for all, to a group",
     "3",
     "1",
     THEM,
     GROUP,
     12,
     {0x11, 10},
     ALERT,
     V4_DROP_IGMP_DESTINATION,
     false},
    {"for all, to a group that nobody is in",
     "3",
     "1",
     THEM,
     V4_ADDR(233, 252, 0, 9),
     12,
     {0x11, 10},
     ALERT,
     V4_DROP_GROUP,
     false},
    {"for the group", "3", "1", THEM, GROUP, 12, {0x11, 10, 0, 0, G}, ALERT, V4_KEEP, true},
    {"for the group, to all",
     "3",
     "1",
     THEM,
     V4_ADDR_ALL_HOSTS,
     12,
     {0x11, 10, 0, 0, G},
     ALERT,
     V4_KEEP,
     true},
    {"for the group, to us", "3", "1", THEM, US, 12, {0x11, 10, 0, 0, G}, ALERT, V4_KEEP, true},
    {"for another",
     "3",
     "1",
     THEM,
     V4_ADDR_ALL_HOSTS,
     12,
     {0x11, 10, 0, 0, 233, 252, 0, 9},
     ALERT,
     V4_KEEP,
     false},
    {"from nobody", "3", "1", V4_ADDR_ANY, V4_ADDR_ALL_HOSTS, 12, {0x11, 10}, ALERT, V4_KEEP, true},
    {"from 0.0.0.1", "3", "1", 1, V4_ADDR_ALL_HOSTS, 12, {0x11, 10}, ALERT, V4_DROP_SOURCE, false},
    {"from a group",
     "3",
     "1",
     GROUP,
     V4_ADDR_ALL_HOSTS,
     12,
     {0x11, 10},
     ALERT,
     V4_DROP_SOURCE,
     false},
    {"without an alert",
     "3",
     "1",
     THEM,
     V4_ADDR_ALL_HOSTS,
     12,
     {0x11, 10},
     LABEL,
     V4_DROP_IGMP_ALERT,
     false},
    {"version 2 without an alert",
     "3",
     "1",
     THEM,
     V4_ADDR_ALL_HOSTS,
     8,
     {0x11, 10},
     LABEL,
     V4_DROP_IGMP_ALERT,
     false},
    {"version 1 without an alert",
     "3",
     "1",
     THEM,
     V4_ADDR_ALL_HOSTS,
     8,
     {0x11, 0},
     LABEL,
     V4_KEEP,
     true},
    {"without an alert that is not asked for",
     "3",
     "0",
     THEM,
     V4_ADDR_ALL_HOSTS,
     12,
     {0x11, 10},
     LABEL,
     V4_KEEP,
     true},
    {"of 10 octets",
     "3",
     "1",
     THEM,
     V4_ADDR_ALL_HOSTS,
     10,
     {0x11, 10},
     ALERT,
     V4_DROP_IGMP_QUERY,
     false},
    {"of 4 octets",
     "3",
     "1",
     THEM,
     V4_ADDR_ALL_HOSTS,
     4,
     {0x11, 10},
     ALERT,
     V4_DROP_IGMP_TRUNCATED,
     false},
    {"DVMRP", "3", "1", THEM, V4_ADDR_ALL_HOSTS, 8, {0x13, 1}, ALERT, V4_DROP_IGMP_TYPE, false},
    {"a leave",
     "3",
     "1",
     THEM,
     V4_ADDR_ALL_HOSTS,
     8,
     {0x17, 0, 0, 0, G},
     ALERT,
     V4_DROP_IGMP_UNSERVED,
     false},
    {"a report of version 3",
     "3",
     "1",
     THEM,
     V4_ADDR_ALL_HOSTS,
     8,
     {0x22},
     ALERT,
     V4_DROP_IGMP_UNSERVED,
     false},
    {"a report of version 2", "3", "1", THEM, GROUP, 8, {0x16, 0, 0, 0, G}, ALERT, V4_KEEP, false},
    {"a report, to everybody",
     "3",
     "1",
     THEM,
     V4_ADDR_BROADCAST,
     8,
     {0x16, 0, 0, 0, G},
     ALERT,
     V4_DROP_IGMP_DESTINATION,
     false},
    {"for all, in version 1",
     "1",
     "1",
     THEM,
     V4_ADDR_ALL_HOSTS,
     8,
     {0x11, 7, 0, 0, 9},
     LABEL,
     V4_KEEP,
     true},
    {"to us, in version 1",
     "1",
     "1",
     THEM,
     US,
     8,
     {0x11, 0},
     ALERT,
     V4_DROP_IGMP_DESTINATION,
     false},
    {"to the group, in version 1",
     "1",
     "1",
     THEM,
     GROUP,
     8,
     {0x11, 0, 0, 0, G},
     ALERT,
     V4_DROP_IGMP_DESTINATION,
     false},
    {"a report to another group, in version 1",
     "1",
     "1",
     THEM,
     V4_ADDR_ALL_HOSTS,
     8,
     {0x12, 0, 0, 0, G},
     ALERT,
     V4_DROP_IGMP_DESTINATION,
     false},
};

static struct bench open_with(const char *version)
{
    struct bench bench = bench_open(true);
    char line[64];

    igmp_do(&bench, "set name=igmp-robustness iface=0 value=1");
    snprintf(line, sizeof line, "set name=igmp-version iface=0 value=%s", version);
    igmp_do(&bench, line);
    igmp_do(&bench, "udp.bind port=4000");
    igmp_do(&bench, "add kind=group sock=1 addr=" G1);
    igmp_sent(bench.rig);
    return bench;
}

Test(igmp_in, messages)
{
    for (size_t i = 0; i < COUNT(messages); i++) {
        struct bench bench = open_with(messages[i].version);
        uint8_t octets[16];
        struct v4_ip ip = {.ttl = 1,
                           .protocol = V4_PROTOCOL_IGMP,
                           .src = messages[i].src,
                           .dst = messages[i].dst,
                           .options = {messages[i].options, 4},
                           .data = {octets, messages[i].len}};

        memcpy(octets, messages[i].octets, sizeof octets);
        v4_put16(octets + 2, v4_checksum(ip.data));
        igmp_do(&bench, messages[i].alert[0] == '1' ? "set name=igmp-router-alert value=1"
                                                    : "set name=igmp-router-alert value=0");
        if (v4_addr_is_multicast(ip.dst))
            bench.rig->to = (struct v4_mac){{1, 0, 0x5e, (uint8_t)(ip.dst >> 16 & 0x7f),
                                             (uint8_t)(ip.dst >> 8), (uint8_t)ip.dst}};
        if (ip.dst == V4_ADDR(233, 252, 0, 9)) /* whose frames nobody takes */
            bench.rig->to = OUR_MAC;
        rig_ip(bench.rig, &ip);
        cr_expect(rig_reason(bench.rig) == messages[i].want, "%s: %s", messages[i].what,
                  v4_drop_name(rig_reason(bench.rig)));
        igmp_pass(&bench, 10 * V4_SECOND);
        bool answered = igmp_sent(bench.rig)[0] != '\0';
        cr_expect(answered == messages[i].answered, "%s: %s", messages[i].what, igmp_said);
        bench_close(&bench);
    }
}

/* Rules of RFC 3376 9.1 and 4.1.2: the twin of a message that was heard. */
Test(igmp_in, a_wrong_checksum)
{
    uint8_t octets[12] = {0x11, 10, 0xff, 0xff};
    struct bench bench = open_with("3");

    igmp_hear(bench.rig, V4_ADDR_ALL_HOSTS, (struct v4_span){octets, sizeof octets});
    cr_expect(rig_reason(bench.rig) == V4_DROP_IGMP_CHECKSUM);
    igmp_pass(&bench, 10 * V4_SECOND);
    cr_expect(igmp_sent(bench.rig)[0] == '\0');
    bench_close(&bench);
}

Test(igmp_in, reports_of_others_end_ones_own)
{
    static const char *const types[] = {"!12 " G1, "!16 " G1};

    for (size_t i = 0; i < COUNT(types); i++) {
        struct bench bench = open_with("2");
        PLAY(&bench, {"?2 0.0.0.0 100", ""}, {types[i], ""}, {"+20000", ""}, {"?2 " G1 " 100", ""},
             {"+10000", "0:v2(" G1 ")"});
        bench_close(&bench);
    }
}

/* RFC 4604 2.2.2 */
Test(igmp_in, nobody_speaks_for_who_wants_named_sources)
{
    struct bench bench = open_with("2");

    PLAY(&bench,
         {"set name=group-filter sock=1 addr=232.1.2.3 value=include,192.0.2.1", "0:v2(232.1.2.3)"},
         {"?2 232.1.2.3 100", ""}, {"!16 232.1.2.3", ""}, {"+10000", "0:v2(232.1.2.3)"});
    bench_close(&bench);
}

/* RFC9776-7.2.1-b */
Test(igmp_in, older_queriers_that_are_left_alone)
{
    struct bench bench = open_with("3");

    PLAY(&bench, {"set name=igmp-compatibility value=0", ""}, {"?1 0.0.0.0 0", ""},
         {"+10000", "0:IS_EX(" G1 ")"}, {"?2 0.0.0.0 10", ""}, {"+1000", "0:IS_EX(" G1 ")"},
         {"set name=igmp-compatibility value=1", ""}, {"?2 0.0.0.0 10", ""},
         {"+1000", "0:v2(" G1 ")"});
    bench_close(&bench);
}

Test(igmp_in, is_counted)
{
    struct bench bench = open_with("3");

    PLAY(&bench, {"?3 0.0.0.0 10", ""}, {"?2 0.0.0.0 10", ""}, {"!16 " G2, ""});
    say(&bench, "1 counters");
    cr_expect(strstr(bench.said[0],
                     " igmp.in=2 igmp.in.query=2 igmp.in.older=1 igmp.out.report=1") != NULL,
              "%s: the report was of a group that nobody is in", bench.said[0]);
    PLAY(&bench, {"+1000", "0:v2(" G1 ")"}, {"!16 " G1, ""},
         {"del kind=group sock=1 addr=" G1, "0:leave(" G1 ")"});
    say(&bench, "1 counters");
    cr_expect(strstr(bench.said[0], " igmp.in.report=1 ") != NULL &&
                  strstr(bench.said[0], " igmp.out.leave=1 ") != NULL,
              "%s", bench.said[0]);
    bench_close(&bench);
}
