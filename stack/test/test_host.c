/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/inside.h"
#include "proto/route.h"
#include "rig.h"

static void no_iface(struct v4_config *config)
{
    config->iface_count = 0;
}

static void nine_ifaces(struct v4_config *config)
{
    config->iface_count = 9;
}

static void broadcast_address(struct v4_config *config)
{
    config->ifaces[1].net.addr = V4_ADDR(198, 18, 1, 255);
}

static void network_address(struct v4_config *config)
{
    config->ifaces[1].net.addr = V4_ADDR(198, 18, 1, 0);
}

static void group_address(struct v4_config *config)
{
    config->ifaces[1].net.addr = V4_ADDR_ALL_HOSTS;
}

static void same_address(struct v4_config *config)
{
    config->ifaces[1].net.addr = US;
}

static void long_prefix(struct v4_config *config)
{
    config->ifaces[1].net.len = 33;
}

static void group_mac(struct v4_config *config)
{
    config->ifaces[1].mac = V4_MAC_BROADCAST;
}

static void small_mtu(struct v4_config *config)
{
    config->ifaces[1].mtu = 67;
}

static void far_gateway(struct v4_config *config)
{
    config->gateway = FAR;
}

static void our_gateway(struct v4_config *config)
{
    config->gateway = US;
}

static void group_gateway(struct v4_config *config)
{
    config->ifaces[0].net.len = 0;
    config->gateway = V4_ADDR(224, 0, 0, 5);
}

static void unknown_profile(struct v4_config *config)
{
    config->profile = "rfc1";
}

static void no_profile(struct v4_config *config)
{
    config->profile = NULL;
}

static void unknown_overlap(struct v4_config *config)
{
    config->reassembly = "lasts";
}

static void no_sockets(struct v4_config *config)
{
    config->sockets = 0;
}

static void little_reassembly(struct v4_config *config)
{
    config->reass_octets = 1023;
}

static void short_queue(struct v4_config *config)
{
    config->event_octets = 65535;
}

static const struct {
    const char *what;
    void (*spoil)(struct v4_config *config);
} faults[] = {
    {"no interface", no_iface},
    {"nine interfaces", nine_ifaces},
    {"a broadcast address", broadcast_address},
    {"a network's address", network_address},
    {"a group's address", group_address},
    {"the same address twice", same_address},
    {"prefix of 33", long_prefix},
    {"a group's MAC", group_mac},
    {"MTU 67", small_mtu},
    {"gateway far away", far_gateway},
    {"gateway is ourselves", our_gateway},
    {"gateway is a group", group_gateway},
    {"unknown profile", unknown_profile},
    {"no profile", no_profile},
    {"an overlap that nobody wins", unknown_overlap},
    {"no sockets", no_sockets},
    {"less than two chunks for reassembly", little_reassembly},
    {"an event queue too short for a datagram", short_queue},
};

Test(host, says_what_is_wrong_with_a_configuration)
{
    for (size_t i = 0; i < COUNT(faults); i++) {
        struct v4_config config = rig_config("modern");
        const char *why = NULL;

        faults[i].spoil(&config);
        cr_expect(v4_host_open(&config, &why) == NULL, "%s", faults[i].what);
        cr_expect(why != NULL, "%s", faults[i].what);
    }
    v4_host_close(NULL);
}

/* docs/profiles.md: so many of each, and 128 neighbours for 15 minutes. Only addresses are to be
 * given. */
Test(host, the_default_runs_once_it_has_addresses)
{
    struct v4_config config = v4_config_default();
    struct v4_ether ether;

    cr_expect(config.sockets == 64 && config.reass_datagrams == 64 && config.paths == 64);
    cr_expect(config.reass_octets == 1 << 20);
    config.ifaces[0].mac = OUR_MAC;
    config.ifaces[0].net = (struct v4_prefix){US, 16};
    struct rig *rig = rig_open_with(&config);
    const struct v4_stats *stats = v4_host_stats(rig->host);
    for (unsigned i = 0; i < 128; i++)
        rig_arp(rig, V4_ARP_REQUEST, THEIR_MAC, V4_ADDR(198, 18, 1, 1) + i, US);
    cr_expect(stats->value[V4_STAT_NEIGHBOR_EVICTED] == 0);
    rig_arp(rig, V4_ARP_REQUEST, THEIR_MAC, THEM, US);
    cr_expect(stats->value[V4_STAT_NEIGHBOR_EVICTED] == 1);
    while (rig_out(rig, &ether))
        cr_expect(ether.type == V4_ETHER_TYPE_ARP);
    rig_advance(rig, 15 * 60 * V4_SECOND - 1);
    cr_expect(stats->value[V4_STAT_NEIGHBOR_EXPIRED] == 0);
    rig_advance(rig, 1);
    cr_expect(stats->value[V4_STAT_NEIGHBOR_EXPIRED] == 128);
    rig_close(rig);
}

/* Some of everything that draws random numbers or keeps state; the octets that came out, added up
 * as they came. */
static uint64_t busy(struct rig *rig)
{
    struct v4_send send = v4_send_default(THEM, (struct v4_span){(const uint8_t *)"x", 1});
    struct v4_event event;
    struct v4_frame frame;
    struct v4_ip ip = rig_header();
    uint64_t sum = 0;
    unsigned sock;
    uint16_t port;

    cr_assert(v4_host_udp_bind(rig->host, 0, 0, &sock, &port) == V4_OK);
    cr_assert(v4_host_udp_send(rig->host, sock, &send, 9, rig->now) == V4_OK);
    rig_arp(rig, V4_ARP_REQUEST, THEIR_MAC, THEM, US);
    rig_icmp(rig, rig_header(), rig_echo());
    rig_udp(rig, rig_header(), &(struct v4_udp){.dst_port = port});
    rig_udp(rig, rig_header(), &(struct v4_udp){.dst_port = 1});
    ip.mf = true;
    ip.protocol = 200;
    ip.data = (struct v4_span){(const uint8_t *)"12345678", 8};
    rig_ip(rig, &ip);
    send.dst = V4_ADDR(198, 18, 0, 77);
    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    send.dst = FAR;
    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    while (v4_host_output(rig->host, &frame))
        for (size_t i = 0; i < frame.octets.len; i++)
            sum = sum * 31 + frame.octets.octets[i];
    while (v4_host_event(rig->host, &event))
        sum = sum * 31 + event.udp.sock;
    return sum * 31 + port;
}

Test(host, the_same_calls_give_the_same_octets)
{
    struct v4_config config = rig_config("modern");
    struct rig *one = rig_open_with(&config), *same_again = rig_open_with(&config);

    config.seed = 2;
    struct rig *other = rig_open_with(&config);
    uint64_t want = busy(one);
    cr_expect(busy(same_again) == want);
    cr_expect(busy(other) != want);
    rig_close(one);
    rig_close(same_again);
    rig_close(other);
}

/* A frame and an event that nobody fetches, and a redirect of what busy() sends far away. */
static void leave_things_behind(struct rig *rig)
{
    static const uint8_t zeros[8];
    uint8_t quote[V4_IP_HEADER_MAX + 8] = {0};

    v4_ip_emit(&(struct v4_ip){.ttl = 1, .src = US, .dst = FAR, .data = {zeros, 8}}, quote);
    rig_icmp(rig, rig_header(),
             &(struct v4_icmp){
                 .type = V4_ICMP_REDIRECT, .rest = V4_ADDR(198, 18, 0, 9), .data = {quote, 28}});
    cr_assert(rig_drops(rig, V4_DROP_ICMP_REDIRECT) == 0);
    rig_icmp(rig, rig_header(), rig_echo());
    rig_icmp(rig, rig_header(), &(struct v4_icmp){.type = V4_ICMP_ECHO_REPLY});
}

Test(host, reset_is_the_state_after_open)
{
    static const struct v4_stats none;
    struct rig *rig = rig_open("modern");
    struct v4_event event;
    unsigned sock;
    uint16_t port;
    uint64_t want = busy(rig);

    for (int i = 0; i < 3; i++) {
        leave_things_behind(rig);
        cr_assert(v4_host_udp_bind(rig->host, 0, 4000, &sock, &port) == V4_OK);
        cr_assert(v4_host_udp_bind(rig->host, 0, 4001, &sock, &port) == V4_OK);
        v4_host_reset(rig->host);
        cr_expect(v4_host_udp_close(rig->host, sock) == V4_EBADF);
        cr_expect(memcmp(v4_host_stats(rig->host), &none, sizeof none) == 0);
        cr_expect(v4_host_next_timeout(rig->host) == V4_NEVER);
        cr_expect(rig_silent(rig) && !v4_host_event(rig->host, &event));
        cr_expect(busy(rig) == want);
    }
    rig_close(rig);
}

/* What was learned about gateways, what routers said and what errors have cost is forgotten too. */
Test(host, reset_forgets_gateways_routers_and_limits)
{
    struct rig *rig = rig_open("modern");
    const struct v4_route second = {.gateway = V4_ADDR(198, 18, 0, 9), .preference = 1};
    const struct v4_router advertised = {0, V4_ADDR(198, 18, 0, 7), 0, 9 * V4_SECOND};
    struct v4_router gone;

    for (int i = 0; i < 2; i++) {
        struct v4_core *core = v4_host_enter(rig->host, rig->now);
        struct v4_way way;

        cr_assert(v4_route_add(core, &second) == V4_OK);
        cr_assert(v4_route_find(core, US, FAR, 0, &way) == V4_OK && way.next_hop == THEM);
        v4_route_failed(core, 0, THEM);
        cr_assert(v4_route_find(core, US, FAR, 0, &way) == V4_OK);
        cr_assert(way.next_hop == second.gateway);
        cr_assert(v4_ratelimit_take(core->limit, THEM, 1, 10, rig->now));
        cr_assert(!v4_ratelimit_take(core->limit, THEM, 1, 10, rig->now));
        cr_assert(v4_routers_enter(core->routers, &advertised, &gone));
        cr_expect(v4_host_next_timeout(rig->host) == advertised.expires);
        v4_host_reset(rig->host);
        cr_expect(v4_host_next_timeout(rig->host) == V4_NEVER);
    }
    rig_close(rig);
}

/* The words of a configuration need not be there longer than it is. */
Test(host, a_configuration_is_borrowed_while_it_opens)
{
    char policy[] = "first";
    struct v4_config config = rig_config("modern");

    config.reassembly = policy;
    struct rig *rig = rig_open_with(&config);
    memset(policy, 'x', sizeof policy - 1);
    v4_host_reset(rig->host);
    cr_expect_str_eq(v4_host_config(rig->host)->reassembly, "first");
    cr_expect(v4_reass_choice(v4_host_enter(rig->host, rig->now)->reass) == V4_OVERLAP_FIRST);
    rig_close(rig);
}

Test(host, a_full_queue_of_events_drops_by_name)
{
    static const uint8_t data[65507];
    struct v4_config config = rig_config("modern");
    struct v4_event event;
    unsigned sock, events = 0;
    uint16_t port;

    config.event_octets = 131072;
    struct rig *rig = rig_open_with(&config);
    struct v4_send send = v4_send_default(US, (struct v4_span){data, sizeof data});
    cr_assert(v4_host_udp_bind(rig->host, 0, 4000, &sock, &port) == V4_OK);
    for (int i = 0; i < 3; i++)
        cr_expect(v4_host_udp_send(rig->host, sock, &send, 4000, rig->now) == V4_OK);
    while (v4_host_event(rig->host, &event))
        events++;
    cr_expect(events == 1 && rig_drops(rig, V4_DROP_USER_FULL) == 2);
    rig_close(rig);
}

Test(host, a_full_queue_of_frames_drops_by_name)
{
    struct v4_config config = rig_config("modern");
    static const uint8_t data[1472];

    config.output_octets = 131072;
    struct rig *rig = rig_open_with(&config);
    rig_meet(rig);
    for (int i = 0; i < 1000; i++)
        rig_icmp(rig, rig_header(),
                 &(struct v4_icmp){.type = V4_ICMP_ECHO, .data = {data, sizeof data}});
    uint64_t dropped = rig_drops(rig, V4_DROP_OUTPUT_FULL), sent = 0;
    while (!rig_silent(rig))
        sent++;
    cr_expect(dropped > 0 && sent + dropped == 1000);
    /* And it goes on. */
    rig_icmp(rig, rig_header(), rig_echo());
    cr_expect(!rig_silent(rig));
    rig_close(rig);
}

Test(host, a_frame_from_no_interface_is_dropped)
{
    struct rig *rig = rig_open("modern");
    struct v4_span frame = exact("abc", 3);

    v4_host_input(rig->host, 2, frame, rig->now);
    cr_expect(rig_reason(rig) == V4_DROP_ETHER_IFACE);
    v4_host_input(rig->host, 1, frame, rig->now);
    cr_expect(rig_drops(rig, V4_DROP_ETHER_TRUNCATED) == 1);
    drop_octets(frame);
    rig_close(rig);
}

/* What is due is done before what arrives is looked at, whoever calls late. */
Test(host, time_passes_before_a_frame_arrives)
{
    struct rig *rig = rig_open("modern");
    struct v4_ip ip = rig_header();

    ip.protocol = 200;
    ip.mf = true;
    ip.data = (struct v4_span){(const uint8_t *)"12345678", 8};
    rig_ip(rig, &ip);
    rig->now += 60 * V4_SECOND;
    ip.mf = false;
    ip.offset = 1;
    rig_ip(rig, &ip);
    cr_expect(v4_host_stats(rig->host)->value[V4_STAT_IP_REASS_TIMED_OUT] == 1);
    cr_expect(v4_host_stats(rig->host)->value[V4_STAT_IP_REASS_STARTED] == 2);
    cr_expect(v4_host_stats(rig->host)->value[V4_STAT_IP_REASS_DELIVERED] == 0);
    rig_close(rig);
}

static void remember(void *context, enum v4_drop why, struct v4_span packet)
{
    struct v4_span *seen = context;

    cr_expect(why == V4_DROP_VERSION);
    cr_assert(packet.len == 20);
    memcpy((void *)seen->octets, packet.octets, 20);
    seen->len++;
}

Test(host, shows_each_discard_to_the_observer)
{
    struct v4_config config = rig_config("modern");
    uint8_t packet[20] = {0x65}, copy[20] = {0};
    struct v4_span seen = {copy, 0};

    config.trace.drop = remember;
    config.trace.context = &seen;
    struct rig *rig = rig_open_with(&config);
    rig_packet(rig, V4_ETHER_TYPE_IP, packet, sizeof packet);
    cr_expect(seen.len == 1 && memcmp(copy, packet, 20) == 0);
    rig_close(rig);
}

/* Both framings on one link; what is sent is Ethernet II. */
Test(host, snap_frames_are_read_and_not_written)
{
    struct rig *rig = rig_open("modern");
    uint8_t frame[14 + 8 + 28] = {2, 0, 0,  0,    0,    2,    2, 0, 0, 0, 0,
                                  1, 0, 36, 0xaa, 0xaa, 0x03, 0, 0, 0, 8, 6};
    struct v4_ether ether;

    v4_arp_emit(
        &(struct v4_arp){
            .operation = V4_ARP_REQUEST, .sender_mac = THEIR_MAC, .sender = THEM, .target = US},
        frame + 22);
    rig_frame(rig, frame, sizeof frame);
    cr_assert(rig_out(rig, &ether));
    cr_expect(!ether.snap && ether.type == V4_ETHER_TYPE_ARP);
    rig_close(rig);
}
