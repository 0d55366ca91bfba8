/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/inside.h"
#include "proto/ip_out.h"
#include "rig.h"

#define SOME ((struct v4_span){(const uint8_t *)"some", 4})

static const struct {
    const char *what;
    uint32_t dst, src;
    enum v4_error want;
    unsigned iface;
    uint32_t want_src;
    struct v4_mac want_mac;
} ways[] = {
    {"a neighbour", THEM, 0, V4_OK, 0, US, {{2, 0, 0, 0, 0, 1}}},
    {"far away", FAR, 0, V4_OK, 0, US, {{2, 0, 0, 0, 0, 1}}},
    {"from our other address", THEM, US_TOO, V4_OK, 0, US_TOO, {{2, 0, 0, 0, 0, 1}}},
    {"limited broadcast",
     V4_ADDR_BROADCAST,
     0,
     V4_OK,
     0,
     US,
     {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}},
    {"limited broadcast on the other",
     V4_ADDR_BROADCAST,
     US_TOO,
     V4_OK,
     1,
     US_TOO,
     {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}},
    {"directed broadcast",
     V4_ADDR(198, 18, 1, 255),
     0,
     V4_OK,
     1,
     US_TOO,
     {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}},
    {"a group", V4_ADDR(239, 129, 2, 3), 0, V4_OK, 0, US, {{1, 0, 0x5e, 1, 2, 3}}},
    {"zeros", V4_ADDR(198, 18, 0, 0), 0, V4_ENETUNREACH, 0, 0, {{0}}},
    {"0.0.0.0", 0, 0, V4_ENETUNREACH, 0, 0, {{0}}},
    {"class E", V4_ADDR(240, 0, 0, 1), 0, V4_ENETUNREACH, 0, 0, {{0}}},
    {"from another's address", THEM, FAR, V4_EADDRNOTAVAIL, 0, 0, {{0}}},
    {"from loopback", THEM, V4_ADDR(127, 0, 0, 1), V4_EADDRNOTAVAIL, 0, 0, {{0}}},
    {"from a broadcast", THEM, V4_ADDR(198, 18, 0, 255), V4_EADDRNOTAVAIL, 0, 0, {{0}}},
};

Test(ip_out, finds_the_way_and_the_source)
{
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct rig *rig = rig_open("modern");
        struct v4_send send = v4_send_default(ways[i].dst, SOME);
        struct v4_ether ether;
        struct v4_ip ip;

        rig_meet(rig);
        send.src = ways[i].src;
        cr_expect(v4_host_ip_send(rig->host, 200, &send, rig->now) == ways[i].want, "%s",
                  ways[i].what);
        cr_assert(rig_out(rig, &ether) == (ways[i].want == V4_OK), "%s", ways[i].what);
        if (ways[i].want == V4_OK) {
            cr_assert(v4_ip_parse(ether.data, &ip) == V4_KEEP, "%s", ways[i].what);
            cr_expect(rig->out_iface == ways[i].iface, "%s", ways[i].what);
            cr_expect(v4_mac_equal(ether.dst, ways[i].want_mac), "%s", ways[i].what);
            cr_expect(ip.src == ways[i].want_src && ip.dst == ways[i].dst, "%s", ways[i].what);
            cr_expect(same(ip.data, SOME) && ip.protocol == 200, "%s", ways[i].what);
            cr_expect(ip.ttl == (v4_addr_is_multicast(ip.dst) ? 1 : 64), "%s", ways[i].what);
        }
        cr_expect(rig_silent(rig));
        rig_close(rig);
    }
}

Test(ip_out, without_a_gateway_there_is_no_way_out)
{
    struct v4_config config = rig_config("modern");
    struct v4_send send = v4_send_default(FAR, SOME);

    config.gateway = 0;
    struct rig *rig = rig_open_with(&config);
    cr_expect(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_ENETUNREACH);

    /* Nor for a reply, and that is a discard. */
    struct v4_ip ip = rig_header();
    ip.src = FAR;
    rig_icmp(rig, ip, rig_echo());
    cr_expect(rig_silent(rig));
    cr_expect(rig_reason(rig) == V4_DROP_NO_ROUTE);
    rig_close(rig);
}

Test(ip_out, sends_what_the_user_chose)
{
    struct rig *rig = rig_open("modern");
    struct v4_send send = v4_send_default(THEM, SOME);
    struct v4_ip ip;

    rig_meet(rig);
    send.ttl = 3;
    send.tos = 0x28;
    send.df = true;
    send.with_id = true;
    send.id = 0xbeef;
    send.options = OPTIONS(0x9e, 4, 1, 2);
    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    cr_assert(rig_out_ip(rig, &ip));
    cr_expect(ip.ttl == 3 && ip.tos == 0x28 && ip.df && ip.id == 0xbeef && !ip.reserved && !ip.mf);
    cr_expect(same(ip.options, send.options));
    rig_close(rig);
}

Test(ip_out, refuses_what_cannot_be_a_header)
{
    static const struct {
        const char *what;
        uint8_t ttl, options[16];
        size_t len;
    } rows[] = {
        {"TTL 0", 0, {0}, 0},
        {"options of 3 octets", 64, {1, 1, 1}, 3},
        {"an option without its length", 64, {1, 1, 1, 7}, 4},
        {"two source routes", 64, {131, 7, 4, 192, 0, 2, 1, 137, 7, 4, 192, 0, 2, 2, 0, 0}, 16},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rig *rig = rig_open("modern");
        struct v4_send send = v4_send_default(THEM, SOME);
        send.ttl = rows[i].ttl;
        send.options = (struct v4_span){rows[i].options, rows[i].len};
        cr_expect(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_EINVAL, "%s",
                  rows[i].what);
        cr_expect(rig_silent(rig));
        rig_close(rig);
    }
}

static const uint8_t zeros[65536];

Test(ip_out, what_is_too_long_is_refused)
{
    struct rig *rig = rig_open("modern");
    struct v4_send send = v4_send_default(THEM, (struct v4_span){zeros, 65516});

    rig_meet(rig);
    cr_expect(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_EMSGSIZE);
    send.data.len = 1481;
    send.df = true;
    cr_expect(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_EMSGSIZE);
    cr_expect(rig_silent(rig));
    send.data.len = 1480;
    cr_expect(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    cr_expect(!rig_silent(rig));
    rig_close(rig);
}

/* What no length can say is refused wherever it would go, also to where nothing goes. */
Test(ip_out, what_is_longer_than_any_datagram_is_refused_first)
{
    struct rig *rig = rig_open("modern");
    struct v4_send send = v4_send_default(THEM, (struct v4_span){zeros, 65536});

    rig_meet(rig);
    cr_expect(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_EMSGSIZE);
    send.dst = V4_ADDR(240, 0, 0, 1);
    cr_expect(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_EMSGSIZE);
    send.data.len = 65535;
    cr_expect(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_ENETUNREACH);
    cr_expect(rig_silent(rig));
    rig_close(rig);
}

/* RFC 791's example: 452 octets of data and a header of 20 over an MTU of 280 become 256 (276 in
 * all) and 196 (216). */
Test(ip_out, fragments_as_in_the_example)
{
    struct v4_config config = rig_config("modern");
    struct v4_send send = v4_send_default(THEM, (struct v4_span){zeros, 452});
    struct v4_ip first, second;

    config.ifaces[0].mtu = 280;
    struct rig *rig = rig_open_with(&config);
    rig_meet(rig);
    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    cr_assert(rig_out_ip(rig, &first));
    cr_expect(first.data.len == 256 && first.mf && first.offset == 0);
    cr_assert(rig_out_ip(rig, &second));
    cr_expect(second.data.len == 196 && !second.mf && second.offset == 32);
    cr_expect(first.id == second.id && second.ttl == 64 && second.protocol == 200);
    cr_expect(rig_silent(rig));
    rig_close(rig);
}

Test(ip_out, far_away_no_more_than_576_where_the_profile_says_so)
{
    static const struct {
        const char *profile;
        uint32_t dst;
        size_t want; /* octets of the first packet */
    } rows[] = {{"rfc791", FAR, 572},
                {"rfc1122", FAR, 572},
                {"rfc1122", THEM, 1020},
                {"rfc1812", FAR, 1020},
                {"modern", FAR, 1020}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rig *rig = rig_open(rows[i].profile);
        struct v4_send send = v4_send_default(rows[i].dst, (struct v4_span){zeros, 1000});
        struct v4_ip ip;

        rig_meet(rig);
        cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
        cr_assert(rig_out_ip(rig, &ip));
        cr_expect(20 + ip.data.len == rows[i].want, "%s: %zu", rows[i].profile, ip.data.len);
        rig_close(rig);
    }
}

Test(ip_out, an_identification_is_not_used_again_for_8192_datagrams)
{
    static bool seen[65536];
    struct rig *rig = rig_open("modern");
    struct v4_send send = v4_send_default(THEM, SOME);
    struct v4_ip ip;

    rig_meet(rig);
    send.df = V4_DF_CLEAR;
    for (size_t i = 0; i < 8192; i++) {
        cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
        cr_assert(rig_out_ip(rig, &ip));
        cr_assert(!seen[ip.id], "%zu", i);
        seen[ip.id] = true;
    }
    rig_close(rig);
}

Test(ip_out, an_identification_is_not_used_again_for_two_minutes)
{
    struct rig *rig = rig_open("modern");
    struct v4_send send = v4_send_default(THEM, SOME);
    enum v4_error error;
    struct v4_ip ip;

    rig_meet(rig);
    send.df = V4_DF_CLEAR;
    while ((error = v4_host_ip_send(rig->host, 200, &send, rig->now)) == V4_OK)
        cr_assert(rig_out_ip(rig, &ip));
    cr_expect(error == V4_ENOBUFS);
    rig_advance(rig, 119 * V4_SECOND);
    cr_expect(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_ENOBUFS);
    rig_advance(rig, V4_SECOND);
    cr_expect(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    rig_close(rig);
}

Test(ip_out, what_is_for_us_stays_inside)
{
    static const uint32_t places[] = {US,
                                      US_TOO,
                                      V4_ADDR(127, 0, 0, 0),
                                      V4_ADDR(127, 0, 0, 1),
                                      V4_ADDR(127, 9, 9, 9),
                                      V4_ADDR(127, 255, 255, 255)};

    for (size_t i = 0; i < COUNT(places); i++) {
        struct rig *rig = rig_open("modern");
        struct v4_send send = v4_send_default(places[i], (struct v4_span){zeros, 40000});
        struct v4_event event;
        unsigned sock;

        cr_assert(v4_host_ip_bind(rig->host, 200, &sock) == V4_OK);
        cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
        cr_assert(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_IP, "%zu", i);
        cr_expect(event.ip.dst == places[i] && event.ip.src == places[i] && event.ip.sock == sock);
        cr_expect(event.ip.iface == (places[i] == US_TOO), "%zu", i);
        cr_expect(event.ip.data.len == 40000);
        cr_assert(v4_host_echo_send(rig->host, 1, 2, &send, rig->now) == V4_OK);
        cr_assert(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_ECHO, "%zu", i);
        cr_expect(rig_silent(rig));
        rig_close(rig);
    }
}

Test(ip_out, we_hear_what_we_send_to_all_hosts)
{
    struct rig *rig = rig_open("modern");
    struct v4_send send = v4_send_default(V4_ADDR_ALL_HOSTS, SOME);
    struct v4_event event;
    unsigned sock;

    cr_assert(v4_host_ip_bind(rig->host, 200, &sock) == V4_OK);
    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    cr_expect(!rig_silent(rig));
    cr_assert(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_IP);
    cr_expect(event.ip.src == US && event.ip.dst == V4_ADDR_ALL_HOSTS);
    rig_close(rig);
}

/* Forty octets of copied options leave room for eight of data in each fragment, and all fragments
 * together are more than the queue of what we hear ourselves can hold. */
Test(ip_out, what_we_cannot_hear_for_lack_of_room_is_counted)
{
    static const uint8_t data[60000], options[40] = {131, 39, 40};
    struct v4_config config = rig_config("modern");
    struct v4_send send = v4_send_default(V4_ADDR_ALL_HOSTS, (struct v4_span){data, sizeof data});

    config.ifaces[0].mtu = 68;
    config.output_octets = 1 << 20;
    send.options = (struct v4_span){options, sizeof options};
    struct rig *rig = rig_open_with(&config);
    const struct v4_stats *stats = v4_host_stats(rig->host);
    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    cr_expect(stats->value[V4_STAT_IP_FRAG_OUT] == sizeof data / 8);
    cr_expect(stats->value[V4_STAT_ETHER_OUT] == sizeof data / 8);
    cr_expect(rig_drops(rig, V4_DROP_OUTPUT_FULL) > 1000);
    cr_expect(stats->value[V4_STAT_IP_OUT_DISCARDS] == rig_drops(rig, V4_DROP_OUTPUT_FULL));
    rig_close(rig);
}

Test(ip_out, the_mtu_of_no_way_is_0)
{
    struct rig *rig = rig_open("modern");
    const struct v4_core *core = v4_host_enter(rig->host, rig->now);

    cr_expect(v4_ip_first_hop_mtu(core, V4_ADDR(240, 0, 0, 1)) == 0);
    cr_expect(v4_ip_first_hop_mtu(core, FAR) == V4_MTU_DEFAULT);
    rig_close(rig);
}

/* Seven octets of option are eight in the header: the reply to 1501 octets does not fit 1500. */
Test(ip_out, padding_counts_against_the_mtu)
{
    struct rig *rig = rig_open("modern");
    struct v4_ip ip = rig_header();

    rig_meet(rig);
    ip.options = OPTIONS(7, 7, 4, 0, 0, 0, 0);
    rig_icmp(rig, ip, &(struct v4_icmp){.type = V4_ICMP_ECHO, .data = {zeros, 1465}});
    cr_assert(rig_out_ip(rig, &ip));
    cr_expect(ip.mf && rig->out_len <= 1514);
    cr_expect(!rig_silent(rig));
    rig_close(rig);
}

Test(ip_out, an_originator_enters_itself)
{
    struct rig *rig = rig_open("modern");
    struct v4_send send = v4_send_default(THEM, SOME);
    struct v4_ip ip;

    rig_meet(rig);
    send.options = OPTIONS(68, 12, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    cr_assert(v4_host_echo_send(rig->host, 1, 2, &send, rig->now) == V4_OK);
    cr_assert(rig_out_ip(rig, &ip));
    cr_expect(same(ip.options, OPTIONS(68, 12, 9, 0, 0x80, 0, 0x03, 0xe8, 0, 0, 0, 0)));
    rig_close(rig);
}

/* A redirect of what we send to `about`, by the interface that the next frames come by. */
static void redirect(struct rig *rig, uint32_t from, uint32_t about, uint32_t gateway, uint8_t code)
{
    uint8_t quote[V4_IP_HEADER_MAX + 8] = {0};
    struct v4_ip ip = rig_header();

    v4_ip_emit(
        &(struct v4_ip){.ttl = 1, .protocol = 200, .src = US, .dst = about, .data = {zeros, 8}},
        quote);
    ip.src = from;
    rig_icmp(rig, ip,
             &(struct v4_icmp){
                 .type = V4_ICMP_REDIRECT, .code = code, .rest = gateway, .data = {quote, 28}});
}

Test(ip_out, a_redirect_is_believed_from_the_gateway_in_use)
{
    static const struct {
        const char *what;
        uint32_t from, gateway, about;
        unsigned iface;
        enum v4_drop want;
    } rows[] = {
        {"from the gateway", THEM, V4_ADDR(198, 18, 0, 9), FAR, 0, V4_KEEP},
        {"from another", V4_ADDR(198, 18, 0, 8), V4_ADDR(198, 18, 0, 9), FAR, 0,
         V4_DROP_ICMP_REDIRECT},
        {"by another link", THEM, V4_ADDR(198, 18, 0, 9), FAR, 1, V4_DROP_ICMP_REDIRECT},
        {"to a gateway off the link", THEM, V4_ADDR(198, 18, 1, 9), FAR, 0, V4_DROP_ICMP_REDIRECT},
        {"to one of the link that it came by", THEM, V4_ADDR(198, 18, 1, 9), FAR, 1,
         V4_DROP_ICMP_REDIRECT},
        {"to ourselves", THEM, US, FAR, 0, V4_DROP_ICMP_REDIRECT},
        {"to a broadcast address", THEM, V4_ADDR(198, 18, 0, 255), FAR, 0, V4_DROP_ICMP_REDIRECT},
        {"about the gateway", THEM, V4_ADDR(198, 18, 0, 9), THEM, 0, V4_DROP_ICMP_REDIRECT},
        {"about a neighbour", THEM, V4_ADDR(198, 18, 0, 9), V4_ADDR(198, 18, 0, 7), 0,
         V4_DROP_ICMP_REDIRECT},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        for (uint8_t code = 0; code < 4; code++) {
            struct rig *rig = rig_open("modern");
            struct v4_send send = v4_send_default(FAR, SOME);
            struct v4_ether ether;
            struct v4_arp arp;

            rig_meet(rig);
            rig->iface = rows[i].iface;
            rig->to = rows[i].iface == 0 ? OUR_MAC : (struct v4_mac){{2, 0, 0, 0, 1, 2}};
            redirect(rig, rows[i].from, rows[i].about, rows[i].gateway, code);
            cr_expect(rig_reason(rig) == rows[i].want, "%s: %s", rows[i].what,
                      v4_drop_name(rig_reason(rig)));
            cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
            cr_assert(rig_out(rig, &ether));
            if (rows[i].want == V4_KEEP) {
                cr_assert(v4_arp_parse(ether.data, &arp) == V4_KEEP, "%s", rows[i].what);
                cr_expect(arp.target == rows[i].gateway, "%s", rows[i].what);
            } else {
                cr_expect(ether.type == V4_ETHER_TYPE_IP, "%s", rows[i].what);
                cr_expect(v4_mac_equal(ether.dst, THEIR_MAC), "%s", rows[i].what);
            }
            rig_close(rig);
        }
    }
}

/* Whom the host asks for when it sends to `dst`: the first hop. */
static uint32_t first_hop(struct rig *rig, uint32_t dst)
{
    struct v4_send send = v4_send_default(dst, SOME);
    struct v4_ether ether;
    struct v4_arp arp;

    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    cr_assert(rig_out(rig, &ether) && v4_arp_parse(ether.data, &arp) == V4_KEEP);
    return arp.target;
}

/* The gateway that was learned may name another in its turn, for each destination apart. */
Test(ip_out, a_later_redirect_takes_the_place_of_an_earlier)
{
    struct rig *rig = rig_open("modern");

    rig_meet(rig);
    redirect(rig, THEM, FAR, V4_ADDR(198, 18, 0, 7), 1);
    redirect(rig, THEM, FAR + 1, V4_ADDR(198, 18, 0, 8), 1);
    redirect(rig, V4_ADDR(198, 18, 0, 8), FAR + 1, V4_ADDR(198, 18, 0, 9), 1);
    cr_expect(rig_all_drops(rig) == 0);
    cr_expect(first_hop(rig, FAR + 1) == V4_ADDR(198, 18, 0, 9));
    cr_expect(first_hop(rig, FAR) == V4_ADDR(198, 18, 0, 7));
    rig_close(rig);
}

Test(ip_out, a_redirect_leads_by_the_interface_that_it_came_by)
{
    struct v4_config config = rig_config("modern");

    config.gateway = V4_ADDR(198, 18, 1, 1);
    struct rig *rig = rig_open_with(&config);
    rig->iface = 1;
    rig->to = config.ifaces[1].mac;
    redirect(rig, config.gateway, FAR, V4_ADDR(198, 18, 1, 9), 1);
    cr_expect(first_hop(rig, FAR) == V4_ADDR(198, 18, 1, 9) && rig->out_iface == 1);
    rig_close(rig);
}

/* Whoever knows the gateway's address can name a host that is not there. */
Test(ip_out, a_gateway_that_a_redirect_named_and_nobody_is_gives_way_to_the_one_before)
{
    struct rig *rig = rig_open("modern");
    struct v4_send send = v4_send_default(FAR, SOME);
    struct v4_ether ether;
    struct v4_ip ip;

    rig_meet(rig);
    redirect(rig, THEM, FAR, V4_ADDR(198, 18, 0, 9), 1);
    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    for (int request = 0; request < 3; request++) {
        cr_assert(rig_out(rig, &ether) && ether.type == V4_ETHER_TYPE_ARP);
        rig_advance(rig, V4_SECOND);
    }
    cr_assert(rig_drops(rig, V4_DROP_NEIGHBOR_FAILED) == 1);
    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    cr_assert(rig_out_ip(rig, &ip) && ip.dst == FAR);
    cr_expect(memcmp(rig->out, THEIR_MAC.octets, 6) == 0);
    rig_close(rig);
}
