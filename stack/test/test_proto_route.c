/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/inside.h"
#include "rig.h"

#define GATEWAY_2 V4_ADDR(198, 18, 0, 9)
#define GATEWAY_2_MAC ((struct v4_mac){{2, 0, 0, 0, 0, 9}})
#define FURTHER V4_ADDR(203, 0, 113, 9)
#define PEER V4_ADDR(198, 18, 0, 5)
#define SOME ((struct v4_span){(const uint8_t *)"some", 4})
#define REST (300 * V4_SECOND)

static struct rig *rig;
static uint8_t tos;

static void add(struct v4_route route, enum v4_error want)
{
    cr_assert(v4_host_route_add(rig->host, &route) == want);
}

static void meet_the_second(void)
{
    struct v4_ether ether;

    while (rig_out(rig, &ether))
        continue;
    rig_arp(rig, V4_ARP_REQUEST, GATEWAY_2_MAC, GATEWAY_2, US);
    cr_assert(rig_out(rig, &ether));
}

static void meet_both(void)
{
    rig_meet(rig);
    meet_the_second();
}

/* Two default gateways; the one of the configuration comes first. */
static void opened(void)
{
    rig = rig_open("rfc1122");
    tos = 0;
    add((struct v4_route){.gateway = GATEWAY_2, .preference = 1}, V4_OK);
    meet_both();
}

static void closed(void)
{
    rig_close(rig);
}

TestSuite(proto_route, .init = opened, .fini = closed);

static enum v4_error send(uint32_t dst)
{
    struct v4_send send = v4_send_default(dst, SOME);

    send.tos = tos;
    return v4_host_ip_send(rig->host, 200, &send, rig->now);
}

/* Who gets what is sent to `dst`: the last octet of its MAC; 0 when nothing leaves. */
static unsigned hop(uint32_t dst)
{
    struct v4_ether ether;

    cr_expect(send(dst) == V4_OK);
    return rig_out(rig, &ether) ? ether.dst.octets[5] : 0;
}

/* The number of the question that is asked of a gateway now; -1 when none is. */
static int question(uint32_t gateway, uint32_t *ret_rest)
{
    struct v4_icmp icmp;
    struct v4_ip ip;

    if (!rig_out_icmp(rig, &ip, &icmp))
        return -1;
    cr_expect(ip.src == US && ip.dst == gateway && ip.ttl == 64 && icmp.type == V4_ICMP_ECHO);
    *ret_rest = icmp.rest;
    return (int)(icmp.rest & 0xffff);
}

static void redirect(uint32_t dst, uint8_t code, uint8_t about, uint32_t from, uint32_t to)
{
    struct v4_ip header = rig_header(), quote = {.tos = about, .ttl = 9, .src = US, .dst = dst};
    uint8_t octets[V4_IP_HEADER_MAX + 8] = {0};
    size_t len;

    quote.data = (struct v4_span){octets + V4_IP_HEADER_MIN, 8};
    len = v4_ip_emit(&quote, octets) + 8;
    header.src = from;
    rig_icmp(rig, header,
             &(struct v4_icmp){
                 .type = V4_ICMP_REDIRECT, .code = code, .rest = to, .data = {octets, len}});
}

Test(proto_route, the_preferred_of_several_gateways)
{
    cr_expect(hop(FAR) == 1);
    add((struct v4_route){.addr = FAR, .len = 24, .gateway = GATEWAY_2}, V4_OK);
    cr_expect(hop(FAR) == 9 && hop(FURTHER) == 1);
}

/* Nobody is reached by an interface that is down. */
Test(proto_route, another_way_where_an_interface_is_down)
{
    add((struct v4_route){.addr = FAR, .len = 24, .gateway = GATEWAY_2}, V4_OK);
    add((struct v4_route){.addr = FAR, .len = 24, .iface = 1, .preference = 1}, V4_OK);
    cr_expect(hop(FAR) == 9 && rig->out_iface == 0);
    v4_host_enter(rig->host, rig->now)->ifaces[0].up = false;
    cr_expect(send(FAR) == V4_OK);
    cr_expect(hop(FAR) == 0xff && rig->out_iface == 1, "it is asked for");
    v4_host_enter(rig->host, rig->now)->ifaces[0].up = true;
    cr_expect(hop(FAR) == 9);
}

/* RFC1122-2.3.2.1-a: who complains of a neighbour makes us ask for it; of a gateway, ping it. */
Test(proto_route, a_neighbour_that_does_not_answer_is_asked_for_anew)
{
    rig_advance(rig, 2 * V4_SECOND);
    v4_host_advise(rig->host, THEM, true, rig->now);
    v4_host_advise(rig->host, FAR, false, rig->now);
    cr_expect(hop(THEM) == 1 && rig_silent(rig));
    v4_host_advise(rig->host, THEM, false, rig->now);
    cr_expect(hop(THEM) == 0xff);
}

Test(proto_route, what_goes_nowhere)
{
    uint32_t net = V4_ADDR(203, 0, 113, 0);

    add((struct v4_route){.addr = net | 1, .len = 32, .type = V4_ROUTE_UNREACHABLE}, V4_OK);
    add((struct v4_route){.addr = net | 2, .len = 32, .type = V4_ROUTE_PROHIBIT}, V4_OK);
    add((struct v4_route){.addr = net | 3, .len = 32, .type = V4_ROUTE_BLACKHOLE}, V4_OK);
    cr_expect(send(net | 1) == V4_EHOSTUNREACH && send(net | 2) == V4_EACCES);
    cr_expect(rig_all_drops(rig) == 0);
    cr_expect(send(net | 3) == V4_OK && rig_drops(rig, V4_DROP_BLACKHOLE) == 1);
    cr_expect(rig_silent(rig));
    cr_expect(hop(net | 4) == 1);
}

Test(proto_route, routes_that_there_cannot_be)
{
    add((struct v4_route){.gateway = US}, V4_EINVAL);
    add((struct v4_route){.gateway = FAR}, V4_EINVAL);
    add((struct v4_route){.gateway = V4_ADDR(198, 18, 0, 255)}, V4_EINVAL);
    add((struct v4_route){.gateway = GATEWAY_2, .iface = 1}, V4_EINVAL);
    add((struct v4_route){.iface = 2}, V4_EINVAL);
    add((struct v4_route){.len = 33}, V4_EINVAL);
    add((struct v4_route){.gateway = GATEWAY_2, .preference = 1}, V4_EEXIST);
    for (uint32_t i = 0; i < 60; i++)
        add((struct v4_route){.addr = i, .len = 32}, V4_OK);
    add((struct v4_route){.addr = 60, .len = 32}, V4_ENOBUFS);
    v4_host_reset(rig->host);
    cr_expect(v4_host_route(rig->host, 2) != NULL && v4_host_route(rig->host, 3) == NULL);
    struct v4_route gateway = {.gateway = THEM};
    cr_expect(v4_host_route_remove(rig->host, &gateway) == V4_OK);
    cr_expect(v4_host_route_remove(rig->host, &gateway) == V4_ENOENT);
    cr_expect(send(FAR) == V4_ENETUNREACH);
}

Test(proto_route, who_does_not_answer_arp_is_dead)
{
    struct v4_ether ether;

    rig_advance(rig, 3600 * V4_SECOND); /* both are forgotten */
    rig_arp(rig, V4_ARP_REQUEST, GATEWAY_2_MAC, GATEWAY_2, US);
    cr_assert(rig_out(rig, &ether));
    cr_assert(send(FAR) == V4_OK);
    for (int i = 0; i < 3; i++, rig_advance(rig, V4_SECOND))
        cr_expect(rig_out(rig, &ether) && ether.type == V4_ETHER_TYPE_ARP);
    cr_expect(hop(FAR) == 9 && rig_silent(rig), "the next one, and nobody is pinged");
    rig_advance(rig, REST - V4_SECOND);
    cr_expect(hop(FAR) == 9);
    rig_meet(rig);
    cr_expect(hop(FAR) == 1, "who says something lives");
}

Test(proto_route, who_is_complained_of_is_pinged_while_it_is_used)
{
    uint32_t rest = 0;

    v4_host_advise(rig->host, FAR, false, rig->now);
    rig_advance(rig, 600 * V4_SECOND);
    cr_expect(rig_silent(rig), "not while nothing is sent to it");
    for (int i = 0; i < 3; i++, rig_advance(rig, V4_SECOND)) {
        cr_expect(hop(THEM) == 1 && rig_silent(rig), "not by what goes to itself");
        cr_expect(hop(FAR) == 1 && question(THEM, &rest) == i);
        cr_expect(hop(FAR) == 1 && rig_silent(rig), "not so soon again");
    }
    cr_expect(hop(FAR) == 9 && rig_silent(rig));
    v4_host_advise(rig->host, FAR, false, rig->now);
    cr_expect(hop(FAR) == 9 && question(GATEWAY_2, &rest) == 3, "now the other is complained of");
    v4_host_advise(rig->host, FAR, true, rig->now);
    rig_advance(rig, 5 * V4_SECOND);
    cr_expect(hop(FAR) == 9 && rig_silent(rig), "and is praised");
}

Test(proto_route, the_answer_to_a_ping_is_no_users)
{
    struct v4_icmp reply = {.type = V4_ICMP_ECHO_REPLY};
    struct v4_event event;

    v4_host_advise(rig->host, FAR, false, rig->now);
    cr_expect(hop(FAR) == 1 && question(THEM, &reply.rest) == 0);
    rig_icmp(rig, rig_header(), &reply);
    cr_expect(!v4_host_event(rig->host, &event) && rig_all_drops(rig) == 0);
    for (int i = 0; i < 5; i++, rig_advance(rig, V4_SECOND))
        cr_expect(hop(FAR) == 1 && rig_silent(rig));
    rig_icmp(rig, rig_header(), &reply);
    cr_expect(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_ECHO, "nobody asked");

    v4_host_advise(rig->host, FAR, false, rig->now);
    cr_expect(hop(FAR) == 1 && question(THEM, &reply.rest) == 1);
    reply.rest ^= 0x10000;
    rig_icmp(rig, rig_header(), &reply);
    cr_expect(v4_host_event(rig->host, &event), "a user's own, and it lives all the same");
    rig_advance(rig, V4_SECOND);
    cr_expect(hop(FAR) == 1 && rig_silent(rig));
}

Test(proto_route, all_are_dead)
{
    for (int gateway = 0; gateway < 2; gateway++) {
        v4_host_advise(rig->host, FAR, false, rig->now);
        for (int i = 0; i < 3; i++, rig_advance(rig, V4_SECOND)) {
            uint32_t rest;
            cr_expect(hop(FAR) == (gateway == 0 ? 1 : 9) &&
                      question(gateway == 0 ? THEM : GATEWAY_2, &rest) >= 0);
        }
    }
    cr_expect(hop(FAR) == 1 && rig_silent(rig), "the preferred, and it is not asked");
}

Test(proto_route, advice_on_a_neighbour_is_nothing_to_a_gateway)
{
    v4_host_advise(rig->host, THEM, false, rig->now);
    v4_host_advise(rig->host, V4_ADDR_BROADCAST, false, rig->now);
    v4_host_advise(rig->host, US, false, rig->now);
    cr_expect(hop(FAR) == 1 && rig_silent(rig));
}

Test(proto_route, redirects_by_type_of_service)
{
    redirect(FAR, 3, 8, THEM, GATEWAY_2);
    cr_expect(hop(FAR) == 1);
    tos = 8;
    cr_expect(hop(FAR) == 9);
    redirect(FAR, 1, 8, THEM, PEER);
    cr_expect(hop(FAR) == 9 && rig_drops(rig, V4_DROP_ICMP_REDIRECT) == 1, "not from who is used");
    redirect(FAR, 1, 8, GATEWAY_2, THEM);
    cr_expect(hop(FAR) == 1, "for each type of service");
    tos = 0;
    redirect(FURTHER, 1, 8, THEM, GATEWAY_2);
    cr_expect(hop(FURTHER) == 9);
    tos = 8;
    redirect(FAR, 2, 0x10, THEM, GATEWAY_2);
    cr_expect(hop(FAR) == 1);
    tos = 0xf1;
    cr_expect(hop(FAR) == 9, "of which neither precedence nor the last bit is a part");
}

Test(proto_route, redirects_age_and_end_with_their_gateway)
{
    struct v4_ether ether;

    redirect(FAR, 1, 0, THEM, GATEWAY_2);
    rig_advance(rig, 600 * V4_SECOND - 1);
    cr_expect(hop(FAR) == 9);
    rig_advance(rig, 1);
    cr_expect(hop(FAR) == 1);

    redirect(FAR, 1, 0, THEM, PEER);
    cr_expect(send(FAR) == V4_OK);
    for (int i = 0; i < 3; i++, rig_advance(rig, V4_SECOND))
        cr_expect(rig_out(rig, &ether) && ether.type == V4_ETHER_TYPE_ARP);
    cr_expect(hop(FAR) == 1);
    redirect(FAR, 1, 0, THEM, PEER);
    cr_expect(hop(FAR) == 1, "it is dead, whoever recommends it");
}

Test(proto_route, a_redirect_is_a_sign_of_life)
{
    uint32_t rest;

    v4_host_advise(rig->host, FAR, false, rig->now);
    cr_expect(hop(FAR) == 1 && question(THEM, &rest) == 0);
    redirect(FURTHER, 1, 0, THEM, GATEWAY_2);
    rig_advance(rig, V4_SECOND);
    cr_expect(hop(FAR) == 1 && rig_silent(rig));
}

static void nobody_answers(void)
{
    for (int i = 0; i < 4; i++)
        rig_advance(rig, V4_SECOND);
}

/* More neighbours that do not answer than there is room for gateways that do not. */
Test(proto_route, silent_neighbours_are_no_dead_gateways)
{
    rig_advance(rig, 3600 * V4_SECOND);
    cr_expect(send(FAR) == V4_OK);
    nobody_answers();
    for (uint32_t i = 20; i < 60; i++)
        cr_expect(send(V4_ADDR(198, 18, 0, i)) == V4_OK);
    nobody_answers();
    meet_the_second();
    cr_expect(hop(FAR) == 9);
}

/* From our address on interface 1, where no gateway is. */
static enum v4_error send_from_the_other(uint32_t dst)
{
    struct v4_send send = v4_send_default(dst, SOME);

    send.src = US_TOO;
    return v4_host_ip_send(rig->host, 200, &send, rig->now);
}

Test(proto_route, the_strong_model_sends_by_the_interface_of_the_source)
{
    struct v4_ether ether;
    struct v4_ip ip;

    cr_expect(send_from_the_other(FAR) == V4_OK && rig_out(rig, &ether));
    cr_expect(rig->out_iface == 0, "the weak one by that of the route");
    cr_assert(v4_host_set(rig->host, "strong-host", 1) == V4_OK);
    cr_expect(send_from_the_other(FAR) == V4_ENETUNREACH && rig_silent(rig));
    cr_expect(hop(FAR) == 1, "who says no source has every interface");

    add((struct v4_route){.iface = 1, .gateway = V4_ADDR(198, 18, 1, 1), .preference = 7}, V4_OK);
    cr_expect(send_from_the_other(FAR) == V4_OK && rig_out(rig, &ether));
    cr_expect(rig->out_iface == 1 && ether.type == V4_ETHER_TYPE_ARP);
    redirect(FAR, 1, 0, THEM, GATEWAY_2);
    cr_expect(send_from_the_other(FAR) == V4_OK && rig_silent(rig), "waits for the same");
    cr_expect(hop(FAR) == 9);
    cr_expect(send(US_TOO) == V4_OK && !rig_out_ip(rig, &ip), "what is ours stays inside");
}

Test(proto_route, the_strong_model_receives_by_the_interface_of_the_destination)
{
    struct v4_ip header = rig_header(), ip;
    struct v4_icmp icmp;

    header.dst = US_TOO;
    rig_icmp(rig, header, rig_echo());
    cr_expect(rig_out_icmp(rig, &ip, &icmp) && ip.src == US_TOO);
    cr_assert(v4_host_set(rig->host, "strong-host", 1) == V4_OK);
    rig_icmp(rig, header, rig_echo());
    cr_expect(rig_silent(rig) && rig_reason(rig) == V4_DROP_OTHER_IFACE);
    rig_icmp(rig, rig_header(), rig_echo());
    cr_expect(rig_out_icmp(rig, &ip, &icmp) && ip.src == US);
}
