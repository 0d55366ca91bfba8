/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/inside.h"
#include "users.h"

static unsigned bind_to(struct users *users, uint32_t addr, uint16_t port)
{
    unsigned sock;
    uint16_t got;

    cr_assert(v4_host_udp_bind(users->rig->host, addr, port, &sock, &got) == V4_OK);
    return sock;
}

/* Which socket is told of a datagram; 0: none. */
static unsigned told(struct users *users, uint32_t src, uint16_t src_port, uint16_t port)
{
    struct v4_ip ip = rig_header();
    struct v4_event event;

    ip.src = src;
    rig_udp(users->rig, ip, &(struct v4_udp){.src_port = src_port, .dst_port = port});
    return v4_host_event(users->rig->host, &event) && event.kind == V4_EVENT_UDP ? event.udp.sock
                                                                                 : 0;
}

Test(udp_users, a_socket_with_a_peer_hears_it_alone)
{
    struct users users = open_users();
    unsigned any = bind_to(&users, 0, 4000), its = bind_to(&users, US, 4000);

    cr_assert(is(&users, "1 set name=peer value=198.18.0.1 sock=2", "1 ok"));
    cr_expect(told(&users, THEM, 40000, 4000) == its);
    cr_expect(told(&users, V4_ADDR(198, 18, 0, 9), 40000, 4000) == any);
    cr_assert(is(&users, "1 set name=peer-port value=40001 sock=2", "1 ok"));
    cr_expect(told(&users, THEM, 40000, 4000) == any);
    cr_expect(told(&users, THEM, 40001, 4000) == its);
    cr_expect(is(&users, "1 get name=peer sock=2", "1 ok value=198.18.0.1"));
    cr_expect(is(&users, "1 get name=peer-port sock=2", "1 ok value=40001"));
    cr_assert(is(&users, "1 set name=peer value=0.0.0.0 sock=2", "1 ok"));
    cr_expect(told(&users, V4_ADDR(198, 18, 0, 9), 40001, 4000) == its);
    close_users(&users);
}

Test(udp_users, it_sends_to_nobody_else)
{
    struct users users = open_users();
    struct v4_send send = v4_send_default(THEM, (struct v4_span){(const uint8_t *)"x", 1});
    unsigned sock = bind_to(&users, 0, 4000);

    cr_assert(is(&users, "1 set name=peer value=198.18.0.1 sock=1", "1 ok"));
    cr_assert(is(&users, "1 set name=peer-port value=53 sock=1", "1 ok"));
    cr_expect(v4_host_udp_send(users.rig->host, sock, &send, 53, users.rig->now) == V4_OK);
    cr_expect(v4_host_udp_send(users.rig->host, sock, &send, 54, users.rig->now) == V4_EINVAL);
    send.dst = FAR;
    cr_expect(v4_host_udp_send(users.rig->host, sock, &send, 53, users.rig->now) == V4_EINVAL);
    close_users(&users);
}

/* What tells most of a datagram counts first, then the place in the table. */
Test(udp_users, the_closest_socket_has_it)
{
    struct users users = open_users();
    unsigned any = bind_to(&users, 0, 4000), here = bind_to(&users, US, 4000);

    cr_assert(is(&users, "1 set name=by-iface value=2 sock=1", "1 ok"));
    cr_expect(told(&users, THEM, 40000, 4000) == here);
    cr_assert(is(&users, "1 set name=by-iface value=2 sock=2", "1 ok"));
    cr_expect(told(&users, THEM, 40000, 4000) == 0, "neither is for this interface");
    cr_assert(is(&users, "1 set name=by-iface value=1 sock=1", "1 ok"));
    cr_expect(told(&users, THEM, 40000, 4000) == any);
    cr_expect(is(&users, "1 set name=by-iface value=3 sock=1", "1 err code=EINVAL"));
    cr_expect(is(&users, "1 get name=by-iface sock=1", "1 ok value=1"));
    close_users(&users);
}

/* An interface that is named tells more than none. */
Test(udp_users, one_for_the_interface_is_closer)
{
    struct users users = open_users();
    unsigned any = bind_to(&users, 0, 4000), its = bind_to(&users, US, 4000);

    cr_assert(is(&users, "1 set name=by-iface value=1 sock=2", "1 ok"));
    cr_expect(told(&users, THEM, 40000, 4000) == its);
    v4_host_enter(users.rig->host, users.rig->now)->sockets[1].addr = V4_ADDR_ANY;
    cr_expect(told(&users, THEM, 40000, 4000) == its);
    cr_assert(is(&users, "1 set name=by-iface value=2 sock=2", "1 ok"));
    cr_expect(told(&users, THEM, 40000, 4000) == any);
    close_users(&users);
}

/* A peer tells more than an address, and of equals the first has it. */
Test(udp_users, a_peer_is_closer_than_an_address)
{
    struct users users = open_users();
    unsigned any = bind_to(&users, 0, 4000), here = bind_to(&users, US, 4000);

    cr_assert(is(&users, "1 set name=peer value=198.18.0.1 sock=1", "1 ok"));
    cr_expect(told(&users, THEM, 40000, 4000) == any);
    cr_expect(told(&users, V4_ADDR(198, 18, 0, 9), 40000, 4000) == here);
    v4_host_enter(users.rig->host, users.rig->now)->sockets[0].addr = US;
    cr_assert(is(&users, "1 set name=peer value=0.0.0.0 sock=1", "1 ok"));
    cr_expect(told(&users, THEM, 40000, 4000) == any);
    close_users(&users);
}

/* An error goes to the socket whose peer it is about. */
Test(udp_users, an_error_is_about_a_peer)
{
    struct users users = open_users();
    struct v4_send send = v4_send_default(THEM, (struct v4_span){(const uint8_t *)"x", 1});
    struct v4_ip ip;
    uint8_t quote[29];

    bind_to(&users, 0, 4000);
    unsigned sock = bind_to(&users, US, 4000);
    cr_assert(is(&users, "1 set name=peer-port value=53 sock=2", "1 ok"));
    for (uint16_t port = 53; port < 55; port++) {
        cr_assert(v4_host_udp_send(users.rig->host, port == 53 ? sock : 1, &send, port,
                                   users.rig->now) == V4_OK);
        cr_assert(rig_out_ip(users.rig, &ip));
        memcpy(quote, users.rig->out + V4_ETHER_HEADER, sizeof quote);
        rig_icmp(users.rig, rig_header(),
                 &(struct v4_icmp){.type = 3, .code = 3, .data = {quote, sizeof quote}});
        cr_expect(is(&users, "1 get name=error sock=1",
                     port == 53 ? "1 ok value=OK" : "1 ok value=ECONNREFUSED"));
        cr_expect(is(&users, "1 get name=error sock=2",
                     port == 53 ? "1 ok value=ECONNREFUSED" : "1 ok value=OK"));
    }
    close_users(&users);
}

Test(udp_users, by_one_interface_only)
{
    struct users users = open_users();
    struct v4_send send = v4_send_default(V4_ADDR_BROADCAST, (struct v4_span){0});
    unsigned sock = bind_to(&users, 0, 4000);
    struct v4_ip ip;

    cr_assert(is(&users, "1 set name=by-iface value=2 sock=1", "1 ok"));
    cr_assert(v4_host_udp_send(users.rig->host, sock, &send, 53, users.rig->now) == V4_OK);
    cr_assert(rig_out_ip(users.rig, &ip) && users.rig->out_iface == 1 && ip.src == US_TOO);
    send.dst = THEM;
    cr_expect(v4_host_udp_send(users.rig->host, sock, &send, 53, users.rig->now) == V4_ENETUNREACH);
    close_users(&users);
}

Test(udp_users, no_leave_to_broadcast)
{
    static const uint32_t many[] = {V4_ADDR_BROADCAST, V4_ADDR(198, 18, 0, 255),
                                    V4_ADDR(198, 18, 1, 255)};
    struct users users = open_users();
    struct v4_send send = v4_send_default(0, (struct v4_span){0});
    unsigned sock = bind_to(&users, 0, 4000);

    cr_assert(is(&users, "1 set name=broadcast value=0 sock=1", "1 ok"));
    for (size_t i = 0; i < COUNT(many); i++) {
        send.dst = many[i];
        cr_expect(v4_host_udp_send(users.rig->host, sock, &send, 53, users.rig->now) == V4_EACCES,
                  "%zu", i);
    }
    cr_expect(rig_silent(users.rig));
    cr_assert(is(&users, "1 set name=broadcast value=1 sock=1", "1 ok"));
    cr_expect(v4_host_udp_send(users.rig->host, sock, &send, 53, users.rig->now) == V4_OK);
    close_users(&users);
}

Test(udp_users, without_a_checksum)
{
    struct users users = open_users();
    struct v4_send send = v4_send_default(THEM, (struct v4_span){(const uint8_t *)"x", 1});
    unsigned sock = bind_to(&users, 0, 4000);
    struct v4_udp udp;
    struct v4_ip ip;

    for (unsigned wanted = 0; wanted < 2; wanted++) {
        cr_assert(
            is(&users,
               wanted ? "1 set name=checksum value=1 sock=1" : "1 set name=checksum value=0 sock=1",
               "1 ok"));
        cr_expect(
            is(&users, "1 get name=checksum sock=1", wanted ? "1 ok value=1" : "1 ok value=0"));
        cr_assert(v4_host_udp_send(users.rig->host, sock, &send, 53, users.rig->now) == V4_OK);
        cr_assert(rig_out_ip(users.rig, &ip));
        cr_assert(v4_udp_parse(ip.data, ip.src, ip.dst, &udp) == V4_KEEP &&
                  udp.unchecked == !wanted);
    }
    close_users(&users);
}

/* What an ICMP error says of a datagram waits for whoever has sent it. */
static const struct {
    uint8_t type, code;
    const char *want;
} errors[] = {
    {3, 0, "1 ok value=ENETUNREACH"},
    {3, 1, "1 ok value=EHOSTUNREACH"},
    {3, 2, "1 ok value=ECONNREFUSED"},
    {3, 3, "1 ok value=ECONNREFUSED"},
    {3, 4, "1 ok value=EMSGSIZE"},
    {3, 13, "1 ok value=EHOSTUNREACH"},
    {11, 0, "1 ok value=EHOSTUNREACH"},
    {12, 0, "1 ok value=EPROTO"},
    {4, 0, "1 ok value=OK"},
};

Test(udp_users, an_error_waits_for_who_sent)
{
    for (size_t i = 0; i < COUNT(errors); i++) {
        struct users users = open_users();
        struct v4_send send = v4_send_default(THEM, (struct v4_span){(const uint8_t *)"x", 1});
        unsigned sock = bind_to(&users, 0, 4000);
        uint8_t quote[29];
        struct v4_ip ip;

        bind_to(&users, 0, 4001);
        cr_assert(v4_host_udp_send(users.rig->host, sock, &send, 53, users.rig->now) == V4_OK);
        cr_assert(rig_out_ip(users.rig, &ip));
        memcpy(quote, users.rig->out + V4_ETHER_HEADER, sizeof quote);
        rig_icmp(users.rig, rig_header(),
                 &(struct v4_icmp){.type = errors[i].type,
                                   .code = errors[i].code,
                                   .rest = errors[i].type == 3 && errors[i].code == 4 ? 576 : 0,
                                   .data = {quote, sizeof quote}});
        cr_expect(is(&users, "1 get name=error sock=1", errors[i].want), "%zu: %s", i, users.reply);
        cr_expect(is(&users, "1 get name=error sock=1", "1 ok value=OK"), "%zu: once", i);
        cr_expect(is(&users, "1 get name=error sock=2", "1 ok value=OK"), "%zu: the other", i);
        cr_expect(is(&users, "1 get name=error sock=3", "1 err code=EBADF"));
        close_users(&users);
    }
}
