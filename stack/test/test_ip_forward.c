/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/inside.h"
#include "rig.h"

#define NEXT V4_ADDR(198, 18, 1, 9) /* a neighbour on interface 1 */
#define NEXT_MAC ((struct v4_mac){{2, 0, 0, 0, 1, 1}})
#define PEER V4_ADDR(198, 18, 0, 9) /* one on interface 0 */
#define PEER_MAC ((struct v4_mac){{2, 0, 0, 0, 0, 9}})
#define BEYOND V4_ADDR(203, 0, 113, 7)

static struct rig *rig;

/* A neighbour's request, which makes the router know its MAC. */
static void meet(unsigned iface, uint32_t addr, struct v4_mac mac)
{
    struct v4_ether ether;

    rig->iface = iface;
    rig->to = (struct v4_mac){{2, 0, 0, 0, (uint8_t)iface, 2}};
    rig_arp(rig, V4_ARP_REQUEST, mac, addr, iface == 0 ? US : US_TOO);
    do /* beside which groups a router is in */
        cr_assert(rig_out(rig, &ether));
    while (ether.type != V4_ETHER_TYPE_ARP);
    rig->iface = 0;
    rig->to = OUR_MAC;
}

/* What RFC 7126 has dropped is another test's matter (test_option_filter). */
static void let_options_pass(void)
{
    struct v4_core *core = v4_host_enter(rig->host, rig->now);

    for (unsigned type = 2; type <= UINT8_MAX; type++)
        core->option_filter.acts[type] = V4_TRANSIT_PROCESS;
}

static void open_router(const char *profile)
{
    struct v4_config config = rig_config(profile);

    config.ifaces[1].mtu = 1280;
    rig = rig_open_with(&config);
    cr_assert(v4_host_set(rig->host, "forwarding", 1) == V4_OK);
    let_options_pass();
    meet(0, THEM, THEIR_MAC);
    meet(0, PEER, PEER_MAC);
    meet(1, NEXT, NEXT_MAC);
}

static void opened(void)
{
    open_router("modern");
}

static void closed(void)
{
    rig_close(rig);
}

TestSuite(ip_forward, .init = opened, .fini = closed);

static struct v4_ip to(uint32_t dst)
{
    static const uint8_t data[] = "some data";

    return (struct v4_ip){.id = 7,
                          .ttl = 64,
                          .tos = 0xb9,
                          .protocol = 200,
                          .src = THEM,
                          .dst = dst,
                          .data = {data, sizeof data}};
}

static void route(struct v4_route route)
{
    cr_assert(v4_host_route_add(rig->host, &route) == V4_OK);
}

static void passes(struct v4_ip ip, unsigned iface, struct v4_mac mac)
{
    uint64_t drops = rig_all_drops(rig);
    struct v4_ether ether;
    struct v4_ip out;

    rig_ip(rig, &ip);
    cr_assert(rig_out(rig, &ether) && v4_ip_parse(ether.data, &out) == V4_KEEP);
    cr_expect(rig->out_iface == iface && v4_mac_equal(ether.dst, mac));
    cr_expect(out.ttl == ip.ttl - 1 && out.id == ip.id && out.tos == ip.tos && out.src == ip.src);
    cr_expect(out.dst == ip.dst && out.df == ip.df && out.mf == ip.mf && out.offset == ip.offset);
    cr_expect(out.reserved == ip.reserved && same(out.data, ip.data));
    cr_expect(same(out.options, ip.options) && rig_all_drops(rig) == drops);
}

/* Nothing leaves, for this one reason. */
static void discards(struct v4_ip ip, enum v4_drop why)
{
    uint64_t before = rig_drops(rig, why);

    rig_ip(rig, &ip);
    cr_expect(rig_silent(rig) && rig_drops(rig, why) == before + 1, "%s", v4_drop_name(why));
}

static void tells(struct v4_ip ip, enum v4_drop why, uint8_t type, uint8_t code, uint32_t rest)
{
    struct v4_icmp icmp;
    struct v4_ip out;

    rig_ip(rig, &ip);
    cr_assert(rig_out_icmp(rig, &out, &icmp), "%u %u", type, code);
    cr_expect(icmp.type == type && icmp.code == code && icmp.rest == rest, "%u %u %u", icmp.type,
              icmp.code, icmp.rest);
    cr_expect(out.src == US && out.dst == ip.src && rig_drops(rig, why) == 1);
    cr_expect(rig_silent(rig) && icmp.data.octets[8] == ip.ttl); /* quoted as it arrived */
}

Test(ip_forward, a_packet_leaves_by_the_other_interface)
{
    struct v4_ip ip = to(NEXT);

    passes(ip, 1, NEXT_MAC);
    ip.reserved = ip.df = ip.mf = true;
    ip.offset = 8;
    ip.data.len = 8;
    passes(ip, 1, NEXT_MAC);
    cr_expect(v4_host_stats(rig->host)->value[V4_STAT_IP_FORWARDED] == 2);
}

Test(ip_forward, a_far_one_goes_to_its_gateway)
{
    route((struct v4_route){.addr = BEYOND, .len = 24, .iface = 1, .gateway = NEXT});
    passes(to(BEYOND), 1, NEXT_MAC);
    passes(to(BEYOND + 1), 1, NEXT_MAC);
}

Test(ip_forward, what_is_for_us_is_not_passed_on)
{
    struct v4_ip ip = to(US_TOO);
    struct v4_ip out;

    ip.ttl = 1;
    rig_icmp(rig, ip, rig_echo());
    cr_assert(rig_out_ip(rig, &out));
    cr_expect(out.src == US_TOO && out.dst == THEM && rig_silent(rig));
}

Test(ip_forward, nothing_passes_where_it_is_off)
{
    struct v4_core *core = v4_host_enter(rig->host, rig->now);

    core->ifaces[0].forwarding = false;
    discards(to(NEXT), V4_DROP_DESTINATION);
    core->ifaces[0].forwarding = true;
    core->ifaces[1].forwarding = false;
    tells(to(NEXT), V4_DROP_PROHIBITED, V4_ICMP_UNREACHABLE, V4_ICMP_HOST, 0);
    core->ifaces[1].forwarding = true;
    passes(to(NEXT), 1, NEXT_MAC);
}

Test(ip_forward, time_to_live)
{
    struct v4_ip ip = to(NEXT);

    ip.ttl = 1;
    tells(ip, V4_DROP_TTL, V4_ICMP_TIME_EXCEEDED, V4_ICMP_TTL, 0);
}

Test(ip_forward, time_to_live_of_zero)
{
    struct v4_ip ip = to(NEXT);

    ip.ttl = 0;
    tells(ip, V4_DROP_TTL, V4_ICMP_TIME_EXCEEDED, V4_ICMP_TTL, 0);
}

static uint8_t large[1400];

Test(ip_forward, what_is_too_long_is_cut)
{
    struct v4_ip ip = to(NEXT), out;

    ip.data = (struct v4_span){large, 1400};
    rig_ip(rig, &ip);
    cr_assert(rig_out_ip(rig, &out) && out.mf && out.offset == 0 && out.data.len == 1256);
    cr_expect(out.ttl == 63 && out.id == 7);
    cr_assert(rig_out_ip(rig, &out) && !out.mf && out.offset == 157 && out.data.len == 144);
    cr_expect(out.ttl == 63 && out.id == 7 && rig_silent(rig));
}

Test(ip_forward, or_refused)
{
    struct v4_ip ip = to(NEXT);

    ip.data = (struct v4_span){large, 1400};
    ip.df = true;
    tells(ip, V4_DROP_DF, V4_ICMP_UNREACHABLE, V4_ICMP_FRAGMENTATION, 1280);
}

Test(ip_forward, routes_that_end)
{
    route((struct v4_route){.addr = BEYOND, .len = 32, .type = V4_ROUTE_UNREACHABLE});
    route((struct v4_route){.addr = BEYOND + 1, .len = 32, .type = V4_ROUTE_PROHIBIT});
    route((struct v4_route){.addr = BEYOND + 2, .len = 32, .type = V4_ROUTE_BLACKHOLE});
    tells(to(BEYOND), V4_DROP_NO_ROUTE, V4_ICMP_UNREACHABLE, V4_ICMP_HOST, 0);
    tells(to(BEYOND + 1), V4_DROP_PROHIBITED, V4_ICMP_UNREACHABLE, 13, 0);
    discards(to(BEYOND + 2), V4_DROP_BLACKHOLE);
}

Test(ip_forward, types_of_service)
{
    struct v4_ip ip = to(BEYOND);

    route((struct v4_route){
        .addr = BEYOND, .len = 24, .tos = 8, .iface = 1, .gateway = NEXT, .preference = 1});
    ip.tos = 0x08;
    passes(ip, 1, NEXT_MAC);
    ip.tos = 0x10;
    tells(ip, V4_DROP_NO_ROUTE, V4_ICMP_UNREACHABLE, 11, 0); /* though there is a default route */
}

Test(ip_forward, nobody_answers)
{
    struct v4_ip ip = to(NEXT + 1), out;
    struct v4_ether ether;
    struct v4_icmp icmp;

    ip.offset = 1; /* of a later piece nothing is */
    rig_ip(rig, &ip);
    ip.offset = 0;
    ip.id++;
    rig_ip(rig, &ip);
    for (int i = 0; i < 3; i++) {
        cr_assert(rig_out(rig, &ether) && ether.type == V4_ETHER_TYPE_ARP && rig->out_iface == 1);
        cr_assert(rig_silent(rig));
        rig_advance(rig, V4_SECOND);
    }
    cr_assert(rig_out_icmp(rig, &out, &icmp), "one of them is reported");
    cr_expect(v4_be16(icmp.data.octets + 4) == ip.id, "of which it may be said");
    cr_expect(icmp.type == V4_ICMP_UNREACHABLE && icmp.code == V4_ICMP_HOST && out.dst == THEM);
    cr_expect(out.src == US && rig_silent(rig));
}

Test(ip_forward, back_by_the_same_interface)
{
    struct v4_ip ip = to(BEYOND), out;
    struct v4_ether ether;
    struct v4_icmp icmp;

    route((struct v4_route){.addr = BEYOND, .len = 24, .gateway = PEER});
    passes(ip, 0, PEER_MAC);
    cr_assert(rig_out_icmp(rig, &out, &icmp));
    cr_expect(icmp.type == V4_ICMP_REDIRECT && icmp.code == 1 && icmp.rest == PEER);
    cr_expect(out.src == US && out.dst == THEM && rig_silent(rig));

    ip.src = FAR; /* who is no neighbour of the gateway's */
    passes(ip, 0, PEER_MAC);
    cr_expect(rig_silent(rig));
    ip = to(BEYOND);
    ip.options = OPTIONS(131, 7, 8, 192, 0, 2, 1, 0);
    passes(ip, 0, PEER_MAC);
    cr_expect(rig_silent(rig));
    cr_assert(v4_host_set(rig->host, "send-redirects", 0) == V4_OK);
    passes(to(BEYOND), 0, PEER_MAC);
    cr_expect(rig_silent(rig) && !rig_out(rig, &ether));
}

Test(ip_forward, redirects_by_type_of_service)
{
    struct v4_ip ip = to(BEYOND), out;
    struct v4_icmp icmp;

    route((struct v4_route){.addr = BEYOND, .len = 24, .gateway = PEER, .tos = 8});
    cr_assert(v4_host_set(rig->host, "redirect-by-tos", 1) == V4_OK);
    ip.tos = 8;
    passes(ip, 0, PEER_MAC);
    cr_assert(rig_out_icmp(rig, &out, &icmp) && icmp.code == 3);
    cr_assert(v4_host_set(rig->host, "redirect-by-tos", 0) == V4_OK);
    passes(ip, 0, PEER_MAC);
    cr_assert(rig_out_icmp(rig, &out, &icmp) && icmp.code == 1);
}

static const uint32_t barred[] = {
    V4_ADDR(127, 0, 0, 1),
    V4_ADDR(0, 0, 0, 5),
    V4_ADDR(169, 254, 1, 1),
    V4_ADDR(240, 0, 0, 1),
};

Test(ip_forward, addresses_that_no_router_passes_on)
{
    route((struct v4_route){.len = 0, .iface = 1, .gateway = NEXT, .preference = 0, .tos = 2});
    for (size_t i = 0; i < COUNT(barred); i++) {
        struct v4_ip ip = to(barred[i]);
        ip.tos = 2;
        discards(ip, V4_DROP_FORWARD_ADDRESS);
    }
    struct v4_ip ip = to(NEXT);
    ip.src = V4_ADDR(169, 254, 1, 1);
    discards(ip, V4_DROP_FORWARD_ADDRESS);
}

Test(ip_forward, addresses_that_are_passed_on_after_all)
{
    struct v4_ip ip = to(V4_ADDR(240, 0, 0, 1));

    cr_assert(v4_host_set(rig->host, "forward-martians", 1) == V4_OK);
    cr_assert(v4_host_set(rig->host, "send-redirects", 0) == V4_OK);
    passes(ip, 0, THEIR_MAC);
    ip.src = V4_ADDR(169, 254, 1, 1);
    discards(ip, V4_DROP_FORWARD_ADDRESS);
}

Test(ip_forward, precedences_that_are_not_passed_on)
{
    struct v4_ip ip = to(NEXT);

    cr_assert(v4_host_set(rig->host, "precedence-cutoff", 6) == V4_OK);
    cr_assert(v4_host_set(rig->host, "precedence-cutoff", 7) == V4_EINVAL);
    for (unsigned precedence = 6; precedence < 8; precedence++) {
        ip.tos = (uint8_t)(precedence << 5);
        passes(ip, 1, NEXT_MAC);
    }
    ip.tos = 0xbf;
    tells(ip, V4_DROP_PRECEDENCE, V4_ICMP_UNREACHABLE, 15, 0);
}

Test(ip_forward, broadcasts_on_other_networks)
{
    struct v4_ip ip = to(V4_ADDR(198, 18, 1, 255)), out;
    struct v4_ether ether;

    discards(ip, V4_DROP_FORWARD_BROADCAST); /* RFC 2644 */
    cr_assert(v4_host_set(rig->host, "directed-broadcast", 1) == V4_OK);
    rig_icmp(rig, ip, rig_echo());
    cr_assert(rig_out(rig, &ether) && v4_ip_parse(ether.data, &out) == V4_KEEP);
    cr_expect(rig->out_iface == 1 && v4_mac_equal(ether.dst, V4_MAC_BROADCAST) && out.ttl == 63);
    cr_expect(rig_silent(rig));
    rig->to = V4_MAC_BROADCAST;
    discards(ip, V4_DROP_LINK_BROADCAST);
    rig->to = OUR_MAC;
    ip.dst = V4_ADDR(198, 18, 1, 0);
    discards(ip, V4_DROP_FORWARD_BROADCAST);
}

Test(ip_forward, a_frame_to_all)
{
    rig->to = V4_MAC_BROADCAST;
    discards(to(NEXT), V4_DROP_LINK_BROADCAST);
}

Test(ip_forward, where_the_source_is)
{
    struct v4_ip ip = to(NEXT);

    ip.src = V4_ADDR(198, 18, 1, 77); /* which is by interface 1 */
    passes(ip, 1, NEXT_MAC);
    cr_assert(v4_host_set(rig->host, "source-validation", 2) == V4_OK);
    passes(ip, 1, NEXT_MAC);
    cr_assert(v4_host_set(rig->host, "source-validation", 1) == V4_OK);
    discards(ip, V4_DROP_SOURCE_PATH);
}

Test(ip_forward, options_on_the_way)
{
    struct v4_ip ip = to(NEXT), out;

    ip.options = OPTIONS(7, 7, 4, 0, 0, 0, 0, 0);
    rig_ip(rig, &ip);
    cr_assert(rig_out_ip(rig, &out));
    cr_expect(same(out.options, OPTIONS(7, 7, 8, 198, 18, 1, 2, 0)));
    ip.options = OPTIONS(131, 7, 4, 192, 0, 2, 1, 0); /* whose hop we are not */
    passes(ip, 1, NEXT_MAC);
    ip.options = OPTIONS(94, 4, 1, 2);
    passes(ip, 1, NEXT_MAC);
}

Test(ip_forward, a_wrong_option)
{
    struct v4_ip ip = to(NEXT);

    ip.options = OPTIONS(1, 7, 9, 0);
    tells(ip, V4_DROP_OPTION_LENGTH, V4_ICMP_PARAMETER_PROBLEM, 0, UINT32_C(22) << 24);
}

Test(ip_forward, a_strict_route_of_others)
{
    struct v4_ip ip = to(NEXT);

    ip.options = OPTIONS(137, 7, 4, 192, 0, 2, 1, 0);
    tells(ip, V4_DROP_STRICT_ROUTE, V4_ICMP_PARAMETER_PROBLEM, 0, UINT32_C(16) << 24);
}

static struct v4_ip along(uint32_t next)
{
    static uint8_t options[] = {131, 7, 4, 0, 0, 0, 0, 0};
    struct v4_ip ip = to(US);

    v4_put32(options + 3, next);
    ip.options = (struct v4_span){options, sizeof options};
    return ip;
}

Test(ip_forward, a_route_that_names_us)
{
    tells(along(NEXT), V4_DROP_SOURCE_ROUTE, V4_ICMP_UNREACHABLE, 5, 0); /* RFC 7126 */
}

Test(ip_forward, a_route_that_names_us_of_old)
{
    struct v4_ip ip = along(NEXT), out;

    closed();
    open_router("rfc1812");
    rig_ip(rig, &ip);
    cr_assert(rig_out_ip(rig, &out) && rig->out_iface == 1);
    cr_expect(out.dst == NEXT && same(out.options, OPTIONS(131, 7, 8, 198, 18, 1, 2, 0)));
    cr_assert(v4_host_set(rig->host, "drop-source-routed", 1) == V4_OK);
    discards(ip, V4_DROP_ROUTED);
}

Test(ip_forward, a_route_by_an_interface_that_forwards_not)
{
    closed();
    open_router("rfc1812");
    v4_host_enter(rig->host, rig->now)->ifaces[1].forwarding = false;
    tells(along(NEXT), V4_DROP_SOURCE_ROUTE, V4_ICMP_UNREACHABLE, 5, 0);
}

/* A packet of which the last octets are missing. */
static void cut_off(struct v4_ip ip, size_t missing)
{
    static uint8_t packet[65535];

    rig_packet(rig, V4_ETHER_TYPE_IP, packet, rig_build(&ip, packet) - missing);
}

Test(ip_forward, what_was_cut_off_is_told)
{
    struct v4_icmp icmp;
    struct v4_ip out;

    cut_off(to(NEXT), 1);
    cr_assert(rig_out_icmp(rig, &out, &icmp));
    cr_expect(icmp.type == V4_ICMP_PARAMETER_PROBLEM && icmp.rest == UINT32_C(2) << 24);
    cr_expect(out.dst == THEM && icmp.data.len == 20 + sizeof "some data" - 1);
    cut_off(to(NEXT), 25); /* its header, too */
    cr_expect(rig_silent(rig) && rig_drops(rig, V4_DROP_TRUNCATED) == 2);
}

Test(ip_forward, but_to_no_group)
{
    struct v4_ip ip = to(NEXT);

    ip.src = 0;
    cut_off(ip, 1);
    ip = to(V4_ADDR(198, 18, 0, 255));
    cut_off(ip, 1);
    ip = to(V4_ADDR(198, 18, 1, 255));
    cut_off(ip, 1);
    cr_assert(v4_host_set(rig->host, "forwarding", 0) == V4_OK);
    cut_off(to(US), 1);
    cr_expect(rig_silent(rig) && rig_drops(rig, V4_DROP_TRUNCATED) == 4);
}

Test(ip_forward, for_all_on_the_network_that_it_came_by)
{
    struct v4_ip ip = to(V4_ADDR(198, 18, 0, 255)), out;
    struct v4_ether ether;

    cr_assert(v4_host_set(rig->host, "receive-directed-broadcast", 1) == V4_OK);
    rig_ip(rig, &ip);
    cr_expect(rig_silent(rig) && rig_drops(rig, V4_DROP_FORWARD_BROADCAST) == 0);
    cr_assert(v4_host_set(rig->host, "directed-broadcast", 1) == V4_OK);
    rig_ip(rig, &ip);
    cr_assert(rig_out(rig, &ether) && v4_ip_parse(ether.data, &out) == V4_KEEP);
    cr_expect(rig->out_iface == 0 && v4_mac_equal(ether.dst, V4_MAC_BROADCAST) && out.ttl == 63);
    rig->to = V4_MAC_BROADCAST;
    rig_ip(rig, &ip);
    cr_expect(rig_silent(rig) && rig_drops(rig, V4_DROP_PROTOCOL) == 3); /* it is for us, too */
}

Test(ip_forward, an_interface_that_tells_no_ends)
{
    struct v4_core *core = v4_host_enter(rig->host, rig->now);
    struct v4_ip ip = to(NEXT);

    core->ifaces[0].ends_silently = true;
    ip.ttl = 1;
    discards(ip, V4_DROP_TTL);
    core->ifaces[0].ends_silently = false;
    core->ifaces[1].ends_silently = true;
    rig_ip(rig, &ip);
    cr_expect(!rig_silent(rig));
}
