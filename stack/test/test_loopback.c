/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/inside.h"
#include "proto/ip_in.h"
#include "rig.h"

#define HERE V4_ADDR(127, 9, 9, 9)

static unsigned bind_to(struct rig *rig, uint32_t addr)
{
    unsigned sock;
    uint16_t got;

    cr_assert(v4_host_udp_bind(rig->host, addr, 4000, &sock, &got) == V4_OK);
    return sock;
}

/* Was somebody told of UDP? */
static bool told(struct rig *rig)
{
    struct v4_event event;

    return v4_host_event(rig->host, &event) && event.kind == V4_EVENT_UDP;
}

/* UDP to port 4000 here, from ourselves; its sum is right, or one too many. */
static size_t datagram(uint8_t packet[64], uint32_t dst, bool right)
{
    uint8_t segment[10];
    struct v4_udp udp = {.src_port = 9, .dst_port = 4000, .data = {(const uint8_t *)"ab", 2}};
    struct v4_ip ip = {.ttl = 64, .protocol = V4_PROTOCOL_UDP, .src = dst, .dst = dst};

    ip.data = (struct v4_span){segment, v4_udp_emit(&udp, dst, dst, segment)};
    v4_put16(segment + 6, (uint16_t)(v4_be16(segment + 6) + !right));
    return rig_build(&ip, packet);
}

/* The user of each way that lets him write UDP himself is judged as somebody else is. */
Test(loopback, what_a_user_wrote_is_judged)
{
    static const uint32_t places[] = {US, US_TOO, HERE};

    for (size_t i = 0; i < 4 * COUNT(places); i++) {
        struct rig *rig = rig_open("modern");
        uint8_t packet[64];
        bool whole = i & 1, right = i & 2;
        size_t len = datagram(packet, places[i / 4], right);
        struct v4_send send =
            v4_send_default(places[i / 4], (struct v4_span){packet + 20, len - 20});

        bind_to(rig, 0);
        if (whole)
            cr_assert(v4_host_packet_send(rig->host, (struct v4_span){packet, len}, rig->now) ==
                      V4_OK);
        else
            cr_assert(v4_host_ip_send(rig->host, V4_PROTOCOL_UDP, &send, rig->now) == V4_OK);
        cr_expect(told(rig) == right, "%zu", i);
        cr_expect(rig_drops(rig, V4_DROP_UDP_CHECKSUM) == !right, "%zu", i);
        rig_close(rig);
    }
}

/* What we have built comes with its sum all the same, and whoever receives it by IP sees it. */
Test(loopback, what_we_built_is_whole)
{
    struct rig *rig = rig_open("modern");
    struct v4_send send = v4_send_default(HERE, (struct v4_span){(const uint8_t *)"ab", 2});
    unsigned sock = bind_to(rig, HERE), raw;
    struct v4_event event;

    cr_assert(v4_host_ip_bind(rig->host, V4_PROTOCOL_UDP, &raw) == V4_OK);
    cr_assert(v4_host_udp_send(rig->host, sock, &send, 4000, rig->now) == V4_OK);
    cr_assert(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_IP);
    cr_expect(event.ip.src == HERE && event.ip.dst == HERE);
    struct v4_udp udp;
    cr_expect(v4_udp_parse(event.ip.data, HERE, HERE, &udp) == V4_KEEP && !udp.unchecked);
    cr_expect(told(rig));
    rig_close(rig);
}

/* The sum is not looked at of what was built, and of that alone; all else is. */
Test(loopback, what_was_built_is_not_judged_again)
{
    for (size_t i = 0; i < 4; i++) {
        struct rig *rig = rig_open("modern");
        uint8_t packet[64];
        bool built = i & 1, short_one = i & 2;
        size_t len = datagram(packet, US, false);

        bind_to(rig, 0);
        if (short_one)
            v4_put16(packet + 24, 11);
        v4_ip_input_looped(v4_host_enter(rig->host, rig->now), 0, built,
                           (struct v4_span){packet, len});
        cr_expect(told(rig) == (built && !short_one), "%zu", i);
        cr_expect(rig_drops(rig, V4_DROP_UDP_CHECKSUM) == (!built && !short_one), "%zu", i);
        cr_expect(rig_drops(rig, V4_DROP_UDP_LENGTH) == short_one, "%zu", i);
        rig_close(rig);
    }
}

/* In pieces, as to all hosts: they may have been mixed with others, and are judged. */
Test(loopback, pieces_are_judged)
{
    static const uint8_t zeros[4000];
    struct rig *rig = rig_open("modern");
    struct v4_send send = v4_send_default(V4_ADDR_ALL_HOSTS, (struct v4_span){zeros, sizeof zeros});
    unsigned sock = bind_to(rig, 0);

    send.df = V4_DF_CLEAR;
    cr_assert(v4_host_udp_send(rig->host, sock, &send, 4000, rig->now) == V4_OK);
    cr_expect(told(rig) && rig_all_drops(rig) == 0);
    rig_close(rig);
}

Test(loopback, nothing_of_it_is_taken_from_a_link)
{
    static const uint32_t places[] = {V4_ADDR(127, 0, 0, 0), V4_ADDR(127, 0, 0, 1), HERE,
                                      V4_ADDR(127, 255, 255, 255)};

    for (size_t i = 0; i < COUNT(places); i++) {
        struct rig *rig = rig_open("modern");
        struct v4_ip ip = rig_header();

        bind_to(rig, 0);
        ip.dst = places[i];
        rig_udp(rig, ip, &(struct v4_udp){.src_port = 9, .dst_port = 4000});
        cr_expect(!told(rig) && rig_drops(rig, V4_DROP_DESTINATION) == 1, "%zu", i);
        ip = rig_header();
        ip.src = places[i];
        rig_udp(rig, ip, &(struct v4_udp){.src_port = 9, .dst_port = 4000});
        cr_expect(!told(rig) && rig_drops(rig, V4_DROP_SOURCE) == 1, "%zu", i);
        cr_expect(rig_silent(rig));
        rig_close(rig);
    }
}
