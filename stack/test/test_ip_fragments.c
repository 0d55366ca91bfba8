/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Fragments on their way through v4_ip_input() and v4_ip_tick(). */
#include "host/inside.h"
#include "proto/address.h"
#include "proto/conflict.h"
#include "rig.h"

/* One fragment of an echo request of 24 octets (a header of 8, and 16), by its place in units of 8.
 */
static void fragment(struct rig *rig, uint16_t id, uint16_t offset, size_t units, bool more)
{
    uint8_t message[24];
    struct v4_ip ip = rig_header();

    for (size_t i = 8; i < sizeof message; i++)
        message[i] = (uint8_t)i;
    v4_icmp_emit(&(struct v4_icmp){.type = V4_ICMP_ECHO, .rest = 9, .data = {message + 8, 16}},
                 message);
    ip.protocol = V4_PROTOCOL_ICMP;
    ip.id = id;
    ip.offset = offset;
    ip.mf = more;
    ip.data = (struct v4_span){message + offset * 8u, units * 8};
    rig_ip(rig, &ip);
}

Test(ip_fragments, fragments_become_a_datagram_in_any_order)
{
    static const uint8_t orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                        {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    for (size_t i = 0; i < COUNT(orders); i++) {
        struct rig *rig = rig_open("modern");
        struct v4_ip ip;
        struct v4_icmp reply;

        rig_meet(rig);
        for (size_t j = 0; j < 3; j++) {
            cr_expect(rig_silent(rig));
            fragment(rig, 1, orders[i][j], 1, orders[i][j] != 2);
        }
        cr_assert(rig_out_icmp(rig, &ip, &reply), "order %zu", i);
        cr_expect(reply.type == V4_ICMP_ECHO_REPLY && reply.rest == 9 && reply.data.len == 16);
        cr_expect(reply.data.octets[0] == 8 && reply.data.octets[15] == 23);
        cr_expect(v4_host_stats(rig->host)->value[V4_STAT_IP_REASS_DELIVERED] == 1);
        rig_close(rig);
    }
}

static const struct {
    const char *profile;
    unsigned seconds;
} timeouts[] = {{"modern", 60}, {"rfc1122", 60}, {"rfc1812", 60}, {"rfc791", 64}};

Test(ip_fragments, time_exceeded_only_where_the_first_fragment_was_there)
{
    for (size_t i = 0; i < COUNT(timeouts); i++) {
        for (uint16_t first = 0; first < 2; first++) {
            struct rig *rig = rig_open(timeouts[i].profile);
            struct v4_ip ip, quote;
            struct v4_icmp error;

            rig_meet(rig);
            fragment(rig, 1, first, 1, true);
            v4_host_tick(rig->host, V4_SECOND * (1 + timeouts[i].seconds) - 1);
            cr_expect(rig_silent(rig));
            v4_host_tick(rig->host, V4_SECOND * (1 + timeouts[i].seconds));
            cr_expect(rig_reason(rig) == V4_DROP_REASS_TIMEOUT);
            if (first == 0) {
                cr_assert(rig_out_icmp(rig, &ip, &error));
                cr_expect(error.type == V4_ICMP_TIME_EXCEEDED && error.code == V4_ICMP_REASSEMBLY);
                cr_assert(v4_ip_parse_quote(error.data, &quote) == V4_KEEP);
                cr_expect(quote.mf && quote.offset == 0 && quote.data.len == 8);
                cr_expect(quote.data.octets[0] == V4_ICMP_ECHO);
            }
            cr_expect(rig_silent(rig));
            rig_close(rig);
        }
    }
}

/* Only `rfc791` has it; the time begins with 15 seconds, and never gets shorter. */
Test(ip_fragments, the_time_to_live_raises_the_time)
{
    static const struct {
        const char *profile;
        uint8_t ttl[2];
        unsigned seconds; /* from second 1 on; the second fragment comes at second 11 */
    } rows[] = {
        {"rfc791", {1, 1}, 15},     {"rfc791", {200, 1}, 200},  {"rfc791", {1, 200}, 210},
        {"rfc791", {100, 80}, 100}, {"rfc791", {100, 95}, 105}, {"rfc1122", {200, 255}, 60},
        {"modern", {200, 255}, 60},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rig *rig = rig_open(rows[i].profile);

        for (uint16_t n = 0; n < 2; n++) {
            struct v4_ip ip = rig_header();
            ip.mf = true;
            ip.offset = n;
            ip.ttl = rows[i].ttl[n];
            ip.data = (struct v4_span){(const uint8_t *)"12345678", 8};
            rig_ip(rig, &ip);
            rig_advance(rig, n == 0 ? 10 * V4_SECOND : 0);
        }
        cr_expect(v4_host_next_timeout(rig->host) == V4_SECOND * (1 + rows[i].seconds), "row %zu",
                  i);
        rig_close(rig);
    }
}

Test(ip_fragments, one_sender_does_not_push_out_the_others)
{
    struct rig *rig = rig_open("modern");
    struct v4_ip ip;
    struct v4_icmp reply;

    rig_meet(rig);
    fragment(rig, 1, 0, 1, true);
    for (uint16_t id = 0; id < 1000; id++) {
        struct v4_ip flood = rig_header();
        flood.src = THEM + 8;
        flood.id = id;
        flood.mf = true;
        flood.data = (struct v4_span){(const uint8_t *)"12345678", 8};
        rig_ip(rig, &flood);
    }
    cr_expect(v4_host_stats(rig->host)->value[V4_STAT_IP_REASS_EVICTED] == 1000 - 16);
    fragment(rig, 1, 1, 2, false);
    cr_expect(rig_out_icmp(rig, &ip, &reply) && reply.type == V4_ICMP_ECHO_REPLY);
    rig_close(rig);
}

Test(ip_fragments, a_first_one_within_the_header_of_tcp_is_refused_where_the_profile_says_so)
{
    static const struct {
        const char *profile;
        uint8_t protocol;
        uint16_t offset;
        size_t len;
        bool refused;
    } rows[] = {
        {"modern", 6, 0, 8, true},   {"modern", 6, 0, 16, true},  {"modern", 6, 0, 24, false},
        {"modern", 6, 1, 8, false},  {"modern", 17, 0, 8, false}, {"modern", 7, 0, 8, false},
        {"rfc1122", 6, 0, 8, false}, {"rfc791", 6, 0, 8, false},  {"rfc1812", 6, 0, 8, false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rig *rig = rig_open(rows[i].profile);
        struct v4_ip ip = rig_header();

        ip.protocol = rows[i].protocol;
        ip.offset = rows[i].offset;
        ip.mf = true;
        ip.data = (struct v4_span){(const uint8_t *)"123456781234567812345678", rows[i].len};
        rig_ip(rig, &ip);
        cr_expect(rig_drops(rig, V4_DROP_FRAGMENT_TINY) == rows[i].refused, "row %zu", i);
        cr_expect(v4_host_stats(rig->host)->value[V4_STAT_IP_REASS_STARTED] == !rows[i].refused);
        rig_close(rig);
    }
}

/* What the rules forbid for a datagram they forbid for its fragments. */
Test(ip_fragments, no_time_exceeded_about_what_was_sent_to_many)
{
    static const struct {
        const char *what;
        uint32_t dst;
        bool link_broadcast;
        bool want;
    } rows[] = {{"to us", US, false, true},
                {"to a broadcast", V4_ADDR_BROADCAST, true, false},
                {"to a broadcast, link unicast", V4_ADDR_BROADCAST, false, false},
                {"to us, in a link broadcast", US, true, false}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rig *rig = rig_open("rfc791");
        struct v4_ip ip = rig_header();

        rig_meet(rig);
        ip.protocol = 200;
        ip.mf = true;
        ip.dst = rows[i].dst;
        ip.data = (struct v4_span){(const uint8_t *)"12345678", 8};
        if (rows[i].link_broadcast)
            rig->to = V4_MAC_BROADCAST;
        rig_ip(rig, &ip);
        rig_advance(rig, 64 * V4_SECOND); /* the time to live raised it to that */
        cr_expect(rig_reason(rig) == V4_DROP_REASS_TIMEOUT, "%s", rows[i].what);
        cr_expect(rig_silent(rig) == !rows[i].want, "%s", rows[i].what);
        rig_close(rig);
    }
}

Test(ip_fragments, no_time_exceeded_from_an_address_that_is_gone)
{
    static const bool to_all[] = {false, true};

    for (size_t i = 0; i < COUNT(to_all); i++) {
        struct rig *rig = rig_open("modern");
        struct v4_core *core = v4_host_enter(rig->host, rig->now);
        struct v4_ip ip = rig_header();

        rig_meet(rig);
        ip.protocol = 200;
        ip.mf = true;
        ip.data = (struct v4_span){(const uint8_t *)"12345678", 8};
        ip.dst = US | (to_all[i] ? UINT32_MAX >> v4_address_find(core, US)->net.len : 0);
        rig_ip(rig, &ip);
        cr_assert(v4_conflict_remove(core, 0, US) == V4_OK);
        rig_advance(rig, 64 * V4_SECOND);
        cr_expect(rig_reason(rig) == V4_DROP_REASS_TIMEOUT);
        cr_expect(rig_silent(rig), "%zu", i);
        rig_close(rig);
    }
}

/* The specific destination of a broadcast is that of the interface, for a reassembled one too. */
Test(ip_fragments, a_reassembled_datagram_came_by_an_interface)
{
    struct rig *rig = rig_open("rfc1122");
    struct v4_ip ip = rig_header();
    uint8_t message[16] = {0};
    struct v4_icmp reply;

    rig_meet(rig);
    rig->iface = 1;
    rig->to = V4_MAC_BROADCAST;
    v4_icmp_emit(&(struct v4_icmp){.type = V4_ICMP_ECHO, .data = {message + 8, 8}}, message);
    ip.protocol = V4_PROTOCOL_ICMP;
    ip.dst = V4_ADDR_BROADCAST;
    ip.mf = true;
    ip.data = (struct v4_span){message, 8};
    rig_ip(rig, &ip);
    ip.mf = false;
    ip.offset = 1;
    ip.data = (struct v4_span){message + 8, 8};
    rig_ip(rig, &ip);
    cr_assert(rig_out_icmp(rig, &ip, &reply) && reply.type == V4_ICMP_ECHO_REPLY);
    cr_expect(ip.src == US_TOO && ip.dst == THEM);
    rig_close(rig);
}

Test(ip_fragments, says_when_reassembly_gives_up)
{
    struct rig *rig = rig_open("modern");

    cr_expect(v4_host_next_timeout(rig->host) == V4_NEVER);
    fragment(rig, 1, 0, 1, true);
    cr_expect(v4_host_next_timeout(rig->host) == 61 * V4_SECOND);
    rig_close(rig);
}

Test(ip_fragments, an_overlap_refuses_the_datagram_or_the_later_octets_win)
{
    static const struct {
        const char *profile;
        bool want;
    } rows[] = {{"modern", false}, {"rfc1122", true}, {"rfc791", true}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rig *rig = rig_open(rows[i].profile);
        struct v4_ip ip;
        struct v4_icmp reply;

        rig_meet(rig);
        fragment(rig, 1, 0, 2, true);
        fragment(rig, 1, 1, 2, false);
        cr_expect(rig_out_icmp(rig, &ip, &reply) == rows[i].want, "%s", rows[i].profile);
        cr_expect(rig_drops(rig, V4_DROP_REASS_OVERLAP) == !rows[i].want);
        rig_close(rig);
    }
}

/* The configuration comes before the profile, and comes back with a reset. */
Test(ip_fragments, who_wins_an_overlap_may_be_configured)
{
    char name[] = "first";
    struct v4_config config = rig_config("modern");
    struct rig *rig;
    struct v4_ip ip;
    struct v4_icmp reply;

    config.reassembly = name;
    rig = rig_open_with(&config);
    memset(name, 'x', sizeof name - 1);
    for (unsigned i = 0; i < 2; i++) {
        rig_meet(rig);
        fragment(rig, 1, 0, 2, true);
        fragment(rig, 1, 1, 2, false);
        cr_expect(rig_out_icmp(rig, &ip, &reply), "run %u", i);
        v4_host_reset(rig->host);
    }
    rig_close(rig);
}

/* The TOS of a reassembled datagram, as its user is told it; 256 when it is dropped. */
static unsigned tos_of(uint8_t first, uint8_t second)
{
    struct rig *rig = rig_open("modern");
    struct v4_ip ip = rig_header();
    uint8_t data[16] = {0};
    struct v4_event event;
    unsigned sock;

    cr_assert(v4_host_ip_bind(rig->host, 200, &sock) == V4_OK);
    ip.protocol = 200;
    ip.tos = first;
    ip.mf = true;
    ip.data = (struct v4_span){data, 8};
    rig_ip(rig, &ip);
    ip.tos = second;
    ip.mf = false;
    ip.offset = 1;
    ip.data.octets += 8;
    rig_ip(rig, &ip);
    bool told = v4_host_event(rig->host, &event);
    cr_expect(rig_drops(rig, V4_DROP_REASS_ECN) == !told);
    rig_close(rig);
    return told ? event.ip.tos : 256;
}

/* RFC3168-5.3-b, -c, -d */
Test(ip_fragments, congestion_on_the_way_of_a_fragment_is_not_lost)
{
    static const struct {
        uint8_t first, second;
        unsigned want;
    } rows[] = {
        {0x28, 0x28, 0x28}, {0x29, 0x29, 0x29}, {0x2a, 0x2a, 0x2a}, {0x2b, 0x2b, 0x2b},
        {0x2a, 0x2b, 0x2b}, {0x2b, 0x2a, 0x2b}, {0x29, 0x2b, 0x2b}, {0x2b, 0x28, 256},
        {0x28, 0x2b, 256},  {0x28, 0x2a, 0x28}, {0x2a, 0x29, 0x2a},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        cr_expect(tos_of(rows[i].first, rows[i].second) == rows[i].want, "%02x and %02x",
                  rows[i].first, rows[i].second);
}

/* Whoever sends a port unreachable about what was reassembled quotes a datagram, not a fragment. */
Test(ip_fragments, an_error_about_what_was_reassembled_quotes_it_whole)
{
    struct rig *rig = rig_open("rfc1122");
    struct v4_ip ip = rig_header(), quote;
    struct v4_icmp error;
    uint8_t segment[24];

    rig_meet(rig);
    v4_udp_emit(&(struct v4_udp){.dst_port = 9, .data = {segment + 8, 16}}, THEM, US, segment);
    ip.protocol = V4_PROTOCOL_UDP;
    ip.mf = true;
    ip.data = (struct v4_span){segment, 16};
    rig_ip(rig, &ip);
    ip.mf = false;
    ip.offset = 2;
    ip.data = (struct v4_span){segment + 16, 8};
    rig_ip(rig, &ip);
    cr_assert(rig_out_icmp(rig, &ip, &error));
    cr_expect(error.type == V4_ICMP_UNREACHABLE && error.code == V4_ICMP_PORT);
    cr_assert(v4_ip_parse_quote(error.data, &quote) == V4_KEEP);
    cr_expect(v4_be16(error.data.octets + 2) == 44 && !quote.mf && quote.offset == 0);
    cr_expect(v4_checksum((struct v4_span){error.data.octets, 20}) == 0);
    cr_expect(quote.data.len == 8 && v4_be16(quote.data.octets + 2) == 9);
    rig_close(rig);
}
