/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/inside.h"
#include "proto/group.h"
#include "rig.h"

#define SOURCE V4_ADDR(192, 0, 2, 9) /* behind the gateway on interface 0 */
#define GROUP V4_ADDR(233, 252, 0, 1)
#define SCOPED V4_ADDR(239, 1, 2, 3)
#define OTHER V4_ADDR(233, 252, 0, 2)
#define THIRD V4_ADDR(203, 0, 113, 2)
#define IFACES 3

static struct rig *rig;

/* What a router says of the groups that it is in, and asks, is another test's matter. */
static void drain(void)
{
    struct v4_ether ether;

    rig_advance(rig, V4_SECOND);
    while (rig_out(rig, &ether))
        ;
}

static void opened(void)
{
    struct v4_config config = rig_config("modern");

    config.iface_count = IFACES;
    config.ifaces[1].mtu = 576;
    config.ifaces[2] = (struct v4_iface){{{2, 0, 0, 0, 2, 2}}, {THIRD, 24}, V4_MTU_DEFAULT};
    rig = rig_open_with(&config);
    cr_assert(v4_host_set(rig->host, "forwarding", 1) == V4_OK);
    cr_assert(v4_host_set(rig->host, "multicast-forwarding", 1) == V4_OK);
    drain();
}

static void closed(void)
{
    rig_close(rig);
}

TestSuite(ip_forward_group, .init = opened, .fini = closed);

static struct v4_ip to(uint32_t group)
{
    static const uint8_t data[1000] = "some data";

    return (struct v4_ip){.id = 7,
                          .ttl = 16,
                          .tos = 0xb9,
                          .protocol = 200,
                          .src = SOURCE,
                          .dst = group,
                          .data = {data, 40}};
}

static struct v4_mac mac_of(uint32_t group)
{
    return (struct v4_mac){
        {1, 0, 0x5e, (uint8_t)(group >> 16 & 0x7f), (uint8_t)(group >> 8), (uint8_t)group}};
}

static void comes(struct v4_ip ip, unsigned iface)
{
    rig->iface = iface;
    rig->to = mac_of(ip.dst);
    rig_ip(rig, &ip);
}

static enum v4_error route(struct v4_mroute route)
{
    return v4_host_mroute_add(rig->host, &route, rig->now);
}

/* Of what comes by interface 0 from there, by the two others. */
static void route_of(uint32_t group)
{
    cr_assert(route((struct v4_mroute){.source = SOURCE, .group = group, .least = {1, 1, 1}}) ==
              V4_OK);
}

/* By which interfaces frames have left, as letters; each is the packet, with less to live. */
static const char *left(struct v4_ip sent)
{
    static char text[32];
    struct v4_ether ether;
    struct v4_ip ip;
    size_t len = 0;

    while (len < sizeof text - 1 && rig_out(rig, &ether)) {
        cr_assert(ether.type == V4_ETHER_TYPE_IP && v4_ip_parse(ether.data, &ip) == V4_KEEP);
        cr_expect(v4_mac_equal(ether.dst, mac_of(sent.dst)));
        cr_expect(ip.ttl == sent.ttl - 1 && ip.id == sent.id && ip.tos == sent.tos &&
                  ip.protocol == sent.protocol && ip.src == sent.src && ip.dst == sent.dst);
        if (!ip.mf && ip.offset == 0)
            cr_expect(same(ip.data, sent.data) && ip.df == sent.df);
        text[len++] = (char)('0' + rig->out_iface);
    }
    text[len] = '\0';
    return text;
}

static bool told(bool wrong, unsigned iface, uint32_t src, uint32_t dst)
{
    struct v4_event event;

    return v4_host_event(rig->host, &event) && event.kind == V4_EVENT_MROUTE &&
           event.mroute.wrong == wrong && event.mroute.iface == iface && event.mroute.src == src &&
           event.mroute.dst == dst;
}

static bool nothing_told(void)
{
    struct v4_event event;

    return !v4_host_event(rig->host, &event);
}

/* Discarded without a word, for this reason alone. */
static void stays(struct v4_ip ip, unsigned iface, enum v4_drop why)
{
    uint64_t before = rig_drops(rig, why), all = rig_all_drops(rig);

    comes(ip, iface);
    cr_expect(rig_silent(rig), "it leaves, or is answered: %s", v4_drop_name(why));
    cr_expect(rig_drops(rig, why) == before + 1 && rig_all_drops(rig) == all + 1, "%s",
              v4_drop_name(why));
}

Test(ip_forward_group, it_leaves_by_the_others_as_its_route_says)
{
    route_of(GROUP);
    comes(to(GROUP), 0);
    cr_expect_str_eq(left(to(GROUP)), "12");
    cr_expect(rig_all_drops(rig) == 0 && nothing_told());
    cr_expect(v4_host_stats(rig->host)->value[V4_STAT_IP_FORWARDED] == 2);
}

static const struct {
    const char *what;
    uint8_t ttl, least[IFACES];
    const char *left;
} leasts[] = {
    {"of one each", 2, {0, 1, 1}, "12"},          {"by one alone", 255, {0, 0, 1}, "2"},
    {"not by where it came", 64, {1, 0, 1}, "2"}, {"just so long", 16, {0, 17, 16}, "2"},
    {"longer than both", 65, {0, 64, 65}, "12"},  {"the most", 255, {0, 255, 255}, "12"},
};

Test(ip_forward_group, it_has_as_long_to_live_as_its_route_wants)
{
    for (size_t i = 0; i < COUNT(leasts); i++) {
        struct v4_mroute one = {.group = GROUP};
        struct v4_ip ip = to(GROUP);

        memcpy(one.least, leasts[i].least, IFACES);
        cr_assert(route(one) == V4_OK);
        ip.ttl = leasts[i].ttl;
        comes(ip, 0);
        cr_expect_str_eq(left(ip), leasts[i].left, "%s", leasts[i].what);
        cr_assert(v4_host_mroute_remove(rig->host, 0, GROUP, rig->now) == V4_OK);
    }
}

Test(ip_forward_group, nothing_leaves_with_no_time_to_live)
{
    struct v4_ip ip = to(GROUP);

    route_of(GROUP);
    for (ip.ttl = 0; ip.ttl < 2; ip.ttl++)
        stays(ip, 0, V4_DROP_TTL);
    ip = to(OTHER);
    ip.ttl = 1;
    stays(ip, 0, V4_DROP_TTL);
    cr_expect(nothing_told(), "a route is asked for in vain");
}

static const struct {
    const char *what;
    uint32_t src, dst;
    uint8_t ttl;
    enum v4_drop why;
} stayers[] = {
    {"from a loopback address", V4_ADDR(127, 0, 0, 1), GROUP, 16, V4_DROP_SOURCE},
    {"from a link-local one", V4_ADDR(169, 254, 3, 4), GROUP, 16, V4_DROP_FORWARD_ADDRESS},
    {"from a group", GROUP, GROUP, 16, V4_DROP_SOURCE},
    {"from ourselves", US, GROUP, 16, V4_DROP_SOURCE_OURS},
    {"too short for any", SOURCE, SCOPED, 9, V4_DROP_GROUP_NOWHERE},
    {"of the link alone", SOURCE, V4_ADDR(224, 0, 0, 9), 16, V4_DROP_GROUP},
    {"of the link alone, the last", SOURCE, V4_ADDR(224, 0, 0, 255), 16, V4_DROP_GROUP},
};

Test(ip_forward_group, what_goes_no_further_is_dropped_in_silence)
{
    struct v4_mroute scoped = {.source = SOURCE, .group = SCOPED, .least = {0, 10, 10}};

    route_of(GROUP);
    cr_assert(route(scoped) == V4_OK);
    for (size_t i = 0; i < COUNT(stayers); i++) {
        struct v4_ip ip = to(stayers[i].dst);

        ip.src = stayers[i].src;
        ip.ttl = stayers[i].ttl;
        stays(ip, 0, stayers[i].why);
        cr_expect(nothing_told(), "%s", stayers[i].what);
    }
    comes(to(SCOPED), 0);
    cr_expect_str_eq(left(to(SCOPED)), "12");
}

Test(ip_forward_group, by_another_interface_it_is_dropped_and_told_of_now_and_then)
{
    struct v4_ip there = to(GROUP);

    route_of(GROUP);
    stays(there, 1, V4_DROP_GROUP_IFACE);
    cr_expect(told(true, 1, SOURCE, GROUP) && nothing_told());
    rig_advance(rig, V4_SECOND - 1);
    stays(there, 2, V4_DROP_GROUP_IFACE);
    cr_expect(nothing_told());
    rig_advance(rig, 1);
    stays(there, 2, V4_DROP_GROUP_IFACE);
    cr_expect(told(true, 2, SOURCE, GROUP) && nothing_told());
    comes(there, 0);
    cr_expect_str_eq(left(there), "12");
}

Test(ip_forward_group, without_a_route_it_waits_for_one)
{
    struct v4_ip first = to(GROUP), second = to(GROUP), third = to(GROUP);

    second.id = 8;
    third.id = 9;
    third.src = V4_ADDR(192, 0, 2, 10);
    comes(first, 0);
    cr_expect(told(false, 0, SOURCE, GROUP));
    comes(second, 1);
    comes(third, 0);
    cr_expect(told(false, 0, third.src, GROUP) && nothing_told());
    cr_expect(rig_silent(rig) && rig_all_drops(rig) == 0);
    route_of(GROUP);
    cr_expect_str_eq(left(first), "12", "what came by its interface does not leave");
    cr_expect(rig_reason(rig) == V4_DROP_GROUP_IFACE && told(true, 1, SOURCE, GROUP));
    cr_assert(route((struct v4_mroute){.group = GROUP, .least = {0, 0, 1}}) == V4_OK);
    cr_expect_str_eq(left(third), "2");
    cr_expect(nothing_told());
}

Test(ip_forward_group, what_has_waited_too_long_is_dropped)
{
    comes(to(GROUP), 0);
    cr_expect(v4_host_next_timeout(rig->host) <= rig->now + V4_MROUTE_WAIT);
    rig_advance(rig, V4_MROUTE_WAIT - 1);
    cr_expect(rig_all_drops(rig) == 0);
    rig_advance(rig, 1);
    cr_expect(rig_reason(rig) == V4_DROP_GROUP_EXPIRED);
    drain();
    route_of(GROUP);
    cr_expect(rig_silent(rig));
}

Test(ip_forward_group, no_more_wait_than_there_is_room_for)
{
    for (int i = 0; i < V4_MROUTE_PACKETS; i++)
        comes(to(GROUP), 0);
    stays(to(GROUP), 0, V4_DROP_GROUP_NO_ROUTE);
    cr_expect(told(false, 0, SOURCE, GROUP) && nothing_told());
    route_of(GROUP);
    cr_expect_str_eq(left(to(GROUP)), "12121212");
}

/* It must be on for all, for the interface that it comes by, and for those that it leaves by. */
Test(ip_forward_group, each_switch_stops_it)
{
    struct v4_core *core = v4_host_enter(rig->host, rig->now);
    struct v4_iface_state *second = &core->ifaces[2];
    bool *const outward[] = {&second->forwarding, &second->multicast_forwarding, &second->up};
    bool *const inward[] = {&core->ifaces[0].forwarding, &core->ifaces[0].multicast_forwarding};
    uint32_t *const all[] = {&core->switches.forwarding, &core->switches.multicast_forwarding};

    cr_assert(route((struct v4_mroute){.group = GROUP, .least = {0, 0, 1}}) == V4_OK);
    for (size_t i = 0; i < COUNT(outward); i++) {
        *outward[i] = false;
        drain();
        stays(to(GROUP), 0, V4_DROP_GROUP_NOWHERE);
        *outward[i] = true;
    }
    for (size_t i = 0; i < COUNT(inward); i++) {
        *inward[i] = false;
        drain();
        stays(to(GROUP), 0, V4_DROP_ETHER_NOT_OURS);
        *inward[i] = true;
    }
    for (size_t i = 0; i < COUNT(all); i++) {
        *all[i] = 0;
        drain();
        stays(to(GROUP), 0, V4_DROP_ETHER_NOT_OURS);
        *all[i] = 1;
    }
    drain();
    comes(to(GROUP), 0);
    cr_expect_str_eq(left(to(GROUP)), "2");
}

Test(ip_forward_group, what_waits_while_it_is_switched_off_is_dropped)
{
    comes(to(GROUP), 0);
    cr_assert(v4_host_set(rig->host, "multicast-forwarding", 0) == V4_OK);
    route_of(GROUP);
    cr_expect(rig_silent(rig) && rig_reason(rig) == V4_DROP_GROUP);
}

Test(ip_forward_group, who_is_in_the_group_here_has_it_too)
{
    struct v4_event event;
    unsigned sock;

    route_of(GROUP);
    cr_assert(v4_host_ip_bind(rig->host, 200, &sock) == V4_OK);
    cr_assert(v4_host_group_join(rig->host, sock, 0, GROUP, rig->now) == V4_OK);
    drain();
    comes(to(GROUP), 0);
    cr_expect_str_eq(left(to(GROUP)), "12");
    cr_expect(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_IP && event.ip.ttl == 16);
    struct v4_ip short_lived = to(GROUP);
    short_lived.ttl = 1;
    comes(short_lived, 0);
    cr_expect(rig_silent(rig) && rig_all_drops(rig) == 0);
    cr_expect(v4_host_event(rig->host, &event) && event.kind == V4_EVENT_IP);
    struct v4_filter nobody = {.mode = V4_FILTER_INCLUDE, .count = 1, .sources = {THEM}};
    cr_assert(v4_host_group_filter(rig->host, sock, 0, GROUP, &nobody, rig->now) == V4_OK);
    drain();
    comes(to(GROUP), 0);
    cr_expect_str_eq(left(to(GROUP)), "12", "whom nobody here wants goes on all the same");
    cr_expect(rig_all_drops(rig) == 0 && nothing_told());
}

/* IGMP's routers' part is on at interface 1, where a member of version 3 allows one source. */
Test(ip_forward_group, by_a_route_of_members_it_goes_where_they_are)
{
    uint8_t report[20] = {0x22, 0, 0, 0, 0, 0, 0, 1, 5, 0, 0, 1, 233, 252, 0, 1};
    struct v4_mroute members = {.group = GROUP, .least = {1, 1, 0}, .members = true};
    struct v4_ip other = to(GROUP);

    v4_put32(report + 16, SOURCE);
    v4_put16(report + 2, v4_checksum((struct v4_span){report, sizeof report}));
    cr_assert(route(members) == V4_OK);
    v4_host_enter(rig->host, rig->now)->querying[1].wanted = true;
    drain();
    stays(to(GROUP), 0, V4_DROP_GROUP_NOWHERE);
    comes((struct v4_ip){.ttl = 1,
                         .protocol = V4_PROTOCOL_IGMP,
                         .src = V4_ADDR(198, 18, 1, 9),
                         .dst = V4_ADDR(224, 0, 0, 22),
                         .options = OPTIONS(148, 4, 0, 0),
                         .data = {report, sizeof report}},
          1);
    drain();
    comes(to(GROUP), 0);
    cr_expect_str_eq(left(to(GROUP)), "1");
    other.src++;
    stays(other, 0, V4_DROP_GROUP_NOWHERE);
}

Test(ip_forward_group, what_is_of_igmp_stays)
{
    struct v4_ip ip = to(GROUP);

    ip.protocol = V4_PROTOCOL_IGMP;
    route_of(GROUP);
    stays(ip, 0, V4_DROP_GROUP);
}

Test(ip_forward_group, it_is_cut_or_dropped_where_it_is_too_long_and_nobody_is_told)
{
    struct v4_ip ip = to(GROUP);

    route_of(GROUP);
    ip.data.len = 1000;
    comes(ip, 0);
    cr_expect_str_eq(left(ip), "112", "two fragments, and one whole");
    ip.df = true;
    comes(ip, 0);
    cr_expect_str_eq(left(ip), "2");
    cr_expect(rig_reason(rig) == V4_DROP_DF);
    ip.data.len = 556;
    comes(ip, 0);
    cr_expect_str_eq(left(ip), "12", "just so long");
}

Test(ip_forward_group, a_wrong_option_ends_it_in_silence)
{
    struct v4_ip ip = to(GROUP);

    route_of(GROUP);
    ip.options = OPTIONS(7, 9, 4, 0);
    stays(ip, 0, V4_DROP_OPTION_LENGTH);
    ip.options = OPTIONS(137, 7, 4, 192, 0, 2, 1, 0);
    v4_host_enter(rig->host, rig->now)->option_filter.acts[137] = V4_TRANSIT_PROCESS;
    stays(ip, 0, V4_DROP_STRICT_ROUTE);
}

Test(ip_forward_group, each_copy_has_its_own_interface_recorded)
{
    struct v4_ip ip = to(GROUP), out;

    v4_host_enter(rig->host, rig->now)->option_filter.acts[7] = V4_TRANSIT_PROCESS;
    route_of(GROUP);
    ip.options = OPTIONS(7, 7, 4, 0, 0, 0, 0, 0);
    comes(ip, 0);
    for (unsigned i = 1; i < IFACES; i++) {
        cr_assert(rig_out_ip(rig, &out) && rig->out_iface == i);
        cr_expect(v4_be32(out.options.octets + 3) == (i == 1 ? US_TOO : THIRD));
    }
}

Test(ip_forward_group, rules_are_asked_about_each_copy)
{
    struct v4_rule rule = {.hook = V4_HOOK_FORWARD, .action = V4_RULE_REJECT, .code = 13, .out = 2};

    route_of(GROUP);
    cr_assert(v4_host_rule_add(rig->host, &rule) == V4_OK);
    comes(to(GROUP), 0);
    cr_expect_str_eq(left(to(GROUP)), "2");
    cr_expect(rig_reason(rig) == V4_DROP_FILTER_FORWARD);
    rule = (struct v4_rule){.hook = V4_HOOK_POSTROUTING, .action = V4_RULE_DROP, .out = 3};
    cr_assert(v4_host_rule_add(rig->host, &rule) == V4_OK);
    comes(to(GROUP), 0);
    cr_expect(rig_silent(rig) && rig_drops(rig, V4_DROP_FILTER_POSTROUTING) == 1);
    rule = (struct v4_rule){.hook = V4_HOOK_PREROUTING, .action = V4_RULE_DROP, .in = 1};
    cr_assert(v4_host_rule_add(rig->host, &rule) == V4_OK);
    stays(to(GROUP), 0, V4_DROP_FILTER_PREROUTING);
}

Test(ip_forward_group, a_lower_precedence_than_is_wanted_stays)
{
    struct v4_ip ip = to(GROUP);

    route_of(GROUP);
    cr_assert(v4_host_set(rig->host, "precedence-cutoff", 5) == V4_OK);
    comes(ip, 0);
    cr_expect_str_eq(left(ip), "12");
    ip.tos = 0x80;
    stays(ip, 0, V4_DROP_PRECEDENCE);
}

static const struct {
    const char *what;
    struct v4_mroute route;
    enum v4_error error;
} routes[] = {
    {"of no group", {.group = SOURCE}, V4_EINVAL},
    {"of the link's", {.group = V4_ADDR(224, 0, 0, 9)}, V4_EINVAL},
    {"from a group", {.group = GROUP, .source = GROUP}, V4_EINVAL},
    {"by an interface that is not there", {.group = GROUP, .iface = IFACES}, V4_EINVAL},
    {"to one", {.group = GROUP, .least = {[IFACES] = 1}}, V4_EINVAL},
    {"to the last one that there could be", {.group = GROUP, .least = {[7] = 1}}, V4_EINVAL},
    {"of the first that is no link's", {.group = V4_ADDR(224, 0, 1, 0)}, V4_OK},
    {"once more", {.group = V4_ADDR(224, 0, 1, 0)}, V4_EEXIST},
    {"from somebody", {.group = GROUP, .source = SOURCE, .least = {[2] = 255}}, V4_OK},
};

Test(ip_forward_group, which_routes_there_can_be)
{
    for (size_t i = 0; i < COUNT(routes); i++)
        cr_expect(route(routes[i].route) == routes[i].error, "%s", routes[i].what);
    cr_expect(v4_host_mroute_remove(rig->host, 0, GROUP, rig->now) == V4_ENOENT);
}

Test(ip_forward_group, a_route_knows_when_it_was_used)
{
    const struct v4_mroute_use *use;
    struct v4_mroute one = {.group = GROUP, .least = {0, 1}, .expiry = 10 * V4_SECOND};

    cr_assert(route(one) == V4_OK);
    rig_advance(rig, 3 * V4_SECOND);
    comes(to(GROUP), 0);
    v4_time used = rig->now;
    rig_advance(rig, 4 * V4_SECOND);
    comes(to(GROUP), 1);
    cr_assert(v4_host_mroute(rig->host, 0, rig->now, &use) != NULL);
    cr_expect(use->used == used && use->hits == 1);
    rig_advance(rig, 6 * V4_SECOND - 1);
    cr_expect(v4_host_mroute(rig->host, 0, rig->now, NULL) != NULL);
    rig_advance(rig, 1);
    cr_expect(v4_host_mroute(rig->host, 0, rig->now, NULL) == NULL);
}

Test(ip_forward_group, what_we_send_ourselves_goes_by_its_own_way)
{
    struct v4_send send = v4_host_send_default(rig->host, GROUP, (struct v4_span){NULL, 0});
    struct v4_ip ip;

    cr_assert(route((struct v4_mroute){.group = GROUP, .least = {1, 1, 1}}) == V4_OK);
    send.ttl = 16;
    cr_assert(v4_host_ip_send(rig->host, 200, &send, rig->now) == V4_OK);
    cr_expect(rig_out_ip(rig, &ip) && ip.ttl == 16 && rig->out_iface == 0 && rig_silent(rig));
}
