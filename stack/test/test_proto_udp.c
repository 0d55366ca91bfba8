/* SPDX-License-Identifier: BSD-2-Clause */
#include "rig.h"

static unsigned bind_to(struct rig *rig, uint32_t addr, uint16_t port)
{
    unsigned sock = 0;
    uint16_t got;

    cr_assert(v4_host_udp_bind(rig->host, addr, port, &sock, &got) == V4_OK);
    cr_assert(got == port);
    return sock;
}

static void arrive(struct rig *rig, uint32_t dst, uint16_t port)
{
    struct v4_ip ip = rig_header();

    ip.dst = dst;
    ip.tos = 0x10;
    rig_udp(
        rig, ip,
        &(struct v4_udp){.src_port = 999, .dst_port = port, .data = {(const uint8_t *)"hello", 5}});
}

/* The socket of the next event; 0 when there is none. */
static unsigned told(struct rig *rig)
{
    struct v4_event event;

    if (!v4_host_event(rig->host, &event))
        return 0;
    cr_assert(event.kind == V4_EVENT_UDP);
    return event.udp.sock;
}

Test(proto_udp, tells_all_about_what_it_received)
{
    struct rig *rig = rig_open("modern");
    unsigned sock = bind_to(rig, 0, 4000);
    struct v4_event event;

    arrive(rig, US, 4000);
    cr_assert(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_UDP);
    cr_expect(event.udp.sock == sock && event.udp.iface == 0);
    cr_expect(event.udp.src == THEM && event.udp.dst == US);
    cr_expect(event.udp.src_port == 999 && event.udp.dst_port == 4000);
    cr_expect(event.udp.ttl == 64 && event.udp.tos == 0x10 && event.udp.options.len == 0);
    cr_expect(same(event.udp.data, (struct v4_span){(const uint8_t *)"hello", 5}));
    cr_expect(rig_silent(rig) && rig_all_drops(rig) == 0);
    rig_close(rig);
}

Test(proto_udp, the_socket_with_the_address_comes_first)
{
    struct rig *rig = rig_open("modern");
    unsigned any = bind_to(rig, 0, 4000), exactly = bind_to(rig, US, 4000);

    arrive(rig, US, 4000);
    cr_expect(told(rig) == exactly && told(rig) == 0);
    arrive(rig, US_TOO, 4000);
    cr_expect(told(rig) == any && told(rig) == 0);
    rig_close(rig);
}

Test(proto_udp, a_broadcast_is_everybodys)
{
    struct rig *rig = rig_open("modern");
    unsigned any = bind_to(rig, 0, 4000), exactly = bind_to(rig, US, 4000);

    bind_to(rig, US_TOO, 4000); /* not on this interface */
    bind_to(rig, 0, 4001);
    rig->to = V4_MAC_BROADCAST;
    arrive(rig, V4_ADDR_BROADCAST, 4000);
    cr_expect(told(rig) == any);
    cr_expect(told(rig) == exactly);
    cr_expect(told(rig) == 0);
    arrive(rig, V4_ADDR_BROADCAST, 4002);
    cr_expect(rig_reason(rig) == V4_DROP_UDP_PORT && rig_silent(rig));
    rig_close(rig);
}

Test(proto_udp, a_closed_port_is_reported)
{
    struct rig *rig = rig_open("modern");
    struct v4_ip ip;
    struct v4_icmp error;
    unsigned sock = bind_to(rig, 0, 4000);

    rig_meet(rig);
    cr_assert(v4_host_udp_close(rig->host, sock) == V4_OK);
    cr_expect(v4_host_udp_close(rig->host, sock) == V4_EBADF);
    arrive(rig, US, 4000);
    cr_assert(rig_out_icmp(rig, &ip, &error));
    cr_expect(error.type == V4_ICMP_UNREACHABLE && error.code == V4_ICMP_PORT);
    cr_expect(rig_reason(rig) == V4_DROP_UDP_PORT);
    rig_close(rig);
}

static const struct {
    const char *what;
    size_t octet; /* of a segment of 13 */
    uint8_t value;
    enum v4_drop want;
} segments[] = {
    {"nothing wrong", 0, 0, V4_KEEP},
    {"length 7", 5, 7, V4_DROP_UDP_LENGTH},
    {"length 14", 5, 14, V4_DROP_UDP_LENGTH},
    {"other data", 12, 'O', V4_DROP_UDP_CHECKSUM},
};

Test(proto_udp, what_is_wrong_is_dropped_in_silence)
{
    for (size_t i = 0; i < COUNT(segments); i++) {
        struct rig *rig = rig_open("modern");
        struct v4_ip ip = rig_header();
        uint8_t segment[13];

        rig_meet(rig);
        bind_to(rig, 0, 4000);
        v4_udp_emit(&(struct v4_udp){.dst_port = 4000, .data = {(const uint8_t *)"hello", 5}}, THEM,
                    US, segment);
        segment[segments[i].octet] = segments[i].value;
        ip.protocol = V4_PROTOCOL_UDP;
        ip.data = (struct v4_span){segment, sizeof segment};
        rig_ip(rig, &ip);
        cr_expect(rig_reason(rig) == segments[i].want, "%s", segments[i].what);
        cr_expect((told(rig) != 0) == (segments[i].want == V4_KEEP), "%s", segments[i].what);
        cr_expect(rig_silent(rig));
        rig_close(rig);
    }
}

Test(proto_udp, sends_from_its_port_with_a_checksum)
{
    struct rig *rig = rig_open("modern");
    struct v4_send send = v4_send_default(THEM, (struct v4_span){(const uint8_t *)"x", 1});
    unsigned sock = bind_to(rig, 0, 4000), other = bind_to(rig, US_TOO, 4001);
    struct v4_udp udp;
    struct v4_ip ip;

    rig_meet(rig);
    cr_assert(v4_host_udp_send(rig->host, sock, &send, 53, rig->now) == V4_OK);
    cr_assert(rig_out_ip(rig, &ip) && ip.protocol == V4_PROTOCOL_UDP && ip.src == US);
    cr_assert(v4_udp_parse(ip.data, ip.src, ip.dst, &udp) == V4_KEEP);
    cr_expect(udp.src_port == 4000 && udp.dst_port == 53 && !udp.unchecked && udp.data.len == 1);

    /* From the address that it is bound to. */
    cr_assert(v4_host_udp_send(rig->host, other, &send, 53, rig->now) == V4_OK);
    cr_assert(rig_out_ip(rig, &ip) && ip.src == US_TOO);
    cr_assert(v4_udp_parse(ip.data, ip.src, ip.dst, &udp) == V4_KEEP);
    cr_expect(v4_host_udp_send(rig->host, 99, &send, 53, rig->now) == V4_EBADF);
    rig_close(rig);
}

/* The checksum is the one that its last hop verifies, under the address that the datagram has
 * there. */
Test(proto_udp, a_source_route_ends_in_the_checksum)
{
    struct rig *rig = rig_open("modern");
    struct v4_send send = v4_send_default(THEM, (struct v4_span){(const uint8_t *)"x", 1});
    unsigned sock = bind_to(rig, 0, 4000);
    struct v4_udp udp;
    struct v4_ip ip;

    rig_meet(rig);
    send.options = OPTIONS(131, 11, 4, 198, 51, 100, 1, 192, 0, 2, 1, 0);
    cr_assert(v4_host_udp_send(rig->host, sock, &send, 53, rig->now) == V4_OK);
    cr_assert(rig_out_ip(rig, &ip) && ip.dst == THEM);
    cr_expect(v4_udp_parse(ip.data, US, FAR, &udp) == V4_KEEP);
    rig_close(rig);
}

Test(proto_udp, binds_each_port_once)
{
    struct v4_config config = rig_config("modern");
    unsigned sock;
    uint16_t port;

    config.sockets = 3;
    struct rig *rig = rig_open_with(&config);
    bind_to(rig, 0, 1); /* the first that there is */
    cr_expect(v4_host_udp_bind(rig->host, 0, 1, &sock, &port) == V4_EADDRINUSE);
    cr_expect(v4_host_udp_bind(rig->host, THEM, 4000, &sock, &port) == V4_EADDRNOTAVAIL);
    bind_to(rig, US, 4000);
    cr_expect(v4_host_udp_bind(rig->host, US, 4000, &sock, &port) == V4_EADDRINUSE);
    cr_assert(v4_host_udp_bind(rig->host, 0, 0, &sock, &port) == V4_OK);
    cr_expect(sock == 3 && port >= 49152);
    cr_expect(v4_host_udp_bind(rig->host, 0, 0, &sock, &port) == V4_ENOBUFS);
    cr_expect(v4_host_ip_bind(rig->host, 200, &sock) == V4_ENOBUFS, "all kinds together");
    rig_close(rig);
}

Test(proto_udp, the_longest_datagram_goes_out_and_comes_back)
{
    static uint8_t data[65507];
    struct rig *rig = rig_open("modern");
    struct v4_send send = v4_send_default(US, (struct v4_span){data, sizeof data});
    unsigned sock = bind_to(rig, 0, 4000);
    struct v4_event event;

    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i % 251);
    cr_assert(v4_host_udp_send(rig->host, sock, &send, 4000, rig->now) == V4_OK);
    cr_assert(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_UDP);
    cr_expect(same(event.udp.data, send.data));
    rig_close(rig);
}
