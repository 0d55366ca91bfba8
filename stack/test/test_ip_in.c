/* SPDX-License-Identifier: BSD-2-Clause */
#include "rig.h"

static const struct {
    const char *what;
    size_t octet, len; /* which octet of a packet of 31 is changed, how much arrives */
    uint8_t value;
    enum v4_drop want;
} headers[] = {
    {"nothing wrong", 0, 31, 0x45, V4_KEEP},
    {"reserved bit", 6, 31, 0x80, V4_KEEP},
    {"TTL 1", 8, 31, 1, V4_KEEP},
    {"TTL 0", 8, 31, 0, V4_KEEP},
    {"version 6", 0, 31, 0x65, V4_DROP_VERSION},
    {"IHL 4", 0, 31, 0x44, V4_DROP_IHL},
    {"IHL 15", 0, 31, 0x4f, V4_DROP_TRUNCATED},
    {"total length 19", 3, 31, 19, V4_DROP_LENGTH},
    {"total length 32", 3, 31, 32, V4_DROP_TRUNCATED},
    {"19 octets", 0, 19, 0x45, V4_DROP_TRUNCATED},
};

Test(ip_in, names_the_fault_of_a_header)
{
    for (size_t i = 0; i < COUNT(headers); i++) {
        struct rig *rig = rig_open("modern");
        struct v4_ip ip = rig_header();
        struct v4_icmp reply;
        static uint8_t packet[65535];
        uint8_t message[11];

        rig_meet(rig);
        ip.protocol = V4_PROTOCOL_ICMP;
        ip.data = (struct v4_span){message, v4_icmp_emit(rig_echo(), message)};
        rig_build(&ip, packet);
        packet[headers[i].octet] = headers[i].value;
        v4_put16(packet + 10, 0);
        size_t sum = (size_t)(packet[0] & 0x0f) * 4;
        v4_put16(packet + 10, v4_checksum((struct v4_span){packet, sum < 31 ? sum : 31}));
        rig_packet(rig, V4_ETHER_TYPE_IP, packet, headers[i].len);
        cr_expect(rig_out_icmp(rig, &ip, &reply) == (headers[i].want == V4_KEEP), "%s",
                  headers[i].what);
        cr_expect(rig_silent(rig), "%s", headers[i].what);
        cr_expect(rig_reason(rig) == headers[i].want, "%s: %s", headers[i].what,
                  v4_drop_name(rig_reason(rig)));
        rig_close(rig);
    }
}

Test(ip_in, a_wrong_checksum_is_dropped)
{
    struct rig *rig = rig_open("modern");
    uint8_t packet[] = {0x45, 0, 0, 20, 0, 1, 0, 0, 64, 1, 0, 0, 198, 18, 0, 1, 198, 18, 0, 2};

    rig_packet(rig, V4_ETHER_TYPE_IP, packet, sizeof packet);
    cr_expect(rig_reason(rig) == V4_DROP_CHECKSUM);
    cr_expect(rig_silent(rig));
    rig_close(rig);
}

static const struct {
    const char *what, *profile;
    uint32_t src, dst;
    bool link_broadcast;
    enum v4_drop want;
} addresses[] = {
    {"one of ours", "modern", THEM, US, false, V4_KEEP},
    {"another interface's", "modern", THEM, US_TOO, false, V4_KEEP},
    {"a neighbour's", "modern", THEM, V4_ADDR(198, 18, 0, 3), false, V4_DROP_DESTINATION},
    {"somebody's far away", "modern", THEM, FAR, false, V4_DROP_DESTINATION},
    {"loopback", "modern", THEM, V4_ADDR(127, 0, 0, 1), false, V4_DROP_DESTINATION},
    {"a group that we are not in", "modern", THEM, V4_ADDR(224, 0, 0, 2), false,
     V4_DROP_GROUP},
    {"class E", "modern", THEM, V4_ADDR(240, 0, 0, 1), false, V4_DROP_DESTINATION},
    {"all hosts", "modern", THEM, V4_ADDR_ALL_HOSTS, false, V4_KEEP},
    {"limited broadcast", "modern", THEM, V4_ADDR_BROADCAST, true, V4_KEEP},
    {"the network's broadcast", "modern", THEM, V4_ADDR(198, 18, 0, 255), true, V4_KEEP},
    {"another network's broadcast", "modern", THEM, V4_ADDR(198, 18, 1, 255), true,
     V4_DROP_DESTINATION},
    {"the class's broadcast, 1122", "rfc1122", THEM, V4_ADDR(198, 18, 0, 255), true, V4_KEEP},
    {"zeros, modern", "modern", THEM, V4_ADDR(198, 18, 0, 0), true, V4_DROP_DESTINATION},
    {"zeros, 1122", "rfc1122", THEM, V4_ADDR(198, 18, 0, 0), true, V4_KEEP},
    {"zeros, 1812", "rfc1812", THEM, V4_ADDR(198, 18, 0, 0), true, V4_DROP_DESTINATION},
    {"0.0.0.0, modern", "modern", THEM, 0, true, V4_DROP_DESTINATION},
    {"0.0.0.0, 1122", "rfc1122", THEM, 0, true, V4_KEEP},
    {"unicast in a broadcast, modern", "modern", THEM, US, true, V4_DROP_LINK_BROADCAST},
    {"unicast in a broadcast, 1122", "rfc1122", THEM, US, true, V4_DROP_LINK_BROADCAST},
    {"unicast in a broadcast, 791", "rfc791", THEM, US, true, V4_KEEP},
    {"from nobody", "modern", 0, US, false, V4_DROP_SOURCE},
    {"from a host of network 0", "modern", V4_ADDR(0, 0, 0, 1), US, false, V4_DROP_SOURCE},
    {"from loopback", "modern", V4_ADDR(127, 0, 0, 1), US, false, V4_DROP_SOURCE},
    {"from a group", "modern", V4_ADDR_ALL_HOSTS, US, false, V4_DROP_SOURCE},
    {"from class E", "modern", V4_ADDR(240, 0, 0, 1), US, false, V4_DROP_SOURCE},
    {"from all", "modern", V4_ADDR_BROADCAST, US, false, V4_DROP_SOURCE},
    {"from a network's broadcast", "modern", V4_ADDR(198, 18, 0, 255), US, false, V4_DROP_SOURCE},
    {"from another of our networks' broadcast", "modern", V4_ADDR(198, 18, 1, 255), US, false,
     V4_DROP_SOURCE},
    {"from a network's zeros", "modern", V4_ADDR(198, 18, 0, 0), US, false, V4_DROP_SOURCE},
    {"from ourselves", "modern", US, US, false, V4_DROP_SOURCE_OURS},
    {"from our other address", "modern", US_TOO, US, false, V4_DROP_SOURCE_OURS},
};

Test(ip_in, judges_addresses)
{
    for (size_t i = 0; i < COUNT(addresses); i++) {
        struct rig *rig = rig_open(addresses[i].profile);
        struct v4_ip ip = rig_header();
        unsigned sock;
        struct v4_event event;

        cr_assert(v4_host_ip_bind(rig->host, 200, &sock) == V4_OK);
        ip.protocol = 200;
        ip.src = addresses[i].src;
        ip.dst = addresses[i].dst;
        if (addresses[i].link_broadcast)
            rig->to = V4_MAC_BROADCAST;
        rig_ip(rig, &ip);
        cr_expect(rig_reason(rig) == addresses[i].want, "%s: %s", addresses[i].what,
                  v4_drop_name(rig_reason(rig)));
        cr_expect(v4_host_event(rig->host, &event) == (addresses[i].want == V4_KEEP), "%s",
                  addresses[i].what);
        cr_expect(rig_silent(rig), "%s", addresses[i].what);
        rig_close(rig);
    }
}

/* Classes A and B, subnetted: the broadcasts of the whole network are ours too, for those who know
 * classes. */
Test(ip_in, knows_the_broadcasts_of_classes)
{
    static const struct {
        const char *profile;
        enum v4_drop want;
    } rows[] = {{"modern", V4_DROP_DESTINATION},
                {"rfc1812", V4_DROP_DESTINATION},
                {"rfc1122", V4_KEEP},
                {"rfc791", V4_KEEP}};
    static const uint32_t nets[][2] = {{V4_ADDR(10, 1, 2, 3), V4_ADDR(10, 255, 255, 255)},
                                       {V4_ADDR(172, 16, 2, 3), V4_ADDR(172, 16, 255, 255)}};

    for (size_t i = 0; i < COUNT(rows) * COUNT(nets); i++) {
        const char *profile = rows[i / 2].profile;
        struct v4_config config = rig_config(profile);
        struct v4_ip ip = rig_header();
        unsigned sock;

        config.ifaces[0].net = (struct v4_prefix){nets[i % 2][0], 24};
        config.gateway = 0;
        struct rig *rig = rig_open_with(&config);
        cr_assert(v4_host_ip_bind(rig->host, 200, &sock) == V4_OK);
        ip.protocol = 200;
        ip.dst = nets[i % 2][1];
        rig->to = V4_MAC_BROADCAST;
        rig_ip(rig, &ip);
        cr_expect(rig_reason(rig) == rows[i / 2].want, "%s, net %zu", profile, i % 2);
        rig_close(rig);
    }
}

/* What stands behind the last interface of a configuration is none: its broadcast may be a host. */
Test(ip_in, knows_no_more_interfaces_than_there_are)
{
    struct v4_config config = rig_config("modern");
    struct v4_ip ip = rig_header();
    struct v4_icmp reply;

    config.iface_count = 1;
    struct rig *rig = rig_open_with(&config);
    rig_meet(rig);
    ip.src = V4_ADDR(198, 18, 1, 255);
    rig_icmp(rig, ip, rig_echo());
    cr_expect(rig_out_icmp(rig, &ip, &reply) && ip.dst == V4_ADDR(198, 18, 1, 255));
    rig_close(rig);
}

Test(ip_in, knows_as_many_interfaces_as_there_can_be)
{
    struct v4_config config = rig_config("modern");
    struct v4_ip ip = rig_header();

    config.iface_count = V4_IFACES_MAX;
    for (unsigned i = 0; i < V4_IFACES_MAX; i++)
        config.ifaces[i] = (struct v4_iface){OUR_MAC, {V4_ADDR(198, 18, i, 2), 24}, V4_MTU_DEFAULT};
    struct rig *rig = rig_open_with(&config);
    ip.src = V4_ADDR(198, 18, 7, 255);
    rig_icmp(rig, ip, rig_echo());
    cr_expect(rig_reason(rig) == V4_DROP_SOURCE);
    ip.src = V4_ADDR(198, 18, 8, 255);
    rig_icmp(rig, ip, rig_echo());
    cr_expect(rig_all_drops(rig) == 1);
    rig_close(rig);
}

/* A network that is wider than its class has hosts at what would be the class's broadcasts. */
Test(ip_in, knows_no_class_in_a_wider_network)
{
    struct v4_config config = rig_config("rfc1122");
    struct v4_ip ip = rig_header();

    config.iface_count = 1;
    config.ifaces[0].net.len = 15;
    struct rig *rig = rig_open_with(&config);
    ip.protocol = 200;
    ip.dst = V4_ADDR(198, 18, 0, 255);
    rig_ip(rig, &ip);
    cr_expect(rig_reason(rig) == V4_DROP_DESTINATION);
    rig_close(rig);
}

Test(ip_in, the_octets_after_a_packet_are_padding)
{
    struct rig *rig = rig_open("modern");
    struct v4_event event;
    uint8_t packet[46] = {0x45, 0,   0,  21, 0, 1,   0,  0, 64, 200, 0,
                          0,    198, 18, 0,  1, 198, 18, 0, 2,  'x', 'p'};
    unsigned sock;

    v4_put16(packet + 10, v4_checksum((struct v4_span){packet, 20}));
    cr_assert(v4_host_ip_bind(rig->host, 200, &sock) == V4_OK);
    rig_packet(rig, V4_ETHER_TYPE_IP, packet, sizeof packet);
    cr_assert(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_IP);
    cr_expect(event.ip.sock == sock && event.ip.protocol == 200 && event.ip.ttl == 64);
    cr_expect(event.ip.data.len == 1 && event.ip.data.octets[0] == 'x');
    rig_close(rig);
}

static const struct {
    const char *what;
    uint8_t options[16];
    size_t len;
    enum v4_drop want;
    uint8_t pointer;
} options[] = {
    {"unknown", {0x9e, 4, 1, 2}, 4, V4_KEEP, 0},
    {"NOPs", {1, 1, 1, 1}, 4, V4_KEEP, 0},
    {"a route of length 2", {7, 2, 0, 0}, 4, V4_DROP_OPTION_LENGTH, 21},
    {"past the header, after a NOP", {1, 7, 7, 4}, 4, V4_DROP_OPTION_LENGTH, 22},
    {"unknown of length 0", {0x9e, 0, 0, 0}, 4, V4_DROP_OPTION_LENGTH, 21},
    {"pointer 3", {7, 7, 3, 0, 0, 0, 0, 0}, 8, V4_DROP_OPTION_POINTER, 22},
    {"pointer between slots", {7, 7, 5, 0, 0, 0, 0, 0}, 8, V4_DROP_OPTION_POINTER, 22},
    {"timestamp flag 2", {68, 8, 5, 2, 0, 0, 0, 0}, 8, V4_DROP_OPTION_FLAG, 23},
    {"timestamp overflow 15", {68, 8, 9, 0xf0, 0, 0, 0, 0}, 8, V4_DROP_OPTION_OVERFLOW, 23},
    {"two routes recorded",
     {7, 7, 4, 0, 0, 0, 0, 1, 7, 7, 4, 0, 0, 0, 0, 0},
     16,
     V4_DROP_OPTION_TWICE,
     28},
};

Test(ip_in, points_at_the_fault_of_an_option)
{
    for (size_t i = 0; i < COUNT(options); i++) {
        struct rig *rig = rig_open("modern");
        struct v4_ip ip = rig_header(), quote;
        struct v4_icmp out;

        rig_meet(rig);
        ip.options = (struct v4_span){options[i].options, options[i].len};
        rig_icmp(rig, ip, rig_echo());
        cr_assert(rig_out_icmp(rig, &ip, &out), "%s", options[i].what);
        cr_expect(rig_reason(rig) == options[i].want, "%s: %s", options[i].what,
                  v4_drop_name(rig_reason(rig)));
        if (options[i].want == V4_KEEP) {
            cr_expect(out.type == V4_ICMP_ECHO_REPLY, "%s", options[i].what);
        } else {
            cr_expect(out.type == V4_ICMP_PARAMETER_PROBLEM && out.code == 0, "%s",
                      options[i].what);
            cr_expect(out.rest >> 24 == options[i].pointer, "%s: %u", options[i].what,
                      out.rest >> 24);
            cr_expect(v4_ip_parse_quote(out.data, &quote) == V4_KEEP && quote.src == THEM);
        }
        rig_close(rig);
    }
}

Test(ip_in, we_are_no_hop_of_a_source_route)
{
    struct rig *rig = rig_open("rfc1122");
    struct v4_ip ip = rig_header();
    struct v4_icmp error;

    rig_meet(rig);
    ip.options = OPTIONS(131, 7, 4, 192, 0, 2, 9, 0);
    rig_icmp(rig, ip, rig_echo());
    cr_assert(rig_out_icmp(rig, &ip, &error));
    cr_expect(error.type == V4_ICMP_UNREACHABLE && error.code == V4_ICMP_SOURCE_ROUTE);
    cr_expect(rig_silent(rig));
    cr_expect(rig_reason(rig) == V4_DROP_SOURCE_ROUTE);
    rig_close(rig);
}

Test(ip_in, a_finished_source_route_is_delivered)
{
    static const char *const profiles[] = {"rfc1122", "rfc791", "rfc1812", "modern"};

    for (size_t i = 0; i < COUNT(profiles); i++) {
        struct rig *rig = rig_open(profiles[i]);
        struct v4_ip ip = rig_header();
        struct v4_event event;
        unsigned sock;

        cr_assert(v4_host_ip_bind(rig->host, 200, &sock) == V4_OK);
        ip.protocol = 200;
        ip.options = OPTIONS(137, 7, 8, 192, 0, 2, 9, 0);
        rig_ip(rig, &ip);
        cr_expect(rig_reason(rig) == V4_KEEP, "%s", profiles[i]);
        cr_assert(v4_host_event(rig->host, &event));
        cr_expect(same(event.ip.options, ip.options));
        cr_expect(rig_silent(rig));
        rig_close(rig);
    }
}

Test(ip_in, we_are_entered_in_what_is_delivered)
{
    struct rig *rig = rig_open("modern");
    struct v4_ip ip = rig_header();
    struct v4_event event;
    unsigned sock;

    cr_assert(v4_host_ip_bind(rig->host, 200, &sock) == V4_OK);
    ip.protocol = 200;
    ip.options = OPTIONS(7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1, 68, 8, 5, 0, 0, 0, 0, 0);
    rig_ip(rig, &ip);
    cr_assert(v4_host_event(rig->host, &event));
    /* At one second, of a clock that nobody set. */
    cr_expect(same(event.ip.options, OPTIONS(7, 11, 8, 198, 18, 0, 2, 0, 0, 0, 0, 1, 68, 8, 9, 0,
                                             0x80, 0, 0x03, 0xe8)));
    rig_close(rig);
}

Test(ip_in, no_user_of_the_protocol_is_reported)
{
    struct rig *rig = rig_open("modern");
    struct v4_ip ip = rig_header();
    struct v4_icmp error;

    rig_meet(rig);
    ip.protocol = 200;
    rig_ip(rig, &ip);
    cr_assert(rig_out_icmp(rig, &ip, &error));
    cr_expect(error.type == V4_ICMP_UNREACHABLE && error.code == V4_ICMP_PROTOCOL);
    cr_expect(rig_reason(rig) == V4_DROP_PROTOCOL);
    rig_close(rig);
}

Test(ip_in, every_socket_of_the_protocol_gets_a_copy)
{
    struct rig *rig = rig_open("modern");
    struct v4_event event;
    unsigned first, second;

    rig_meet(rig);
    cr_assert(v4_host_ip_bind(rig->host, V4_PROTOCOL_ICMP, &first) == V4_OK);
    cr_assert(v4_host_ip_bind(rig->host, V4_PROTOCOL_ICMP, &second) == V4_OK);
    rig_icmp(rig, rig_header(), rig_echo());
    cr_assert(v4_host_event(rig->host, &event) && event.ip.sock == first);
    cr_assert(v4_host_event(rig->host, &event) && event.ip.sock == second);
    cr_expect(!rig_silent(rig)); /* and the echo is answered */
    cr_expect(v4_host_ip_close(rig->host, first) == V4_OK);
    cr_expect(v4_host_ip_close(rig->host, first) == V4_EBADF);
    cr_expect(v4_host_udp_close(rig->host, second) == V4_EBADF);
    rig_icmp(rig, rig_header(), rig_echo());
    cr_assert(v4_host_event(rig->host, &event) && event.ip.sock == second);
    cr_expect(!v4_host_event(rig->host, &event));
    rig_close(rig);
}

struct taken {
    unsigned count;
    uint32_t src;
    size_t len, options;
    uint8_t first;
};

static void take(void *user, const struct v4_event_ip *datagram)
{
    struct taken *taken = user;

    taken->count++;
    taken->options = datagram->options.len;
    taken->src = datagram->src;
    taken->len = datagram->data.len;
    taken->first = datagram->data.octets[0];
}

/* An embedder's protocol is as good as ours: what it takes is not reported as unknown. */
Test(ip_in, an_embedder_takes_its_own_protocol)
{
    struct v4_config config = rig_config("modern");
    struct taken taken = {0};
    struct v4_taker taker = {.protocol = 200, .take = take, .user = &taken};
    struct v4_ip ip = rig_header();

    config.takers = &taker;
    config.taker_count = 1;
    struct rig *rig = rig_open_with(&config);
    rig_meet(rig);
    ip.data = (struct v4_span){(const uint8_t *)"abc", 3};
    ip.protocol = 200;
    ip.options = OPTIONS(1, 1, 1, 0);
    rig_ip(rig, &ip);
    cr_expect(taken.count == 1 && taken.src == THEM && taken.len == 3 && taken.first == 'a');
    cr_expect(taken.options == 4);
    cr_expect(rig_silent(rig));

    ip.protocol = 201; /* nobody's */
    rig_ip(rig, &ip);
    cr_expect(taken.count == 1);
    cr_expect(rig_reason(rig) == V4_DROP_PROTOCOL);
    cr_expect(!rig_silent(rig));

    v4_host_reset(rig->host); /* it belongs to the configuration, which a reset keeps */
    ip.protocol = 200;
    rig_ip(rig, &ip);
    cr_expect(taken.count == 2);
    rig_close(rig);
}
