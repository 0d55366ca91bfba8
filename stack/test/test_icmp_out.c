/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/inside.h"
#include "rig.h"

/* A UDP datagram to a port that nobody has. */
static void knock(struct rig *rig, struct v4_ip ip, size_t len)
{
    static const uint8_t data[65507];

    rig_udp(rig, ip, &(struct v4_udp){.src_port = 5, .dst_port = 9, .data = {data, len}});
}

Test(icmp_out, quotes_as_much_as_its_profile_says)
{
    static const struct {
        const char *profile;
        size_t sent, quoted; /* octets of UDP data; octets of the datagram */
    } rows[] = {
        {"rfc791", 0, 28},    {"rfc791", 100, 28},  {"rfc1122", 100, 28}, {"rfc1812", 100, 128},
        {"modern", 100, 128}, {"modern", 520, 548}, {"modern", 521, 548}, {"modern", 1472, 548},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rig *rig = rig_open(rows[i].profile);
        struct v4_ip ip, offender = rig_header();
        struct v4_icmp error;

        rig_meet(rig);
        offender.tos = 0xff; /* octets that a careless stack might repair on the way */
        offender.reserved = true;
        offender.ttl = 3;
        knock(rig, offender, rows[i].sent);
        cr_assert(rig_out_icmp(rig, &ip, &error));
        cr_expect(error.type == V4_ICMP_UNREACHABLE && error.code == V4_ICMP_PORT);
        cr_expect(error.rest == 0 && ip.src == US && ip.dst == THEM && ip.ttl == 64);
        cr_expect(ip.options.len == 0);
        cr_expect(error.data.len == rows[i].quoted, "%s %zu: %zu", rows[i].profile, rows[i].sent,
                  error.data.len);

        uint8_t header[V4_IP_HEADER_MAX];
        offender.protocol = V4_PROTOCOL_UDP;
        offender.data.len = 8 + rows[i].sent;
        v4_ip_emit(&offender, header);
        cr_expect(memcmp(error.data.octets, header, 20) == 0);
        cr_expect(v4_be16(error.data.octets + 22) == 9);
        rig_close(rig);
    }
}

Test(icmp_out, options_of_the_offender_count_against_the_quotation)
{
    struct rig *rig = rig_open("modern");
    struct v4_ip ip = rig_header();
    struct v4_icmp error;

    rig_meet(rig);
    ip.options = OPTIONS(7, 7, 4, 0, 0, 0, 0, 0);
    knock(rig, ip, 1000);
    cr_assert(rig_out_icmp(rig, &ip, &error));
    cr_expect(error.data.len == 548);
    /* As it arrived: nobody is entered. */
    cr_expect(memcmp(error.data.octets + 20, (uint8_t[]){7, 7, 4, 0, 0, 0, 0, 0}, 8) == 0);
    rig_close(rig);
}

/* What it says of its own groups is heard before. */
static void become_router(struct rig *rig)
{
    cr_assert(v4_host_set(rig->host, "forwarding", 1) == V4_OK);
    v4_host_tick(rig->host, rig->now);
    while (!rig_silent(rig))
        continue;
}

Test(icmp_out, the_tos_is_the_profiles)
{
    static const struct {
        const char *profile;
        bool router;
        uint8_t want;
    } rows[] = {{"rfc791", false, 0},    {"rfc1122", false, 0},   {"modern", false, 0},
                {"rfc791", true, 0},     {"rfc1122", true, 0},    {"modern", true, 0xd8},
                {"rfc1812", true, 0xd8}, {"rfc1812", false, 0xd8}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rig *rig = rig_open(rows[i].profile);
        struct v4_ip ip = rig_header();
        struct v4_icmp error;

        rig_meet(rig);
        if (rows[i].router)
            become_router(rig);
        ip.tos = 0x38; /* precedence 1, low delay and high throughput */
        knock(rig, ip, 1);
        cr_assert(rig_out_icmp(rig, &ip, &error));
        cr_expect(ip.tos == rows[i].want, "%s: %#x", rows[i].profile, ip.tos);
        rig_close(rig);
    }
}

Test(icmp_out, a_router_s_comes_from_where_it_leaves)
{
    for (int router = 0; router < 2; router++) {
        struct rig *rig = rig_open("modern");
        struct v4_ip ip = rig_header();
        struct v4_icmp error;

        rig_meet(rig);
        if (router)
            become_router(rig);
        ip.dst = US_TOO;
        knock(rig, ip, 1);
        cr_assert(rig_out_icmp(rig, &ip, &error));
        cr_expect(ip.src == (router ? US : US_TOO) && ip.dst == THEM);
        rig_close(rig);
    }
}

Test(icmp_out, a_router_s_goes_back_along_the_route)
{
    struct rig *rig = rig_open("modern");
    struct v4_ip ip = rig_header();
    struct v4_icmp error;

    rig_meet(rig);
    become_router(rig);
    ip.src = FAR;
    ip.options = OPTIONS(131, 7, 8, 198, 18, 0, 1, 0);
    knock(rig, ip, 1000);
    cr_assert(rig_out_icmp(rig, &ip, &error));
    cr_expect(ip.dst == THEM && error.data.len == 576 - 28 - 8);
    cr_expect(same(ip.options, OPTIONS(131, 7, 4, 192, 0, 2, 1, 0)));
    rig_close(rig);
}

static const struct {
    const char *what;
    uint32_t dst;
    uint8_t protocol, first; /* octet of data */
    size_t len;              /* of data */
    uint16_t offset;
    bool faulty_option, link_broadcast;
} forbidden[] = {
    {"to a broadcast", V4_ADDR_BROADCAST, 200, 0, 8, 0, false, true},
    {"to a broadcast, link unicast", V4_ADDR(198, 18, 0, 255), 200, 0, 8, 0, false, false},
    {"to a group", V4_ADDR_ALL_HOSTS, 200, 0, 8, 0, false, false},
    {"in a link broadcast", US, 200, 0, 8, 0, false, true},
    {"a later fragment", US, 200, 0, 8, 1, true, false},
    {"an ICMP error", US, V4_PROTOCOL_ICMP, V4_ICMP_UNREACHABLE, 8, 0, true, false},
    {"a redirect", US, V4_PROTOCOL_ICMP, V4_ICMP_REDIRECT, 8, 0, true, false},
    {"an ICMP message without a type", US, V4_PROTOCOL_ICMP, 0, 0, 0, true, false},
};

Test(icmp_out, the_rules_that_forbid_it)
{
    static const uint8_t faulty[] = {7, 2, 0, 0}; /* no length of a record route */

    for (size_t i = 0; i < COUNT(forbidden); i++) {
        struct rig *rig = rig_open("rfc791"); /* the one that lets unicast in link broadcasts in */
        struct v4_ip ip = rig_header();
        uint8_t data[8] = {forbidden[i].first};

        rig_meet(rig);
        ip.dst = forbidden[i].dst;
        ip.protocol = forbidden[i].protocol;
        ip.offset = forbidden[i].offset;
        ip.data = (struct v4_span){data, forbidden[i].len};
        ip.options = (struct v4_span){faulty, forbidden[i].faulty_option ? sizeof faulty : 0};
        if (forbidden[i].link_broadcast)
            rig->to = V4_MAC_BROADCAST;
        rig_ip(rig, &ip);
        cr_expect(rig_silent(rig), "%s", forbidden[i].what);
        cr_expect(v4_host_stats(rig->host)->value[V4_STAT_ICMP_SUPPRESSED] == 1, "%s",
                  forbidden[i].what);
        rig_close(rig);
    }
}

/* The twin of the row above: a query with the same fault is reported. */
Test(icmp_out, a_query_may_be_reported)
{
    struct rig *rig = rig_open("rfc791");
    struct v4_ip ip = rig_header();
    struct v4_icmp error;

    rig_meet(rig);
    ip.options = OPTIONS(7, 2, 0, 0);
    rig_icmp(rig, ip, rig_echo());
    cr_assert(rig_out_icmp(rig, &ip, &error));
    cr_expect(error.type == V4_ICMP_PARAMETER_PROBLEM);
    rig_close(rig);
}

/* RFC1812-4.3.2.8-a: so many a second to each destination, ten times as many in all, and a counter
 * of the others; replies are no errors. */
Test(icmp_out, errors_are_limited_by_a_switch)
{
    struct rig *rig = rig_open("modern");
    struct v4_ip ip;
    struct v4_icmp error;
    unsigned to_them = 0, in_all = 0;

    rig_meet(rig);
    v4_host_enter(rig->host, rig->now)->switches.icmp_rate = 3;
    for (unsigned i = 0; i < 20; i++) {
        knock(rig, rig_header(), 1);
        to_them += rig_out_icmp(rig, &ip, &error);
    }
    cr_expect(to_them == 3 && v4_host_stats(rig->host)->value[V4_STAT_ICMP_LIMITED] == 17);
    for (uint32_t host = 1; host <= 20; host++) {
        struct v4_ip from = rig_header();
        from.src = FAR + host;
        knock(rig, from, 1);
        in_all += rig_out_icmp(rig, &ip, &error);
    }
    cr_expect(in_all == 20);
    rig_icmp(rig, rig_header(), rig_echo());
    cr_expect(rig_out_icmp(rig, &ip, &error) && error.type == V4_ICMP_ECHO_REPLY);
    rig_advance(rig, V4_SECOND / 3 + 1);
    knock(rig, rig_header(), 1);
    cr_expect(rig_out_icmp(rig, &ip, &error));
    knock(rig, rig_header(), 1);
    cr_expect(rig_silent(rig));
    v4_host_enter(rig->host, rig->now)->switches.icmp_rate = 0;
    for (unsigned i = 0; i < 2000; i++) {
        knock(rig, rig_header(), 1);
        cr_assert(rig_out_icmp(rig, &ip, &error));
    }
    rig_close(rig);
}
