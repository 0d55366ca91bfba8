/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/inside.h"
#include "proto/advertise.h"
#include "proto/conflict.h"
#include "proto/group.h"
#include "rig.h"
#include "wire/router.h"

#define SECOND_OF_OURS V4_ADDR(198, 18, 0, 3)
#define NEIGHBOR V4_ADDR(198, 18, 0, 77)

static struct v4_core *core_of(struct rig *rig)
{
    return v4_host_enter(rig->host, rig->now);
}

static void forward(struct rig *rig, unsigned iface, bool on)
{
    core_of(rig)->ifaces[iface].forwarding = on;
    rig_advance(rig, 0);
}

/* None of its interfaces forwards. */
static struct rig *host(void)
{
    struct rig *rig = rig_open("modern");

    for (unsigned i = 0; i < 2; i++)
        core_of(rig)->ifaces[i].forwarding = false;
    core_of(rig)->switches.forwarding = 1;
    return rig;
}

/* On interface 0 alone. */
static struct rig *advertising(void)
{
    struct rig *rig = host();

    forward(rig, 0, true);
    return rig;
}

/* The next advertisement, until then; its `rest` and what it says, in ret_said. 0: none. */
static unsigned heard(struct rig *rig, v4_time span, struct v4_advertised ret_said[32])
{
    v4_time until = rig->now + span, next;
    struct v4_ether ether;
    struct v4_ip ip;
    struct v4_icmp icmp;
    struct v4_advertisement advertisement;

    for (;;) {
        while (rig_out(rig, &ether)) {
            if (ether.type != V4_ETHER_TYPE_IP || v4_ip_parse(ether.data, &ip) != V4_KEEP ||
                v4_icmp_parse(ip.data, &icmp) != V4_KEEP || icmp.type != 9)
                continue;
            cr_assert(v4_advertisement_parse(&icmp, &advertisement));
            cr_expect(icmp.data.len == advertisement.entries.len && advertisement.words == 2);
            cr_expect(ip.ttl == (ip.dst == V4_ADDR_BROADCAST ? 64 : 1));
            for (unsigned i = 0; i < advertisement.count && i < 32; i++)
                ret_said[i] = v4_advertisement_entry(&advertisement, i);
            return icmp.rest;
        }
        next = v4_host_next_timeout(rig->host);
        if (next > until)
            break;
        rig_advance(rig, next - rig->now);
    }
    rig_advance(rig, until - rig->now);
    return 0;
}

static unsigned rest(struct rig *rig, v4_time span)
{
    struct v4_advertised said[32];

    return heard(rig, span, said);
}

static void add(struct rig *rig, uint32_t addr, bool unadvertised, int32_t preference)
{
    cr_assert(v4_conflict_add(core_of(rig),
                              &(struct v4_address){.net = {addr, 24},
                                                   .unadvertised = unadvertised,
                                                   .preference = preference},
                              false, false) == V4_OK);
}

static void solicit(struct rig *rig, uint32_t src, uint8_t code)
{
    struct v4_icmp icmp = {.type = 10, .code = code, .rest = 0x01020304};
    struct v4_ip ip = rig_header();

    ip.src = src;
    ip.dst = V4_ADDR_BROADCAST;
    rig->to = (struct v4_mac){{255, 255, 255, 255, 255, 255}};
    rig_icmp(rig, ip, &icmp);
}

Test(advertise, each_interface_that_forwards)
{
    struct rig *rig = host();
    struct v4_advertised said[32];

    cr_expect(rest(rig, 1800 * V4_SECOND) == 0);
    forward(rig, 0, true);
    cr_expect(v4_host_next_timeout(rig->host) <= rig->now + 16 * V4_SECOND);
    cr_expect(heard(rig, 16 * V4_SECOND, said) == 0x01020708); /* 1800 seconds */
    cr_expect(rig->out_iface == 0 && said[0].addr == US && said[0].preference == 0);
    cr_expect(rig->out[0] == 1 && rig->out[2] == 0x5e && rig->out[5] == 1);
    cr_expect(v4_be32(rig->out + 14 + 12) == US && v4_be32(rig->out + 14 + 16) == 0xe0000001);
    cr_expect(rest(rig, 16 * V4_SECOND) != 0 && rest(rig, 16 * V4_SECOND) != 0);
    cr_expect(rest(rig, 449 * V4_SECOND) == 0 && rest(rig, 151 * V4_SECOND) != 0);
    forward(rig, 1, true);
    cr_expect(heard(rig, 16 * V4_SECOND, said) != 0 && said[0].addr == US_TOO);
    cr_expect(rig->out_iface == 1 && rig_all_drops(rig) == 0);
    rig_close(rig);
}

/* RFC1256-4.3-c */
Test(advertise, who_ceases_says_so_once)
{
    struct rig *rig = advertising();

    forward(rig, 0, false); /* before anybody has heard */
    cr_expect(rest(rig, 1800 * V4_SECOND) == 0);
    forward(rig, 0, true);
    cr_expect(rest(rig, 16 * V4_SECOND) != 0);
    forward(rig, 0, false);
    cr_expect(rest(rig, 0) == 0x01020000 && rest(rig, 1800 * V4_SECOND) == 0);
    forward(rig, 0, true);
    cr_expect(rest(rig, 16 * V4_SECOND) == 0x01020708);
    core_of(rig)->ifaces[0].advertise = false;
    cr_expect(v4_host_next_timeout(rig->host) == rig->now);
    cr_expect(rest(rig, 0) == 0x01020000);
    core_of(rig)->ifaces[0].advertise = true;
    cr_expect(rest(rig, 16 * V4_SECOND) != 0);
    cr_expect(v4_host_iface_set_up(rig->host, 0, false, rig->now) == V4_OK);
    cr_expect(rest(rig, 0) == 0x01020000 && rest(rig, 1800 * V4_SECOND) == 0);
    rig_close(rig);
}

Test(advertise, each_address_with_its_preference)
{
    struct rig *rig = advertising();
    struct v4_advertised said[32];

    add(rig, SECOND_OF_OURS, false, -7);
    add(rig, NEIGHBOR, true, 5);
    cr_expect(heard(rig, 16 * V4_SECOND, said) == 0x02020708);
    cr_expect(said[0].addr == US && said[0].preference == 0);
    cr_expect(said[1].addr == SECOND_OF_OURS && said[1].preference == -7);
    cr_expect(v4_host_address_remove(rig->host, 0, NEIGHBOR, rig->now) == V4_OK &&
              rest(rig, 0) == 0);
    cr_expect(v4_host_address_remove(rig->host, 1, US, rig->now) == V4_ENOENT && rest(rig, 0) == 0);
    cr_expect(v4_host_address_remove(rig->host, 0, SECOND_OF_OURS, rig->now) == V4_OK);
    cr_expect(heard(rig, 0, said) == 0x01020000 && said[0].addr == SECOND_OF_OURS);
    cr_expect(said[0].preference == -7 && v4_be32(rig->out + 14 + 12) == US);
    cr_expect(v4_host_address_remove(rig->host, 0, US, rig->now) == V4_OK);
    cr_expect(heard(rig, 0, said) == 0x01020000 && said[0].addr == US);
    cr_expect(rest(rig, 1800 * V4_SECOND) == 0);
    rig_close(rig);
}

Test(advertise, what_is_tested_first_keeps_what_it_was_told)
{
    struct rig *rig = advertising();
    struct v4_advertised said[32];
    struct v4_address address = {.net = {SECOND_OF_OURS, 24}, .preference = INT32_MIN};

    cr_expect(v4_conflict_add(core_of(rig), &address, false, true) == V4_OK);
    address = (struct v4_address){.net = {NEIGHBOR, 24}, .unadvertised = true};
    cr_expect(v4_conflict_add(core_of(rig), &address, false, true) == V4_OK);
    rig_advance(rig, 20 * V4_SECOND);
    while (heard(rig, 0, said) != 0)
        ;
    cr_expect(heard(rig, 16 * V4_SECOND, said) == 0x02020708);
    cr_expect(said[1].addr == SECOND_OF_OURS && said[1].preference == INT32_MIN);
    rig_close(rig);
}

Test(advertise, many_addresses_take_many_messages)
{
    struct rig *rig = advertising();
    struct v4_advertised said[32];

    for (unsigned i = 0; i < 11; i++)
        add(rig, V4_ADDR(198, 18, 0, 100) + i, false, (int32_t)i);
    add(rig, V4_ADDR(169, 254, 7, 7), false, 0); /* nothing is passed on for such */
    cr_assert(v4_host_iface_set_mtu(rig->host, 0, 68, rig->now) == V4_OK);
    cr_expect(heard(rig, 16 * V4_SECOND, said) == 0x05020708);
    cr_expect(heard(rig, 0, said) == 0x05020708 && said[4].preference == 8);
    cr_expect(heard(rig, 0, said) == 0x02020708 && said[1].preference == 10);
    cr_expect(rest(rig, 15 * V4_SECOND) == 0);
    rig_close(rig);
}

static const struct {
    const char *what;
    uint32_t src;
    uint8_t code;
    enum v4_drop why;
} questions[] = {
    {"of a neighbour", NEIGHBOR, 0, V4_KEEP},
    {"of who has no address", 0, 0, V4_KEEP},
    {"with code 1", NEIGHBOR, 1, V4_DROP_ICMP_SOLICITATION},
    {"with code 1, of nobody", 0, 1, V4_DROP_ICMP_SOLICITATION},
    {"of another network", FAR, 0, V4_DROP_ICMP_SOLICITATION},
    {"of another interface's", V4_ADDR(198, 18, 1, 77), 0, V4_DROP_ICMP_SOLICITATION},
};

/* RFC1256-4.2-a, RFC1256-5.2-a */
Test(advertise, valid_solicitations_are_answered)
{
    for (size_t i = 0; i < COUNT(questions); i++) {
        struct rig *rig = advertising();
        for (unsigned sent = 0; sent < 3; sent++)
            cr_assert(rest(rig, 16 * V4_SECOND) != 0);
        solicit(rig, questions[i].src, questions[i].code);
        cr_expect(rig_reason(rig) == questions[i].why, "%s", questions[i].what);
        cr_expect((rest(rig, 2 * V4_SECOND) != 0) == (questions[i].why == V4_KEEP), "%s",
                  questions[i].what);
        rig_close(rig);
    }
}

/* RFC1256-5.2-b */
Test(advertise, a_host_answers_nobody)
{
    struct rig *rig = host();

    solicit(rig, NEIGHBOR, 0);
    cr_expect(rig_reason(rig) == V4_DROP_ICMP_UNSERVED);
    solicit(rig, 0, 0);
    cr_expect(rig_drops(rig, V4_DROP_SOURCE) == 1 && rest(rig, 9 * V4_SECOND) == 0);
    forward(rig, 1, true);
    solicit(rig, 0, 0);
    cr_expect(rig_drops(rig, V4_DROP_SOURCE) == 2);
    rig_close(rig);
}

/* Nobody else speaks from no address, whatever he asks for. */
Test(advertise, nobody_may_only_solicit)
{
    struct rig *rig = advertising();
    struct v4_ip ip = rig_header();

    ip.src = 0;
    rig_icmp(rig, ip, rig_echo());
    cr_expect(rig_drops(rig, V4_DROP_SOURCE) == 1);
    rig_udp(rig, ip, &(struct v4_udp){.src_port = 10, .dst_port = 10});
    cr_expect(rig_drops(rig, V4_DROP_SOURCE) == 2);
    ip.mf = true;
    rig_icmp(rig, ip, &(struct v4_icmp){.type = 10});
    cr_expect(rig_drops(rig, V4_DROP_SOURCE) == 3);
    rig_close(rig);
}

/* RFC1256-4.3-a */
Test(advertise, who_forwards_is_in_the_group_of_all_routers)
{
    struct rig *rig = advertising();

    core_of(rig)->ifaces[0].advertise = false;
    rig_advance(rig, 0);
    cr_expect(v4_group_member(core_of(rig), 0, V4_ADDR_ALL_ROUTERS));
    cr_expect(!v4_group_member(core_of(rig), 1, V4_ADDR_ALL_ROUTERS));
    forward(rig, 0, false);
    cr_expect(!v4_group_member(core_of(rig), 0, V4_ADDR_ALL_ROUTERS));
    forward(rig, 0, true);
    v4_host_reset(rig->host);
    core_of(rig)->switches.forwarding = 1;
    rig_advance(rig, 0);
    cr_expect(v4_group_member(core_of(rig), 0, V4_ADDR_ALL_ROUTERS));
    rig_close(rig);
}

Test(advertise, to_all_hosts_or_to_everybody)
{
    struct rig *rig = advertising();

    cr_expect(v4_advertise_set_address(core_of(rig), 0, V4_ADDR_ALL_ROUTERS) == V4_EINVAL);
    cr_expect(v4_advertise_set_address(core_of(rig), 0, V4_ADDR_BROADCAST) == V4_OK);
    cr_expect(rest(rig, 16 * V4_SECOND) != 0 && rig->out[0] == 0xff);
    cr_expect(v4_be32(rig->out + 14 + 16) == UINT32_MAX);
    rig_close(rig);
}
