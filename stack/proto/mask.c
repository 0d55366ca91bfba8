/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/mask.h"
#include "proto/address.h"
#include "proto/icmp_out.h"
#include "proto/ip_out.h"
#include "proto/role.h"

#define MASK_OCTETS 4

static void put_mask(uint8_t octets[MASK_OCTETS], struct v4_prefix net)
{
    v4_put32(octets, v4_addr_mask(net.len));
}

/* Our address on the network of whoever asks; where it is on none of them, the one that was asked.
 */
static const struct v4_address *asked(const struct v4_core *core, const struct v4_packet *packet)
{
    const struct v4_address *address = NULL;

    while ((address = v4_address_next(core, packet->iface, address)) != NULL)
        if (v4_prefix_contains(address->net, packet->ip.src))
            return address;
    return v4_address_find(core, v4_ip_specific(core, packet));
}

/* Not by an interface that was told not to (RFC1812-4.3.3.9-d), or has yet to learn its own
 * (RFC1812-4.3.3.9-b). */
static bool is_served(const struct v4_core *core, unsigned iface)
{
    const struct v4_mask_learning *learning = &core->state.mask_learning[iface];

    return v4_role_tells_masks(core) && core->ifaces[iface].mask_agent &&
           (!learning->on || learning->learned);
}

/* Whether the networks of an interface have masks that differ (RFC1812-4.3.3.9-f). */
static bool is_ambiguous(const struct v4_core *core, unsigned iface)
{
    const struct v4_address *first = v4_address_next(core, iface, NULL), *other = first;

    while (other != NULL && other->net.len == first->net.len)
        other = v4_address_next(core, iface, other);
    return other != NULL;
}

enum v4_drop v4_mask_answer(struct v4_core *core, const struct v4_packet *packet,
                            const struct v4_icmp *request)
{
    uint8_t mask[MASK_OCTETS];
    struct v4_icmp reply = {
        .type = V4_ICMP_MASK_REPLY, .rest = request->rest, .data = {mask, sizeof mask}};
    const struct v4_address *address = asked(core, packet);

    bool nobody = packet->ip.src == V4_ADDR_ANY;
    if (!is_served(core, packet->iface) || address == NULL ||
        (nobody && is_ambiguous(core, packet->iface)))
        return V4_DROP_ICMP_UNSERVED;
    put_mask(mask, address->net);
    if (nobody) /* RFC1812-4.3.3.9-j */
        v4_ip_announce(core, packet->iface, address->net.addr,
                       address->net.addr | ~v4_addr_mask(address->net.len),
                       v4_icmp_emit(&reply, core->message));
    else
        v4_icmp_reply(core, packet, &reply); /* RFC950-App.I-a */
    return V4_KEEP;
}

static void announce(struct v4_core *core, unsigned iface, struct v4_prefix net)
{
    uint8_t mask[MASK_OCTETS];
    struct v4_icmp reply = {.type = V4_ICMP_MASK_REPLY, .data = {mask, sizeof mask}};

    put_mask(mask, net);
    v4_ip_announce(core, iface, net.addr, V4_ADDR_BROADCAST, v4_icmp_emit(&reply, core->message));
}

void v4_mask_tick(struct v4_core *core)
{
    const struct v4_address *address = NULL;
    /* RFC1812-4.3.3.9-i: a router tells nobody who does not ask. */
    bool agent = core->switches.mask_agent && !core->switches.forwarding;

    if (agent == core->state.mask_agent)
        return;
    core->state.mask_agent = agent;
    for (unsigned i = 0; agent && i < core->config.iface_count; i++)
        while ((address = v4_address_next(core, i, address)) != NULL)
            if (core->ifaces[i].mask_agent && !address->secondary)
                announce(core, i, address->net);
}
