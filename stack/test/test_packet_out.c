/* SPDX-License-Identifier: BSD-2-Clause */
#include "rig.h"

static struct rig *rig;

static void open_rig(void)
{
    rig = rig_open("modern");
    rig_meet(rig);
}

static void close_rig(void)
{
    rig_close(rig);
}

TestSuite(packet_out, .init = open_rig, .fini = close_rig);

static const struct v4_ip good = {
    .id = 0x1234,
    .ttl = 9,
    .tos = 0x28,
    .protocol = 253,
    .src = US,
    .dst = THEM,
    .data = {(const uint8_t *)"postel", 6},
};

static enum v4_error send_octets(const uint8_t *octets, size_t len)
{
    struct v4_span packet = exact(octets, len);
    enum v4_error error = v4_host_packet_send(rig->host, packet, rig->now);

    drop_octets(packet);
    return error;
}

/* The good packet with one octet changed, and its checksum left to us. */
static enum v4_error send_with(size_t at, uint8_t value)
{
    static uint8_t packet[65535];
    size_t len = rig_build(&good, packet);

    packet[10] = packet[11] = 0;
    packet[at] = value;
    return send_octets(packet, len);
}

Test(packet_out, leaves_as_it_was_given)
{
    static const uint8_t options[] = {7, 7, 8, 1, 2, 3, 4, 0};
    static uint8_t packet[65535];
    struct v4_ip ip = good, sent;

    ip.options = (struct v4_span){options, sizeof options};
    cr_expect(send_octets(packet, rig_build(&ip, packet)) == V4_OK);
    cr_assert(rig_out_ip(rig, &sent));
    cr_expect(sent.id == 0x1234 && sent.ttl == 9 && sent.tos == 0x28 && sent.protocol == 253);
    cr_expect(sent.src == US && sent.dst == THEM && !sent.df && same(sent.options, ip.options));
    cr_expect(same(sent.data, good.data));
}

Test(packet_out, what_is_zero_is_filled_in)
{
    static uint8_t packet[65535];
    size_t len = rig_build(&good, packet);
    struct v4_ip sent;

    memset(packet + 2, 0, 4);
    memset(packet + 10, 0, 6);
    packet[6] = 0x40;
    cr_expect(send_octets(packet, len) == V4_OK);
    cr_assert(rig_out_ip(rig, &sent));
    cr_expect(sent.src == US && sent.id != 0 && sent.df && sent.data.len == 6);
}

static const struct {
    const char *name;
    size_t at;
    uint8_t value;
    enum v4_error error;
} refused[] = {
    {"version", 0, 0x55, V4_EINVAL},
    {"header of four words", 0, 0x44, V4_EINVAL},
    {"header past the end", 0, 0x47, V4_EINVAL},
    {"total length", 3, 27, V4_EMSGSIZE},
    {"reserved flag", 6, 0x80, V4_EINVAL},
    {"more fragments", 6, 0x20, V4_EINVAL},
    {"offset", 7, 1, V4_EINVAL},
    {"time to live", 8, 0, V4_EINVAL},
    {"checksum", 10, 1, V4_EINVAL},
    {"source", 15, 9, V4_EADDRNOTAVAIL},
    {"destination", 16, 0, V4_ENETUNREACH},
};

Test(packet_out, what_must_not_be_sent_is_refused)
{
    static uint8_t long_one[65536];

    for (size_t i = 0; i < COUNT(refused); i++)
        cr_expect(send_with(refused[i].at, refused[i].value) == refused[i].error, "%s",
                  refused[i].name);
    cr_expect(send_octets(long_one, 19) == V4_EINVAL);
    cr_expect(send_octets(long_one, sizeof long_one) == V4_EMSGSIZE);
    cr_expect(rig_silent(rig));
    cr_expect(send_with(8, 1) == V4_OK && !rig_silent(rig));
}

Test(packet_out, one_refused_datagram_stops_no_other)
{
    struct v4_udp_out out[3];
    struct v4_ether ether;
    unsigned sock;
    uint16_t port;

    cr_assert(v4_host_udp_bind(rig->host, 0, 4000, &sock, &port) == V4_OK);
    for (size_t i = 0; i < COUNT(out); i++)
        out[i] = (struct v4_udp_out){.send = v4_host_send_default(rig->host, THEM, good.data),
                                     .dst_port = (uint16_t)(7 + i)};
    out[1].send.ttl = 0;
    cr_expect(v4_host_udp_send_each(rig->host, sock, out, COUNT(out), rig->now) == 2);
    cr_expect(out[0].ret_error == V4_OK && out[1].ret_error == V4_EINVAL);
    cr_expect(out[2].ret_error == V4_OK);
    cr_expect(rig_out(rig, &ether) && rig_out(rig, &ether) && rig_silent(rig));
}

Test(packet_out, an_embedder_changes_what_there_is)
{
    struct v4_address more = {.net = {US + 7, 24}, .iface = 0};
    struct v4_mac mac = {{2, 0, 0, 0, 0, 9}};
    struct v4_ether ether;

    cr_expect(v4_host_address_add(rig->host, &more, false, false, rig->now) == V4_OK);
    cr_expect(v4_host_address_add(rig->host, &more, false, false, rig->now) == V4_EEXIST);
    cr_assert(v4_host_address(rig->host, 2, rig->now) != NULL);
    cr_expect(v4_host_address(rig->host, 3, rig->now) == NULL);
    while (rig_out(rig, &ether))
        ; /* it may be announced */
    cr_expect(v4_host_neighbor_add(rig->host, 0, US + 8, mac, rig->now) == V4_OK);
    cr_expect(v4_host_neighbor_add(rig->host, 0, US + 8, mac, rig->now) == V4_EEXIST);
    cr_expect(v4_host_neighbor_add(rig->host, 2, US + 8, mac, rig->now) == V4_EINVAL);
    cr_expect(v4_host_neighbor_remove(rig->host, 0, US + 8, rig->now) == V4_OK);
    cr_expect(v4_host_neighbor_remove(rig->host, 0, US + 8, rig->now) == V4_ENOENT);
    cr_expect(v4_host_address_remove(rig->host, 0, US + 7, rig->now) == V4_OK);
    cr_expect(v4_host_address_remove(rig->host, 0, US + 7, rig->now) == V4_ENOENT);
    cr_expect(v4_host_iface_set_mac(rig->host, 0, mac, rig->now) == V4_OK);
    cr_expect(v4_host_iface_set_mtu(rig->host, 0, 68, rig->now) == V4_OK);
    cr_expect(v4_host_iface_set_mtu(rig->host, 0, 67, rig->now) == V4_EINVAL);
    cr_expect(v4_host_iface_set_mtu(rig->host, 2, 68, rig->now) == V4_EINVAL);
    cr_expect(v4_host_iface_set_mac(rig->host, 2, mac, rig->now) == V4_EINVAL);
    cr_expect(v4_host_iface_set_up(rig->host, 2, true, rig->now) == V4_EINVAL);
    cr_expect(v4_host_iface_set_up(rig->host, 0, false, rig->now) == V4_OK);
    rig->to = mac;
    rig_icmp(rig, rig_header(), rig_echo());
    cr_expect(rig_silent(rig));
    cr_expect(v4_host_iface_set_up(rig->host, 0, true, rig->now) == V4_OK);
    rig_icmp(rig, rig_header(), rig_echo());
    cr_expect(!rig_silent(rig));
}
