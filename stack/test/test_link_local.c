/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/inside.h"
#include "proto/address.h"
#include "proto/conflict.h"
#include "proto/link_local.h"
#include "rig.h"

#define OTHER_MAC ((struct v4_mac){{2, 0, 0, 0, 0, 9}})
#define NEIGHBOUR V4_ADDR(169, 254, 7, 7)

static struct rig *rig;

static struct v4_core *core_of(void)
{
    return v4_host_enter(rig->host, rig->now);
}

/* Our first interface has lost its address, and may choose one. */
static void open_rig(void)
{
    rig = rig_open("modern");
    v4_conflict_remove(core_of(), 0, US);
    v4_link_local_set(core_of(), 0, true);
}

static void close_rig(void)
{
    rig_close(rig);
}

TestSuite(link_local, .init = open_rig, .fini = close_rig);

static bool out_arp(struct v4_ether *ret_ether, struct v4_arp *ret_arp)
{
    return rig_out(rig, ret_ether) && ret_ether->type == V4_ETHER_TYPE_ARP &&
           v4_arp_parse(ret_ether->data, ret_arp) == V4_KEEP;
}

static void go_on(void)
{
    v4_time next = v4_host_next_timeout(rig->host);

    cr_assert(next != V4_NEVER);
    rig_advance(rig, next - rig->now);
}

static uint32_t probed(void)
{
    struct v4_ether ether;
    struct v4_arp arp;

    go_on();
    cr_assert(out_arp(&ether, &arp) && arp.sender == 0);
    return arp.target;
}

/* Until the first announcement. */
static uint32_t held(void)
{
    struct v4_ether ether;
    struct v4_arp arp;
    uint32_t addr = probed();

    cr_expect(probed() == addr && probed() == addr);
    go_on();
    cr_assert(out_arp(&ether, &arp));
    cr_expect(arp.sender == addr && arp.target == addr);
    return addr;
}

static void settle(void)
{
    struct v4_ether ether;
    struct v4_event event;

    while (v4_host_next_timeout(rig->host) < rig->now + 5 * V4_SECOND)
        go_on();
    while (rig_out(rig, &ether) || v4_host_event(rig->host, &event))
        ;
}

static uint32_t ours(void)
{
    const struct v4_address *address = v4_address_next(core_of(), 0, NULL);

    return address == NULL ? 0 : address->net.addr;
}

static void contest(uint32_t addr)
{
    rig_arp(rig, V4_ARP_REPLY, OTHER_MAC, addr, 0);
}

Test(link_local, chooses_tests_and_holds_one)
{
    uint32_t addr = held();

    cr_expect(addr >= V4_ADDR(169, 254, 1, 0) && addr <= V4_ADDR(169, 254, 254, 255));
    cr_expect(ours() == addr);
    cr_expect(v4_address_find(core_of(), addr)->net.len == 16);
}

/* The MAC decides, whatever the seed. */
Test(link_local, hosts_differ_and_each_repeats_itself)
{
    uint32_t first = probed();

    for (uint8_t last = 3; last < 40; last++) {
        struct v4_config config = rig_config("modern");
        config.seed = last % 2;
        config.ifaces[0].mac.octets[5] = last % 2 == 0 ? last : 2;
        rig_close(rig);
        rig = rig_open_with(&config);
        v4_conflict_remove(core_of(), 0, US);
        v4_link_local_set(core_of(), 0, true);
        cr_expect((probed() == first) == (last % 2 != 0), "%u", last);
    }
}

Test(link_local, every_address_is_in_the_range)
{
    uint32_t before = 0, low = UINT32_MAX, high = 0;

    for (int i = 0; i < 200; i++) {
        uint32_t addr = core_of()->state.link_local[0].addr;
        cr_expect(addr != before);
        low = addr < low ? addr : low;
        high = addr > high ? addr : high;
        contest(addr);
        before = addr;
    }
    cr_expect(low >= V4_ADDR(169, 254, 1, 0) && low < V4_ADDR(169, 254, 16, 0));
    cr_expect(high <= V4_ADDR(169, 254, 254, 255) && high > V4_ADDR(169, 254, 240, 0));
}

Test(link_local, another_is_chosen_where_somebody_has_it)
{
    uint32_t addr = probed();

    contest(addr);
    uint32_t next = held();
    cr_expect(next != addr);
    settle();
    contest(next);
    cr_expect(ours() == next, "it is defended once");
    contest(next);
    cr_expect(ours() == 0, "and then left at once");
    settle();
    cr_expect(ours() != 0 && ours() != next);
}

Test(link_local, is_never_kept_against_another)
{
    core_of()->switches.defend = V4_CLAIM_STAYS;
    v4_link_local_set(core_of(), 0, false);
    v4_link_local_set(core_of(), 0, true);
    uint32_t addr = held();
    contest(addr);
    contest(addr);
    cr_expect(ours() == 0);
}

Test(link_local, the_one_it_had_is_tried_first)
{
    uint32_t addr = held();

    v4_link_local_set(core_of(), 0, false);
    cr_expect(ours() == 0);
    settle();
    v4_link_local_set(core_of(), 0, true);
    cr_expect(probed() == addr);
}

Test(link_local, gives_way_to_a_routable_address)
{
    uint32_t addr = held();
    struct v4_ether ether;
    struct v4_arp arp;

    settle();
    v4_conflict_add(core_of(), &(struct v4_address){.net = {US, 24}}, false, false);
    cr_expect(v4_address_towards(core_of(), 0, NEIGHBOUR) == US, "for what begins now");
    rig_arp(rig, V4_ARP_REQUEST, THEIR_MAC, NEIGHBOUR, addr);
    cr_assert(out_arp(&ether, &arp), "what is under way goes on");
    cr_expect(arp.sender == addr && v4_mac_equal(ether.dst, V4_MAC_BROADCAST));
    rig_advance(rig, 60 * V4_SECOND);
    cr_expect(v4_address_find(core_of(), addr) == NULL);
    cr_expect(v4_host_next_timeout(rig->host) > rig->now + 60 * V4_SECOND, "nothing is due");
    v4_conflict_remove(core_of(), 0, US);
    cr_expect(probed() == addr, "none is left");
}

Test(link_local, gives_way_though_it_is_the_only_one)
{
    v4_conflict_remove(core_of(), 1, US_TOO);
    uint32_t addr = held();

    settle();
    v4_conflict_add(core_of(), &(struct v4_address){.net = {US, 24}}, false, false);
    cr_assert(v4_address_find(core_of(), addr) != NULL, "what is under way goes on");
    cr_expect(v4_address_find(core_of(), addr)->deprecated);
    rig_advance(rig, 60 * V4_SECOND);
    cr_expect(v4_address_find(core_of(), addr) == NULL);
}

Test(link_local, stays_where_the_routable_one_goes_again)
{
    uint32_t addr = held();

    settle();
    v4_conflict_add(core_of(), &(struct v4_address){.net = {US, 24}}, false, false);
    rig_advance(rig, 30 * V4_SECOND);
    v4_conflict_remove(core_of(), 0, US);
    rig_advance(rig, 60 * V4_SECOND);
    cr_assert(v4_address_find(core_of(), addr) != NULL);
    cr_expect(!v4_address_find(core_of(), addr)->deprecated);
}

Test(link_local, is_not_wanted_beside_another)
{
    v4_conflict_add(core_of(), &(struct v4_address){.net = {US, 24}}, false, false);
    cr_expect(v4_host_next_timeout(rig->host) == V4_NEVER);
    v4_conflict_remove(core_of(), 0, US);
    v4_conflict_add(core_of(), &(struct v4_address){.net = {US, 24}, .deprecated = true}, false,
                    false);
    probed();
}

Test(link_local, is_chosen_where_another_host_takes_the_routable_one)
{
    core_of()->switches.defend = V4_CLAIM_YIELDS;
    v4_conflict_add(core_of(), &(struct v4_address){.net = {US, 24}}, false, true);
    settle();
    v4_link_local_set(core_of(), 0, false); /* none was tested yet when the other was */
    v4_link_local_set(core_of(), 0, true);
    settle();
    cr_assert(ours() == US && v4_host_next_timeout(rig->host) == V4_NEVER);
    contest(US);
    cr_expect(ours() == 0);
    cr_expect(v4_link_local_is(probed()));
}

static void sends_to(uint32_t src, uint32_t dst, unsigned iface, uint32_t asked)
{
    struct v4_send send = v4_send_default(dst, V4_NOTHING);
    struct v4_ether ether;
    struct v4_arp arp;

    send.src = src;
    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    cr_assert(out_arp(&ether, &arp));
    cr_expect(arp.target == asked && rig->out_iface == iface);
    cr_expect(v4_mac_equal(ether.dst, V4_MAC_BROADCAST));
}

Test(link_local, what_is_there_is_asked_for_on_the_link)
{
    uint32_t addr = held();

    settle();
    sends_to(0, NEIGHBOUR, 0, NEIGHBOUR);
    sends_to(addr, FAR, 0, FAR);
    sends_to(US_TOO, V4_ADDR(169, 254, 9, 9), 1, V4_ADDR(169, 254, 9, 9));
}

Test(link_local, replies_go_to_all)
{
    uint32_t addr = held();
    struct v4_ether ether;
    struct v4_arp arp;

    settle();
    rig_arp(rig, V4_ARP_REQUEST, THEIR_MAC, NEIGHBOUR, addr);
    cr_assert(out_arp(&ether, &arp) && arp.operation == V4_ARP_REPLY);
    cr_expect(v4_mac_equal(ether.dst, V4_MAC_BROADCAST));
    cr_expect(v4_mac_equal(arp.target_mac, THEIR_MAC));
}
