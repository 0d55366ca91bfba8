/* SPDX-License-Identifier: BSD-2-Clause */
#include "rig.h"

static const char *const profiles[] = {"modern", "rfc791", "rfc1122", "rfc1812"};

Test(icmp_in, an_echo_comes_back_whole)
{
    static uint8_t data[65507]; /* the most that a datagram with a bare header carries */
    size_t sizes[] = {0, 1, 548, 1472};

    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7);
    for (size_t p = 0; p < COUNT(profiles); p++) {
        struct rig *rig = rig_open(profiles[p]);
        rig_meet(rig);
        for (size_t i = 0; i < COUNT(sizes); i++) {
            struct v4_ip ip;
            struct v4_icmp reply, echo = {.type = V4_ICMP_ECHO,
                                          .rest = 0xfffe0000 + (uint32_t)i,
                                          .data = {data, sizes[i]}};
            rig_icmp(rig, rig_header(), &echo);
            cr_assert(rig_out_icmp(rig, &ip, &reply), "%s %zu", profiles[p], sizes[i]);
            cr_expect(reply.type == V4_ICMP_ECHO_REPLY && reply.code == 0);
            cr_expect(reply.rest == echo.rest && same(reply.data, echo.data));
            cr_expect(ip.src == US && ip.dst == THEM && ip.ttl == 64 && !ip.mf && ip.offset == 0);
            cr_expect(rig_silent(rig));
        }
        cr_expect(rig_all_drops(rig) == 0);
        rig_close(rig);
    }
}

Test(icmp_in, a_reply_longer_than_the_mtu_leaves_in_fragments)
{
    static uint8_t data[65507], got[65535];
    struct rig *rig = rig_open("modern");
    struct v4_icmp reply, echo = {.type = V4_ICMP_ECHO, .data = {data, sizeof data}};
    struct v4_ip ip;
    size_t len = 0;
    bool more = true;

    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i >> 3);
    rig_meet(rig);
    rig_icmp(rig, rig_header(), &echo);
    while (more && rig_out_ip(rig, &ip)) {
        cr_assert(ip.offset * 8u == len && ip.data.len <= 1480);
        memcpy(got + len, ip.data.octets, ip.data.len);
        len += ip.data.len;
        more = ip.mf;
    }
    cr_assert(len == sizeof data + 8);
    cr_assert(v4_icmp_parse((struct v4_span){got, len}, &reply) == V4_KEEP);
    cr_expect(reply.type == V4_ICMP_ECHO_REPLY && same(reply.data, echo.data));
    rig_close(rig);
}

static const struct {
    const char *what, *profile;
    uint32_t dst;
    bool link_broadcast;
    uint32_t want_src; /* of the reply; 0: there is none */
} destinations[] = {
    {"ours", "modern", US, false, US},
    {"our other interface's", "modern", US_TOO, false, US_TOO},
    {"limited broadcast, modern", "modern", V4_ADDR_BROADCAST, true, 0},
    {"limited broadcast", "rfc1122", V4_ADDR_BROADCAST, true, US},
    {"the network's broadcast", "rfc1122", V4_ADDR(198, 18, 0, 255), true, US},
    {"the network's broadcast, link unicast", "rfc1122", V4_ADDR(198, 18, 0, 255), false, US},
    {"all hosts", "rfc1122", V4_ADDR_ALL_HOSTS, false, US},
    {"all hosts, modern", "modern", V4_ADDR_ALL_HOSTS, false, 0},
};

Test(icmp_in, answers_from_the_specific_destination)
{
    for (size_t i = 0; i < COUNT(destinations); i++) {
        struct rig *rig = rig_open(destinations[i].profile);
        struct v4_ip ip = rig_header();
        struct v4_icmp reply;

        rig_meet(rig);
        ip.dst = destinations[i].dst;
        if (destinations[i].link_broadcast)
            rig->to = V4_MAC_BROADCAST;
        rig_icmp(rig, ip, rig_echo());
        if (destinations[i].want_src == 0) {
            cr_expect(rig_silent(rig), "%s", destinations[i].what);
            cr_expect(rig_reason(rig) == V4_DROP_ICMP_BROADCAST, "%s", destinations[i].what);
        } else {
            cr_assert(rig_out_icmp(rig, &ip, &reply), "%s", destinations[i].what);
            cr_expect(ip.src == destinations[i].want_src && ip.dst == THEM, "%s",
                      destinations[i].what);
        }
        rig_close(rig);
    }
}

Test(icmp_in, a_reply_has_the_tos_of_its_profile)
{
    static const struct {
        const char *profile;
        uint8_t asked, want;
    } rows[] = {{"rfc791", 0x58, 0},    {"rfc791", 0xff, 0},     {"rfc1122", 0x58, 0},
                {"rfc1122", 0xff, 0},   {"rfc1812", 0x58, 0x58}, {"rfc1812", 0xff, 0xfe},
                {"modern", 0x58, 0x58}, {"modern", 0xff, 0xfc}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rig *rig = rig_open(rows[i].profile);
        struct v4_ip ip = rig_header();
        struct v4_icmp reply;

        rig_meet(rig);
        ip.tos = rows[i].asked;
        rig_icmp(rig, ip, rig_echo());
        cr_assert(rig_out_icmp(rig, &ip, &reply));
        cr_expect(ip.tos == rows[i].want, "%s", rows[i].profile);
        rig_close(rig);
    }
}

static const struct {
    const char *what;
    uint8_t type;
    size_t len; /* of the data */
    enum v4_drop want;
} silent[] = {
    {"type 1", 1, 20, V4_DROP_ICMP_TYPE},
    {"type 255", 255, 20, V4_DROP_ICMP_TYPE},
    {"router advertisement", V4_ICMP_ADVERTISEMENT, 20, V4_DROP_ICMP_UNSERVED},
    {"router solicitation", V4_ICMP_SOLICITATION, 0, V4_DROP_ICMP_UNSERVED},
    {"information request", V4_ICMP_INFORMATION, 0, V4_DROP_ICMP_UNSERVED},
    {"information reply", V4_ICMP_INFORMATION_REPLY, 0, V4_DROP_ICMP_NO_USER},
    {"mask request", V4_ICMP_MASK, 4, V4_DROP_ICMP_UNSERVED},
    {"mask reply", V4_ICMP_MASK_REPLY, 4, V4_DROP_ICMP_NO_USER},
    {"timestamp reply", V4_ICMP_TIMESTAMP_REPLY, 12, V4_DROP_ICMP_NO_USER},
    {"timestamp cut short", V4_ICMP_TIMESTAMP, 11, V4_DROP_ICMP_TRUNCATED},
};

Test(icmp_in, what_is_not_answered_is_named)
{
    static const uint8_t zeros[20];

    for (size_t i = 0; i < COUNT(silent); i++) {
        struct rig *rig = rig_open("modern");
        struct v4_icmp icmp = {.type = silent[i].type, .data = {zeros, silent[i].len}};

        rig_meet(rig);
        rig_icmp(rig, rig_header(), &icmp);
        cr_expect(rig_silent(rig), "%s", silent[i].what);
        cr_expect(rig_reason(rig) == silent[i].want, "%s: %s", silent[i].what,
                  v4_drop_name(rig_reason(rig)));
        rig_close(rig);
    }
}

Test(icmp_in, a_wrong_checksum_is_dropped)
{
    struct rig *rig = rig_open("modern");
    uint8_t message[] = {8, 0, 0xf7, 0xfe, 0, 0, 0, 1}; /* right: f7fe */
    struct v4_ip ip = rig_header();
    struct v4_icmp reply;

    rig_meet(rig);
    ip.protocol = V4_PROTOCOL_ICMP;
    ip.data = (struct v4_span){message, sizeof message};
    rig_ip(rig, &ip);
    cr_assert(rig_out_icmp(rig, &ip, &reply));
    message[3] ^= 1;
    ip = rig_header();
    ip.protocol = V4_PROTOCOL_ICMP;
    ip.data = (struct v4_span){message, sizeof message};
    rig_ip(rig, &ip);
    cr_expect(rig_silent(rig));
    cr_expect(rig_reason(rig) == V4_DROP_ICMP_CHECKSUM);
    rig_close(rig);
}

Test(icmp_in, a_timestamp_counts_from_midnight)
{
    static const uint8_t zeros[12] = {0, 0, 0, 9, 1, 1, 1, 1, 2, 2, 2, 2};
    struct v4_config config = rig_config("modern");

    for (int ut = 0; ut < 2; ut++) {
        config.ut = ut;
        config.since_midnight = 3600 * V4_SECOND;
        struct rig *rig = rig_open_with(&config);
        struct v4_ip ip;
        struct v4_icmp reply,
            request = {.type = V4_ICMP_TIMESTAMP, .rest = 0x12345678, .data = {zeros, 12}};
        uint32_t want = ut ? 3600 * 1000 + 1250 : UINT32_C(0x80000000) + 1250;

        rig_meet(rig);
        rig->now = 1250 * V4_MS;
        rig_icmp(rig, rig_header(), &request);
        cr_assert(rig_out_icmp(rig, &ip, &reply));
        cr_expect(reply.type == V4_ICMP_TIMESTAMP_REPLY && reply.rest == 0x12345678);
        cr_assert(reply.data.len == 12);
        cr_expect(v4_be32(reply.data.octets) == 9);
        cr_expect(v4_be32(reply.data.octets + 4) == want);
        cr_expect(v4_be32(reply.data.octets + 8) == want);
        rig_close(rig);
    }
}

Test(icmp_in, an_echo_reply_reaches_the_user)
{
    struct rig *rig = rig_open("modern");
    struct v4_event event;

    rig_icmp(rig, rig_header(),
             &(struct v4_icmp){.type = V4_ICMP_ECHO_REPLY,
                               .rest = 0x00070003,
                               .data = {(const uint8_t *)"abc", 3}});
    cr_assert(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_ECHO);
    cr_expect(event.echo.src == THEM && event.echo.id == 7 && event.echo.seq == 3);
    cr_expect(same(event.echo.data, (struct v4_span){(const uint8_t *)"abc", 3}));
    cr_expect(!v4_host_event(rig->host, &event));
    rig_close(rig);
}

/* What an error quotes: a UDP header from `port` in a packet from `src`. */
static struct v4_icmp error_about(uint8_t type, uint8_t protocol, uint32_t src, uint16_t port)
{
    static uint8_t quote[V4_IP_HEADER_MAX + 8];
    uint8_t udp[8] = {(uint8_t)(port >> 8), (uint8_t)port, 0, 9};
    struct v4_ip ip = {.ttl = 1, .protocol = protocol, .src = src, .dst = FAR, .data = {udp, 8}};

    v4_ip_emit(&ip, quote);
    memcpy(quote + 20, udp, 8);
    return (struct v4_icmp){.type = type, .code = 1, .rest = 5, .data = {quote, 28}};
}

Test(icmp_in, an_error_reaches_the_socket_that_it_is_about)
{
    struct rig *rig = rig_open("rfc1122");
    uint8_t types[] = {V4_ICMP_UNREACHABLE, V4_ICMP_SOURCE_QUENCH, V4_ICMP_TIME_EXCEEDED,
                       V4_ICMP_PARAMETER_PROBLEM};
    unsigned sock, raw;
    uint16_t port;

    cr_assert(v4_host_udp_bind(rig->host, 0, 4000, &sock, &port) == V4_OK);
    cr_assert(v4_host_ip_bind(rig->host, 200, &raw) == V4_OK);
    for (size_t i = 0; i < COUNT(types); i++) {
        struct v4_event event;
        struct v4_icmp error = error_about(types[i], V4_PROTOCOL_UDP, US, 4000);
        rig_icmp(rig, rig_header(), &error);
        cr_assert(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_ERROR);
        cr_expect(event.error.sock == sock && event.error.type == types[i]);
        cr_expect(event.error.code == 1 && event.error.rest == 5 && event.error.src == THEM);
        cr_expect(same(event.error.data, error.data));

        error = error_about(types[i], 200, US, 4000);
        rig_icmp(rig, rig_header(), &error);
        cr_assert(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_ERROR);
        cr_expect(event.error.sock == raw);

        error = error_about(types[i], V4_PROTOCOL_UDP, US, 4001);
        rig_icmp(rig, rig_header(), &error);
        cr_assert(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_ERROR);
        cr_expect(event.error.sock == 0);
        cr_expect(!v4_host_event(rig->host, &event));
    }
    rig_close(rig);
}

/* Nor is it lost without a trace where the user has left no room for it. */
Test(icmp_in, an_error_that_finds_no_room_is_counted)
{
    static const uint8_t data[65507];
    struct v4_config config = rig_config("modern");
    struct v4_icmp error = error_about(V4_ICMP_UNREACHABLE, V4_PROTOCOL_UDP, US, 4000);
    unsigned sock, told = 0;
    uint16_t port;

    config.event_octets = 131072;
    struct rig *rig = rig_open_with(&config);
    cr_assert(v4_host_udp_bind(rig->host, 0, 4000, &sock, &port) == V4_OK);
    rig_udp(rig, rig_header(), &(struct v4_udp){.dst_port = 4000, .data = {data, sizeof data}});
    for (; rig_all_drops(rig) == 0 && told < 2000; told++)
        rig_icmp(rig, rig_header(), &error);
    cr_expect(told > 1 && rig_reason(rig) == V4_DROP_USER_FULL);
    rig_close(rig);
}

Test(icmp_in, a_quoted_fragment_behind_the_first_has_no_port)
{
    struct rig *rig = rig_open("modern");
    struct v4_icmp error = error_about(V4_ICMP_UNREACHABLE, V4_PROTOCOL_UDP, US, 4000);
    struct v4_event event;
    unsigned sock;
    uint16_t port;

    cr_assert(v4_host_udp_bind(rig->host, 0, 4000, &sock, &port) == V4_OK);
    ((uint8_t *)(uintptr_t)error.data.octets)[7] = 1; /* the offset, in eights */
    rig_icmp(rig, rig_header(), &error);
    cr_assert(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_ERROR);
    cr_expect(event.error.sock == 0);
    rig_close(rig);
}

Test(icmp_in, an_error_that_cannot_be_about_us_is_dropped)
{
    struct rig *rig = rig_open("modern");
    struct v4_icmp error = error_about(V4_ICMP_UNREACHABLE, V4_PROTOCOL_UDP, FAR, 4000);
    struct v4_event event;

    rig_icmp(rig, rig_header(), &error);
    cr_expect(rig_reason(rig) == V4_DROP_ICMP_QUOTE);
    cr_expect(!v4_host_event(rig->host, &event));
    rig_close(rig);
}

Test(icmp_in, modern_hosts_ignore_source_quench)
{
    struct rig *rig = rig_open("modern");
    struct v4_icmp error = error_about(V4_ICMP_SOURCE_QUENCH, V4_PROTOCOL_UDP, US, 4000);
    struct v4_event event;

    rig_icmp(rig, rig_header(), &error);
    cr_expect(rig_reason(rig) == V4_DROP_ICMP_QUENCH);
    cr_expect(!v4_host_event(rig->host, &event));
    rig_close(rig);
}

/* RFC792-info-b: only in the profile that is older than RFC 1122 (RFC1122-3.2.2.7-a). */
Test(icmp_in, an_information_request_is_answered_as_in_1981)
{
    struct v4_icmp reply, request = {.type = V4_ICMP_INFORMATION, .rest = 0x00070005};

    for (size_t p = 0; p < COUNT(profiles); p++) {
        struct rig *rig = rig_open(profiles[p]);
        bool answers = strcmp(profiles[p], "rfc791") == 0;
        struct v4_ip ip = rig_header();
        rig_meet(rig);
        rig_icmp(rig, ip, &request);
        cr_expect(rig_out_icmp(rig, &ip, &reply) == answers, "%s", profiles[p]);
        cr_expect(rig_reason(rig) == (answers ? V4_KEEP : V4_DROP_ICMP_UNSERVED));
        if (answers)
            cr_expect(ip.src == US && ip.dst == THEM && reply.type == V4_ICMP_INFORMATION_REPLY &&
                      reply.rest == request.rest && reply.data.len == 0);
        ip = rig_header();
        ip.dst = V4_ADDR_ANY;
        rig->to = V4_MAC_BROADCAST;
        rig_icmp(rig, ip, &request);
        cr_expect(rig_out_icmp(rig, &ip, &reply) == answers, "%s", profiles[p]);
        if (answers)
            cr_expect(ip.src == US && ip.dst == THEM);
        rig_close(rig);
    }
}

/* The quotation is told as it came, and of a structure behind it only what is whole. */
Test(icmp_in, an_extension_is_told_with_its_error)
{
    struct rig *rig = rig_open("modern");
    struct v4_icmp error = error_about(V4_ICMP_UNREACHABLE, V4_PROTOCOL_UDP, US, 4000);
    uint8_t data[128 + 8] = {0}, structure[] = {0x20, 0, 0, 0, 0, 4, 200, 1};
    struct v4_event event;

    memcpy(data, error.data.octets, error.data.len);
    memcpy(data + 128, structure, sizeof structure);
    error.data = (struct v4_span){data, sizeof data};
    error.rest = 32 << 16;
    rig_icmp(rig, rig_header(), &error);
    cr_assert(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_ERROR);
    cr_expect(same(event.error.data, error.data));
    cr_expect(same(event.error.extension, (struct v4_span){structure, sizeof structure}));
    data[128 + 3] = 1;
    rig_icmp(rig, rig_header(), &error);
    cr_assert(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_ERROR);
    cr_expect(same(event.error.data, error.data) && event.error.extension.len == 0);
    rig_close(rig);
}
