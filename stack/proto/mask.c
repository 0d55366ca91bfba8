/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/mask.h"
#include "proto/address.h"
#include "proto/icmp_out.h"
#include "proto/ip_out.h"

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

enum v4_drop v4_mask_answer(struct v4_core *core, const struct v4_packet *packet,
                            const struct v4_icmp *request)
{
    uint8_t mask[MASK_OCTETS];
    struct v4_icmp reply = {
        .type = V4_ICMP_MASK_REPLY, .rest = request->rest, .data = {mask, sizeof mask}};
    const struct v4_address *address = asked(core, packet);

    if (!core->switches.mask_agent || address == NULL) /* RFC1122-3.2.2.9-i, RFC1122-3.2.2.9-j */
        return V4_DROP_ICMP_UNSERVED;
    put_mask(mask, address->net);
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
    bool agent = core->switches.mask_agent;

    if (agent == core->state.mask_agent)
        return;
    core->state.mask_agent = agent;
    for (unsigned i = 0; agent && i < core->config.iface_count; i++)
        while ((address = v4_address_next(core, i, address)) != NULL)
            if (!address->secondary)
                announce(core, i, address->net);
}
