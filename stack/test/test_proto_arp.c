/* SPDX-License-Identifier: BSD-2-Clause */
#include "rig.h"

static bool out_arp(struct rig *rig, struct v4_ether *ret_ether, struct v4_arp *ret_arp)
{
    return rig_out(rig, ret_ether) && ret_ether->type == V4_ETHER_TYPE_ARP &&
           v4_arp_parse(ret_ether->data, ret_arp) == V4_KEEP;
}

static void send_one(struct rig *rig, uint32_t dst, const char *word)
{
    struct v4_send send =
        v4_send_default(dst, (struct v4_span){(const uint8_t *)word, strlen(word)});

    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
}

static const struct {
    const char *what;
    uint16_t operation;
    struct v4_mac mac;
    uint32_t sender, target;
    bool link_broadcast, want_reply;
    enum v4_drop want;
} received[] = {
    {"a request", V4_ARP_REQUEST, {{2, 0, 0, 0, 0, 1}}, THEM, US, true, true, V4_KEEP},
    {"a request to us alone", V4_ARP_REQUEST, {{2, 0, 0, 0, 0, 1}}, THEM, US, false, true, V4_KEEP},
    {"a probe", V4_ARP_REQUEST, {{2, 0, 0, 0, 0, 1}}, 0, US, true, true, V4_KEEP},
    {"a reply", V4_ARP_REPLY, {{2, 0, 0, 0, 0, 1}}, THEM, US, false, false, V4_KEEP},
    {"for another",
     V4_ARP_REQUEST,
     {{2, 0, 0, 0, 0, 1}},
     THEM,
     V4_ADDR(198, 18, 0, 3),
     true,
     false,
     V4_DROP_ARP_NOT_OURS},
    {"for our other interface",
     V4_ARP_REQUEST,
     {{2, 0, 0, 0, 0, 1}},
     THEM,
     US_TOO,
     true,
     false,
     V4_DROP_ARP_NOT_OURS},
    {"from our address, on our other link",
     V4_ARP_REQUEST,
     {{2, 0, 0, 0, 0, 1}},
     US_TOO,
     US,
     true,
     false,
     V4_DROP_ARP_SENDER},
    {"from a broadcast address",
     V4_ARP_REQUEST,
     {{2, 0, 0, 0, 0, 1}},
     V4_ADDR(198, 18, 0, 255),
     US,
     true,
     false,
     V4_DROP_ARP_SENDER},
    {"from a group address",
     V4_ARP_REQUEST,
     {{2, 0, 0, 0, 0, 1}},
     V4_ADDR_ALL_HOSTS,
     US,
     true,
     false,
     V4_DROP_ARP_SENDER},
    {"from a group MAC",
     V4_ARP_REQUEST,
     {{3, 0, 0, 0, 0, 1}},
     THEM,
     US,
     true,
     false,
     V4_DROP_ARP_SENDER},
    {"from our own MAC",
     V4_ARP_REQUEST,
     {{2, 0, 0, 0, 0, 2}},
     THEM,
     US,
     true,
     false,
     V4_DROP_ARP_SENDER},
};

Test(proto_arp, answers_who_asks_for_us)
{
    for (size_t i = 0; i < COUNT(received); i++) {
        struct rig *rig = rig_open("modern");
        struct v4_ether ether;
        struct v4_arp arp;

        if (received[i].link_broadcast)
            rig->to = V4_MAC_BROADCAST;
        rig_arp(rig, received[i].operation, received[i].mac, received[i].sender,
                received[i].target);
        cr_expect(rig_reason(rig) == received[i].want, "%s: %s", received[i].what,
                  v4_drop_name(rig_reason(rig)));
        if (received[i].want_reply) {
            cr_assert(out_arp(rig, &ether, &arp), "%s", received[i].what);
            cr_expect(arp.operation == V4_ARP_REPLY && arp.sender == US &&
                      arp.target == received[i].sender);
            cr_expect(v4_mac_equal(arp.sender_mac, OUR_MAC) &&
                      v4_mac_equal(arp.target_mac, THEIR_MAC));
            cr_expect(v4_mac_equal(ether.dst, THEIR_MAC) && v4_mac_equal(ether.src, OUR_MAC));
        }
        cr_expect(rig_silent(rig), "%s", received[i].what);
        rig_close(rig);
    }
}

Test(proto_arp, asks_and_sends_the_newest_four_once_it_is_told)
{
    static const char *const words[] = {"1", "2", "3", "4", "5"};
    struct rig *rig = rig_open("modern");
    struct v4_ether ether;
    struct v4_arp arp;
    struct v4_ip ip;

    send_one(rig, THEM, words[0]);
    cr_assert(out_arp(rig, &ether, &arp));
    cr_expect(arp.operation == V4_ARP_REQUEST && arp.sender == US && arp.target == THEM);
    cr_expect(v4_mac_equal(arp.sender_mac, OUR_MAC) && v4_mac_equal(ether.dst, V4_MAC_BROADCAST));
    for (size_t i = 1; i < COUNT(words); i++)
        send_one(rig, THEM, words[i]);
    cr_expect(rig_silent(rig)); /* one request a second */
    cr_expect(rig_reason(rig) == V4_DROP_NEIGHBOR_QUEUE);
    rig_arp(rig, V4_ARP_REPLY, THEIR_MAC, THEM, US);
    for (size_t i = 1; i < COUNT(words); i++) {
        cr_assert(rig_out_ip(rig, &ip));
        cr_expect(same(ip.data, (struct v4_span){(const uint8_t *)words[i], 1}), "%zu", i);
    }
    cr_expect(rig_silent(rig));
    send_one(rig, THEM, "next");
    cr_assert(rig_out(rig, &ether) && ether.type == V4_ETHER_TYPE_IP);
    cr_expect(v4_mac_equal(ether.dst, THEIR_MAC) && v4_mac_equal(ether.src, OUR_MAC));
    rig_close(rig);
}

Test(proto_arp, what_is_far_goes_by_the_gateway)
{
    struct rig *rig = rig_open("modern");
    struct v4_ether ether;
    struct v4_arp arp;

    send_one(rig, FAR, "x");
    cr_assert(out_arp(rig, &ether, &arp));
    cr_expect(arp.target == THEM);
    send_one(rig, V4_ADDR(198, 18, 1, 1), "x");
    cr_assert(out_arp(rig, &ether, &arp));
    cr_expect(arp.target == V4_ADDR(198, 18, 1, 1) && arp.sender == US_TOO && rig->out_iface == 1);
    rig_close(rig);
}

static void count_trace(void *context, enum v4_drop why, struct v4_span packet)
{
    size_t *counts = context;

    counts[why] += packet.len;
}

Test(proto_arp, gives_up_after_three_requests_a_second_apart)
{
    struct v4_config config = rig_config("modern");
    size_t traced[V4_DROP_COUNT] = {0};
    struct v4_ether ether;
    struct v4_arp arp;

    config.trace.drop = count_trace;
    config.trace.context = traced;
    struct rig *rig = rig_open_with(&config);
    send_one(rig, THEM, "x");
    for (int i = 0; i < 3; i++) {
        cr_assert(out_arp(rig, &ether, &arp) && arp.operation == V4_ARP_REQUEST);
        cr_expect(rig_silent(rig));
        cr_expect(v4_host_next_timeout(rig->host) == rig->now + V4_SECOND);
        rig_advance(rig, V4_SECOND - 1);
        cr_expect(rig_silent(rig));
        rig_advance(rig, 1);
    }
    cr_expect(rig_silent(rig));
    cr_expect(rig_reason(rig) == V4_DROP_NEIGHBOR_FAILED);
    cr_expect(traced[V4_DROP_NEIGHBOR_FAILED] == 21);
    cr_expect(v4_host_next_timeout(rig->host) == V4_NEVER);
    rig_close(rig);
}

/* The user of a port is told of a neighbour that nobody is, or it is counted that it was not. */
Test(proto_arp, a_failure_that_finds_no_room_is_counted)
{
    static const uint8_t data[60000];
    struct v4_config config = rig_config("modern");
    struct v4_event event;
    unsigned sock;
    uint16_t port;

    config.event_octets = 131072;
    for (unsigned full = 0; full < 2; full++) {
        struct rig *rig = rig_open_with(&config);
        struct v4_send send = v4_send_default(THEM, (struct v4_span){data, 8});
        cr_assert(v4_host_udp_bind(rig->host, 0, 4000, &sock, &port) == V4_OK);
        cr_assert(v4_host_udp_send(rig->host, sock, &send, 9, rig->now) == V4_OK);
        for (size_t len = sizeof data; full && len > 0; len = len > 1 ? 1 : 0) {
            uint64_t drops = rig_drops(rig, V4_DROP_USER_FULL);
            send = v4_send_default(US, (struct v4_span){data, len});
            while (rig_drops(rig, V4_DROP_USER_FULL) == drops)
                cr_assert(v4_host_udp_send(rig->host, sock, &send, 4000, rig->now) == V4_OK);
        }
        uint64_t before = rig_drops(rig, V4_DROP_USER_FULL);
        for (int i = 0; i < 3; i++)
            rig_advance(rig, V4_SECOND);
        cr_expect(rig_drops(rig, V4_DROP_USER_FULL) == before + full);
        unsigned told = 0;
        while (v4_host_event(rig->host, &event))
            told += event.kind == V4_EVENT_ERROR && event.error.sock == sock;
        cr_expect(told == !full);
        rig_close(rig);
    }
}

Test(proto_arp, a_mapping_is_flushed_and_a_new_one_believed)
{
    struct rig *rig = rig_open("modern");
    struct v4_mac other = {{2, 0, 0, 0, 0, 9}};
    struct v4_ether ether;
    struct v4_arp arp;

    rig_meet(rig);
    /* Not to us, but there is an entry: it is updated (RFC826-Reception-d). */
    rig_arp(rig, V4_ARP_REQUEST, other, THEM, V4_ADDR(198, 18, 0, 3));
    cr_expect(rig_silent(rig));
    send_one(rig, THEM, "x");
    cr_assert(rig_out(rig, &ether) && v4_mac_equal(ether.dst, other));
    rig_advance(rig, 15 * 60 * V4_SECOND);
    send_one(rig, THEM, "x");
    cr_assert(out_arp(rig, &ether, &arp) && arp.operation == V4_ARP_REQUEST);
    rig_close(rig);
}

Test(proto_arp, nobody_is_learned_from_what_is_not_for_us)
{
    struct rig *rig = rig_open("modern");
    struct v4_ether ether;
    struct v4_arp arp;

    rig_arp(rig, V4_ARP_REQUEST, THEIR_MAC, THEM, V4_ADDR(198, 18, 0, 3));
    send_one(rig, THEM, "x");
    cr_assert(out_arp(rig, &ether, &arp) && arp.operation == V4_ARP_REQUEST);
    rig_close(rig);
}

Test(proto_arp, frames_to_all_hosts_are_ours)
{
    struct rig *rig = rig_open("modern");

    rig->to = (struct v4_mac){{1, 0, 0x5e, 0, 0, 1}};
    rig_arp(rig, V4_ARP_REQUEST, THEIR_MAC, THEM, US);
    cr_expect(!rig_silent(rig));
    rig_close(rig);
}

Test(proto_arp, frames_to_others_are_not_ours)
{
    struct rig *rig = rig_open("modern");

    rig->to = (struct v4_mac){{2, 0, 0, 0, 0, 9}};
    rig_arp(rig, V4_ARP_REQUEST, THEIR_MAC, THEM, US);
    cr_expect(rig_silent(rig));
    cr_expect(rig_reason(rig) == V4_DROP_ETHER_NOT_OURS);
    rig_close(rig);
}
