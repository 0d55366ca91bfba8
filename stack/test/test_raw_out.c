/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include "users.h"

/* A user of protocol 253 (socket 1) and one of UDP (socket 2). */
static struct users open_both(void)
{
    struct users users = open_users();

    cr_assert(is(&users, "1 ip.bind protocol=253", "1 ok sock=1"));
    cr_assert(is(&users, "1 udp.bind port=4000", "1 ok sock=2"));
    return users;
}

static struct v4_ip sent(struct users *users)
{
    struct v4_ip ip = {0};

    cr_expect(is(users, "1 ip.send sock=1 dst=198.18.0.1 protocol=253 data=6162", "1 ok"));
    cr_assert(rig_out_ip(users->rig, &ip));
    return ip;
}

Test(raw_out, it_sends_with_what_it_was_told)
{
    struct users users = open_both();
    static const uint8_t route[] = {7, 7, 4, 0, 0, 0, 0, 0};

    cr_expect(sent(&users).ttl == 64 && sent(&users).df);
    cr_assert(is(&users, "1 set name=ttl value=9 sock=1", "1 ok"));
    cr_assert(is(&users, "1 set name=tos value=16 sock=1", "1 ok"));
    cr_assert(is(&users, "1 set name=df value=0 sock=1", "1 ok"));
    cr_assert(is(&users, "1 set name=options value=0707040000000000 sock=1", "1 ok"));
    struct v4_ip ip = sent(&users);
    cr_expect(ip.ttl == 9 && ip.tos == 16 && !ip.df && ip.protocol == 253);
    cr_expect(ip.options.len == sizeof route && ip.options.octets[0] == 7);
    cr_assert(is(&users, "1 ip.send dst=198.18.0.1 protocol=253 data=6162", "1 ok"));
    cr_assert(rig_out_ip(users.rig, &ip));
    cr_expect(ip.ttl == 64 && ip.tos == 0 && ip.options.len == 0, "by nobody's settings");
    close_users(&users);
}

Test(raw_out, a_datagram_says_more_than_its_socket)
{
    struct users users = open_both();
    struct v4_ip ip;

    cr_assert(is(&users, "1 set name=ttl value=9 sock=1", "1 ok"));
    cr_assert(
        is(&users, "1 ip.send sock=1 dst=198.18.0.1 protocol=253 data=61 ttl=3 df=0", "1 ok"));
    cr_assert(rig_out_ip(users.rig, &ip));
    cr_expect(ip.ttl == 3 && !ip.df);
    close_users(&users);
}

static const struct {
    const char *line, *reply;
} refused[] = {
    {"1 ip.send sock=1 dst=198.18.0.1 protocol=254 data=", "1 err code=EINVAL"},
    {"1 ip.send sock=2 dst=198.18.0.1 protocol=17 data=", "1 err code=EBADF"},
    {"1 ip.send sock=9 dst=198.18.0.1 protocol=253 data=", "1 err code=EBADF"},
    {"1 ip.send sock=0 dst=198.18.0.1 protocol=253 data=", "1 err code=EBADF"},
    {"1 set name=reports value=1 sock=9", "1 err code=EBADF"},
    {"1 set name=by-iface value=1 sock=9", "1 err code=EBADF"},
    {"1 add kind=group sock=0 addr=233.252.0.1", "1 err code=EBADF"},
    {"1 set name=multicast-loop value=2 sock=1", "1 err code=EINVAL"},
    {"1 ip.send sock=x dst=198.18.0.1 protocol=253 data=", "1 err code=EINVAL"},
    {"1 set name=df value=3 sock=1", "1 err code=EINVAL"},
    {"1 set name=checksum value=0 sock=1", "1 err code=EINVAL"},
    {"1 get name=checksum sock=1", "1 err code=EINVAL"},
    {"1 set name=peer value=198.18.0.1 sock=1", "1 err code=EINVAL"},
    {"1 set name=peer-port value=9 sock=1", "1 err code=EINVAL"},
    {"1 set name=by-iface value=1 sock=1", "1 err code=EINVAL"},
    {"1 get name=by-iface sock=1", "1 err code=EINVAL"},
};

Test(raw_out, what_it_may_not)
{
    struct users users = open_both();

    for (size_t i = 0; i < COUNT(refused); i++)
        cr_expect(is(&users, refused[i].line, refused[i].reply), "%s: %s", refused[i].line,
                  users.reply);
    cr_expect(rig_silent(users.rig));
    close_users(&users);
}

Test(raw_out, broadcasts_with_leave_only)
{
    static const char *const places[] = {"255.255.255.255", "198.18.0.255", "198.18.1.255"};
    struct users users = open_both();
    struct v4_ip ip;
    char line[96];

    for (unsigned leave = 2; leave-- > 0;) {
        for (size_t i = 0; i < COUNT(places); i++) {
            snprintf(line, sizeof line, "1 ip.send sock=1 dst=%s protocol=253 data=", places[i]);
            cr_expect(is(&users, line, leave ? "1 ok" : "1 err code=EACCES"), "%s", places[i]);
            cr_expect(rig_out_ip(users.rig, &ip) == leave);
        }
        cr_assert(is(&users, "1 set name=broadcast value=0 sock=1", "1 ok"));
    }
    cr_expect(is(&users, "1 get name=broadcast sock=1", "1 ok value=0"));
    cr_expect(sent(&users).dst == THEM);
    close_users(&users);
}

Test(raw_out, groups_by_its_interface_and_with_its_time_to_live)
{
    struct users users = open_both();
    const char *line = "1 ip.send sock=1 dst=233.252.0.9 protocol=253 data=61";
    struct v4_ip ip;

    cr_expect(is(&users, line, "1 ok") && rig_out_ip(users.rig, &ip));
    cr_expect(users.rig->out_iface == 0 && ip.ttl == 1 && ip.src == US);
    cr_assert(is(&users, "1 set name=multicast-iface value=1 sock=1", "1 ok"));
    cr_assert(is(&users, "1 set name=multicast-ttl value=3 sock=1", "1 ok"));
    cr_expect(is(&users, line, "1 ok") && rig_out_ip(users.rig, &ip));
    cr_expect(users.rig->out_iface == 1 && ip.ttl == 3 && ip.src == US_TOO);
    cr_expect(sent(&users).ttl == 64 && users.rig->out_iface == 0);
    close_users(&users);
}

/* A route of 1000 octets, on a link of 1500: what each says of Don't Fragment. */
static const struct {
    const char *df;
    size_t len;
    const char *reply;
    unsigned packets;
    bool set;
} wishes[] = {
    {"0", 1200, "1 ok", 2, false}, {"0", 900, "1 ok", 1, false},
    {"1", 900, "1 ok", 1, true},   {"1", 1200, "1 err code=EMSGSIZE", 0, false},
    {"2", 1200, "1 ok", 1, true},  {"2", 1481, "1 err code=EMSGSIZE", 0, false},
};

Test(raw_out, dont_fragment_of_a_socket)
{
    static const char *const sends[] = {"1 ip.send sock=1 dst=192.0.2.1 protocol=253 data=",
                                        "1 udp.send sock=2 dst=192.0.2.1 dport=9 data="};
    static char line[4096];
    struct users users = open_both();
    struct v4_ip ip;

    cr_assert(is(&users, "1 add kind=path dst=192.0.2.1 mtu=1000", "1 ok"));
    for (size_t i = 0; i < 2 * COUNT(wishes); i++) {
        size_t n = i / 2, udp = i % 2, at, packets = 0;
        snprintf(line, sizeof line, "1 set name=df value=%s sock=%zu", wishes[n].df, 1 + udp);
        cr_assert(is(&users, line, "1 ok"));
        at = (size_t)snprintf(line, sizeof line, "%s", sends[udp]);
        memset(line + at, '0', 2 * (wishes[n].len - 8 * udp));
        line[at + 2 * (wishes[n].len - 8 * udp)] = '\0';
        cr_expect(is(&users, line, wishes[n].reply), "%zu: %s", i, users.reply);
        for (; rig_out_ip(users.rig, &ip); packets++)
            cr_expect(ip.df == wishes[n].set, "%zu", i);
        cr_expect(packets == wishes[n].packets, "%zu: %zu", i, packets);
    }
    cr_expect(is(&users, "1 get name=df sock=1", "1 ok value=2"));
    close_users(&users);
}

Test(raw_out, an_error_waits_for_it_too)
{
    struct users users = open_both();
    struct v4_ip ip = sent(&users);
    uint8_t quote[22];

    memcpy(quote, users.rig->out + V4_ETHER_HEADER, sizeof quote);
    rig_icmp(users.rig, rig_header(),
             &(struct v4_icmp){.type = 3, .code = 2, .data = {quote, sizeof quote}});
    cr_expect(is(&users, "1 get name=error sock=1", "1 ok value=ECONNREFUSED"), "%s", users.reply);
    cr_expect(is(&users, "1 get name=error sock=1", "1 ok value=OK"));
    cr_expect(is(&users, "1 get name=error sock=2", "1 ok value=OK"));
    cr_expect(ip.protocol == 253);
    close_users(&users);
}
