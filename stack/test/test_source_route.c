/* SPDX-License-Identifier: BSD-2-Clause */
#include "rig.h"

#define G1 192, 0, 2, 11
#define NEXT 198, 18, 1, 9 /* a neighbour on interface 1 */
#define NEXT_ADDR V4_ADDR(198, 18, 1, 9)

/* A host that passes on, and knows both its neighbours. */
static struct rig *open_hop(const char *profile)
{
    struct v4_config config = rig_config(profile);
    struct v4_ether ether;

    config.ifaces[1].mtu = 1280;
    struct rig *rig = rig_open_with(&config);

    cr_assert(v4_host_set(rig->host, "source-route", 1) == V4_OK);
    rig_meet(rig);
    rig->iface = 1;
    rig->to = (struct v4_mac){{2, 0, 0, 0, 1, 2}};
    rig_arp(rig, V4_ARP_REQUEST, THEIR_MAC, NEXT_ADDR, US_TOO);
    cr_assert(rig_out(rig, &ether));
    rig->iface = 0;
    rig->to = OUR_MAC;
    return rig;
}

static const struct {
    const char *what;
    uint8_t got[24];
    size_t len;
    uint8_t want[24];
} passed[] = {
    {"a loose route", {131, 7, 4, NEXT, 0}, 8, {131, 7, 8, 198, 18, 1, 2, 0}},
    {"a strict one", {137, 7, 4, NEXT, 0}, 8, {137, 7, 8, 198, 18, 1, 2, 0}},
    {"its second address", {131, 11, 8, G1, NEXT, 0}, 12, {131, 11, 8 + 4, G1, 198, 18, 1, 2, 0}},
    {"it goes on from here", {131, 11, 4, NEXT, G1, 0}, 12, {131, 11, 8, 198, 18, 1, 2, G1, 0}},
    {"a record route beside it",
     {1, 131, 7, 4, NEXT, 7, 7, 4, 0, 0, 0, 0, 0},
     16,
     {1, 131, 7, 8, 198, 18, 1, 2, 7, 7, 8, 198, 18, 1, 2, 0}},
    {"a full one",
     {7, 7, 8, G1, 131, 7, 4, NEXT, 0, 0},
     16,
     {7, 7, 8, G1, 131, 7, 8, 198, 18, 1, 2, 0, 0}},
    {"a full timestamp",
     {68, 8, 9, 0x20, 1, 2, 3, 4, 131, 7, 4, NEXT, 0},
     16,
     {68, 8, 9, 0x30, 1, 2, 3, 4, 131, 7, 8, 198, 18, 1, 2, 0}},
    {"what nobody knows",
     {94, 4, 1, 2, 131, 7, 4, NEXT, 1},
     12,
     {94, 4, 1, 2, 131, 7, 8, 198, 18, 1, 2, 1}},
};

Test(source_route, we_are_entered_and_the_next_hop_is_the_destination)
{
    for (size_t i = 0; i < COUNT(passed); i++) {
        struct rig *rig = open_hop("modern");
        struct v4_ip ip = rig_header(), out;

        ip.options = (struct v4_span){passed[i].got, passed[i].len};
        ip.tos = 0x10;
        rig_icmp(rig, ip, rig_echo());
        cr_assert(rig_out_ip(rig, &out), "%s", passed[i].what);
        cr_expect(rig->out_iface == 1 && out.dst == NEXT_ADDR && out.src == THEM, "%s",
                  passed[i].what);
        cr_expect(out.ttl == 63 && out.id == ip.id && out.tos == 0x10, "%s", passed[i].what);
        cr_expect(same(out.options, (struct v4_span){passed[i].want, passed[i].len}), "%s",
                  passed[i].what);
        cr_expect(rig_silent(rig) && rig_all_drops(rig) == 0, "%s", passed[i].what);
        rig_close(rig);
    }
}

#define ROUTE(type, ...)                                                                           \
    {                                                                                              \
        type, 7, 4, __VA_ARGS__, 0                                                                 \
    }

static const struct {
    const char *what;
    uint8_t options[8], ttl;
    bool df, large;
    enum v4_drop want;
    uint8_t type, code;
} refused[] = {
    {"a TTL of 1", ROUTE(131, NEXT), 1, false, false, V4_DROP_TTL, 11, 0},
    {"a TTL of 0", ROUTE(131, NEXT), 0, false, false, V4_DROP_TTL, 11, 0},
    {"too long, with DF", ROUTE(131, NEXT), 64, true, true, V4_DROP_DF, 3, 4},
    {"strict, over a gateway", ROUTE(137, G1), 64, false, false, V4_DROP_SOURCE_ROUTE, 3, 5},
    {"to a broadcast", ROUTE(131, 198, 18, 1, 255), 64, false, false, V4_DROP_SOURCE_ROUTE, 3, 5},
    {"to all", ROUTE(131, 255, 255, 255, 255), 64, false, false, V4_DROP_SOURCE_ROUTE, 3, 5},
    {"to a group", ROUTE(131, 224, 0, 0, 5), 64, false, false, V4_DROP_SOURCE_ROUTE, 3, 5},
    {"to loopback", ROUTE(131, 127, 0, 0, 1), 64, false, false, V4_DROP_SOURCE_ROUTE, 3, 5},
    {"to zeros", ROUTE(131, 198, 18, 1, 0), 64, false, false, V4_DROP_SOURCE_ROUTE, 3, 5},
    {"to class E", ROUTE(131, 240, 0, 0, 1), 64, false, false, V4_DROP_SOURCE_ROUTE, 3, 5},
};

/* RFC1812-5.3.9-a: rules for what is passed on know it by the interface that it leaves by. */
Test(source_route, rules_hold_for_what_is_passed_on)
{
    uint8_t route[] = {131, 7, 4, NEXT, 0};

    for (unsigned out = 1; out <= 2; out++) {
        struct rig *rig = open_hop("modern");
        struct v4_rule rule = {.hook = V4_HOOK_FORWARD, .action = V4_RULE_DROP, .out = out};
        struct v4_ip ip = rig_header();

        cr_assert(v4_host_rule_add(rig->host, &rule) == V4_OK);
        ip.options = (struct v4_span){route, sizeof route};
        rig_icmp(rig, ip, rig_echo());
        cr_expect(rig_drops(rig, V4_DROP_FILTER_FORWARD) == (out == 2), "by %u", out);
        cr_expect(rig_silent(rig) == (out == 2), "by %u", out);
        rig_close(rig);
    }
}

Test(source_route, what_cannot_go_on_is_reported)
{
    static uint8_t data[1480];

    for (size_t i = 0; i < COUNT(refused); i++) {
        struct rig *rig = open_hop("modern");
        struct v4_ip ip = rig_header();
        struct v4_icmp error;
        struct v4_icmp echo = *rig_echo();

        if (refused[i].large)
            echo.data = (struct v4_span){data, 1400};
        ip.options = (struct v4_span){refused[i].options, 8};
        ip.ttl = refused[i].ttl;
        ip.df = refused[i].df;
        rig_icmp(rig, ip, &echo);
        cr_assert(rig_out_icmp(rig, &ip, &error), "%s", refused[i].what);
        cr_expect(rig_reason(rig) == refused[i].want, "%s", refused[i].what);
        cr_expect(ip.dst == THEM && error.type == refused[i].type && error.code == refused[i].code,
                  "%s", refused[i].what);
        cr_expect(error.rest == (refused[i].large ? 1280 : 0), "%s", refused[i].what);
        cr_expect(rig_silent(rig));
        rig_close(rig);
    }
}

/* An MTU of 1280: what is so long may have Don't Fragment, whatever its parts add up to. */
Test(source_route, what_fits_goes_on_with_dont_fragment)
{
    static const uint8_t data[1252];

    for (size_t len = 0; len <= sizeof data; len += sizeof data / 4) {
        struct rig *rig = open_hop("modern");
        struct v4_ip ip = rig_header(), out;

        ip.protocol = V4_PROTOCOL_UDP;
        ip.options = OPTIONS(131, 7, 4, NEXT, 0);
        ip.df = true;
        ip.data = (struct v4_span){data, len};
        rig_ip(rig, &ip);
        cr_assert(rig_out_ip(rig, &out), "%zu", len);
        cr_expect(out.df && out.dst == NEXT_ADDR && out.data.len == len, "%zu", len);
        rig_close(rig);
    }
}

Test(source_route, a_neighbour_of_its_own_link_is_a_hop_too)
{
    struct rig *rig = open_hop("rfc1122");
    struct v4_ip ip = rig_header(), out;

    ip.options = OPTIONS(131, 7, 4, 198, 18, 0, 1, 0);
    rig_icmp(rig, ip, rig_echo());
    cr_assert(rig_out_ip(rig, &out) && rig->out_iface == 0 && out.dst == THEM);
    cr_expect(same(out.options, OPTIONS(131, 7, 8, 198, 18, 0, 2, 0)));
    rig_close(rig);
}

/* What was passed on and waits for a hop that nobody is was sent by none of our users. */
Test(source_route, a_hop_that_never_answers_is_told_to_no_user)
{
    struct rig *rig = open_hop("modern");
    struct v4_ip ip = rig_header();
    struct v4_event event;
    unsigned sock;

    cr_assert(v4_host_ip_bind(rig->host, 200, &sock) == V4_OK);
    ip.protocol = 200;
    ip.options = OPTIONS(131, 7, 4, 198, 18, 1, 77, 0);
    rig_ip(rig, &ip);
    for (int i = 0; i < 5; i++)
        rig_advance(rig, V4_SECOND);
    cr_expect(rig_drops(rig, V4_DROP_NEIGHBOR_FAILED) == 1);
    cr_expect(!v4_host_event(rig->host, &event));
    rig_close(rig);
}

/* Both its addresses are hops: the second one delivers. */
Test(source_route, a_route_over_our_other_address)
{
    struct rig *rig = open_hop("rfc1122");
    struct v4_ip ip = rig_header();
    struct v4_icmp reply;

    ip.options = OPTIONS(131, 7, 4, 198, 18, 1, 2, 0);
    rig_icmp(rig, ip, rig_echo());
    cr_expect(rig_drops(rig, V4_DROP_RETURN_ROUTE) == 1, "the way back would lead over ourselves");
    cr_expect(!rig_out_icmp(rig, &ip, &reply));
    rig_close(rig);
}

Test(source_route, one_to_many_goes_nowhere)
{
    struct rig *rig = open_hop("modern");
    struct v4_ip ip = rig_header();

    rig->to = V4_MAC_BROADCAST;
    ip.dst = V4_ADDR_BROADCAST;
    ip.options = OPTIONS(131, 7, 4, NEXT, 0);
    rig_icmp(rig, ip, rig_echo());
    cr_expect(rig_silent(rig) && rig_reason(rig) == V4_DROP_SOURCE_ROUTE);
    rig_close(rig);
}

/* A fragment is passed on as one, and may have to be cut again. */
Test(source_route, fragments_of_a_fragment)
{
    static const uint8_t data[1440];
    struct rig *rig = open_hop("modern");
    struct v4_ip ip = rig_header(), out;

    ip.protocol = V4_PROTOCOL_UDP;
    ip.options = OPTIONS(131, 7, 4, NEXT, 0);
    ip.mf = true;
    ip.offset = 10;
    ip.data = (struct v4_span){data, sizeof data};
    rig_ip(rig, &ip);
    cr_assert(rig_out_ip(rig, &out) && out.offset == 10 && out.mf && out.data.len == 1248);
    cr_assert(rig_out_ip(rig, &out) && out.offset == 10 + 156 && out.mf && out.data.len == 192);
    cr_expect(same(out.options, OPTIONS(131, 7, 8, 198, 18, 1, 2, 0)) && rig_silent(rig));
    rig_close(rig);
}

Test(source_route, off_by_default_and_all_refused_where_that_is_wanted)
{
    struct rig *rig = rig_open("modern");
    struct v4_ip ip = rig_header();
    struct v4_icmp error;

    rig_meet(rig);
    ip.options = OPTIONS(131, 7, 4, NEXT, 0);
    rig_icmp(rig, ip, rig_echo());
    cr_assert(rig_out_icmp(rig, &ip, &error) && error.type == 3 && error.code == 5);

    cr_assert(v4_host_set(rig->host, "drop-source-routed", 1) == V4_OK);
    ip = rig_header();
    ip.options = OPTIONS(137, 7, 8, G1, 0);
    rig_icmp(rig, ip, rig_echo());
    cr_expect(rig_silent(rig) && rig_drops(rig, V4_DROP_ROUTED) == 1);
    rig_close(rig);
}
