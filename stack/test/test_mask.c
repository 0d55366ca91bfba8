/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/inside.h"
#include "proto/address.h"
#include "rig.h"

static const uint8_t none[4];

static void become(struct rig *rig, bool agent)
{
    v4_host_enter(rig->host, rig->now)->switches.mask_agent = agent;
    rig_advance(rig, 0);
}

static void ask_as(struct rig *rig, uint32_t src, uint32_t dst)
{
    struct v4_icmp request = {
        .type = V4_ICMP_MASK, .rest = 0x00070005, .data = {none, sizeof none}};
    struct v4_ip ip = rig_header();

    ip.src = src;
    ip.dst = dst;
    rig->to = dst == V4_ADDR_BROADCAST ? V4_MAC_BROADCAST : OUR_MAC;
    rig_icmp(rig, ip, &request);
}

static void ask(struct rig *rig, uint32_t dst)
{
    ask_as(rig, THEM, dst);
}

/* The next frame is a reply with a mask of 24 bits. */
static bool has_told(struct rig *rig, uint32_t src, uint32_t dst, uint32_t rest)
{
    struct v4_ip ip;
    struct v4_icmp reply;

    return rig_out_icmp(rig, &ip, &reply) && reply.type == V4_ICMP_MASK_REPLY && reply.code == 0 &&
           reply.rest == rest && reply.data.len == 4 &&
           v4_be32(reply.data.octets) == UINT32_C(0xffffff00) && ip.src == src && ip.dst == dst;
}

Test(mask, only_an_agent_answers)
{
    struct rig *rig = rig_open("rfc1122");

    rig_meet(rig);
    ask(rig, US);
    cr_expect(rig_silent(rig) && rig_reason(rig) == V4_DROP_ICMP_UNSERVED);
    become(rig, true);
    cr_expect(has_told(rig, US, V4_ADDR_BROADCAST, 0) && rig->out_iface == 0);
    cr_expect(has_told(rig, US_TOO, V4_ADDR_BROADCAST, 0) && rig->out_iface == 1);
    cr_expect(rig_silent(rig));
    ask(rig, US);
    cr_expect(has_told(rig, US, THEM, 0x00070005));
    ask(rig, V4_ADDR_BROADCAST);
    cr_expect(has_told(rig, US, THEM, 0x00070005));
    become(rig, true);
    cr_expect(rig_silent(rig));
    become(rig, false);
    ask(rig, US);
    cr_expect(rig_silent(rig) && rig_drops(rig, V4_DROP_ICMP_UNSERVED) == 2);
    become(rig, true);
    cr_expect(has_told(rig, US, V4_ADDR_BROADCAST, 0));
    rig_close(rig);
}

static struct rig *open_router(const char *profile)
{
    struct rig *rig = rig_open(profile);

    rig_meet(rig);
    cr_assert(v4_host_set(rig->host, "forwarding", 1) == V4_OK);
    rig_advance(rig, 0);
    cr_expect(rig_silent(rig)); /* RFC1812-4.3.3.9-i */
    return rig;
}

Test(mask, a_router_of_rfc_1812_answers)
{
    static const char *const others[] = {"rfc791", "rfc1122", "modern"};

    for (size_t i = 0; i < COUNT(others); i++) {
        struct rig *rig = open_router(others[i]);
        ask(rig, US);
        cr_expect(rig_silent(rig), "%s", others[i]);
        rig_close(rig);
    }
    struct rig *rig = open_router("rfc1812");
    struct v4_core *core = v4_host_enter(rig->host, rig->now);
    ask(rig, US);
    cr_expect(has_told(rig, US, THEM, 0x00070005));
    become(rig, true);
    cr_expect(rig_silent(rig));
    core->ifaces[0].mask_agent = false;
    ask(rig, US);
    cr_expect(rig_silent(rig));
    core->ifaces[0].mask_agent = true;
    core->state.mask_learning[0].on = true;
    core->state.mask_learning[0].asked = 3; /* in vain */
    ask(rig, US);
    cr_expect(rig_silent(rig));
    core->state.mask_learning[0].learned = true;
    ask(rig, US);
    cr_expect(has_told(rig, US, THEM, 0x00070005));
    rig_close(rig);
}

Test(mask, nobody_is_told_by_a_broadcast)
{
    struct rig *rig = open_router("rfc1812");
    struct v4_core *core = v4_host_enter(rig->host, rig->now);
    struct v4_address more = {.iface = 0, .net = {V4_ADDR(172, 20, 0, 1), 24}};

    ask_as(rig, V4_ADDR_ANY, V4_ADDR_BROADCAST);
    cr_expect(has_told(rig, US, V4_ADDR(198, 18, 0, 255), 0x00070005));
    cr_assert(v4_address_add(core, &more, false) == V4_OK);
    ask_as(rig, V4_ADDR_ANY, V4_ADDR_BROADCAST);
    cr_expect(has_told(rig, US, V4_ADDR(198, 18, 0, 255), 0x00070005));
    more.net = (struct v4_prefix){V4_ADDR(172, 21, 0, 1), 25};
    cr_assert(v4_address_add(core, &more, false) == V4_OK);
    ask_as(rig, V4_ADDR_ANY, V4_ADDR_BROADCAST);
    cr_expect(rig_silent(rig));
    ask(rig, US);
    cr_expect(has_told(rig, US, THEM, 0x00070005));
    core->switches.forwarding = 0;
    ask_as(rig, V4_ADDR_ANY, V4_ADDR_BROADCAST);
    cr_expect(rig_silent(rig) && rig_drops(rig, V4_DROP_SOURCE) == 1);
    rig_close(rig);
}

/* RFC1812-4.3.3.9-d, of hosts as well: what an interface is not to tell it tells nobody unasked. */
Test(mask, an_interface_that_tells_none_announces_none)
{
    struct rig *rig = rig_open("rfc1122");

    v4_host_enter(rig->host, rig->now)->ifaces[0].mask_agent = false;
    become(rig, true);
    cr_expect(has_told(rig, US_TOO, V4_ADDR_BROADCAST, 0) && rig->out_iface == 1);
    cr_expect(rig_silent(rig));
    rig_close(rig);
}

Test(mask, a_reset_ends_it)
{
    struct rig *rig = rig_open("modern");

    become(rig, true);
    v4_host_reset(rig->host);
    rig_advance(rig, 0);
    rig_meet(rig);
    ask(rig, US);
    cr_expect(rig_silent(rig));
    rig_close(rig);
}

/* RFC1122-3.2.2.9-n, RFC1122-3.2.2.9-m */
Test(mask, a_reply_changes_nothing)
{
    struct rig *rig = rig_open("modern");
    uint8_t mask[4] = {255, 0, 0, 0};
    struct v4_icmp reply = {.type = V4_ICMP_MASK_REPLY, .data = {mask, sizeof mask}};

    rig_meet(rig);
    rig_icmp(rig, rig_header(), &reply);
    cr_expect(rig_reason(rig) == V4_DROP_ICMP_NO_USER);
    ask(rig, US);
    cr_expect(rig_silent(rig));
    rig_close(rig);
}
