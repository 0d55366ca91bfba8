/* SPDX-License-Identifier: BSD-2-Clause
 *
 * One datagram through every counter of RFC 1213's groups ip, icmp and udp: what is done is counted
 * where it says, and nowhere else. */
#include "rig.h"

#define PROTOCOL 200 /* nobody's */
#define BIG 60000    /* of which a queue takes two */

struct counted {
    enum v4_stat stat;
    unsigned times;
};

static uint8_t octets[BIG]; /* of data, all zero */

static bool is_of_1213(enum v4_stat stat)
{
    return strchr(v4_stat_name(stat), '.') == NULL;
}

static void header(struct rig *rig)
{
    struct v4_ip ip = rig_header();
    uint8_t packet[65535];
    size_t len = rig_build(&ip, packet);

    packet[10] ^= 1;
    rig_packet(rig, V4_ETHER_TYPE_IP, packet, len);
}

static void somebody_elses(struct rig *rig)
{
    struct v4_ip ip = rig_header();

    ip.dst = V4_ADDR(198, 18, 0, 99);
    rig_ip(rig, &ip);
}

static void protocol(struct rig *rig)
{
    struct v4_ip ip = rig_header();

    ip.protocol = PROTOCOL;
    rig_ip(rig, &ip);
}

static void three_raw(struct rig *rig)
{
    struct v4_ip ip = rig_header();
    unsigned sock;

    cr_assert(v4_host_ip_bind(rig->host, PROTOCOL, &sock) == V4_OK);
    ip.protocol = PROTOCOL;
    ip.data = (struct v4_span){octets, BIG};
    for (unsigned i = 0; i < 3; i++)
        rig_ip(rig, &ip);
}

static void send_raw(struct rig *rig, uint32_t dst, size_t len, bool df)
{
    struct v4_send send = v4_send_default(dst, (struct v4_span){octets, len});

    send.df = df;
    v4_host_ip_send(rig->host, PROTOCOL, &send, rig->now);
}

static void five_to_a_stranger(struct rig *rig)
{
    for (unsigned i = 0; i < 5; i++)
        send_raw(rig, V4_ADDR(198, 18, 0, 99), 8, false);
}

static void three_of_sixty_thousand(struct rig *rig)
{
    for (unsigned i = 0; i < 3; i++)
        send_raw(rig, THEM, BIG, false);
}

static void to_a_stranger(struct rig *rig)
{
    send_raw(rig, V4_ADDR(198, 18, 0, 99), 8, false);
    for (unsigned i = 0; i < 10; i++)
        rig_advance(rig, V4_SECOND);
}

static void nowhere(struct rig *rig)
{
    send_raw(rig, V4_ADDR(240, 0, 0, 1), 8, false);
}

static void fragments(struct rig *rig)
{
    send_raw(rig, THEM, 4000, false);
}

static void too_long(struct rig *rig)
{
    send_raw(rig, THEM, 4000, true);
}

static void first_fragment(struct rig *rig)
{
    struct v4_ip ip = rig_header();

    ip.protocol = PROTOCOL;
    ip.mf = true;
    ip.data = (struct v4_span){octets, 8};
    rig_ip(rig, &ip);
}

static void both_fragments(struct rig *rig)
{
    struct v4_ip ip = rig_header();

    first_fragment(rig);
    ip.protocol = PROTOCOL;
    ip.offset = 1;
    ip.data = (struct v4_span){octets, 8};
    rig_ip(rig, &ip);
}

static void lost_fragment(struct rig *rig)
{
    first_fragment(rig);
    rig_advance(rig, 200 * V4_SECOND);
}

static void bad_option(struct rig *rig)
{
    struct v4_ip ip = rig_header();

    ip.options = OPTIONS(7, 2, 0, 0);
    rig_icmp(rig, ip, rig_echo());
}

static void way_back_over_a_group(struct rig *rig)
{
    struct v4_ip ip = rig_header();

    ip.options = OPTIONS(131, 7, 8, 224, 0, 0, 1, 0);
    rig_icmp(rig, ip, rig_echo());
}

static void bad_message(struct rig *rig)
{
    struct v4_ip ip = rig_header();

    ip.protocol = V4_PROTOCOL_ICMP;
    ip.data = (struct v4_span){octets, 4};
    rig_ip(rig, &ip);
}

static void echo_of_ours(struct rig *rig)
{
    struct v4_send send = v4_send_default(THEM, (struct v4_span){octets, 8});

    cr_expect(v4_host_echo_send(rig->host, 7, 1, &send, rig->now) == V4_OK);
}

static unsigned bind_to(struct rig *rig, uint16_t port)
{
    unsigned sock = 0;

    cr_assert(v4_host_udp_bind(rig->host, 0, port, &sock, &port) == V4_OK);
    return sock;
}

static void datagrams(struct rig *rig, size_t len, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        rig_udp(rig, rig_header(),
                &(struct v4_udp){.src_port = 9, .dst_port = 4000, .data = {octets, len}});
}

static void delivered(struct rig *rig)
{
    bind_to(rig, 4000);
    datagrams(rig, 8, 1);
}

static void three_delivered(struct rig *rig)
{
    bind_to(rig, 4000);
    datagrams(rig, BIG, 3);
}

static void no_port(struct rig *rig)
{
    datagrams(rig, 8, 1);
}

static void bad_datagram(struct rig *rig)
{
    struct v4_ip ip = rig_header();

    ip.protocol = V4_PROTOCOL_UDP;
    ip.data = (struct v4_span){octets, 4};
    rig_ip(rig, &ip);
}

static void datagram_of_ours(struct rig *rig)
{
    struct v4_send send = v4_send_default(THEM, (struct v4_span){octets, 8});

    cr_expect(v4_host_udp_send(rig->host, bind_to(rig, 4000), &send, 9, rig->now) == V4_OK);
}

#define S(stat) V4_STAT_##stat
static const struct {
    const char *what;
    void (*done)(struct rig *rig);
    struct counted want[8];
} rows[] = {
    {"checksum", header, {{S(IP_IN), 1}, {S(IP_IN_HDR_ERRORS), 1}}},
    {"somebody else's", somebody_elses, {{S(IP_IN), 1}, {S(IP_IN_ADDR_ERRORS), 1}}},
    {"protocol",
     protocol,
     {{S(IP_IN), 1},
      {S(IP_IN_UNKNOWN_PROTOS), 1},
      {S(IP_OUT), 1},
      {S(ICMP_OUT), 1},
      {S(ICMP_OUT_DEST_UNREACHS), 1}}},
    {"a raw user's queue",
     three_raw,
     {{S(IP_IN), 3}, {S(IP_DELIVERED), 3}, {S(IP_IN_DISCARDS), 1}}},
    {"what waits for ARP", five_to_a_stranger, {{S(IP_OUT), 5}, {S(IP_OUT_DISCARDS), 1}}},
    {"the queue of frames",
     three_of_sixty_thousand,
     {{S(IP_OUT), 3}, {S(IP_FRAG_OKS), 2}, {S(IP_FRAG_OUT), 82}, {S(IP_OUT_DISCARDS), 1}}},
    {"a neighbour that is not there", to_a_stranger, {{S(IP_OUT), 1}, {S(IP_OUT_NO_ROUTES), 1}}},
    {"no way", nowhere, {{S(IP_OUT), 1}, {S(IP_OUT_NO_ROUTES), 1}}},
    {"fragments of ours", fragments, {{S(IP_OUT), 1}, {S(IP_FRAG_OKS), 1}, {S(IP_FRAG_OUT), 3}}},
    {"too long", too_long, {{S(IP_OUT), 1}, {S(IP_FRAG_FAILS), 1}}},
    {"a fragment", first_fragment, {{S(IP_IN), 1}, {S(IP_REASS_FRAGMENTS), 1}}},
    {"fragments",
     both_fragments,
     {{S(IP_IN), 2},
      {S(IP_REASS_FRAGMENTS), 2},
      {S(IP_REASM_OKS), 1},
      {S(IP_IN_UNKNOWN_PROTOS), 1},
      {S(IP_OUT), 1},
      {S(ICMP_OUT), 1},
      {S(ICMP_OUT_DEST_UNREACHS), 1}}},
    {"a lost fragment",
     lost_fragment,
     {{S(IP_IN), 1},
      {S(IP_REASS_FRAGMENTS), 1},
      {S(IP_REASM_FAILS), 1},
      {S(IP_OUT), 1},
      {S(ICMP_OUT), 1},
      {S(ICMP_OUT_TIME_EXCDS), 1}}},
    {"an option",
     bad_option,
     {{S(IP_IN), 1},
      {S(IP_IN_HDR_ERRORS), 1},
      {S(IP_OUT), 1},
      {S(ICMP_OUT), 1},
      {S(ICMP_OUT_PARM_PROBS), 1}}},
    {"no way back",
     way_back_over_a_group,
     {{S(IP_IN), 1},
      {S(IP_DELIVERED), 1},
      {S(ICMP_IN), 1},
      {S(ICMP_IN_ECHOS), 1},
      {S(ICMP_OUT_ERRORS), 1}}},
    {"a message",
     bad_message,
     {{S(IP_IN), 1}, {S(IP_DELIVERED), 1}, {S(ICMP_IN), 1}, {S(ICMP_IN_ERRORS), 1}}},
    {"an echo of ours", echo_of_ours, {{S(IP_OUT), 1}, {S(ICMP_OUT), 1}, {S(ICMP_OUT_ECHOS), 1}}},
    {"a datagram", delivered, {{S(IP_IN), 1}, {S(IP_DELIVERED), 1}, {S(UDP_DELIVERED), 1}}},
    {"a user's queue",
     three_delivered,
     {{S(IP_IN), 3}, {S(IP_DELIVERED), 3}, {S(UDP_DELIVERED), 2}, {S(UDP_IN_ERRORS), 1}}},
    {"no port",
     no_port,
     {{S(IP_IN), 1},
      {S(IP_DELIVERED), 1},
      {S(UDP_NO_PORTS), 1},
      {S(IP_OUT), 1},
      {S(ICMP_OUT), 1},
      {S(ICMP_OUT_DEST_UNREACHS), 1}}},
    {"a header of UDP", bad_datagram, {{S(IP_IN), 1}, {S(IP_DELIVERED), 1}, {S(UDP_IN_ERRORS), 1}}},
    {"a datagram of ours", datagram_of_ours, {{S(IP_OUT), 1}, {S(UDP_OUT), 1}}},
};

static const struct {
    uint8_t type;
    enum v4_stat in, out; /* `out` V4_STAT_COUNT: no answer */
} messages[] = {
    {V4_ICMP_ECHO_REPLY, S(ICMP_IN_ECHO_REPS), V4_STAT_COUNT},
    {V4_ICMP_UNREACHABLE, S(ICMP_IN_DEST_UNREACHS), V4_STAT_COUNT},
    {V4_ICMP_SOURCE_QUENCH, S(ICMP_IN_SRC_QUENCHS), V4_STAT_COUNT},
    {V4_ICMP_REDIRECT, S(ICMP_IN_REDIRECTS), V4_STAT_COUNT},
    {V4_ICMP_ECHO, S(ICMP_IN_ECHOS), S(ICMP_OUT_ECHO_REPS)},
    {V4_ICMP_TIME_EXCEEDED, S(ICMP_IN_TIME_EXCDS), V4_STAT_COUNT},
    {V4_ICMP_PARAMETER_PROBLEM, S(ICMP_IN_PARM_PROBS), V4_STAT_COUNT},
    {V4_ICMP_TIMESTAMP, S(ICMP_IN_TIMESTAMPS), S(ICMP_OUT_TIMESTAMP_REPS)},
    {V4_ICMP_TIMESTAMP_REPLY, S(ICMP_IN_TIMESTAMP_REPS), V4_STAT_COUNT},
    {V4_ICMP_MASK, S(ICMP_IN_ADDR_MASKS), V4_STAT_COUNT},
    {V4_ICMP_MASK_REPLY, S(ICMP_IN_ADDR_MASK_REPS), V4_STAT_COUNT},
};

/* What a host that neither forwards nor has a user for it never counts. */
static const enum v4_stat never[] = {
    S(IP_FORWARDED),        S(ICMP_OUT_SRC_QUENCHS), S(ICMP_OUT_REDIRECTS),
    S(ICMP_OUT_TIMESTAMPS), S(ICMP_OUT_ADDR_MASKS),  S(ICMP_OUT_ADDR_MASK_REPS),
    S(IP_ROUTING_DISCARDS), /* takes more than one datagram: the next test */
};

static bool seen[V4_STAT_COUNT];

static void expect_counted(const struct rig *rig, const char *what, const struct counted *want,
                           size_t count)
{
    const struct v4_stats *stats = v4_host_stats(rig->host);
    unsigned times[V4_STAT_COUNT] = {0};

    for (size_t i = 0; i < count; i++)
        times[want[i].stat] += want[i].times;
    for (unsigned stat = 0; stat < V4_STAT_COUNT; stat++) {
        if (!is_of_1213((enum v4_stat)stat))
            continue;
        cr_expect(stats->value[stat] == times[stat], "%s: %s is %u, not %u", what,
                  v4_stat_name((enum v4_stat)stat), (unsigned)stats->value[stat], times[stat]);
        seen[stat] = seen[stat] || times[stat] != 0;
    }
}

/* A host with the smallest queues that knows the gateway. */
static struct rig *open_small(void)
{
    struct v4_config config = rig_config("rfc1122");

    config.output_octets = config.event_octets = (size_t)128 * 1024;
    struct rig *rig = rig_open_with(&config);
    rig_meet(rig);
    return rig;
}

static void one_message(struct rig *rig, uint8_t type)
{
    struct v4_ip quote = {
        .ttl = 64, .protocol = PROTOCOL, .src = US, .dst = FAR, .data = {octets, 8}};
    static uint8_t packet[65535];
    size_t len = v4_icmp_is_error(type) ? rig_build(&quote, packet) : V4_ICMP_TIMESTAMP_DATA;

    rig_icmp(rig, rig_header(), &(struct v4_icmp){.type = type, .data = {packet, len}});
}

Test(counters, one_datagram_through_every_one)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rig *rig = open_small();
        rows[i].done(rig);
        expect_counted(rig, rows[i].what, rows[i].want, COUNT(rows[i].want));
        rig_close(rig);
    }
    for (size_t i = 0; i < COUNT(messages); i++) {
        struct rig *rig = open_small();
        bool answered = messages[i].out != V4_STAT_COUNT;
        struct counted want[] = {{S(IP_IN), 1},
                                 {S(IP_DELIVERED), 1},
                                 {S(ICMP_IN), 1},
                                 {messages[i].in, 1},
                                 {S(IP_OUT), 1},
                                 {S(ICMP_OUT), 1},
                                 {answered ? messages[i].out : S(IP_OUT), answered}};
        one_message(rig, messages[i].type);
        if (!answered)
            want[4].times = want[5].times = 0;
        expect_counted(rig, v4_stat_name(messages[i].in), want, COUNT(want));
        rig_close(rig);
    }
    for (size_t i = 0; i < COUNT(never); i++) {
        cr_expect(!seen[never[i]], "%s", v4_stat_name(never[i]));
        seen[never[i]] = true;
    }
    for (unsigned stat = 0; stat < V4_STAT_COUNT; stat++)
        cr_expect(seen[stat] || !is_of_1213((enum v4_stat)stat), "no datagram for %s",
                  v4_stat_name((enum v4_stat)stat));
}

Test(counters, routes_that_make_room)
{
    struct rig *rig = open_small();
    const struct v4_stats *stats = v4_host_stats(rig->host);

    for (unsigned n = 1; n < 250 && stats->value[S(IP_ROUTING_DISCARDS)] == 0; n++) {
        struct v4_ip quote = {
            .ttl = 64, .src = US, .dst = V4_ADDR(192, 0, 2, n), .data = {octets, 8}};
        static uint8_t packet[65535];
        struct v4_icmp redirect = {.type = V4_ICMP_REDIRECT,
                                   .code = 1,
                                   .rest = V4_ADDR(198, 18, 0, 99),
                                   .data = {packet, rig_build(&quote, packet)}};
        rig_icmp(rig, rig_header(), &redirect);
        cr_expect(stats->value[S(ICMP_IN_REDIRECTS)] == n);
    }
    cr_expect(stats->value[S(IP_ROUTING_DISCARDS)] == 1);
    rig_close(rig);
}

Test(counters, names_are_those_of_the_mib_or_have_dots)
{
    for (unsigned stat = 0; stat < V4_STAT_COUNT; stat++) {
        const char *name = v4_stat_name((enum v4_stat)stat);
        bool group = strncmp(name, "ip", 2) == 0 || strncmp(name, "icmp", 4) == 0 ||
                     strncmp(name, "udp", 3) == 0;
        cr_expect(!is_of_1213((enum v4_stat)stat) || group, "%s", name);
        for (unsigned other = 0; other < stat; other++)
            cr_expect(strcmp(name, v4_stat_name((enum v4_stat)other)) != 0, "%s twice", name);
    }
}
