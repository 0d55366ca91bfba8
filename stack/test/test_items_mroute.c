/* SPDX-License-Identifier: BSD-2-Clause */
#include "users.h"

#define ADD "1 add kind=mroute iface=0 addr=233.252.0.1 "
#define LONG ADD "ttls=0,0,0,0,0,0,0,0"
#define WRONG "1 err code=EINVAL"

static const struct {
    const char *line, *reply;
} session[] = {
    {ADD "ttls=0,16", "1 ok"},
    {ADD "ttls=0,16", "1 err code=EEXIST"},
    {ADD "src=192.0.2.9 ttls=0,255 members=1 expiry=4294967295", "1 ok"},
    {ADD "src=192.0.2.8 ttls=", WRONG},
    {ADD "src=192.0.2.8 ttls=1,", WRONG},
    {ADD "src=192.0.2.8 ttls=,1", WRONG},
    {ADD "src=192.0.2.8 ttls=0,256", WRONG},
    {ADD "src=192.0.2.8 ttls=0,0001", WRONG},
    {ADD "src=192.0.2.8 ttls=0,-1", WRONG},
    {ADD "src=192.0.2.8 ttls=0,1x", WRONG},
    {ADD "src=192.0.2.8 ttls=0,1,1", WRONG}, /* there are two interfaces */
    {LONG ",0 src=192.0.2.8", WRONG},
    {LONG " src=192.0.2.8", "1 ok"},
    {ADD "src=192.0.2.7", WRONG},
    {ADD "src=192.0.2.7 ttls=0 members=2", WRONG},
    {ADD "src=192.0.2.7 ttls=0 expiry=4294967296", WRONG},
    {ADD "src=192.0.2.7 ttls=0 florp=1", WRONG},
    {ADD "src=233.252.0.9 ttls=0", WRONG},
    {"1 add kind=mroute iface=2 addr=233.252.0.1 src=192.0.2.7 ttls=0", WRONG},
    {"1 add kind=mroute iface=0 addr=192.0.2.1 ttls=0", WRONG},
    {"1 add kind=mroute iface=0 addr=224.0.0.1 ttls=0", WRONG},
    {"1 add kind=mroute addr=233.252.0.2 ttls=0", WRONG},
    {"1 add kind=mroute iface=1 addr=233.252.0.2 src=0.0.0.0 ttls=0,0", "1 ok"},
    {"1 list kind=mroute iface=0 florp=1", WRONG},
    {"1 del kind=mroute addr=233.252.0.2 src=192.0.2.9", "1 err code=ENOENT"},
    {"1 del kind=mroute src=192.0.2.9", WRONG},
    {"1 del kind=mroute addr=233.252.0.1 src=192.0.2.8", "1 ok"},
    {"1 del kind=mroute addr=233.252.0.1 src=192.0.2.8", "1 err code=ENOENT"},
};

static char said[512];

static void keep_all(void *context, const char *line)
{
    (void)context;
    strncat(said, line, sizeof said - strlen(said) - 1);
    strncat(said, "\n", sizeof said - strlen(said) - 1);
}

static const char *listed(struct users *users, const char *line)
{
    said[0] = '\0';
    v4_upper_line(users->upper, line, users->rig->now, keep_all, NULL);
    return said;
}

Test(items_mroute, are_added_listed_and_taken_back)
{
    struct users users = open_users();

    for (size_t i = 0; i < COUNT(session); i++)
        cr_expect(is(&users, session[i].line, session[i].reply), "%s: %s", session[i].line,
                  users.reply);
    users.rig->now += 1500 * V4_MS;
    cr_expect_str_eq(listed(&users, "1 list kind=mroute"),
                     "* mroute iface=0 addr=233.252.0.1 src=0.0.0.0 ttls=0,16 members=0 expiry=0 "
                     "unused=1500 hits=0\n"
                     "* mroute iface=0 addr=233.252.0.1 src=192.0.2.9 ttls=0,255 members=1 "
                     "expiry=4294967295 unused=1500 hits=0\n"
                     "* mroute iface=1 addr=233.252.0.2 src=0.0.0.0 ttls=0 members=0 expiry=0 "
                     "unused=1500 hits=0\n1 ok\n");
    cr_expect_str_eq(listed(&users, "1 list kind=mroute iface=1"),
                     "* mroute iface=1 addr=233.252.0.2 src=0.0.0.0 ttls=0 members=0 expiry=0 "
                     "unused=1500 hits=0\n1 ok\n");
    cr_expect(is(&users, "1 reset", "1 ok"));
    cr_expect_str_eq(listed(&users, "1 list kind=mroute"), "1 ok\n");
    close_users(&users);
}

static const struct {
    const char *line, *reply;
} switches[] = {
    {"1 get name=multicast-forwarding", "1 ok value=0"},
    {"1 get name=multicast-forwarding iface=1", "1 ok value=1"},
    {"1 set name=multicast-forwarding iface=1 value=0", "1 ok"},
    {"1 get name=multicast-forwarding iface=1", "1 ok value=0"},
    {"1 get name=multicast-forwarding iface=0", "1 ok value=1"},
    {"1 set name=multicast-forwarding iface=1 value=2", WRONG},
    {"1 set name=multicast-forwarding iface=2 value=1", WRONG},
    {"1 get name=multicast-forwarding iface=2", WRONG},
    {"1 set name=multicast-forwarding value=1", "1 ok"},
    {"1 get name=multicast-forwarding", "1 ok value=1"},
    {"1 get name=multicast-forwarding iface=1", "1 ok value=0"},
};

Test(items_mroute, are_there_for_interfaces_that_take_part)
{
    struct users users = open_users();

    for (size_t i = 0; i < COUNT(switches); i++)
        cr_expect(is(&users, switches[i].line, switches[i].reply), "%s: %s", switches[i].line,
                  users.reply);
    close_users(&users);
}

/* The events, as lines. */
Test(items_mroute, are_asked_for)
{
    static const uint8_t data[4];
    struct users users = open_users();
    struct v4_ip ip = {.ttl = 9,
                       .protocol = 200,
                       .src = V4_ADDR(192, 0, 2, 9),
                       .dst = V4_ADDR(233, 252, 0, 1),
                       .data = {data, sizeof data}};

    cr_expect(is(&users, "1 set name=forwarding value=1", "1 ok"));
    cr_expect(is(&users, "1 set name=multicast-forwarding value=1", "1 ok"));
    users.rig->to = (struct v4_mac){{1, 0, 0x5e, 124, 0, 1}};
    rig_ip(users.rig, &ip);
    cr_expect_str_eq(listed(&users, "1 sync"),
                     "* mroute.missing iface=0 src=192.0.2.9 dst=233.252.0.1\n1 ok\n");
    cr_expect(is(&users, "1 add kind=mroute iface=1 addr=233.252.0.1 ttls=0", "1 ok"));
    cr_expect_str_eq(listed(&users, "1 sync"), "1 ok\n");
    users.rig->now += V4_SECOND;
    rig_ip(users.rig, &ip);
    cr_expect_str_eq(listed(&users, "1 sync"),
                     "* mroute.wrong iface=0 src=192.0.2.9 dst=233.252.0.1\n1 ok\n");
    close_users(&users);
}
