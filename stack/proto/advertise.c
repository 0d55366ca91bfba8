/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/advertise.h"
#include "proto/address.h"
#include "proto/iface.h"
#include "proto/ip_out.h"
#include "proto/link_local.h"
#include "wire/router.h"

#define ENTRIES_MAX 255

/* The next address that is advertised. Nothing is passed on for who has a link-local one
 * (RFC3927-7-a). */
static const struct v4_address *next_advertised(const struct v4_core *core, unsigned iface,
                                                const struct v4_address *after)
{
    do
        after = v4_address_next(core, iface, after);
    while (after != NULL && (after->unadvertised || v4_link_local_is(after->net.addr)));
    return after;
}

static void put(struct v4_core *core, unsigned number, const struct v4_address *address)
{
    v4_advertised_put(core->message + V4_ICMP_HEADER + (size_t)number * V4_ADVERTISED_OCTETS,
                      (struct v4_advertised){address->net.addr, address->preference});
}

/* The entries lie in core->message. */
static void send(struct v4_core *core, unsigned iface, unsigned entries, unsigned lifetime)
{
    uint32_t dst = core->ifaces[iface].advertised_to;
    struct v4_icmp advertisement = {
        .type = V4_ICMP_ADVERTISEMENT,
        .rest = v4_advertisement_rest(entries, lifetime),
        .data = {core->message + V4_ICMP_HEADER, (size_t)entries * V4_ADVERTISED_OCTETS},
    };
    size_t len = v4_icmp_emit(&advertisement, core->message);

    v4_ip_announce(core, iface, v4_address_towards(core, iface, dst), dst, len);
}

/* In as many messages as the link's packets make of it. */
static void advertise(struct v4_core *core, unsigned iface, unsigned lifetime)
{
    size_t room =
        (core->ifaces[iface].mtu - V4_IP_HEADER_MIN - V4_ICMP_HEADER) / V4_ADVERTISED_OCTETS;
    const struct v4_address *address = next_advertised(core, iface, NULL);

    while (address != NULL) {
        unsigned entries = 0;
        for (; address != NULL && entries < room && entries < ENTRIES_MAX;
             address = next_advertised(core, iface, address))
            put(core, entries++, address);
        send(core, iface, entries, lifetime);
    }
}

enum v4_drop v4_advertise_solicited(struct v4_core *core, const struct v4_packet *packet,
                                    const struct v4_icmp *icmp)
{
    struct v4_advertiser *advertiser = &core->ifaces[packet->iface].advertiser;

    if (packet->looped) /* we are also a host that asks */
        return V4_KEEP;
    if (!advertiser->on) /* RFC1256-5.2-b */
        return V4_DROP_ICMP_UNSERVED;
    if (icmp->code != 0 ||
        (packet->ip.src != V4_ADDR_ANY && !v4_address_is_near(core, packet->iface, packet->ip.src)))
        return V4_DROP_ICMP_SOLICITATION;                   /* RFC1256-4.2-a */
    v4_advertiser_asked(advertiser, core->now, &core->rng); /* RFC1256-5.2-a */
    return V4_KEEP;
}

bool v4_advertise_nobody_asks(const struct v4_core *core, const struct v4_packet *packet)
{
    const struct v4_ip *ip = &packet->ip;

    return ip->src == V4_ADDR_ANY && core->ifaces[packet->iface].advertiser.on &&
           ip->protocol == V4_PROTOCOL_ICMP && !ip->mf && ip->offset == 0 && ip->data.len > 0 &&
           ip->data.octets[0] == V4_ICMP_SOLICITATION;
}

static bool is_wanted(const struct v4_core *core, unsigned iface)
{
    const struct v4_iface_state *state = &core->ifaces[iface];

    return state->up && state->advertise && v4_iface_forwards(core, iface) &&
           next_advertised(core, iface, NULL) != NULL;
}

void v4_advertise_cease(struct v4_core *core, unsigned iface)
{
    if (v4_advertiser_stop(&core->ifaces[iface].advertiser))
        advertise(core, iface, 0);
}

void v4_advertise_withdraw(struct v4_core *core, unsigned iface, uint32_t addr)
{
    const struct v4_address *address = NULL;

    if (iface >= core->config.iface_count || !core->ifaces[iface].advertiser.on ||
        core->ifaces[iface].advertiser.sent == 0)
        return;
    while ((address = next_advertised(core, iface, address)) != NULL)
        if (address->net.addr == addr) {
            put(core, 0, address);
            send(core, iface, 1, 0);
        }
}

void v4_advertise_tick(struct v4_core *core)
{
    for (unsigned i = 0; i < core->config.iface_count; i++) {
        struct v4_advertiser *advertiser = &core->ifaces[i].advertiser;
        bool wanted = is_wanted(core, i);
        if (wanted && !advertiser->on)
            v4_advertiser_start(advertiser, core->now, &core->rng);
        if (!wanted)
            v4_advertise_cease(core, i);
        if (v4_advertiser_due(advertiser, core->now, &core->rng)) /* RFC1256-5.1-a */
            advertise(core, i, v4_advertiser_lifetime(advertiser));
    }
}

v4_time v4_advertise_next_timeout(const struct v4_core *core)
{
    v4_time next = V4_NEVER;

    for (unsigned i = 0; i < core->config.iface_count; i++) {
        const struct v4_advertiser *advertiser = &core->ifaces[i].advertiser;
        v4_time at = v4_advertiser_next_timeout(advertiser);
        if (advertiser->on != is_wanted(core, i))
            at = core->now;
        next = at < next ? at : next;
    }
    return next;
}

enum v4_error v4_advertise_set_address(struct v4_core *core, unsigned iface, uint32_t addr)
{
    if (addr != V4_ADDR_ALL_HOSTS && addr != V4_ADDR_BROADCAST)
        return V4_EINVAL;
    core->ifaces[iface].advertised_to = addr;
    return V4_OK;
}
