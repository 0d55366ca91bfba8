/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/inside.h"
#include "proto/address.h"
#include "proto/conflict.h"
#include "proto/iface.h"
#include "rig.h"

#define NEW V4_ADDR(198, 18, 0, 50)
#define OTHER_MAC ((struct v4_mac){{2, 0, 0, 0, 0, 9}})

static struct rig *rig;

static void open_rig(void)
{
    rig = rig_open("modern");
}

static void close_rig(void)
{
    rig_close(rig);
}

TestSuite(conflict, .init = open_rig, .fini = close_rig);

/* Somebody else says that it has our address. */
static void claim(uint16_t operation, struct v4_mac mac)
{
    rig_arp(rig, operation, mac, US, THEM);
}

static bool out_announcement(uint32_t addr)
{
    struct v4_ether ether;
    struct v4_arp arp;

    return rig_out(rig, &ether) && ether.type == V4_ETHER_TYPE_ARP &&
           v4_mac_equal(ether.dst, V4_MAC_BROADCAST) && v4_arp_parse(ether.data, &arp) == V4_KEEP &&
           arp.operation == V4_ARP_REQUEST && v4_mac_equal(arp.sender_mac, OUR_MAC) &&
           arp.sender == addr && arp.target == addr &&
           v4_mac_equal(arp.target_mac, (struct v4_mac){{0}});
}

static bool told(uint32_t addr, struct v4_mac mac)
{
    struct v4_event event;

    return v4_host_event(rig->host, &event) && event.kind == V4_EVENT_CONFLICT &&
           event.conflict.iface == 0 && event.conflict.addr == addr &&
           v4_mac_equal(event.conflict.mac, mac);
}

static bool told_nothing(void)
{
    struct v4_event event;

    return !v4_host_event(rig->host, &event);
}

Test(conflict, an_address_from_the_start_is_defended_once_in_ten_seconds)
{
    claim(V4_ARP_REPLY, OTHER_MAC);
    cr_expect(out_announcement(US) && rig_silent(rig));
    cr_expect(told(US, OTHER_MAC) && told_nothing());
    rig_advance(rig, 10 * V4_SECOND - 1);
    claim(V4_ARP_REQUEST, OTHER_MAC);
    cr_expect(rig_silent(rig) && told_nothing());
    rig_advance(rig, 1);
    claim(V4_ARP_REQUEST, OTHER_MAC);
    cr_expect(out_announcement(US) && told(US, OTHER_MAC));
    cr_expect(rig_reason(rig) == V4_DROP_COUNT && rig_drops(rig, V4_DROP_ARP_SENDER) == 3);
    cr_expect(v4_host_stats(rig->host)->value[V4_STAT_ADDRESS_CONFLICT] == 2);
    rig_meet(rig); /* it is ours as before */
}

/* Each of these claims nothing that is ours on that link. */
static const struct {
    const char *what;
    unsigned iface;
    struct v4_mac mac;
    uint32_t sender, target;
} harmless[] = {
    {"our own, returned", 0, {{2, 0, 0, 0, 0, 2}}, US, US},
    {"a group's", 0, {{3, 0, 0, 0, 0, 9}}, US, US},
    {"on another link", 1, {{2, 0, 0, 0, 0, 9}}, US, US_TOO},
    {"a probe", 0, {{2, 0, 0, 0, 0, 9}}, 0, US},
    {"somebody asks for us", 0, {{2, 0, 0, 0, 0, 9}}, THEM, US},
};

Test(conflict, what_is_none)
{
    for (size_t i = 0; i < COUNT(harmless); i++) {
        struct v4_ether ether;
        struct v4_arp arp;

        rig->iface = harmless[i].iface;
        rig->to = V4_MAC_BROADCAST;
        rig_arp(rig, V4_ARP_REQUEST, harmless[i].mac, harmless[i].sender, harmless[i].target);
        while (rig_out(rig, &ether))
            cr_expect(v4_arp_parse(ether.data, &arp) == V4_KEEP && arp.operation == V4_ARP_REPLY,
                      "%s", harmless[i].what);
        cr_expect(told_nothing(), "%s", harmless[i].what);
    }
}

Test(conflict, reset_forgets_it)
{
    claim(V4_ARP_REPLY, OTHER_MAC);
    cr_expect(out_announcement(US));
    v4_host_reset(rig->host);
    claim(V4_ARP_REPLY, OTHER_MAC);
    cr_expect(out_announcement(US));
}

/* Addresses that are added while the host runs. */

static struct v4_core *core_of(void)
{
    return v4_host_enter(rig->host, rig->now);
}

static enum v4_error add(uint32_t addr, bool probe)
{
    return v4_conflict_add(core_of(), &(struct v4_address){.net = {addr, 24}}, false, probe);
}

static bool out_probe(uint32_t addr)
{
    struct v4_ether ether;
    struct v4_arp arp;

    return rig_out(rig, &ether) && ether.type == V4_ETHER_TYPE_ARP &&
           v4_mac_equal(ether.dst, V4_MAC_BROADCAST) && v4_arp_parse(ether.data, &arp) == V4_KEEP &&
           arp.operation == V4_ARP_REQUEST && v4_mac_equal(arp.sender_mac, OUR_MAC) &&
           arp.sender == 0 && arp.target == addr &&
           v4_mac_equal(arp.target_mac, (struct v4_mac){{0}});
}

/* Goes on to the next moment at which something is due. */
static void go_on(void)
{
    v4_time next = v4_host_next_timeout(rig->host);

    cr_assert(next != V4_NEVER);
    rig_advance(rig, next - rig->now);
}

static void is_tested(uint32_t addr)
{
    for (int i = 0; i < 3; i++) {
        go_on();
        cr_expect(out_probe(addr), "probe %d", i);
        cr_expect(v4_address_find(core_of(), addr) == NULL);
    }
}

static void is_announced(uint32_t addr)
{
    go_on();
    cr_expect(v4_address_find(core_of(), addr) != NULL);
    cr_expect(out_announcement(addr));
    go_on();
    cr_expect(out_announcement(addr));
    cr_expect(v4_host_next_timeout(rig->host) == V4_NEVER);
}

Test(conflict, an_address_is_tested_then_ours)
{
    struct v4_ether ether;

    cr_assert(add(NEW, true) == V4_OK);
    cr_expect(add(NEW, true) == V4_EEXIST, "it is being tested");
    cr_expect(add(US, true) == V4_EEXIST, "it is ours");
    cr_expect(add(V4_ADDR(198, 18, 0, 255), true) == V4_EINVAL, "nobody may have it");
    rig_arp(rig, V4_ARP_REQUEST, THEIR_MAC, THEM, NEW);
    cr_expect(rig_silent(rig), "it is not ours yet");
    is_tested(NEW);
    is_announced(NEW);
    rig_arp(rig, V4_ARP_REQUEST, THEIR_MAC, THEM, NEW);
    cr_expect(rig_out(rig, &ether) && told_nothing());
}

/* What it is to be is kept while it is tested. */
Test(conflict, becomes_what_it_was_to_be)
{
    for (int first = 0; first < 2; first++) {
        uint32_t addr = NEW + (uint32_t)first;
        const struct v4_address address = {.net = {addr, 24}, .deprecated = first == 1};
        cr_assert(v4_conflict_add(core_of(), &address, first == 1, true) == V4_OK);
        is_tested(addr);
        is_announced(addr);
        cr_expect((v4_address_next(core_of(), 0, NULL)->net.addr == addr) == (first == 1));
        cr_expect(v4_address_find(core_of(), addr)->deprecated == (first == 1));
    }
}

Test(conflict, those_of_the_start_are_held_on_each_interface)
{
    bool held = false;

    cr_expect(v4_claims_find(core_of()->claims, 0, US, &held) != NULL && held);
    held = false;
    cr_expect(v4_claims_find(core_of()->claims, 1, US_TOO, &held) != NULL && held);
}

Test(conflict, one_that_somebody_has_is_not_taken)
{
    cr_assert(add(NEW, true) == V4_OK);
    go_on();
    cr_expect(out_probe(NEW));
    rig_arp(rig, V4_ARP_REPLY, OTHER_MAC, NEW, 0);
    cr_expect(told(NEW, OTHER_MAC) && told_nothing());
    cr_expect(v4_host_next_timeout(rig->host) == V4_NEVER && rig_silent(rig));
    cr_expect(add(NEW, true) == V4_OK, "it may be tried again");
}

Test(conflict, what_is_added_untested_is_ours_at_once_and_stays)
{
    cr_assert(add(NEW, true) == V4_OK);
    cr_assert(add(NEW, false) == V4_OK, "it need not be tested any more");
    cr_expect(v4_address_find(core_of(), NEW) != NULL);
    cr_expect(v4_host_next_timeout(rig->host) == V4_NEVER);
    for (int i = 0; i < 3; i++)
        rig_arp(rig, V4_ARP_REPLY, OTHER_MAC, NEW, 0);
    cr_expect(out_announcement(NEW) && rig_silent(rig));
    cr_expect(v4_address_find(core_of(), NEW) != NULL);
}

Test(conflict, what_was_tested_is_defended_once_then_left)
{
    add(NEW, true);
    is_tested(NEW);
    is_announced(NEW);
    rig_arp(rig, V4_ARP_REPLY, OTHER_MAC, NEW, 0);
    cr_expect(out_announcement(NEW) && told(NEW, OTHER_MAC));
    rig_arp(rig, V4_ARP_REPLY, OTHER_MAC, NEW, 0);
    cr_expect(rig_silent(rig) && told(NEW, OTHER_MAC));
    cr_expect(v4_address_find(core_of(), NEW) == NULL);
}

Test(conflict, the_user_chooses_what_becomes_of_it)
{
    core_of()->switches.defend = V4_CLAIM_YIELDS;
    add(NEW, true);
    is_tested(NEW);
    is_announced(NEW);
    rig_arp(rig, V4_ARP_REPLY, OTHER_MAC, NEW, 0);
    cr_expect(rig_silent(rig) && v4_address_find(core_of(), NEW) == NULL);
}

Test(conflict, a_removed_one_is_forgotten)
{
    add(NEW, true);
    cr_expect(v4_conflict_remove(core_of(), 0, NEW) == V4_OK);
    cr_expect(v4_host_next_timeout(rig->host) == V4_NEVER);
    cr_expect(v4_conflict_remove(core_of(), 0, NEW) == V4_ENOENT);
    cr_expect(v4_conflict_remove(core_of(), 0, US) == V4_OK);
    claim(V4_ARP_REPLY, OTHER_MAC);
    cr_expect(rig_silent(rig) && told_nothing());
}

Test(conflict, is_tested_again_when_the_interface_comes_up)
{
    add(NEW, true);
    is_tested(NEW);
    is_announced(NEW);
    v4_iface_set_up(core_of(), 0, false);
    v4_iface_set_up(core_of(), 0, true);
    v4_conflict_up(core_of(), 0);
    cr_expect(v4_address_find(core_of(), NEW) == NULL);
    cr_expect(v4_address_find(core_of(), US) != NULL, "which was not tested before");
    is_tested(NEW);
    is_announced(NEW);
}
