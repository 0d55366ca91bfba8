/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/inside.h"
#include "proto/ip_out.h"
#include "rig.h"

#define ROUTER V4_ADDR(198, 18, 0, 7)
#define MINUTE (60 * V4_SECOND)

static const uint8_t zeros[65536];

static struct v4_send sending(size_t len, enum v4_df df)
{
    struct v4_send send = v4_send_default(FAR, (struct v4_span){zeros, len});

    send.df = df;
    return send;
}

/* What a user of UDP sends from port 4000, whole, as it leaves. */
static struct v4_ip sent(struct rig *rig, size_t len, enum v4_df df)
{
    static uint8_t packet[1500];
    struct v4_send send = sending(len, df);
    struct v4_ip ip;
    unsigned sock;
    uint16_t port;

    v4_host_udp_bind(rig->host, 0, 4000, &sock, &port);
    cr_assert(v4_host_udp_send(rig->host, 1, &send, 9, rig->now) == V4_OK);
    cr_assert(rig_out_ip(rig, &ip));
    cr_assert(rig->out_len - V4_ETHER_HEADER <= sizeof packet);
    memcpy(packet, rig->out + V4_ETHER_HEADER, rig->out_len - V4_ETHER_HEADER);
    cr_assert(v4_ip_parse((struct v4_span){packet, rig->out_len - V4_ETHER_HEADER}, &ip) ==
              V4_KEEP);
    return ip;
}

/* A router says that `ip` is too long for a link of `mtu`. */
static void too_big(struct rig *rig, const struct v4_ip *ip, uint32_t mtu)
{
    static uint8_t quote[65535];
    struct v4_ip header = rig_header();
    size_t len = rig_build(ip, quote);

    header.src = ROUTER;
    rig_icmp(rig, header,
             &(struct v4_icmp){.type = V4_ICMP_UNREACHABLE,
                               .code = V4_ICMP_FRAGMENTATION,
                               .rest = mtu,
                               .data = {quote, len < 28 ? len : 28}});
}

/* The longest packet of a datagram of 4,000 octets that may be fragmented. */
static size_t widest(struct rig *rig)
{
    struct v4_send send = sending(4000, V4_DF_USUAL);
    struct v4_ip ip;
    size_t most = 0;

    cr_assert(v4_host_udp_send(rig->host, 1, &send, 9, rig->now) == V4_OK);
    while (rig_out_ip(rig, &ip))
        most = rig->out_len - V4_ETHER_HEADER > most ? rig->out_len - V4_ETHER_HEADER : most;
    return most;
}

static struct rig *ready(const char *profile)
{
    struct rig *rig = rig_open(profile);

    rig_meet(rig);
    return rig;
}

static const struct {
    const char *profile;
    bool usual, fragments, asked; /* where Don't Fragment is set */
    size_t narrow;                /* the longest packet after a router said 800 */
} profiles[] = {
    {"modern", true, true, true, 796},
    {"rfc1812", false, false, true, 796},
    {"rfc1122", false, false, true, 572},
    {"rfc791", false, false, true, 572},
};

Test(path, the_profile_says_where_dont_fragment_is_set_and_what_a_router_may_say)
{
    for (size_t i = 0; i < COUNT(profiles); i++) {
        struct rig *rig = ready(profiles[i].profile);
        struct v4_ip ip = sent(rig, 10, V4_DF_USUAL);
        cr_expect(ip.df == profiles[i].usual, "%s", profiles[i].profile);
        ip = sent(rig, 10, V4_DF_CLEAR);
        cr_expect(!ip.df, "%s", profiles[i].profile);
        struct v4_send send = sending(4000, V4_DF_USUAL);
        v4_host_udp_send(rig->host, 1, &send, 9, rig->now);
        while (rig_out_ip(rig, &ip))
            cr_expect(ip.df == profiles[i].fragments, "%s", profiles[i].profile);
        ip = sent(rig, 540, V4_DF_SET);
        cr_expect(ip.df, "%s", profiles[i].profile);
        ip.data.len = 1000; /* as if it had been longer */
        too_big(rig, &ip, 800);
        cr_expect(widest(rig) == profiles[i].narrow, "%s: %zu", profiles[i].profile, widest(rig));
        rig_close(rig);
    }
}

static const struct {
    const char *what;
    enum v4_df df;
    size_t len; /* of UDP's data */
    enum v4_error want;
    bool want_df;
    size_t packets;
} wishes[] = {
    {"usual, it fits", V4_DF_USUAL, 772, V4_OK, true, 1},
    {"usual, one octet more", V4_DF_USUAL, 773, V4_OK, true, 2},
    {"set, it fits", V4_DF_SET, 772, V4_OK, true, 1},
    {"set, one octet more", V4_DF_SET, 773, V4_EMSGSIZE, true, 0},
    {"clear, it fits", V4_DF_CLEAR, 772, V4_OK, false, 1},
    {"clear, one octet more", V4_DF_CLEAR, 773, V4_OK, false, 2},
    {"a probe, longer than the path", V4_DF_PROBE, 773, V4_OK, true, 1},
    {"a probe, as long as the link", V4_DF_PROBE, 1472, V4_OK, true, 1},
    {"a probe, longer than the link", V4_DF_PROBE, 1473, V4_EMSGSIZE, true, 0},
};

Test(path, the_user_says_what_becomes_of_what_is_too_long)
{
    for (size_t i = 0; i < COUNT(wishes); i++) {
        struct rig *rig = ready("modern");
        struct v4_send send = sending(wishes[i].len, wishes[i].df);
        struct v4_ip ip = sent(rig, 1000, V4_DF_USUAL);
        size_t packets = 0;
        too_big(rig, &ip, 800);
        cr_expect(v4_host_udp_send(rig->host, 1, &send, 9, rig->now) == wishes[i].want, "%s",
                  wishes[i].what);
        for (; rig_out_ip(rig, &ip); packets++)
            cr_expect(ip.df == wishes[i].want_df, "%s", wishes[i].what);
        cr_expect(packets == wishes[i].packets, "%s: %zu", wishes[i].what, packets);
        rig_close(rig);
    }
}

/* What a quotation says that we cannot have sent. */
static void no_df(struct v4_ip *ip)
{
    ip->df = false;
}

static void other_id(struct v4_ip *ip)
{
    ip->id ^= 0x4000;
}

static void other_destination(struct v4_ip *ip)
{
    ip->dst ^= 1;
}

static void a_group(struct v4_ip *ip)
{
    ip->dst = V4_ADDR(239, 1, 2, 3);
}

static void other_source(struct v4_ip *ip)
{
    ip->src = US_TOO;
}

static void nobodys_source(struct v4_ip *ip)
{
    ip->src = THEM;
}

static void other_protocol(struct v4_ip *ip)
{
    ip->protocol = 200;
}

static void other_port(struct v4_ip *ip)
{
    static const uint8_t ports[8] = {0x0f, 0xa1, 0, 9, 4, 0, 0, 0};

    ip->data = (struct v4_span){ports, sizeof ports};
}

static void no_ports(struct v4_ip *ip)
{
    ip->data.len = 3;
}

static void (*const forgeries[])(struct v4_ip *) = {no_df,          other_id,     other_destination,
                                                    a_group,        other_source, nobodys_source,
                                                    other_protocol, other_port,   no_ports};

Test(path, what_we_cannot_have_sent_changes_nothing)
{
    for (size_t i = 0; i < COUNT(forgeries); i++) {
        struct rig *rig = ready("modern");
        struct v4_ip ip = sent(rig, 1000, V4_DF_USUAL), forged = ip;
        forgeries[i](&forged);
        too_big(rig, &forged, 800);
        cr_expect(widest(rig) == 1500, "forgery %zu", i);
        cr_expect(v4_host_stats(rig->host)->value[V4_STAT_PMTU_LOWERED] == 0, "forgery %zu", i);
        too_big(rig, &ip, 800);
        cr_expect(widest(rig) < 801, "the real one after forgery %zu", i);
        rig_close(rig);
    }
}

Test(path, a_closed_port_sends_nothing)
{
    struct rig *rig = ready("modern");
    struct v4_ip ip = sent(rig, 1000, V4_DF_USUAL);
    unsigned sock;
    uint16_t port;

    cr_assert(v4_host_udp_close(rig->host, 1) == V4_OK);
    too_big(rig, &ip, 800);
    cr_expect(v4_host_stats(rig->host)->value[V4_STAT_PMTU_REFUSED] == 1);
    cr_assert(v4_host_udp_bind(rig->host, 0, 4000, &sock, &port) == V4_OK);
    too_big(rig, &ip, 800);
    cr_expect(v4_host_stats(rig->host)->value[V4_STAT_PMTU_LOWERED] == 1);
    rig_close(rig);
}

Test(path, a_fragment_of_ours_may_be_too_long_too)
{
    struct rig *rig = ready("modern");
    struct v4_send send = sending(3000, V4_DF_USUAL);
    struct v4_ip first, second;
    uint8_t copy[1500];

    sent(rig, 10, V4_DF_USUAL);
    cr_assert(v4_host_udp_send(rig->host, 1, &send, 9, rig->now) == V4_OK);
    cr_assert(rig_out_ip(rig, &first) && rig_out_ip(rig, &second) && second.offset != 0);
    memcpy(copy, second.data.octets, second.data.len);
    second.data.octets = copy;
    while (rig_out_ip(rig, &first))
        ;
    second.id ^= 0x4000;
    too_big(rig, &second, 800);
    cr_expect(widest(rig) == 1500, "another identification");
    second.id ^= 0x4000;
    too_big(rig, &second, 800);
    cr_expect(widest(rig) == 796);
    rig_close(rig);
}

Test(path, an_identification_of_the_users_is_known)
{
    struct rig *rig = ready("modern");
    struct v4_send send = sending(1000, V4_DF_SET);
    struct v4_ip ip;
    uint8_t copy[1500];

    sent(rig, 10, V4_DF_USUAL);
    send.with_id = true;
    send.id = 4711;
    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    cr_assert(rig_out_ip(rig, &ip) && ip.id == 4711 && ip.df);
    memcpy(copy, ip.data.octets, ip.data.len);
    ip.data.octets = copy;
    too_big(rig, &ip, 800);
    cr_expect(widest(rig) == 796);
    rig_close(rig);
}

/* RFC1191-5-a: an old router adds the length of the header, options and all, to the length that it
 * quotes, and says no MTU: 1,520 are 1,492, and less than that is 1,006. */
Test(path, an_old_router_adds_the_header_with_its_options)
{
    struct rig *rig = ready("modern");
    struct v4_send send = sending(1492 - 28, V4_DF_SET);
    struct v4_ip ip;
    uint8_t quote[36];

    send.options = OPTIONS(1, 1, 1, 1, 1, 1, 1, 0);
    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK && rig_out_ip(rig, &ip));
    cr_assert(rig->out_len == V4_ETHER_HEADER + 1492 && ip.options.len == 8);
    memcpy(quote, rig->out + V4_ETHER_HEADER, sizeof quote);
    v4_put16(quote + 2, 1492 + 28);
    rig_icmp(rig, rig_header(),
             &(struct v4_icmp){.type = 3, .code = 4, .data = {quote, sizeof quote}});
    cr_expect(v4_ip_path_mtu(v4_host_enter(rig->host, rig->now), FAR) == 1006);
    rig_close(rig);
}

Test(path, it_is_raised_by_time_and_the_host_says_when)
{
    static const size_t want[] = {1004, 1492, 1500};
    struct rig *rig = ready("modern");
    struct v4_ip ip = sent(rig, 1000, V4_DF_USUAL);

    too_big(rig, &ip, 800);
    v4_time fell = rig->now;
    for (size_t i = 0; i < COUNT(want); i++) {
        v4_time due = fell + (10 + 2 * i) * MINUTE;
        cr_expect(v4_host_next_timeout(rig->host) <= due);
        rig_advance(rig, due - 1 - rig->now);
        rig_meet(rig);
        cr_expect(widest(rig) < want[i], "%zu", i);
        rig_advance(rig, due - rig->now);
        cr_expect(widest(rig) == want[i], "%zu: %zu", i, widest(rig));
    }
    cr_expect(v4_host_stats(rig->host)->value[V4_STAT_PMTU_RAISED] == COUNT(want));
    rig_close(rig);
}

Test(path, our_own_errors_may_be_fragmented_and_replies_not)
{
    struct rig *rig = ready("modern");
    struct v4_ip ip = rig_header();
    struct v4_icmp icmp;

    rig_icmp(rig, ip, rig_echo());
    cr_expect(rig_out_icmp(rig, &ip, &icmp) && ip.df);
    ip = rig_header();
    ip.protocol = 200;
    rig_ip(rig, &ip);
    cr_expect(rig_out_icmp(rig, &ip, &icmp) && icmp.type == V4_ICMP_UNREACHABLE && !ip.df);
    rig_close(rig);
}

Test(path, what_goes_to_many_may_be_fragmented)
{
    struct rig *rig = ready("modern");
    struct v4_send send = v4_send_default(V4_ADDR(239, 1, 2, 3), (struct v4_span){zeros, 10});
    struct v4_ip ip;

    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    cr_expect(rig_out_ip(rig, &ip) && !ip.df);
    rig_close(rig);
}

/* Datagrams that may be fragmented, until one is refused. */
static unsigned until_refused(struct rig *rig, unsigned most)
{
    struct v4_send send = sending(4, V4_DF_CLEAR);
    struct v4_ip ip;
    unsigned count = 0;

    while (count < most && v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK) {
        cr_assert(rig_out_ip(rig, &ip));
        count++;
    }
    return count;
}

Test(path, identifications_are_not_given_again_within_two_minutes)
{
    struct rig *rig = ready("modern");
    struct v4_send send = sending(4, V4_DF_SET);
    struct v4_ip ip;

    unsigned count = until_refused(rig, 70000);
    cr_expect(count > 10000 && count < 65536, "%u", count);
    cr_expect(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK, "with Don't Fragment");
    cr_expect(rig_out_ip(rig, &ip));
    cr_expect(rig_drops(rig, V4_DROP_IDENT_WAIT) == 1);
    rig_advance(rig, 120 * V4_SECOND);
    rig_meet(rig);
    cr_expect(until_refused(rig, 100) == 100);
    rig_close(rig);
}

Test(path, who_does_not_want_to_wait_has_one_again)
{
    struct rig *rig = ready("modern");

    cr_assert(v4_host_set(rig->host, "ident-wait", 0) == V4_OK);
    cr_expect(until_refused(rig, 70000) == 70000);
    cr_expect(v4_host_stats(rig->host)->value[V4_STAT_IP_IDENT_AGAIN] > 4000);
    rig_close(rig);
}

Test(path, older_profiles_count_those_that_are_given_again)
{
    struct rig *rig = ready("rfc1122");

    cr_expect(until_refused(rig, 70000) == 70000);
    cr_expect(v4_host_stats(rig->host)->value[V4_STAT_IP_IDENT_AGAIN] > 4000);
    rig_close(rig);
}

Test(path, who_sent_to_a_neighbour_that_never_answers_is_told)
{
    struct rig *rig = rig_open("modern");
    struct v4_send send = v4_send_default(V4_ADDR(198, 18, 0, 9), (struct v4_span){zeros, 100});
    struct v4_event event;
    unsigned sock;
    uint16_t port;

    cr_assert(v4_host_udp_bind(rig->host, 0, 4000, &sock, &port) == V4_OK);
    for (int i = 0; i < 2; i++)
        cr_assert(v4_host_udp_send(rig->host, sock, &send, 9, rig->now) == V4_OK);
    for (int i = 0; i < 4; i++)
        rig_advance(rig, V4_SECOND);
    for (int i = 0; i < 2; i++) {
        cr_assert(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_ERROR, "%d", i);
        cr_expect(event.error.sock == sock && event.error.src == US);
        cr_expect(event.error.type == V4_ICMP_UNREACHABLE && event.error.code == V4_ICMP_HOST);
        cr_expect(event.error.data.len == 28 && v4_be16(event.error.data.octets + 20) == 4000);
    }
    cr_expect(!v4_host_event(rig->host, &event));
    rig_close(rig);
}
