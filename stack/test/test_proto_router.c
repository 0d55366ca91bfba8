/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/inside.h"
#include "proto/router.h"
#include "rig.h"

#define ROUTER V4_ADDR(198, 18, 0, 77)
#define OTHER V4_ADDR(198, 18, 0, 78)
#define NOT_NEAR V4_ADDR(203, 0, 113, 1)
#define FOREVER 1800

/* Advertises `count` entries of `words` words, as one who says so of each octet. */
static void advertise(struct rig *rig, uint32_t rest, uint8_t code, struct v4_span entries)
{
    struct v4_icmp icmp = {.type = 9, .code = code, .rest = rest, .data = entries};
    struct v4_ip ip = rig_header();

    ip.dst = V4_ADDR_ALL_HOSTS;
    rig->to = (struct v4_mac){{1, 0, 0x5e, 0, 0, 1}};
    rig_icmp(rig, ip, &icmp);
}

static void advertise_one(struct rig *rig, uint32_t addr, int32_t preference, uint16_t lifetime)
{
    uint8_t entry[8];

    v4_put32(entry, addr);
    v4_put32(entry + 4, (uint32_t)preference);
    advertise(rig, 0x01020000u | lifetime, 0, (struct v4_span){entry, sizeof entry});
}

/* Discovers on interface 0, which has no gateway from its configuration. */
static struct rig *discovering(void)
{
    struct v4_config config = rig_config("modern");

    config.gateway = 0;
    struct rig *rig = rig_open_with(&config);
    v4_router_set_discovery(v4_host_enter(rig->host, rig->now), 0, true);
    rig_advance(rig, 0);
    return rig;
}

/* Who would be asked for the way to FAR; 0: nobody. */
static uint32_t way(struct rig *rig)
{
    struct v4_core *core = v4_host_enter(rig->host, rig->now);
    const struct v4_route *route = v4_routes_next(core->routes, FAR, 0, NULL);

    return route == NULL ? 0 : route->gateway;
}

/* How many solicitations come in so many milliseconds. */
static unsigned solicited(struct rig *rig, unsigned ms)
{
    struct v4_ip ip;
    struct v4_icmp icmp;
    unsigned count = 0;

    for (unsigned i = 0; i < ms; i++) {
        rig_advance(rig, V4_MS);
        while (rig_out_icmp(rig, &ip, &icmp)) {
            count++;
            cr_expect(icmp.type == 10 && icmp.code == 0 && icmp.rest == 0 && icmp.data.len == 0);
            cr_expect(ip.src == US && ip.dst == V4_ADDR_ALL_ROUTERS && ip.ttl == 1);
            cr_expect(rig->out[0] == 1 && rig->out[2] == 0x5e && rig->out[5] == 2);
            cr_expect(rig->out_iface == 0);
        }
    }
    return count;
}

Test(proto_router, asks_three_times)
{
    struct rig *rig = discovering();

    cr_expect(v4_host_next_timeout(rig->host) <= rig->now + V4_SECOND);
    cr_expect(solicited(rig, 1001) == 1);
    cr_expect(solicited(rig, 1999) == 0);
    cr_expect(solicited(rig, 9000) == 2);
    cr_expect(v4_host_next_timeout(rig->host) == V4_NEVER);
    cr_expect(solicited(rig, 9000) == 0);
    rig_close(rig);
}

Test(proto_router, asks_no_more_when_it_knows_one)
{
    struct rig *rig = discovering();

    cr_expect(solicited(rig, 1001) == 1);
    advertise_one(rig, ROUTER, INT32_MIN, FOREVER); /* no default router */
    cr_expect(way(rig) == 0);
    advertise_one(rig, FAR, 0, FOREVER); /* no neighbour (RFC1256-6.1-b) */
    cr_expect(solicited(rig, 3000) == 1 && way(rig) == 0);
    advertise_one(rig, ROUTER, -7, FOREVER);
    cr_expect(solicited(rig, 9000) == 0);
    rig_close(rig);
}

Test(proto_router, begins_anew_when_the_interface_comes_up)
{
    struct rig *rig = discovering();

    advertise_one(rig, ROUTER, 0, FOREVER);
    cr_expect(way(rig) == ROUTER);
    v4_host_enter(rig->host, rig->now)->ifaces[0].up = false;
    rig_advance(rig, V4_SECOND);
    cr_expect(way(rig) == 0 && solicited(rig, 5000) == 0);
    v4_host_enter(rig->host, rig->now)->ifaces[0].up = true;
    cr_expect(solicited(rig, 9000) == 3);
    rig_close(rig);
}

static const struct {
    const char *what;
    uint32_t rest;
    uint8_t code;
    size_t len;
    bool valid;
} forms[] = {
    {"nothing wrong", 0x01020708, 0, 8, true},
    {"code 1", 0x01020708, 1, 8, false},
    {"no entries", 0x00020708, 0, 8, false},
    {"entries of one word", 0x01010708, 0, 8, false},
    {"entries of no words", 0x01000708, 0, 8, false},
    {"fewer octets than it says", 0x02020708, 0, 15, false},
    {"no octets at all", 0x01020708, 0, 0, false},
    {"an entry of three words", 0x01030708, 0, 12, true},
    {"an entry of three words, cut", 0x01030708, 0, 11, false},
    {"octets behind the entries", 0x01020708, 0, 20, true},
};

Test(proto_router, only_valid_advertisements_count)
{
    uint8_t octets[32] = {198, 18, 0, 77, 0, 0, 0, 5};

    for (size_t i = 0; i < COUNT(forms); i++) {
        struct rig *rig = discovering();
        advertise(rig, forms[i].rest, forms[i].code, (struct v4_span){octets, forms[i].len});
        cr_expect(way(rig) == (forms[i].valid ? ROUTER : 0), "%s", forms[i].what);
        cr_expect(rig_reason(rig) == (forms[i].valid ? V4_KEEP : V4_DROP_ICMP_ADVERTISEMENT), "%s",
                  forms[i].what);
        rig_close(rig);
    }
}

Test(proto_router, the_preferred_neighbour_is_used)
{
    struct rig *rig = discovering();
    uint8_t octets[] = {
        203, 0,  113, 1,  127, 255, 255, 255, 9, 9, 9, 9, /* is on no link of ours */
        198, 18, 0,   77, 255, 255, 255, 255, 9, 9, 9, 9, /* -1 */
        198, 18, 0,   78, 0,   0,   0,   0,   9, 9, 9, 9,
        198, 18, 0,   2,  127, 0,   0,   0,   9, 9, 9, 9}; /* ourselves */

    advertise(rig, 0x04030708, 0, (struct v4_span){octets, sizeof octets});
    cr_expect(way(rig) == OTHER);
    advertise_one(rig, OTHER, -2, FOREVER);
    cr_expect(way(rig) == ROUTER);
    advertise_one(rig, ROUTER, INT32_MIN, FOREVER);
    cr_expect(way(rig) == OTHER);
    advertise_one(rig, ROUTER, INT32_MAX, FOREVER);
    cr_expect(way(rig) == ROUTER);
    advertise_one(rig, ROUTER, 9, 0); /* says good-bye */
    cr_expect(way(rig) == OTHER);
    rig_close(rig);
}

Test(proto_router, a_router_is_forgotten_when_its_time_is_over)
{
    struct rig *rig = discovering();

    advertise_one(rig, ROUTER, 0, 10);
    rig_advance(rig, 6 * V4_SECOND);
    advertise_one(rig, ROUTER, 0, 10);
    rig_advance(rig, 10 * V4_SECOND - 1);
    cr_expect(way(rig) == ROUTER);
    cr_expect(v4_host_next_timeout(rig->host) == rig->now + 1);
    rig_advance(rig, 1);
    cr_expect(way(rig) == 0);
    rig_close(rig);
}

/* RFC1256-5.3-g, RFC1256-5.3-b */
Test(proto_router, what_is_configured_stays)
{
    struct rig *rig = rig_open("modern");

    advertise_one(rig, ROUTER, INT32_MAX, FOREVER);
    cr_expect(way(rig) == THEM && rig_reason(rig) == V4_DROP_ICMP_UNSERVED);
    v4_router_set_discovery(v4_host_enter(rig->host, rig->now), 0, true);
    rig_advance(rig, 0);
    advertise_one(rig, THEM, 5, 1);
    rig_advance(rig, 9 * V4_SECOND);
    cr_expect(way(rig) == THEM);
    advertise_one(rig, THEM, INT32_MAX, 1); /* just as it was configured */
    rig_advance(rig, 9 * V4_SECOND);
    cr_expect(way(rig) == THEM);
    advertise_one(rig, ROUTER, INT32_MAX, FOREVER);
    cr_expect(way(rig) == THEM);
    rig_close(rig);
}

Test(proto_router, there_is_room_for_the_preferred)
{
    struct rig *rig = discovering();

    for (unsigned i = 0; i < 40; i++)
        advertise_one(rig, V4_ADDR(198, 18, 0, 100) + i, (int32_t)i, FOREVER);
    cr_expect(way(rig) == V4_ADDR(198, 18, 0, 139));
    advertise_one(rig, ROUTER, 0, FOREVER);
    cr_expect(way(rig) == V4_ADDR(198, 18, 0, 139));
    cr_expect(v4_host_stats(rig->host)->value[V4_STAT_IP_ROUTING_DISCARDS] == 1);
    rig_close(rig);
}

Test(proto_router, who_is_asked_is_all_routers_or_everybody)
{
    struct rig *rig = discovering();
    struct v4_core *core = v4_host_enter(rig->host, rig->now);
    struct v4_ip ip;
    struct v4_icmp icmp;

    cr_expect(v4_router_set_solicited(core, 0, FAR) == V4_EINVAL);
    cr_expect(v4_router_set_solicited(core, 0, V4_ADDR_BROADCAST) == V4_OK);
    rig_advance(rig, V4_SECOND);
    cr_assert(rig_out_icmp(rig, &ip, &icmp));
    cr_expect(ip.dst == V4_ADDR_BROADCAST && rig->out[0] == 0xff && icmp.type == 10);
    rig_close(rig);
}
