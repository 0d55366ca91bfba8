/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto/role.h"
#include "proto/address.h"
#include "proto/group.h"
#include "wire/icmp.h"
#include "wire/special.h"

bool v4_role_ours(const struct v4_core *core, uint32_t addr, unsigned *ret_iface)
{
    const struct v4_address *ours = v4_address_find(core, addr);

    if (ours == NULL)
        return false;
    *ret_iface = ours->iface;
    return true;
}

/* The network as it was before there were masks. */
static struct v4_prefix classful(uint32_t addr)
{
    uint8_t len = addr >> 31 == 0 ? 8 : addr >> 30 == 2 ? 16 : 24;

    return (struct v4_prefix){addr, len};
}

static bool is_broadcast_of(const struct v4_core *core, struct v4_prefix net, uint32_t addr)
{
    const struct v4_profile *profile = core->profile;
    struct v4_prefix class = classful(net.addr);
    /* Where the prefix is shorter than the class's there are no subnets that the class could have.
     */
    bool has_class = profile->classful_broadcasts && net.len > class.len;

    if (v4_prefix_is_broadcast(net, addr)) /* RFC1122-3.3.6-d */
        return true;
    if (has_class && v4_prefix_is_broadcast(class, addr))
        return true;
    return profile->zero_broadcasts && /* RFC1122-3.3.6-a */
           (v4_prefix_is_zero_host(net, addr) ||
            (has_class && v4_prefix_is_zero_host(class, addr)));
}

bool v4_role_broadcast(const struct v4_core *core, unsigned iface, uint32_t addr)
{
    const struct v4_address *ours = NULL;

    if (addr == V4_ADDR_BROADCAST || (addr == V4_ADDR_ANY && core->profile->zero_broadcasts))
        return true;
    while ((ours = v4_address_next(core, iface, ours)) != NULL)
        if (is_broadcast_of(core, ours->net, addr))
            return true;
    return false;
}

bool v4_role_broadcast_somewhere(const struct v4_core *core, uint32_t addr)
{
    for (unsigned i = 0; i < core->config.iface_count; i++)
        if (v4_role_broadcast(core, i, addr))
            return true;
    return false;
}

bool v4_role_single(const struct v4_core *core, uint32_t addr)
{
    if (!v4_special_is_host(addr))
        return false;
    for (unsigned i = 0; i < core->config.iface_count; i++)
        if (v4_role_broadcast(core, i, addr) || v4_address_is_zero_host(core, i, addr))
            return false;
    return true;
}

bool v4_role_group(const struct v4_core *core, unsigned iface, uint32_t addr)
{
    return v4_group_member(core, iface, addr) || v4_role_broadcast(core, iface, addr);
}

bool v4_role_tells_masks(const struct v4_core *core)
{
    bool router = core->switches.forwarding && core->profile->router_masks;

    return core->switches.mask_agent || router;
}

bool v4_role_nobody_asks(const struct v4_core *core, const struct v4_packet *packet)
{
    const struct v4_ip *ip = &packet->ip;

    return ip->src == V4_ADDR_ANY && ip->protocol == V4_PROTOCOL_ICMP && ip->offset == 0 &&
           !ip->mf && ip->data.len != 0 && ip->data.octets[0] == V4_ICMP_MASK &&
           v4_role_tells_masks(core);
}
