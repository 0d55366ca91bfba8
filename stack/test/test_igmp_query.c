/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A router that asks: what it sends, and what it makes of other routers and of members. */
#include <inttypes.h>
#include "host/inside.h"
#include "proto/iface.h"
#include "proto/igmp_query.h"
#include <stdio.h>
#include "rig.h"

#define GROUP V4_ADDR(233, 252, 0, 1)
#define ALL_V3 V4_ADDR(224, 0, 0, 22)
#define LOWER THEM
#define HIGHER V4_ADDR(198, 18, 0, 9)
#define SOURCE V4_ADDR(192, 0, 2, 1)

static struct rig *rig;

static struct v4_core *core(void)
{
    return v4_host_enter(rig->host, rig->now);
}

static void opened(void)
{
    rig = rig_open("modern");
}

static void closed(void)
{
    rig_close(rig);
}

TestSuite(igmp_query, .init = opened, .fini = closed);

static void asks(unsigned version)
{
    v4_reports_speak(core()->reports, 0, version, rig->now);
    cr_assert(v4_host_set(rig->host, "forwarding", 1) == V4_OK);
    core()->ifaces[0].forwarding = core()->ifaces[1].forwarding = true;
    core()->querying[0].wanted = true;
    v4_host_tick(rig->host, rig->now);
}

/* The messages that leave by interface 0, each as words: queries as `TO VERSION? CODE GROUP ...`.
 */
static const char *sent(void)
{
    static char text[4096];
    struct v4_frame frame;
    size_t len = 0;

    text[0] = '\0';
    while (v4_host_output(rig->host, &frame)) {
        struct v4_ip ip;
        struct v4_span packet = {frame.octets.octets + V4_ETHER_HEADER,
                                 frame.octets.len - V4_ETHER_HEADER};
        if (frame.iface != 0 || v4_ip_parse(packet, &ip) != V4_KEEP ||
            ip.protocol != V4_PROTOCOL_IGMP || ip.data.octets[0] != V4_IGMP_QUERY)
            continue;
        cr_expect(ip.ttl == 1 && ip.src == US && v4_checksum(ip.data) == 0);
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", len == 0 ? "" : " | ",
                                ip.options.len == 0 ? ""
                                : ip.tos == 0xc0    ? "! "
                                                    : "a ");
        cr_expect((ip.dst == V4_ADDR_ALL_HOSTS) == (v4_be32(ip.data.octets + 4) == 0));
        for (size_t i = 1; i < ip.data.len; i++)
            if (i != 2 && i != 3)
                len += (size_t)snprintf(text + len, sizeof text - len, "%02x", ip.data.octets[i]);
    }
    return text;
}

static void hears(uint32_t src, uint32_t dst, const uint8_t *message, size_t len)
{
    static const uint8_t alert[] = {V4_OPTION_ROUTER_ALERT, 4, 0, 0};
    uint8_t copy[256];

    memcpy(copy, message, len);
    v4_put16(copy + 2, 0);
    v4_put16(copy + 2, v4_checksum((struct v4_span){copy, len}));
    rig->to = (struct v4_mac){
        {1, 0, 0x5e, (uint8_t)(dst >> 16 & 0x7f), (uint8_t)(dst >> 8), (uint8_t)dst}};
    rig_ip(rig, &(struct v4_ip){.ttl = 1,
                                .protocol = V4_PROTOCOL_IGMP,
                                .src = src,
                                .dst = dst,
                                .options = {alert, sizeof alert},
                                .data = {copy, len}});
}

static void hears_older(uint8_t type, uint32_t src, uint32_t dst)
{
    uint8_t message[8] = {type};

    v4_put32(message + 4, GROUP);
    hears(src, dst, message, sizeof message);
}

/* One record, of one source at most, with octets behind it. */
static void hears_record(uint8_t type, uint32_t src, unsigned sources, unsigned auxiliary,
                         size_t behind)
{
    uint8_t message[8 + 8 + 4 + 8 + 8] = {V4_IGMP_REPORT_3};

    message[7] = 1;
    message[8] = type;
    message[9] = (uint8_t)auxiliary;
    message[11] = (uint8_t)sources;
    v4_put32(message + 12, GROUP);
    v4_put32(message + 16, SOURCE);
    size_t len = 16 + (size_t)4 * (sources + auxiliary) + behind;
    hears(src, ALL_V3, message, len < sizeof message ? len : sizeof message);
}

static void hears_query(unsigned version, uint32_t src, uint32_t group, uint8_t flags, uint8_t code,
                        uint8_t interval)
{
    uint8_t message[12] = {V4_IGMP_QUERY, code};

    v4_put32(message + 4, group);
    message[8] = flags;
    message[9] = interval;
    hears(src, group == 0 ? V4_ADDR_ALL_HOSTS : group, message, version == 3 ? 12 : 8);
}

static void passes(v4_time span)
{
    v4_time end = rig->now + span;

    while (v4_host_next_timeout(rig->host) <= end) {
        rig->now = v4_host_next_timeout(rig->host);
        v4_host_tick(rig->host, rig->now);
    }
    rig->now = end;
    v4_host_tick(rig->host, end);
}

static const char *known(void)
{
    static char text[128];
    const struct v4_membership_group *group = v4_membership_next(core()->membership, NULL);

    if (group == NULL)
        return "nothing";
    snprintf(text, sizeof text, "%s %zu for %" PRIu64, group->excludes ? "exclude" : "include",
             group->count,
             group->excludes ? (group->until - rig->now) / V4_SECOND
                             : (group->sources[0].until - rig->now) / V4_SECOND);
    cr_expect(group->group == GROUP && group->iface == 0);
    return text;
}

static const char *const general[] = {"", "0000000000", "a 6400000000", "! 6400000000027d0000"};
static const char *const specific[] = {"", "", "a 0ae9fc0001", "! 0ae9fc0001027d0000"};

Test(igmp_query, general_queries_of_each_version)
{
    for (unsigned version = 1; version <= 3; version++) {
        v4_host_reset(rig->host);
        asks(version);
        cr_expect_str_eq(sent(), general[version]);
        passes(31 * V4_SECOND);
        cr_expect_str_eq(sent(), "");
        passes(V4_SECOND);
        cr_expect_str_eq(sent(), general[version]);
        passes(124 * V4_SECOND);
        cr_expect_str_eq(sent(), "");
        passes(V4_SECOND);
        cr_expect_str_eq(sent(), general[version]);
    }
}

Test(igmp_query, only_where_it_forwards_and_is_up)
{
    asks(3);
    cr_expect(v4_igmp_routes(core(), 0) && !v4_igmp_routes(core(), 1));
    cr_expect(v4_groups_wanted(core()->groups, 1, V4_ADDR_ALL_ROUTERS) != NULL);
    cr_expect(v4_groups_wanted(core()->groups, 1, ALL_V3) == NULL);
    cr_expect(v4_groups_wanted(core()->groups, 0, ALL_V3) != NULL);
    hears_older(V4_IGMP_REPORT_2, LOWER, GROUP);
    cr_expect_str_eq(known(), "exclude 0 for 260");
    v4_iface_bring(core(), 0, false);
    v4_host_tick(rig->host, rig->now);
    cr_expect(!v4_igmp_routes(core(), 0));
    cr_expect_str_eq(known(), "nothing");
    v4_iface_bring(core(), 0, true);
    v4_host_tick(rig->host, rig->now);
    cr_expect(v4_igmp_routes(core(), 0));
    core()->ifaces[0].forwarding = false;
    v4_host_tick(rig->host, rig->now);
    cr_expect(!v4_igmp_routes(core(), 0));
    cr_expect(v4_groups_wanted(core()->groups, 0, V4_ADDR_ALL_ROUTERS) == NULL);
    cr_expect(v4_groups_wanted(core()->groups, 0, ALL_V3) == NULL);
    cr_expect(v4_groups_wanted(core()->groups, 1, V4_ADDR_ALL_ROUTERS) != NULL);
}

Test(igmp_query, a_leave_is_followed_by_questions)
{
    for (unsigned version = 2; version <= 3; version++)
        for (unsigned to = 0; to < 2; to++) {
            v4_host_reset(rig->host);
            asks(version);
            hears_older(V4_IGMP_REPORT_2, HIGHER, GROUP);
            sent();
            hears_older(V4_IGMP_LEAVE, HIGHER, to == 0 ? V4_ADDR_ALL_ROUTERS : GROUP);
            v4_host_tick(rig->host, rig->now);
            cr_expect_str_eq(sent(), specific[version]);
            passes(V4_SECOND);
            cr_expect_str_eq(sent(), specific[version]);
            cr_expect_str_eq(known(), "exclude 0 for 1");
            passes(V4_SECOND);
            cr_expect_str_eq(sent(), "");
            cr_expect_str_eq(known(), "nothing");
        }
}

Test(igmp_query, a_router_of_version_1_ignores_leaves)
{
    asks(1);
    hears_older(V4_IGMP_REPORT_1, HIGHER, GROUP);
    cr_expect_str_eq(known(), "exclude 0 for 260");
    hears_older(V4_IGMP_LEAVE, HIGHER, V4_ADDR_ALL_ROUTERS);
    cr_expect_str_eq(known(), "exclude 0 for 260");
    cr_expect(rig_drops(rig, V4_DROP_IGMP_TYPE) == 1);
}

Test(igmp_query, records)
{
    asks(3);
    hears_record(V4_RECORD_IS_IN, 0, 1, 0, 0); /* from nobody yet */
    cr_expect_str_eq(known(), "include 1 for 260");
    sent();
    hears_record(V4_RECORD_BLOCK, HIGHER, 1, 0, 0);
    v4_host_tick(rig->host, rig->now);
    cr_expect_str_eq(sent(), "! 0ae9fc0001027d0001c0000201");
    hears_record(V4_RECORD_ALLOW, HIGHER, 1, 2, 8); /* with what nobody knows */
    passes(V4_SECOND);
    cr_expect_str_eq(sent(), "! 0ae9fc00010a7d0001c0000201");
    hears_record(7, HIGHER, 1, 0, 0);
    hears_record(0, HIGHER, 0, 0, 0);
    cr_expect(rig_drops(rig, V4_DROP_IGMP_IGNORED) == 2);
    hears_record(V4_RECORD_TO_IN, HIGHER, 1, 200, 0);
    cr_expect(rig_drops(rig, V4_DROP_IGMP_TRUNCATED) == 1);
}

Test(igmp_query, who_has_the_lower_address)
{
    asks(3);
    sent();
    hears_query(3, HIGHER, 0, 2, 100, 125);
    passes(32 * V4_SECOND);
    cr_expect_str_eq(sent(), general[3]);
    hears_query(3, LOWER, 0, 3, 100, 20);
    hears_record(V4_RECORD_IS_EX, HIGHER, 0, 0, 0);
    cr_expect_str_eq(known(), "exclude 0 for 70");
    hears_record(V4_RECORD_TO_IN, HIGHER, 0, 0, 0);
    passes(V4_SECOND);
    cr_expect_str_eq(known(), "exclude 0 for 69");
    hears_query(3, LOWER, GROUP, 8 | 3, 10, 20);
    cr_expect_str_eq(known(), "exclude 0 for 69");
    hears_query(3, LOWER, GROUP, 3, 10, 20);
    cr_expect_str_eq(known(), "exclude 0 for 3");
    cr_expect_str_eq(sent(), "");
    passes(65 * V4_SECOND - 1);
    cr_expect_str_eq(sent(), "");
    passes(1);
    cr_expect_str_eq(sent(), general[3]);
}

/* RFC3376-6.6.2-a, RFC2236-4-e */
Test(igmp_query, the_oldest_version_that_is_heard)
{
    for (unsigned version = 2; version <= 3; version++) {
        v4_host_reset(rig->host);
        asks(version);
        sent();
        hears_query(1, HIGHER, 0, 0, 0, 0);
        passes(32 * V4_SECOND);
        cr_expect_str_eq(sent(), general[version == 3 ? 1 : 2]);
    }
}

Test(igmp_query, warnings_are_few)
{
    struct v4_event event;
    unsigned warned = 0;

    asks(3);
    while (v4_host_event(rig->host, &event))
        ;
    for (unsigned i = 0; i < 100; i++) {
        hears_query(2, HIGHER, 0, 0, 100, 0);
        passes(V4_SECOND);
    }
    while (v4_host_event(rig->host, &event)) {
        cr_expect(event.kind == V4_EVENT_IGMP && event.igmp.iface == 0);
        cr_expect(event.igmp.addr == HIGHER && event.igmp.version == 2);
        warned++;
    }
    cr_expect(warned == 2, "%u", warned);
    hears_query(3, HIGHER, 0, 0, 100, 0);
    cr_expect(!v4_host_event(rig->host, &event));
}

Test(igmp_query, times_that_cannot_be)
{
    struct v4_election_times times = v4_election_first().times;

    times.response = times.interval;
    cr_expect(v4_igmp_query_set(core(), 0, &times) == V4_EINVAL);
    times.interval += V4_SECOND;
    cr_expect(v4_igmp_query_set(core(), 0, &times) == V4_OK);
}

/* A smaller link: what one query does not hold goes into several. */
Test(igmp_query, queries_are_no_longer_than_the_link_carries)
{
    uint8_t message[8 + 8 + 4 * 40] = {V4_IGMP_REPORT_3, 0, 0, 0, 0, 0, 0, 1, V4_RECORD_IS_IN};

    cr_assert(v4_iface_set_mtu(core(), 0, 100) == V4_OK);
    asks(3);
    message[11] = 40;
    v4_put32(message + 12, GROUP);
    for (uint32_t i = 0; i < 40; i++)
        v4_put32(message + 16 + (size_t)4 * i, SOURCE + i);
    hears(HIGHER, ALL_V3, message, sizeof message);
    sent();
    message[8] = V4_RECORD_BLOCK;
    hears(HIGHER, ALL_V3, message, sizeof message);
    v4_host_tick(rig->host, rig->now);
    unsigned queries = 1;
    for (const char *c = sent(); *c != '\0'; c++)
        queries += *c == '|';
    cr_expect(queries == 3, "16, 16 and 8 sources: %u", queries);
}
